"""atlas.db: where each resource is that has a place, and the map of them all.

Coordinates are units of one plane, so that what is drawn for one page fits on any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphsvc.databases import Database
from graphsvc.maps.theme import Theme

SCHEMA = """
CREATE TABLE place (
    iri TEXT PRIMARY KEY, x REAL NOT NULL, y REAL NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, things INTEGER NOT NULL, is_drawn INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX drawn ON place (size DESC, iri) WHERE is_drawn;
CREATE TABLE mark (
    thing TEXT, area TEXT, x REAL NOT NULL, y REAL NOT NULL, PRIMARY KEY (thing, area)
) WITHOUT ROWID;
CREATE TABLE sheet (
    width INTEGER, height INTEGER, context TEXT, areas TEXT, things TEXT, property TEXT,
    places INTEGER, unmarked INTEGER
);
"""
MOST_SOUGHT = 500  # resources whose places one look-up seeks


@dataclass(frozen=True)
class Place:
    """A resource with geometry of its own: an area, or a point where `path` is "".

    `x`, `y` is the point, or one well within the area; `things` point to the area.
    """

    iri: str
    x: float
    y: float
    path: str
    things: int


@dataclass(frozen=True)
class Mark:
    """A thing without geometry, at a point of the area that it points to."""

    thing: str
    area: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """The plane, and what is drawn on it.

    `context` is all of it in outline, as the `d` of an SVG path. `places` counts those
    that could be drawn, `unmarked` the things that get no marks as they are too many.
    """

    width: int
    height: int
    context: str
    theme: Theme
    places: int
    unmarked: int


class Atlas:
    """Read access to an atlas.db, from any number of threads.

    Raises OSError if it is not one.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._rows = self._database.rows
        try:
            self.sheet = self._sheet()
            self.areas, self.points = self._drawn()  # the larger areas first, and a few hundred
            self.marks = [
                Mark(*row) for row in self._rows("SELECT * FROM mark ORDER BY area, thing")
            ]
        except sqlite3.Error as error:
            raise OSError(f"{path.name}: {error}") from error

    def close(self) -> None:
        self._database.close()

    def places(self, iris: Iterable[str]) -> Mapping[str, Place]:
        """The places of resources, of the first MOST_SOUGHT of them."""
        wanted = list(dict.fromkeys(iris))[:MOST_SOUGHT]
        if self.sheet is None:
            return {}
        marks = ", ".join("?" * len(wanted))
        sql = f"SELECT iri, x, y, path, things FROM place WHERE iri IN ({marks}) ORDER BY iri"
        return {row[0]: Place(*row) for row in self._rows(sql, *wanted)}

    def marks_of(self, thing: str) -> Sequence[Mark]:
        """Where a thing is marked: once for each area that it points to."""
        return [each for each in self.marks if each.thing == thing]

    def _sheet(self) -> Sheet | None:
        for width, height, context, areas, things, property_, *counts in self._rows(
            "SELECT * FROM sheet"
        ):
            return Sheet(width, height, context, Theme(areas, things, property_), *counts)
        return None

    def _drawn(self) -> tuple[list[Place], list[Place]]:
        rows = self._rows(
            "SELECT iri, x, y, path, things FROM place WHERE is_drawn ORDER BY size DESC, iri"
        )
        drawn = [Place(*row) for row in rows]
        return [each for each in drawn if each.path], [each for each in drawn if not each.path]
