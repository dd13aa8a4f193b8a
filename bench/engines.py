"""The engines that answer queries: `python -m bench.engines NAME FOLDER`.

One query a line comes in as a JSON string; out goes the time it took, to the last
byte of its results, and how many solutions it has, or the only one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.servers import connect, graphsvc_server, oxigraph_server

if TYPE_CHECKING:
    from rdflib import Graph

Answer = Callable[[str], bytes]
HEADERS = {
    "Content-Type": "application/sparql-query",
    "Accept": "application/sparql-results+json, application/n-triples",
}


def graphsvc(folder: Path) -> AbstractContextManager[Answer]:
    """`graphsvc serve` on a release."""
    return _over_http(graphsvc_server(folder), "/sparql")


def oxigraph(folder: Path) -> AbstractContextManager[Answer]:
    """Oxigraph's own server on the same store."""
    return _over_http(oxigraph_server(folder), "/query")


@contextmanager
def rdflib(folder: Path) -> Iterator[Answer]:
    """The files of a publication but its shapes, in one Graph in memory, without a server."""
    graph = read_graph(folder)

    def answer(text: str) -> bytes:
        result = graph.query(text)
        return result.serialize(format="nt" if result.type == "CONSTRUCT" else "json") or b""

    yield answer


def read_graph(folder: Path) -> Graph:
    """The files of a publication but its shapes."""
    from rdflib import Graph

    from graphsvc.sources import Publication

    publication, graph = Publication.open(folder), Graph()
    for file in publication.files:
        if not file.is_shapes:
            graph.parse(file.path, format="turtle", publicID=publication.settings.base_iri)
    return graph


@contextmanager
def _over_http(server: AbstractContextManager[str], path: str) -> Iterator[Answer]:
    """A server that is asked over one connection; none of them keeps the answer to a POST."""
    with server as address:
        connection = connect(address)

        def answer(text: str) -> bytes:
            try:
                connection.request("POST", path, text.encode(), HEADERS)
                response = connection.getresponse()
            except (BrokenPipeError, ConnectionError):  # idle for too long beside a slow engine
                connection.close()
                connection.request("POST", path, text.encode(), HEADERS)
                response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"{address} answers {response.status}: {body[:500]!r}")
            return body

        yield answer


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
    if not body.startswith(b"{"):
        return len({*body.splitlines()})  # triples, a line each
    bindings = json.loads(body)["results"]["bindings"]
    if len(bindings) == 1:
        return [str(term["value"]) for term in bindings[0].values()]
    return len(bindings)


ENGINES = {"graphsvc": graphsvc, "oxigraph": oxigraph, "rdflib": rdflib}

if __name__ == "__main__":
    with ENGINES[sys.argv[1]](Path(sys.argv[2])) as engine:
        serve(engine)
