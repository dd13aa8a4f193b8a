"""A summary with a table, in GitHub's Markdown, as for $GITHUB_STEP_SUMMARY.

Spec: https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    gravest_first,
    mended_text,
    message_text,
    origin_text,
    path_text,
    place_text,
    prose,
    summary_text,
    term_text,
    word,
)

ROWS = 100  # GitHub cuts a summary at 1 MiB, and a person much earlier

# A character reference is never markup, so whatever could be markup is one.
# A backslash would not do: inside <code> and before | it means something else.
_MARKUP = re.compile(r"[&<>\\`*_\[\]|~$]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # by which GitHub sees where a bare URL ends
# @name and #1 become links, and notify people, after Markdown is done; not in <code>.
_MENTION = re.compile(r"([@#](?=\w))")


def write(report: ValidationReport, context: ReportContext) -> str:
    """Counts, then a table of the gravest new findings and one of what is mended, ROWS of each."""
    lines = [f"## Validation: {_verdict(report, context)}", ""]
    lines += [summary_text(report, context), ""]
    lines += _table(("Where", "Severity", "Finding", "About"), list(_rows(report, context)))
    mended = [
        (code(place_text(mended.at, context)), plain(mended_text(mended)))
        for mended in report.mended
    ]
    return "\n".join([*lines, *_table(("Known", "Mended"), mended)])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    for row in (head, [":--"] * len(head), *rows[:ROWS]):
        yield f"| {' | '.join(row)} |"
    yield ""
    if len(rows) > ROWS:
        yield f"{len(rows) - ROWS} more are not shown here."
        yield ""


def _verdict(report: ValidationReport, context: ReportContext) -> str:
    if context.source_errors:
        return "not possible"
    if report.conforms:
        return "conforms"
    return "failed" if report.fails(context.threshold) else "passed with remarks"


def _rows(report: ValidationReport, context: ReportContext) -> Iterator[tuple[str, ...]]:
    for error in context.source_errors:
        yield code(place_text(error.at, context)), "error", plain(prose(error.what)), ""
    for result in gravest_first(report):
        yield (
            code(place_text(result.at, context)) if result.at else "",
            word(result.severity),
            f"{plain(message_text(result, context))}<br>{code(origin_text(result, context))}",
            _about(result, context),
        )


def _about(result: ValidationResult, context: ReportContext) -> str:
    parts = [term_text(result.focus_node, context.prefixes)]
    if result.result_path is not None:
        parts.append(path_text(result.result_path, context.prefixes))
    if result.value is not None and result.value != result.focus_node:
        parts.append(term_text(result.value, context.prefixes))
    return "<br>".join(code(part) for part in parts)


def code(text: str) -> str:
    """A text as code, which nothing in it can end."""
    return f"<code>{_escaped(text)}</code>"


def plain(text: str) -> str:
    """A text that is neither markup nor a mention of anybody."""
    pieces = _MENTION.split(text)  # every other one is a sign
    pieces[::2] = [_escaped(piece) for piece in pieces[::2]]
    pieces[1::2] = [f"<span>{sign}</span>" for sign in pieces[1::2]]
    return "".join(pieces)


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: _NAMED.get(found[0], f"&#{ord(found[0])};"), text)
