"""Terms, places and messages as people read them in a report.

Literals, IRIs and file names come from anybody, and reports are read in
terminals, CI logs and XML. So whatever a reader would act on instead of show
(escape sequences, line breaks, bidirectional overrides, what XML cannot hold)
is written as a Turtle escape, and long texts are cut where one sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc import errors
from graphsvc.errors import SourcePosition
from graphsvc.paths import Path, Term
from graphsvc.report import Mended, Severity, ValidationReport, ValidationResult, counts_of
from graphsvc.reports.context import ReportContext
from graphsvc.vocab import XSD_STRING

VALUE_CHARACTERS = 160
MESSAGE_CHARACTERS = 1000

# Harmless and wanted in prose; in a value they are shown, since nobody sees them otherwise.
_PROSE_SPACES = "\u00a0\u202f"
# GitHub and Azure read ##[command] and ##vso[command] anywhere in a line of a log.
_LOG_COMMAND = re.compile(r"##(?=\w*\[)")
_LOCAL_NAME = re.compile(r"\w([\w.-]*[\w-])?")


def printable(text: str, keep: str = "") -> str:
    """`text` as anybody may see it, in a terminal or in the log of a workflow."""
    return without_log_commands(errors.printable(text, keep))


def without_log_commands(text: str) -> str:
    r"""`text` with ##[error] as #\u0023[error], which JSON and Turtle strings read as before."""
    return _LOG_COMMAND.sub(r"#\\u0023", text)


