"""What only a real server on a real socket shows."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn

from graphsvc.release import Release
from graphsvc.web.app import create_app

MANY = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})


@contextmanager
def serving(release: Release) -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(
        create_app(lambda: release), log_config=None, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def address(release: Release) -> Iterator[tuple[str, int]]:
    with serving(release) as address:
        yield address


@pytest.fixture
def base_url(address: tuple[str, int]) -> str:
    return f"http://{address[0]}:{address[1]}"


def send(address: tuple[str, int], request: bytes) -> bytes:
    """What a server answers to these very bytes until it closes the connection."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


def test_large_answer_is_streamed_whole(base_url: str) -> None:
    with httpx.stream("GET", base_url + MANY, headers={"accept": "text/csv"}) as response:
        assert response.headers["transfer-encoding"] == "chunked"
        assert response.headers["content-encoding"] == "br"
        lines = sum(chunk.count(b"\n") for chunk in response.iter_bytes())
    count = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    told = httpx.get(f"{base_url}/sparql?" + urlencode({"query": count, "format": "csv"}))
    assert lines == 1 + int(told.text.split()[1])


def test_head_of_a_large_answer_is_short(base_url: str) -> None:
    response = httpx.head(base_url + MANY)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"


def test_escapes_reach_the_application_as_they_were_sent(address: tuple[str, int]) -> None:
    for path, status in (
        (b"/doc/a%2Fb", b"200"),
        (b"/doc/region/%C3%A5", b"200"),
        (b"/doc/../ns", b"404"),
        (b"/doc/%2e%2e/ns", b"404"),
        (b"//evil.example/doc/x", b"404"),
        (b"/doc/%0d%0aX-Y:1", b"404"),
        (b"/doc/\\x", b"404"),
    ):
        answer = send(
            address, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert answer.startswith(b"HTTP/1.1 " + status), path
        assert b"\nX-Y" not in answer


def test_link_to_another_server_is_not_made_of_a_path(address: tuple[str, int]) -> None:
    request = b"GET //evil.example/ HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n"
    answer = send(address, request + b"Connection: close\r\n\r\n")
    assert b'href="//' not in answer


def test_body_that_is_too_large_ends_the_connection(address: tuple[str, int]) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    answer = send(address, head + chunk * 3)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


SHORT, LONG = (
    "/sparql?" + urlencode({"query": f"SELECT * {{ ?s ?p ?o }} LIMIT {rows}"}) for rows in (1, 100)
)
PATHS = ["/", "/doc/cluster/compare", "/dump/all.nt", "/dump/all.nq.gz", SHORT, LONG, MANY]


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", PATHS)
def test_head_promises_what_get_sends(base_url: str, path: str, coding: str) -> None:
    headers = {"accept-encoding": coding}
    head = httpx.head(base_url + path, headers=headers)  # first, for what GET was told is kept
    get = httpx.get(base_url + path, headers=headers)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    for each in (head, get):
        each.headers.pop("date")
        each.headers.pop("transfer-encoding", "")
    assert head.headers == get.headers


def test_the_method_query_passes_the_server(base_url: str) -> None:
    headers = {"content-type": "application/sparql-query", "accept": "text/csv"}
    answer = httpx.request("QUERY", base_url + "/sparql", headers=headers, content=b"ASK {}")
    assert (answer.status_code, answer.text.strip()) == (200, "true")
