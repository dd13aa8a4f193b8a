"""The validation report: one model that every engine fills and every format is written from.

Spec: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path as FilePath

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.errors import SourcePosition
from graphsvc.paths import Path, Term
from graphsvc.vocab import sh

_NOWHERE = SourcePosition(FilePath(), 0)


class Severity(IntEnum):
    """The three severities of SHACL, the gravest the greatest."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def iri(self) -> NamedNode:
        return sh(self.name.capitalize())


@dataclass(frozen=True)
class ValidationResult:
    """One thing that is not as a shape wants it.

    `severity` is one of SHACL's three; a severity of the shapes' own counts as
    a violation and is kept in `severity_iri`. `at` is where the offending
    triple ends, or where the focus node is first stated; `shape_at` likewise
    for the shape.
    """

    focus_node: Term
    source_shape: NamedNode | BlankNode
    source_constraint_component: NamedNode
    severity: Severity = Severity.VIOLATION
    severity_iri: NamedNode = Severity.VIOLATION.iri
    result_path: Path | None = None
    value: Term | None = None
    source_constraint: Term | None = None
    messages: tuple[Literal, ...] = ()
    details: tuple[ValidationResult, ...] = ()
    at: SourcePosition | None = None
    shape_at: SourcePosition | None = None

    def message(self, languages: Sequence[str] = ("en",)) -> str:
        """Its message in the first of the languages that there is one in, else any."""
        for language in (*languages, "en", ""):
            for message in self.messages:
                if (message.language or "").partition("-")[0] == language.partition("-")[0]:
                    return message.value
        return self.messages[0].value if self.messages else ""

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Files and lines first; what has no place stands last, by its terms."""
        position = self.at or _NOWHERE
        return (
            self.at is None,
            position,
            str(self.focus_node),
            str(self.result_path),
            str(self.value),
            self.shape_at or _NOWHERE,
            str(self.source_shape),
            str(self.source_constraint_component),
            [str(message) for message in self.messages],
        )


@dataclass(frozen=True)
class ValidationReport:
    """What a validation found, in a stable order.

    `conforms` is SHACL's: true if there is no result at all. Whether a result
    fails a build or a command is for `fails` to say.
    """

    results: tuple[ValidationResult, ...] = ()

    @classmethod
    def of(cls, results: Iterable[ValidationResult]) -> ValidationReport:
        """A report with the results in their stable order."""
        return cls(tuple(sorted(results, key=lambda result: result.sort_key)))

    @property
    def conforms(self) -> bool:
        return not self.results

    def fails(self, threshold: Severity = Severity.VIOLATION) -> bool:
        """Is any result as grave as `threshold`?"""
        return any(result.severity >= threshold for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many results of each severity, as {"violation": 1, "warning": 0, "info": 0}."""
        found = Counter(result.severity for result in self.results)
        return {severity.name.lower(): found[severity] for severity in reversed(Severity)}
