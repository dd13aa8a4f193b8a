"""Data graphs in a Store, for the queries of a plan.

Literals that a Store would write anew are kept twice, each in a graph of its
own: as they were written, for what compares terms, and as a Store has them,
for the queries of a shapes graph, which compute with values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Variable

from graphsvc.paths import Term
from graphsvc.shacl.plan import Query, Row
from graphsvc.shacl.written import AS_STORED, AS_WRITTEN, SHAPES_GRAPH, decode, encode, skolem

CHUNK = 100_000  # quads; so many are in memory beside the Store


class DataGraph:
    """A data graph that a plan runs on."""

    def __init__(self, quads: Iterable[Quad], shapes_graph: Iterable[Quad] = ()) -> None:
        self._store = Store()
        self._store.extend(self._stored(quads))
        self._store.extend(map(_of_shapes, shapes_graph))

    def _stored(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            object_ = quad.object
            kept = encode(cast("Term", object_))
            if kept is object_:
                yield Quad(quad.subject, quad.predicate, object_)
            else:
                yield Quad(quad.subject, quad.predicate, kept, AS_WRITTEN)
                yield Quad(quad.subject, quad.predicate, object_, AS_STORED)

    def select(self, query: Query) -> Iterator[Row]:
        """Solutions of a query; they belong to the calling thread."""
        scope: dict[str, Any] = {}
        if query.this is not None:
            scope["substitutions"] = {Variable("this"): query.this}
        graphs: list[NamedNode | BlankNode | DefaultGraph] = [DefaultGraph()]
        graphs.append(AS_WRITTEN if query.as_written else AS_STORED)
        solutions = cast(
            "Iterable[Any]",
            self._store.query(
                query.text, default_graph=graphs, named_graphs=[SHAPES_GRAPH], **scope
            ),
        )
        names = [name[1:] for name in query.columns]
        for solution in solutions:
            yield tuple(_cell(solution, name) for name in names)


def _cell(solution: Any, name: str) -> Term | None:
    try:
        term = solution[name]
    except KeyError:  # what $this is replaced by is no column any more
        return None
    return None if term is None else decode(term)


def _of_shapes(quad: Quad) -> Quad:
    subject, object_ = (skolem(cast("Term", each)) for each in (quad.subject, quad.object))
    return Quad(cast("NamedNode", subject), quad.predicate, object_, SHAPES_GRAPH)
