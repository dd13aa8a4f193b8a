"""What is withdrawn still answers: with 410 and what replaces it, or with the way there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import parse
from serving import Server, serving
from test_pages import read

from graphsvc.formats import RDF_FORMATS, TURTLE, Format
from graphsvc.release import Release
from graphsvc.vocab import DCT_IS_REPLACED_BY
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release, names
from web.withdrawals import DATA

CLOSED = "/doc/cluster/closed"
BY = {BASE + "id/cluster/compare", BASE + "id/cluster/zebra"}
FORMATS = [pytest.param(each, id=each.suffix) for each in RDF_FORMATS]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("withdrawn"), DATA)


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: release)) as client:
        yield client


@pytest.fixture(scope="module")
def server(release: Release) -> Iterator[Server]:
    with serving("--release", str(release.folder)) as server:
        yield server


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", [CLOSED, "/id/cluster/closed", CLOSED + ".{suffix}"])
def test_what_is_withdrawn_is_gone_and_still_described(
    client: Client, path: str, format: Format
) -> None:
    accept = "image/png" if "{" in path else format.media_type
    response = client.get(path.format(suffix=format.suffix), accept=accept)
    assert response.status_code == 410
    assert response.headers["content-type"] == format.content_type
    quads = list(parse(response.content, format.rdf))
    assert len(quads) == 8
    assert {q.object.value for q in quads if q.predicate == DCT_IS_REPLACED_BY} == BY


@pytest.mark.parametrize("path", [CLOSED, "/id/cluster/closed"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["This is withdrawn.", "Replaced by", ">Zebra<", "Split in two &lt;b&gt;."]),
        ("sv", ["Detta är återkallat.", "Ersätts av", ">Jämför<", "Delat i två &lt;b&gt;."]),
    ],
)
def test_people_are_told_what_replaces_it_and_why(
    client: Client, path: str, language: str, said: list[str]
) -> None:
    response = client.get(path, accept="text/html", accept_language=language)
    assert response.status_code == 410
    assert response.headers["content-language"] == language
    assert "default-src 'none'" in response.headers["content-security-policy"]
    notice = response.text.partition('<div class="notice">')[2].partition("<dl class=")[0]
    assert all(each in notice for each in said)
    assert 'href="/doc/cluster/compare"' in notice


def test_crawlers_forget_it_even_on_hosts_that_can_say_nothing_but_200(client: Client) -> None:
    robots = '<meta name="robots" content="noindex">'
    assert robots in client.get(CLOSED, accept="text/html").text
    assert robots not in client.get("/doc/cluster/compare", accept="text/html").text


@pytest.mark.parametrize(
    "path", [CLOSED, "/doc/cluster/hostile", "/ns", "/id/cluster/kompare", "/search?q=closed"]
)
def test_pages_that_tell_of_it_are_well_formed(client: Client, path: str) -> None:
    read(client.html(path))


def test_what_is_gone_names_its_replacements_in_link_and_has_no_etag(client: Client) -> None:
    for path in (CLOSED, CLOSED + ".html"):
        response = client.get(path, accept="text/html", if_none_match="*")
        assert response.status_code == 410
        assert "etag" not in response.headers
        for iri in BY:
            assert f'<{iri}>; rel="{DCT_IS_REPLACED_BY.value}"' in response.headers["link"]
    assert names(client.get(CLOSED), "vary") == {"accept", "accept-encoding"}


def test_what_nobody_offers_is_refused_of_what_is_gone_too(client: Client) -> None:
    assert client.get(CLOSED, accept="image/png").status_code == 406


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/cluster/moved", "/id/region/%C3%A5"),
        ("/doc/cluster/moved", "/doc/region/%C3%A5"),
        ("/doc/cluster/moved.ttl", "/doc/region/%C3%A5.ttl"),
        ("/doc/cluster/moved?lang=sv", "/doc/region/%C3%A5?lang=sv"),
        ("/id/cluster/first", "/id/cluster/zebra"),
        ("/doc/cluster/second.html", "/doc/cluster/zebra.html"),
        ("/doc/cluster/third", "/doc/cluster/zebra"),
        ("/def/level/tin", "/def/level/bronze"),
        ("/id/cluster/away", "https://ok.example/%C3%B6?a=b"),
        ("/doc/cluster/away.ttl", "https://ok.example/%C3%B6?a=b"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_the_same_under_another_iri_has_moved_there(
    client: Client, path: str, location: str, method: str
) -> None:
    response = client.ask(method, path)
    assert (response.status_code, response.content) == (301, b"")
    assert response.headers["location"] == location
    if location.startswith("/"):
        assert client.get(location).status_code in (200, 303)


@pytest.mark.parametrize(
    "name", ["round", "about", "into", "lost", "hostile", "several", "similar"]
)
def test_what_leads_nowhere_or_is_not_said_to_be_the_same_is_gone(
    client: Client, name: str
) -> None:
    for path in (f"/id/cluster/{name}", f"/doc/cluster/{name}"):
        response = client.get(path, accept="text/html")
        assert response.status_code == 410
        assert "<script>" not in response.text
        assert 'href="javascript:' not in response.text


def test_what_is_not_deprecated_is_there(client: Client) -> None:
    response = client.get("/doc/cluster/kept", accept="text/html")
    assert response.status_code == 200
    assert "notice" not in response.text


@pytest.mark.parametrize("path", ["/ns", "/def/Older", "/def/vocabulary"])
def test_a_deprecated_term_is_still_there_and_says_so(client: Client, path: str) -> None:
    for accept in ("text/turtle", "application/ld+json"):
        response = client.get(path, accept=accept)
        assert response.status_code == 200
        assert client.get(path, accept=accept, if_none_match="*").status_code == 304
    page = client.html(path, accept_language="en")
    assert page.count("This term is deprecated") == 1


def test_the_notice_of_a_term_tells_the_change_and_not_the_definition(client: Client) -> None:
    page = client.html("/ns", accept_language="en")
    notice = page.partition('<div class="notice">')[2].partition("</div>")[0]
    assert 'href="/ns#Cluster"' in notice
    assert "Renamed." in notice
    assert (
        "What is old." not in page.partition('<div class="notice">')[2].partition("definition")[0]
    )


def test_lists_leave_out_what_is_withdrawn_and_data_does_not(
    client: Client, release: Release
) -> None:
    listed = client.html(f"/browse?type={BASE}ns%23Cluster", accept_language="en")
    home = client.html("/", accept_language="en")
    for page in (listed, home):
        assert "/doc/cluster/compare" in page
        assert "/doc/cluster/closed" not in page
    assert '<span class="note">3</span></h1>' in listed
    assert 'id="class-example-org-pub-ns-Cluster"' in home
    assert 'id="class-example-org-pub-ns-Gone"' not in home
    answer = client.get("/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20ex%3ACluster%20%7D&format=csv")
    assert BASE + "id/cluster/closed" in answer.text
    dump = (release.folder / "dumps/all.nt").read_text(encoding="utf-8")
    assert f"<{BASE}id/cluster/closed>" in dump


def test_search_finds_what_is_withdrawn_last_and_marks_it(client: Client) -> None:
    found = client.get("/search?q=z&format=json").json()["hits"]
    assert [each["is_withdrawn"] for each in found] == [False]
    hits = client.get("/search?q=closed&format=json").json()["hits"]
    assert [(each["iri"], each["is_withdrawn"]) for each in hits] == [
        (BASE + "id/cluster/closed", True)
    ]
    page = client.html("/search?q=closed", accept_language="en")
    assert '<span class="note">withdrawn</span>' in page


def test_behind_a_proxy_addresses_keep_its_path(release: Release) -> None:
    with client_of(create_app(lambda: release, "/at")) as client:
        for prefix in ("", "/at"):
            moved = client.get(f"{prefix}/id/cluster/moved").headers["location"]
            assert moved == "/at/id/region/%C3%A5"
            moved = client.get(f"{prefix}/doc/cluster/moved.ttl").headers["location"]
            assert moved == "/at/doc/region/%C3%A5.ttl"
            page = client.get(f"{prefix}{CLOSED}", accept="text/html")
            assert page.status_code == 410
            assert 'href="/at/doc/cluster/compare"' in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/id/cluster/closed", 410), (CLOSED, 410), (CLOSED + ".html", 410), ("/ns", 200)],
)
def test_a_server_says_the_same_to_head_as_to_get(server: Server, path: str, status: int) -> None:
    get, head = server.client.get(path), server.client.head(path)
    assert get.status_code == head.status_code == status
    assert {**get.headers, "date": ""} == {**head.headers, "date": ""}
    assert get.content
    assert head.content == b""


def test_a_server_leads_from_what_was_to_what_is(server: Server) -> None:
    accept = {"Accept": "text/turtle"}
    response = server.client.get("/id/cluster/first", headers=accept, follow_redirects=True)
    assert [each.status_code for each in response.history] == [301, 303]
    assert response.status_code == 200
    assert "Zebra" in response.text
    assert list(parse(response.content, TURTLE.rdf))
    assert server.client.head("/doc/cluster/first").status_code == 301


def test_crawlers_are_not_sent_to_what_is_gone(client: Client) -> None:
    listed = client.get("/sitemap.xml").text
    assert f"<loc>{BASE}doc/cluster/compare</loc>" in listed
    assert f"<loc>{BASE}doc/cluster/kept</loc>" in listed
    assert f"<loc>{BASE}{CLOSED.removeprefix('/')}</loc>" not in listed
