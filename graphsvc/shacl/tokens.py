"""The tokens of a query, taken one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphsvc.queries import lexemes

_NUMERIC = set("0123456789")
_MAYBE_LESS_THAN = set("()&?")  # in an expression a `<` and a `>` may seem to hold an IRI


class Unreadable(Exception):
    """A query says what is not looked into."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "words" else self.text


class Tokens:
    """The tokens of a text, of which the first are taken; raises Unreadable."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "")

    def take(self) -> Token:
        token = self.next
        if token.kind in ("end", "stray"):
            raise Unreadable("an end where none is wanted")
        self._at += 1
        return token

    def expect(self, text: str) -> None:
        if self.take().keyword != text:
            raise Unreadable(f"no {text} where one is wanted")

    def take_if(self, *keywords: str) -> str:
        """Take the next token if it is one of these."""
        if self.next.keyword in keywords:
            return self.take().keyword
        return ""


def _tokens(text: str) -> list[Token]:
    """The tokens that count; the digits of a number are one."""
    found: list[Token] = []
    adjacent = False
    for kind, part in lexemes(text):
        if kind in ("space", "comment"):
            adjacent = False
            continue
        if kind == "iri" and not _MAYBE_LESS_THAN.isdisjoint(part):
            raise Unreadable(f"{part}, which may be no IRI")
        is_number = kind == "other" and part in _NUMERIC
        grows = adjacent and found[-1].kind == "number"
        if grows and (is_number or part == "." or _is_exponent(part)):
            found[-1] = Token("number", found[-1].text + part)
        else:
            found.append(Token("number" if is_number else kind, part))
        adjacent = True
    return list(_without_dots(found))


def _is_exponent(part: str) -> bool:
    return part[0] in "eE" and (part[1:].isdigit() or len(part) == 1)


def _without_dots(tokens: list[Token]) -> Iterator[Token]:
    """The dot that ends a triple is no part of the name or number before it."""
    for token in tokens:
        if token.kind in ("name", "number") and token.text.endswith("."):
            yield Token(token.kind, token.text.rstrip("."))
            yield Token("other", ".")
        else:
            yield token
