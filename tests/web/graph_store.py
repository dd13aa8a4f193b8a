"""The Graph Store Protocol's suite: what its requests would have written, and a release of that.

Spec: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email import message_from_bytes
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from manifests import MF, SPARQL
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from graphsvc.dumps import write_dumps
from graphsvc.paths import Term
from graphsvc.release import Release
from web.http_vocabulary import Request, requests_of
from web.releases import open_release

BASE = "http://www.example/"  # the authority that the suite asks
_DEFAULT = BASE + "graph/data"  # the default graph of such a release holds it alone
_ENDPOINT = "/gsp"

Graphs = Mapping[str, tuple[Quad, ...]]  # by their names


def tests() -> Iterator[tuple[str, list[Request]]]:
    """Each test, by its IRI, and its requests.

    The manifest forgets head_non_existing_direct among its entries, so all that it types are taken.
    """
    for kind in ("direct", "indirect"):
        if SPARQL.folder.is_dir():
            graph = SPARQL.graph(f"{SPARQL.base_iri}graph-store-protocol/manifest-{kind}.ttl")
            for test in graph.subjects[NamedNode(MF + "GraphStoreProtocolTest")]:
                yield test.value, requests_of(graph, test)


def address(path: str) -> str:
    """Where our server has what the suite has at a path: only the endpoint is elsewhere."""
    return "/graph" + path.removeprefix(_ENDPOINT) if _is_endpoint(path) else path


def written(graphs: Graphs, request: Request) -> Graphs:
    """The graphs after a request that writes."""
    name = _name(request.path)
    others = {each: quads for each, quads in graphs.items() if each != name}
    if request.method == "DELETE":
        return others
    held = graphs.get(name, ()) if request.method == "POST" else ()
    return others | {name: (*held, *_sent(request, name))}


def _is_endpoint(path: str) -> bool:
    return urlsplit(path).path == _ENDPOINT


def _name(path: str) -> str:
    if not _is_endpoint(path):
        return BASE + path.removeprefix("/")
    return parse_qs(urlsplit(path).query).get("graph", [_DEFAULT])[0]


def _sent(request: Request, name: str) -> Iterator[Quad]:
    """The triples of a request's body, which may have several parts."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n"
    for part in message_from_bytes(head.encode() + request.content).walk():
        if part.is_multipart():
            continue
        assert part.get_content_type() == "text/turtle"
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        for quad in parse(content, RdfFormat.TURTLE, base_iri=name, rename_blank_nodes=True):
            object_ = quad.object
            assert isinstance(object_, Term)
            yield Quad(quad.subject, quad.predicate, object_, NamedNode(name))


def release_of(graphs: Graphs, folder: Path) -> Release:
    """A release that holds the graphs, each with its dumps."""
    n_quads = folder / "graphs.nq"
    serialize(chain.from_iterable(graphs.values()), n_quads, RdfFormat.N_QUADS)
    dumps, counts = write_dumps(folder / "dumps", n_quads, BASE, {})
    return open_release(folder, n_quads, BASE, counts, dumps)
