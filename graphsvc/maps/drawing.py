"""Draw the map of a release, once, as it is built: what a page shows is a look-up then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from graphsvc.maps.atlas import SCHEMA
from graphsvc.maps.extent import Extent
from graphsvc.maps.honeycomb import Honeycomb
from graphsvc.maps.outlines import (
    Point,
    Ring,
    contains,
    extent_of,
    middle,
    path,
    read_path,
    simplified,
)
from graphsvc.maps.projection import Projection
from graphsvc.maps.theme import Theme
from graphsvc.maps.wkt import Geometry, read_wkt
from graphsvc.resources.answers import Kind
from graphsvc.resources.lookups import Resources
from graphsvc.vocab import GEO_AS_WKT, GEO_HAS_GEOMETRY

MOST_POINTS = 500
MOST_AREAS = 500
MOST_MARKS = 300  # more would hide the areas; counts stand in their place
AREA_CHARACTERS = 20_000  # of the path of one area; a longer one is drawn on a coarser grid
MAP_CHARACTERS = 400_000  # of all paths together
CONTEXT_GRID = 6  # units, for the map that small ones stand on

_FOUND = """
CREATE TEMP TABLE resource (geometry TEXT, iri TEXT, PRIMARY KEY (iri, geometry)) WITHOUT ROWID;
CREATE TEMP TABLE text (geometry TEXT, wkt TEXT, PRIMARY KEY (geometry, wkt)) WITHOUT ROWID;
"""
_GEOMETRIES = "SELECT iri, wkt FROM resource JOIN text USING (geometry) ORDER BY iri, wkt"


def draw_atlas(file: Path, n_quads: Path, resources: Resources, base_iri: str) -> None:
    """Write an atlas.db of the geometry in canonical N-Quads; one without any has no sheet.

    What cannot be read as geometry is left out.
    """
    database = sqlite3.connect(file, isolation_level=None)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA + _FOUND)
    database.execute("BEGIN")
    with n_quads.open(encoding="utf-8", newline="\n") as lines:
        for quad in _quads_about_geometry(lines):
            table = "resource" if quad.predicate == GEO_HAS_GEOMETRY else "text"
            subject, object_ = _key(quad.subject), _key(quad.object)
            row = (object_, subject) if table == "resource" else (subject, object_)
            database.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", row)
    extent = _extent(geometry for _, geometry in _geometries(database))
    if extent is not None:
        _Drawing(database, Projection(extent)).draw(resources, base_iri)
    database.execute("COMMIT")
    database.close()


def _quads_about_geometry(lines: Iterable[str]) -> Iterator[Quad]:
    wanted = (f" {GEO_HAS_GEOMETRY} ", f" {GEO_AS_WKT} ")
    for line in lines:
        if any(predicate in line for predicate in wanted):
            for quad in parse(line.encode(), RdfFormat.N_QUADS):
                if quad.predicate in (GEO_HAS_GEOMETRY, GEO_AS_WKT):
                    yield quad


def _key(term: object) -> str:
    """A node as an IRI or as a label such as `_:b0`, a literal as its text."""
    return str(term) if str(term).startswith("_:") else str(getattr(term, "value", ""))


def _geometries(database: sqlite3.Connection) -> Iterator[tuple[str, Geometry]]:
    """Each resource that has an IRI and a geometry that can be drawn: the most detailed one."""
    for iri, rows in groupby(database.execute(_GEOMETRIES), key=lambda row: str(row[0])):
        readable = [each for _, wkt in rows if (each := _readable(wkt)) is not None]
        if readable and not iri.startswith("_:"):
            yield iri, max(readable, key=lambda each: sum(1 for _ in each.positions))


def _readable(wkt: str) -> Geometry | None:
    try:
        return read_wkt(wkt)
    except ValueError:
        return None


def _extent(geometries: Iterable[Geometry]) -> Extent | None:
    whole = None
    for geometry in geometries:
        extent = Extent.of(geometry.positions)
        if extent is not None:
            whole = extent.around(whole)
    return whole


@dataclass
class _Area:
    """An area that is drawn."""

    iri: str
    rings: list[Ring]
    centre: Point
    things: list[str] = field(default_factory=list)


class _Drawing:
    """Fills the tables of a database that knows the geometries."""

    def __init__(self, database: sqlite3.Connection, projection: Projection) -> None:
        self._database, self._projection = database, projection

    def draw(self, resources: Resources, base_iri: str) -> None:
        places = sum(self._add(iri, geometry) for iri, geometry in _geometries(self._database))
        points = self._points()
        sql = "SELECT iri, path FROM place WHERE path != '' ORDER BY size DESC, iri LIMIT ?"
        paths = dict(self._database.execute(sql, (MOST_AREAS,)))
        theme = Theme.of(resources, [*paths], base_iri)
        if theme.areas:
            members = set(resources.instances(theme.areas, resources.classes()[theme.areas]))
            paths = {iri: drawn for iri, drawn in paths.items() if iri in members}
        areas = _areas(paths)
        if theme.things:
            for area in areas:
                area.things = resources.linking(area.iri, Kind(theme.property, theme.things))
        self._draw_areas(areas)
        left = self._mark(areas, points)
        size = self._projection.width, self._projection.height
        row = (*size, _context(areas, points.values()), *astuple(theme), places, left)
        self._database.execute("INSERT INTO sheet VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _add(self, iri: str, geometry: Geometry) -> int:
        rings, drawn = self._rings(geometry)
        if rings:
            x, y = middle(rings)
        else:  # a point, or an area that is smaller than a unit
            x, y = self._projection.project(next(geometry.positions))
        row = (iri, x, y, drawn, extent_of(rings) if rings else 0, 0, 0)
        self._database.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return 1

    def _rings(self, geometry: Geometry) -> tuple[list[Ring], str]:
        """The rings of a geometry and their path, as coarse as that must be."""
        projected = [[self._projection.project(each) for each in ring] for ring in geometry.rings]
        grid = 1
        while True:
            rings = _on_grid(projected, grid)
            drawn = path(rings)
            if len(drawn) <= AREA_CHARACTERS:
                return rings, drawn
            grid *= 2

    def _points(self) -> dict[str, Point]:
        """The points that are drawn."""
        sql = "SELECT iri, x, y FROM place WHERE path = '' ORDER BY iri LIMIT ?"
        points = {iri: (x, y) for iri, x, y in self._database.execute(sql, (MOST_POINTS,))}
        sql = "UPDATE place SET is_drawn = 1 WHERE iri = ?"
        self._database.executemany(sql, [(iri,) for iri in points])
        return points

    def _draw_areas(self, areas: Iterable[_Area]) -> None:
        sql = "UPDATE place SET is_drawn = 1, x = ?, y = ?, path = ?, things = ? WHERE iri = ?"
        for each in areas:
            row = (*each.centre, path(each.rings), len(each.things), each.iri)
            self._database.execute(sql, row)

    def _mark(self, areas: Iterable[_Area], points: Mapping[str, Point]) -> int:
        """Put marks for things where they cover no other; gives how many are too many for that.

        What is drawn at a point of its own needs no mark.
        """
        homeless = {
            area.iri: [thing for thing in area.things if thing not in points] for area in areas
        }
        total = sum(map(len, homeless.values()))
        if total > MOST_MARKS:
            return total
        honeycomb = Honeycomb()
        for point in points.values():
            honeycomb.take(point)
        for area in areas:
            things = homeless[area.iri]
            cells = honeycomb.settle(area.centre, len(things), partial(contains, area.rings))
            rows = [(thing, area.iri, *cell) for thing, cell in zip(things, cells, strict=True)]
            self._database.executemany("INSERT INTO mark VALUES (?, ?, ?, ?)", rows)
        return 0


def _areas(paths: Mapping[str, str]) -> list[_Area]:
    """The areas of paths, all on one grid that is so coarse that a page can hold them."""
    found = {iri: read_path(drawn) for iri, drawn in paths.items()}
    grid = 1
    while sum(len(path(rings)) for rings in found.values()) > MAP_CHARACTERS:
        grid *= 2
        coarser = {iri: _on_grid(rings, grid) for iri, rings in found.items()}
        found = {iri: rings for iri, rings in coarser.items() if rings}
    return [_Area(iri, rings, middle(rings)) for iri, rings in found.items()]


def _context(areas: Iterable[_Area], points: Iterable[Point]) -> str:
    """Everything in outline; a point is a line of no length, which shows as a dot."""
    drawn = path(ring for area in areas for ring in _on_grid(area.rings, CONTEXT_GRID))
    return drawn + "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)


def _on_grid(rings: Iterable[Iterable[tuple[int, int]]], grid: int) -> list[Ring]:
    return [ring for each in rings if (ring := simplified(each, grid))]
