"""Points and areas in well-known text, in longitude and latitude of WGS 84.

What is no such text, or is in another reference system, has no place on the map;
the reasons are told for those who ask.

Spec: https://docs.ogc.org/is/22-047r1/22-047r1.html#_well_known_text
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MOST_CHARACTERS = 10_000_000  # of a literal that is read
_HEAD = re.compile(r"\s*(?:<([^<>]*)>\s*)?([A-Za-z]+)(?:\s+(?:ZM|Z|M))?\s*(?=\()", re.IGNORECASE)
_DEPTH = {"POINT": 1, "POLYGON": 2, "MULTIPOLYGON": 3}  # of brackets
_POSITIONS = re.compile(r"[-+.\d\sEe,]+", re.ASCII)  # so neither NaN nor Infinity is a number

Position = tuple[float, float]  # degrees of longitude, degrees of latitude


@dataclass(frozen=True)
class Geometry:
    """A point, or the rings of one area or several: outer ones and those of holes alike."""

    point: Position | None
    rings: tuple[tuple[Position, ...], ...] = ()

    @property
    def positions(self) -> Iterator[Position]:
        if self.point is not None:
            yield self.point
        for ring in self.rings:
            yield from ring


def read_wkt(text: str) -> Geometry:
    """Read a POINT, POLYGON or MULTIPOLYGON; heights and measures are left out.

    Raises ValueError, with the reason, for all else.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"{len(text)} characters; at most {MOST_CHARACTERS} are read")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{text[:40]!r} begins no geometry; one such as POINT(18.07 59.33) does")
    crs, kind = head[1], head[2].upper()
    if crs not in (None, CRS84):
        raise ValueError(f"the reference system is <{crs[:100]}>; it may be <{CRS84}>")
    if kind not in _DEPTH:
        raise ValueError(f"{kind[:40]} is not drawn; {', '.join(_DEPTH)} are")
    lists = [_positions(each) for each in _lists(text[head.end() :], _DEPTH[kind])]
    return _point(lists[0]) if kind == "POINT" else _area(lists)


def _point(positions: Sequence[Position]) -> Geometry:
    if len(positions) != 1:
        raise ValueError(f"a point with {len(positions)} positions; it has one")
    return Geometry(positions[0])


def _area(rings: Sequence[tuple[Position, ...]]) -> Geometry:
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError(f"a ring of {len(ring)} positions; it has four, and ends as it begins")
    return Geometry(None, tuple(rings))


def _lists(body: str, depth: int) -> Iterator[str]:
    """The lists of positions within brackets, which must stand exactly so deep."""
    level, expected = 0, "("
    for token in re.findall(r"[()]|[^()]+", body):
        text = token.strip()
        if not text:
            continue
        is_positions = expected == "positions" and text not in "(),"
        if text == "(" == expected:
            level += 1
            expected = "positions" if level == depth else "("
        elif is_positions:
            yield text
            expected = ")"
        elif text == ")" and expected == ")" and level:
            level -= 1
        elif text == "," and expected == ")" and 0 < level < depth:
            expected = "("
        else:
            raise ValueError(f"{text[:40]!r} where {expected!r} is wanted")
    if level or expected != ")":
        raise ValueError("a bracket is not closed")


def _positions(text: str) -> tuple[Position, ...]:
    if not _POSITIONS.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no list of numbers")
    return tuple(_position(each) for each in text.split(","))


def _position(text: str) -> Position:
    numbers = [float(each) for each in text.split()]
    if not 2 <= len(numbers) <= 4:
        raise ValueError(f"{text[:40]!r} has {len(numbers)} numbers; a position has two to four")
    longitude, latitude = numbers[:2]
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise ValueError(f"{text[:40]!r} is not on Earth; longitude comes before latitude")
    return longitude, latitude
