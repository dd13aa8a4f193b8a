"""What a page holds for those who do not read it: schema.org, Open Graph, addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from test_pages import read

from graphsvc.pages.structured import SUMMARY_CHARACTERS, embed
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release

SCHEMA = "https://schema.org/"
MORE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix ex: <ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:Hub rdfs:subClassOf ex:Society . ex:Society rdfs:subClassOf org:Organization , ex:Hub .
ex:Award skos:closeMatch schema:Certification . ex:Event owl:equivalentClass schema:Event .
ex:Odd rdfs:subClassOf <https://schema.org/name> , <https://evil.example/Thing> .
<id/hub> a ex:Hub , ex:Odd ; rdfs:label "Hub"@en , "Nav"@sv ; dct:identifier "hub" ;
  dct:description "All that\\n matters."@en , "Allt."@sv ; foaf:homepage <https://hub.example/> ;
  skos:exactMatch <http://www.wikidata.org/entity/Q1> , <javascript:alert(1)> .
ex:Ring rdfs:subClassOf ex:Round . ex:Round rdfs:subClassOf ex:Ring .
<id/ring> a ex:Ring ; rdfs:label "Ring"@en ; foaf:homepage "https://no address/" .
<id/place> a dct:Location ; rdfs:label "Place"@en ;
  dcat:centroid "POINT(18.5 59.25)"^^geo:wktLiteral .
<id/area> a dct:Location ; rdfs:label "Area"@en ; dcat:centroid "POINT(x)" ;
  dcat:bbox "POLYGON((1 2,3 2,3 4,1 4,1 2))"^^geo:wktLiteral .
<id/award> a ex:Award ; rdfs:label "Award"@en . <id/event> a ex:Event ; rdfs:label "Event"@en .
<id/trap> rdfs:label "</script><script>alert(1)</script>\\u2028<!--"@en ; dct:description "&amp;" .
<id/wordy> rdfs:label "Wordy"@en ; dct:description "%WORDS%"@en .
""".replace("%WORDS%", "word " * 5_000)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("described"), MORE)
    with client_of(create_app(lambda: release)) as client:
        yield client


def embedded(page: str) -> dict[str, Any]:
    """The one table that a page embeds."""
    (text,) = (
        part.partition("</script>")[0]
        for part in page.split('<script type="application/ld+json">')[1:]
    )
    table: dict[str, Any] = json.loads(text)
    return table


def entity(client: Client, path: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = embedded(client.html(path, **headers))["mainEntity"]
    return found


def metas(page: str) -> dict[str, str]:
    """What the meta elements of a page say."""
    found = [each for tag, each in read(page).elements if tag == "meta" and "content" in each]
    return {each.get("name") or each.get("property", ""): each["content"] for each in found}


def links(page: str, relation: str) -> list[dict[str, str]]:
    elements = read(page).elements
    return [each for tag, each in elements if tag == "link" and each["rel"] == relation]


def test_a_resource_is_the_main_entity_of_its_page(described: Client) -> None:
    table = embedded(described.html("/doc/hub", accept_language="en"))
    assert table["@type"] == "WebPage"
    assert table["url"] == BASE + "doc/hub"
    assert table["isPartOf"] == {"@id": BASE}
    assert table["mainEntity"] == {
        "@type": "Organization",
        "@id": BASE + "id/hub",
        "name": "Hub",
        "alternateName": ["Nav"],
        "description": "All that\n matters.",
        "url": "https://hub.example/",
        "identifier": [BASE + "id/hub", "hub"],
        "sameAs": ["http://www.wikidata.org/entity/Q1"],
    }
    assert entity(described, "/doc/hub", accept_language="sv")["description"] == "Allt."


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/doc/award", "Certification"),
        ("/doc/event", "Event"),
        ("/doc/place", "Place"),
        ("/doc/cluster/compare", "Thing"),
        ("/doc/ring", "Thing"),
        ("/ns", "DefinedTermSet"),
    ],
)
def test_classes_are_mapped_by_what_the_vocabulary_says(
    described: Client, path: str, kind: str
) -> None:
    assert entity(described, path)["@type"] == kind


def test_a_place_tells_where_it_is(described: Client) -> None:
    assert entity(described, "/doc/place")["geo"] == {
        "@type": "GeoCoordinates",
        "latitude": 59.25,
        "longitude": 18.5,
    }
    assert entity(described, "/doc/area")["geo"] == {"@type": "GeoShape", "box": "2.0 1.0 4.0 3.0"}


