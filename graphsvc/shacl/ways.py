"""Ways along triples: from a node to the triples that are looked at, and back.

A way is a row of property paths, and of steps along any predicate at all, as a
variable in a query takes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import NamedNode

from graphsvc.paths import Alternative, Inverse, Path, Repeated, Sequence, Term
from graphsvc.shacl.sparql import inwards


@dataclass(frozen=True)
class Anything:
    """A step along any predicate."""

    inverse: bool = False


Hop = Path | Anything  # a path is inverse at its predicates only
Way = tuple[Hop, ...]


@dataclass(frozen=True)
class Read:
    """Triples that are looked at on the way from a focus node.

    Their near end is where the way ends, the object if `inverse`. Without a way
    nothing is known of how the focus node hangs together with them; without a
    predicate it may be any, and `far` is what stands at the other end if only
    that is looked for.
    """

    way: Way | None
    predicate: NamedNode | None = None
    inverse: bool = False
    far: Term | None = None

    def after(self, way: Way) -> Read:
        """The same, read from each node that a way leads to."""
        return self if self.way is None else replace(self, way=(*way, *self.way))


# A node that is targeted by name can appear in the graph, or vanish from it, by any triple about
# it; then `p*` leads from it to itself, or does not.
OF_ITSELF = (Read(()), Read((), inverse=True))
UNBOUNDED = Read(None)


class Triples(Protocol):
    """A graph to walk in; a predicate that is None is any."""

    def subjects(self, predicate: NamedNode | None, object_: Term) -> Iterable[Term]: ...

    def objects(self, subject: Term, predicate: NamedNode | None) -> Iterable[Term]: ...


def hop(path: Path) -> Path:
    """A path as a step of a way."""
    return inwards(path)


def turned(step: Hop) -> Hop:
    """The same step from its other end."""
    if isinstance(step, Anything):
        return Anything(not step.inverse)
    return inwards(Inverse(step))


def reads_of(step: Hop) -> Iterator[Read]:
    """The triples that are looked at when a node takes a step."""
    match inwards(step) if isinstance(step, Inverse) else step:
        case Anything(inverse):
            yield Read((), None, inverse)
        case NamedNode() as predicate:
            yield Read((), predicate)
        case Inverse(NamedNode() as predicate):
            yield Read((), predicate, inverse=True)
        case Alternative(members):
            yield from (read for member in members for read in reads_of(member))
        case Sequence(members):
            yield from reads_on(members)
        case Repeated(inner, sign):
            before: Way = () if sign == "?" else (Repeated(inner, "*"),)
            yield from (read.after(before) for read in reads_of(inner))


def reads_on(way: Way) -> Iterator[Read]:
    """The triples that are looked at on a way."""
    for number, step in enumerate(way):
        yield from (read.after(way[:number]) for read in reads_of(step))


def may_stay(step: Hop) -> bool:
    """Can it be that nothing is stepped over?"""
    match step:
        case Repeated(inner, sign):
            return sign != "+" or may_stay(inner)
        case Inverse(inner):
            return may_stay(inner)
        case Alternative(members):
            return any(map(may_stay, members))
        case Sequence(members):
            return all(map(may_stay, members))
    return False


def is_one_step(step: Hop) -> bool:
    """Does it always lead along one triple?"""
    match step:
        case Anything() | NamedNode() | Inverse(NamedNode()):
            return True
        case Inverse(inner):
            return is_one_step(inner)
        case Alternative(members):
            return all(map(is_one_step, members))
    return False


def back(graph: Triples, way: Way, nodes: Iterable[Term]) -> set[Term]:
    """The nodes from which a way leads to one of these."""
    found = set(nodes)
    for step in reversed(way):
        if not found:
            break
        found = _back(graph, step, found)
    return found


def _back(graph: Triples, step: Hop, nodes: set[Term]) -> set[Term]:
    match step:
        case Anything(inverse):
            return _neighbours(graph, None, nodes, inverse=inverse)
        case NamedNode():
            return _neighbours(graph, step, nodes, inverse=False)
        case Inverse(NamedNode() as predicate):
            return _neighbours(graph, predicate, nodes, inverse=True)
        case Inverse(inner):
            return _back(graph, inwards(Inverse(inner)), nodes)
        case Alternative(members):
            return set().union(*(_back(graph, member, nodes) for member in members))
        case Sequence(members):
            return back(graph, members, nodes)
        case Repeated(inner, sign):
            return _repeated(graph, inner, sign, nodes)


def _neighbours(
    graph: Triples, predicate: NamedNode | None, nodes: set[Term], *, inverse: bool
) -> set[Term]:
    if inverse:
        return {found for node in nodes for found in graph.objects(node, predicate)}
    return {found for node in nodes for found in graph.subjects(predicate, node)}


def _repeated(graph: Triples, inner: Path, sign: str, nodes: set[Term]) -> set[Term]:
    found = set() if sign == "+" else set(nodes)
    frontier = nodes
    while frontier:
        frontier = _back(graph, inner, frontier) - found
        found |= frontier
        if sign == "?":
            break
    return found
