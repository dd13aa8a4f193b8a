from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import httpx
import pytest
from jsonschema import Draft202012Validator

from graphsvc.release import Release
from graphsvc.web import search as web_search
from graphsvc.web.app import create_app
from graphsvc.web.openapi import document
from web.served import BASE, Client, client_of, make_release, names, problem

MANY = "".join(f'<id/many/{n:02}> <ns#note> "crowded place {n}"@en .\n' for n in range(45))
OWN_SCRIPT = re.compile(r'<script type="module" src="/static/typing\.\w+\.js"></script>')
HOSTILE = r"""
<id/evil> <http://purl.org/dc/terms/title> "<mark>evil</mark> <script>alert(1)</script>"@en ;
  <ns#note> "before evil <img src=x onerror=alert(1)> & {{ 7*7 }}" .
<https://elsewhere.example/x> <http://purl.org/dc/terms/title> "outside"@en .
<javascript:alert(1)> <http://purl.org/dc/terms/title> "dangerous"@en .
"""


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("searched"), MANY + HOSTILE)


@pytest.fixture(scope="module")
def client(searched: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: searched)) as client:
        yield client


def find(client: Client, query: str, **headers: str) -> dict[str, Any]:
    """What programs are told, which is what the OpenAPI document says."""
    response = client.get(f"/search?{query}", **headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    told: dict[str, Any] = response.json()
    responses = document.describe("")["paths"]["/search"]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    assert told.keys() == schema["properties"].keys()
    Draft202012Validator(schema).validate(told)
    return told


def test_a_hit_has_all_that_a_program_needs(client: Client) -> None:
    assert find(client, "q=jamfor&lang=en")["hits"] == [
        {
            "iri": BASE + "id/cluster/compare",
            "label": "Compare",
            "label_language": "en",
            "url": "/doc/cluster/compare",
            "types": [{"iri": BASE + "ns#Cluster", "label": "Cluster", "label_language": "en"}],
            "predicate": {
                "iri": "http://www.w3.org/2000/01/rdf-schema#label",
                "label": "rdfs:label",
                "label_language": "",
            },
            "language": "sv",
            "is_withdrawn": False,
            "snippet": [{"text": "Jämför", "is_match": True}],
        }
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_labels_are_in_the_language_of_the_reader(client: Client, language: str) -> None:
    chosen = find(client, f"q=compare&lang={language}")
    preferred = find(client, "q=compare", accept_language=language)
    assert chosen["hits"] == preferred["hits"]
    assert chosen["hits"][0]["label"] == {"sv": "Jämför", "en": "Compare"}[language]


def test_pages_lead_to_each_other_and_make_the_whole(client: Client) -> None:
    told = find(client, "q=crowded+place&lang=sv")
    assert (told["total"], told["total_is_exact"], told["last_page"]) == (45, True, 3)
    assert "previous" not in told["links"]
    seen = [hit["iri"] for hit in told["hits"]]
    while "next" in told["links"]:
        told = find(client, told["links"]["next"].partition("?")[2])
        seen += [hit["iri"] for hit in told["hits"]]
    assert seen == [f"{BASE}id/many/{n:02}" for n in range(45)]
    assert told["page"] == 3
    assert "lang=sv" in told["links"]["first"]
    assert problem(client.get("/search?q=crowded&page=4"))["status"] == 404
    assert problem(client.get("/search?q=crowded&page=0"))["status"] == 400


def test_a_class_narrows_the_search(client: Client) -> None:
    kind = quote(BASE + "ns#Cluster", safe="")
    assert find(client, f"q=zebra&type={kind}")["total"] == 1
    assert find(client, f"q=crowded&type={kind}")["total"] == 0
    page = client.html(f"/search?q=crowded&type={kind}&lang=en")
    assert "Search in all classes" in page
    assert f'<option value="{BASE}ns#Cluster" selected>Cluster</option>' in page


@pytest.mark.parametrize("path", ["/search", "/search?q=", "/search?q=%20%0A"])
def test_without_words_people_get_a_form_and_programs_a_problem(client: Client, path: str) -> None:
    assert "parameter q" in problem(client.get(path))["detail"]
    assert problem(client.get(path))["status"] == 400
    page = client.html(path)
    assert '<form class="find" role="search" action="/search" method="get">' in page
    assert "Ingenting här" not in page


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("q=" + "x" * 201, "201 characters; at most 200"),
        ("q=" + "+".join("abcdefghijklmnopq"), "17 words; at most 16"),
        ("q=x&format=xml", "json or html"),
        ("q=x&page=x", "number of a page"),
    ],
)
def test_what_is_wrong_with_a_search_is_told(client: Client, query: str, what: str) -> None:
    assert what in problem(client.get(f"/search?{query}"))["detail"]
    page = client.get(f"/search?{query}", accept="text/html")
    assert page.status_code == 400
    assert what in unescape(page.text)


