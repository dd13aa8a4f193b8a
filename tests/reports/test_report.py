"""The report itself, beside what the formats make of it."""

from __future__ import annotations

from findings import COMPARED, finding
from pyoxigraph import Literal

from graphsvc.report import Severity, ValidationReport, ValidationResult


def graded(*severities: Severity) -> tuple[ValidationResult, ...]:
    return tuple(
        finding(severity=severity, severity_iri=severity.iri, value=Literal(str(number)))
        for number, severity in enumerate(severities)
    )


def test_a_cut_keeps_the_gravest_in_their_order() -> None:
    results = graded(Severity.INFO, Severity.VIOLATION, Severity.WARNING, Severity.VIOLATION)
    report = ValidationReport(results)
    assert report.cut(1).results == results[1:2]
    assert report.cut(2).results == (results[1], results[3])
    assert report.cut(3).results == results[1:]
    assert report.cut(1).cut_at == 1


def test_a_cut_never_hides_that_a_report_fails() -> None:
    report = ValidationReport(graded(Severity.INFO, Severity.WARNING, Severity.VIOLATION))
    assert all(report.cut(1).fails(severity) for severity in Severity)


def test_what_is_short_enough_is_not_cut() -> None:
    report = ValidationReport(graded(Severity.INFO))
    assert report.cut(1) == report.cut(None) == report


def test_a_cut_counts_new_results_only() -> None:
    assert COMPARED.cut(1) == COMPARED
    several = ValidationReport((*COMPARED.results, finding()), mended=COMPARED.mended)
    assert several.cut(1).results == (COMPARED.results[0], finding())
    assert several.cut(1).mended == ()


def test_what_is_cut_does_not_conform_though_nothing_be_left_of_it() -> None:
    assert not ValidationReport(cut_at=1).conforms
    assert ValidationReport().conforms
