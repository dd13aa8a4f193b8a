from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from findings import COMPARED, CONTEXT, CUT, HOSTILE, UNREADABLE, finding, hostile
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite
from pyoxigraph import Literal

from graphsvc.errors import SourcePosition
from graphsvc.report import Severity, ValidationReport
from graphsvc.reports.context import ReportContext
from graphsvc.reports.junit import write


def suites(report: ValidationReport, context: ReportContext = CONTEXT) -> list[TestSuite]:
    """As the package junitparser reads them."""
    return list(JUnitXml.fromstring(write(report, context).encode()))


def test_a_suite_is_a_file_and_a_case_is_a_finding() -> None:
    elsewhere = finding(at=SourcePosition(Path("data/regions.ttl"), 3))
    clusters, regions = suites(ValidationReport((finding(), elsewhere)))
    assert (clusters.name, clusters.tests, clusters.failures) == ("data/clusters.ttl", 1, 1)
    assert (regions.name, regions.tests, regions.failures) == ("data/regions.ttl", 1, 1)
    (case,) = clusters
    assert case.name == "shapes:Cluster-homepage cluster:compare foaf:homepage"
    assert case.classname == "data/clusters.ttl"
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.type == "violation"
    assert failure.message == "A homepage has an address that opens."
    assert failure.text == (
        "data/clusters.ttl:57: violation: A homepage has an address that opens.\n"
        "focus cluster:compare, path foaf:homepage, value <https://wwwcompare.se/>\n"
        "(shapes/cluster.ttl:12, shapes:Cluster-homepage)"
    )


def test_the_counts_of_the_whole_are_right() -> None:
    info = finding(severity=Severity.INFO, severity_iri=Severity.INFO.iri)
    root = ElementTree.fromstring(write(ValidationReport((finding(), info, finding())), CONTEXT))
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "2", "errors": "0", "skipped": "1"}


def test_what_does_not_fail_is_skipped_and_can_be_read() -> None:
    warning = finding(severity=Severity.WARNING, severity_iri=Severity.WARNING.iri)
    ((case,),) = suites(ValidationReport((warning,)))
    (skipped,) = case.result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "warning: A homepage has an address that opens."


def test_the_threshold_decides_what_fails() -> None:
    warning = finding(severity=Severity.WARNING, severity_iri=Severity.WARNING.iri)
    strict = replace(CONTEXT, threshold=Severity.WARNING)
    ((case,),) = suites(ValidationReport((warning,)), strict)
    assert isinstance(case.result[0], Failure)


def test_a_conforming_report_is_one_passing_case() -> None:
    ((case,),) = suites(ValidationReport())
    assert case.name == "conforms"
    assert case.is_passed


def test_names_do_not_change_when_lines_move() -> None:
    names = set()
    for line in (5, 50):
        result = finding(at=SourcePosition(Path("data/clusters.ttl"), line))
        ((case,),) = suites(ValidationReport((result,)))
        names.add(case.name)
    assert len(names) == 1


def test_findings_alike_have_names_of_their_own() -> None:
    (suite,) = suites(ValidationReport((finding(), finding(value=Literal("x")))))
    first, second = (case.name or "" for case in suite)
    assert second == f"{first} (2)"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_reports_are_well_formed(text: str) -> None:
    cases = [case for suite in suites(hostile(text)) for case in suite]
    assert len(cases) == 4
    assert all(isinstance(case.result[0], Failure) for case in cases)


def test_unreadable_files_are_errors() -> None:
    first, second = suites(ValidationReport(), UNREADABLE)
    assert (first.name, first.errors, second.name, second.errors) == (
        "data/a.ttl",
        1,
        "data/b.ttl",
        1,
    )
    (case,) = first
    assert isinstance(case.result[0], Error)
    assert case.result[0].text == "data/a.ttl:41:9: error: no dot; end the statement with one"


def test_what_is_known_or_mended_is_skipped() -> None:
    clusters, baseline = suites(COMPARED, replace(CONTEXT, threshold=Severity.WARNING))
    known, new = clusters
    assert isinstance(known.result[0], Skipped)
    assert known.result[0].message == "known violation: A homepage has an address that opens."
    assert isinstance(new.result[0], Failure)
    assert (baseline.name, baseline.tests, baseline.skipped) == ("known.json", 2, 2)
    assert [case.name for case in baseline] == ["focus cluster:a", "focus cluster:b"]


def test_a_report_that_is_cut_has_a_case_that_says_so() -> None:
    for report in (CUT, ValidationReport(cut_at=1)):
        case = list(suites(report)[-1])[-1]
        assert case.name == "every finding is told"
        assert case.result[0].message == "cut at 1 finding, there may be more"
        assert 'name="conforms"' not in write(report, CONTEXT)
