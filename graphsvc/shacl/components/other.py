"""Other constraint components: closed, hasValue, in.

Spec: https://www.w3.org/TR/shacl/#core-components-others
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graphsvc.paths import Term
from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import Condition, Constraint, ValueConstraint, some_value
from graphsvc.shacl.plan import Finding, Scope, Select, Step


@dataclass(frozen=True, eq=False)
class Closed(Constraint):
    """Spec: https://www.w3.org/TR/shacl/#ClosedConstraintComponent."""

    name = "Closed"
    allowed: tuple[NamedNode, ...]

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        def wrong(value: str) -> str:
            predicate, object_ = sparql.any_predicate(names), names.new("object")
            pattern = f"{value} {predicate} {object_} ."
            return f"EXISTS {{ {pattern} FILTER ({self._wrong(predicate)}) }}"

        found = some_value(self.shape.path, focus, names, wrong)
        return None if found is None else sparql.negated(found)

    def steps(self, scope: Scope) -> Iterator[Step]:
        values = scope.values(self.shape.path)
        predicate, object_ = sparql.any_predicate(scope.names), scope.names.new("object")
        where = (
            *values.patterns[len(scope.patterns) :],
            f"{values.focus} {predicate} {object_} .",
            f"FILTER ({self._wrong(predicate)})",
        )
        # Of two value nodes that say the same each is a violation of its own.
        query = scope.select(where, (predicate, object_, values.focus))
        yield Select(scope, query, (Finding(self, value=object_, path=predicate),))

    def _wrong(self, predicate: str) -> str:
        return sparql.negated(sparql.is_one_of(predicate, self.allowed))

    def wording(self) -> tuple[str, str]:
        return (
            "The shape is closed and has no such property.",
            "Formen är sluten och har ingen sådan egenskap.",
        )


@dataclass(frozen=True, eq=False)
class HasValue(Constraint):
    """Spec: https://www.w3.org/TR/shacl/#HasValueConstraintComponent."""

    name = "HasValue"
    value: Term

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        path, wanted = self.shape.path, sparql.term(self.value)
        if isinstance(path, NamedNode) and isinstance(self.value, NamedNode):
            return f"EXISTS {{ {focus} {path} {wanted} }}"  # no need to look at all the values
        return some_value(path, focus, names, lambda value: sparql.same_term(value, wanted))

    def wording(self) -> tuple[str, str]:
        return (
            f"One of the values must be {self.value}.",
            f"Ett av värdena måste vara {self.value}.",
        )


@dataclass(frozen=True, eq=False)
class In(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#InConstraintComponent."""

    name = "In"
    values: tuple[Term, ...]

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.is_one_of(value, self.values)

    def wording(self) -> tuple[str, str]:
        values = ", ".join(map(str, self.values))
        return (f"The value must be one of {values}.", f"Värdet måste vara ett av {values}.")