def test_what_has_no_description_is_told_by_what_it_is(described: Client) -> None:
    told = entity(described, "/doc/cluster/zebra", accept_language="en")["description"]
    assert told == "Cluster: Zebra. Trial <b>."


def test_what_is_no_address_is_not_told_as_one(described: Client) -> None:
    assert entity(described, "/doc/ring")["url"] == BASE + "doc/ring"


def test_embedded_data_is_rdf_without_any_context_from_elsewhere(described: Client) -> None:
    text = embed(embedded(described.html("/doc/hub", accept_language="en")))
    quads = list(parse(str(text).encode(), RdfFormat.JSON_LD))
    hub = NamedNode(BASE + "id/hub")
    said = {(quad.predicate.value, quad.object) for quad in quads if quad.subject == hub}
    assert (SCHEMA + "name", Literal("Hub")) in said
    assert (SCHEMA + "sameAs", NamedNode("http://www.wikidata.org/entity/Q1")) in said
    assert any(
        isinstance(quad, Quad) and quad.predicate.value == SCHEMA + "mainEntity" for quad in quads
    )


def test_nothing_in_the_data_ends_the_element_that_holds_it(described: Client) -> None:
    page = described.html("/doc/trap")
    scripts = [each for tag, each in read(page).elements if tag == "script"]
    assert scripts == [{"type": "application/ld+json"}]
    head = page.partition("</head>")[0].partition('<script type="application/ld+json">')[2]
    assert "\u2028" not in head
    assert "<" not in head.removesuffix("\n").removesuffix("</script>")
    told = embedded(page)["mainEntity"]
    assert told["name"] == "</script><script>alert(1)</script>\u2028<!--"
    assert told["description"] == "&amp;"


def test_a_long_description_is_cut_between_words(described: Client) -> None:
    page = described.html("/doc/wordy")
    told = metas(page)["description"]
    assert told.endswith("word…")
    assert len(told) <= SUMMARY_CHARACTERS + 1
    assert len(embedded(page)["mainEntity"]["description"]) == 5_000


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", ""),
        ("/index.html?lang=en", ""),
        ("/doc/cluster/compare.html", "doc/cluster/compare"),
        ("/ns", "ns"),
        ("/quality?lang=sv", "quality"),
        ("/sparql", "sparql"),
        ("/dump/", "dump/"),
        ("/catalog.html", "catalog"),
        ("/search?q=zebra", "search?q=zebra"),
        (
            "/browse?type=https://example.org/pub/ns%23Cluster&sort=-name",
            "browse?type=https%3A%2F%2Fexample.org%2Fpub%2Fns%23Cluster",
        ),
    ],
)
def test_every_page_says_what_it_is_known_by(client: Client, path: str, canonical: str) -> None:
    page = client.html(path, accept_language="en")
    (link,) = links(page, "canonical")
    known = BASE + canonical
    assert link["href"] == known
    told = metas(page)
    assert told["og:url"] == known
    assert told["og:title"] == page.partition("<title>")[2].partition("</title>")[0].replace(
        "&lt;", "<"
    ).replace("&gt;", ">")
    assert told["og:description"] == told["description"] != ""
    picture = client.get("/" + told["og:image"].removeprefix(BASE))
    assert picture.headers["content-type"] == "image/png"
    assert told["og:locale"] in ("sv_SE", "en_US")


def test_each_language_has_an_address_and_so_has_the_choice(client: Client) -> None:
    page = client.html("/doc/cluster/compare?lang=sv")
    found = {
        each["hreflang"]: each["href"] for each in links(page, "alternate") if "type" not in each
    }
    path = "/doc/cluster/compare"
    assert found == {"sv": f"{path}?lang=sv", "en": f"{path}?lang=en", "x-default": path}


@pytest.mark.parametrize("path", ["/quality", "/search?q=zebra"])
def test_the_twin_of_a_page_is_linked_to(client: Client, path: str) -> None:
    (twin,) = (each for each in links(client.html(path), "alternate") if "type" in each)
    assert client.get(twin["href"]).headers["content-type"] == twin["type"] == "application/json"


def test_what_is_not_there_is_known_by_nothing(client: Client) -> None:
    page = client.get("/nothing", accept="text/html").text
    assert links(page, "canonical") == []
    assert metas(page)["robots"] == "noindex"
    assert "og:url" not in metas(page)


def test_addresses_are_the_same_behind_a_proxy(release: Release) -> None:
    with client_of(create_app(lambda: release, root_path="/pilot")) as mounted:
        (link,) = links(mounted.html("/pilot/quality"), "canonical")
        assert link["href"] == BASE + "quality"
