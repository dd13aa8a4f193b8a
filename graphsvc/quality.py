"""What a release keeps of its validation and its corrections, counted once, when it is built.

A report may be long and corrections many; a page that tells of them reads neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Variable

from graphsvc.corrections import CorrectionTerms
from graphsvc.errors import SourcePosition
from graphsvc.report import ValidationReport, ValidationResult

SHAPES = 500  # that have results, and are told of one by one
CONCEPTS = 100  # that corrections are counted by

# Only what is selected can be substituted.
_TALLY = """
SELECT ?class ?property ?concept (COUNT(DISTINCT ?correction) AS ?corrections) WHERE {
  GRAPH ?g { ?correction a ?class }
  GRAPH ?h { ?correction ?property ?concept }
  FILTER(isIRI(?concept))
} GROUP BY ?class ?property ?concept
"""


@dataclass(frozen=True)
class ShapeResults:
    """How many results of one severity a shape or a check has, and the first of them.

    `shape` is the nearest shape around it that has an IRI, "" if none has. `messages`
    are by language. `focus_node` is None for a blank node, `at` is `file:line` if known.
    """

    severity: str
    shape: str
    results: int
    messages: Mapping[str, str]
    focus_node: str | None
    at: str | None


def results_by_shape(
    report: ValidationReport, shapes_graph: Sequence[Quad], root: Path
) -> list[ShapeResults]:
    """The results by severity, the gravest first, then by shape; those with most results first."""
    around: dict[object, object] = {
        quad.object: quad.subject for quad in shapes_graph if isinstance(quad.object, BlankNode)
    }

    def key(result: ValidationResult) -> tuple[int, str]:
        return -result.severity, _named(result.source_shape, around)

    groups = [
        (shape, list(results))
        for (_, shape), results in groupby(sorted(report.results, key=key), key=key)
    ]
    groups.sort(key=lambda group: (-group[1][0].severity, -len(group[1]), group[0]))
    return [_summary(shape, results, root) for shape, results in groups[:SHAPES]]


def tally(store: Store, terms: CorrectionTerms | None, property_iri: str) -> dict[str, int]:
    """How many corrections lead to each concept by a property, the most frequent first."""
    if terms is None or not property_iri:
        return {}
    solutions = store.query(
        _TALLY,
        substitutions={
            Variable("class"): NamedNode(terms.class_),
            Variable("property"): NamedNode(property_iri),
        },
    )
    assert isinstance(solutions, QuerySolutions)
    found: dict[str, int] = {}
    for solution in solutions:
        concept, corrections = solution["concept"], solution["corrections"]
        if isinstance(concept, NamedNode) and isinstance(corrections, Literal):
            found[concept.value] = int(corrections.value)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:CONCEPTS])


def _summary(shape: str, results: Sequence[ValidationResult], root: Path) -> ShapeResults:
    first = results[0]
    return ShapeResults(
        severity=first.severity.name.lower(),
        shape=shape,
        results=len(results),
        messages={message.language or "": message.value for message in first.messages},
        focus_node=first.focus_node.value if isinstance(first.focus_node, NamedNode) else None,
        at=_place(first.at, root) if first.at else None,
    )


def _place(at: SourcePosition, root: Path) -> str:
    path = at.path.relative_to(root) if at.path.is_relative_to(root) else at.path
    return f"{path.as_posix()}:{at.line}"


def _named(shape: object, around: Mapping[object, object]) -> str:
    """The IRI of a shape, or of the nearest one that it is written within."""
    seen = set()
    while isinstance(shape, BlankNode) and shape not in seen:
        seen.add(shape)
        shape = around.get(shape)
    return shape.value if isinstance(shape, NamedNode) else ""
