"""The formats of a validation report: one table, one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphsvc.report import ValidationReport
from graphsvc.reports import github, json, junit, markdown, sarif, text, turtle
from graphsvc.reports.context import ReportContext

Writer = Callable[[ValidationReport, ReportContext], str]

# By the names that `--format` knows; the first is the default.
FORMATS: Mapping[str, Writer] = {
    "text": text.write,
    "json": json.write,
    "turtle": turtle.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "github": github.write,
    "markdown": markdown.write,
}


def write_report(report: ValidationReport, format: str, context: ReportContext) -> str:
    """The report in one of FORMATS, as text to be encoded in UTF-8.

    Raises KeyError for a format that is none.
    """
    return FORMATS[format](report, context)
