"""Pages show properties in the order of the shapes, under the names that these give them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graphsvc.build import build
from graphsvc.init import init
from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.arrangement import Group, Place, places
from graphsvc.pages.editions import Edition
from graphsvc.release import Release
from graphsvc.shacl.model import ShapesGraph

EX = "https://example.org/ns#"
PREFIXES = f"@prefix ex: <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def arranged(shapes: str, *classes: str) -> dict[str, Place]:
    graph = ShapesGraph(parse(PREFIXES + shapes, format=RdfFormat.TURTLE))
    found = places(graph, [EX + name for name in classes])
    return {iri.removeprefix(EX): place for iri, place in found.items()}


def test_the_place_is_that_of_the_shapes_of_the_classes() -> None:
    shapes = """
    ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:order 2 ; sh:name "pe"@en ] .
    ex:B sh:property [ sh:path ex:q ; sh:order 0.5 ] .
    ex:T sh:targetClass ex:C ; sh:property [ sh:path ex:r ; sh:order 1 ] .
    """
    assert arranged(shapes, "A", "B") == {"p": Place(2, {"en": "pe"}), "q": Place(0.5, {})}


def test_of_several_places_the_first_counts() -> None:
    shapes = """
    ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:name "later" ] ,
      [ sh:path ex:p ; sh:order 3 ; sh:name "first" ] , [ sh:path ex:p ; sh:order 4 ] .
    """
    assert arranged(shapes, "A") == {"p": Place(3, {"": "first"})}


@pytest.mark.parametrize("order", ['"first"', '"NaN"', "ex:one", '"1e999"'])
def test_an_order_that_is_no_number_is_none(order: str) -> None:
    shapes = f"ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:order {order} ] ."
    assert arranged(shapes, "A")["p"].order == math.inf


def test_of_several_groups_the_first_counts() -> None:
    shapes = """
    ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:group ex:late , ex:soon ] .
    ex:soon sh:order 1 . ex:late sh:order 2 .
    """
    assert arranged(shapes, "A")["p"].group == Group(1, f"{EX}soon")


@pytest.mark.parametrize("group", ["[ sh:order 1 ]", '"late"'])
def test_a_group_that_nothing_identifies_is_none(group: str) -> None:
    shapes = f"ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:group {group} ] ."
    assert arranged(shapes, "A")["p"].group is None


def test_groups_have_headings_in_their_order(tmp_path: Path) -> None:
    root = tmp_path / "books"
    init(root)
    shapes = root / "shapes/book.ttl"
    text = shapes.read_text(encoding="utf-8")
    text = text.replace("sh:order 2", "sh:order 2 ; sh:group :people")
    text = text.replace("sh:order 1", "sh:order 1 ; sh:group :work")
    text += """
    :work a sh:PropertyGroup ; sh:order 2 ; rdfs:label "The work"@en .
    :people a sh:PropertyGroup ; sh:order 1 ; rdfs:label "<b>People</b>"@en .
    """
    shapes.write_text(text, encoding="utf-8")
    release = Release.open(build(root, tmp_path / "releases"))
    base = release.settings.base_iri
    edition = Edition(release, Addresses(base), "en")
    iri = f"{base}id/book/kallocain"
    page = rendering.document(edition, "/x", iri, release.resources.document(iri), 1)
    shown = re.findall(r"<(?:h2|dt)>(?:<a [^>]*>)?<bdi[^>]*>([^<]*)", page)
    assert shown[:5] == ["pages", "&lt;b&gt;People&lt;/b&gt;", "author", "The work", "title"]


@pytest.mark.parametrize("path", ["[ sh:inversePath ex:p ]", "( ex:p ex:q )", '"p"', "ex:p , ex:q"])
def test_what_is_not_one_property_has_no_place(path: str) -> None:
    assert arranged(f"ex:S sh:targetClass ex:A ; sh:property [ sh:path {path} ] .", "A") == {}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["name", "identifier", "region", "web address"]),
        ("sv", ["namn", "kortnamn", "region"]),
    ],
)
def test_a_page_follows_the_shapes_and_speaks_the_readers_language(
    shipped_release: Path, language: str, names: list[str]
) -> None:
    release = Release.open(shipped_release)
    base = release.settings.base_iri
    edition = Edition(release, Addresses(base), language)
    iri = f"{base}id/cluster/compare"
    page = rendering.document(edition, "/x", iri, release.resources.document(iri), 1)
    statements = page.partition('<dl class="statements">')[2].partition("</dl>")[0]
    shown = re.findall(r"<dt><a [^>]*><bdi[^>]*>([^<]*)", statements)
    assert shown[: len(names)] == names
    assert not any(":" in name for name in shown)  # no prefixed name is left
