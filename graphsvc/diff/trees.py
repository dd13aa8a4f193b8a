"""What has changed of one resource, property by property, its blank nodes within it.

A blank node has no name to be known by in the next state. So of those that one
property leads to, the two that have most in common are taken for one that has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from graphsvc.changes import Change
from graphsvc.paths import Term
from graphsvc.vocab import RDF_FIRST, RDF_NIL, RDF_REST

PAIRS = 10_000  # of blank nodes that are compared; of more none is taken for another
DEPTH = 50  # of blank nodes in each other that are told apart; deeper ones are the same or not


@dataclass(frozen=True)
class Value:
    """An object, the graph that has it, and of a blank node what it says, or what is in the list.

    `properties` are in the order of the quads; None for what is no blank node.
    """

    term: Term
    graph: str  # "" for the default graph
    properties: Said | None = None
    members: tuple[Value, ...] | None = None


Said = tuple[tuple[NamedNode, Value], ...]  # the predicates of a node with their objects


@dataclass(frozen=True)
class Nested:
    """A blank node that has changed, and the graph that leads to it."""

    graph: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Property:
    """What has changed of one property of one node."""

    predicate: NamedNode
    removed: tuple[Value, ...]
    added: tuple[Value, ...]
    changed: tuple[Nested, ...] = ()


def properties(change: Change) -> tuple[Property, ...]:
    """What has changed of a resource, by its properties in their order."""
    before, after = Description(change.before), Description(change.after)
    node = change.resource
    term = BlankNode(node[2:]) if node.startswith("_:") else NamedNode(node)
    return tuple(_properties(before.of(term), after.of(term), DEPTH))


class Description:
    """Lines about one resource and its blank nodes, by their subjects."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._by_subject: dict[Term, list[Quad]] = {}
        for quad in parse("".join(lines).encode(), RdfFormat.N_QUADS):
            self._by_subject.setdefault(quad.subject, []).append(quad)

    def of(self, node: Term) -> Said:
        """What is said of a node, with the blank nodes that it leads to, each told of once."""
        self._told = {node}
        return self._said(node, DEPTH)

    def _said(self, node: Term, depth: int) -> Said:
        return tuple(
            (quad.predicate, self._value(quad, depth)) for quad in self._by_subject.get(node, ())
        )

    def _value(self, quad: Quad, depth: int) -> Value:
        term, graph = quad.object, quad.graph_name
        assert isinstance(term, Term)
        name = graph.value if isinstance(graph, NamedNode) else ""
        if not isinstance(term, BlankNode):
            return Value(term, name, members=() if term == RDF_NIL else None)
        if term in self._told or not depth:
            return Value(term, name, ())
        self._told.add(term)
        members = self._members(term, depth - 1)
        if members is not None:
            return Value(term, name, (), members)
        return Value(term, name, self._said(term, depth - 1))

    def _members(self, node: Term, depth: int) -> tuple[Value, ...] | None:
        """The members of a list, if it is nothing but a whole one."""
        firsts: list[Quad] = []
        seen: set[Term] = set()
        while node != RDF_NIL:
            said = {quad.predicate: quad for quad in self._by_subject.get(node, ())}
            whole = said.keys() == {RDF_FIRST, RDF_REST}
            if not whole or len(self._by_subject[node]) != len(said) or node in seen:
                return None
            seen.add(node)
            firsts.append(said[RDF_FIRST])
            rest = said[RDF_REST].object
            assert isinstance(rest, Term)
            node = rest
        return tuple(self._value(first, depth) for first in firsts)


def _properties(before: Said, after: Said, depth: int) -> Iterator[Property]:
    old, new = _by_predicate(before), _by_predicate(after)
    for predicate in sorted({*old, *new}, key=lambda each: each.value):
        gone = _beyond(old.get(predicate, ()), new.get(predicate, ()))
        come = _beyond(new.get(predicate, ()), old.get(predicate, ()))
        changed = []
        for one, other in _pairs(gone, come) if depth else ():
            gone.remove(one)
            come.remove(other)
            nested = _properties(one.properties or (), other.properties or (), depth - 1)
            changed.append(Nested(other.graph, tuple(nested)))
        if gone or come or changed:
            yield Property(predicate, tuple(gone), tuple(come), tuple(changed))


def _beyond(values: Iterable[Value], others: Iterable[Value]) -> list[Value]:
    """Those that are not among others; the label of a blank node is made of what it says."""
    known = {(each.term, each.graph) for each in others}
    return [each for each in values if (each.term, each.graph) not in known]


def _by_predicate(said: Said) -> dict[NamedNode, list[Value]]:
    found: dict[NamedNode, list[Value]] = {}
    for predicate, value in said:
        found.setdefault(predicate, []).append(value)
    return found


def _pairs(gone: Iterable[Value], come: Iterable[Value]) -> list[tuple[Value, Value]]:
    """Blank nodes that may be one before and after a change: first those most alike."""
    old = [(each, frozenset(_marks(each))) for each in gone if each.properties]
    new = [(each, frozenset(_marks(each))) for each in come if each.properties]
    if len(old) * len(new) > PAIRS:
        return []
    ranked = [
        (-len(marks & others), i, j)
        for i, (_, marks) in enumerate(old)
        for j, (_, others) in enumerate(new)
    ]
    only = len(ranked) == 1
    pairs: dict[int, int] = {}
    for common, i, j in sorted(ranked):
        if (common or only) and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(old[i][0], new[j][0]) for i, j in pairs.items()]


def _marks(value: Value) -> Iterator[object]:
    """What two blank nodes may have in common."""
    for predicate, each in value.properties or ():
        if isinstance(each.term, BlankNode):
            yield predicate
        else:
            yield predicate, each.term
