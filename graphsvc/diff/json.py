"""A comparison as JSON, whole: nothing is abbreviated, cut or worded but `why` and `label`.

    {"before":   SIDE, "after": SIDE,
     "graphs":   are graphs compared? false if one side has no named graphs,
     "counts":   {"breaking", "created", "updated", "deleted",
                  "quads_added", "quads_removed"},
     "breaking": [{"resource": IRI, "label", "why",
                   "kind": "removed" | "removed-class" | "removed-property" | "narrowed-shape",
                   "parameter": IRI of SHACL, of a narrowed shape, else null}, …],
     "changes":  [{"resource": IRI, or "_:…" for a blank node that no IRI leads to, "label",
                   "change": "created" | "updated" | "deleted",
                   "properties": [PROPERTY, …]}, …]}

    SIDE     = {"name", "kind": "release" | "revision" | "publication" | "dump",
                "base_iri": or null}
    PROPERTY = {"predicate": IRI, "label", "removed": [VALUE, …], "added": [VALUE, …],
                "changed": [{"graph", "properties": [PROPERTY, …]}, …]: blank nodes}
    VALUE    = {"type": "iri" | "blank_node", "value", "label", "graph", …}
             | {"type": "literal", "value", "datatype", "language": or null, "graph"}

A blank node has "members", a list of VALUEs, if it is a whole list; else
"properties", a list of {"predicate", "label", "value": VALUE}. It is described where it is
first met, so these may be empty. "graph" is an IRI, or null; "label" is in the reader's language,
or null. Every key is always there. Keys may be added, but do not change or go away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal

from graphsvc.changes import Kind
from graphsvc.diff.breaking import Breaking
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.sides import Side
from graphsvc.diff.trees import Property, Value, properties
from graphsvc.diff.wording import Words
from graphsvc.reports.wording import json_line


def write(comparison: Comparison, language: str | None = None) -> Iterator[str]:
    """The document as the module's head describes it, a resource at a time."""
    words = Words(comparison, language)
    head = {
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "graphs": comparison.knows_graphs,
        "counts": {
            "breaking": len(comparison.breaking),
            **{kind.value: comparison.counts[kind] for kind in Kind},
            "quads_added": comparison.quads[1],
            "quads_removed": comparison.quads[0],
        },
    }
    for key, value in head.items():
        yield f"{'{' if key == 'before' else ' '}{json_line(key)}: {json_line(value)},\n"
    yield ' "breaking": ['
    yield from _joined(_breaking(each, words) for each in comparison.breaking)
    yield '],\n "changes": ['
    yield from _joined(
        {
            "resource": change.resource,
            "label": words.label(change.resource),
            "change": change.kind.value,
            "properties": [_property(each, words) for each in properties(change)],
        }
        for change in comparison
    )
    yield "]}\n"


def _joined(documents: Iterable[object]) -> Iterator[str]:
    for number, document in enumerate(documents):
        yield f"{',' if number else ''}\n  {json_line(document)}"


def _side(side: Side) -> dict[str, object]:
    return {"name": side.name, "kind": side.kind, "base_iri": side.base_iri}


def _breaking(breaking: Breaking, words: Words) -> dict[str, object]:
    narrowing = breaking.narrowing
    return {
        "resource": breaking.resource,
        "label": words.label(breaking.resource),
        "kind": breaking.breach.value,
        "why": words.why(breaking),
        "parameter": narrowing and narrowing.parameter.value,
    }


def _property(each: Property, words: Words) -> dict[str, object]:
    return {
        "predicate": each.predicate.value,
        "label": words.label(each.predicate.value),
        "removed": [_value(value, words) for value in each.removed],
        "added": [_value(value, words) for value in each.added],
        "changed": [
            {
                "graph": nested.graph or None,
                "properties": [_property(inner, words) for inner in nested.properties],
            }
            for nested in each.changed
        ],
    }


def _value(value: Value, words: Words) -> dict[str, object]:
    term, graph = value.term, value.graph or None
    if isinstance(term, Literal):
        return {
            "type": "literal",
            "value": term.value,
            "datatype": term.datatype.value,
            "language": term.language,
            "graph": graph,
        }
    if not isinstance(term, BlankNode):
        label = words.label(term.value)
        return {"type": "iri", "value": term.value, "label": label, "graph": graph}
    said: dict[str, object] = {
        "properties": [
            {
                "predicate": predicate.value,
                "label": words.label(predicate.value),
                "value": _value(inner, words),
            }
            for predicate, inner in value.properties or ()
        ]
    }
    if value.members is not None:
        said = {"members": [_value(member, words) for member in value.members]}
    return {"type": "blank_node", "value": term.value, "label": None, "graph": graph, **said}