@pytest.mark.parametrize(
    "query",
    [
        *("q=%22", "q=%00", "q=%ff%fe", "q=%ED%A0%80", "q=*", "q=NEAR(", "q=%F0%9F%99%82"),
        *("q=zebra&type=%00", "q=zebra&type=javascript:alert(1)", "q=zebra&type=%22%3E%3Cscript"),
    ],
)
def test_hostile_searches_find_nothing(client: Client, query: str) -> None:
    assert find(client, query)["total"] == 0
    assert "<script" not in OWN_SCRIPT.sub("", client.html(f"/search?{query}"), 1)


def test_the_format_may_be_in_the_address(client: Client) -> None:
    assert find(client, "q=zebra&format=json", accept="text/html")["total"] == 1
    page = client.get("/search?q=zebra&format=html", accept="application/json")
    assert page.headers["content-type"].startswith("text/html")
    refused = problem(client.get("/search?q=zebra", accept="image/png"))
    assert refused["offers"] == ["application/json", "text/html"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_who_has_the_answer_is_not_sent_it_again(
    searched: Release, client: Client, accept: str
) -> None:
    path = "/search?q=zebra&lang=en"
    response = client.get(path, accept=accept)
    etag = response.headers["etag"]
    assert etag.removeprefix("W/").startswith(f'"{searched.manifest.digest[:32]}.')
    assert names(response, "vary") == {"accept", "accept-language", "accept-encoding"}
    assert response.headers["content-language"] == "en"
    assert "max-age=0" in response.headers["cache-control"]
    with client_of(create_app(lambda: searched)) as fresh:  # nothing is kept in its memory
        for method in ("GET", "HEAD"):
            headers = {"If-None-Match": etag, "Accept": accept}
            again = fresh.ask(method, path, headers)
            assert (again.status_code, again.content) == (304, b"")
    others = [client.get(other, accept=accept) for other in (path + "&page=1", "/search?q=å")]
    others.append(client.get("/search?q=zebra&lang=sv", accept=accept))
    assert len({each.headers["etag"] for each in (response, *others)}) == 4


def test_the_page_marks_what_matches_and_nothing_else(client: Client) -> None:
    page = client.html("/search?q=evil&lang=en")
    assert page.count("<mark>") == 1
    shown = "&lt;mark&gt;<mark>evil</mark>&lt;/mark&gt; &lt;script&gt;alert(1)&lt;/script&gt;"
    assert f'<a href="/doc/evil?lang=en"><bdi>{shown}</bdi></a>' in page
    page = client.html("/search?q=mark%3Eevil%3C/mark&lang=en")
    assert "&lt;<mark>mark&gt;evil&lt;/mark</mark>&gt;" in page
    page = client.html("/search?q=before+evil&lang=en")
    assert "<mark>before</mark> <mark>evil</mark> &lt;img src=x" in page
    assert "{{ 7*7 }}" in page
    page = OWN_SCRIPT.sub("", page, 1)
    for each in ("<script", "<img", "onerror=alert(1)>"):
        assert each not in page


def test_what_is_elsewhere_is_shown_with_its_iri(client: Client) -> None:
    hit = find(client, "q=outside")["hits"][0]
    assert (hit["iri"], hit["url"]) == ("https://elsewhere.example/x", None)
    page = client.html("/search?q=outside")
    assert '<a href="https://elsewhere.example/x" rel="external">' in page
    assert "<code><bdi>https://elsewhere.example/x</bdi></code>" in page
    page = client.html("/search?q=dangerous")
    assert "<code><bdi>javascript:alert(1)</bdi></code>" in page
    assert 'href="javascript' not in page


def test_who_finds_nothing_is_told_what_to_try(client: Client) -> None:
    swedish, english = (client.html(f"/search?q=zzz&lang={each}") for each in ("sv", "en"))
    assert "Ingenting här har alla dessa ord." in swedish
    assert "Nothing here has all of these words." in english
    assert "fewer words" in english


def test_the_page_counts_and_has_pages(client: Client) -> None:
    page = client.html("/search?q=crowded+place&page=2&lang=en")
    assert "45 hits" in page
    assert "Page 2 of 3" in page
    assert '<ol class="hits" start="21">' in page
    assert 'rel="next" href="/search?q=crowded+place&amp;page=3&amp;lang=en"' in page
    assert '<a href="/search?q=crowded+place&amp;page=2&amp;lang=sv" lang="sv"' in page


@pytest.mark.parametrize("path", ["/", "/doc/cluster/compare", "/ns", "/sparql", "/dump/", "/none"])
def test_every_page_has_a_box_to_search_from(client: Client, path: str) -> None:
    page = client.get(f"{path}?lang=sv", accept="text/html").text
    form = re.findall(r'<form class="find" role="search".*?</form>', page, re.DOTALL)[0]
    assert 'action="/search" method="get"' in form
    assert re.search(r'<label( class="unseen")? for="find">Sök</label>', form)
    assert '<input type="hidden" name="lang" value="sv">' in form


def test_crawlers_shall_not_search(client: Client) -> None:
    assert "Disallow: /search?" in client.get("/robots.txt").text


def test_a_server_below_a_path_searches_there(searched: Release) -> None:
    with client_of(create_app(lambda: searched, root_path="/data")) as client:
        told = find(client, "q=crowded")
        assert told["hits"][0]["url"] == "/data/doc/many/00"
        assert told["links"]["next"].startswith("/data/search?")
        page = client.html("/data/search?q=crowded")
        assert 'action="/data/search"' in page
        assert 'href="/data/search?q=crowded&amp;page=2"' in page


def test_searches_that_wait_keep_no_page_waiting(
    searched: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that takes long: the index is held; pages answer, and too many are sent away."""
    monkeypatch.setattr(web_search, "WAITING", 3)
    app = create_app(lambda: searched)
    answers: list[httpx.Response] = []

    async def visit() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:

            async def ask(path: str) -> None:
                answers.append(await client.get(path))

            async with anyio.create_task_group() as group:
                with searched.resources._search._database._lock:
                    for number in range(web_search.THREADS + 3):
                        group.start_soon(ask, f"/search?q=crowded&n={number}")
                    await anyio.wait_all_tasks_blocked()
                    for path in ("/doc/cluster/compare.ttl", "/readyz"):
                        await ask(path)
                    group.start_soon(ask, "/search?q=zebra")
                    with anyio.move_on_after(10):
                        while len(answers) < 3:
                            await anyio.sleep(0.01)

    with client_of(app) as client:
        client.portal.call(visit)
    refused = answers[2]
    assert [each.status_code for each in answers[:2]] == [200, 200]
    assert (problem(refused)["status"], refused.headers["retry-after"]) == (503, "1")
    assert [each.status_code for each in answers[3:]] == [200] * (web_search.THREADS + 3)


def test_a_publication_without_labels_is_searched_too(searched: Release, tmp_path: Path) -> None:
    settings = replace(searched.settings, languages=("fi",))
    with client_of(create_app(lambda: replace(searched, settings=settings))) as client:
        assert find(client, "q=lists")["hits"][0]["label"] == "lists"
        page = client.html("/search?q=lists")
        assert '<a href="/doc/lists"><bdi><mark>lists</mark></bdi></a>' in page
