"""Boxes in rows, so that arrows lead down and few of them cross.

Spec: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system
structures, IEEE Transactions on Systems, Man, and Cybernetics 11 (1981)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SWEEPS = 8  # over the rows, down and up in turn

Arrow = tuple[str, str]


def rank(widths: Mapping[str, float], arrows: Iterable[Arrow], widest: float) -> dict[str, int]:
    """The row of each box, from 0 at the top: below all that lead to it, circles aside.

    No row is wider than `widest`, unless a single box is: what does not fit goes below.
    What nothing leads to stands right above the first that it leads to, if it fits there.
    """
    below = _acyclic(widths, arrows)
    above: dict[str, list[str]] = {box: [] for box in widths}
    for box, others in below.items():
        for other in others:
            above[other].append(box)
    ranks: dict[str, int] = {}
    taken: dict[int, float] = {}
    ready = [box for box in widths if not above[box]]
    while ready:
        box = ready.pop(0)
        row = max((ranks[each] + 1 for each in above[box]), default=0)
        while taken.get(row) and taken[row] + widths[box] > widest:
            row += 1
        ranks[box] = row
        taken[row] = taken.get(row, 0) + widths[box]
        ready += [
            each
            for each in below[box]
            if each not in ready and all(other in ranks for other in above[each])
        ]
    for box in ranks:
        lowest = min((ranks[each] - 1 for each in below[box]), default=0)
        if not above[box] and lowest > ranks[box] and taken.get(lowest, 0) + widths[box] <= widest:
            taken[ranks[box]] -= widths[box]
            taken[lowest] = taken.get(lowest, 0) + widths[box]
            ranks[box] = lowest
    return _without_gaps(ranks)


def _without_gaps(ranks: Mapping[str, int]) -> dict[str, int]:
    """The same rows in the same order, numbered without a gap."""
    numbers = {row: number for number, row in enumerate(sorted(set(ranks.values())))}
    return {box: numbers[row] for box, row in ranks.items()}


def order(rows: Sequence[Sequence[str]], links: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The same rows, each in an order that lets few links cross.

    `links` lead from each box to those in the rows next to it.
    """
    found = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        indexes = range(1, len(found)) if down else range(len(found) - 2, -1, -1)
        for index in indexes:
            beside = found[index - 1 if down else index + 1]
            places = {box: place for place, box in enumerate(beside)}
            found[index] = _by_middle(found[index], places, links)
    return found


def _by_middle(
    row: Sequence[str], places: Mapping[str, int], links: Mapping[str, Sequence[str]]
) -> list[str]:
    """A row by the mean place of what each box is linked to; one without stays where it is."""
    means: dict[str, float] = {}
    for place, box in enumerate(row):
        beside = [places[each] for each in links.get(box, ()) if each in places]
        means[box] = sum(beside) / len(beside) if beside else place
    return sorted(row, key=means.__getitem__)


def _acyclic(boxes: Iterable[str], arrows: Iterable[Arrow]) -> dict[str, list[str]]:
    """What each box leads to, with arrows turned round that would close a circle."""
    leading: dict[str, list[str]] = {box: [] for box in boxes}
    for source, target in dict.fromkeys(arrows):
        leading[source].append(target)
    found: dict[str, list[str]] = {box: [] for box in leading}
    done: set[str] = set()
    for start in leading:
        trail: dict[str, list[str]] = {}
        if start not in done:
            trail[start] = list(leading[start])
        while trail:
            box = next(reversed(trail))
            if not trail[box]:
                trail.pop(box)
                done.add(box)
                continue
            other = trail[box].pop(0)
            source, target = (other, box) if other in trail else (box, other)
            if source != target and target not in found[source]:
                found[source].append(target)
            if other not in trail and other not in done:
                trail[other] = list(leading[other])
    return found
