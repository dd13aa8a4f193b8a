"""What only a real server on a real socket shows."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn

from graphsvc.release import Release
from graphsvc.web.app import create_app
from graphsvc.web.heads import BoundedProtocol

MANY = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})


@contextmanager
def serving(release: Release) -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(
        create_app(lambda: release),
        http=BoundedProtocol,
        log_config=None,
        timeout_graceful_shutdown=2,
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


# ----- heads that are too long


def head(start: bytes) -> bytes:
    return start + b"\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("length", [65_535, 70_000, 1 << 20, 16 << 20])
def test_address_that_is_too_long_is_refused(address: tuple[str, int], length: int) -> None:
    path = b"/healthz?" + b"x" * length
    answer = send(address, head(b"GET " + path + b" HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in answer


def test_address_may_be_bounded_more(release: Release) -> None:
    settings = replace(release.settings, url_bytes=100)
    with serving(replace(release, settings=settings)) as (host, port):
        url = f"http://{host}:{port}/doc/cluster/compare?"
        most = 100 - len("/doc/cluster/compare?")
        assert httpx.get(url + "x" * most).status_code == 200
        refused = httpx.get(url + "x" * (most + 1))
        assert refused.status_code == 414
        assert refused.json()["detail"] == "the address is longer than 100 bytes; POST the query"


@pytest.mark.parametrize("times", [6_000, 200_000, 4_000_000])
def test_fields_that_are_too_many_are_refused(address: tuple[str, int], times: int) -> None:
    answer = send(address, head(b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * times + b"Z: z"))
    assert answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("length", [40_000, 1 << 20, 16 << 20])
def test_field_that_is_too_long_is_refused(address: tuple[str, int], length: int) -> None:
    answer = send(address, head(b"GET /healthz HTTP/1.1\r\nX: " + b"y" * length))
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_what_is_no_http_is_told_so(address: tuple[str, int]) -> None:
    answer = send(address, b"HELO example.org\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 400


def test_heads_of_several_requests_are_counted_for_themselves(address: tuple[str, int]) -> None:
    field = b"X: " + b"y" * 20_000
    body = b"ASK {} #" + b"x" * 1_900
    post = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    post += field + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    answer = send(address, post * 20 + head(b"GET /healthz HTTP/1.1"))
    assert answer.count(b"HTTP/1.1 200 ") == 21
    assert answer.endswith(b"ok\n")


def test_answer_under_way_is_cut_by_what_comes_after_it(address: tuple[str, int]) -> None:
    request = b"GET " + MANY.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    try:
        answer = send(address, request + b"nonsense\r\n\r\n")
    except ConnectionResetError:
        answer = b""
    assert not answer.endswith(b"\r\n0\r\n\r\n")
    assert b"HTTP/1.1 400" not in answer


def test_trailers_decide_nothing(address: tuple[str, int], base_url: str) -> None:
    """They come while the answer is made, and would be kept with it for everybody."""
    for number in range(20):
        path = f"/doc/cluster/compare?number={number}"
        head = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".encode()
        rest = b"transfer-encoding: chunked\r\n\r\n0\r\naccept: text/html\r\n\r\n"
        assert b"content-type: text/turtle" in send(address, head + rest)
        kind = httpx.get(base_url + path, headers={"accept": "*/*"}).headers["content-type"]
        assert kind.startswith("text/turtle")


@pytest.mark.parametrize(
    "rest",
    [b"0\r\ntrailer: ", b"0\r\n" + b"a: b\r\n" * 5_000 + b"c: ", b"1;extension=", b"1;x=" * 10_000],
    ids=["line", "lines", "extension", "extensions"],
)
def test_what_is_beside_a_body_has_an_end(address: tuple[str, int], rest: bytes) -> None:
    """The parser would hold a line of any length until it is whole."""
    head = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\n"
    taken_bytes = 0
    with socket.create_connection(address, timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(head + b"transfer-encoding: chunked\r\n\r\n" + rest)
        for _ in range(1_000):
            connection.sendall(b"x" * 65_536)
            taken_bytes += 65_536
    assert taken_bytes < 32 << 20  # most of which waits in the kernel
