"""FAIR Signposting: what a program finds in headers and in linksets, and that it leads there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from graphsvc.release import Release
from graphsvc.web.app import create_app
from graphsvc.web.signposting import LINK_BYTES
from web.served import BASE, Client, client_of, make_release

COMPARE = "/doc/cluster/compare"
REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"
LONG = "x" * 1_500
MORE = f"""
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<id/{LONG}> rdfs:label "a long name" .
<id/gone> rdfs:label "gone" ; owl:deprecated true ; dct:isReplacedBy <id/cluster/compare> .
<id/moved> owl:deprecated true ; dct:isReplacedBy <id/cluster/compare> ;
  owl:sameAs <id/cluster/compare> .
"""


def typed_links(response: httpx.Response) -> list[tuple[str, str, str]]:
    """The relation, target and media type of each link in the header."""
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', response.headers["link"])
    return [(relation, target, media_type) for target, relation, media_type in links]


def by_relation(response: httpx.Response, relation: str) -> dict[str, str]:
    return {target: kind for name, target, kind in typed_links(response) if name == relation}


def local(uri: str) -> str:
    assert uri.startswith(BASE)
    return "/" + uri.removeprefix(BASE)


def linkset(client: Client, uri: str) -> dict[str, dict[str, Any]]:
    """The contexts of a linkset by anchor."""
    response = client.get(local(uri))
    assert response.headers["content-type"] == "application/linkset+json"
    return {each["anchor"]: each for each in response.json()["linkset"]}


@pytest.mark.parametrize(
    ("path", "iri", "types"),
    [
        ("/", "", ["AboutPage", "Dataset"]),
        (COMPARE, "id/cluster/compare", ["AboutPage", "Thing"]),
        ("/ns", "ns", ["AboutPage", "DefinedTermSet"]),
        ("/catalog", "catalog", ["AboutPage", "DataCatalog"]),
    ],
)
def test_a_page_tells_what_it_is_of(client: Client, path: str, iri: str, types: list[str]) -> None:
    response = client.get(path, accept="text/html")
    assert list(by_relation(response, "cite-as")) == [BASE + iri]
    assert list(by_relation(response, "type")) == [f"https://schema.org/{each}" for each in types]
    assert list(by_relation(response, "author")) == [BASE + "id/agent/someone"]
    assert list(by_relation(response, "license")) == [
        "http://creativecommons.org/publicdomain/zero/1.0/"
    ]
    assert len(by_relation(response, "linkset")) == 1


@pytest.mark.parametrize("path", ["/", COMPARE, "/ns", "/catalog"])
def test_what_describes_a_page_leads_back_to_it(client: Client, path: str) -> None:
    page = client.get(path, accept="text/html")
    (landing,) = by_relation(page, "canonical")
    described = {uri: kind for uri, kind in by_relation(page, "describedby").items() if kind}
    assert {"text/turtle", "application/ld+json", "application/rdf+xml"} <= set(described.values())
    for uri, kind in described.items():
        metadata = client.get(local(uri))
        assert metadata.headers["content-type"].partition(";")[0] == kind
        assert by_relation(metadata, "describes")[landing] == "text/html"
        assert "cite-as" not in {relation for relation, _, _ in typed_links(metadata)}


def test_the_dumps_of_the_whole_lead_back_to_the_start_page(client: Client) -> None:
    found = by_relation(client.get("/", accept="text/html"), "item")
    assert len(found) > 3
    for uri, kind in found.items():
        dump = client.ask("HEAD", local(uri))
        assert dump.headers["content-type"].partition(";")[0] == kind
        assert by_relation(dump, "collection") == {BASE: "text/html"}
        assert list(by_relation(dump, "type")) == ["https://schema.org/DataDownload"]


def test_void_describes_the_start_page(client: Client) -> None:
    assert by_relation(client.get("/.well-known/void"), "describes") == {BASE: "text/html"}


def test_the_linkset_has_every_dump_and_what_leads_back(client: Client, release: Release) -> None:
    page = client.get("/", accept="text/html")
    contexts = linkset(client, next(iter(by_relation(page, "linkset"))))
    items = contexts[BASE]["item"]
    assert {each["href"] for each in items} == {
        f"{BASE}dump/{dump['file']}" for dump in release.manifest.dumps
    }
    for each in items:
        assert contexts[each["href"]]["collection"] == [{"href": BASE, "type": "text/html"}]
    for each in contexts[BASE]["describedby"]:
        assert contexts[each["href"]]["describes"] == [{"href": BASE, "type": "text/html"}]


@pytest.mark.parametrize("path", ["/", COMPARE, "/doc/region/å", "/ns", "/catalog"])
def test_a_linkset_holds_what_the_header_does(client: Client, path: str) -> None:
    page = client.get(path, accept="text/html")
    contexts = linkset(client, next(iter(by_relation(page, "linkset"))))
    own = contexts[next(iter(by_relation(page, "canonical")))]
    told = {
        (relation, each["href"], each.get("type", ""))
        for relation, targets in own.items()
        if relation != "anchor"
        for each in targets
    }
    shown = {each for each in typed_links(page) if each[1].startswith("http")}
    ours = {"cite-as", "linkset", "license", "author", "type", "describedby", "item"}
    assert {each for each in shown if each[0] in ours} <= told


def test_a_linkset_is_not_sent_again_to_who_has_it(client: Client) -> None:
    paths = ("/linkset.json", f"/linkset.json?iri={BASE}id/cluster/compare")
    etags = {path: client.get(path).headers["etag"] for path in paths}
    assert len(set(etags.values())) == 2
    for path, etag in etags.items():
        assert client.get(path, if_none_match=etag).status_code == 304


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("longer"), MORE)
    with client_of(create_app(lambda: release)) as client:
        yield client


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
@pytest.mark.parametrize("path", ["/", COMPARE, f"/doc/{LONG}", "/doc/gone"])
def test_the_header_is_bounded_and_whole_links_stand_in_it(
    longer: Client, path: str, accept: str
) -> None:
    response = longer.get(path, accept=accept)
    link = response.headers["link"]
    assert len(link) <= LINK_BYTES
    assert re.fullmatch(r'(<[^>]*>; rel="[^"]*"(; type="[^"]*")?(, |$))+', link)
    assert by_relation(response, "canonical")


def test_what_is_withdrawn_leads_to_what_replaces_it(longer: Client) -> None:
    """The thing itself is gone; its links are not."""
    page = longer.get("/doc/gone", accept="text/html")
    assert page.status_code == 410
    (uri,) = by_relation(page, "linkset")
    (landing,) = by_relation(page, "canonical")
    own = linkset(longer, uri)[landing]
    assert own[REPLACED_BY] == [{"href": BASE + "id/cluster/compare"}]
    assert by_relation(page, REPLACED_BY).keys() == {BASE + "id/cluster/compare"}
    assert [each["href"] for each in own["cite-as"]] == [BASE + "id/gone"]


def test_what_is_the_same_as_its_replacement_has_links_as_well(longer: Client) -> None:
    assert longer.get("/doc/moved").status_code == 301
    contexts = linkset(longer, f"{BASE}linkset.json?iri={BASE}id/moved")
    assert contexts[BASE + "doc/moved"][REPLACED_BY] == [{"href": BASE + "id/cluster/compare"}]


@pytest.mark.parametrize("iri", ["x", "javascript:alert(1)", BASE + "nothing", BASE + "doc/x"])
def test_there_is_no_linkset_of_what_has_no_page(longer: Client, iri: str) -> None:
    response = longer.get(f"/linkset.json?iri={iri}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
