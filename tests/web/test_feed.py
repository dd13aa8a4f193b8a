"""The feed as it is served: formats, conditions, what is closed for ever, the page and Atom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from feed.histories import FEED, History, canonical, replicate, state
from publications import BASE, BOOKS
from pyoxigraph import Quad, parse

from graphsvc.feed import writing
from graphsvc.feed.files import FORMATS, closed_nodes
from graphsvc.formats import N_QUADS, TRIG, Format
from graphsvc.pages.changes import xml_text
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import Client, client_of, names, problem

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "]]> <script>alert(1)</script> & \x01 \u202e"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        patch.setattr(writing, "PAGE_MEMBERS", 3)
        patch.setattr(writing, "VOLUME_PAGES", 2)
        history = History(tmp_path_factory.mktemp("feed"))
        odd = "id:odd rdfs:label '<b> &amp; ]]>'@en .\n"
        history.write("data/odd.ttl", odd)
        history.commit(HOSTILE)
        for number in range(25):
            history.write("data/n.ttl", f"id:n{number} rdfs:label '{number}' .\n")
            history.commit(f"number {number}")
        yield history


@pytest.fixture(scope="module")
def release(history: History) -> Release:
    return history.build()


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: release)) as client:
        yield client


@pytest.fixture(scope="module")
def node(release: Release) -> str:
    """The address of a page that is closed."""
    return f"/feed/{next(iter(closed_nodes(release.folder)))}"


def read(content: bytes, format: Format) -> list[Quad]:
    return list(parse(content, format.rdf))


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.suffix)
def test_it_is_replicated_in_every_format(client: Client, release: Release, format: Format) -> None:
    def fetch(iri: str) -> list[Quad]:
        response = client.get("/" + iri.removeprefix(BASE), accept=format.media_type)
        assert response.headers["content-type"] == format.content_type
        return read(response.content, format)

    replica = replicate(fetch)
    path = release.folder / "dumps/all.nq"
    assert canonical(replica.quads) == state(path, release.settings)
    assert len(replica.sizes) > 20


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.suffix)
def test_each_node_has_an_address_for_each_format(
    client: Client, node: str, format: Format
) -> None:
    for path in ("/feed", node):
        negotiated = client.get(path, accept=format.media_type)
        named = client.get(f"{path}.{format.suffix}", accept="text/html")
        assert named.content == negotiated.content
        assert negotiated.headers["content-location"] == f"{path}.{format.suffix}"
        assert "accept" in names(negotiated, "vary")
        assert "accept" not in names(named, "vary")
        assert f'<{BASE}{path[1:]}>; rel="canonical"' in named.headers["link"]


def test_who_does_not_say_gets_trig_and_who_reads_pages_gets_a_page(client: Client) -> None:
    assert client.get("/feed").headers["content-type"] == TRIG.media_type
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/feed", accept=browser).headers["content-type"].startswith("text/html")
    assert problem(client.get("/feed", accept="image/png"))["status"] == 406
    assert problem(client.get("/feed.png"))["status"] == 404


def test_what_is_closed_may_be_kept_for_ever_and_the_root_may_not(
    client: Client, node: str
) -> None:
    assert client.get(node).headers["cache-control"] == FOR_EVER
    assert client.get(f"{node}.nq").headers["cache-control"] == FOR_EVER
    for path in ("/feed", "/feed.nq", "/feed.atom"):
        assert client.get(path).headers["cache-control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("path", ["/feed", "/feed.nq", "/feed.atom", "node"])
def test_it_is_asked_about_with_head_and_with_conditions(
    client: Client, node: str, path: str
) -> None:
    path = node if path == "node" else path
    plain = client.get(path)
    assert plain.status_code == 200
    head = client.ask("HEAD", path)
    assert head.content == b""
    assert {**head.headers} == {**plain.headers}
    unchanged = client.get(path, if_none_match=plain.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(path, if_none_match='"other"').status_code == 200


def test_the_root_has_its_etag_from_what_it_tells_alone(history: History, client: Client) -> None:
    before = client.get("/feed.nq")
    history.write("shapes/book.ttl", BOOKS["shapes/book.ttl"] + "# a remark\n")
    history.commit("nothing that is told of")
    release = history.build()
    with client_of(create_app(lambda: release)) as later:
        after = later.get("/feed.nq", if_none_match=before.headers["etag"])
        assert after.status_code == 304


@pytest.mark.parametrize(
    "name",
    ["1", "1-0000000000000000", "feed", "told", "../release", "..%2Frelease", "root", "feed.json"],
)
def test_nothing_else_in_its_folder_is_served(client: Client, name: str) -> None:
    for path in (f"/feed/{name}", f"/feed/{name}.nq"):
        response = client.get(path)
        assert response.status_code == 404
        assert problem(response)


def test_a_page_tells_people_what_has_changed(client: Client) -> None:
    page = client.html("/feed?lang=en")
    assert "<bdi>number 24</bdi>" in page
    assert 'href="/doc/n24?lang=en"' in page
    assert not re.search(r'href="[^"]*/n23\b', page)  # it has gone since
    assert f"<code><bdi>{BASE}id/n23</bdi></code>" in page
    assert "<dt>Added</dt>" in page
    assert "<dt>Removed</dt>" in page
    assert "<dt>Tillagt</dt>" in client.html("/feed?lang=sv")
    assert 'rel="alternate" type="application/atom+xml" href="/feed.atom?lang=en"' in page
    following = client.html("/feed?page=2&lang=en")
    assert "begin" in following
    assert "<script>" not in following
    assert client.get("/feed?page=3", accept="text/html").status_code == 404
    assert client.get("/feed?page=x", accept="text/html").status_code == 400


def test_atom_is_well_formed_whatever_a_commit_says(client: Client) -> None:
    response = client.get("/feed.atom", accept_language="en")
    assert response.headers["content-type"] == "application/atom+xml"
    root = ElementTree.fromstring(response.text)
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 27
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len({*ids}) == 27
    assert all(each and re.fullmatch(f"{FEED}#[0-9a-f]{{16}}", each) for each in ids)
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles[0] == "number 24"
    assert titles[-2:] == ["]]> <script>alert(1)</script> & \\u0001 \\u202E", "begin"]
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "A reader"
    odd = ElementTree.tostring(entries[-2], encoding="unicode")
    assert "&lt;b&gt; &amp;amp; ]]&gt;" in odd


def test_what_xml_cannot_have_is_replaced() -> None:
    assert (
        xml_text("a\x00\x0b\ud800\ufffe\tå\U0001f600") == "a\ufffd\ufffd\ufffd\ufffd\tå\U0001f600"
    )


def test_every_page_leads_to_it(client: Client) -> None:
    for path in ("/", "/doc/one", "/quality"):
        page = client.html(path)
        assert 'type="application/atom+xml" href="/feed.atom"' in page
        assert 'href="/feed"' in page
    assert f"<loc>{FEED}</loc>" in client.get("/sitemap.xml").text


def test_what_is_not_dated_has_none_and_says_why(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write("data/three.ttl", "id:three rdfs:label 'Three' .\n")
    release = history.build()
    with client_of(create_app(lambda: release)) as client:
        for path in ("/feed", "/feed.atom", "/feed.nq"):
            assert "SOURCE_DATE_EPOCH" in problem(client.get(path))["detail"]
        assert "feed" not in client.html("/")
        assert "/feed<" not in client.get("/sitemap.xml").text


def test_a_resource_of_that_address_goes_before_it(tmp_path: Path) -> None:
    history = History(tmp_path, BOOKS | {"data/f.ttl": "<feed> rdfs:label 'The food' .\n"})
    release = history.build()
    with client_of(create_app(lambda: release)) as client:
        assert "The food" in client.html("/feed")


def test_it_stands_behind_a_proxy(release: Release) -> None:
    with client_of(create_app(lambda: release, "/books")) as client:
        response = client.get("/books/feed", accept=N_QUADS.media_type)
        assert response.headers["content-location"] == "/books/feed.nq"
        assert {quad.subject for quad in read(response.content, N_QUADS)} == {
            quad.subject for quad in read((release.folder / "feed/root.nq").read_bytes(), N_QUADS)
        }
        assert 'href="/books/feed.atom"' in client.html("/books/feed")
