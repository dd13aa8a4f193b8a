"""Places within rows: each box as near as can be to the middle of what it is linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PASSES = 12
GAP = 18.0  # between boxes of a row


def place(
    rows: Sequence[Sequence[str]],
    widths: Mapping[str, float],
    links: Mapping[str, Sequence[str]],
) -> dict[str, float]:
    """The middle of each box, from the left edge of the leftmost at 0."""
    middles: dict[str, float] = {}
    for row in rows:
        middles |= _side_by_side(row, widths)
    for step in range(PASSES):
        for row in rows if step % 2 == 0 else reversed(rows):
            wanted = [_middle_of(box, links, middles) for box in row]
            middles |= _apart(row, wanted, widths)
    left = min((middles[box] - widths[box] / 2 for box in middles), default=0)
    return {box: middle - left for box, middle in middles.items()}


def _side_by_side(row: Sequence[str], widths: Mapping[str, float]) -> dict[str, float]:
    """The boxes of a row with gaps between them, around 0."""
    found, at = {}, 0.0
    for box in row:
        found[box] = at + widths[box] / 2
        at += widths[box] + GAP
    return {box: middle - (at - GAP) / 2 for box, middle in found.items()}


def _middle_of(box: str, links: Mapping[str, Sequence[str]], middles: Mapping[str, float]) -> float:
    beside = [middles[each] for each in links.get(box, ())]
    return sum(beside) / len(beside) if beside else middles[box]


def _apart(
    row: Sequence[str], wanted: Sequence[float], widths: Mapping[str, float]
) -> dict[str, float]:
    """The middles nearest to those wanted, by squares, at which no box touches the next.

    Without the boxes' own widths they need only ascend; where they do not, the neighbours
    that are out of order meet at their mean.
    """
    offsets, at = [], 0.0
    for box in row:
        offsets.append(at + widths[box] / 2)
        at += widths[box] + GAP
    pools: list[tuple[float, int]] = []  # the sum of what is wanted in each, and how many want it
    for middle, offset in zip(wanted, offsets, strict=True):
        total, many = middle - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / many:
            before, members = pools.pop()
            total, many = total + before, many + members
        pools.append((total, many))
    shifts = [total / many for total, many in pools for _ in range(many)]
    return {box: shifts[at] + offsets[at] for at, box in enumerate(row)}
