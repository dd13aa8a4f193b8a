"""Property pair constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-property-pairs
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import NamedNode

from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import Condition, Constraint, ValueConstraint, some_value
from graphsvc.shacl.plan import Finding, Scope, Select, Step


@dataclass(frozen=True, eq=False)
class Equals(Constraint):
    """Spec: https://www.w3.org/TR/shacl/#EqualsConstraintComponent."""

    name = "Equals"
    property: NamedNode

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        other = names.new("value")
        missing = sparql.negated(self._is_value(focus, other, names))
        lacking = sparql.exists(focus, self.property, other, missing)
        extra = some_value(self.shape.path, focus, names, lambda value: self._lacks(focus, value))
        return None if extra is None else sparql.negated(sparql.any_of((extra, lacking)))

    def steps(self, scope: Scope) -> Iterator[Step]:
        focus, names = scope.focus, scope.names
        values = scope.values(self.shape.path)
        extra = (*values.patterns[len(scope.patterns) :], self._filter(focus, values.focus))
        yield self._select(scope, extra, values.focus)
        other = names.new("value")
        missing = sparql.negated(self._is_value(focus, other, names))
        pattern = sparql.triple(focus, self.property, other)
        yield self._select(scope, (pattern, f"FILTER ({missing})"), other)

    def _filter(self, focus: str, value: str) -> str:
        return f"FILTER ({self._lacks(focus, value)})"

    def _lacks(self, focus: str, value: str) -> str:
        return sparql.negated(sparql.exists(focus, self.property, value))

    def _is_value(self, focus: str, other: str, names: sparql.Names) -> str:
        if self.shape.path is None:
            return sparql.same_term(focus, other)
        value = names.new("value")
        return sparql.exists(focus, self.shape.path, value, sparql.same_term(value, other))

    def _select(self, scope: Scope, where: tuple[str, ...], value: str) -> Select:
        return Select(scope, scope.select(where, (value,)), (Finding(self, value=value),))

    def wording(self) -> tuple[str, str]:
        return (
            f"The values must be those of {self.property}.",
            f"Värdena måste vara desamma som av {self.property}.",
        )


@dataclass(frozen=True, eq=False)
class Disjoint(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#DisjointConstraintComponent."""

    name = "Disjoint"
    property: NamedNode

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.negated(sparql.exists(focus, self.property, value))

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must not be one of {self.property} as well.",
            f"Värdet får inte också vara ett av {self.property}.",
        )


@dataclass(frozen=True, eq=False)
class _Order(Constraint):
    operator: ClassVar[str]
    words: ClassVar[tuple[str, str]]
    property: NamedNode

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        def wrong(value: str) -> str:
            other = names.new("other")
            return sparql.exists(focus, self.property, other, self._wrong(value, other))

        found = some_value(self.shape.path, focus, names, wrong)
        return None if found is None else sparql.negated(found)

    def steps(self, scope: Scope) -> Iterator[Step]:
        values, other = scope.values(self.shape.path), scope.names.new("other")
        where = (
            *values.patterns[len(scope.patterns) :],
            sparql.triple(scope.focus, self.property, other),
            f"FILTER ({self._wrong(values.focus, other)})",
        )
        query = scope.select(where, (values.focus, other))  # each pair is a result
        yield Select(scope, query, (Finding(self, value=values.focus),))

    def _wrong(self, value: str, other: str) -> str:
        return sparql.negated(sparql.compares(value, self.operator, other))

    def wording(self) -> tuple[str, str]:
        english, swedish = self.words
        return (
            f"The value must be {english} every one of {self.property}.",
            f"Värdet måste vara {swedish} vart och ett av {self.property}.",
        )


class LessThan(_Order):
    """Spec: https://www.w3.org/TR/shacl/#LessThanConstraintComponent."""

    name, operator, words = "LessThan", "<", ("less than", "mindre än")


class LessThanOrEquals(_Order):
    """Spec: https://www.w3.org/TR/shacl/#LessThanOrEqualsConstraintComponent."""

    name, operator, words = "LessThanOrEquals", "<=", ("at most", "högst lika med")
