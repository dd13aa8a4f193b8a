"""The report as JSON, whole: nothing is abbreviated, cut or worded.

    {"conforms":  true, false, or null if files could not be read,
     "counts":    {"violation": 1, "warning": 0, "info": 0},
     "results":   [RESULT, …],
     "errors":    [{"message", "file", "line", "column"}, …],
     "baseline":  the file of known findings, or null if there is none,
     "known_counts": as "counts", of those results that are known,
     "mended":    [{"message", "about", "count", "left", "file", "line"}, …]: lines of that
                  file; `count` of the findings are no longer there, `left` still are,
     "cut_at":    how many new results were wanted, if there may be more; else null}

    RESULT = {"severity": "violation" | "warning" | "info", "severity_iri",
              "message":  in the reader's language, "" if the shape has none,
              "messages": {"en": "…", "sv": "…", "": "in no language"},
              "focus_node": TERM, "result_path": "<iri>" or a SPARQL path or null,
              "value": TERM or null,
              "source_shape": TERM, "source_constraint_component": "iri",
              "source_constraint": TERM or null,
              "file", "line", "column", "shape_file", "shape_line": or null,
              "known":    is it in the baseline?
              "details": [RESULT, …]}

    TERM = {"type": "iri" | "blank_node", "value"}
         | {"type": "literal", "value", "datatype", "language": or null}

Every key is always there. Keys may be added, but do not change or go away.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.paths import Term
from graphsvc.report import Mended, ValidationReport, ValidationResult, counts_of
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import json_text, word


def write(report: ValidationReport, context: ReportContext) -> str:
    """The report as the module's head describes it."""
    return json_text(table(report, context))


def table(report: ValidationReport, context: ReportContext) -> dict[str, object]:
    """The same before it is a text, for who has more to tell."""
    return {
        "conforms": None if context.source_errors else report.conforms,
        "counts": report.counts,
        "results": [_result(result, context) for result in report.results],
        "errors": [_error(error, context) for error in context.source_errors],
        "baseline": report.baseline and context.path(report.baseline).as_posix(),
        "known_counts": counts_of(report.known),
        "mended": [_mended(mended, context) for mended in report.mended],
        "cut_at": report.cut_at,
    }


def _result(result: ValidationResult, context: ReportContext) -> dict[str, object]:
    messages: dict[str, str] = {}
    for message in result.messages:
        language = message.language or ""
        texts = [messages[language]] if language in messages else []
        messages[language] = "\n".join([*texts, message.value])
    file, line, column = _place(result.at, context)
    shape_file, shape_line, _ = _place(result.shape_at, context)
    path = result.result_path
    return {
        "severity": word(result.severity),
        "severity_iri": result.severity_iri.value,
        "message": result.message(context.languages),
        "messages": messages,
        "focus_node": _term(result.focus_node),
        "result_path": None if path is None else str(path),
        "value": _term(result.value),
        "source_shape": _term(result.source_shape),
        "source_constraint_component": result.source_constraint_component.value,
        "source_constraint": _term(result.source_constraint),
        "file": file,
        "line": line,
        "column": column,
        "shape_file": shape_file,
        "shape_line": shape_line,
        "known": result.known,
        "details": [_result(detail, context) for detail in result.details],
    }


def _error(error: SourceError, context: ReportContext) -> dict[str, object]:
    file, line, column = _place(error.at, context)
    return {"message": error.what, "file": file, "line": line, "column": column}


def _mended(mended: Mended, context: ReportContext) -> dict[str, object]:
    file, line, _ = _place(mended.at, context)
    return {
        "message": mended.message,
        "about": mended.about,
        "count": mended.count,
        "left": mended.left,
        "file": file,
        "line": line,
    }


def _term(term: Term | None) -> dict[str, str | None] | None:
    match term:
        case None:
            return None
        case Literal():
            return {
                "type": "literal",
                "value": term.value,
                "datatype": term.datatype.value,
                "language": term.language,
            }
        case NamedNode():
            return {"type": "iri", "value": term.value}
        case BlankNode():
            return {"type": "blank_node", "value": term.value}


def _place(
    position: SourcePosition | None, context: ReportContext
) -> tuple[str | None, int | None, int | None]:
    if position is None:
        return None, None, None
    file = context.path(position.path).as_posix()
    return file, position.line or None, position.column or None
