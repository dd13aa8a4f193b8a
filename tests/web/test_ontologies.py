"""The document of an ontology is its documentation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from pyoxigraph import QuerySolutions
from test_pages import page_of, read

from graphsvc import queries
from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.diagrams import BOXES
from graphsvc.pages.editions import Edition
from graphsvc.release import Release
from web.documented import part, query_in, release_of, text
from web.served import BASE, Client


@pytest.fixture(scope="module")
def page(documented: Release) -> str:
    return page_of(documented, "ns")


def solutions(release: Release, query: str) -> int:
    """How many solutions a query has on the default graph of a release."""
    dataset = queries.Dataset(prefixes=dict(release.manifest.prefixes))
    found = queries.evaluate(release.store, queries.read_query(query), dataset)
    assert isinstance(found, QuerySolutions)
    return sum(1 for _ in found)


def test_terms_stand_in_groups_by_name(page: str) -> None:
    order = [page.index(f'id="{each}"') for each in ("group-classes", "Evil", "Ferry", "Port")]
    order += [page.index(f'id="{each}"') for each in ("group-properties", "bare", "flag", "home")]
    order.append(page.index('id="group-schemes"'))
    assert order == sorted(order)


def test_a_class_tells_what_it_means_and_where_it_stands(page: str) -> None:
    assert "What floats." in text(part(page, "Ship"))
    assert "Subclass of org:Organization Subclasses" in text(part(page, "Ship"))
    assert 'href="/ns#Ferry"' in part(page, "Ship")
    assert "Properties home port" in text(part(page, "Ferry"))
    assert "Range of home port" in text(part(page, "Port"))
    assert "Kiel" in part(page, "Ferry")  # what is said beside


def test_a_property_tells_domain_range_and_inverse(page: str) -> None:
    shown = text(part(page, "home"))
    assert re.search(r"Domain \S*.*, ferry", shown)
    assert "Range port" in shown
    assert "Inverse houses" in shown
    assert "Inverse home port" in text(part(page, "houses"))
    assert "Subproperty of dct:relation" in text(part(page, "houses"))


def test_a_page_speaks_the_reader_s_language(documented: Release) -> None:
    shown = text(part(page_of(documented, "ns", "sv"), "Ship"))
    assert "fartyg" in shown
    assert "Det som flyter." in shown
    assert "What floats" not in shown
    assert "Underklass till org:Organization" in shown


def test_a_deprecated_term_says_so(page: str) -> None:
    assert "deprecated" in part(page, "Gone")
    assert 'href="/ns#Port"' in part(page, "Gone")


def test_a_term_without_any_words_is_there(page: str) -> None:
    assert text(part(page, "bare")).startswith('id="bare" class="term"> bare not used in the data')


@pytest.mark.parametrize("name", ["home", "tonnes", "flag", "houses"])
def test_a_property_is_used_as_often_as_sparql_finds(
    documented: Release, documentation: Client, page: str, name: str
) -> None:
    found = solutions(documented, f"SELECT * {{ ?s <{BASE}ns#{name}> ?o }}")
    shown = part(page, name)
    if not found:
        assert "not used in the data" in shown
        return
    address, number = re.findall(
        r'<a href="(/sparql\?property=[^"]*)"[^>]*>(\d+) statement', shown
    )[0]
    assert int(number) == found
    query = query_in(documentation.html(address))
    assert solutions(documented, query) == found


def test_what_two_graphs_state_is_used_once(documented: Release, page: str) -> None:
    assert ">2 statements</a>" in part(page, "home")
    assert documented.resources.properties()[BASE + "ns#home"] == 3


def test_a_class_has_as_many_instances_as_its_list(documentation: Client, page: str) -> None:
    address, number = re.findall(
        r'<a href="(/browse\?type=[^"]*)">(\d+) instance', part(page, "Ferry")
    )[0]
    assert number == "2"  # the third is withdrawn
    listed = documentation.html(address)
    assert unquote(address).endswith("ns#Ferry")
    assert len(re.findall(r'href="/doc/ferry/\d"', listed)) == 2


def test_shapes_that_concern_a_term_are_told_in_plain_words(documented: Release, page: str) -> None:
    of_class = text(part(page, "Ferry"))
    assert "home port : exactly one value; an instance of port" in of_class
    of_property = text(part(page, "home"))
    assert "of every instance of ferry : exactly one value; an instance of port" in of_property
    assert "home port / (^ home port ): required, at least one value" in of_class
    swedish = text(part(page_of(documented, "ns", "sv"), "home"))
    assert "för varje instans av färja : exakt ett värde; en instans av hamn" in swedish


def test_a_deactivated_shape_demands_nothing(page: str) -> None:
    assert "no value" not in text(part(page, "home"))


def test_concept_schemes_are_listed_with_their_number_of_concepts(page: str) -> None:
    schemes = text(page[page.index('id="group-schemes"') :])
    assert "Flags 4 concepts Whose they are." in schemes
    assert "Nothing yet 0 concepts" in schemes


# The diagram


def figure(page: str) -> str:
    return page[page.index("<svg") : page.index("</svg>")]


def test_the_diagram_has_a_box_for_each_class_and_links_to_its_section(page: str) -> None:
    drawn = figure(page)
    for name in ("Ship", "Ferry", "Port", "Gone", "Evil"):
        assert re.search(rf'<a class="own" href="#{name}">', drawn), name
    assert '<a class="other" href="http://www.w3.org/ns/org#Organization">' in drawn
    assert "↺ tows" in drawn
    assert drawn.count('class="subclass"') == 3
    assert drawn.count('<a href="#home">') == 2  # from both classes of the union
    assert "tonnes" not in drawn


def test_hostile_names_are_text_in_the_diagram(page: str) -> None:
    reader = read(page)
    assert "img" not in {tag for tag, _ in reader.elements}
    scripts = [attributes["type"] for tag, attributes in reader.elements if tag == "script"]
    assert scripts == ["application/ld+json"]
    assert "&lt;script&gt;" in figure(page)
    assert page.count("<svg") == page.count("</svg>") == 1


def test_every_link_of_the_page_leads_somewhere(page: str) -> None:
    reader = read(page)
    for tag, attributes in reader.elements:
        if tag == "a" and attributes["href"].startswith("#"):
            assert attributes["href"][1:] in reader.ids


def test_a_large_ontology_says_what_its_diagram_leaves_out(tmp_path: Path) -> None:
    classes = "".join(
        f"<many#C{n}> a owl:Class ; rdfs:subClassOf <many#C{n // 3}> .\n" for n in range(1, 200)
    )
    properties = "".join(
        f"<many#p{n}> a owl:ObjectProperty ; rdfs:domain <many#C{n % 50 + 1}> ;"
        f" rdfs:range <many#C{n * 7 % 60 + 1}> .\n"
        for n in range(400)
    )
    many = f"<many> a owl:Ontology .\n<many#C0> a owl:Class .\n{classes}{properties}"
    page = page_of(release_of(tmp_path, {"ontology/many.ttl": many}, shapes=False), "many")
    drawn = figure(page)
    assert drawn.count('<a class="own"') == BOXES
    assert f"The diagram shows {BOXES} of 200 classes" in page
    assert "100 more are in the downloads." in page
    assert page.count('class="term"') == 500


def test_without_classes_there_is_no_diagram(documented: Release, tmp_path: Path) -> None:
    lone = {"ontology/lone.ttl": "<lone> a owl:Ontology . <lone#p> a rdf:Property ."}
    page = page_of(release_of(tmp_path, lone, shapes=False), "lone")
    assert "<svg" not in page
    assert 'id="p"' in page


# Ontologies under other IRIs


def test_an_ontology_may_have_an_empty_fragment(documentation: Client, documented: Release) -> None:
    page = documentation.html("/other?lang=en")
    assert "<h1><bdi>Other words</bdi></h1>" in page
    assert 'id="Thing"' in page
    assert "Other words" in documentation.get("/other", accept="text/turtle").text


def test_terms_may_have_documents_of_their_own(documentation: Client, documented: Release) -> None:
    page = documentation.html("/apart?lang=en")
    assert "leaf" in figure(page)
    assert 'id="term-1"' in page
    assert "Subclass of tree" in text(part(page, "term-1"))
    assert "root" in page  # by rdfs:isDefinedBy
    assert "no term" not in page
    read(page)


def test_a_document_of_an_ontology_is_data_as_before(documentation: Client) -> None:
    told = documentation.get("/ns", accept="text/turtle").text
    assert "apart/Leaf" not in told
    assert "What floats." in told


@pytest.mark.parametrize("kind", ["property", "concept"])
def test_the_editor_opens_no_query_about_what_is_not_there(
    documentation: Client, kind: str
) -> None:
    for iri in ("https://example.org/none", "x>%20.%20?s%20?p%20?o", "_:b0", ""):
        response = documentation.get(f"/sparql?{kind}={iri}", accept="text/html")
        assert response.status_code == 404, iri


@pytest.mark.parametrize("local", ["ns", "shapes"])
def test_what_was_read_once_is_shown_alike_and_to_each_reader_as_theirs(
    documented: Release, local: str
) -> None:
    documented.made.clear()
    iri = BASE + local
    quads = documented.resources.document(iri)

    english = Edition(documented, Addresses(BASE), "en")
    editions = [
        english,
        replace(english, language="sv"),
        replace(english, addresses=Addresses(BASE, "/data")),
        replace(english, is_chosen=True),
        replace(english, is_static=True),
    ]

    def shown() -> list[str]:
        return [rendering.document(each, f"/{local}", iri, quads, 1) for each in editions]

    first = shown()
    assert len(documented.made) == len(editions)
    assert shown() == first
    assert len(set(first)) >= len(editions) - 1  # what is static may look the same
    assert all(
        "document" not in kept for kept in documented.made.values() if isinstance(kept, dict)
    )
