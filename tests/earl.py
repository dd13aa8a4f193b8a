"""A plugin of pytest: how the tests of suites went, in the terminal's summary and as EARL.

A test says which test of which suite it is by the marker `conformance(iri, suite=NAME)`; with
`in_part=REASON`, that only a part of it is run. An expected failure is an exception of ours: its
reason goes into the report. The same outcomes give the same report, byte for byte.

Spec: https://www.w3.org/TR/EARL10-Schema/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize

from graphsvc import __version__
from graphsvc.vocab import RDF_TYPE

EARL = "http://www.w3.org/ns/earl#"
DOAP = "http://usefulinc.com/ns/doap#"
DCT = "http://purl.org/dc/terms/"
SUBJECT = NamedNode(f"pkg:generic/graphsvc@{__version__}")
ASSERTOR = NamedNode(f"pkg:pypi/pytest@{pytest.__version__}")
_MARKER = "conformance"


class Outcome(IntEnum):
    """What came of a test, the worst last: a test of several phases or runs is as its worst."""

    PASSED = 0
    IN_PART = 1
    UNTESTED = 2
    EXCEPTION = 3
    FAILED = 4

    @property
    def term(self) -> NamedNode:
        """As EARL has it, which knows no tests run in part and no expected failures."""
        return NamedNode(EARL + _TERMS[self])


_TERMS = {
    Outcome.PASSED: "passed",
    Outcome.IN_PART: "untested",
    Outcome.UNTESTED: "untested",
    Outcome.EXCEPTION: "failed",
    Outcome.FAILED: "failed",
}


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    reason: str = ""

    @classmethod
    def of(cls, report: pytest.TestReport, in_part: str | None) -> Result:
        """The result of one phase of a test."""
        if hasattr(report, "wasxfail") and report.skipped:
            return cls(Outcome.EXCEPTION, report.wasxfail.removeprefix("reason: "))
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            return cls(Outcome.UNTESTED, reason.removeprefix("Skipped: "))
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            return cls(Outcome.FAILED, str(crash.message if crash else report.longrepr))
        return cls(Outcome.IN_PART, in_part) if in_part else cls(Outcome.PASSED)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("conformance").addoption(
        "--earl",
        metavar="FILE",
        type=Path,
        help="write how the tests of suites went as an EARL report, in Turtle",
    )


def pytest_configure(config: pytest.Config) -> None:
    path: Path | None = config.getoption("earl")
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise pytest.UsageError(f"--earl: {path} cannot be written; name a file in a folder")
    if not hasattr(config, "workerinput"):  # what workers of xdist report arrives here
        config.pluginmanager.register(Results(path), "earl-results")


def pytest_itemcollected(item: pytest.Item) -> None:
    """A report carries the properties of its test, from one process to another too."""
    for marker in item.iter_markers(_MARKER):
        if marker.args:
            (iri,) = marker.args
            item.user_properties.append((_MARKER, {"iri": iri, **marker.kwargs}))


class Results:
    """Gathers the results of a run by suite and test."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._suites: dict[str, dict[str, Result]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == _MARKER and isinstance(value, dict):
                results = self._suites.setdefault(value["suite"], {})
                found = Result.of(report, value.get("in_part"))
                before = results.get(value["iri"], found)
                results[value["iri"]] = max(before, found, key=lambda each: each.outcome)

    def pytest_sessionfinish(self) -> None:
        if self._path is not None:
            results = [each for suite in self._suites.values() for each in suite.items()]
            self._path.write_bytes(turtle(dict(results)))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for name in sorted(self._suites):
            terminalreporter.write_line(summary(name, self._suites[name]))
        if self._path is not None:
            terminalreporter.write_line(f"EARL report: {self._path}")


def summary(suite: str, results: dict[str, Result]) -> str:
    """The results of a suite in a line."""
    counts = Counter(result.outcome for result in results.values())
    told = [f"{counts[Outcome.PASSED]} of {len(results)} passed"]
    for outcome, words in (
        (Outcome.FAILED, ("failed", "failed")),
        (Outcome.IN_PART, ("run in part", "run in part")),
        (Outcome.UNTESTED, ("not run", "not run")),
        (Outcome.EXCEPTION, ("exception", "exceptions")),
    ):
        if counts[outcome]:
            told.append(f"{counts[outcome]} {words[counts[outcome] != 1]}")
    return f"W3C {suite}: {', '.join(told)}"


def turtle(results: dict[str, Result]) -> bytes:
    """The report: what was tested, by what, and an assertion for each test, by its IRI."""
    prefixes = {"earl": EARL, "doap": DOAP, "dct": DCT}
    document = serialize(_quads(results), format=RdfFormat.TURTLE, prefixes=prefixes)
    assert document is not None
    return document


def _quads(results: dict[str, Result]) -> Iterator[Quad]:
    release = BlankNode("release")
    for kind in (DOAP + "Project", EARL + "Software", EARL + "TestSubject"):
        yield Quad(SUBJECT, RDF_TYPE, NamedNode(kind))
    yield Quad(SUBJECT, NamedNode(DOAP + "name"), Literal("graphsvc"))
    yield Quad(SUBJECT, NamedNode(DOAP + "release"), release)
    yield Quad(release, RDF_TYPE, NamedNode(DOAP + "Version"))
    yield Quad(release, NamedNode(DOAP + "revision"), Literal(__version__))
    for kind in ("Software", "Assertor"):
        yield Quad(ASSERTOR, RDF_TYPE, NamedNode(EARL + kind))
    yield Quad(ASSERTOR, NamedNode(DCT + "title"), Literal(f"pytest {pytest.__version__}"))
    for number, (iri, result) in enumerate(sorted(results.items()), 1):
        yield from _assertion(number, iri, result)


def _assertion(number: int, iri: str, result: Result) -> Iterator[Quad]:
    node, told = BlankNode(f"assertion{number}"), BlankNode(f"result{number}")
    yield Quad(node, RDF_TYPE, NamedNode(EARL + "Assertion"))
    yield Quad(node, NamedNode(EARL + "assertedBy"), ASSERTOR)
    yield Quad(node, NamedNode(EARL + "subject"), SUBJECT)
    yield Quad(node, NamedNode(EARL + "test"), NamedNode(iri))
    yield Quad(node, NamedNode(EARL + "mode"), NamedNode(EARL + "automatic"))
    yield Quad(node, NamedNode(EARL + "result"), told)
    yield Quad(told, RDF_TYPE, NamedNode(EARL + "TestResult"))
    yield Quad(told, NamedNode(EARL + "outcome"), result.outcome.term)
    if result.reason:
        reason = result.reason.encode(errors="backslashreplace").decode()  # surrogates are no text
        yield Quad(told, NamedNode(DCT + "description"), Literal(reason))
