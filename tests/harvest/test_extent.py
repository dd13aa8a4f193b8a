from __future__ import annotations

import pytest

from graphsvc.harvest.extent import extent_of
from graphsvc.maps.extent import Extent


@pytest.mark.parametrize(
    ("wkt", "extent"),
    [
        ("POINT(18.1 59.3)", Extent(18.1, 59.3, 18.1, 59.3)),
        (" point ( 18.1   59.3 ) ", Extent(18.1, 59.3, 18.1, 59.3)),
        ("LINESTRING(-1 -2,3 4,.5 1e1)", Extent(-1, -2, 3, 10)),
        ("MULTIPOLYGON(((0 0,0 1,1 1,0 0)),((5 5,5 6,6 6,5 5)))", Extent(0, 0, 6, 6)),
        ("POINT Z (1 2 3)", Extent(1, 2, 1, 2)),
        ("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(3 4,5 6))", Extent(1, 2, 5, 6)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(18 59)", Extent(18, 59, 18, 59)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(59 18)", Extent(18, 59, 18, 59)),
    ],
)
def test_a_geometry_has_a_rectangle_around_it(wkt: str, extent: Extent) -> None:
    assert extent_of(wkt) == extent


@pytest.mark.parametrize(
    "wkt",
    [
        "",
        "POINT EMPTY",
        "POINT(18)",
        "POINT(a b)",
        "POINT(181 0)",
        "POINT(0 91)",
        "POINT(0 0, 1e999 0)",
        "<http://www.opengis.net/def/crs/EPSG/0/3006> POINT(674032 6580822)",
        "<urn:x POINT(1 2)",
    ],
)
def test_what_is_no_place_on_earth_is_left_out(wkt: str) -> None:
    assert extent_of(wkt) is None


def test_rectangle_is_told_in_wkt_with_its_middle() -> None:
    extent = Extent(10.9, 55.3, 24.2, 69.1)
    assert extent.bbox == "POLYGON((10.9 55.3,24.2 55.3,24.2 69.1,10.9 69.1,10.9 55.3))"
    assert extent.centroid == "POINT(17.55 62.2)"
    assert Extent(-1e-9, 0, 0, 0).bbox.startswith("POLYGON((0 0,")


def test_rectangles_join() -> None:
    assert Extent(0, 0, 1, 1).around(Extent(-1, 0.5, 0.5, 2)) == Extent(-1, 0, 1, 2)
    assert Extent(0, 0, 1, 1).around(None) == Extent(0, 0, 1, 1)
