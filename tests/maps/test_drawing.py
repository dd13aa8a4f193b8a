"""What of a graph becomes a map."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from publications import BASE, PREFIXES
from pyoxigraph import NamedNode, RdfFormat, parse

from graphsvc.canonical import Canonicalizer
from graphsvc.maps import drawing
from graphsvc.maps.atlas import Atlas
from graphsvc.maps.drawing import MOST_MARKS, MOST_POINTS, draw_atlas
from graphsvc.maps.honeycomb import RADIUS
from graphsvc.maps.outlines import contains, read_path
from graphsvc.maps.theme import Theme
from graphsvc.resources.building import build_resources
from graphsvc.resources.lookups import Resources

ID, NS = BASE + "id/", BASE + "ns#"
GEO = "@prefix geo: <http://www.opengis.net/ont/geosparql#> .\n"
WEST = "POLYGON((10 59,11 59,11 61,10 61,10 59))"
EAST = "POLYGON((11 59,12 59,12 61,11 61,11 59))"

Draw = Callable[[str], Atlas]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    def draw(data: str) -> Atlas:
        (tmp_path / "atlas.db").unlink(missing_ok=True)
        canonicalizer = Canonicalizer(tmp_path)
        turtle = (PREFIXES + GEO + data).encode()
        canonicalizer.add(parse(turtle, RdfFormat.TRIG), NamedNode(BASE + "graph/data"))
        n_quads = tmp_path / "quads.nq"
        with n_quads.open("w", encoding="utf-8", newline="\n") as lines:
            lines.writelines(canonicalizer)
        (tmp_path / "resources.db").unlink(missing_ok=True)
        build_resources(tmp_path / "resources.db", n_quads, BASE)
        resources = Resources(tmp_path / "resources.db")
        draw_atlas(tmp_path / "atlas.db", n_quads, resources, BASE)
        resources.close()
        return Atlas(tmp_path / "atlas.db")

    return draw


def place(name: str, wkt: str, kind: str = ":Region") -> str:
    return f"id:{name} a {kind} ; geo:hasGeometry [ geo:asWKT '{wkt}'^^geo:wktLiteral ] .\n"


REGIONS = place("west", WEST) + place("east", EAST)


def test_a_graph_without_geometry_makes_no_map(draw: Draw) -> None:
    atlas = draw("id:one a :Book ; dct:title 'asWKT' .")
    assert atlas.sheet is None
    assert atlas.places([ID + "one"]) == {}


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT(NaN 1)",
        "POLYGON((0 0,1 1))",
        "<http://www.opengis.net/def/crs/EPSG/0/3006> POINT(1 2)",
        "</script><script>alert(1)</script>",
        "",
    ],
)
def test_what_is_no_geometry_is_left_out(draw: Draw, wkt: str) -> None:
    atlas = draw(place("bad", wkt) + REGIONS)
    assert sorted(each.iri for each in atlas.areas) == [ID + "east", ID + "west"]
    assert atlas.places([ID + "bad"]) == {}
    assert atlas.sheet is not None
    assert atlas.sheet.places == 2


def test_a_literal_is_no_resource_and_an_iri_no_text(draw: Draw) -> None:
    assert draw(f"id:a geo:hasGeometry 'b' . id:b geo:asWKT <{BASE}id/a> .").sheet is None


def test_a_blank_node_has_no_page_and_no_place(draw: Draw) -> None:
    assert draw(f"[] geo:hasGeometry [ geo:asWKT '{WEST}' ] .").sheet is None


def test_the_most_detailed_of_several_geometries_counts(draw: Draw) -> None:
    atlas = draw(place("west", WEST) + place("west", "POINT(10 60)"))
    assert [each.iri for each in atlas.areas] == [ID + "west"]
    assert atlas.points == []


def test_things_are_counted_by_the_property_that_most_of_them_use(draw: Draw) -> None:
    atlas = draw(
        REGIONS
        + "id:a a :Book , dct:Text ; :in id:west . id:b a :Book , dct:Text ; :in id:west .\n"
        "id:c a :Reader ; :near id:west . id:east :beside id:west . id:d :in id:east .\n"
    )
    assert atlas.sheet is not None
    assert atlas.sheet.theme == Theme(NS + "Region", NS + "Book", NS + "in")
    assert {each.iri: each.things for each in atlas.areas} == {ID + "west": 2, ID + "east": 0}
    assert [(mark.thing, mark.area) for mark in atlas.marks] == [
        (ID + "a", ID + "west"),
        (ID + "b", ID + "west"),
    ]


def test_areas_that_point_to_areas_are_no_things_in_them(draw: Draw) -> None:
    atlas = draw(
        REGIONS + "id:west :beside id:east . id:east :beside id:west . id:a a :Book ; :in id:east ."
    )
    assert atlas.sheet is not None
    assert atlas.sheet.theme == Theme(NS + "Region", NS + "Book", NS + "in")


@pytest.mark.parametrize(
    "more",
    [
        "id:a a <https://z.example/Text> .",  # another's class
        "id:a a :Thing . id:b a :Thing .",  # a wider class
    ],
)
def test_of_equal_classes_the_publication_s_own_and_narrower_counts(draw: Draw, more: str) -> None:
    atlas = draw(REGIONS + "id:a a :Book ; :in id:west ." + more)
    assert atlas.sheet is not None
    assert atlas.sheet.theme.things == NS + "Book"


def test_marks_stand_in_their_areas_and_cover_each_other_nowhere(draw: Draw) -> None:
    things = [
        f"id:{area}{n} a :Book ; :in id:{area} ." for area in ("west", "east") for n in range(40)
    ]
    atlas = draw(REGIONS + place("here", "POINT(10.5 60)", ":Book") + "\n".join(things))
    areas = {each.iri: read_path(each.path) for each in atlas.areas}
    assert len(atlas.marks) == 80
    for mark in atlas.marks:
        assert contains(areas[mark.area], (mark.x, mark.y))
    places = [(mark.x, mark.y) for mark in atlas.marks]
    places += [(point.x, point.y) for point in atlas.points]
    assert min(math.dist(one, two) for one, two in combinations(places, 2)) > 2 * RADIUS


def test_what_has_a_place_of_its_own_is_marked_there_and_counted(draw: Draw) -> None:
    atlas = draw(REGIONS + place("one", "POINT(10.2 60)", ":Book") + "id:one :in id:west .")
    assert [(each.iri, each.path) for each in atlas.points] == [(ID + "one", "")]
    assert atlas.marks == []
    assert {each.iri: each.things for each in atlas.areas}[ID + "west"] == 1


def test_what_points_to_two_areas_is_marked_in_both(draw: Draw) -> None:
    atlas = draw(REGIONS + "id:a a :Book ; :in id:west , id:east .")
    assert [mark.area for mark in atlas.marks_of(ID + "a")] == [ID + "east", ID + "west"]


def test_too_many_things_are_counted_and_not_marked(draw: Draw) -> None:
    things = [f"id:b{n} a :Book ; :in id:west ." for n in range(MOST_MARKS + 1)]
    atlas = draw(REGIONS + "\n".join(things))
    assert atlas.sheet is not None
    assert (atlas.marks, atlas.sheet.unmarked) == ([], MOST_MARKS + 1)
    assert {each.iri: each.things for each in atlas.areas}[ID + "west"] == MOST_MARKS + 1


def test_more_points_than_a_page_can_hold_are_known_but_not_drawn(draw: Draw) -> None:
    many = MOST_POINTS + 100
    atlas = draw("".join(place(f"p{n}", f"POINT({n / 100} 1)") for n in range(many)))
    assert atlas.sheet is not None
    assert (len(atlas.points), atlas.sheet.places) == (MOST_POINTS, many)
    assert len(atlas.sheet.context) < 20 * MOST_POINTS
    drawn = {each.iri for each in atlas.points}
    left = next(ID + f"p{n}" for n in range(many) if ID + f"p{n}" not in drawn)
    assert atlas.places([left])[left].x > 0


def disc(name: str, x: int) -> str:
    turns = [math.tau * n / 500 for n in (*range(500), 0)]
    ring = ",".join(f"{x + math.cos(turn):.6f} {math.sin(turn):.6f}" for turn in turns)
    return place(name, f"POLYGON(({ring}))")


def test_an_area_of_many_positions_is_drawn_on_a_coarser_grid(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(draw(disc("round", 0)).areas[0].path) > 500
    monkeypatch.setattr(drawing, "AREA_CHARACTERS", 500)
    assert 100 < len(draw(disc("round", 0)).areas[0].path) <= 500


def test_an_area_smaller_than_a_unit_is_a_point(draw: Draw) -> None:
    tiny = "POLYGON((10 60,10.0001 60,10.0001 60.0001,10 60))"
    atlas = draw(REGIONS + place("tiny", tiny))
    assert [each.iri for each in atlas.points] == [ID + "tiny"]


def test_only_areas_of_the_commonest_class_are_drawn_over_each_other(draw: Draw) -> None:
    country = place("country", "POLYGON((10 59,12 59,12 61,10 61,10 59))", ":Country")
    atlas = draw(REGIONS + country)
    assert {each.iri for each in atlas.areas} == {ID + "east", ID + "west"}
    assert ID + "country" in atlas.places([ID + "country"])


def test_the_same_graph_gives_the_same_map_to_the_byte(draw: Draw, tmp_path: Path) -> None:
    data = REGIONS + "id:a a :Book ; :in id:west ."
    draw(data)
    once = (tmp_path / "atlas.db").read_bytes()
    draw(data)
    assert (tmp_path / "atlas.db").read_bytes() == once


def test_areas_that_a_page_cannot_hold_are_all_drawn_more_coarsely(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MAP_CHARACTERS", 1_500)
    atlas = draw(disc("one", 0) + disc("two", 3) + disc("three", 6))
    assert len(atlas.areas) == 3
    assert 500 < sum(len(each.path) for each in atlas.areas) <= 1_500


def test_things_at_points_of_their_own_are_never_too_many_to_be_marked(draw: Draw) -> None:
    things = [
        place(f"b{n}", f"POINT(10.5 {59 + n / 500})", ":Book") + f"id:b{n} :in id:west ."
        for n in range(MOST_MARKS + 1)
    ]
    atlas = draw(REGIONS + "\n".join(things))
    assert atlas.sheet is not None
    assert (len(atlas.points), atlas.marks, atlas.sheet.unmarked) == (MOST_MARKS + 1, [], 0)
