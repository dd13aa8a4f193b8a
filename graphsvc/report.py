"""The validation report: one model that every engine fills and every format is written from.

Spec: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    for the shape. `known` is one that a baseline holds: it is as grave as ever,
    and fails nothing.
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
    known: bool = False

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
class Mended:
    """A line of a baseline, with findings that are no longer there.

    `about` names the focus node and whatever else tells them from others.
    `count` of the findings alike are mended, and `left` of them are still found.
    """

    about: str
    message: str
    at: SourcePosition
    count: int = 1
    left: int = 0


@dataclass(frozen=True)
class ValidationReport:
    """What a validation found, in a stable order.

    `conforms` is SHACL's: true if there is no result at all. Whether a result
    fails a build or a command is for `fails` to say. If the results were compared
    with a `baseline`, that is its path; `mended` is what it need not hold any
    more. If there may be more new results than these, `cut_at` is how many were
    wanted.
    """

    results: tuple[ValidationResult, ...] = ()
    baseline: FilePath | None = None
    mended: tuple[Mended, ...] = ()
    cut_at: int | None = None

    @classmethod
    def of(cls, results: Iterable[ValidationResult]) -> ValidationReport:
        """A report with the results in their stable order."""
        return cls(tuple(sorted(results, key=lambda result: result.sort_key)))

    def cut(self, max_results: int | None) -> ValidationReport:
        """The same with no more new results than that.

        The gravest stay, so that a cut never hides that a report fails. If any
        result is left out, nothing is declared mended.
        """
        ranks = [rank for rank, result in enumerate(self.results) if not result.known]
        if max_results is None or len(ranks) <= max_results:
            return self
        ranks.sort(key=lambda rank: -self.results[rank].severity)
        dropped = set(ranks[max_results:])
        kept = (result for rank, result in enumerate(self.results) if rank not in dropped)
        return replace(self, results=tuple(kept), mended=(), cut_at=max_results)

    @property
    def conforms(self) -> bool:
        return not self.results and self.cut_at is None

    @property
    def new(self) -> tuple[ValidationResult, ...]:
        """The results that no baseline holds: all of them, if there is none."""
        return tuple(result for result in self.results if not result.known)

    @property
    def known(self) -> tuple[ValidationResult, ...]:
        """The results that a baseline holds."""
        return tuple(result for result in self.results if result.known)

    def fails(self, threshold: Severity = Severity.VIOLATION) -> bool:
        """Is any new result as grave as `threshold`?"""
        return any(result.severity >= threshold for result in self.new)

    @property
    def counts(self) -> dict[str, int]:
        """How many results of each severity, as {"violation": 1, "warning": 0, "info": 0}."""
        return counts_of(self.results)


def counts_of(results: Iterable[ValidationResult]) -> dict[str, int]:
    """How many of each severity, the gravest first."""
    found = Counter(result.severity for result in results)
    return {severity.name.lower(): found[severity] for severity in reversed(Severity)}
