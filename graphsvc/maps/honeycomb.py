"""Room for marks that must not cover each other: cells of a honeycomb around a centre."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from graphsvc.maps.outlines import Point

RADIUS = 8  # of a mark, in units
SPACING = 2 * RADIUS + 3  # between the centres of two marks


class Honeycomb:
    """Remembers which places of a map are taken."""

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], list[Point]] = {}

    def take(self, point: Point) -> None:
        self._taken.setdefault(_square(point), []).append(point)

    def settle(self, centre: Point, count: int, is_inside: Callable[[Point], bool]) -> list[Point]:
        """So many free places, nearest to the centre, those inside first; they are taken then."""
        rings = 1 + math.isqrt(2 * count)
        free: list[Point] = []
        while len(free) < count:
            free = [cell for cell in _cells(centre, rings) if self._is_free(cell)]
            rings *= 2
        free.sort(key=lambda cell: not is_inside(cell))
        for cell in free[:count]:
            self.take(cell)
        return free[:count]

    def _is_free(self, point: Point) -> bool:
        column, row = _square(point)
        return all(
            math.dist(point, other) >= SPACING - 0.5  # cells are rounded
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in self._taken.get((x, y), ())
        )


def _square(point: Point) -> tuple[int, int]:
    return int(point[0] // SPACING), int(point[1] // SPACING)


def _cells(centre: Point, rings: int) -> Iterator[Point]:
    """The centres of a cell and of the rings of cells around it, the nearest first."""
    x, y = centre
    cells = []
    for row in range(-rings, rings + 1):
        for column in range(-rings, rings + 1):
            right, down = SPACING * (column + row / 2), SPACING * row * math.sqrt(3) / 2
            cells.append((round(math.hypot(right, down), 3), row, column, right, down))
    for _, _, _, right, down in sorted(cells):
        yield round(x + right, 1), round(y + down, 1)
