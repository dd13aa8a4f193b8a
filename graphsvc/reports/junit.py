"""The findings as JUnit XML, which GitLab, Jenkins and Azure show as test results.

A suite is a file and a test case is a finding, since people mend files. What is
less grave than the threshold is a skipped test: seen, but not failing; so is
what a baseline holds. Names hold no lines, so that a finding stays the same
test when lines move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    circumstances_text,
    cut_text,
    file_text,
    mended_text,
    message_text,
    origin_text,
    path_text,
    place_text,
    prose,
    shape_text,
    term_text,
    word,
)

NO_FILE = "graphsvc"  # the suite of what belongs to no file


def write(report: ValidationReport, context: ReportContext) -> str:
    """All test cases, grouped by file in the report's order."""
    root = Element("testsuites", name=context.command)
    suites: dict[str, Element] = {}
    for at, case in _cases(report, context):
        file = file_text(at, context) if at else NO_FILE
        if file not in suites:
            suites[file] = SubElement(root, "testsuite", name=file)
        case.set("classname", file)
        suites[file].append(case)
    for element in (root, *suites.values()):
        _count(element)
    for suite in suites.values():
        _tell_apart(suite)
    ElementTree.indent(root)
    xml = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _cases(
    report: ValidationReport, context: ReportContext
) -> Iterator[tuple[SourcePosition | None, Element]]:
    for error in context.source_errors:
        yield error.at, _unreadable(error, context)
    for result in report.results:
        yield result.at, _finding(result, context)
    for mended in report.mended:
        yield mended.at, _skipped(prose(mended.about), mended.at, mended_text(mended), context)
    if report.cut_at is not None:
        yield None, _skipped("every finding is told", None, cut_text(report.cut_at), context)
    if not context.source_errors and report.conforms:
        yield None, Element("testcase", name="conforms")


def _unreadable(error: SourceError, context: ReportContext) -> Element:
    case = _case("is readable", error.at, context)
    message = prose(error.what)
    outcome = SubElement(case, "error", message=message, type="rdf-syntax")
    outcome.text = f"{place_text(error.at, context)}: error: {message}"
    return case


def _skipped(name: str, at: SourcePosition | None, message: str, context: ReportContext) -> Element:
    case = _case(name, at, context)
    SubElement(case, "skipped", message=message)
    return case


def _finding(result: ValidationResult, context: ReportContext) -> Element:
    names = [shape_text(result, context), term_text(result.focus_node, context.prefixes)]
    if result.result_path is not None:
        names.append(path_text(result.result_path, context.prefixes))
    case = _case(" ".join(names), result.at, context)
    message = message_text(result, context)
    severity = f"known {word(result.severity)}" if result.known else word(result.severity)
    if result.severity >= context.threshold and not result.known:
        outcome = SubElement(case, "failure", message=message, type=severity)
    else:
        outcome = SubElement(case, "skipped", message=f"{severity}: {message}")
    where = f"{place_text(result.at, context)}: " if result.at else ""
    outcome.text = "\n".join(
        [
            f"{where}{severity}: {message}",
            circumstances_text(result, context),
            f"({origin_text(result, context)})",
        ]
    )
    return case


def _case(name: str, at: SourcePosition | None, context: ReportContext) -> Element:
    case = Element("testcase", name=name)
    if at is not None:
        case.set("file", file_text(at, context))
        if at.line > 0:
            case.set("line", str(at.line))
    return case


def _count(element: Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(len(list(element.iter(tag)))))


def _tell_apart(suite: Element) -> None:
    """Number test cases of one name, of which tools would show only the last."""
    seen: Counter[str] = Counter()
    for case in suite:
        name = case.get("name", "")
        seen[name] += 1
        if seen[name] > 1:
            case.set("name", f"{name} ({seen[name]})")
