"""Logical constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-logical
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import Condition, ConstrainedShape, ValueConstraint
from graphsvc.shacl.nested import Judged
from graphsvc.shacl.plan import Scope, Step


@dataclass(frozen=True, eq=False)
class _Logical(ValueConstraint):
    members: tuple[ConstrainedShape, ...]

    @abstractmethod
    def combined(self, conditions: list[str]) -> str:
        """What holds if the value node is right, of conditions that it conforms to each member."""

    @abstractmethod
    def is_wrong(self, failing: int) -> bool:
        """May so many members not fail?"""

    def condition(self, focus: str, value: str, names: sparql.Names) -> Condition:
        conditions = [member.conforms(value, names) for member in self.members]
        if None in conditions:
            return None
        return self.combined([each for each in conditions if each is not None])

    def steps(self, scope: Scope) -> Iterator[Step]:
        values = scope.values(self.shape.path)
        members = tuple(tuple(member.steps(values)) for member in self.members)
        yield Judged(self, scope, values, members, self.is_wrong)


class Not(_Logical):
    """Spec: https://www.w3.org/TR/shacl/#NotConstraintComponent."""

    name = "Not"

    def combined(self, conditions: list[str]) -> str:
        return sparql.negated(conditions[0])

    def is_wrong(self, failing: int) -> bool:
        return failing == 0

    def wording(self) -> tuple[str, str]:
        return (
            "The value must not conform to the shape.",
            "Värdet får inte uppfylla formen.",
        )


class And(_Logical):
    """Spec: https://www.w3.org/TR/shacl/#AndConstraintComponent."""

    name = "And"

    def combined(self, conditions: list[str]) -> str:
        return sparql.all_of(conditions)

    def is_wrong(self, failing: int) -> bool:
        return failing > 0

    def wording(self) -> tuple[str, str]:
        return (
            "The value must conform to each of the shapes.",
            "Värdet måste uppfylla var och en av formerna.",
        )


class Or(_Logical):
    """Spec: https://www.w3.org/TR/shacl/#OrConstraintComponent."""

    name = "Or"

    def combined(self, conditions: list[str]) -> str:
        return sparql.any_of(conditions)

    def is_wrong(self, failing: int) -> bool:
        return failing == len(self.members)

    def wording(self) -> tuple[str, str]:
        return (
            "The value must conform to one of the shapes at least.",
            "Värdet måste uppfylla minst en av formerna.",
        )


class Xone(_Logical):
    """Spec: https://www.w3.org/TR/shacl/#XoneConstraintComponent."""

    name = "Xone"

    def combined(self, conditions: list[str]) -> str:
        ones = " + ".join(f"IF({condition}, 1, 0)" for condition in conditions)
        return f"{ones} = 1"

    def is_wrong(self, failing: int) -> bool:
        return len(self.members) - failing != 1

    def wording(self) -> tuple[str, str]:
        return (
            "The value must conform to exactly one of the shapes.",
            "Värdet måste uppfylla exakt en av formerna.",
        )
