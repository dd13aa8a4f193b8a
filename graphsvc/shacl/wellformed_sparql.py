"""The queries of a shapes graph: do they parse, and could they run as SHACL runs them?

Spec: https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from graphsvc.errors import QueryRefused, QuerySyntaxError, UnknownFunctionError
from graphsvc.paths import Term
from graphsvc.queries import (
    Dataset,
    Query,
    evaluate,
    lexemes,
    read_query,
    reason,
    undeclared_prefixes,
    unescaped,
)
from graphsvc.shacl.wellformed_graph import ShapesFault, StatedGraph
from graphsvc.vocab import XSD_STRING, sh

FORMS = {sh("select"): "SELECT", sh("ask"): "ASK", sh("construct"): "CONSTRUCT"}
PATH = "PATH"
_ALWAYS_BOUND = frozenset({"this", "shapesGraph", "currentShape", PATH})
_MAY_BE_LEFT = frozenset({"shapesGraph", "currentShape", PATH})  # by a subquery
_ANY_PATH = "(^<urn:x:x>)"  # it is no expression
_FORBIDDEN = {
    "MINUS": "write FILTER NOT EXISTS { … }",
    "VALUES": "write FILTER (?x IN ( … ))",
}


@dataclass(frozen=True)
class Use:
    """How a query is used: with which prefixes, and which variables are bound beforehand."""

    prefixes: Mapping[str, str] = field(default_factory=dict)
    prebound: frozenset[str] | None = None  # None: it is no constraint's and no validator's
    names_this: bool = False  # must it?
    by_shapes: bool = False  # if not, it may lack what other files would declare
    of_pyshacl: bool = False  # which may know functions that SPARQL does not have


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str  # in upper case if it is a word
    start: int
    end: int

    @property
    def variable(self) -> str | None:
        return self.text[1:] if self.kind == "variable" else None


def _tokens(plain: str) -> list[_Token]:
    """The tokens of a query, but for comments and space."""
    found = []
    end = 0
    for kind, text in lexemes(plain):
        start, end = end, end + len(text)
        if kind not in ("comment", "space"):
            found.append(_Token(kind, text.upper() if kind == "words" else text, start, end))
    return found


def query_faults(graph: StatedGraph, quad: Quad, use: Use) -> Iterator[ShapesFault]:
    """What is wrong with the query that is the object of a triple."""
    text = cast("Term", quad.object)
    form = FORMS[quad.predicate]
    if not isinstance(text, Literal) or text.datatype != XSD_STRING:
        found: Sequence[str] = [f"is {graph.shown(text)}; a {form} query is wanted, in quotes"]
    else:
        found = list(_faults(text.value, form, use))
    for what in found:
        yield ShapesFault(quad, f"{graph.of(quad)} {what}")


def _faults(text: str, form: str, use: Use) -> Iterator[str]:
    query = read_query(text)
    refused = list(_refused(query, form))
    yield from refused
    if not refused:
        plain = unescaped(text)
        found = _tokens(plain)
        fault = _syntax_fault(query, use)
        if fault:
            yield fault
        if use.prebound is not None:
            yield from _restrictions(plain, found, use, parses=not fault)


def _refused(query: Query, form: str) -> Iterator[str]:
    if query.calls_service:
        yield "calls a SERVICE; nothing is fetched, so put what it needs into the publication"
    if query.names_graphs:
        yield "has a FROM; it sees all graphs of data as one, so leave that out"
    if query.form != form:
        yield f"is not a {form} query; one is wanted"


def _syntax_fault(query: Query, use: Use) -> str | None:
    try:
        _parse(query, use)
    except (QuerySyntaxError, QueryRefused) as error:
        used = undeclared_prefixes(query.text)
        undeclared = [prefix for prefix in used if prefix not in use.prefixes]
        if undeclared and isinstance(error, QuerySyntaxError):
            if not use.by_shapes:
                return None
            names = ", ".join(f"{prefix}:" for prefix in undeclared)
            return (
                f"uses {names} without declaring it; let sh:prefixes lead to a sh:declare "
                "with its sh:prefix and sh:namespace"
            )
        return reason(error)
    if use.prebound is None:
        return None
    try:
        _parse(replace(query, text=_with_path(query.text)), use)
    except (QuerySyntaxError, QueryRefused):
        return f"has ${PATH} elsewhere than as the predicate of a triple; only there is it a path"
    return None


def _parse(query: Query, use: Use) -> QuerySolutions | None:
    """Evaluate it over nothing."""
    try:
        results = evaluate(Store(), query, Dataset([], prefixes=dict(use.prefixes)))
    except UnknownFunctionError as error:  # it parses
        if use.of_pyshacl or not use.by_shapes:
            return None
        what = f"the function <{error.function}> is not supported; validate with --engine pyshacl"
        raise QueryRefused(what) from error
    return results if isinstance(results, QuerySolutions) else None


def _with_path(text: str) -> str:
    plain = unescaped(text)
    for token in reversed(_tokens(plain)):
        if token.variable == PATH:
            plain = plain[: token.start] + _ANY_PATH + plain[token.end :]
    return plain


def mentions(text: str, name: str) -> bool:
    return any(token.variable == name for token in _tokens(unescaped(text)))


# Pre-binding


def _restrictions(plain: str, found: Sequence[_Token], use: Use, *, parses: bool) -> Iterator[str]:
    """Spec: https://www.w3.org/TR/shacl/#pre-binding."""
    prebound = _ALWAYS_BOUND | (use.prebound or frozenset())
    yield from _forbidden(found, prebound)
    if use.names_this and not any(token.variable == "this" for token in found):
        yield "does not mention $this, so that it says the same of each focus node; select $this"
    if parses:
        for start in _subqueries(found):
            yield from _subquery_faults(plain, found[start:], use, prebound - _MAY_BE_LEFT)


