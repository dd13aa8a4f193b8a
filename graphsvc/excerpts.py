"""Parts of a Turtle file that can be read by themselves.

To read a file with lines takes long; to search its bytes does not. Where no
string runs over lines, a line that ends in a dot ends a statement, and whatever
stands between two such lines is Turtle again, if the prefixes are put before
it. What a name may look like there follows from the prefixes too, unless it can
be written with escapes. A file of which any of this cannot be told from its
bytes has no excerpts.

Spec: https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from itertools import compress
from typing import IO, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, parse

from graphsvc.formats import N_TRIPLES, TURTLE, Format
from graphsvc.lines import LineReader
from graphsvc.vocab import RDF_NIL

CHUNK = 1 << 16  # bytes that are compared at once
FEW = 50  # names; each of more would take longer to look for than all of them together
_PREFIX = re.compile(
    rb"@?prefix\s+([^\s:<#]*):\s*<([^<>\"{}|^`\\\s]*)>(?:[ \t]*\.)?", re.IGNORECASE
)
_BASE = re.compile(rb"(?<=@)base\b|(?<![\w:./-])base\s*<")
_DIRECTIVE = re.compile(rb"@?(?<![\w:.-])(?:prefix|base|version)\b", re.IGNORECASE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_OPAQUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>')
_STRING = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
_COMMENT = re.compile(rb"#[^\n]*")
_TOKEN = rb"<[^<>\s]*>|[^\s<>\"'(),;\[\]#^][^\s<>\"',;()\[\]^]*"
_TOKENS = re.compile(_TOKEN)
_FIRST_TOKENS = re.compile(rb"(?:^|\.)[ \t]*(" + _TOKEN + rb")", re.MULTILINE)
_LESS = ord("<")
_TAIL = re.compile(r"[^/#?]*\Z")
_NAME_BYTES = frozenset(b"-_%:0123456789") | {
    *range(ord("A"), ord("Z") + 1),
    *range(ord("a"), ord("z") + 1),
    *range(0x80, 0x100),
}
_MAY_END_IN_NOTHING = (b"/>", b"#>", b"?>", b"<>", b".>")

Term = NamedNode | BlankNode | Literal
Span = tuple[int, int]
Header = tuple[bytes, int]  # directives, and where the last of them ends in the text


@dataclass(frozen=True)
class Statement:
    """A quad, and the line on which its object ends, counted from 0 within its excerpt."""

    quad: Quad
    line: int


def difference(one: bytes, other: bytes) -> tuple[Span, Span]:
    """The part of each that is not the same in both."""
    shorter = min(len(one), len(other))
    start = _most(shorter, lambda i, j: one[i:j] == other[i:j])
    ends = len(one), len(other)
    end = _most(
        shorter - start,
        lambda i, j: one[ends[0] - j : ends[0] - i] == other[ends[1] - j : ends[1] - i],
    )
    return (start, ends[0] - end), (start, ends[1] - end)


def _most(limit: int, are_same: Callable[[int, int], bool]) -> int:
    """How many bytes are the same, by asking from where to where they are."""
    low = 0
    while low < limit and are_same(low, min(low + CHUNK, limit)):
        low = min(low + CHUNK, limit)
    high = min(low + CHUNK, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if are_same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


class Excerpts:
    """A text whose statements can be read one by one."""

    def __init__(self, text: bytes, format: Format, base_iri: str, header: Header) -> None:
        self.text = text
        self._format, self._base_iri = format, base_iri
        self._header, self._directives_end = header
        self._prefixes: Mapping[str, str] = {}
        self._has_escapes = b"\\" in text
        self.is_plain = not (self._has_escapes and _has_escaped_names(text))
        if self._header:
            reading = parse(self._header, format.rdf, base_iri=base_iri)
            list(reading)
            self._prefixes = reading.prefixes

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
        new.is_plain = self.is_plain and other.is_plain
        new._has_escapes = self._has_escapes or other._has_escapes
        return new

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
        return self._search(nodes, subjects=True)

    def mentioning(self, nodes: Iterable[Term]) -> list[Span] | None:
        """The statements that one of these may be in; None if it cannot be told."""
        return self._search(nodes, subjects=False)

    def _search(self, nodes: Iterable[Term], *, subjects: bool) -> list[Span] | None:
        if not self.is_plain:
            return None
        names: set[bytes] = set()
        for node in nodes:
            forms = self._forms(node)
            if forms is None:
                return None
            names.update(forms)
        is_name = all(b">" in name or b":" in name for name in names)
        places = self._scan(names, subjects) if is_name and len(names) > 2 * FEW else None
        if places is None:
            places = sorted(place for name in names for place in self._find(name, subjects))
        return self._spans(places)

    def _spans(self, places: Iterable[int]) -> list[Span]:
        spans: list[Span] = []
        for place in places:
            if not spans or place >= spans[-1][1]:
                spans.append(self.around(place, place + 1))
        return spans

    def _forms(self, node: Term) -> list[bytes] | None:
        """What a text must hold that mentions a node; None if it need hold nothing."""
        if isinstance(node, BlankNode):
            return None
        if isinstance(node, Literal):
            plain = node.value.isprintable() and not self._has_escapes
            return [node.value.encode()] if node.value and plain else None
        iri = node.value
        tail = _TAIL.search(iri)
        forms = [tail[0].encode() + b">"] if tail and tail[0] else [*_MAY_END_IN_NOTHING]
        if iri == self._base_iri:
            forms.append(b"<>")
        if node == RDF_NIL:
            forms.append(b")")
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace):
                forms.append(f"{prefix}:{iri.removeprefix(namespace)}".encode())
        return forms

    def _find(self, form: bytes, subjects: bool) -> Iterator[int]:
        """Where a form stands."""
        text = self.text
        is_reference = form.endswith(b">")
        at = text.find(form)
        while at >= 0:
            start = text.rfind(b"<", 0, at + 1) if is_reference else at
            is_whole = is_reference or self._is_whole(at, at + len(form))
            if is_whole and (not subjects or self._may_be_subject(start)):
                yield at
            at = text.find(form, at + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        """Is it no part of a longer name?"""
        text = self.text
        return not (
            (start > 0 and text[start - 1] in _NAME_BYTES)
            or (end < len(text) and text[end] in _NAME_BYTES)
        )

    def _may_be_subject(self, start: int) -> bool:
        """Does it begin its line, or follow a dot there?"""
        before = self.text[self.text.rfind(b"\n", 0, start) + 1 : start].strip()
        return not before or before.endswith(b".")

    def _scan(self, names: set[bytes], subjects: bool) -> list[int]:
        """Where names stand, all of them in one go."""
        pattern, group = (_FIRST_TOKENS, 1) if subjects else (_TOKENS, 0)
        tails = {name for name in names if name.endswith(b">")}
        odd = not tails.isdisjoint(_MAY_END_IN_NOTHING)
        are_named = [
            token in names
            or ((token[0] == _LESS or b"." in token) and _is_named(token, names, tails, odd))
            for token in pattern.findall(self.text)
        ]
        found = compress(pattern.finditer(self.text), are_named)
        return [match.start(group) for match in found]

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


def _has_escaped_names(text: bytes) -> bool:
    """Is there an escape that stands in no string?"""
    at = text.find(b"\\")
    while at >= 0:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line = text[text.rfind(b"\n", 0, at) + 1 : end]
        if b"\\" in _STRING.sub(b"", line):
            return True
        at = text.find(b"\\", end)
    return False


def _is_within_name(lower: bytes, at: int) -> bool:
    """Does `prefix` belong to a longer word, as in sh:prefix?"""
    after = lower[at + 6 : at + 7]
    return (at > 0 and lower[at - 1] in _NAME_BYTES) or (bool(after) and not after.isspace())


def _last_line(text: bytes) -> bytes:
    return text.rstrip().rpartition(b"\n")[2]


def _ends_statement(line: bytes) -> bool:
    """Does a line end in the dot that ends a statement?"""
    stripped = line.rstrip()
    if not stripped.endswith(b"."):
        return False
    return b"#" not in stripped or b"#" not in _OPAQUE.sub(b"", stripped)


def _is_named(token: bytes, names: set[bytes], tails: set[bytes], odd: bool) -> bool:
    if token.startswith(b"<"):
        start = max(map(token.rfind, (b"/", b"#", b"?", b"<"))) + 1
        return token[start:] in tails or (odd and token.endswith(_MAY_END_IN_NOTHING))
    token = token.rstrip(b".")
    if token in names:
        return True
    while (dot := token.find(b".")) >= 0:
        token = token[dot + 1 :]
        if token in names:
            return True
    return False
