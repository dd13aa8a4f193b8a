"""Requests for parts of a file, in bytes.

What is no such request is passed over, and the whole is sent: a client has to check for
206 anyway.

Spec: https://www.rfc-editor.org/rfc/rfc9110#section-14
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_RANGES = 16  # who asks for more gets the whole: that is not how one reads a file
_RANGES = re.compile(r"bytes=([\d\s,-]{1,1000})", re.IGNORECASE | re.ASCII)
_RANGE = re.compile(r"(\d{0,20})-(\d{0,20})", re.ASCII)


def ranges_of(asked: str, size: int) -> list[range] | None:
    """The parts of a file of `size` bytes that a Range asks for, in order, none overlapping.

    None if it asks for none that we understand; an empty list if the file has none of them.
    """
    found = _RANGES.fullmatch(asked.strip())
    if found is None:
        return None
    texts = [text.strip() for text in found[1].split(",") if text.strip()]
    if not 0 < len(texts) <= MOST_RANGES:
        return None
    parts = []
    for text in texts:
        part = _range(text, size)
        if part is None:
            return None
        parts.append(part)
    return _joined([part for part in parts if part])


def _range(text: str, size: int) -> range | None:
    """One range, empty if it lies beyond the end; None if it is not one.

    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
    """
    found = _RANGE.fullmatch(text)
    if found is None or found[0] == "-":
        return None
    first, last = found.groups()
    if not first:  # so many bytes at the end
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _joined(parts: Sequence[range]) -> list[range]:
    """The same bytes, each once."""
    joined: list[range] = []
    for part in sorted(parts, key=lambda part: part.start):
        if joined and part.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, part.stop))
        else:
            joined.append(part)
    return joined
