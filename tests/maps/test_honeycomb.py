from __future__ import annotations

import math
from itertools import combinations

from graphsvc.maps.honeycomb import RADIUS, Honeycomb
from graphsvc.maps.outlines import Point


def everywhere(_: Point) -> bool:
    return True


def test_marks_of_areas_side_by_side_cover_each_other_nowhere() -> None:
    honeycomb = Honeycomb()
    marks = [
        mark
        for number, centre in enumerate([(100.0, 100.0), (110.0, 95.0), (100.0, 140.3)])
        for mark in honeycomb.settle(centre, 20 + number, everywhere)
    ]
    assert len(marks) == 63
    assert min(math.dist(one, other) for one, other in combinations(marks, 2)) > 2 * RADIUS


def test_the_first_mark_is_at_the_centre() -> None:
    assert Honeycomb().settle((7.0, 9.0), 1, everywhere) == [(7.0, 9.0)]


def test_places_inside_go_first() -> None:
    found = Honeycomb().settle((0.0, 0.0), 5, lambda point: point[0] >= 0)
    assert all(x >= 0 for x, _ in found)


def test_there_is_room_where_nothing_is_inside() -> None:
    assert len(Honeycomb().settle((0.0, 0.0), 50, lambda _: False)) == 50
    assert Honeycomb().settle((0.0, 0.0), 0, everywhere) == []


def test_a_taken_place_is_kept_free() -> None:
    honeycomb = Honeycomb()
    honeycomb.take((3.0, 4.0))
    (mark,) = honeycomb.settle((0.0, 0.0), 1, everywhere)
    assert math.dist(mark, (3.0, 4.0)) > 2 * RADIUS
