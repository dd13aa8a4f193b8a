"""What crawlers and clients find the publication by."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from graphsvc.release import Release
from graphsvc.web import discovery
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, problem

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def located(text: str, root: str) -> list[str]:
    """The addresses of a sitemap or of an index of sitemaps."""
    tree = ElementTree.fromstring(text)
    assert tree.tag == SITEMAPS + root
    return [each.text or "" for each in tree.iter(SITEMAPS + "loc")]


def test_every_document_in_the_sitemap_has_a_page(client: Client, release: Release) -> None:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"] == "application/xml"
    addresses = located(response.text, "urlset")
    assert len(addresses) == len(set(addresses)) > 10
    assert {BASE, BASE + "doc/cluster/compare", BASE + "ns", BASE + "dump/"} <= set(addresses)
    assert BASE + "doc/cluster/%C3%A5ngstr%C3%B6m" in addresses
    assert not any("#" in each or "/id/" in each for each in addresses)
    for address in addresses:
        client.html("/" + address.removeprefix(BASE))


def test_sitemap_tells_the_time_of_the_release(release: Release) -> None:
    dated = replace(release, manifest=replace(release.manifest, issued="2026-02-03T04:05:06Z"))
    for each, times in ((release, set()), (dated, {"2026-02-03T04:05:06Z"})):
        with client_of(create_app(lambda each=each: each)) as client:  # type: ignore[misc]
            text = client.get("/sitemap.xml").text
            assert set(re.findall("<lastmod>(.*)</lastmod>", text)) == times


def test_many_documents_are_told_in_several_files(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_of(create_app(lambda: release)) as client:
        whole = located(client.get("/sitemap.xml").text, "urlset")
    monkeypatch.setattr(discovery, "SITEMAP_RESOURCES", 10)
    with client_of(create_app(lambda: release)) as client:
        files = located(client.get("/sitemap.xml").text, "sitemapindex")
        assert files[0] == BASE + "sitemap.xml?page=1"
        found = [
            address
            for file in files
            for address in located(client.get("/" + file.removeprefix(BASE)).text, "urlset")
        ]
        assert list(dict.fromkeys(found)) == whole
        assert client.get(f"/sitemap.xml?page={len(files) + 1}").status_code == 404
        assert problem(client.get("/sitemap.xml?page=0"))["status"] == 400


def test_crawlers_find_the_sitemap(client: Client) -> None:
    assert f"Sitemap: {BASE}sitemap.xml" in client.get("/robots.txt").text.splitlines()


def test_apis_are_found_from_the_front_door(client: Client) -> None:
    link = client.get("/", accept="text/html").headers["link"]
    assert '</.well-known/api-catalog>; rel="api-catalog"' in link
    response = client.get("/.well-known/api-catalog")
    media_type, profile = response.headers["content-type"].split("; ")
    assert media_type == "application/linkset+json"
    assert profile == 'profile="https://www.rfc-editor.org/info/rfc9727"'
    head = client.ask("HEAD", "/.well-known/api-catalog")
    assert '</.well-known/api-catalog>; rel="api-catalog"' in head.headers["link"]
    whole, *apis = response.json()["linkset"]
    assert [item["href"] for item in whole["item"]] == [api["anchor"] for api in apis]
    assert BASE + "sparql" in {api["anchor"] for api in apis}
    for api in apis:
        for relation in ("service-desc", "service-doc", "service-meta"):
            for target in api[relation]:
                path = "/" + target["href"].removeprefix(BASE)
                found = client.get(path, accept=target["type"])
                assert found.headers["content-type"].startswith(target["type"]), path


@pytest.mark.parametrize("path", ["/sitemap.xml", "/.well-known/api-catalog", "/opensearch.xml"])
def test_what_a_crawler_has_is_not_sent_again(client: Client, path: str) -> None:
    etag = client.get(path).headers["etag"]
    assert client.get(path, if_none_match=etag).status_code == 304
    assert client.ask("HEAD", path).status_code == 200


def test_browsers_find_the_search_and_what_it_is_asked_with(client: Client) -> None:
    page = client.html("/", accept_language="en")
    (link,) = re.findall(r'<link rel="search" type="([^"]*)" href="([^"]*)"', page)
    response = client.get(link[1], accept_language="en")
    assert response.headers["content-type"] == link[0]
    tree = ElementTree.fromstring(response.text)
    assert tree.findtext(OPENSEARCH + "ShortName") == "Trial <b>"
    templates = [each.attrib for each in tree.iter(OPENSEARCH + "Url")]
    assert {each["type"] for each in templates} == {"text/html", "application/json"}
    for each in templates:
        address = each["template"].replace("{searchTerms}", "zebra")
        answer = client.get("/" + address.removeprefix(BASE), accept=each["type"])
        assert answer.headers["content-type"].startswith(each["type"])
        assert "Zebra" in answer.text


def test_the_search_is_told_in_the_language_of_the_page(client: Client) -> None:
    for language, title in (("sv", "Prov <b>"), ("en", "Trial <b>")):
        text = client.get(f"/opensearch.xml?lang={language}").text
        assert f"lang={language}" in text
        assert ElementTree.fromstring(text).findtext(OPENSEARCH + "LongName") == title
