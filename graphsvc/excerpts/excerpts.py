"""Parts of a Turtle file that can be read by themselves.

To read a file with lines takes long; to search its bytes does not. Where no
string runs over lines, a line that ends in a dot ends a statement, and whatever
stands between two such lines is Turtle again, if the prefixes are put before
it. A file of which any of this cannot be told from its bytes has no excerpts.

Spec: https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import IO, cast

from pyoxigraph import NamedNode, Quad, parse

from graphsvc.excerpts.difference import Span
from graphsvc.excerpts.names import NAME_BYTES, Names, Term
from graphsvc.formats import N_TRIPLES, TURTLE, Format
from graphsvc.lines import LineReader

_PREFIX = re.compile(
    rb"@?prefix\s+([^\s:<#]*):\s*<([^<>\"{}|^`\\\s]*)>(?:[ \t]*\.)?", re.IGNORECASE
)
_BASE = re.compile(rb"(?<=@)base\b|(?<![\w:./-])base\s*<")
_DIRECTIVE = re.compile(rb"@?(?<![\w:.-])(?:prefix|base|version)\b", re.IGNORECASE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_OPAQUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>')
_COMMENT = re.compile(rb"#[^\n]*")

Header = tuple[bytes, int]  # directives, and where the last of them ends in the text


@dataclass(frozen=True)
class Statement:
    """A quad, and the line on which its object ends, counted from 0 within its excerpt."""

    quad: Quad
    line: int


class Excerpts:
    """A text whose statements can be read one by one."""

    def __init__(self, text: bytes, format: Format, base_iri: str, header: Header) -> None:
        self.text = text
        self._format, self._base_iri = format, base_iri
        self._header, self._directives_end = header
        reading = parse(self._header, format.rdf, base_iri=base_iri)
        list(reading)
        self._names = Names.of(text, base_iri, reading.prefixes)

    @classmethod
    def of(cls, text: bytes, format: Format, base_iri: str) -> Excerpts | None:
        """None if its parts cannot be told from each other."""
        if format not in (TURTLE, N_TRIPLES) or _runs_over_lines(text):
            return None
        header = _header(text)
        if header is None:
            return None
        try:
            return cls(text, format, base_iri, header)
        except SyntaxError:
            return None

    def edited(self, span: Span, part: bytes) -> Excerpts | None:
        """The text with other statements in place of some; None if they cannot be told apart.

        They must be whole statements without directives.
        """
        text = b"".join((self.text[: span[0]], part, self.text[span[1] :]))
        other = Excerpts.of(part, self._format, self._base_iri)
        is_whole = not part or (part.endswith(b"\n") and _ends_statement(_last_line(part)))
        is_below = self._directives_end <= span[0]  # all prefixes are declared before the part
        if other is None or other._header or not is_below:
            return None
        if not (is_whole or span[1] == len(self.text)):
            return None
        new = copy(self)
        new.text = text
        new._names = self._names.edited(text, other._names)
        return new

    @property
    def is_plain(self) -> bool:
        """Can names be searched for?"""
        return self._names.is_plain

    def around(self, start: int, end: int) -> Span:
        """The statements that a part of the text is of."""
        return self._start(start), self._end(max(start, end - 1))

    def units(self, span: Span) -> Iterator[Span]:
        """The least parts of a part that can be read by themselves."""
        at, end = span
        while at < end:
            unit = self.around(at, at + 1)
            yield unit
            at = unit[1]

    def holds_blank_nodes(self, span: Span) -> bool:
        """Are there blank nodes, whose labels only a reading of all can tell?"""
        part = _COMMENT.sub(b"", _OPAQUE.sub(b"", self.text[slice(*span)]))
        return b"[" in part or b"(" in part or b"_:" in part

    def holds_directives(self, span: Span) -> bool:
        """Is there what might be one?"""
        return _DIRECTIVE.search(_OPAQUE.sub(b"", self.text[slice(*span)])) is not None

    def line_at(self, place: int) -> int:
        """The line that a place is on, counted from 1."""
        return self.text.count(b"\n", 0, place) + 1

    def read(self, span: Span) -> list[Statement]:
        """The statements of a part of the text; blank nodes have labels of no meaning.

        Raises SyntaxError or ValueError if it is none.
        """
        text = self._header + self.text[slice(*span)]
        before = self._header.count(b"\n") + 1
        reader = LineReader(io.BytesIO(text))
        waits = self._format is TURTLE
        return [
            Statement(quad, (reader.line_of(quad) if waits else reader.line) - before)
            for quad in parse(cast("IO[bytes]", reader), self._format.rdf, base_iri=self._base_iri)
        ]

    def with_subjects(self, nodes: Iterable[NamedNode]) -> list[Span] | None:
        """The statements that may have one of these for a subject; None if it cannot be told."""
        return self._spans(self._names.places(nodes, subjects=True))

    def mentioning(self, nodes: Iterable[Term]) -> list[Span] | None:
        """The statements that one of these may be in; None if it cannot be told."""
        return self._spans(self._names.places(nodes, subjects=False))

    def _spans(self, places: Iterable[int] | None) -> list[Span] | None:
        if places is None:
            return None
        spans: list[Span] = []
        for place in places:
            if not spans or place >= spans[-1][1]:
                spans.append(self.around(place, place + 1))
        return spans

    def _start(self, place: int) -> int:
        """Where the statement begins that a place is in."""
        end = self.text.rfind(b"\n", 0, place)
        while end >= 0:
            start = self.text.rfind(b"\n", 0, end) + 1
            if _ends_statement(self.text[start:end]):
                return end + 1
            end = start - 1
        return 0

    def _end(self, place: int) -> int:
        """Where the statement ends that a place is in, the line feed included."""
        start = self.text.rfind(b"\n", 0, place) + 1
        while (end := self.text.find(b"\n", max(start, place))) >= 0:
            if _ends_statement(self.text[start:end]):
                return end + 1
            start = place = end + 1
        return len(self.text)


def _runs_over_lines(text: bytes) -> bool:
    """Is there what may make a line mean something else than by itself?"""
    if b"\r" in text and _LONE_RETURN.search(text):
        return True
    # A regular expression finds such short strings faster than `in` does.
    return any(
        mark[:1] in text and re.search(re.escape(mark), text)
        for mark in (b'"""', b"'''", b"<<", b"{|")
    )


