"""What DESCRIBE gives: a description that can be read by itself.

It has all that is said of a resource, of the blank nodes that this leads to, and
the labels of every IRI that it points to, so that nothing need be looked up in order
to show it. All of it comes from the dataset of the query.

Spec: https://www.w3.org/TR/sparql11-query/#describe
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store, Triple

from graphsvc import queries
from graphsvc.vocab import LABELS

_AT_ONCE = 1_000  # IRIs whose labels one query looks up
_CLAUSE = ("FROM", "NAMED")
_GLUED = re.compile("(FROM)?(NAMED)?", re.IGNORECASE)


def description(
    store: Store, query: queries.Query, dataset: queries.Dataset, results: QueryTriples
) -> list[Quad]:
    """The quads of a description, given what Oxigraph found: all but the labels."""
    found: dict[Triple, None] = dict.fromkeys(results)
    iris = [*dict.fromkeys(each.object for each in found if isinstance(each.object, NamedNode))]
    for start in range(0, len(iris), _AT_ONCE):
        text = _labels_of(query.text, iris[start : start + _AT_ONCE], dataset.prefixes)
        asked = replace(query, text=text)
        labels = queries.evaluate(store, asked, dataset)
        assert isinstance(labels, QueryTriples)
        found |= dict.fromkeys(labels)
    return [Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in found]


def _labels_of(text: str, iris: Sequence[NamedNode], known: Container[str]) -> str:
    """A query for the labels of IRIs in the dataset that another query names."""
    tokens = list(queries.lexemes(queries.unescaped(text)))
    words = [token.upper() if kind == "words" else "" for kind, token in tokens]
    prologue = "".join(token for _, token in tokens[: words.index("DESCRIBE")])
    unknown = [each for each in queries.undeclared_prefixes(text) if each not in known]
    clauses = _clauses(_unglued(tokens, unknown))
    return (
        f"{prologue} CONSTRUCT {{ ?iri ?property ?label }} {' '.join(clauses)} WHERE {{\n"
        f"  VALUES ?property {{ {' '.join(map(str, LABELS))} }}\n"
        f"  VALUES ?iri {{ {' '.join(map(str, iris))} }}\n"
        "  ?iri ?property ?label\n}"
    )


def _unglued(
    tokens: Iterable[tuple[str, str]], unknown: Container[str]
) -> Iterator[tuple[str, str]]:
    """The tokens that count; `FROMex:x` is two where no prefix is of that name."""
    for kind, token in tokens:
        rest = token
        if kind == "words" or (kind == "name" and token.partition(":")[0] in unknown):
            glued = _GLUED.match(token)
            assert glued is not None
            yield from (("words", keyword) for keyword in glued.groups() if keyword)
            rest = token[glued.end() :]
        if rest and kind not in queries.BETWEEN:
            yield kind, rest


def _clauses(tokens: Iterable[tuple[str, str]]) -> Iterator[str]:
    """FROM and FROM NAMED; no other part of a query has these words."""
    clauses = dropwhile(lambda each: each[1].upper() not in _CLAUSE, tokens)
    within = takewhile(
        lambda each: each[0] in ("iri", "name") or each[1].upper() in _CLAUSE, clauses
    )
    return (token for _, token in within)
