from __future__ import annotations

import random
from itertools import combinations

import pytest

from graphsvc.diagrams.layout import Arrow, Box, Layout, lay_out
from graphsvc.diagrams.lettering import shortened, width_of
from graphsvc.diagrams.rows import rank

WIDEST = 900.0


def random_diagram(seed: int) -> tuple[list[Box], list[Arrow]]:
    """Boxes and arrows with circles, loops left out, as ontologies have them."""
    chance = random.Random(seed)
    number = chance.randrange(1, 40)
    boxes = [
        Box(f"b{n}", chance.randrange(30, 190), chance.choice((36, 52))) for n in range(number)
    ]
    arrows = []
    for at in range(chance.randrange(60)):
        source, target = chance.choice(boxes).key, chance.choice(boxes).key
        label = Box(f"label {at}", chance.randrange(20, 150), 16) if chance.random() < 0.6 else None
        if source != target:
            arrows.append(Arrow(source, target, label))
    return boxes, arrows


def standing(boxes: list[Box], layout: Layout) -> dict[str, tuple[float, float, float, float]]:
    """The left, top, right and bottom edge of everything that has a place."""
    return {
        box.key: (x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)
        for box in boxes
        for x, y in (layout.places[box.key],)
    }


@pytest.mark.parametrize("seed", range(30))
def test_nothing_covers_anything_and_all_is_within(seed: int) -> None:
    boxes, arrows = random_diagram(seed)
    layout = lay_out(boxes, arrows, WIDEST)
    labels = [arrow.label for arrow in arrows if arrow.label]
    edges = standing([*boxes, *labels], layout)
    for (one, a), (other, b) in combinations(edges.items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)
    for left, top, right, bottom in edges.values():
        assert left >= -0.01
        assert top >= -0.01
        assert right <= layout.width + 0.01
        assert bottom <= layout.height + 0.01


@pytest.mark.parametrize("seed", range(30))
def test_an_arrow_begins_and_ends_at_the_edges_of_its_boxes(seed: int) -> None:
    boxes, arrows = random_diagram(seed)
    layout = lay_out(boxes, arrows, WIDEST)
    edges = standing(boxes, layout)
    for arrow, way in zip(arrows, layout.ways, strict=True):
        for key, (x, y) in ((arrow.source, way[0]), (arrow.target, way[-1])):
            left, top, right, bottom = edges[key]
            assert left < x < right
            assert min(abs(y - top), abs(y - bottom)) < 0.01
        if arrow.label:
            assert layout.places[arrow.label.key] in way


def test_arrows_lead_down_unless_they_close_a_circle() -> None:
    widths = dict.fromkeys("abcd", 50.0)
    assert rank(widths, [("a", "b"), ("b", "c"), ("a", "c")], WIDEST) == {
        **{"a": 0, "b": 1, "c": 2},
        "d": 0,
    }
    found = rank(widths, [("a", "b"), ("b", "c"), ("c", "a")], WIDEST)
    assert (found["a"], found["b"], found["c"]) == (0, 1, 2)


def test_what_leads_to_one_far_below_stands_right_above_it() -> None:
    widths = dict.fromkeys("abcd", 50.0)
    assert rank(widths, [("a", "b"), ("b", "c"), ("d", "c")], WIDEST)["d"] == 1


def test_no_row_is_wider_than_wanted() -> None:
    widths = dict.fromkeys(map(str, range(20)), 200.0)
    found = rank(widths, [], WIDEST)
    assert max(list(found.values()).count(row) for row in found.values()) == 4
    assert set(found.values()) == set(range(5))


def test_the_same_diagram_is_laid_out_the_same() -> None:
    boxes, arrows = random_diagram(7)
    assert lay_out(boxes, arrows, WIDEST) == lay_out(boxes, arrows, WIDEST)


def test_a_long_text_is_cut_to_its_room() -> None:
    assert shortened("short", 14, 100) == "short"
    cut = shortened("a name that goes on and on", 14, 100)
    assert cut.endswith("…")
    assert width_of(cut, 14) <= 100
    assert width_of("漢字", 14) > width_of("il", 14)
