"""SPARQL queries: what they ask for, whether they may, and their evaluation.

pyoxigraph has no parsed form of a query to look at and follows SERVICE to any
address. So a small tokenizer reads the text first: it knows comments, strings,
IRIs, prefixed names and variables, hence sees a keyword only where one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from graphsvc.errors import QueryRefused, QuerySyntaxError, UnknownFunctionError
from graphsvc.formats import BOOLEAN_FORMATS, RDF_FORMATS, SOLUTIONS_FORMATS, Format

Results = QuerySolutions | QueryBoolean | QueryTriples

# Spec: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n\r]* )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string> '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3} | "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}
                | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*" )
    | (?P<variable> [?$][NAME]+ )
    | (?P<tag> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<name> (?:[A-Za-z_\x80-\U0010FFFF][NAME.\-]*+)?+:
                (?:(?:[NAME:]|%[0-9A-Fa-f]{2}|\\.)(?:[NAME:.\-]|%[0-9A-Fa-f]{2}|\\.)*+)?+ )
    | (?P<words> [A-Za-z_\x80-\U0010FFFF][NAME.\-]*+ )
    | (?P<space> \s+ )
    | (?P<stray> ['"\\] )
    | (?P<other> . )
    """.replace("NAME", r"\w\x80-\U0010FFFF"),
    re.VERBOSE | re.DOTALL | re.ASCII,
)
# In an expression `<` is an operator, and what seems an IRI may then hold the start of a comment
# or a string. No expression begins with a scheme and two slashes.
_MAYBE_LESS_THAN = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*://)[^>]*[#']")
BETWEEN = ("comment", "space")
_SET_QUANTIFIERS = ("DISTINCT", "REDUCED")
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
# Brackets in each other and operators in a row overflow the stack of pyoxigraph's parser, which
# ends the process: some hundreds of the ones, some thousands of the others.
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_OPERATORS = {*"!|&/^+-*", "UNION", "MINUS", "FILTER", "OPTIONAL"}
MAX_BRACKETS, MAX_OPERATORS = 100, 1_000
_UNKNOWN_FUNCTION = re.compile(r"custom function <(.*)> is not supported")
_VARYING = {"NOW", "RAND", "UUID", "STRUUID"}
_MATTERING = ("FROM", "SERVICE", *_VARYING)
_SENTENCE = re.compile(r"[A-Z][a-z]*(?: \w+){2,}")
_UCHAR = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True)
class Query:
    """A query's text and what its keywords say of it, before it is parsed."""

    text: str
    form: str  # "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", an update's verb, or ""
    names_graphs: bool  # has it FROM or FROM NAMED?
    calls_service: bool
    too_deep: bool = False  # could its nesting overflow the parser's stack?
    varies: bool = False  # could it find something else the next time?
    is_ambiguous: bool = False  # could a parser see other words in it?


@dataclass(frozen=True)
class Dataset:
    """The graphs a query sees, unless its text or the request says otherwise."""

    default_graphs: Sequence[NamedNode] | None = None  # None: the store's own
    named_graphs: Sequence[NamedNode] | None = None  # None: all of the store
    prefixes: dict[str, str] = field(default_factory=dict)
    base_iri: str | None = None  # of relative IRIs


def read_query(text: str) -> Query:
    """Find out what a query asks for, without evaluating it.

    A text that could be read in two ways counts as calling a service if it as
    much as mentions one.
    """
    if _is_harmless(text):
        return Query(text, _form(_tokens(text)), names_graphs=False, calls_service=False)
    return _read_with_care(text)


def _is_harmless(text: str) -> bool:
    """Has it nothing that could be one of the words that matter, or be too deep?"""
    upper = text.upper()
    return (
        "\\" not in text
        and not any(word in upper for word in _MATTERING)
        and sum(map(text.count, "([{")) <= MAX_BRACKETS
        and sum(map(upper.count, _OPERATORS)) <= MAX_OPERATORS
    )


def _form(tokens: Iterable[tuple[str, str]]) -> str:
    words = (token for kind, token in tokens if kind == "words")
    return next((word for word in words if word in _FORMS or word in _UPDATES), "")


def _read_with_care(text: str) -> Query:
    # Code point escapes come before everything else (SPARQL 1.1, 19.2): \\u0053ERVICE is a keyword.
    plain = _UCHAR.sub(_unescape, text)
    tokens = list(_tokens(plain))
    words = [token for kind, token in tokens if kind == "words"]
    ambiguous = plain != text or any(
        kind == "stray" or (kind == "iri" and _MAYBE_LESS_THAN.match(token))
        for kind, token in tokens
    )
    calls_service = _calls_service(tokens) or (ambiguous and "SERVICE" in plain.upper())
    return Query(
        text,
        _form(tokens),
        names_graphs=any("FROM" in word for word in words),
        calls_service=calls_service,
        too_deep=_too_deep(tokens) or (ambiguous and _too_deep(_as_if_nothing_closed(text))),
        varies=calls_service
        or (
            any(name in plain.upper() for name in _VARYING)
            if ambiguous
            else any(name in word for word in words for name in _VARYING)
        ),
        is_ambiguous=ambiguous,
    )


def lexemes(text: str) -> Iterator[tuple[str, str]]:
    """Every token of a query, with its kind; together they are the text."""
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match[0]


def unescaped(text: str) -> str:
    """A query without its code point escapes, as a parser sees it."""
    return _UCHAR.sub(_unescape, text)


