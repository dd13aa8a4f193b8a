"""The diagram of an ontology: classes as boxes, what leads from one to another as arrows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphsvc.diagrams.layout import Arrow, Box, Layout, Point, lay_out
from graphsvc.diagrams.lettering import shortened, width_of
from graphsvc.pages.editions import Link
from graphsvc.pages.ontologies import Term
from graphsvc.vocab import PREFIXES, RDF_LANG_STRING, RDFS_LITERAL, XSD

BOXES = 60  # of a diagram; those with most arrows are drawn
ARROWS = 90  # with labels
LINES = 3  # of a label; a longer list of properties is counted
LETTERS, SMALL_LETTERS = 14.0, 12.0  # units, which are CSS pixels
LINE_HEIGHT, PADDING, MARGIN = 16.0, 10.0, 8.0
BOX_WIDTH, DIAGRAM_WIDTH = 190.0, 940.0
_NO_CLASSES = (RDFS_LITERAL.value, RDF_LANG_STRING.value)
_OBJECT_PROPERTY = PREFIXES["owl"] + "ObjectProperty"


@dataclass(frozen=True)
class Line:
    """A line of text, and what it links to if that is more than the whole."""

    text: str
    link: Link | None
    href: str | None
    x: float
    y: float


@dataclass(frozen=True)
class BoxDrawn:
    """A class: `is_own` if it is one of the ontology's. `loops` lead from it to itself."""

    link: Link
    href: str | None
    is_own: bool
    x: float
    y: float
    width: float
    height: float
    lines: Sequence[Line]


@dataclass(frozen=True)
class LabelDrawn:
    """The names of the properties that lead from one class to another."""

    x: float
    y: float
    width: float
    height: float
    lines: Sequence[Line]


@dataclass(frozen=True)
class ArrowDrawn:
    path: str
    is_subclass: bool


@dataclass(frozen=True)
class Diagram:
    """All that is drawn; `classes` and `left` count the ontology's own classes."""

    width: float
    height: float
    boxes: Sequence[BoxDrawn]
    labels: Sequence[LabelDrawn]
    arrows: Sequence[ArrowDrawn]
    classes: int
    left: int
    has_others: bool  # classes that are not the ontology's own


def draw(classes: Sequence[Term], properties: Sequence[Term]) -> Diagram | None:
    """Draw the classes of an ontology, or None if there is nothing to be seen.

    Classes of others are drawn where an arrow leads to or from them. Of an ontology that is
    too large for one picture it is the classes with most arrows, then those used most.
    """
    drawing = _Drawing(classes, properties)
    return drawing.finish() if drawing.boxes else None


