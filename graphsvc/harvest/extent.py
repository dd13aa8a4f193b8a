"""The rectangle on the map that encloses the geometries of a publication.

Coordinates are read from WKT literals in CRS84, which is what such a literal is in unless
it says otherwise, and in EPSG:4326, which has the latitude first. What is in another
system, or is no place on Earth, is left out.

Spec: https://docs.ogc.org/is/22-047r1/22-047r1.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WKT_LITERAL = "http://www.opengis.net/ont/geosparql#wktLiteral"
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LONGITUDE_FIRST = ("", "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
_WKT = re.compile(r"\s*(?:<([^>]*)>)?\s*([A-Z].*)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_POSITION = re.compile(rf"[(,]\s*{_NUMBER}\s+{_NUMBER}(?=[\s,)])")


@dataclass(frozen=True)
class Extent:
    """A rectangle in degrees of CRS84."""

    west: float
    south: float
    east: float
    north: float

    @property
    def bbox(self) -> str:
        """The rectangle in WKT, for dcat:bbox."""
        corners = (
            (self.west, self.south),
            (self.east, self.south),
            (self.east, self.north),
            (self.west, self.north),
            (self.west, self.south),
        )
        return f"POLYGON(({','.join(f'{_degrees(x)} {_degrees(y)}' for x, y in corners)}))"

    @property
    def centroid(self) -> str:
        """The middle of the rectangle in WKT, for dcat:centroid."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return f"POINT({_degrees(x)} {_degrees(y)})"

    def with_(self, other: Extent | None) -> Extent:
        """The rectangle that encloses both."""
        if other is None:
            return self
        return Extent(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


def extent_of(wkt: str) -> Extent | None:
    """The rectangle that encloses a geometry; None if its coordinates cannot be told."""
    match = _WKT.fullmatch(wkt)
    if match is None:
        return None
    crs = match[1] or ""
    pairs = [(float(first), float(second)) for first, second in _POSITION.findall(match[2])]
    if crs == _LATITUDE_FIRST:
        pairs = [(second, first) for first, second in pairs]
    elif crs not in _LONGITUDE_FIRST:
        return None
    if not pairs or any(abs(x) > 180 or abs(y) > 90 for x, y in pairs):
        return None
    longitudes, latitudes = zip(*pairs, strict=True)
    return Extent(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _degrees(value: float) -> str:
    """To a tenth of a metre, without an exponent and without needless zeros."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