def _forbidden(found: Sequence[_Token], prebound: frozenset[str]) -> Iterator[str]:
    words = {token.text for token in found if token.kind == "words"}
    for word, instead in _FORBIDDEN.items():
        if word in words:
            yield f"has a {word}, which SHACL does not allow; {instead} instead"
    for before, token in pairwise(found):
        if before.text == "AS" and token.variable in prebound:
            yield f"assigns {token.text}, which is bound beforehand; use a name of its own"
        if before.text == "GRAPH" and token.variable != "shapesGraph":
            what = "sees all graphs of data as one, so leave that out"
            yield f"asks for GRAPH {token.text}; it {what}"


def _subqueries(found: Sequence[_Token]) -> Iterator[int]:
    """Where the subqueries begin."""
    for index, (before, token) in enumerate(pairwise(found), start=1):
        if (before.text, token.kind, token.text) == ("{", "words", "SELECT"):
            yield index


def _subquery_faults(
    plain: str, found: Sequence[_Token], use: Use, prebound: frozenset[str]
) -> Iterator[str]:
    """`found` begins with the subquery; $this must come out of it, the others if they go in."""
    opening = _opening(found)
    selected = _selected(found[:opening])
    if selected is None:
        group = plain[found[opening].start : found[_closing(found[opening:], 0) + opening].end]
        results = _parse(read_query(f"SELECT * {group}"), use)
        selected = {variable.value for variable in results.variables} if results else set()
    within = {token.variable for token in found[: _closing(found, -1)]}
    for name in sorted(prebound & (within | {"this"}) - selected):
        yield f"has a subquery that does not select ${name}; let it, or nothing is bound in it"


def _opening(found: Sequence[_Token]) -> int:
    """The index of the brace that begins the group of a query, after its projection."""
    depth = 0
    for index, token in enumerate(found):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "{" and depth == 0:
            return index
    return len(found) - 1


def _closing(found: Sequence[_Token], level: int) -> int:
    """The index of the brace that closes a group: the first one, or for -1 the one around."""
    depth = 0
    for index, token in enumerate(found):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == level and token.text == "}":
            return index
    return len(found) - 1


def _selected(projection: Sequence[_Token]) -> set[str] | None:
    """The variables between SELECT and its group; None for all of them."""
    names: set[str] = set()
    depth = 0
    before = ""
    for token in projection:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.variable is not None and (depth == 0 or before == "AS"):
            names.add(token.variable)
        elif token.text == "*" and depth == 0:
            return None
        before = token.text
    return names


def is_iri(text: str) -> bool:
    """Is it an IRI with its scheme?"""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