class _Drawing:
    def __init__(self, classes: Sequence[Term], properties: Sequence[Term]) -> None:
        self._own = {term.section.link.iri: term for term in classes}
        self._anchors = {term.section.link.iri: term.anchor for term in (*classes, *properties)}
        self._subclasses = [
            (term.section.link, above) for term in classes for above in _links(term, "subClassOf")
        ]
        self._leading: dict[tuple[str, str], list[Link]] = defaultdict(list)
        self._links = {iri: term.section.link for iri, term in self._own.items()}
        for term in properties:
            self._lead(term)
        self._links |= {
            above.iri: above for _, above in self._subclasses if above.iri not in self._links
        }
        self._choose()

    def _lead(self, term: Term) -> None:
        """Take note of a property that leads from class to class."""
        is_object = any(each.iri == _OBJECT_PROPERTY for each in term.section.types)
        for domain in _links(term, "domain"):
            for range_ in _links(term, "range"):
                if range_.iri in self._own or (is_object and _is_class(range_)):
                    self._leading[domain.iri, range_.iri].append(term.section.link)
                    self._links.setdefault(domain.iri, domain)
                    self._links.setdefault(range_.iri, range_)

    def _choose(self) -> None:
        """Choose what is drawn: classes of the ontology before others, then by their arrows."""
        pairs = [(below.iri, above.iri) for below, above in self._subclasses]
        arrows = Counter(iri for pair in (*pairs, *self._leading) for iri in pair)

        def rank(iri: str) -> tuple[bool, int, int, str]:
            uses = self._own[iri].use.number if iri in self._own else 0
            return iri not in self._own, -arrows[iri], -uses, iri

        chosen = set(sorted(self._links, key=rank)[:BOXES])
        self.boxes = [iri for iri in self._links if iri in chosen]
        between = [pair for pair in self._leading if chosen.issuperset(pair)]
        self._shown = [pair for pair in between if pair[0] != pair[1]][:ARROWS]
        self._loops = {one: self._leading[one, other] for one, other in between if one == other}
        self._pairs = [(b, a) for b, a in pairs if {a, b} <= chosen and a != b]

    def finish(self) -> Diagram:
        boxes = [self._box(iri) for iri in self.boxes]
        above = [Arrow(a, b) for b, a in self._pairs]
        across = [
            Arrow(domain, range_, self._label(number, self._leading[domain, range_]))
            for number, (domain, range_) in enumerate(self._shown)
        ]
        layout = lay_out(boxes, [*above, *across], DIAGRAM_WIDTH)
        arrows = [
            # The head is at the superclass, which stands above.
            ArrowDrawn(_path(way[::-1] if number < len(above) else way), number < len(above))
            for number, way in enumerate(layout.ways)
        ]
        drawn = [self._drawn(box, layout) for box in boxes]
        labels = [
            self._labelled(each.label, self._leading[pair], layout)
            for each, pair in zip(across, self._shown, strict=True)
            if each.label
        ]
        own = sum(box.is_own for box in drawn)
        return Diagram(
            layout.width + 2 * MARGIN,
            layout.height + 2 * MARGIN,
            drawn,
            labels,
            arrows,
            len(self._own),
            len(self._own) - own,
            own < len(drawn),
        )

    def _box(self, iri: str) -> Box:
        lines = self._lines_of(iri)
        widest = max(width_of(text, LETTERS) for text, _ in lines)
        return Box(iri, widest + 2 * PADDING, len(lines) * LINE_HEIGHT + 2 * PADDING)

    def _lines_of(self, iri: str) -> list[tuple[str, Link | None]]:
        """The name of a class, then the properties that lead from it to itself."""
        room = BOX_WIDTH - 2 * PADDING
        name = shortened(self._links[iri].name.text, LETTERS, room)
        loops = _lines(self._loops.get(iri, ()), "↺ ")
        return [(name, None), *loops]

    def _label(self, number: int, links: Sequence[Link]) -> Box:
        lines = _lines(links)
        widest = max(width_of(text, SMALL_LETTERS) for text, _ in lines)
        return Box(f"label {number}", widest + PADDING, len(lines) * LINE_HEIGHT)

    def _drawn(self, box: Box, layout: Layout) -> BoxDrawn:
        link = self._links[box.key]
        href = self._href(link)
        x, y = layout.places[box.key]
        corner = x - box.width / 2 + MARGIN, y - box.height / 2 + MARGIN
        lines = self._placed(self._lines_of(box.key), (x, corner[1] + PADDING))
        return BoxDrawn(link, href, box.key in self._own, *corner, box.width, box.height, lines)

    def _labelled(self, box: Box, links: Sequence[Link], layout: Layout) -> LabelDrawn:
        x, y = layout.places[box.key]
        corner = x - box.width / 2 + MARGIN, y - box.height / 2 + MARGIN
        return LabelDrawn(
            *corner, box.width, box.height, self._placed(_lines(links), (x, corner[1]))
        )

    def _placed(self, lines: Iterable[tuple[str, Link | None]], top: Point) -> list[Line]:
        """Lines of text one below the other, by the middle of each."""
        x, y = top
        return [
            Line(
                text,
                link,
                self._href(link) if link else None,
                x + MARGIN,
                y + (at + 0.5) * LINE_HEIGHT,
            )
            for at, (text, link) in enumerate(lines)
        ]

    def _href(self, link: Link) -> str | None:
        """A term of the ontology is on this page."""
        anchor = self._anchors.get(link.iri)
        return f"#{anchor}" if anchor else link.href


def _lines(links: Sequence[Link], sign: str = "") -> list[tuple[str, Link | None]]:
    room = BOX_WIDTH - 2 * PADDING
    shown = links if len(links) <= LINES else links[: LINES - 1]
    found: list[tuple[str, Link | None]] = [
        (shortened(sign + link.name.text, SMALL_LETTERS, room), link) for link in shown
    ]
    return [*found, (f"+ {len(links) - len(shown)}", None)] if len(shown) < len(links) else found


def _links(term: Term, kind: str) -> Iterator[Link]:
    for relation in term.relations:
        if relation.kind == kind:
            yield from relation.links


def _is_class(link: Link) -> bool:
    return not link.iri.startswith(XSD) and link.iri not in _NO_CLASSES


def _path(way: Sequence[Point]) -> str:
    """A line through points, that leaves each as it has come: straight up or down."""
    (x, y), *_ = points = [(x + MARGIN, y + MARGIN) for x, y in way]
    steps = [f"M{x:.0f} {y:.0f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        steps.append(f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}")
    return "".join(steps)
