"""Shape-based constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-shape
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from graphsvc.shacl import sparql
from graphsvc.shacl.components.cardinality import Values, at_least
from graphsvc.shacl.constraint import Condition, ConstrainedShape, Constraint, some_value
from graphsvc.shacl.nested import Counted, Judged
from graphsvc.shacl.plan import Scope, Step


@dataclass(frozen=True, eq=False)
class _OfShape(Constraint):
    member: ConstrainedShape

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        def wrong(value: str) -> Condition:
            condition = self.member.conforms(value, names)
            return None if condition is None else sparql.negated(condition)

        found = some_value(self.shape.path, focus, names, wrong)
        return None if found is None else sparql.negated(found)


class Node(_OfShape):
    """Its results tell what the other shape finds.

    Spec: https://www.w3.org/TR/shacl/#NodeConstraintComponent
    """

    name = "Node"

    def steps(self, scope: Scope) -> Iterator[Step]:
        values = scope.values(self.shape.path)
        members = (tuple(self.member.steps(values)),)
        yield Judged(self, scope, values, members, lambda failing: failing > 0, details=True)

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must conform to the shape {self.member.shape.node}.",
            f"Värdet måste uppfylla formen {self.member.shape.node}.",
        )


class Property(_OfShape):
    """Its results are those of the property shape.

    Spec: https://www.w3.org/TR/shacl/#PropertyConstraintComponent
    """

    name = "Property"

    def steps(self, scope: Scope) -> Iterator[Step]:
        yield from self.member.steps(scope.values(self.shape.path))


@dataclass(frozen=True, eq=False)
class _Qualified(Constraint):
    """Spec: https://www.w3.org/TR/shacl/#QualifiedValueShapeConstraintComponent."""

    number: int
    member: ConstrainedShape
    siblings: tuple[ConstrainedShape, ...]

    @abstractmethod
    def is_wrong(self, conforming: int) -> bool:
        """May not so many values conform?"""

    def counts(self, value: str, names: sparql.Names) -> Condition:
        """Does a value count?"""
        wanted = self.member.conforms(value, names)
        siblings = [sibling.conforms(value, names) for sibling in self.siblings]
        if wanted is None or None in siblings:
            return None
        others = [sparql.negated(each) for each in siblings if each is not None]
        return sparql.all_of([wanted, *others])

    def steps(self, scope: Scope) -> Iterator[Step]:
        if self.conforms(scope.focus, scope.names) is not None:
            yield from super().steps(scope)
            return
        values = scope.values(self.shape.path)
        members = tuple(tuple(each.steps(values)) for each in (self.member, *self.siblings))
        yield Counted(self, scope, values, members, self.is_wrong)

    def at_least(self, number: int, focus: str, names: sparql.Names) -> Condition:
        assert self.shape.path is not None
        values = Values(self.shape.path, focus, names)
        return at_least(number, values, lambda value: self.counts(value, names))


class QualifiedMinCount(_Qualified):
    name = "QualifiedMinCount"

    def is_wrong(self, conforming: int) -> bool:
        return conforming < self.number

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        return self.at_least(self.number, focus, names)

    def wording(self) -> tuple[str, str]:
        return (
            f"At least {self.number} values must conform to the shape.",
            f"Minst {self.number} värden måste uppfylla formen.",
        )


class QualifiedMaxCount(_Qualified):
    name = "QualifiedMaxCount"

    def is_wrong(self, conforming: int) -> bool:
        return conforming > self.number

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        more = self.at_least(self.number + 1, focus, names)
        return None if more is None else sparql.negated(more)

    def wording(self) -> tuple[str, str]:
        return (
            f"At most {self.number} values may conform to the shape.",
            f"Högst {self.number} värden får uppfylla formen.",
        )
