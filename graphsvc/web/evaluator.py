"""The program of a worker: it evaluates the server's queries on one release, one at a time.

pyoxigraph can neither be told to stop nor survive every query, so what it may do
to a process it does to this one. The kernel bounds the memory, and allows no network
where no SERVICE may be called; the server ends the
process when time is up. One thread watches the socket and ends the process as soon as
the server is gone, whatever the other is at. That one answers, and has a stack that no
query exhausts: Oxigraph recurses along a query, and no construct was found to need
more than 1.6 KiB for a byte of its text. Memory is taken only for what is used.

    python -m graphsvc.web.evaluator RELEASE MEGABYTES    with the socket as standard input
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QueryTriples, Store

from graphsvc import queries
from graphsvc.errors import QueryRefused, QuerySyntaxError, ServiceFailed
from graphsvc.formats import BOOLEAN_FORMATS, RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web.confinement import confine
from graphsvc.web.described import description
from graphsvc.web.messages import (
    CHUNK_BYTES,
    DATA,
    END,
    FAILURE,
    HEAD,
    OUT_OF_MEMORY,
    PREFIX,
    READY,
    REFUSAL,
    Question,
    message,
    table,
)
from graphsvc.web.rdf import write_rdf

if TYPE_CHECKING:
    from graphsvc.web.gateway import Gateway

STACK_BYTES = 512 << 20
STACK_PER_QUERY_BYTE = 4_096
QUERY_BYTES = STACK_BYTES // STACK_PER_QUERY_BYTE  # a longer text is refused whatever the settings
GATEWAY_STACK_BYTES = 1 << 20  # of each thread that calls an endpoint

_OFFERS: dict[str, Sequence[Format]] = {
    "SELECT": SOLUTIONS_FORMATS,
    "ASK": BOOLEAN_FORMATS,
    "CONSTRUCT": RDF_FORMATS,
    "DESCRIBE": RDF_FORMATS,
}


class Unsuitable(Exception):
    """The results come in none of the media types that the client would have."""

    def __init__(self, offers: Sequence[Format]) -> None:
        self.media_types = [each.media_type for each in offers]


class Answer:
    """A file to write results to: nothing is sent until a chunk is full.

    So an answer of less than a chunk is sent whole, with its length, or not at all:
    whatever fails before that can still be told in an answer of its own.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._head: dict[str, object] = {}
        self._buffer = bytearray()
        self.has_begun = False  # has any of it been sent?

    def describe(self, media_type: str, *, varies: bool) -> None:
        """Say what will be written, before any of it is."""
        self._head = {"media_type": media_type, "varies": varies}

    def write(self, chunk: bytes) -> int:
        """Take a part of the answer; blocks while the client is slow."""
        self._buffer += chunk
        if len(self._buffer) > CHUNK_BYTES:
            whole = len(self._buffer) // CHUNK_BYTES * CHUNK_BYTES
            with memoryview(self._buffer) as view:
                for start in range(0, whole, CHUNK_BYTES):
                    self._send(message(DATA, view[start : start + CHUNK_BYTES]))
            del self._buffer[:whole]
        return len(chunk)

    def flush(self) -> None:
        """Nothing: a chunk is sent when it is full, and `end` sends the rest."""

    def end(self) -> None:
        """Send what is left and say that this was all."""
        self._send(message(DATA, self._buffer) + message(END), length=len(self._buffer))

    def _send(self, messages: bytes, length: int | None = None) -> None:
        if not self.has_begun:
            self.has_begun = True
            messages = table(HEAD, **self._head, bytes=length) + messages
        self._connection.sendall(messages)


def answer(release: Release, question: Question, connection: socket.socket) -> None:
    """Evaluate a query and send what comes of it."""
    body = Answer(connection)
    try:
        _answer(release, question, body)
    except (QuerySyntaxError, QueryRefused, ServiceFailed) as error:
        if body.has_begun:  # nothing can be refused any more
            raise
        where = {name: getattr(error, name, 0) for name in ("line", "column")}
        refusal = table(REFUSAL, error=type(error).__name__, message=str(error), **where)
        connection.sendall(refusal)
    except Unsuitable as error:
        connection.sendall(table(REFUSAL, offers=error.media_types))