def _header(text: bytes) -> Header | None:
    """The prefixes as directives; None if they are not the same all over the text."""
    lower = text.lower()
    if any(_BASE.match(lower, at) for at in _places_of(b"base", lower)):
        return None
    found: dict[bytes, bytes] = {}
    end = 0
    for at in _places_of(b"prefix", lower):
        if not _is_within_name(lower, at):
            directive = _PREFIX.match(text, at)
            if directive is None or found.setdefault(directive[1], directive[2]) != directive[2]:
                return None
            end = directive.end()
    return b"".join(b"@prefix %b: <%b> .\n" % each for each in found.items()), end


def _places_of(word: bytes, text: bytes) -> Iterator[int]:
    return (match.start() for match in re.finditer(word, text))


def _is_within_name(lower: bytes, at: int) -> bool:
    """Does `prefix` belong to a longer word, as in sh:prefix?"""
    after = lower[at + 6 : at + 7]
    return (at > 0 and lower[at - 1] in NAME_BYTES) or (bool(after) and not after.isspace())


def _last_line(text: bytes) -> bytes:
    return text.rstrip().rpartition(b"\n")[2]


def _ends_statement(line: bytes) -> bool:
    """Does a line end in the dot that ends a statement?"""
    stripped = line.rstrip()
    if not stripped.endswith(b"."):
        return False
    return b"#" not in stripped or b"#" not in _OPAQUE.sub(b"", stripped)
