"""Steps that ask whether nodes conform to other shapes, and judge by the answers.

The shapes are asked about all value nodes at once, in a scope of their own;
only those that fail are kept. Where a condition of SPARQL can say that a node
conforms, no such step is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl.constraint import Constraint
from graphsvc.shacl.plan import Outcome, Scope, Source, Step, Trail, trail_of

Members = tuple[tuple[Step, ...], ...]  # the steps of each shape that is asked
Failed = dict[Trail, dict[int, list[ValidationResult]]]  # by value node, then by member


def _failed(members: Members, values: Scope, source: Source) -> Failed:
    """The value nodes that do not conform, and why."""
    width = len(values.trail)
    failed: Failed = {}
    for number, steps in enumerate(members):
        for step in steps:
            for trail, result in step.outcomes(source):
                failed.setdefault(trail[:width], {}).setdefault(number, []).append(result)
    return failed


def _trails(scope: Scope, source: Source) -> Iterator[Trail]:
    for row in source.select(scope.query):
        yield trail_of(row, len(scope.trail))


def _explained(members: Members) -> Iterator[str]:
    for number, steps in enumerate(members, 1):
        yield f"# member {number} of {len(members)}:"
        for step in steps:
            yield from step.explain()


@dataclass(frozen=True)
class Judged:
    """A result for each value node that fails a wrong number of the members."""

    constraint: Constraint
    scope: Scope
    values: Scope
    members: Members
    is_wrong: Callable[[int], bool]  # that so many members fail
    details: bool = False

    @property
    def severity(self) -> Severity:
        return self.constraint.severity

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        width = len(self.scope.trail)
        failed = _failed(self.members, self.values, source)
        whole = _trails(self.values, source) if self.is_wrong(0) else iter(failed)
        for trail in whole:
            reasons = failed.get(trail, {})
            if self.is_wrong(len(reasons)):
                found = (result for results in reasons.values() for result in results)
                details = tuple(found) if self.details else ()
                yield (
                    trail[:width],
                    self.constraint.result(trail[width - 1], trail[-1], details=details),
                )

    def explain(self) -> Iterator[str]:
        yield f"# {self.constraint}: by what the members find"
        if self.is_wrong(0):
            yield self.values.query.text
        yield from _explained(self.members)


@dataclass(frozen=True)
class Counted:
    """A result for each focus node with a wrong number of values that conform.

    The first member is the qualified value shape, the others its siblings, to
    none of which a value that counts may conform.
    """

    constraint: Constraint
    scope: Scope
    values: Scope
    members: Members
    is_wrong: Callable[[int], bool]

    @property
    def severity(self) -> Severity:
        return self.constraint.severity

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        width = len(self.scope.trail)
        failed = _failed(self.members, self.values, source)
        wanted = set(range(1, len(self.members)))
        counts = Counter(
            trail[:width]
            for trail in _trails(self.values, source)
            if set(failed.get(trail, {})) == wanted
        )
        for trail in _trails(self.scope, source):
            if self.is_wrong(counts[trail]):
                yield trail, self.constraint.result(trail[-1])

    def explain(self) -> Iterator[str]:
        yield f"# {self.constraint}: by how many values conform"
        yield self.scope.query.text
        yield self.values.query.text
        yield from _explained(self.members)
