"""Plain text for a terminal: a line for each finding that editors can jump to.

data/clusters.ttl:57: violation: A homepage … (shapes/cluster.ttl:12, shapes:Cluster-homepage)
    focus cluster:compare, path foaf:homepage, value <https://wwwcompare.se/>
1 violation, 0 warnings, 0 infos; does not conform

What a baseline holds is counted and not shown: who reads this looks for what is new.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    circumstances_text,
    cut_text,
    mended_text,
    message_text,
    origin_text,
    place_text,
    prose,
    summary_text,
    term_text,
    word,
)

_INDENT = "    "
MENDED = 20  # so many are shown: who mends a shape mends all that it finds


def write(report: ValidationReport, context: ReportContext) -> str:
    """The report for a person; the last line has the counts."""
    lines = [
        f"{place_text(error.at, context)}: error: {prose(error.what)}"
        for error in context.source_errors
    ]
    for result in report.new:
        lines += _lines(result, context)
    lines += [
        f"{place_text(mended.at, context)}: {mended_text(mended)}" for mended in report.mended
    ]
    return "\n".join([*lines, summary_text(report, context), ""])


def write_news(
    new: ValidationReport,
    mended: ValidationReport,
    whole: ValidationReport,
    context: ReportContext,
) -> str:
    """What is new in a report and what is mended; the last line has the counts of all of it."""
    lines = [line for result in new.new for line in _lines(result, context)]
    if new.cut_at is not None:
        lines.append(cut_text(new.cut_at))
    for result in mended.results[:MENDED]:
        lines += _head(result, context, "mended")
    if (more := len(mended.results) - MENDED) > 0:
        lines.append(f"{more:,} more are mended")
    return "\n".join([*lines, summary_text(whole, context), ""])


def _lines(result: ValidationResult, context: ReportContext) -> Iterator[str]:
    yield from _head(result, context, word(result.severity))
    for detail in result.details:
        yield from _reasons(detail, context, _INDENT)


def _head(result: ValidationResult, context: ReportContext, what: str) -> Iterator[str]:
    where = (
        place_text(result.at, context)
        if result.at
        else term_text(result.focus_node, context.prefixes)
    )
    message = message_text(result, context)
    yield f"{where}: {what}: {message} ({origin_text(result, context)})"
    yield _INDENT + circumstances_text(result, context)


def _reasons(detail: ValidationResult, context: ReportContext, indent: str) -> Iterator[str]:
    message = message_text(detail, context)
    yield f"{indent}because: {message} ({circumstances_text(detail, context)})"
    for deeper in detail.details:
        yield from _reasons(deeper, context, indent + _INDENT)
