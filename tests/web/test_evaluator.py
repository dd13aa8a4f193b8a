"""The program of a worker, spoken to over a socket as the server does."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from graphsvc.release import Release
from graphsvc.web import evaluator
from graphsvc.web.messages import (
    CHUNK_BYTES,
    DATA,
    END,
    HEAD,
    PREFIX,
    QUESTION,
    READY,
    REFUSAL,
    Question,
    message,
)

JSON = "application/sparql-results+json"


class Spoken:
    """A worker that has been started by hand."""

    def __init__(self, release: Release, megabytes: int = 256) -> None:
        self.connection, theirs = socket.socketpair()
        self.connection.settimeout(60)
        with theirs:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", evaluator.__name__),
                    *(str(release.folder), str(megabytes)),
                ],
                stdin=theirs.fileno(),
                stderr=subprocess.DEVNULL,
            )
        self.release = release

    def read(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            chunk = self.connection.recv(size - len(received))
            if not chunk:
                raise EOFError
            received += chunk
        return received

    def receive(self) -> tuple[bytes, bytes]:
        kind, size = PREFIX.unpack(self.read(PREFIX.size))
        return kind, self.read(size)

    def ask(self, text: str, *media_types: str) -> list[tuple[bytes, Any]]:
        """Every message of an answer; what is JSON, read."""
        question = Question(text, media_types or (JSON,))
        self.connection.sendall(message(QUESTION, question.payload))
        messages: list[tuple[bytes, Any]] = []
        while not messages or messages[-1][0] not in (END, REFUSAL):
            kind, payload = self.receive()
            messages.append((kind, json.loads(payload) if kind in (HEAD, REFUSAL) else payload))
        return messages


@contextmanager
def spoken(release: Release) -> Iterator[Spoken]:
    worker = Spoken(release)
    try:
        assert worker.receive() == (READY, b"")
        yield worker
    finally:
        worker.connection.close()
        worker.process.kill()
        worker.process.wait()


@pytest.fixture(scope="module")
def worker(release: Release) -> Iterator[Spoken]:
    with spoken(release) as worker:
        yield worker


def test_small_answer_comes_whole_with_its_length(worker: Spoken) -> None:
    head, data, end = worker.ask("ASK {}")
    assert head == (HEAD, {"media_type": JSON, "varies": False, "bytes": len(data[1])})
    assert json.loads(data[1])["boolean"] is True
    assert end == (END, b"")


def test_large_answer_comes_in_chunks_and_without_a_length(worker: Spoken) -> None:
    (_, head), *data, _ = worker.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert head["bytes"] is None
    assert {kind for kind, _ in data} == {DATA}
    assert all(len(chunk) == CHUNK_BYTES for _, chunk in data[:-1])
    assert json.loads(b"".join(chunk for _, chunk in data))["results"]["bindings"]


def test_one_long_literal_comes_in_chunks_too(worker: Spoken) -> None:
    double = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))
    _, *data, _ = worker.ask(f"SELECT ?x20 {{ BIND('xx' AS ?x0) {double} }}")
    assert max(len(chunk) for _, chunk in data) == CHUNK_BYTES
    literal = json.loads(b"".join(chunk for _, chunk in data))["results"]["bindings"][0]["x20"]
    assert len(literal["value"]) == 2**21


def test_refusal_leaves_the_worker_ready_for_the_next(worker: Spoken) -> None:
    ((kind, told),) = worker.ask("SELECT *\n{ ?s }")
    assert kind == REFUSAL
    assert (told["error"], told["line"]) == ("QuerySyntaxError", 2)
    ((_, told),) = worker.ask("CLEAR ALL")
    assert told["error"] == "QueryRefused"
    ((_, told),) = worker.ask("CONSTRUCT WHERE { ?s ?p ?o }", JSON)
    assert "text/turtle" in told["offers"]
    assert len(worker.ask("ASK {}")) == 3


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_for_the_server_do_not_end_its_workers(
    worker: Spoken, sent: signal.Signals
) -> None:
    worker.process.send_signal(sent)
    assert len(worker.ask("ASK {}")) == 3


def test_it_ends_with_the_server_also_in_the_midst_of_a_query(release: Release) -> None:
    with spoken(release) as worker:
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?p ?o }"
        question = Question(endless, (JSON,))
        worker.connection.sendall(message(QUESTION, question.payload))
        worker.connection.close()
        assert worker.process.wait(30) == 0
