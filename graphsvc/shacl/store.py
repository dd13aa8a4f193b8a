"""Data graphs in a Store, for the queries of a plan.

Literals that a Store would write anew are kept twice, each in a graph of its
own: as they were written, for what compares terms, and as a Store has them,
for the queries of a shapes graph, which compute with values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from graphsvc.paths import Term
from graphsvc.shacl import sparql
from graphsvc.shacl.plan import Query, Row
from graphsvc.shacl.written import AS_STORED, AS_WRITTEN, SHAPES_GRAPH, decode, encode, skolem

FEW = 1_000  # quads that are not worth a thread
AT_ONCE = 50_000  # quads that are stored while as many are parsed


class DataGraph:
    """A data graph that a plan runs on."""

    def __init__(self) -> None:
        self._store = Store()
        self._named_graphs: list[NamedNode | BlankNode] = [SHAPES_GRAPH]  # that queries may name
        self._rewritten_of: Set[str] | None = None

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add triples; names of graphs are ignored."""
        quads = iter(quads)
        self._store.extend(in_graphs(islice(quads, FEW)))
        self._load(quads)
        self._rewritten_of = None

    def _load(self, quads: Iterator[Quad]) -> None:
        """Store quads in a thread, while this one parses the next of them.

        Store.extend would hold Python's lock meanwhile. Store.load does not, but reads
        bytes, and gives blank nodes labels of its own; so what has any goes by the other.
        """
        with ThreadPoolExecutor(1) as threads:
            under_way: Future[None] | None = None
            while True:
                aside: list[Quad] = []
                some = in_graphs(islice(quads, AT_ONCE), aside)
                text = serialize(some, format=RdfFormat.N_QUADS)
                if under_way is not None:
                    under_way.result()
                if not (text or aside):
                    return
                self._store.extend(aside)
                under_way = threads.submit(self._store.load, text, RdfFormat.N_QUADS, lenient=True)

    def add_shapes(self, shapes_graph: Iterable[Quad]) -> None:
        """Add the shapes graph as the named graph that $shapesGraph stands for."""
        self._store.extend(map(of_shapes, shapes_graph))

    def select(self, query: Query) -> Iterator[Row]:
        """Solutions of a query; they belong to the calling thread."""
        scope = self._dataset(query)
        if query.this is not None:
            scope["substitutions"] = {Variable("this"): query.this}
        solutions = cast("Iterable[Any]", self._store.query(query.text, **scope))
        names = [name[1:] for name in query.columns]
        for solution in solutions:
            yield tuple(_cell(solution, name) for name in names)

    def _dataset(self, query: Query) -> dict[str, Any]:
        """The graphs that a query reads; to look everything up in two takes half as long again."""
        default: list[NamedNode | DefaultGraph] = [DefaultGraph()]
        named = sparql.iris(query.text) if query.as_written else None
        if named is not None and self._rewritten().isdisjoint(named):
            return {}  # a query of ours says where it looks beside the default graph
        if self._rewritten():
            default.append(AS_WRITTEN if query.as_written else AS_STORED)
        return {"default_graph": default, "named_graphs": self._named_graphs}

    def _rewritten(self) -> Set[str]:
        """The predicates of literals that are kept twice."""
        known = self._rewritten_of
        if known is None:
            text = f"SELECT DISTINCT ?p WHERE {{ GRAPH {AS_WRITTEN} {{ ?s ?p ?o }} }}"
            found = cast("Iterable[Any]", self._store.query(text))
            known = self._rewritten_of = frozenset(solution["p"].value for solution in found)
        return known


def in_graphs(quads: Iterable[Quad], aside: list[Quad] | None = None) -> Iterator[Quad]:
    """The triples of a data graph, each in the graph that it is kept in, or in both.

    Those with blank nodes are put aside, if that is wanted.
    """
    for quad in quads:
        object_ = quad.object
        if aside is not None and (type(object_) is BlankNode or type(quad.subject) is BlankNode):
            aside += in_graphs((quad,))
            continue
        kept = encode(object_) if type(object_) is Literal else object_
        if kept is not object_:
            yield Quad(quad.subject, quad.predicate, kept, AS_WRITTEN)
            yield Quad(quad.subject, quad.predicate, object_, AS_STORED)
        elif type(quad.graph_name) is DefaultGraph:
            yield quad
        else:
            yield Quad(quad.subject, quad.predicate, object_)


def of_shapes(quad: Quad) -> Quad:
    """A triple of the shapes graph, as a query finds it there."""
    subject, object_ = (skolem(cast("Term", each)) for each in (quad.subject, quad.object))
    return Quad(cast("NamedNode", subject), quad.predicate, object_, SHAPES_GRAPH)


def _cell(solution: Any, name: str) -> Term | None:
    try:
        term = solution[name]
    except KeyError:  # what $this is replaced by is no column any more
        return None
    return None if term is None else decode(term)