def _answer(release: Release, question: Question, body: Answer) -> None:
    query = queries.read_query(question.text)
    if query.form in _OFFERS:  # what nobody could read need not be evaluated
        _choose(question, _OFFERS[query.form])
    if question.overrides:  # the protocol's dataset goes before the query's (2.1.4)
        query = replace(query, names_graphs=False)
    default, named = question.default_graphs, question.named_graphs
    dataset = queries.Dataset(
        None if default is None else [NamedNode(iri) for iri in default],
        None if named is None else [NamedNode(iri) for iri in named],
        PREFIXES | dict(release.manifest.prefixes),
        release.settings.base_iri,
    )
    if query.calls_service and release.settings.service_allow:
        with _gateway().between(query, dataset, release.settings) as (query, dataset):
            _write(release.store, query, dataset, question, body)
    else:
        _write(release.store, query, dataset, question, body)
    body.end()


def _write(
    store: Store, query: queries.Query, dataset: queries.Dataset, question: Question, body: Answer
) -> None:
    results = queries.evaluate(store, query, dataset)
    format = _choose(question, queries.offers(results))
    body.describe(format.media_type, varies=query.varies)
    if query.form == "DESCRIBE" and isinstance(results, QueryTriples):
        quads = description(store, query, dataset, results)
        body.write(write_rdf(quads, format, dataset.prefixes))
    else:
        queries.serialize(results, format, body)


@cache
def _gateway() -> Gateway:
    """Begun with the first query that needs it: most workers never do, and it is slow to import."""
    from graphsvc.web.gateway import Gateway

    return Gateway()


def _choose(question: Question, offers: Sequence[Format]) -> Format:
    for format in offers:
        if format.media_type in question.media_types:
            return format
    raise Unsuitable(offers)


def _evaluate(folder: Path, megabytes: int, connection: socket.socket) -> None:
    """Answer questions for as long as the process lives."""
    try:
        release = Release.open(folder)
        _bound_memory(megabytes)
        if not release.settings.service_allow:
            confine()
        connection.sendall(message(READY))
        while True:
            _, size = PREFIX.unpack(_read(connection, PREFIX.size))
            answer(release, Question.of(_read(connection, size)), connection)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError as error:  # of the store, or of the socket, where nobody hears it
        _fail(connection, error)
    except BaseException as error:  # noqa: BLE001 - told to the server, which ends the process
        _fail(connection, error)


def _fail(connection: socket.socket, error: BaseException) -> None:
    try:
        connection.sendall(message(FAILURE, f"{type(error).__name__}: {error}".encode()))
    finally:
        os._exit(1)


def _bound_memory(megabytes: int) -> None:
    """Take no more than so much beyond what the process has now; the kernel sees to it.

    What is bounded is memory of its own: the release's files, which all workers share
    in the page cache, do not count. Oxigraph ends the process when it gets no more.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux, where alone this limit means what it says
        return
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    most = int(fields["VmData"].split()[0]) * 1024 + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _read(connection: socket.socket, size: int) -> bytes:
    """So many bytes; without the server the process ends here."""
    received = bytearray()
    while len(received) < size:
        chunk = connection.recv(size - len(received))
        if not chunk:
            os._exit(0)
        received += chunk
    return bytes(received)


def main() -> None:
    """Serve one server until it is gone; a signal meant for the server is not for its workers."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    connection = socket.socket(fileno=0)
    threading.stack_size(STACK_BYTES)
    work = (Path(sys.argv[1]), int(sys.argv[2]), connection)
    threading.Thread(target=_evaluate, args=work, daemon=True).start()
    threading.stack_size(GATEWAY_STACK_BYTES)
    watched = select.poll()
    watched.register(connection, 0)  # for the end alone, which is always told
    watched.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
