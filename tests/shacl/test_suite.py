"""The W3C's SHACL suite, whole: every test of its manifests, every report compared as a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from manifests import SHACL
from pyoxigraph import Quad
from shacl_reports import compared, report_graph
from suite import Case, cases

from graphsvc.errors import ShapesError
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.shacl import compiled, reference

Validate = Callable[[Iterable[Quad], Sequence[Quad]], list[ValidationResult]]

pytestmark = SHACL.marks

# Each test that pySHACL fails, with the reason. One that passes again fails here.
# Our own engine, `compiled`, has no exception.
OF_PYSHACL = {
    SHACL.base_iri + "sparql/pre-binding/shapesGraph-001": "$shapesGraph is optional; pySHACL "
    "refuses it, as those without it must, because its query sees the data graph alone",
}


def test_the_suite_is_whole() -> None:
    numbers = [len({case.iri for case in cases(part)}) for part in ("core", "sparql")]
    assert numbers == [98, 23]


def test_exceptions_are_tests_of_the_suite() -> None:
    assert OF_PYSHACL.keys() <= {case.iri for case in cases()}


@pytest.mark.parametrize("case", [SHACL.case(each.iri, each) for each in cases()])
def test_the_report_is_the_expected_one(case: Case) -> None:
    demand(case, compiled.validate)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            each,
            id=each.iri.removeprefix(SHACL.base_iri),
            marks=[pytest.mark.xfail(strict=True, reason=OF_PYSHACL[each.iri])]
            if each.iri in OF_PYSHACL
            else [],
        )
        for each in cases()
    ],
)
def test_the_report_of_pyshacl_is_the_expected_one(case: Case) -> None:
    demand(case, reference.validate)


def demand(case: Case, validate: Validate) -> None:
    if case.fails:
        with pytest.raises(ShapesError):
            validate(case.data_graph(), case.shapes_graph())
        return
    found = validate(case.data_graph(), case.shapes_graph())
    expected = report_graph(SHACL.quads(case.file), case.expected)
    actual, wanted = compared(ValidationReport.of(found), expected)
    assert actual == wanted
