"""What harvesters are served: the catalogue in every format, and that what it promises is there."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from harvest.catalogues import Said
from pyoxigraph import CanonicalizationAlgorithm, Dataset, parse

from graphsvc.formats import JSON_LD, N_TRIPLES, RDF_FORMATS, RDF_XML, TURTLE, Format
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, names, problem

CATALOG = BASE + "catalog"


@pytest.fixture(scope="module")
def said(client: Client) -> Said:
    """The catalogue as Swedish portals get it."""
    response = client.get("/datasets/dcat")
    assert response.headers["content-type"] == "application/rdf+xml"
    return Said(parse(response.content, RDF_XML.rdf))


def canonical(content: bytes, format: Format) -> Dataset:
    graph = Dataset(parse(content, format.rdf))
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return graph


def test_its_page_leads_to_no_query_as_the_endpoint_does_not_hold_it(client: Client) -> None:
    assert "sparql?describe=" not in client.html("/catalog")
    assert "sparql?describe=" in client.html("/doc/cluster/compare")


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_document_says_the_same_in_every_format(client: Client, path: str, format: Format) -> None:
    response = client.get(path, accept=format.media_type)
    assert response.headers["content-type"] == format.content_type
    plain = client.get(path, accept=N_TRIPLES.media_type)
    assert canonical(response.content, format) == canonical(plain.content, N_TRIPLES)
    assert len(canonical(plain.content, N_TRIPLES)) > 100


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_catalogue_has_an_address_for_each_format(client: Client, format: Format) -> None:
    negotiated = client.get("/catalog", accept=format.media_type)
    named = client.get(f"/catalog.{format.suffix}", accept="text/html")
    assert named.content == negotiated.content
    assert negotiated.headers["content-location"] == f"/catalog.{format.suffix}"
    assert "accept" in names(negotiated, "vary")
    assert "accept" not in names(named, "vary")


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/png", "text/turtle"])
def test_swedish_portals_get_rdf_xml_whatever_they_accept(client: Client, accept: str) -> None:
    response = client.get("/datasets/dcat", accept=accept)
    assert response.status_code == 200
    assert response.content == client.get("/catalog.rdf").content


@pytest.mark.parametrize("path", ["/catalog", "/catalog.jsonld", "/datasets/dcat"])
def test_head_tells_what_get_would(client: Client, path: str) -> None:
    head, get = (client.ask(method, path) for method in ("HEAD", "GET"))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers
    assert '</>; rel="describedby"' in get.headers["link"]


@pytest.mark.parametrize(
    "path", ["/catalog", "/catalog.rdf", "/datasets/dcat", "/.well-known/void", "/dump/all.nt"]
)
def test_what_a_harvester_has_is_not_sent_again(release: Release, path: str) -> None:
    issued = replace(release.manifest, issued="2026-02-03T04:05:06Z")
    dated = replace(release, manifest=issued)
    with client_of(create_app(lambda: dated)) as fresh:  # has kept nothing yet
        for each in (fresh, fresh):
            headers = fresh.ask("HEAD", path).headers
            etag, modified = headers["etag"], headers["last-modified"]
            assert each.get(path, if_none_match=etag).status_code == 304
            unchanged = each.get(path, if_modified_since=modified)
            assert unchanged.status_code == 304
            assert unchanged.content == b""
            assert unchanged.headers["last-modified"] == modified
            # A tag decides where there is one, and only the very time counts.
            answer = each.get(path, if_none_match='"x"', if_modified_since=modified)
            assert answer.status_code == 200
            later = "Fri, 01 Jan 2100 00:00:00 GMT"
            assert each.get(path, if_modified_since=later).status_code == 200


def test_every_address_in_the_catalogue_answers(client: Client, said: Said) -> None:
    addresses = {
        value
        for name in ("dcat:accessURL", "dcat:endpointURL", "dcat:endpointDescription")
        for kind in ("dcat:Distribution", "dcat:DataService")
        for node in said.of_class(kind)
        for value in said.all(node, name)
    }
    addresses |= {
        value
        for node in (CATALOG, *said.of_class("dcat:Dataset"), *said.of_class("dcat:Distribution"))
        for name in ("foaf:homepage", "dcat:landingPage", "foaf:page", "dct:conformsTo")
        for value in said.all(node, name)
    }
    own = {each for each in addresses if each.startswith(BASE)}
    assert len(own) > 10
    for address in own:
        response = client.ask("HEAD", "/" + address.removeprefix(BASE))
        assert response.status_code == 200, address


def test_sizes_and_checksums_are_those_of_what_is_served(client: Client, said: Said) -> None:
    nodes = said.of_class("dcat:Distribution")
    assert nodes
    for node in nodes:
        address = said.one(node, "dcat:downloadURL")
        response = client.get("/" + address.removeprefix(BASE))
        assert said.one(node, "dcat:byteSize") == str(len(response.content)), address
        checksum = said.one(said.one(node, "spdx:checksum"), "spdx:checksumValue")
        assert checksum == hashlib.sha256(response.content).hexdigest()
        packed = said.all(node, "dcat:compressFormat")
        media_type = response.headers["content-type"].partition(";")[0]
        told = packed[0] if packed else said.one(node, "dcat:mediaType")
        assert told.endswith("/" + media_type)


def test_dataset_of_the_whole_is_the_one_that_every_answer_names(
    client: Client, said: Said
) -> None:
    """The front door, which `describedby` leads to, says the same of it."""
    assert said.all(CATALOG, "dcat:dataset")[0] == BASE
    home = Said(
        quad
        for quad in parse(client.get("/index.nt").content, N_TRIPLES.rdf)
        if str(quad.subject) == f"<{BASE}>"
    )
    for name in ("dct:title", "dcat:distribution", "dct:license", "dcat:version"):
        assert sorted(home.all(BASE, name)) == sorted(said.all(BASE, name)) != []
    assert home.one(BASE, "void:triples")


def test_fragments_of_the_catalogue_are_sections_of_its_page(client: Client, said: Said) -> None:
    page = client.html("/catalog?lang=en")
    nodes = [*said.of_class("dcat:Distribution"), *said.of_class("dcat:DataService")]
    for node in nodes:
        assert f'id="{node.removeprefix(CATALOG + "#")}"' in page
    assert "<bdi>Trial &lt;b&gt;: Turtle, gzip</bdi>" in page  # the title of a distribution
    assert "<bdi>English</bdi>" in page  # a concept of the EU's
    assert "Trial <b>" not in page
    assert 'href="/catalog' in client.html("/")


def test_suffix_of_no_format_is_not_found(client: Client) -> None:
    assert problem(client.get("/catalog.exe"))["status"] == 404
    assert problem(client.get("/catalog.csv"))["status"] == 404
    assert client.get("/catalog", accept="image/png").status_code == 406


def test_catalogue_is_found_behind_a_proxy(release: Release) -> None:
    with client_of(create_app(lambda: release, root_path="/data")) as mounted:
        response = mounted.get("/data/catalog", accept=JSON_LD.media_type)
        assert response.headers["content-location"] == "/data/catalog.jsonld"
        assert mounted.get("/data/catalog.ttl").content == mounted.get("/catalog.ttl").content


def test_iris_are_those_of_the_publication_whatever_the_host(client: Client) -> None:
    content = client.get("/catalog.ttl", host="evil.example").text
    assert "evil.example" not in content
    assert f"<{CATALOG}> a dcat:Catalog" in content
    assert TURTLE.content_type == client.get("/catalog.ttl").headers["content-type"]
