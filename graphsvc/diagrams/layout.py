"""A diagram laid out: boxes in rows, and the way of each arrow between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphsvc.diagrams import placing, rows

ROW_GAP = 26.0  # units between rows
WAY_WIDTH = 10.0  # that an arrow takes of a row which it passes

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """What has a place in a row; the units are those of the drawing."""

    key: str
    width: float
    height: float


@dataclass(frozen=True)
class Arrow:
    """Leads from one box to another; one with a label passes through that, which is a box."""

    source: str
    target: str
    label: Box | None = None


@dataclass(frozen=True)
class Layout:
    """`places` are the middles of boxes and labels, `ways` the points that each arrow passes."""

    width: float
    height: float
    places: Mapping[str, Point]
    ways: Sequence[Sequence[Point]]


def lay_out(boxes: Sequence[Box], arrows: Sequence[Arrow], widest: float) -> Layout:
    """Lay a diagram out in rows of boxes that are no wider than `widest`, if they can be.

    Rows of labels stand between the rows of boxes. An arrow is drawn from its source to
    its target even where the target is above.
    """
    widths = {box.key: box.width + placing.GAP for box in boxes}
    ranks = rows.rank(widths, [(each.source, each.target) for each in arrows], widest)
    drawing = _Drawing({box.key: box for box in boxes})
    for box in boxes:
        drawing.put(box.key, 2 * ranks[box.key])
    trails = [drawing.lead(arrow, number) for number, arrow in enumerate(arrows)]
    return drawing.finish(trails)


@dataclass
class _Drawing:
    """Rows of boxes, of labels, and of the points where arrows pass a row."""

    boxes: dict[str, Box]
    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    ranks: dict[str, int] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, key: str, rank: int) -> str:
        self.rows[rank].append(key)
        self.ranks[key] = rank
        return key

    def lead(self, arrow: Arrow, number: int) -> list[str]:
        """Put what an arrow passes into the rows between; gives all of it, from the source on."""
        start, end = self.ranks[arrow.source], self.ranks[arrow.target]
        step = 1 if end >= start else -1
        between = list(range(start + step, end, step)) or [start + 1]
        labelled = between[0] if step == 1 else between[-1]
        trail = [arrow.source]
        for rank in between:
            box = arrow.label if rank == labelled else None
            if box is None:
                box = Box(f"way {number} {rank}", WAY_WIDTH, 0)
            self.boxes[box.key] = box
            trail.append(self.put(box.key, rank))
        trail.append(arrow.target)
        for one, other in pairwise(trail):
            self.links[one].append(other)
            self.links[other].append(one)
        return trail

    def finish(self, trails: Iterable[Sequence[str]]) -> Layout:
        numbers = sorted(self.rows)
        ordered = rows.order([self.rows[number] for number in numbers], self.links)
        widths = {key: box.width for key, box in self.boxes.items()}
        middles = placing.place(ordered, widths, self.links)
        places: dict[str, Point] = {}
        top = 0.0
        for row in ordered:
            height = max(self.boxes[key].height for key in row)
            places |= {key: (middles[key], top + height / 2) for key in row}
            top += height + ROW_GAP
        width = max((x + widths[key] / 2 for key, (x, _) in places.items()), default=0)
        shown = {key: at for key, at in places.items() if not key.startswith("way ")}
        ends = self._ends(trails, places)
        return Layout(width, max(top - ROW_GAP, 0), shown, ends)

    def _ends(
        self, trails: Iterable[Sequence[str]], places: Mapping[str, Point]
    ) -> list[list[Point]]:
        """The points of each arrow, which begin and end at the edges of its boxes.

        Where several meet one edge they stand side by side, in the order that they come from.
        """
        trails = list(trails)
        meeting: dict[tuple[str, bool], list[tuple[float, int, bool]]] = defaultdict(list)
        for number, trail in enumerate(trails):
            for own, beside, is_start in (
                (trail[0], trail[1], True),
                (trail[-1], trail[-2], False),
            ):
                is_below = places[beside][1] > places[own][1]
                meeting[own, is_below].append((places[beside][0], number, is_start))
        edges: dict[tuple[int, bool], Point] = {}
        for (key, is_below), met in meeting.items():
            (x, y), box = places[key], self.boxes[key]
            for at, (_, number, is_start) in enumerate(sorted(met), 1):
                shift = box.width * (at / (len(met) + 1) - 0.5)
                edge = box.height / 2 if is_below else -box.height / 2
                edges[number, is_start] = x + shift, y + edge
        return [
            [
                edges[number, True],
                *(places[key] for key in trail[1:-1]),
                edges[number, False],
            ]
            for number, trail in enumerate(trails)
        ]
