"""What only a real server on a real socket shows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn

from graphsvc import queries
from graphsvc.release import Release
from graphsvc.web.app import create_app

ASK = "/sparql?" + urlencode({"query": "ASK {}"})
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


def wait_for(happened: threading.Event) -> None:
    assert happened.wait(10)


def write_then(act: Callable[[], None]) -> Callable[..., None]:
    """A stand-in for serialization that writes a lot, and then does something else."""

    def serialize(_results: object, _format: object, output: Any) -> None:
        for _ in range(20):
            output.write(b"x" * 10_000)
        act()

    return serialize


def fail() -> None:
    raise OSError("the disk is gone")


def test_answer_is_whole_or_visibly_cut(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "serialize", write_then(fail))
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        httpx.get(base_url + ASK)


def test_failure_within_the_first_chunk_is_a_problem(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "serialize", lambda *_: fail())
    response = httpx.get(base_url + ASK)
    assert response.status_code == 500
    assert "disk" not in response.text
    assert httpx.get(base_url + "/healthz").status_code == 200


def test_large_answer_is_streamed_whole(base_url: str) -> None:
    with httpx.stream("GET", base_url + MANY, headers={"accept": "text/csv"}) as response:
        assert response.headers["transfer-encoding"] == "chunked"
        lines = sum(chunk.count(b"\r\n") for chunk in response.iter_raw())
    count = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    told = httpx.get(f"{base_url}/sparql?" + urlencode({"query": count, "format": "csv"}))
    assert lines == 1 + int(told.text.split()[1])


def test_head_of_a_large_answer_is_short(base_url: str) -> None:
    response = httpx.head(base_url + MANY)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"


def test_nothing_is_written_for_a_client_that_has_left(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def serialize(_results: object, _format: object, output: Any) -> None:
        try:
            while True:
                output.write(b"x" * 10_000)
                begun.set()
        finally:
            stopped.set()

    monkeypatch.setattr(queries, "serialize", serialize)
    with socket.create_connection(address) as connection:
        connection.sendall(f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for(begun)
    wait_for(stopped)


def test_pages_are_quick_while_every_query_thread_is_busy(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    monkeypatch.setattr(queries, "serialize", lambda *_: wait_for(free))
    asking = [threading.Thread(target=httpx.get, args=(base_url + ASK,)) for _ in range(8)]
    for thread in asking:
        thread.start()
    try:
        before = time.monotonic()
        assert httpx.get(base_url + "/doc/cluster/compare").status_code == 200
        assert time.monotonic() - before < 2
    finally:
        free.set()
        for thread in asking:
            thread.join(10)


def test_server_stops_while_a_query_runs(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, free = threading.Event(), threading.Event()

    def serialize(*_: object) -> None:
        begun.set()
        wait_for(free)

    monkeypatch.setattr(queries, "serialize", serialize)
    with serving(release) as (host, port), socket.create_connection((host, port)) as connection:
        connection.sendall(f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for(begun)
    free.set()


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


@pytest.mark.parametrize("path", ["/", "/doc/cluster/compare", "/dump/all.nt", "/dump/all.nq.gz"])
def test_head_promises_what_get_sends(base_url: str, path: str) -> None:
    head, get = httpx.head(base_url + path), httpx.get(base_url + path)
    assert head.status_code == get.status_code == 200
    for header in ("content-length", "content-type", "etag", "vary", "link"):
        assert head.headers.get(header) == get.headers.get(header)
