"""String-based constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-string
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import Condition, Constraint, Scan, ValueConstraint, some_value


@dataclass(frozen=True, eq=False)
class MinLength(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#MinLengthConstraintComponent."""

    name = "MinLength"
    length: int

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.certain(f"STRLEN(STR({value})) >= {self.length}")

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must have at least {self.length} characters.",
            f"Värdet måste ha minst {self.length} tecken.",
        )


@dataclass(frozen=True, eq=False)
class MaxLength(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#MaxLengthConstraintComponent."""

    name = "MaxLength"
    length: int

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.certain(f"STRLEN(STR({value})) <= {self.length}")

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must have at most {self.length} characters.",
            f"Värdet får ha högst {self.length} tecken.",
        )


@dataclass(frozen=True, eq=False)
class Pattern(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#PatternConstraintComponent."""

    name = "Pattern"
    pattern: str
    flags: str

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        arguments = [f"STR({value})", str(Literal(self.pattern))]
        if self.flags:
            arguments.append(str(Literal(self.flags)))
        return sparql.certain(f"REGEX({', '.join(arguments)})")

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must match the pattern {self.pattern!r}.",
            f"Värdet måste följa mönstret {self.pattern!r}.",
        )


@dataclass(frozen=True, eq=False)
class LanguageIn(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#LanguageInConstraintComponent."""

    name = "LanguageIn"
    languages: tuple[str, ...]

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        ranges = (str(Literal(each)) for each in self.languages)
        return sparql.certain(
            sparql.any_of(f"LANGMATCHES(LANG({value}), {each})" for each in ranges)
        )

    def wording(self) -> tuple[str, str]:
        languages = ", ".join(self.languages)
        return (
            f"The value must have one of the languages {languages}.",
            f"Värdet måste ha något av språken {languages}.",
        )


@dataclass(frozen=True, eq=False)
class UniqueLang(Constraint):
    """Spec: https://www.w3.org/TR/shacl/#UniqueLangConstraintComponent."""

    name = "UniqueLang"

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        found = some_value(
            self.shape.path, focus, names, lambda value: self._shared(focus, value, names)
        )
        return None if found is None else sparql.negated(found)

    def scan(self, focus: str, value: str, names: sparql.Names) -> Scan:
        shared = sparql.certain(self._shared(focus, value, names))
        return Scan(sparql.negated(shared), of_focus=True, key=f"LCASE(LANG({value}))")

    def _shared(self, focus: str, value: str, names: sparql.Names) -> str:
        """Has another value node the same language?"""
        assert self.shape.path is not None
        other = names.new("other")
        alike = sparql.all_of(
            (
                sparql.negated(sparql.same_term(value, other)),
                f"LCASE(LANG({other})) = LCASE(LANG({value}))",
            )
        )
        another = sparql.exists(focus, self.shape.path, other, alike)
        return sparql.all_of((f'LANG({value}) != ""', another))

    def wording(self) -> tuple[str, str]:
        return (
            "There must be at most one value for each language.",
            "Det får finnas högst ett värde för varje språk.",
        )
