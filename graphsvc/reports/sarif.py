"""The findings as SARIF 2.1.0, for code scanning on GitHub and for editors.

A rule is a shape, or the constraint's component where the shape has no name:
labels of blank nodes would be another rule in each run.

With a baseline every result says whether it is new or was known, and a known
one is suppressed. What is mended is told in a notification, not as an absent
result: GitHub heeds none of these properties and would open an alert for it.

Spec: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.report import Severity, ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    circumstances_text,
    cut_text,
    json_text,
    known_text,
    mended_text,
    message_text,
    origin_text,
    path_text,
    prose,
    shape_text,
    term_text,
)

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
SYNTAX_RULE = "rdf-syntax"
NAME_CHARACTERS = 255  # GitHub's limits
DESCRIPTION_CHARACTERS = 1024

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write(report: ValidationReport, context: ReportContext) -> str:
    """One log of one run."""
    by_rule: dict[str, list[ValidationResult]] = {}
    for result in report.results:
        by_rule.setdefault(_rule_id(result), []).append(result)
    rules = [_rule(rule_id, results, context) for rule_id, results in by_rule.items()]
    ranks = {rule_id: rank for rank, rule_id in enumerate(by_rule)}
    seen: Counter[str] = Counter()
    results = [
        {
            "ruleIndex": ranks[_rule_id(result)],
            **_result(result, seen, context),
            **_state(result, report, context),
        }
        for result in report.results
    ]
    if context.source_errors:
        results += [
            {"ruleIndex": len(rules), **_syntax_result(error, seen, context)}
            for error in context.source_errors
        ]
        rules.append(_SYNTAX)
    driver = {"name": "graphsvc", "version": context.version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, context)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _invocation(report: ValidationReport, context: ReportContext) -> dict[str, object]:
    notifications: list[dict[str, object]] = [
        {
            "level": "note",
            "message": _message(mended_text(mended)),
            "locations": [{"physicalLocation": _physical(mended.at, context)}],
        }
        for mended in report.mended
    ]
    if report.cut_at is not None:
        notifications.append({"level": "warning", "message": _message(cut_text(report.cut_at))})
    invocation: dict[str, object] = {"executionSuccessful": not context.source_errors}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def _state(
    result: ValidationResult, report: ValidationReport, context: ReportContext
) -> dict[str, object]:
    """Whether a result is new; of a run either all results tell that or none does."""
    if report.baseline is None:
        return {}
    if not result.known:
        return {"baselineState": "new", "suppressions": []}
    justification = known_text(report, context)
    suppression = {"kind": "external", "status": "accepted", "justification": justification}
    return {"baselineState": "unchanged", "suppressions": [suppression]}


def _rule_id(result: ValidationResult) -> str:
    for term in (result.source_shape, result.source_constraint):
        if isinstance(term, NamedNode):
            return term.value
    return result.source_constraint_component.value


_SYNTAX: dict[str, object] = {
    "id": SYNTAX_RULE,
    "name": "RdfSyntax",
    "shortDescription": {"text": "A file can be read as the RDF that its suffix promises."},
    "fullDescription": {"text": "A file can be read as the RDF that its suffix promises."},
    "help": {"text": "Nothing is validated until every file can be read."},
    "defaultConfiguration": {"level": "error"},
}


def _rule(
    rule_id: str, results: Sequence[ValidationResult], context: ReportContext
) -> dict[str, object]:
    first = results[0]
    name = shape_text(first, context)
    descriptions = _descriptions(results, context) or [f"Data satisfies {name}."]
    rule: dict[str, object] = {
        "id": rule_id,
        "name": name[:NAME_CHARACTERS],
        "shortDescription": _message(descriptions[0][:DESCRIPTION_CHARACTERS]),
        "fullDescription": _message(" / ".join(descriptions)[:DESCRIPTION_CHARACTERS]),
        "help": _message("\n".join([*descriptions, origin_text(first, context)])),
        "defaultConfiguration": {"level": _LEVELS[max(result.severity for result in results)]},
    }
    shape = first.source_shape
    if context.shape_page and isinstance(shape, NamedNode) and (url := context.shape_page(shape)):
        rule["helpUri"] = url
    return rule


def _descriptions(results: Sequence[ValidationResult], context: ReportContext) -> list[str]:
    """The messages that all results of a rule share, in the reader's order of languages.

    A message that differs from result to result tells of the data, not of the rule;
    so does any message where unnamed shapes share a rule.
    """
    if not isinstance(results[0].source_shape, NamedNode):
        return []
    shared = set(results[0].messages).intersection(*(result.messages for result in results[1:]))
    messages = [message for message in results[0].messages if message in shared]
    return [
        prose(message.value)
        for message in sorted(messages, key=lambda message: _rank(message, context))
        if message.value.strip()
    ]


def _rank(message: Literal, context: ReportContext) -> tuple[int, str]:
    languages = list(context.languages)
    language = message.language or ""
    known = language in languages
    return (languages.index(language) if known else len(languages), language)


def _result(
    result: ValidationResult, seen: Counter[str], context: ReportContext
) -> dict[str, object]:
    rule_id = _rule_id(result)
    # Without labels of blank nodes, which change when a file is added.
    focus_key = "_:" if isinstance(result.focus_node, BlankNode) else str(result.focus_node)
    component = result.source_constraint_component.value
    described: dict[str, object] = {
        "ruleId": rule_id,
        "level": _LEVELS[result.severity],
        "message": _message(
            f"{message_text(result, context)} ({circumstances_text(result, context)})"
        ),
        "locations": [_location(result, context)],
        "partialFingerprints": _fingerprints(
            (focus_key, str(result.result_path), component, rule_id), seen
        ),
        "properties": _properties(result, context),
    }
    if result.shape_at:
        written = {"text": "Where the shape is written"}
        described["relatedLocations"] = [
            {"physicalLocation": _physical(result.shape_at, context), "message": written}
        ]
    return described


def _syntax_result(
    error: SourceError, seen: Counter[str], context: ReportContext
) -> dict[str, object]:
    path = context.path(error.at.path).as_posix()
    return {
        "ruleId": SYNTAX_RULE,
        "level": "error",
        "message": _message(prose(error.what)),
        "locations": [{"physicalLocation": _physical(error.at, context)}],
        "partialFingerprints": _fingerprints((path, error.what), seen),
    }


def _fingerprints(parts: Iterable[str], seen: Counter[str]) -> dict[str, str]:
    """What a finding is, without its line, and the how manieth it is of those alike.

    GitHub heeds primaryLocationLineHash only, and makes one from the line's
    text where there is none.
    """
    digest = sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    seen[digest] += 1
    fingerprint = f"{digest}:{seen[digest]}"
    return {"graphsvc/v1": fingerprint, "primaryLocationLineHash": fingerprint}


def _properties(result: ValidationResult, context: ReportContext) -> dict[str, object]:
    prefixes = context.prefixes
    properties: dict[str, object] = {
        "focusNode": term_text(result.focus_node, prefixes),
        "sourceShape": term_text(result.source_shape, prefixes),
        "sourceConstraintComponent": term_text(result.source_constraint_component, prefixes),
        "resultSeverity": term_text(result.severity_iri, prefixes),
    }
    if result.result_path is not None:
        properties["resultPath"] = path_text(result.result_path, prefixes)
    if result.value is not None:
        properties["value"] = term_text(result.value, prefixes)
    return properties


def _message(text: str) -> dict[str, str]:
    """A message in which nothing is a link: [text](target) is one even in plain text."""
    return {"text": text.replace("](", "] (")}


def _location(result: ValidationResult, context: ReportContext) -> dict[str, object]:
    focus = term_text(result.focus_node, context.prefixes)
    location: dict[str, object] = {
        "logicalLocations": [{"fullyQualifiedName": focus, "kind": "resource"}]
    }
    if result.at:
        location["physicalLocation"] = _physical(result.at, context)
    return location


def _physical(at: SourcePosition, context: ReportContext) -> dict[str, object]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(context.path(at.path))}
    if at.line > 0:
        physical["region"] = {"startLine": at.line}
        if at.column > 0:
            physical["region"]["startColumn"] = at.column
    return physical


def _artifact(path: Path) -> dict[str, str]:
    """Bytes of a name that are not UTF-8 are percent-encoded as they are."""
    encoded = quote(os.fsencode(path.as_posix()))
    if path.is_absolute():
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded, "uriBaseId": "%SRCROOT%"}
