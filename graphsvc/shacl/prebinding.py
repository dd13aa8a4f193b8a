"""Queries of a shapes graph, asked about all focus nodes at once.

SHACL evaluates such a query once for each focus node, with $this bound before
it starts. That is to join every group of the query that mentions $this with
the focus nodes, and all of them are found in one go. A query for which this
would not be the same, because it counts or cuts, is asked about each node.

Spec: https://www.w3.org/TR/shacl/#pre-binding
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphsvc.paths import Path, Term
from graphsvc.queries import lexemes
from graphsvc.shacl import sparql
from graphsvc.shacl.plan import Query, Scope

Lexeme = tuple[str, str]  # its kind and its text
_COUNTS = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "LIMIT", "OFFSET"}
_OWN_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|[?$](\w+)')


@dataclass(frozen=True)
class Prebound:
    """A query of a shapes graph in a scope, with all that is bound before it starts.

    `each` is set if it must be asked about each focus node by itself; its rows
    begin with that, not with the trail.
    """

    query: Query
    each: bool


@dataclass(frozen=True)
class ShapesQuery:
    """The text of sh:select or sh:ask, and what is bound in it beside $this."""

    text: str
    prefixes: Mapping[str, str]
    path: Path | None
    bound: Mapping[str, str]  # SPARQL terms by variable name

    def select(self, scope: Scope) -> Prebound:
        """The query for the violations: the trail, then the columns of its own."""
        parts = _Select(self._lexemes())
        each = parts.must_be_asked_for_each
        own = _renamed(scope, parts.variables)
        trail = own.trail[-1:] if each else own.trail
        columns = (*trail, *(name for name in parts.columns if name not in trail))
        items = (*trail, *(item for name, item in parts.items if name not in trail))
        where = _joined(parts.where) if each else _injected(parts.where, own)
        head = f"SELECT DISTINCT {' '.join(items)} WHERE "
        query = Query(self._prologue() + head + where + parts.modifiers, columns, as_written=False)
        return Prebound(query, each)

    def ask(self, scope: Scope, values: Scope) -> Query:
        """The query for the trails of value nodes for which an ASK query is false."""
        lexemes = self._lexemes()
        body = lexemes[next(i for i, (_, text) in enumerate(lexemes) if text == "{") :]
        names = {text[1:] for kind, text in lexemes if kind == "variable"}
        is_focus = values.focus == scope.focus  # of a node shape
        fixed = {} if is_focus else {values.focus: "?value"}
        own = _renamed(values, names, {**fixed, scope.focus: "?this"})
        if is_focus:
            body = [(k, "?this" if (k, t[1:]) == ("variable", "value") else t) for k, t in body]
        columns = " ".join(own.trail)
        patterns = "\n".join(f"  {pattern}" for pattern in own.patterns)
        inner = _joined(body)
        text = (
            f"SELECT DISTINCT {columns} WHERE {{\n{patterns}\n"
            f"  MINUS {{\n{patterns}\n  {_without_braces(inner)}\n  }}\n}}"
        )
        return Query(self._prologue() + text, own.trail, as_written=False)

    def _prologue(self) -> str:
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(self.prefixes.items()))

    def _lexemes(self) -> list[Lexeme]:
        """The text with all that is bound written out; only $this is left."""
        path = "" if self.path is None else sparql.path(self.path)
        bound = {**self.bound, "PATH": path}
        found: list[Lexeme] = []
        for kind, text in lexemes(self.text):
            name = text[1:] if kind == "variable" else ""
            if name in (*bound, "this") and _asks_whether_bound(found):
                found = [*found[: _last(found, "BOUND")], ("words", "(true)"), ("skip", "")]
            elif name in bound:
                found.append(("term", bound[name]))
            elif found and found[-1] == ("skip", "") and text == ")":
                found.pop()
            else:
                found.append((kind, text))
        return found


def _keyword(lexeme: Lexeme) -> str:
    """A keyword in upper case; anything else as it is."""
    kind, text = lexeme
    return text.upper() if kind == "words" else text


def _solid(found: list[Lexeme]) -> list[Lexeme]:
    return [lexeme for lexeme in found if lexeme[0] not in ("space", "comment")]


def _asks_whether_bound(found: list[Lexeme]) -> bool:
    return [_keyword(lexeme) for lexeme in _solid(found)[-2:]] == ["BOUND", "("]


def _last(found: list[Lexeme], word: str) -> int:
    return max(index for index, lexeme in enumerate(found) if _keyword(lexeme) == word)


def _without_braces(group: str) -> str:
    return group[group.index("{") + 1 : group.rindex("}")].strip()


def _renamed(scope: Scope, taken: set[str], renamed: Mapping[str, str] | None = None) -> Scope:
    """The scope under names that the query of a shapes graph does not use; its focus is $this."""
    prefix = "outer"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    fixed = renamed or {scope.focus: "?this"}

    def new(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        return fixed.get(f"?{match[1]}", f"?{prefix}_{match[1]}")

    patterns = tuple(_OWN_NAME.sub(new, pattern) for pattern in scope.patterns)
    trail = tuple(_OWN_NAME.sub(new, name) for name in scope.trail)
    return replace(scope, patterns=patterns, trail=trail)


class _Select:
    """The parts of a SELECT query: what it projects, its pattern, what follows."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        start = next(i for i, each in enumerate(lexemes) if _keyword(each) == "SELECT")
        brace = next(i for i, (_, text) in enumerate(lexemes) if text == "{")
        end = _closing(lexemes, brace)
        self._lexemes = lexemes
        self.variables = {text[1:] for kind, text in lexemes if kind == "variable"}
        self.where = lexemes[brace : end + 1]
        self._after = lexemes[end + 1 :]
        self.items = list(self._projected(lexemes[start + 1 : brace]))
        self.columns = tuple(name for name, _ in self.items)

    @property
    def modifiers(self) -> str:
        return _joined(self._after)

    @property
    def must_be_asked_for_each(self) -> bool:
        words = {_keyword(lexeme) for lexeme in self._lexemes if lexeme[0] == "words"}
        has_subquery = any(_keyword(lexeme) == "SELECT" for lexeme in self.where)
        in_graph = "GRAPH" in words and sum(text == "{" for _, text in self.where) > 2
        grouped = "GROUP" in words or not words.isdisjoint(_COUNTS)
        return grouped or in_graph or (has_subquery and not self._subqueries_tell_this())

    def _subqueries_tell_this(self) -> bool:
        heads = "".join(map(_keyword, self.where)).split("SELECT")[1:]
        return all("this" in head.partition("{")[0] for head in heads)

    def _projected(self, lexemes: list[Lexeme]) -> Iterator[tuple[str, str]]:
        """Each column with the text that projects it."""
        depth, expression = 0, ""
        name = ""
        for kind, text in lexemes:
            depth += (text == "(") - (text == ")")
            if depth or text == ")":
                expression += text
                name = text[1:] if kind == "variable" else name
                if not depth:
                    yield f"?{name}", expression
                    expression = ""
            elif kind == "variable":
                yield f"?{text[1:]}", f"?{text[1:]}"
            elif text == "*":
                yield from ((f"?{each}", f"?{each}") for each in sorted(self.variables))


