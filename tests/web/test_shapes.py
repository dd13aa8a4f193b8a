"""The document of a shapes graph says in plain words what it demands, and what it found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_pages import page_of, read

from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.editions import Edition
from graphsvc.release import Release
from web.documented import part, release_of, text


@pytest.fixture(scope="module")
def page(documented: Release) -> str:
    return page_of(documented, "shapes")


def row(page: str, anchor: str) -> list[str]:
    """What the cells of a property shape's row say."""
    cells = page[page.index(f'id="{anchor}"') :].partition("</tr>")[0]
    return [text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", cells, re.DOTALL)]


def results(release: Release, *shapes: str) -> int:
    """How many results these shapes have in the report of a release."""
    told = release.manifest.findings_by_shape
    return sum(each["results"] for each in told if each["shape"].partition("#")[2] in shapes)


def test_a_shape_tells_what_it_applies_to(page: str) -> None:
    assert "Applies to every instance of ferry" in text(part(page, "Ferry"))
    assert "Applies to everything that home port leads to, port one" in text(part(page, "Port"))


def test_a_property_shape_is_a_row(documented: Release, page: str) -> None:
    assert row(page, "Ferry-home") == [
        *("home port", "home", "exactly one value an instance of port", "Warning"),
        *("Give the ferry <b>one</b> home.", "1"),
    ]
    swedish = page_of(documented, "shapes", "sv")
    assert row(swedish, "Ferry-home") == [
        *("hemmahamn", "hem", "exakt ett värde en instans av hamn", "Varning"),
        *("Ge färjan ett hem.", "1"),
    ]


def test_rows_stand_in_their_order(page: str) -> None:
    anchors = ["Ferry-home", "Ferry-tonnes", "Ferry-flag"]
    places = [page.index(f'id="{each}"') for each in anchors]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "phrase",
    [
        "at most 3 values",
        "of the datatype xsd:integer",
        "matches the pattern ^<b>\\d+",
        "1 or more",
        "less than 100",
        "at least one of ( 1 characters at least ), ( the value 6 is among them )",
        "not ( one of 1 , 2 , <i> )",
    ],
)
def test_each_demand_is_told_in_plain_words(page: str, phrase: str) -> None:
    assert phrase in row(page, "Ferry-tonnes")[2].replace("(", "( ").replace(")", " )").replace(
        "  ", " "
    )


def test_shapes_within_shapes_are_told_with_them(page: str) -> None:
    demands = row(page, "Ferry-flag")[2]
    assert "an IRI" in demands
    assert "all of ( skos:inScheme : the value Flags is among them)" in demands
    assert "required, at least one value of this kind: (an instance of skos:Concept )" in demands
    assert (
        row(page, "Port-label")[2] == "at most one in each language in one of the languages en , sv"
    )


def test_a_shape_tells_its_own_demands_and_what_else_is_said(page: str) -> None:
    shown = text(part(page, "Ferry"))
    assert "no properties but those that are named, and rdf:type , rdfs:label" in shown
    assert "dct:source https://a.example/" in shown
    assert "Deactivated yes" in text(part(page, "Off"))


def test_results_are_those_of_the_release(documented: Release, page: str) -> None:
    """Each shape tells its own results, and a node shape those of its parts with them."""
    tonnes = results(documented, "Ferry-tonnes")
    assert tonnes > 0
    assert row(page, "Ferry-tonnes")[5] == str(tonnes)
    whole = results(documented, "Ferry", "Ferry-home", "Ferry-tonnes", "Ferry-flag")
    assert f"Results {whole} " in text(part(page, "Ferry"))
    total = sum(documented.manifest.findings.values())
    assert f"{total} results in this release. Quality" in text(page)
    assert '<a href="/quality">' in part(page, "Ferry")


def test_a_release_without_validation_knows_no_results(tmp_path: Path) -> None:
    page = page_of(release_of(tmp_path, shapes=False), "shapes")
    assert "It is not known whether the data conforms" in page
    assert row(page, "Ferry-home")[5] == "not known"
    assert "Results not known" in text(part(page, "Ferry"))


def test_shapes_that_no_engine_would_take_are_shown_as_far_as_they_can_be(tmp_path: Path) -> None:
    shapes = """
shapes:Bad a sh:NodeShape ; sh:targetClass "text" , [] ; sh:property shapes:Odd , [] , 7 ;
  sh:closed "maybe" ; sh:in 5 ; sh:not shapes:Bad ; sh:severity "grave" ; sh:order "first" .
shapes:Odd a sh:PropertyShape ; sh:path [ sh:inversePath [ ] ] ; sh:minCount "many" , 1e400 ;
  sh:maxCount 99999999999999999999 ; sh:nodeKind "IRI" ; sh:pattern <not-a-pattern> ;
  sh:and ( _:a ) ; sh:node _:a .
_:a sh:node _:a ; sh:not _:a ; sh:or ( _:a _:a ) .
shapes:Loop a sh:NodeShape ; sh:in _:list .
_:list rdf:first 1 ; rdf:rest _:list .
"""
    release = release_of(tmp_path, {"shapes/bad.ttl": shapes}, shapes=False)
    for language in ("sv", "en"):
        page = page_of(release, "shapes", language)
        read(page)
        assert 'id="Bad"' in page
        assert 'id="Loop"' in page
    read(page_of(release, "ns"))


def test_many_shapes_in_one_another_end(tmp_path: Path) -> None:
    """Each has two within, so that there would be thousands of millions of rules."""
    deep = "".join(
        f"_:n{n} sh:name 'n{n}' ; sh:or ( [ sh:name 'a{n}' ; sh:node _:n{n + 1} ]"
        f" [ sh:name 'b{n}' ; sh:node _:n{n + 1} ] ) .\n"
        for n in range(30)
    )
    shapes = f"shapes:Deep a sh:NodeShape ; sh:node _:n0 .\n{deep}"
    release = release_of(tmp_path, {"shapes/deep.ttl": shapes}, shapes=False)
    assert len(page_of(release, "shapes")) < 200_000


def test_a_shape_with_a_document_of_its_own_is_told_there(tmp_path: Path) -> None:
    shapes = "<shape/one> a sh:NodeShape ; sh:targetClass :Ferry ; sh:property <shape/two> .\n"
    shapes += "<shape/two> a sh:PropertyShape ; sh:path :home ; sh:maxCount 1 .\n"
    release = release_of(tmp_path, {"shapes/apart.ttl": shapes}, shapes=False)
    shown = text(page_of(release, "shape/one"))
    assert "Applies to every instance of ferry" in shown
    assert "at most one value" in shown
    assert "at most one value" in text(page_of(release, "shape/two"))


def test_the_shipped_shapes_are_told_in_both_languages(shipped_release: Path) -> None:
    release = Release.open(shipped_release)
    base = release.settings.base_iri
    for language, words in (
        ("sv", "exakt ett värde en instans av Region"),
        ("en", "exactly one value an instance of Region"),
    ):
        edition = Edition(release, Addresses(base), language)
        iri = f"{base}shapes"
        quads = release.resources.document(iri)
        page = rendering.document(edition, "/shapes", iri, quads, 1)
        assert words in row(page, "ClusterShape-region")[2]
        assert text(page).count("–") < 60  # no row is left without a word
    release.resources.close()