def json_text(document: object) -> str:
    """JSON that a terminal can show: å stays å, what is not printable is escaped."""
    return _shown_json(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def json_line(document: object) -> str:
    """The same on one line."""
    return _shown_json(json.dumps(document, ensure_ascii=False))


def _shown_json(text: str) -> str:
    return without_log_commands(re.sub(r"[^\n -~]+", lambda found: _json_escaped(found[0]), text))


def _json_escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def prose(text: str, characters: int = MESSAGE_CHARACTERS) -> str:
    """A message on one line, cut if it is longer."""
    cut = text[:characters]
    shown = printable(re.sub(r"[ \t\r\n]+", " ", cut).strip(), keep=_PROSE_SPACES)
    return shown if cut == text else f"{shown}… ({len(text)} characters)"


def term_text(term: Term, prefixes: Mapping[str, str]) -> str:
    """A term much as Turtle has it: foaf:homepage, <https://…>, _:b0, "1"^^xsd:integer."""
    match term:
        case NamedNode():
            return _iri_text(term.value, prefixes)
        case BlankNode():
            return str(term)
        case Literal():
            return _literal_text(term, prefixes)


def _iri_text(iri: str, prefixes: Mapping[str, str]) -> str:
    fitting = [prefix for prefix, namespace in prefixes.items() if iri.startswith(namespace)]
    for prefix in sorted(fitting, key=lambda prefix: -len(prefixes[prefix])):
        local_name = iri[len(prefixes[prefix]) :]
        if len(local_name) <= VALUE_CHARACTERS and _LOCAL_NAME.fullmatch(local_name):
            return printable(f"{prefix}:{local_name}")
    cut = iri[: 2 * VALUE_CHARACTERS]
    if cut == iri:
        return printable(f"<{iri}>")
    return f"<{printable(cut)}…> ({len(iri)} characters)"


def _literal_text(literal: Literal, prefixes: Mapping[str, str]) -> str:
    cut = literal.value[:VALUE_CHARACTERS]
    whole = cut == literal.value
    shown = printable(str(Literal(cut if whole else cut + "…")))
    if literal.language:
        shown += f"@{literal.language}"
    elif literal.datatype != XSD_STRING:
        shown += f"^^{_iri_text(literal.datatype.value, prefixes)}"
    return shown if whole else f"{shown} ({len(literal.value)} characters)"


def path_text(path: Path, prefixes: Mapping[str, str]) -> str:
    """A property path in the syntax of SPARQL, its predicates abbreviated."""
    return re.sub(r"<([^>]*)>", lambda found: _iri_text(found[1], prefixes), str(path))


def file_text(position: SourcePosition, context: ReportContext) -> str:
    """The path of a file, whose name cannot pass for a log command."""
    shown = printable(context.path(position.path).as_posix())
    return f"./{shown}" if shown.startswith((":", " ", "#")) else shown


def place_text(position: SourcePosition, context: ReportContext) -> str:
    """`path`, `path:line` or `path:line:column`, by what is known."""
    numbers = [number for number in (position.line, position.column) if number > 0]
    return ":".join([file_text(position, context), *map(str, numbers)])


def message_text(result: ValidationResult, context: ReportContext) -> str:
    """The message in the reader's language; without one, which constraint is not met."""
    if message := result.message(context.languages).strip():
        return prose(message)
    component = term_text(result.source_constraint_component, context.prefixes)
    return f"{component} is not satisfied"


def shape_text(result: ValidationResult, context: ReportContext) -> str:
    """What to call the shape by: its name, else what it constrains."""
    if isinstance(result.source_shape, NamedNode):
        return term_text(result.source_shape, context.prefixes)
    return term_text(result.source_constraint_component, context.prefixes)


def origin_text(result: ValidationResult, context: ReportContext) -> str:
    """Where the rule is written, and its name: "shapes/cluster.ttl:12, shapes:ClusterShape"."""
    place = [place_text(result.shape_at, context)] if result.shape_at else []
    return ", ".join([*place, shape_text(result, context)])


def circumstances_text(result: ValidationResult, context: ReportContext) -> str:
    """What the result is about: "focus cluster:compare, path foaf:homepage, value …"."""
    parts = [f"focus {term_text(result.focus_node, context.prefixes)}"]
    if result.result_path is not None:
        parts.append(f"path {path_text(result.result_path, context.prefixes)}")
    if result.value is not None and result.value != result.focus_node:
        parts.append(f"value {term_text(result.value, context.prefixes)}")
    if result.severity_iri != result.severity.iri:
        parts.append(f"severity {term_text(result.severity_iri, context.prefixes)}")
    return ", ".join(parts)


def summary_text(report: ValidationReport, context: ReportContext) -> str:
    """The counts and the verdict: "1 violation, 0 warnings, 2 infos; does not conform".

    With a baseline the new ones are counted by severity: "…, 2 infos, 300 known; …".
    """
    if errors := len(context.source_errors):
        return f"{_counted(errors, 'error')}; could not be validated"
    counts = [_counted(number, name) for name, number in counts_of(report.new).items()]
    if report.baseline is not None:
        counts.append(f"{len(report.known)} known")
    if report.mended:
        counts.append(f"{sum(mended.count for mended in report.mended)} mended")
    cut = [] if report.cut_at is None else [cut_text(report.cut_at)]
    return "; ".join([", ".join(counts), *cut, _verdict(report, context)])


def _verdict(report: ValidationReport, context: ReportContext) -> str:
    if report.conforms:
        return "conforms"
    if report.fails(context.threshold):
        return "does not conform"
    nothing = "nothing" if report.baseline is None else "nothing new"
    return f"{nothing} is as grave as {word(context.threshold)}"


def cut_text(cut_at: int) -> str:
    """That a report does not tell everything."""
    return f"cut at {_counted(cut_at, 'finding')}, there may be more"


def known_text(report: ValidationReport, context: ReportContext) -> str:
    """Where results are known from: "known in known.json"."""
    assert report.baseline is not None
    return f"known in {file_text(SourcePosition(report.baseline, 0), context)}"


def mended_text(mended: Mended) -> str:
    """What is mended, and what to do with its line of the baseline."""
    about = prose(f"{mended.message} ({mended.about})")
    if mended.left:
        of = mended.count + mended.left
        return f"{mended.count} of {of} alike are mended; write a count of {mended.left}: {about}"
    return f"mended; remove this line: {about}"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def gravest_first(report: ValidationReport) -> list[ValidationResult]:
    """The new results for readers that see only the first so many; otherwise in their order."""
    return sorted(report.new, key=lambda result: -result.severity)


def word(severity: Severity) -> str:
    """violation, warning or info."""
    return severity.name.lower()
