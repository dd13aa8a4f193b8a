from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.maps.wkt import CRS84, MOST_CHARACTERS, Geometry, read_wkt

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0))
HOLE = ((1.0, 0.5), (1.5, 0.5), (1.5, 0.7), (1.0, 0.5))


@pytest.mark.parametrize(
    ("text", "geometry"),
    [
        ("POINT(18.07 59.33)", Geometry((18.07, 59.33))),
        ("point ( -1.5e1 +.5 )", Geometry((-15.0, 0.5))),
        ("\n POINT\t(1\n2)\n", Geometry((1.0, 2.0))),
        (f"<{CRS84}> POINT(1 2)", Geometry((1.0, 2.0))),
        (f"<{CRS84}>POINT(1 2)", Geometry((1.0, 2.0))),
        ("POINT Z (1 2 3)", Geometry((1.0, 2.0))),
        ("POINT ZM(1 2 3 4)", Geometry((1.0, 2.0))),
        ("POINT(1 2 3)", Geometry((1.0, 2.0))),
        ("POLYGON((0 0,2 0,2 2,0 0))", Geometry(None, (SQUARE,))),
        ("POLYGON Z ((0 0 9, 2 0 9, 2 2 9, 0 0 9))", Geometry(None, (SQUARE,))),
        (
            "POLYGON((0 0,2 0,2 2,0 0) , (1 .5,1.5 .5,1.5 .7,1 .5))",
            Geometry(None, (SQUARE, HOLE)),
        ),
        (
            "MULTIPOLYGON(((0 0,2 0,2 2,0 0)), ((1 .5,1.5 .5,1.5 .7,1 .5)))",
            Geometry(None, (SQUARE, HOLE)),
        ),
    ],
)
def test_points_and_areas_are_read(text: str, geometry: Geometry) -> None:
    assert read_wkt(text) == geometry


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins no geometry"),
        ("18.07 59.33", "begins no geometry"),
        ("POINT EMPTY", "begins no geometry"),
        ("<http://x> <http://y> POINT(1 2)", "begins no geometry"),
        ("<http://www.opengis.net/def/crs/EPSG/0/3006> POINT(1 2)", "reference system is <http:"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(59 18)", "reference system is <http:"),
        ("<> POINT(1 2)", "reference system is <>"),
        ("LINESTRING(1 2,3 4)", "LINESTRING is not drawn"),
        ("GEOMETRYCOLLECTION(POINT(1 2))", "is not drawn"),
        ("POINT()", "'positions' is wanted"),
        ("POINT(1)", "has 1 numbers"),
        ("POINT(1 2 3 4 5)", "has 5 numbers"),
        ("POINT(1 2,3 4)", "a point with 2 positions"),
        ("POINT(1,2)", "has 1 numbers"),
        ("POINT(NaN 2)", "no list of numbers"),
        ("POINT(Infinity 2)", "no list of numbers"),
        ("POINT(1_0 2)", "no list of numbers"),
        ("POINT(١ 2)", "no list of numbers"),
        ("POINT(1e999 2)", "is not on Earth"),
        ("POINT(1--2 3)", "could not convert"),
        ("POINT(59.33 181)", "longitude comes before latitude"),
        ("POINT(181 59.33)", "longitude comes before latitude"),
        ("POINT((1 2))", "'positions' is wanted"),
        ("POINT(1 2", "a bracket is not closed"),
        ("POINT(1 2))", r"'\)' where"),
        ("POINT(1 2) POINT(1 2)", "'POINT' where"),
        ("POINT(1 2);", "';' where"),
        ("POLYGON(0 0,2 0,2 2,0 0)", r"where '\(' is wanted"),
        ("POLYGON((0 0,2 0,2 2,0 0)),((0 0,2 0,2 2,0 0))", "',' where"),
        ("POLYGON((0 0,2 0,2 2,0 0)(0 0,2 0,2 2,0 0))", r"'\(' where"),
        ("POLYGON((0 0,2 0,2 2,0 0),)", r"'\)' where"),
        ("POLYGON(,(0 0,2 0,2 2,0 0))", "',' where"),
        ("POLYGON((0 0,2 0,0 0))", "a ring of 3 positions"),
        ("POLYGON((0 0,2 0,2 2,0 2))", "ends as it begins"),
        ("POLYGON((0 0,2 0,,2 2,0 0))", "has 0 numbers"),
        ("MULTIPOLYGON((0 0,2 0,2 2,0 0))", r"where '\(' is wanted"),
        ("POLYGON" + "(" * 100_000, "'positions' is wanted"),
        ("POLYGON" + ")" * 100_000, "begins no geometry"),
        ("P" * 100_000 + "(1 2)", "is not drawn"),
        (" " * 100_000 + "<" * 1_000, "begins no geometry"),
        ("POINT(1 2)" + " " * MOST_CHARACTERS, "at most"),
    ],
    ids=lambda each: each[:40],
)
def test_all_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        read_wkt(text)
    assert len(str(refused.value)) < 300


@given(st.text("POINTLYGMUZ(),. 0123456789-+eE<>\n"))
def test_no_text_is_anything_but_a_geometry_or_refused(text: str) -> None:
    try:
        geometry = read_wkt(text)
    except ValueError:
        return
    assert all(abs(x) <= 180 and abs(y) <= 90 for x, y in geometry.positions)
