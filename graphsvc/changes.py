"""What has become of each resource between two states of a publication.

A state is its canonical N-Quads. There a blank node is labelled by what the
whole graph says, so one more renames others. Here it gets a label made from all
that its component says: where two states agree on a component they agree on its
lines, and two sorted sequences of lines are compared in one pass. Only the
quads that have blank nodes are held in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from graphsvc.blank_nodes import (
    Component,
    Statement,
    canonical_order,
    components,
    has_blank,
    is_blank,
)

SHARED = 100  # resources that lead to one component; of more the first alone is told


class Kind(Enum):
    """What has become of a resource."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True)
class Change:
    """A resource that two states describe differently.

    `resource` is an IRI, or `_:` and the label of a blank node that no IRI leads to.
    `before` and `after` are all lines of N-Quads about it and about the blank nodes that
    it leads to, in their order, with the labels that this module gives; none if
    it is not described.
    """

    resource: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        if not self.before:
            return Kind.CREATED
        return Kind.UPDATED if self.after else Kind.DELETED

    @property
    def removed(self) -> list[str]:
        kept = set(self.after)
        return [line for line in self.before if line not in kept]

    @property
    def added(self) -> list[str]:
        kept = set(self.before)
        return [line for line in self.after if line not in kept]


@dataclass(frozen=True)
class NQuads:
    """The lines of a file, as often as they are wanted."""

    path: Path

    def __iter__(self) -> Iterator[str]:
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            yield from lines


class State:
    """The lines of canonical N-Quads, by the resource that they tell of."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines`, sorted, are iterated over once now and once for each iteration.

        Raises BlankNodesError if blank nodes cannot be told apart.
        """
        self._lines = lines
        self._own_labels: dict[str, str] = {}  # by the label in the lines
        self._hanging: dict[str, list[str]] = {}  # lines about blank nodes, by resource
        seen: dict[str, int] = {}  # how often each component is there already
        for component in components(Statement.of(line) for line in lines if has_blank(line)):
            labels = _labels(component, seen)
            self._own_labels.update(labels)
            self._hang(component, labels)

    @property
    def labels(self) -> Mapping[str, str]:
        """The label in the canonical N-Quads by the label that this module gives."""
        return {own: label for label, own in self._own_labels.items()}

    def __iter__(self) -> Iterator[tuple[str, list[str]]]:
        """Each resource as lines name it, `<iri>` or `_:label`, with its lines, both sorted."""
        for subject, lines in groupby(self._lines, _subject):
            if not is_blank(subject):
                described = list(lines)
                if any(map(has_blank, described)):
                    labelled = (Statement.of(line).line(self._own_labels) for line in described)
                    described = sorted({*labelled, *self._hanging.get(subject, ())})
                yield subject, described
        for node in sorted(filter(is_blank, self._hanging)):
            yield node, sorted(self._hanging[node])

    def _hang(self, component: Component, labels: Mapping[str, str]) -> None:
        """Take each line about a blank node to the resources that lead to it."""
        about: dict[str, list[Statement]] = {}
        for statement in component:
            about.setdefault(statement.subject, []).append(statement)
        resources = sorted(node for node in about if not is_blank(node))
        told: set[str] = set()
        for resource in resources:
            others: set[str] = told if len(resources) > SHARED else set()
            reached = _reachable(resource, about, others)
            self._tell(resource, reached, about, labels)
            told |= reached
        if left := {node for node in about if is_blank(node)} - told:
            self._tell(min(labels[node] for node in left), left, about, labels)

    def _tell(
        self,
        resource: str,
        nodes: Iterable[str],
        about: Mapping[str, Iterable[Statement]],
        labels: Mapping[str, str],
    ) -> None:
        lines = [statement.line(labels) for node in nodes for statement in about[node]]
        if lines:
            self._hanging.setdefault(resource, []).extend(lines)


def compare(before: State, after: State) -> Iterator[Change]:
    """The resources that two states describe differently: IRIs in their order, then others."""
    old, new = iter(before), iter(after)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and _key(left) < _key(right)):
            assert left is not None
            yield Change(_name(left), tuple(left[1]), ())
            left = next(old, None)
        elif left is None or _key(right) < _key(left):
            yield Change(_name(right), (), tuple(right[1]))
            right = next(new, None)
        else:
            if left[1] != right[1]:
                yield Change(_name(left), tuple(left[1]), tuple(right[1]))
            left, right = next(old, None), next(new, None)


_Described = tuple[str, list[str]]


def _key(described: _Described) -> str:
    return described[0]


def _name(described: _Described) -> str:
    term = described[0]
    return term if is_blank(term) else term[1:-1]


def _subject(line: str) -> str:
    return line[: line.index(" ")]


def _reachable(
    resource: str, about: Mapping[str, Iterable[Statement]], others: Collection[str]
) -> set[str]:
    """The blank nodes that a resource leads to, but for others and what only they lead to."""
    reached: set[str] = set()
    frontier = [resource]
    while frontier:
        for statement in about.get(frontier.pop(), ()):
            node = statement.object
            if is_blank(node) and node in about and node not in reached and node not in others:
                reached.add(node)
                frontier.append(node)
    return reached


def _labels(component: Component, seen: dict[str, int]) -> dict[str, str]:
    """Labels made of what a component says, and of how many such there were before it."""
    order = canonical_order(component)
    canonical = {node: f"_:c14n{number}" for number, node in enumerate(order)}
    said = "".join(sorted(statement.line(canonical) for statement in component))
    digest = sha256(said.encode()).hexdigest()[:32]
    seen[digest] = copy = seen.get(digest, -1) + 1
    return {node: f"_:b{digest}x{copy}x{number}" for number, node in enumerate(order)}
