"""The maps of a release as pages show them: shapes with names, links and counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad

from graphsvc.maps.atlas import Mark, Place, Sheet
from graphsvc.maps.honeycomb import RADIUS
from graphsvc.maps.scale import Step, shade_of, steps
from graphsvc.pages.editions import Edition, Link

SMALL_RADIUS = 18  # of a mark on a small map at least, in the units of the large one
SMALL_WIDTH = 28  # marks side by side on a small map


@dataclass(frozen=True)
class MarkShown:
    """A thing at a point; `area` is what it points to, None if the point is its own."""

    link: Link
    x: float
    y: float
    area: Link | None = None


@dataclass(frozen=True)
class AreaShown:
    """An area in the shade of its count, with the things that are marked in it."""

    link: Link
    place: Place
    shade: int
    things: Sequence[Link] = ()


@dataclass(frozen=True)
class Map:
    """All places of a publication, or as many of them as a page can hold.

    `areas` stand in the order to draw them in, larger ones first; `counted` are the
    class of the things and that of the areas, if anything is counted.
    """

    sheet: Sheet
    areas: Sequence[AreaShown]
    marks: Sequence[MarkShown]
    steps: Sequence[Step]
    counted: tuple[Link, Link] | None
    by_name: Sequence[AreaShown]

    radius = RADIUS

    @property
    def shown(self) -> int:
        """How many places are drawn."""
        return len(self.areas) + sum(mark.area is None for mark in self.marks)


@dataclass(frozen=True)
class SmallMap:
    """Where one resource is, on the outline of all: its own place or those it points to."""

    sheet: Sheet
    areas: Sequence[AreaShown]
    marks: Sequence[MarkShown]

    @property
    def radius(self) -> int:
        return max(SMALL_RADIUS, self.sheet.width // SMALL_WIDTH)


def draw_map(edition: Edition) -> Map | None:
    """The map of the publication; None if nothing in it has a place."""
    atlas = edition.release.atlas
    if atlas.sheet is None:
        return None
    theme = atlas.sheet.theme
    iris = (place.iri for place in (*atlas.areas, *atlas.points))
    links = edition.links([*iris, *(mark.thing for mark in atlas.marks), theme.areas, theme.things])
    counts = steps(place.things for place in atlas.areas) if theme.things else []
    areas = [
        AreaShown(
            links[place.iri],
            place,
            shade_of(place.things, counts),
            [links[mark.thing] for mark in atlas.marks if mark.area == place.iri],
        )
        for place in atlas.areas
    ]
    counted = (links[theme.things], links[theme.areas]) if theme.things else None
    by_name = sorted(areas, key=lambda area: edition.sort_key(area.link.name.text))
    marks = _marks(links, atlas.marks, atlas.points)
    return Map(atlas.sheet, areas, marks, counts, counted, by_name)


def locate(edition: Edition, iri: str, quads: Iterable[Quad]) -> SmallMap | None:
    """Where a resource is; None if neither it nor anything that it points to has a place."""
    atlas = edition.release.atlas
    if atlas.sheet is None:
        return None
    objects = [
        quad.object.value
        for quad in quads
        if quad.subject == NamedNode(iri) and isinstance(quad.object, NamedNode)
    ]
    places = list(atlas.places([iri, *objects]).values())
    if not places:
        return None
    marks = atlas.marks_of(iri)
    links = edition.links([iri, *(place.iri for place in places), *(mark.area for mark in marks)])
    links[iri] = replace(links[iri], href=None)  # the page that the reader is on
    areas = [AreaShown(links[place.iri], place, 0) for place in places if place.path]
    points = [place for place in places if not place.path]
    return SmallMap(atlas.sheet, areas, _marks(links, marks, points))


def _marks(
    links: dict[str, Link], marks: Sequence[Mark], points: Sequence[Place]
) -> list[MarkShown]:
    """What is marked in areas, and what is at a point of its own."""
    return [
        *(MarkShown(links[mark.thing], mark.x, mark.y, links[mark.area]) for mark in marks),
        *(MarkShown(links[place.iri], place.x, place.y) for place in points),
    ]
