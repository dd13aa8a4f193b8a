"""Value range constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-range
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import Literal

from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import ValueConstraint


@dataclass(frozen=True, eq=False)
class _Bound(ValueConstraint):
    operator: ClassVar[str]
    words: ClassVar[tuple[str, str]]
    bound: Literal

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.is_within(value, self.operator, self.bound)

    def wording(self) -> tuple[str, str]:
        english, swedish = self.words
        return (
            f"The value must be {english} {self.bound.value}.",
            f"Värdet måste vara {swedish} {self.bound.value}.",
        )


class MinExclusive(_Bound):
    """Spec: https://www.w3.org/TR/shacl/#MinExclusiveConstraintComponent."""

    name, operator, words = "MinExclusive", ">", ("greater than", "större än")


class MinInclusive(_Bound):
    """Spec: https://www.w3.org/TR/shacl/#MinInclusiveConstraintComponent."""

    name, operator, words = "MinInclusive", ">=", ("at least", "minst")


class MaxExclusive(_Bound):
    """Spec: https://www.w3.org/TR/shacl/#MaxExclusiveConstraintComponent."""

    name, operator, words = "MaxExclusive", "<", ("less than", "mindre än")


class MaxInclusive(_Bound):
    """Spec: https://www.w3.org/TR/shacl/#MaxInclusiveConstraintComponent."""

    name, operator, words = "MaxInclusive", "<=", ("at most", "högst")
