"""Snippets: the part of a text that shows why a search has found it.

SQLite marks what matches by characters put around it. Those are taken out of every
text before it is indexed, so a mark is never what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

SNIPPET_CHARACTERS = 240
_BEFORE = 60  # characters of a snippet that stand before the first match
END = "\x1e"  # between two texts of a column
BEGIN, STOP = "\x02", "\x03"  # stand around a match
BLANKED = str.maketrans(dict.fromkeys(("\0", END, BEGIN, STOP), " "))


class Part(NamedTuple):
    """A piece of a snippet, which matches the query or stands around what does."""

    text: str
    is_match: bool


def read_marks(column: str) -> Iterator[list[Part]]:
    """The texts of a marked column, each in parts."""
    parts: list[Part] = []
    is_match = False
    for piece in re.split(f"([{END}{BEGIN}{STOP}])", column):
        if piece == END:
            yield parts
            parts = []
        elif piece in (BEGIN, STOP):
            is_match = piece == BEGIN
        elif piece:
            parts.append(Part(piece, is_match))
    yield parts


def shorten(parts: Sequence[Part]) -> list[Part]:
    """What stands around the first match, from word to word."""
    text = "".join(part.text for part in parts)
    if len(text) <= SNIPPET_CHARACTERS:
        return list(parts)
    ends = list(accumulate(len(part.text) for part in parts))
    starts = [0, *ends[:-1]]
    first = next((start for part, start in zip(parts, starts, strict=True) if part.is_match), 0)
    begin = max(0, min(first - _BEFORE, len(text) - SNIPPET_CHARACTERS))
    if begin and (space := text.find(" ", begin, first)) >= 0:
        begin = space + 1
    end = begin + SNIPPET_CHARACTERS
    if end < len(text) and (space := text.rfind(" ", first, end)) > first:
        end = space
    cut = [
        Part(text[max(start, begin) : min(stop, end)], part.is_match)
        for part, start, stop in zip(parts, starts, ends, strict=True)
        if start < end and stop > begin
    ]
    before = [Part("… ", False)] if begin else []
    return [*before, *cut, *([Part(" …", False)] if end < len(text) else [])]
