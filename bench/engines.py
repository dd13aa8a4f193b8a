"""The engines that answer queries: `python -m bench.engines NAME FOLDER`.

One query a line comes in as a JSON string; out goes the time it took, to the last
byte of its results in JSON, and how many solutions it has, or the only one.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Answer = Callable[[str], bytes]


@contextmanager
def graphsvc(folder: Path) -> Iterator[Answer]:
    """The release's store, as the SPARQL service sees it."""
    from pyoxigraph import NamedNode

    from graphsvc import queries
    from graphsvc.formats import SOLUTIONS_FORMATS
    from graphsvc.release import Release

    release = Release.open(folder)
    dataset = queries.Dataset([NamedNode(iri) for iri in release.default_graphs])
    json_format = next(each for each in SOLUTIONS_FORMATS if "json" in each.media_type)

    def answer(text: str) -> bytes:
        output = io.BytesIO()
        results = queries.evaluate(release.store, queries.read_query(text), dataset)
        queries.serialize(results, json_format, output)
        return output.getvalue()

    yield answer


@contextmanager
def oxigraph(folder: Path) -> Iterator[Answer]:
    """Oxigraph's own server on the same store, asked over one connection that is kept."""
    from bench.processes import oxigraph as command
    from graphsvc.release import Release

    graphs = [("default-graph-uri", iri) for iri in Release.open(folder).default_graphs]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    arguments = map(
        str, command("serve-read-only", "--location", folder / "store", "--bind", address)
    )
    server = subprocess.Popen(list(arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        connection = _connect(address)
        path = f"/query?{urllib.parse.urlencode(graphs)}"
        headers = {
            "Content-Type": "application/sparql-query",
            "Accept": "application/sparql-results+json",
        }

        def answer(text: str) -> bytes:
            connection.request("POST", path, text.encode(), headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"oxigraph answers {response.status}: {body[:500]!r}")
            return body

        yield answer
    finally:
        server.terminate()
        server.wait()


@contextmanager
def rdflib(folder: Path) -> Iterator[Answer]:
    """The files of a publication but its shapes, in one Graph in memory."""
    from rdflib import Graph

    from graphsvc.sources import Publication

    publication, graph = Publication.open(folder), Graph()
    for file in publication.files:
        if not file.is_shapes:
            graph.parse(file.path, format="turtle", publicID=publication.settings.base_iri)

    def answer(text: str) -> bytes:
        return graph.query(text).serialize(format="json") or b""

    yield answer


def _connect(address: str) -> http.client.HTTPConnection:
    for _ in range(600):
        connection = http.client.HTTPConnection(address)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return connection
    raise RuntimeError("oxigraph does not listen")


def serve(answer: Answer) -> None:
    """Answer what comes in until it ends."""
    print("{}", flush=True)  # ready
    for line in sys.stdin:
        text = json.loads(line)
        started = time.perf_counter()
        body = answer(text)
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "solutions": _solutions(body)}), flush=True)


def _solutions(body: bytes) -> object:
    bindings = json.loads(body)["results"]["bindings"]
    if len(bindings) == 1:
        return [str(term["value"]) for term in bindings[0].values()]
    return len(bindings)


ENGINES = {"graphsvc": graphsvc, "oxigraph": oxigraph, "rdflib": rdflib}

if __name__ == "__main__":
    with ENGINES[sys.argv[1]](Path(sys.argv[2])) as engine:
        serve(engine)
