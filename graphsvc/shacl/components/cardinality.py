"""Cardinality constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-count
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphsvc.paths import Path
from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import Condition, Constraint, Scan
from graphsvc.shacl.plan import Finding, Query, Scope, Select, Step

NESTED = 3  # so many nodes in each other's EXISTS a condition may tell apart


@dataclass(frozen=True)
class Values:
    """The value nodes of a focus node."""

    path: Path
    focus: str
    names: sparql.Names


def at_least(
    number: int,
    values: Values,
    condition: Callable[[str], Condition] = lambda _: sparql.TRUE,
    beside: tuple[str, ...] = (),
) -> Condition:
    """Has a path so many value nodes that fulfil a condition, `beside` counted as some of them?"""

    def more(known: tuple[str, ...]) -> Condition:
        if len(known) == number:
            return sparql.TRUE
        value = values.names.new("value")
        wanted, others = condition(value), more((*known, value))
        if wanted is None or others is None:
            return None
        new = [sparql.negated(sparql.same_term(value, each)) for each in known]
        return sparql.exists(
            values.focus, values.path, value, sparql.all_of([*new, wanted, others])
        )

    return more(beside) if number <= NESTED else None


@dataclass(frozen=True, eq=False)
class _Count(Constraint):
    number: int

    def _values(self, focus: str, names: sparql.Names) -> Values:
        assert self.shape.path is not None  # of property shapes only
        return Values(self.shape.path, focus, names)

    def _counted(self, scope: Scope, value: str, wrong: str) -> Select:
        """Only more than a few values are counted: to group is slower than to look."""
        assert self.shape.path is not None
        pattern = sparql.triple(scope.focus, self.shape.path, value)
        trail = " ".join(scope.trail)
        body = "\n".join(f"  {line}" for line in (*scope.patterns, f"OPTIONAL {{ {pattern} }}"))
        text = (
            f"SELECT {trail} WHERE {{\n{body}\n}}\n"
            f"GROUP BY {trail}\nHAVING (COUNT(DISTINCT {value}) {wrong} {self.number})"
        )
        return Select(scope, Query(text, scope.trail), (Finding(self),))


@dataclass(frozen=True, eq=False)
class MinCount(_Count):
    """Spec: https://www.w3.org/TR/shacl/#MinCountConstraintComponent."""

    name = "MinCount"

    def scan(self, focus: str, value: str, names: sparql.Names) -> Scan | None:
        if self.number <= 0:
            return Scan(sparql.TRUE)
        enough = at_least(self.number, self._values(focus, names), beside=(value,))
        if enough is None:
            return None
        return Scan(sparql.all_of((f"BOUND({value})", enough)), of_focus=True, optional=True)

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        return at_least(self.number, self._values(focus, names))

    def steps(self, scope: Scope) -> Iterator[Step]:
        yield self._counted(scope, scope.names.new("value"), "<")

    def wording(self) -> tuple[str, str]:
        return (
            f"There must be at least {self.number} values.",
            f"Det måste finnas minst {self.number} värden.",
        )


@dataclass(frozen=True, eq=False)
class MaxCount(_Count):
    """Spec: https://www.w3.org/TR/shacl/#MaxCountConstraintComponent."""

    name = "MaxCount"

    def scan(self, focus: str, value: str, names: sparql.Names) -> Scan | None:
        if self.number == 0:
            return Scan(f"!BOUND({value})", of_focus=True)
        more = at_least(self.number + 1, self._values(focus, names), beside=(value,))
        if more is None:
            return None
        if_any = sparql.any_of((f"!BOUND({value})", sparql.negated(more)))
        return Scan(if_any, of_focus=True)

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        more = at_least(self.number + 1, self._values(focus, names))
        return None if more is None else sparql.negated(more)

    def steps(self, scope: Scope) -> Iterator[Step]:
        yield self._counted(scope, scope.names.new("value"), ">")

    def wording(self) -> tuple[str, str]:
        return (
            f"There must be at most {self.number} values.",
            f"Det får finnas högst {self.number} värden.",
        )