def _joined(lexemes: list[Lexeme]) -> str:
    return "".join(text for _, text in lexemes)


def _closing(lexemes: list[Lexeme], brace: int) -> int:
    depth = 0
    for index in range(brace, len(lexemes)):
        depth += (lexemes[index][1] == "{") - (lexemes[index][1] == "}")
        if not depth:
            return index
    return len(lexemes) - 1


def _injected(where: list[Lexeme], scope: Scope) -> str:
    """The pattern with the focus nodes in every group that mentions $this.

    Not in those of EXISTS and OPTIONAL, which see what is bound around them.
    """
    text, keywords = "", [""]
    inner = " ".join(scope.patterns)
    before = "WHERE"
    for index, (kind, lexeme) in enumerate(where):
        text += lexeme
        if lexeme == "{":
            inherits = keywords[-1] in ("EXISTS", "GRAPH")
            keywords.append(keywords[-1] if inherits else before)
            if not inherits and before not in ("EXISTS", "OPTIONAL", "GRAPH"):
                group = where[index + 1 : _closing(where, index)]
                is_whole = len(keywords) == 2
                if is_whole or (_mentions_this(group) and not _is_subquery(group)):
                    text += f" {inner} "
        elif lexeme == "}":
            keywords.pop()
        if kind not in ("space", "comment"):
            is_of_graph = before == "GRAPH" and lexeme != "{"
            before = before if is_of_graph else _keyword((kind, lexeme))
    return text


def _mentions_this(group: list[Lexeme]) -> bool:
    return any(kind == "variable" and text[1:] == "this" for kind, text in group)


def _is_subquery(group: list[Lexeme]) -> bool:
    return [_keyword(lexeme) for lexeme in _solid(group)[:1]] == ["SELECT"]


def substituted(template: str, values: Mapping[str, Term | None]) -> str:
    """A message with `{?name}` and `{$name}` replaced by what the names are bound to.

    Spec: https://www.w3.org/TR/shacl/#sparql-constraints-variables
    """

    def value(match: re.Match[str]) -> str:
        bound = values.get(match[1])
        return match[0] if bound is None else bound.value

    return re.sub(r"\{[?$](\w+)\}", value, template)
