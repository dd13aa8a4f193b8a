"""Descriptions of resources as lines of N-Triples, blank nodes under IRIs that last.

A feed tells of one resource at a time, and a blank node has no name that two of its
messages could share. So each gets an IRI (RDF 1.1 calls it a Skolem IRI) made from what is
said of it and of all blank nodes that it is tied to. It stays the same as long as that does,
whatever else changes and whichever files are read. Blank nodes of which the same is said in
the same places are one: nothing tells them apart.

What is said of blank nodes belongs to the resource that leads to them, the first by its IRI
if several do. Those that nothing leads to are a resource by themselves.

Spec: https://www.w3.org/TR/rdf11-concepts/#section-skolemization
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

GENID = ".well-known/genid/"  # below the base IRI

Line = tuple[str, str]  # the resource that it belongs to, `<…>`, and the triple without its dot
Description = tuple[str, list[str]]


def digest(lines: Iterable[str]) -> str:
    """What tells one description from another."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def lines_of(quads: Iterable[Quad], base_iri: str) -> Iterator[Line]:
    """The lines of quads in no order, some maybe twice; which graphs they are in is forgotten."""
    with_blank_nodes: list[Triple] = []
    for quad in quads:
        if BlankNode in (type(quad.subject), type(quad.object)):
            with_blank_nodes.append(quad.triple)
        else:
            yield str(quad.subject), str(quad.triple)
    yield from _named(with_blank_nodes, base_iri)


def descriptions(
    n_quads: Path, base_iri: str, is_told: Callable[[str], bool]
) -> Iterator[Description]:
    """Every description in canonical N-Quads of the graphs that are told of, in order."""
    lines = _merged(n_quads, base_iri, is_told)
    for resource, group in groupby(lines, lambda line: line[0]):
        yield resource, [line for _, line in group]


def _merged(n_quads: Path, base_iri: str, is_told: Callable[[str], bool]) -> Iterator[Line]:
    with n_quads.open("rb") as file:
        candidates = b"".join(line for line in file if b"_:" in line)
    quads = [
        quad.triple
        for quad in parse(candidates, RdfFormat.N_QUADS)
        if BlankNode in (type(quad.subject), type(quad.object)) and is_told(_iri(quad))
    ]
    return merge(_without_blank_nodes(n_quads, is_told), sorted(_named(quads, base_iri)))


def _iri(quad: Quad) -> str:
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name.value


def _without_blank_nodes(n_quads: Path, is_told: Callable[[str], bool]) -> Iterator[Line]:
    graphs: dict[str, bool] = {}
    previous = ""
    with n_quads.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            statement, graph, _ = line.rsplit(" ", 2)
            wanted = graphs.get(graph)
            if wanted is None:
                wanted = graphs[graph] = is_told(graph[1:-1])
            if not wanted or statement == previous:  # once more, in another graph
                continue
            subject, _, object_ = statement.split(" ", 2)
            if not (subject.startswith("_:") or object_.startswith("_:")):
                previous = statement
                yield subject, statement


def _named(triples: Iterable[Triple], base_iri: str) -> Iterator[Line]:
    for group in _tied(triples):
        yield from _named_group(group, base_iri)


def _tied(triples: Iterable[Triple]) -> Iterable[list[Triple]]:
    """The triples, those together whose blank nodes are tied to one another."""
    leaders: dict[BlankNode, BlankNode] = {}

    def leader(node: BlankNode) -> BlankNode:
        above = leaders.setdefault(node, node)
        while above != (higher := leaders[above]):
            leaders[node] = higher
            node, above = above, higher
        return above

    kept = list(triples)
    for triple in kept:
        nodes = [each for each in (triple.subject, triple.object) if isinstance(each, BlankNode)]
        leaders[leader(nodes[0])] = leader(nodes[-1])
    groups: dict[BlankNode, list[Triple]] = {}
    for triple in kept:
        node = triple.subject if isinstance(triple.subject, BlankNode) else triple.object
        assert isinstance(node, BlankNode)
        groups.setdefault(leader(node), []).append(triple)
    return groups.values()


def _named_group(group: list[Triple], base_iri: str) -> Iterator[Line]:
    dataset = Dataset(Quad(*triple) for triple in group)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(str(quad.triple) for quad in dataset)
    beginning = f"{base_iri}{GENID}{digest(lines)}-"

    def named(node: BlankNode) -> NamedNode:
        return NamedNode(beginning + node.value.removeprefix("c14n"))

    owner, own = "", []
    for quad in dataset:
        subject, object_ = quad.subject, quad.object
        object_ = named(object_) if isinstance(object_, BlankNode) else object_
        if isinstance(subject, BlankNode):
            own.append(str(Triple(named(subject), quad.predicate, object_)))
        else:
            owner = min(owner or str(subject), str(subject))
            yield str(subject), str(Triple(subject, quad.predicate, object_))
    for line in own:
        yield owner or f"<{beginning}0>", line
