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

from pyoxigraph import BlankNode, Quad

from graphsvc.blank_nodes import (
    Component,
    Statement,
    canonical_order,
    components,
    has_blank,
    is_blank,
)
from graphsvc.errors import BlankNodesError

GENID = ".well-known/genid/"  # below the base IRI

Line = tuple[str, str]  # the resource that it belongs to, `<…>`, and the triple without its dot
Description = tuple[str, list[str]]


def digest(lines: Iterable[str]) -> str:
    """What tells one description from another."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def lines_of(quads: Iterable[Quad], base_iri: str) -> Iterator[Line]:
    """The lines of quads in no order, some maybe twice; which graphs they are in is forgotten.

    Raises BlankNodesError if blank nodes cannot be told apart.
    """
    with_blank_nodes: list[str] = []
    for quad in quads:
        line = str(quad.triple)
        if BlankNode in (type(quad.subject), type(quad.object)):
            with_blank_nodes.append(line)
        else:
            yield str(quad.subject), line
    yield from _named(with_blank_nodes, base_iri)


def descriptions(
    n_quads: Path, base_iri: str, is_told: Callable[[str], bool]
) -> Iterator[Description]:
    """Every description in canonical N-Quads of the graphs that are told of, in order."""
    told = _Told(n_quads, is_told)
    named = sorted(_named(told.with_blank_nodes(), base_iri, are_labelled=True))
    lines = merge(told.without_blank_nodes(), named)
    for resource, group in groupby(lines, lambda line: line[0]):
        yield resource, [line for _, line in group]


class _Told:
    """The statements of a file of canonical N-Quads that are in graphs that are told of."""

    def __init__(self, n_quads: Path, is_told: Callable[[str], bool]) -> None:
        self._n_quads, self._is_told = n_quads, is_told
        self._graphs: dict[str, bool] = {}

    def with_blank_nodes(self) -> list[str]:
        with self._n_quads.open(encoding="utf-8", newline="\n") as lines:
            found = (self._statement(line) for line in lines if has_blank(line))
            return [statement for statement in found if statement is not None]

    def without_blank_nodes(self) -> Iterator[Line]:
        previous = ""
        with self._n_quads.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                statement = None if has_blank(line) else self._statement(line)
                if statement is not None and statement != previous:  # not in another graph again
                    previous = statement
                    yield statement[: statement.index(" ")], statement

    def _statement(self, line: str) -> str | None:
        """A line without its graph; None if that is not told of."""
        statement, graph, _ = line.rsplit(" ", 2)
        is_told = self._graphs.get(graph)
        if is_told is None:
            is_told = self._graphs[graph] = self._is_told(graph[1:-1])
        return statement if is_told else None


def _order(component: Component, *, are_labelled: bool) -> list[str]:
    """The canonical order; where that is too hard to find, the one that labels of a whole give.

    Raises BlankNodesError if there are no such labels.
    """
    try:
        return canonical_order(component)
    except BlankNodesError:
        if not are_labelled:
            raise
        nodes = {node for statement in component for node in statement.blank_nodes}
        return sorted(nodes, key=lambda node: (len(node), node))


def _named(lines: Iterable[str], base_iri: str, *, are_labelled: bool = False) -> Iterator[Line]:
    """Statements that have blank nodes, with IRIs in the place of these.

    `are_labelled` tells that they have the labels that RDFC-1.0 gives them in the whole.
    """
    for component in components(Statement.of(f"{line} .\n") for line in dict.fromkeys(lines)):
        nodes = _order(component, are_labelled=are_labelled)
        canonical = {node: f"_:c14n{number}" for number, node in enumerate(nodes)}
        mark = digest(sorted(statement.line(canonical) for statement in component))
        names = {node: f"<{base_iri}{GENID}{mark}-{number}>" for number, node in enumerate(nodes)}
        subjects = [each.subject for each in component if not is_blank(each.subject)]
        owner = min(subjects) if subjects else names[nodes[0]]
        for statement in component:
            subject = owner if is_blank(statement.subject) else statement.subject
            yield subject, statement.line(names).removesuffix(" .\n")
