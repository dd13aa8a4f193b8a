"""Hand a file to a parser line by line, and know where the parser stands.

pyoxigraph tells no positions, but it gives a quad out as soon as it has read
enough to be sure of it: fed one line at a time, the line fed last is the one
on which the quad's object ends. Only a plain string has to wait for what
follows it, as that could be a language tag or a datatype. So what a line
begins with is fed by itself: a plain string that comes out then ended on an
earlier line. All of this is the parser's habit, not its promise;
tests/test_lines.py pins it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import IO

from pyoxigraph import Literal, Quad

from graphsvc.vocab import RDF_NIL, RDF_REST, XSD_STRING

# White space and the first token: a string without what may follow it, or all up to a blank.
_HEAD = re.compile(
    rb"""\s*(?: "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
           | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | [^\s"']+\s? )?""",
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(rb"""\s*(?:\#[^"']*)?""")  # no object ends on such a line
_COMMENT = re.compile(rb"\s*#")  # nor on such a line, unless a long string does
_LINE_END = re.compile(rb"\r\n?|\n")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BLANK_NODES = (b"_:", b"[", b"(")
_NESTED_TERMS = 1_000  # some thousands in each other overflow the parser's stack


class LineReader:
    """A binary reader that gives out at most one line at a time; lines count from 1."""

    _ends: tuple[bytes, ...] = (b"\n",)  # what a line ends with

    def __init__(self, file: IO[bytes]) -> None:
        self._readline = file.readline
        self._rest = b""  # of the line that is being fed
        self._at_head = False
        self._whole = True  # did what was read last end its line?
        self._filled = 0  # the last line with more than blanks and a comment
        self._filled_before = 0  # and the last such above the line that is being fed
        self._doubtful: tuple[tuple[int, bytes], ...] = ()  # comments with quotes below that line
        self._doubtful_before: tuple[tuple[int, bytes], ...] = ()
        self.line = 0
        self.unclosed = 0  # the triple terms begun since somebody set this to 0

    def read(self, size: int = -1) -> bytes:
        if self._rest:
            chunk, self._rest, self._at_head = self._rest, b"", False
            return chunk
        chunk = self._next(size)
        if not chunk:  # what comes out now has waited since the last head
            return chunk
        self._at_head = self._whole
        self._whole = chunk.endswith(self._ends)
        if self._at_head:
            self._begin(chunk)
            head = _HEAD.match(chunk)
            if head is not None and 0 < head.end() < len(chunk):
                self._rest = chunk[head.end() :]
                return chunk[: head.end()]
        return chunk

    def line_of(self, quad: Quad) -> int:
        """The line on which the object of a quad ended that has just come out."""
        if not (self._at_head and _had_to_wait(quad)):
            return self.line
        return next(
            (line for line, text in self._doubtful_before if _ends(quad, text)),
            self._filled_before,
        )

    def _next(self, size: int) -> bytes:
        """The next line, or as much of it as may be given."""
        return self._readline(size)

    def _begin(self, chunk: bytes) -> None:
        self.line += 1
        self._filled_before, self._doubtful_before = self._filled, self._doubtful
        if _BLANK.fullmatch(chunk.rstrip(b"\r\n")):
            return
        if _COMMENT.match(chunk):
            self._doubtful += ((self.line, chunk),)
        else:
            self._filled, self._doubtful = self.line, ()


def _had_to_wait(quad: Quad) -> bool:
    object_ = quad.object
    if isinstance(object_, Literal):
        return object_.datatype == XSD_STRING
    return object_ == RDF_NIL and quad.predicate != RDF_REST  # `()`, but not what `)` ends


def _ends(quad: Quad, text: bytes) -> bool:
    """Does a line that seems a comment hold the end of a string of several lines?"""
    value = quad.object.value if isinstance(quad.object, Literal) else ""
    _, line_end, last = value.rpartition("\n")
    return bool(line_end) and text.startswith((f'{last}"""'.encode(), f"{last}'''".encode()))


class CarefulReader(LineReader):
    """Ends a line at a lone CR too, as parsers do, and lets no triple terms pile up."""

    _ends = (b"\n", b"\r")
    _pieces = b""

    def _next(self, size: int) -> bytes:
        """Raises ValueError at more triple terms in each other than a parser bears."""
        piece = self._pieces or self._readline(size)
        if piece.endswith(b"\r"):  # a line feed may follow, which ends the same line
            piece += self._readline(1)
        end = _LINE_END.search(piece)
        chunk = piece[: end.end() if end else None]
        self._pieces = piece[len(chunk) :]
        self.unclosed += chunk.count(b"<<(")
        if self.unclosed > _NESTED_TERMS:
            raise ValueError(f"more than {_NESTED_TERMS:,} triple terms in each other")
        return chunk


@dataclass(frozen=True)
class Look:
    """What a look through the bytes of a file tells, before it is parsed."""

    is_utf8: bool
    reader: type[LineReader]  # that suits it
    names_all: bool = False  # has it no sign that begins a blank node in Turtle and its kin?


def look_through(file: IO[bytes]) -> Look:
    """Look at a file from where it stands."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    usual, names_all, tail = True, True, b""
    try:
        while block := file.read(1 << 20):
            decoder.decode(block)
            block = tail + block
            usual = usual and not _is_unusual(block)
            names_all = names_all and not any(sign in block for sign in _BLANK_NODES)
            tail = block[-2:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Look(is_utf8=False, reader=CarefulReader)
    return Look(True, LineReader if usual else CarefulReader, usual and names_all)


def _is_unusual(block: bytes) -> bool:
    """Is there something that only a CarefulReader reads well?"""
    if b"<<" in block or b"{|" in block:  # triple terms, or what stands for one
        return True
    return b"\r" in block and _LONE_RETURN.search(block) is not None


def wrong_byte(file: IO[bytes]) -> tuple[int, int, int]:
    """The first byte that is not UTF-8, with its line and column; there must be one."""
    for number, line in enumerate(file, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return line[error.start], number, len(line[: error.start].decode()) + 1
    raise ValueError("the file is UTF-8")
