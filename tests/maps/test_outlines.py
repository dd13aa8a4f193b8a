from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphsvc.maps.extent import Extent
from graphsvc.maps.outlines import Ring, contains, middle, path, read_path, simplified
from graphsvc.maps.projection import MARGIN, SIZE, Projection

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
HOLE = [(4, 4), (6, 4), (6, 6), (4, 6)]
L_SHAPE = [(0, 0), (100, 0), (100, 10), (10, 10), (10, 100), (0, 100)]
points = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=12)


def test_points_that_change_nothing_are_left_out() -> None:
    assert simplified([(0, 0), (0, 0), (5, 0), (10, 0), (10, 10), (0, 10), (0, 0)]) == SQUARE


def test_an_area_smaller_than_the_grid_is_nothing() -> None:
    assert simplified([(0, 0), (1, 0), (1, 1), (0, 0)], 10) == []
    assert simplified([(0, 0), (5, 0), (10, 0), (0, 0)]) == []


def test_neighbours_keep_their_common_border() -> None:
    border = [(3, 1), (17, 9), (24, 31), (11, 52)]
    one = simplified([*border, (-40, 20), border[0]], 6)
    other = simplified([*border[::-1], (80, 20), border[-1]], 6)
    sides = {frozenset(side) for side in pairwise([*one, one[0]])}
    assert len(sides & {frozenset(side) for side in pairwise([*other, other[0]])}) == 3


@given(st.lists(points, max_size=3))
def test_a_path_is_read_back_as_it_was(rings: list[Ring]) -> None:
    drawn = [ring for each in rings if (ring := simplified(each))]
    assert read_path(path(drawn)) == drawn


def test_what_is_in_a_hole_is_not_in_the_area() -> None:
    assert contains([SQUARE, HOLE], (2, 2))
    assert not contains([SQUARE, HOLE], (5, 5))
    assert not contains([SQUARE, HOLE], (12, 5))


@pytest.mark.parametrize("rings", [[SQUARE], [SQUARE, HOLE], [L_SHAPE], [HOLE, L_SHAPE]])
def test_the_middle_is_well_inside(rings: list[Ring]) -> None:
    x, y = middle(rings)
    assert all(contains(rings, (x + dx, y + dy)) for dx in (-1, 1) for dy in (-1, 1))


@given(points)
def test_the_middle_of_any_area_is_not_outside_of_its_rectangle(ring: Ring) -> None:
    drawn = simplified(ring)
    assume(drawn)
    x, y = middle([drawn])
    assert min(x for x, _ in drawn) <= x <= max(x for x, _ in drawn)
    assert min(y for _, y in drawn) <= y <= max(y for _, y in drawn)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    projection = Projection(Extent(10, 59, 12, 61))
    assert projection.height == SIZE + 2 * MARGIN
    assert projection.width == SIZE / 2 + 2 * MARGIN  # the cosine of 60° is a half
    assert projection.project((10, 61)) == (MARGIN, MARGIN)
    assert projection.project((12, 59)) == (MARGIN + SIZE / 2, MARGIN + SIZE)


@pytest.mark.parametrize("extent", [Extent(18, 59, 18, 59), Extent(-180, -90, 180, 90)])
def test_one_point_makes_a_map_and_so_does_the_earth(extent: Extent) -> None:
    projection = Projection(extent)
    for position in ((extent.west, extent.north), (extent.east, extent.south)):
        x, y = projection.project(position)
        assert 0 < x < projection.width
        assert 0 < y < projection.height
