"""RDF documents: quads in a format, with the prefixes that they use."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, serialize

from graphsvc.formats import JSON_LD, Format


def write_rdf(quads: Sequence[Quad], format: Format, prefixes: Mapping[str, str]) -> bytes:
    """A document of these quads.

    TriG and N-Quads tell the graph of each; the other formats hold the triples of
    all graphs once each. That goes for JSON-LD too: whoever reads it into one graph
    would find nothing in it.
    That RDF/XML can hold them is a condition for a release.
    """
    if not format.datasets or format is JSON_LD:
        triples = dict.fromkeys(quad.triple for quad in quads)
        quads = [Quad(each.subject, each.predicate, each.object) for each in triples]
    return serialize(quads, format=format.rdf, prefixes=_used(quads, prefixes)) or b""


def _used(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = sorted(set(_iris(quads)))

    def is_used(namespace: str) -> bool:
        at = bisect_left(iris, namespace)  # where those that begin with it would be
        return at < len(iris) and iris[at].startswith(namespace)

    return {prefix: namespace for prefix, namespace in prefixes.items() if is_used(namespace)}


def _iris(quads: Iterable[Quad]) -> Iterator[str]:
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value
