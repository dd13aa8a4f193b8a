"""The plugin run by pytest itself, on tests that go well and tests that do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from earl import DCT, DOAP, EARL, SUBJECT, Outcome, Result, turtle
from manifests import Graph
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graphsvc import __version__

TESTS = """
import pytest

def of(name, **more):
    return pytest.mark.conformance(f"urn:test:{name}", suite="Trial", **more)

@of("passes")
def test_passes():
    pass

@of("fails")
def test_fails():
    assert False, "it \\"is\\" <så>"

@of("exception")
@pytest.mark.xfail(strict=True, reason="nobody can")
def test_exception():
    assert False

@of("passes-again")
@pytest.mark.xfail(strict=True, reason="nobody could")
def test_passes_again():
    pass

@of("in-part", in_part="half of it")
def test_in_part():
    pass

@of("fails-in-part", in_part="half of it")
def test_fails_in_part():
    assert False

@of("skipped")
@pytest.mark.skip(reason="nothing to run")
def test_skipped():
    pass

@pytest.fixture
def broken():
    yield
    raise OSError("left open")

@of("ends-badly")
def test_ends_badly(broken):
    pass

@pytest.mark.parametrize("time", [
    pytest.param(1, marks=pytest.mark.xfail(strict=True, reason="the first time")), 2,
])
@of("twice")
def test_twice(time):
    assert time == 2

@pytest.mark.conformance
def test_of_no_suite():
    pass
"""
LINE = "W3C Trial: 1 of 9 passed, 4 failed, 1 run in part, 1 not run, 2 exceptions"
SETTINGS = f"""
[pytest]
markers = conformance: as here
pythonpath = {Path(__file__).parent}
"""


@pytest.fixture
def tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # of others, which take their time
    pytester.makeini(SETTINGS)
    pytester.makeconftest("pytest_plugins = ['earl']")
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("processes", [(), ("-p", "xdist", "-n", "2")], ids=["one", "two"])
def test_each_test_of_a_suite_is_asserted_once(
    tests: pytest.Pytester, processes: tuple[str, ...]
) -> None:
    done = tests.runpytest("--earl=report.ttl", *processes)
    assert LINE in done.outlines
    graph = Graph(parse((tests.path / "report.ttl").read_bytes(), RdfFormat.TURTLE))
    found = {}
    for assertion in graph.subjects[NamedNode(EARL + "Assertion")]:
        assert graph.the(assertion, EARL + "subject") == SUBJECT
        assert graph.the(assertion, EARL + "mode") == NamedNode(EARL + "automatic")
        assert (
            graph.the(assertion, EARL + "assertedBy")
            in graph.subjects[NamedNode(EARL + "Assertor")]
        )
        result = graph.the(assertion, EARL + "result")
        reason = graph.one(result, DCT + "description")
        found[graph.the(assertion, EARL + "test").value.removeprefix("urn:test:")] = (
            graph.the(result, EARL + "outcome").value.removeprefix(EARL),
            reason.value.splitlines()[0] if reason else None,
        )
    assert found == {
        "passes": ("passed", None),
        "fails": ("failed", 'AssertionError: it "is" <så>'),
        "exception": ("failed", "nobody can"),
        "passes-again": ("failed", "[XPASS(strict)] nobody could"),
        "in-part": ("untested", "half of it"),
        "fails-in-part": ("failed", "assert False"),
        "skipped": ("untested", "nothing to run"),
        "ends-badly": ("failed", "OSError: left open"),
        "twice": ("failed", "the first time"),
    }
    assert len(graph.subjects[NamedNode(EARL + "Assertion")]) == len(found)
    assert graph.subjects[NamedNode(DOAP + "Project")] == [SUBJECT]
    assert graph.text(graph.the(SUBJECT, DOAP + "release"), DOAP + "revision") == __version__


def test_the_line_is_told_without_a_report_and_only_if_a_suite_ran(tests: pytest.Pytester) -> None:
    assert LINE in tests.runpytest().outlines
    told = tests.runpytest("-k", "test_of_no_suite").stdout.str()
    assert "W3C" not in told
    assert not [*tests.path.glob("*.ttl")]


@pytest.mark.parametrize("place", [".", "nowhere/report.ttl"])
def test_a_report_that_cannot_be_written_is_refused_at_once(
    tests: pytest.Pytester, place: str
) -> None:
    done = tests.runpytest(f"--earl={place}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert f"--earl: {place} cannot be written; name a file in a folder" in done.stderr.str()


def test_what_is_no_text_does_not_break_the_report() -> None:
    report = turtle({"urn:test:a": Result(Outcome.FAILED, "\udc80")})
    found = [quad.object for quad in parse(report, RdfFormat.TURTLE)]
    assert Literal("\\udc80") in found
