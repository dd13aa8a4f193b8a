"""A data graph that changes, and of which a part can be validated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graphsvc.literals import as_stored
from graphsvc.paths import Term
from graphsvc.shacl.store import DataGraph, in_graphs
from graphsvc.shacl.written import AS_STORED, AS_WRITTEN, SHAPES_GRAPH, decode, encode

MARKS = NamedNode("urn:graphsvc:graph:marks")
_MARKED = NamedNode("urn:graphsvc:marked")
_DEFAULT = DefaultGraph()


def marked(variable: str) -> str:
    """A pattern that holds of the nodes that are marked."""
    return f"GRAPH {MARKS} {{ {_MARKED} {_MARKED} {variable} }}"


@dataclass(frozen=True)
class View:
    """The triples as a query sees them: with literals as written, or as a Store has them."""

    store: Store
    graph: NamedNode
    form: Callable[[Term], Term]  # in which a literal is there

    def subjects(self, predicate: NamedNode | None, object_: Term) -> Iterator[Term]:
        kept = self.form(object_)
        for graph in (_DEFAULT, self.graph):
            for quad in self.store.quads_for_pattern(None, predicate, kept, graph):
                yield cast("Term", quad.subject)

    def objects(self, subject: Term, predicate: NamedNode | None) -> Iterator[Term]:
        if not isinstance(subject, Literal):
            for graph in (_DEFAULT, self.graph):
                for quad in self.store.quads_for_pattern(subject, predicate, None, graph):
                    yield decode(cast("Term", quad.object))


class ChangingGraph(DataGraph):
    """A data graph whose triples come and go, and whose nodes can be marked."""

    def __len__(self) -> int:
        return len(self._store)

    def __bool__(self) -> bool:
        """Is anything stated? To count takes long."""
        return any(True for _ in self._store)

    def __contains__(self, triple: Quad) -> bool:
        return next(in_graphs((triple,))) in self._store

    def describes(self, node: NamedNode) -> bool:
        """Is it a subject, be it of the shapes graph?"""
        return any(True for _ in self._store.quads_for_pattern(node, None, None, None))

    def objects_of(self, predicate: NamedNode) -> Iterator[Term]:
        """Its objects, those of the shapes graph too."""
        for quad in self._store.quads_for_pattern(None, predicate, None, None):
            yield cast("Term", quad.object)

    def remove(self, triples: Iterable[Quad]) -> None:
        for triple in triples:
            kept, *twin = in_graphs((triple,))
            self._store.remove(kept)
            if twin and not self._has_alike(triple):
                self._store.remove(twin[0])

    def replace_shapes(self, shapes_graph: Iterable[Quad]) -> None:
        self._store.remove_graph(SHAPES_GRAPH)
        self.add_shapes(shapes_graph)

    def views(self) -> list[View]:
        """As written, and as a Store has them if that differs."""
        found = [View(self._store, AS_WRITTEN, encode)]
        if any(True for _ in self._store.quads_for_pattern(None, None, None, AS_WRITTEN)):
            found.append(View(self._store, AS_STORED, _in_store))
        return found

    @contextmanager
    def marking(self, nodes: Iterable[Term]) -> Iterator[None]:
        """Mark these nodes for a while, literals in each form that a query may see."""
        forms = {form(node) for node in nodes for form in (encode, _in_store)}
        self._store.extend(Quad(_MARKED, _MARKED, form, MARKS) for form in forms)
        self._named_graphs = [SHAPES_GRAPH, MARKS]
        try:
            yield
        finally:
            self._named_graphs = [SHAPES_GRAPH]
            self._store.remove_graph(MARKS)

    def in_every_form(self, nodes: Iterable[Term]) -> set[Term]:
        """Nodes, how a Store shows those that are literals, and how else these are written."""
        found = {form for node in nodes for form in (node, _in_store(node))}
        literals = [node for node in found if isinstance(node, Literal)]
        for literal in literals:
            for twin in self._store.quads_for_pattern(None, None, literal, AS_STORED):
                subject = cast("NamedNode", twin.subject)
                found |= set(self._written(subject, twin.predicate, literal))
        return found

    def _written(self, subject: NamedNode, predicate: NamedNode, stored: Literal) -> Iterator[Term]:
        """The objects that are kept as written and that a Store shows so."""
        for quad in self._store.quads_for_pattern(subject, predicate, None, AS_WRITTEN):
            written = decode(cast("Term", quad.object))
            if _in_store(written) == stored:
                yield written

    def _has_alike(self, triple: Quad) -> bool:
        """Is there another literal that a Store shows as that of this triple?"""
        stored = _in_store(cast("Term", triple.object))
        assert isinstance(stored, Literal)
        subject = cast("NamedNode", triple.subject)
        return any(True for _ in self._written(subject, triple.predicate, stored))


def _in_store(term: Term) -> Term:
    return term if encode(term) is term else as_stored(cast("Literal", term))
