"""Where two texts differ."""

from __future__ import annotations

from collections.abc import Callable

Span = tuple[int, int]
CHUNK = 1 << 16  # bytes that are compared at once


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
