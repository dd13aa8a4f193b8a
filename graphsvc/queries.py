"""SPARQL queries: what they ask for, whether they may, and their evaluation.

pyoxigraph has no parsed form of a query to look at and follows SERVICE to any
address. So a small tokenizer reads the text first: it knows comments, strings,
IRIs, prefixed names and variables, hence sees a keyword only where one stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from graphsvc.errors import QueryRefused, QuerySyntaxError
from graphsvc.formats import BOOLEAN_FORMATS, RDF_FORMATS, SOLUTIONS_FORMATS, Format

Results = QuerySolutions | QueryBoolean | QueryTriples

# Spec: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n\r]* )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string> '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3} | "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}
                | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*" )
    | (?P<variable> [?$]\w+ )
    | (?P<tag> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<name> (?:[^\W\d_][\w.\-·]*+)?+:(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\.)*+ )
    | (?P<words> [^\W\d][\w.\-·]*+ )
    | (?P<space> \s+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# In an expression `<` is an operator, and what seems an IRI may then hold the start of a comment
# or a string. No expression begins with a scheme and two slashes.
_MAYBE_LESS_THAN = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^>]*[#']")
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_UCHAR = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True)
class Query:
    """A query's text and what its keywords say of it, before it is parsed."""

    text: str
    form: str  # "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", an update's verb, or ""
    names_graphs: bool  # has it FROM or FROM NAMED?
    calls_service: bool


@dataclass(frozen=True)
class Dataset:
    """The graphs a query sees, unless its text or the request says otherwise."""

    default_graphs: Sequence[NamedNode]
    named_graphs: Sequence[NamedNode] | None = None  # None: all of the store
    prefixes: dict[str, str] = field(default_factory=dict)


def read_query(text: str) -> Query:
    """Find out what a query asks for, without evaluating it.

    A text that could be read in two ways counts as calling a service if it as
    much as mentions one.
    """
    # Code point escapes come before everything else (SPARQL 1.1, 19.2): \\u0053ERVICE is a keyword.
    plain = _UCHAR.sub(_unescape, text)
    words: list[str] = []
    ambiguous = plain != text
    for match in _TOKEN.finditer(plain):
        if match.lastgroup == "words":
            words += re.split(r"[.\-·]", match[0].upper())
        elif match.lastgroup == "iri":
            ambiguous = ambiguous or bool(_MAYBE_LESS_THAN.match(match[0]))
    form = next((word for word in words if word in _FORMS | _UPDATES), "")
    calls_service = "SERVICE" in words or (ambiguous and "SERVICE" in plain.upper())
    return Query(text, form, names_graphs="FROM" in words, calls_service=calls_service)


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def evaluate(store: Store, query: Query, dataset: Dataset) -> Results:
    """Evaluate a query; the results belong to the calling thread and may not leave it.

    Raises QueryRefused for updates and SERVICE, QuerySyntaxError for what does not parse.
    """
    if query.form in _UPDATES:
        raise QueryRefused(
            f"{query.form} is an update; this service only reads. Edit the files in git instead"
        )
    if query.calls_service:
        raise QueryRefused("SERVICE is not offered; query the other endpoint by itself")
    scope: dict[str, Any] = {}
    if not query.names_graphs:
        scope["default_graph"] = list(dataset.default_graphs)
        if dataset.named_graphs is not None:
            scope["named_graphs"] = list(dataset.named_graphs)
    try:
        return store.query(query.text, prefixes=dataset.prefixes, **scope)
    except SyntaxError as error:
        raise _syntax_error(query.text, error) from error
    except ValueError as error:
        raise QuerySyntaxError(str(error)) from error


def _syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError:
    found = re.match(r"error at (\d+):(\d+): (.*)", str(error), re.DOTALL)
    if not found:
        return QuerySyntaxError(str(error))
    line, column = int(found[1]), int(found[2])
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1][:200]
    expected = re.sub(r"\s+", " ", found[3])
    return QuerySyntaxError(f"line {line}, column {column}: {shown!r}: {expected}", line, column)


def offers(results: Results) -> Sequence[Format]:
    """The formats that results of this kind can be written in, in our order of preference."""
    if isinstance(results, QueryTriples):
        return RDF_FORMATS
    return BOOLEAN_FORMATS if isinstance(results, QueryBoolean) else SOLUTIONS_FORMATS


def serialize(results: Results, format: Format, output: Any) -> None:
    """Write results to a binary file-like object, in one go and in the calling thread."""
    if isinstance(results, QueryTriples):
        results.serialize(output, format=format.rdf)
    else:
        results.serialize(output, format=format.results)
