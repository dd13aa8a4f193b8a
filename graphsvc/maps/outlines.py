"""Areas on the plane: rings of points in whole units, simplified by being so.

As every position goes to the unit nearest to it, neighbours keep their common
border; simplification that looked at each area by itself would tear it apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Ring = list[tuple[int, int]]  # closed by its last side, which is not repeated

_NUMBER = re.compile(r"-?\d+")
SCANS = 15  # lines on which the middle of an area is looked for


def simplified(points: Iterable[tuple[int, int]], grid: int = 1) -> Ring:
    """A ring on a grid of so many units, without points that change nothing.

    Empty if nothing is left.
    """
    ring: Ring = []
    for x, y in points:
        point = (round(x / grid) * grid, round(y / grid) * grid)
        if not ring or point != ring[-1]:
            while len(ring) > 1 and _is_straight(ring[-2], ring[-1], point):
                ring.pop()
            ring.append(point)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring if len(ring) > 2 else []


def _is_straight(one: Point, two: Point, three: Point) -> bool:
    return (two[0] - one[0]) * (three[1] - two[1]) == (two[1] - one[1]) * (three[0] - two[0])


def path(rings: Iterable[Ring]) -> str:
    """Rings as the `d` of an SVG path, in relative steps, which are short.

    Spec: https://www.w3.org/TR/SVG2/paths.html#PathData
    """
    return "".join(_path(ring) for ring in rings)


def _path(ring: Ring) -> str:
    steps = [f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(ring)]
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def read_path(text: str) -> list[Ring]:
    """The rings of a path that `path` has written."""
    rings = []
    for part in text.split("M")[1:]:
        x, y, *steps = map(int, _NUMBER.findall(part))
        ring = [(x, y)]
        for right, down in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + right, y + down
            ring.append((x, y))
        rings.append(ring)
    return rings


def contains(rings: Iterable[Ring], point: Point) -> bool:
    """Is a point within an area, and not in a hole of it?"""
    x, y = point
    return sum(each < x for each in _crossings(rings, y)) % 2 == 1


def middle(rings: Sequence[Ring]) -> Point:
    """A point within an area, well away from its border."""
    ys = [y for ring in rings for _, y in ring]
    low, high = min(ys), max(ys)
    turned = [[(y, x) for x, y in ring] for ring in rings]
    best, room = (float(rings[0][0][0]), float(rings[0][0][1])), 0.0
    for scan in range(SCANS):
        y = low + (high - low) * (scan + 0.5) / SCANS
        west, east = max(_spans(rings, y), key=_length, default=(0.0, 0.0))
        if east - west <= room:  # it can be no better
            continue
        x = (west + east) / 2
        north, south = next((s for s in _spans(turned, x) if s[0] <= y <= s[1]), (y, y))
        found = min(east - west, south - north)
        if found > room:
            best, room = (round(x, 1), round((north + south) / 2, 1)), found
    return best


def _spans(rings: Iterable[Ring], y: float) -> list[tuple[float, float]]:
    """The parts of a horizontal line that are within an area."""
    crossings = sorted(_crossings(rings, y))
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _length(span: tuple[float, float]) -> float:
    return span[1] - span[0]


def _crossings(rings: Iterable[Ring], y: float) -> Iterator[float]:
    """Where a horizontal line crosses the border."""
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            if (y1 <= y) != (y2 <= y):
                yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def extent_of(rings: Iterable[Ring]) -> int:
    """The area of the least rectangle around an area, in square units."""
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return int((max(xs) - min(xs)) * (max(ys) - min(ys)))
