"""How far a geometry goes, whatever its kind: maps draw few of them, portals are told of all.

Coordinates are read from WKT literals in CRS84, which is what such a literal is in unless
it says otherwise, and in EPSG:4326, which has the latitude first. What is in another
system, or is no place on Earth, is left out.

Spec: https://docs.ogc.org/is/22-047r1/22-047r1.html
"""

from __future__ import annotations

import re

from graphsvc.maps.extent import Extent
from graphsvc.maps.wkt import CRS84

WKT_LITERAL = "http://www.opengis.net/ont/geosparql#wktLiteral"
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LONGITUDE_FIRST = ("", CRS84)
_WKT = re.compile(r"\s*(?:<([^>]*)>)?\s*([A-Z].*)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_POSITION = re.compile(rf"[(,]\s*{_NUMBER}\s+{_NUMBER}(?=[\s,)])")


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
    if any(abs(x) > 180 or abs(y) > 90 for x, y in pairs):
        return None
    return Extent.of(pairs)
