"""The report as the W3C validation report, in Turtle.

Files and lines are not in it: SHACL has no terms for them, and a report with
others would no longer be equal to one of another engine. The JSON has them.
What a baseline knows is told in comments for the same reason; that a report is
cut, in a triple, since such a one is equal to none.

Spec: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import count
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from graphsvc.paths import Path, Term, write_path
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import (
    cut_text,
    known_text,
    mended_text,
    place_text,
    prose,
    without_log_commands,
)
from graphsvc.vocab import PREFIXES, RDF_TYPE, XSD, sh

_COMMENT = NamedNode(PREFIXES["rdfs"] + "comment")
_HEAD = re.compile(r"\A(@prefix .*\n)+")  # pyoxigraph has them in the order of its hashes
# What terminals act on and pyoxigraph writes raw; none of it may stand in a prefixed name.
_ACTIVE = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def write(report: ValidationReport, context: ReportContext) -> str:
    """The report graph, or comments only if files could not be read."""
    if context.source_errors:
        errors = [
            f"# {place_text(error.at, context)}: error: {prose(error.what)}"
            for error in context.source_errors
        ]
        return "\n".join(["# No validation report: files could not be read.", *errors, ""])
    comments = "".join(f"# {comment}\n" for comment in _comments(report, context))
    triples = list(_Graph(report).report())
    written = BytesIO()
    serialize(triples, written, RdfFormat.TURTLE, prefixes=_used(context.prefixes, triples))
    turtle = _HEAD.sub(_in_order, written.getvalue().decode())
    turtle = _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04X}", turtle)
    return comments + without_log_commands(turtle)


def _comments(report: ValidationReport, context: ReportContext) -> Iterator[str]:
    if report.baseline is not None:
        known = len(report.known)
        are = "is" if known == 1 else "are"
        yield f"Of these results {known} {are} {known_text(report, context)}."
    for mended in report.mended:
        yield f"{place_text(mended.at, context)}: {mended_text(mended)}"


def _used(prefixes: Mapping[str, str], triples: list[Triple]) -> dict[str, str]:
    iris = {triple.predicate.value for triple in triples}
    for triple in triples:
        match triple.object:
            case NamedNode() as node:
                iris.add(node.value)
            case Literal() as literal:
                iris.add(literal.datatype.value)
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


def _in_order(head: re.Match[str]) -> str:
    return "".join(sorted(head[0].splitlines(keepends=True)))


_T = TypeVar("_T")


class _Graph:
    """The triples of one report, with labels for its own nodes that no term in it has."""

    def __init__(self, report: ValidationReport) -> None:
        self._report = report
        taken = {
            term.value
            for result in _all(report.results)
            for term in (
                result.focus_node,
                result.value,
                result.source_shape,
                result.source_constraint,
            )
            if isinstance(term, BlankNode)
        }
        labels = (f"r{number}" for number in count())
        self._labels = (label for label in labels if label not in taken)

    def report(self) -> Iterator[Triple]:
        node = self._node()
        conforms = "true" if self._report.conforms else "false"
        yield Triple(node, RDF_TYPE, sh("ValidationReport"))
        yield Triple(node, sh("conforms"), Literal(conforms, datatype=NamedNode(XSD + "boolean")))
        if self._report.cut_at is not None:
            yield Triple(node, _COMMENT, Literal(cut_text(self._report.cut_at), language="en"))
        yield from self._results(node, sh("result"), self._report.results)

    def _results(
        self, parent: BlankNode, predicate: NamedNode, results: tuple[ValidationResult, ...]
    ) -> Iterator[Triple]:
        nodes = [self._node() for _ in results]
        for node in nodes:
            yield Triple(parent, predicate, node)
        for node, result in zip(nodes, results, strict=True):
            yield from self._result(node, result)

    def _result(self, node: BlankNode, result: ValidationResult) -> Iterator[Triple]:
        path, described = self._path(result.result_path)
        properties: list[tuple[str, Term | None]] = [
            ("focusNode", result.focus_node),
            ("resultPath", path),
            ("value", result.value),
            ("resultSeverity", result.severity_iri),
            ("sourceConstraintComponent", result.source_constraint_component),
            ("sourceShape", result.source_shape),
            ("sourceConstraint", result.source_constraint),
            *(("resultMessage", message) for message in result.messages),
        ]
        yield Triple(node, RDF_TYPE, sh("ValidationResult"))
        for name, term in properties:
            if term is not None:
                yield Triple(node, sh(name), term)
        yield from described
        yield from self._results(node, sh("detail"), result.details)

    def _path(self, path: Path | None) -> tuple[Term | None, list[Triple]]:
        """As `write_path`, whose labels are new each time, but with ours."""
        if path is None:
            return None, []
        node, triples = write_path(path)
        own: dict[BlankNode, BlankNode] = {}

        def relabelled(term: _T) -> _T | BlankNode:
            if isinstance(term, BlankNode):
                return own.get(term) or own.setdefault(term, self._node())
            return term

        return relabelled(node), [
            Triple(relabelled(triple.subject), triple.predicate, relabelled(triple.object))
            for triple in triples
        ]

    def _node(self) -> BlankNode:
        return BlankNode(next(self._labels))


def _all(results: tuple[ValidationResult, ...]) -> Iterator[ValidationResult]:
    for result in results:
        yield result
        yield from _all(result.details)
