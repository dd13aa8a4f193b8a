"""What a query reads about a focus node: how each triple pattern hangs together with $this.

A solution that comes or goes with a triple holds that triple in one of the
patterns, and others that lead there from $this. Along those the focus nodes
are found. Which patterns may be taken for such a way depends on the groups: a
variable may lead into an OPTIONAL, a MINUS or an EXISTS only if what stands
before it is sure to bind it; into any other group always, as that is joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from graphsvc.paths import Path
from graphsvc.shacl.patterns import Child, Group, Node, Pattern, read_patterns
from graphsvc.shacl.prebinding import ShapesQuery
from graphsvc.shacl.tokens import Unreadable
from graphsvc.shacl.ways import (
    UNBOUNDED,
    Hop,
    Read,
    Way,
    hop,
    is_one_step,
    may_stay,
    reads_of,
    turned,
)

Known = Mapping[str, Way]  # how each variable is reached from the focus node


def query_reads(query: ShapesQuery, known: Known, *, is_select: bool) -> set[Read]:
    """What a query may look at, given what its variables are bound to before it starts."""
    bound: dict[str, Path | None] = {name: _constant(text) for name, text in query.bound.items()}
    if query.path is not None:
        bound["PATH"] = hop(query.path)
    try:
        group = read_patterns(query.text, query.prefixes, bound)
    except Unreadable:
        return {UNBOUNDED}
    start = frozenset(known)
    return set(_Reads(start, is_select).of_group(group, known, start))


def _constant(text: str) -> NamedNode | None:
    return NamedNode(text[1:-1]) if text.startswith("<") else None


@dataclass(frozen=True)
class _Reads:
    """`bound` are the variables that prebinding binds.

    In a SELECT query it binds them anew in each group that mentions $this, see
    prebinding; in an ASK query, at its beginning.
    """

    bound: frozenset[str]
    is_select: bool
    within_exists: bool = False

    def of_group(self, group: Group, known: Known, certain: frozenset[str]) -> Iterator[Read]:
        """Reads of a group, whose variables in `certain` have a value from its beginning."""
        known = _reached(group, known)
        patterns = [each for each in group.elements if isinstance(each, Pattern)]
        everything = certain.union(*(pattern.variables for pattern in patterns))
        before = certain
        for element in group.elements:
            if isinstance(element, Pattern):
                yield from _reads_of_pattern(element, known)
                before = before.union(element.variables)
            else:
                sure = everything if element.kind == "EXISTS" else before
                yield from self._of_child(element, known, sure)

    def _of_child(self, child: Child, known: Known, sure: frozenset[str]) -> Iterator[Read]:
        group = child.group
        if child.kind != "JOIN":
            known = {name: way for name, way in known.items() if name in sure}
        if group.projected is not None:
            if self.within_exists:
                known = {}
            known = {name: way for name, way in known.items() if name in group.projected}
        inner = self
        certain: frozenset[str] = frozenset()
        if child.kind in ("EXISTS", "BIND"):
            inner = replace(self, within_exists=True)
            certain = frozenset(known)
        elif child.kind != "OPTIONAL" and self._are_bound_in(group):
            certain = self.bound
        yield from inner.of_group(group, known, certain)

    def _are_bound_in(self, group: Group) -> bool:
        return self.is_select and not self.within_exists and "this" in group.mentioned


def _reached(group: Group, known: Known) -> dict[str, Way]:
    """What is known, and what the patterns of a group lead to from there, on the shortest way."""
    reached = dict(known)
    patterns = [each for each in group.elements if isinstance(each, Pattern)]
    frontier = set(reached)
    while frontier:
        found: dict[str, Way] = {}
        for pattern in patterns:
            for start, step, end in _both_ways(pattern):
                if start in frontier and isinstance(end, str) and end not in reached:
                    found.setdefault(end, (*reached[str(start)], step))
        reached.update(found)
        frontier = set(found)
    return reached


def _both_ways(pattern: Pattern) -> Iterator[tuple[Node, Hop, Node]]:
    yield pattern.subject, pattern.step, pattern.object
    yield pattern.object, turned(pattern.step), pattern.subject


def _reads_of_pattern(pattern: Pattern, known: Known) -> Iterator[Read]:
    ways = [
        (known[start], step, end)
        for start, step, end in _both_ways(pattern)
        if isinstance(start, str) and start in known
    ]
    if ways:
        way, step, end = min(ways, key=lambda each: len(each[0]))
        for read in reads_of(step):
            far = end if isinstance(end, NamedNode) and is_one_step(step) else None
            yield replace(read.after(way), far=far)
    elif may_stay(pattern.step):
        yield UNBOUNDED
    else:
        for read in reads_of(pattern.step):
            yield replace(UNBOUNDED, predicate=read.predicate)
