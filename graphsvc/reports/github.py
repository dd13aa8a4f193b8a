"""Annotations in a pull request, as workflow commands of GitHub Actions.

What a baseline holds is counted and not annotated: there is room for few.

Spec: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections import Counter

from graphsvc.errors import SourcePosition
from graphsvc.report import Severity, ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    circumstances_text,
    cut_text,
    gravest_first,
    mended_text,
    message_text,
    origin_text,
    printable,
    prose,
    shape_text,
    summary_text,
)

ANNOTATIONS_PER_STEP = 10  # of each command; GitHub leaves the rest in the log

_COMMANDS = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def write(report: ValidationReport, context: ReportContext) -> str:
    """A command for each new finding, the gravest first, and a line with the counts."""
    lines = [
        _command("error", error.at, "Not readable", prose(error.what), context)
        for error in context.source_errors
    ]
    if report.cut_at is not None:
        lines.append(_command("warning", None, "Not everything", cut_text(report.cut_at), context))
    lines += [_annotation(result, context) for result in gravest_first(report)]
    lines += [
        _command("notice", mended.at, "Mended", mended_text(mended), context)
        for mended in report.mended
    ]
    summary = summary_text(report, context)
    commands = Counter(line.split(maxsplit=1)[0] for line in lines)
    if any(number > ANNOTATIONS_PER_STEP for number in commands.values()):
        summary += f" (GitHub annotates the first {ANNOTATIONS_PER_STEP} of a kind)"
    return "\n".join([*lines, summary, ""])


def _annotation(result: ValidationResult, context: ReportContext) -> str:
    message = "\n".join(
        [
            message_text(result, context),
            circumstances_text(result, context),
            f"({origin_text(result, context)})",
        ]
    )
    title = shape_text(result, context)
    return _command(_COMMANDS[result.severity], result.at, title, message, context)


def _command(
    name: str, at: SourcePosition | None, title: str, message: str, context: ReportContext
) -> str:
    properties: dict[str, object] = {}
    if at is not None:
        properties["file"] = printable(context.path(at.path).as_posix())
        if at.line > 0:
            properties["line"] = at.line
        if at.column > 0:
            properties["col"] = at.column
    properties["title"] = title
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