def undeclared_prefixes(text: str) -> list[str]:
    """The prefixes that a query uses and does not declare by itself, as they come in it."""
    used, declared, before = dict[str, None](), {"_"}, ""
    for kind, token in lexemes(unescaped(text)):
        if kind == "name":
            prefix = token.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            else:
                used[prefix] = None
        if kind not in BETWEEN:
            before = token.upper()
    return [prefix for prefix in used if prefix not in declared]


def reason(error: QuerySyntaxError | QueryRefused) -> str:
    """What is wrong, in a few words.

    The parser names every character that it would have liked; only its sentences tell more.
    """
    if isinstance(error, QueryRefused):
        return f"is refused: {error}"
    what, _, liked = str(error).partition(": expected")
    return f"does not parse: {': '.join([what, *_SENTENCE.findall(liked)])}; mend it there"


def _tokens(plain: str) -> Iterator[tuple[str, str]]:
    """The tokens that count, words in upper case, up to what no query may hold."""
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or ""
        if kind == "words":
            yield kind, match[0].upper()
        elif kind not in BETWEEN:
            yield kind, match[0]
        if kind == "stray":  # and looking for the end of each string could take for ever
            return


def _calls_service(tokens: Sequence[tuple[str, str]]) -> bool:
    """pyoxigraph wants no space about a keyword: it finds one in `trueSERVICEex:x {`."""
    prefix = ""
    for kind, token in tokens:
        if (kind == "words" and "SERVICE" in token) or (token == "{" and "SERVICE" in prefix):
            return True
        prefix = token.partition(":")[0].upper() if kind == "name" else ""
    return False


def _as_if_nothing_closed(text: str) -> Sequence[tuple[str, str]]:
    return [("", character) for character in text if character not in ")]}"]


def _too_deep(tokens: Sequence[tuple[str, str]]) -> bool:
    depth = deepest = operators = 0
    for kind, token in tokens:
        if kind == "iri" and "://" not in token:  # or an expression after a `<`
            deepest = max(deepest, depth + token.count("("))
            operators += sum(map(token.count, "!+-*"))
        else:
            depth += _BRACKETS.get(token, 0)
            deepest = max(deepest, depth)
            operators += token in _OPERATORS
    return deepest > MAX_BRACKETS or operators > MAX_OPERATORS


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def evaluate(store: Store, query: Query, dataset: Dataset) -> Results:
    """Evaluate a query; the results belong to the calling thread and may not leave it.

    Raises QueryRefused for updates, SERVICE and boundless nesting, and QuerySyntaxError
    for what does not parse, or calls a function that is not there.
    """
    _screen(query)
    prefixes = _mentioned(dataset.prefixes, query.text)
    scope: dict[str, Any] = {"prefixes": prefixes, "base_iri": dataset.base_iri}
    if not query.names_graphs:
        if dataset.default_graphs is not None:
            scope["default_graph"] = list(dataset.default_graphs)
        if dataset.named_graphs is not None:
            scope["named_graphs"] = list(dataset.named_graphs)
    try:
        results = store.query(query.text, **scope)
        if isinstance(results, QuerySolutions):  # lazy, so that nothing is evaluated twice
            names = [variable.value for variable in results.variables]
            if text := _in_order(query.text, names):
                return store.query(text, **scope)
    except (SyntaxError, ValueError, RuntimeError) as error:
        if fault := _fault(query.text, error):
            raise fault from error
        raise
    return results


def _mentioned(prefixes: Mapping[str, str], text: str) -> dict[str, str]:
    """The prefixes that a query might use: handing over each takes the parser's time."""
    is_plain = "\\" not in text
    return {name: iri for name, iri in prefixes.items() if not is_plain or f"{name}:" in text}


def _screen(query: Query) -> None:
    if query.form in _UPDATES:
        raise QueryRefused(
            f"{query.form} is an update; this service only reads. Edit the files in git instead"
        )
    if query.calls_service:
        raise QueryRefused("SERVICE is not offered; query the other endpoint by itself")
    if query.too_deep:
        raise QueryRefused(
            f"more than {MAX_BRACKETS} brackets in each other, or {MAX_OPERATORS:,} operators; "
            "write a shorter query"
        )


def _fault(text: str, error: Exception) -> QuerySyntaxError | None:
    """What a query is to blame for, if it is."""
    if isinstance(error, SyntaxError):
        return _syntax_error(text, error)
    if found := _UNKNOWN_FUNCTION.search(str(error)):
        return UnknownFunctionError(found[1])
    return QuerySyntaxError(str(error)) if isinstance(error, ValueError) else None


def _in_order(text: str, names: Sequence[str]) -> str | None:
    """A query with its variables in place of `*`, as they come in it; Oxigraph sorts them by name.

    None if it has no `*`, or they are in their order.
    """
    if "*" not in text:
        return None
    matches = [match for match in _TOKEN.finditer(text) if match.lastgroup not in BETWEEN]
    tokens = iter(matches)
    any(match[0].upper() == "SELECT" for match in tokens)  # goes on to what follows the first
    star = next((match for match in tokens if match[0].upper() not in _SET_QUANTIFIERS), None)
    if star is None or star[0] != "*":
        return None
    variables = (match[0][1:] for match in matches if match.lastgroup == "variable")
    ordered = [name for name in dict.fromkeys(variables) if name in names]
    if ordered == [*names] or len(ordered) < len(names):
        return None
    return f"{text[: star.start()]}{' '.join(f'?{name}' for name in ordered)}{text[star.end() :]}"


def _syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError:
    found = re.match(r"error at (\d+):(\d+): (.*)", str(error), re.DOTALL)
    if not found:
        return QuerySyntaxError(str(error))
    line, column = int(found[1]), int(found[2])
    lines = text.split("\n")
    shown = lines[min(line, len(lines)) - 1].rstrip("\r")[:200]
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
