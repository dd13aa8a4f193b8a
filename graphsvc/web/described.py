"""What DESCRIBE gives: a description that can be read by itself.

It has all that is said of a resource, of the blank nodes that this leads to, and
the labels of every IRI that it points to, so that nothing need be looked up in order
to show it. All of it comes from the dataset of the query.

Spec: https://www.w3.org/TR/sparql11-query/#describe
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store, Triple

from graphsvc import queries
from graphsvc.vocab import LABELS

_AT_ONCE = 1_000  # IRIs whose labels one query looks up
_CLAUSE = ("FROM", "NAMED")


def description(
    store: Store, query: queries.Query, dataset: queries.Dataset, results: QueryTriples
) -> list[Quad]:
    """The quads of a description, given what Oxigraph found: all but the labels."""
    found: dict[Triple, None] = dict.fromkeys(results)
    iris = [*dict.fromkeys(each.object for each in found if isinstance(each.object, NamedNode))]
    for start in range(0, len(iris), _AT_ONCE):
        asked = replace(query, text=_labels_of(query.text, iris[start : start + _AT_ONCE]))
        labels = queries.evaluate(store, asked, dataset)
        assert isinstance(labels, QueryTriples)
        found |= dict.fromkeys(labels)
    return [Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in found]


def _labels_of(text: str, iris: Sequence[NamedNode]) -> str:
    """A query for the labels of IRIs in the dataset that another query names."""
    tokens = list(queries.lexemes(queries.unescaped(text)))
    words = [token.upper() if kind == "words" else "" for kind, token in tokens]
    prologue = "".join(token for _, token in tokens[: words.index("DESCRIBE")])
    return (
        f"{prologue} CONSTRUCT {{ ?iri ?property ?label }} {' '.join(_clauses(tokens))} WHERE {{\n"
        f"  VALUES ?property {{ {' '.join(map(str, LABELS))} }}\n"
        f"  VALUES ?iri {{ {' '.join(map(str, iris))} }}\n"
        "  ?iri ?property ?label\n}"
    )


def _clauses(tokens: Sequence[tuple[str, str]]) -> Iterator[str]:
    """FROM and FROM NAMED; no other part of a query has these words."""
    counting = (each for each in tokens if each[0] not in queries.BETWEEN)
    clauses = dropwhile(lambda each: each[1].upper() not in _CLAUSE, counting)
    within = takewhile(
        lambda each: each[0] in ("iri", "name") or each[1].upper() in _CLAUSE, clauses
    )
    return (token for _, token in within)
