from __future__ import annotations

from pathlib import Path

import publications
import pytest
from publications import write
from pyoxigraph import NamedNode, parse

from graphsvc.build import build
from graphsvc.formats import RDF_FORMATS, TURTLE, Format
from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.classes import LISTED, SHOWN, list_classes
from graphsvc.pages.editions import Edition
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release, problem


@pytest.mark.parametrize("accept", ["*/*", "text/html", ""])
def test_front_door_is_a_page(client: Client, accept: str) -> None:
    response = client.ask("GET", "/", {"accept": accept})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-location"] == "/index.html?lang=sv"


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_whole_is_described_as_a_dataset_in_every_format(client: Client, format: Format) -> None:
    response = client.get("/", accept=format.media_type)
    assert response.headers["content-location"] == f"/index.{format.suffix}"
    assert client.get(f"/index.{format.suffix}").content == response.content
    dataset = NamedNode(BASE)
    said = {
        (quad.predicate.value.split("/")[-1].split("#")[-1], quad.object.value)
        for quad in parse(response.content, format.rdf)
        if quad.subject == dataset
    }
    assert ("title", "Prov <b>") in said
    assert ("title", "Trial <b>") in said
    assert ("sparqlEndpoint", BASE + "sparql") in said
    assert ("dataDump", BASE + "dump/all.ttl.gz") in said
    assert ("license", "http://creativecommons.org/publicdomain/zero/1.0/") in said


def test_dataset_has_no_blank_node(client: Client) -> None:
    for quad in parse(client.get("/index.ttl").content, TURTLE.rdf):
        assert isinstance(quad.subject, NamedNode)


def test_dataset_tells_its_version(client: Client, release: Release) -> None:
    assert release.manifest.version in client.get("/index.nt").text


def test_unknown_suffix_is_not_found(client: Client) -> None:
    assert client.get("/index.csv").status_code == 404
    assert client.get("/index.exe").status_code == 404


def test_classes_are_listed_with_their_instances_by_name(client: Client) -> None:
    page = client.html("/", accept_language="sv")
    section = page[page.index("<section") : page.index("</section>")]
    order = [section.index(name) for name in ("Jämför", "Zebra", "Ångström")]
    assert order == sorted(order)
    assert "/ns#Cluster" in section
    # The vocabulary's classes are those of others, and stand behind.
    assert page.index("owl:Class") > page.index("Kluster")


def test_class_has_a_list_of_its_own(client: Client) -> None:
    page = client.html(f"/browse?type={BASE.replace(':', '%3A')}ns%23Cluster&lang=en")
    assert "<h1><bdi>Cluster</bdi>" in page
    assert "/doc/cluster/zebra?lang=en" in page


def test_class_without_instances_is_not_found(client: Client) -> None:
    assert problem(client.get("/browse?type=x"))["status"] == 404


def test_the_most_prominent_classes_are_listed_and_the_others_are_a_link_away(
    tmp_path: Path,
) -> None:
    """Of the kinds, each is pointed to more often than the one before it."""
    kinds = "".join(
        f"<ns#Kind{kind}> rdfs:label 'Kind {kind}' .\n"
        + "".join(f"<id/{kind}/{n}> a <ns#Kind{kind}> .\n" for n in range(60))
        + "".join(f"<id/{kind}/{n}> ex:region <id/{kind}/0> .\n" for n in range(10 * kind))
        for kind in range(5)
    )
    release = make_release(tmp_path, kinds + "<id/p> a <http://xmlns.com/foaf/0.1/Person> .\n")
    with client_of(create_app(lambda: release)) as client:
        page = client.html("/", accept_language="en")
    told = [page.count(f'href="/doc/{kind}/') for kind in range(5)]
    assert told == [0, 0, SHOWN, SHOWN, SHOWN]
    assert page.count("and 10 more") == LISTED
    order = [page.index(f"</b> <bdi>Kind {kind}") for kind in range(5)]
    assert order == sorted(order, reverse=True)
    assert "/doc/p" not in page
    assert "foaf:Person" in page


def test_a_publication_without_classes_of_its_own_lists_those_of_others(tmp_path: Path) -> None:
    person = "id:one a <http://xmlns.com/foaf/0.1/Person> ; rdfs:label 'Someone' .\n"
    root = write(tmp_path / "people", {"data/people.ttl": person})
    release = Release.open(build(root, tmp_path / "releases"))
    page = rendering.home(Edition(release, Addresses(publications.BASE), "en"), "/")
    assert "<bdi>Someone</bdi>" in page
    assert ">foaf:Person</bdi></a>" in page


def test_where_the_data_comes_from_is_told_last(shipped_release: Path) -> None:
    release = Release.open(shipped_release)
    own, _ = list_classes(Edition(release, Addresses(release.settings.base_iri), "en"))
    names = [listing.link.name.text for listing in own]
    assert set(names[-2:]) == {"Source statement", "Correction"}
    assert {listing.link.name.text for listing in own if listing.instances} >= {"Cluster", "Region"}
