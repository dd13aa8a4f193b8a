"""/browse: whatever a class holds, narrowed, sorted, paged, and taken away as a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from graphsvc.pages.browse import PER_PAGE
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release, problem

NS = BASE + "ns#"
BOOK, SHELF, PLACE, PAGES = (NS + name for name in ("Book", "shelf", "place", "pages"))
HOSTILE = '\\"><script>alert(1)</script>\\u202E'
COUNT = 250
DATA = f"""
ex:Book rdfs:label "Book"@en , "Bok"@sv ; rdfs:comment "Something to read."@en .
ex:shelf rdfs:label "shelf"@en . ex:place rdfs:label "place"@en .
ex:next rdfs:label "next"@en . ex:pages rdfs:label "pages"@en .
<id/shelf/0> rdfs:label "{HOSTILE}"@en . <id/shelf/1> rdfs:label "Low"@en .
<id/place/0> rdfs:label "Here"@en . <id/place/1> rdfs:label "There"@en .
<id/book/old> a ex:Book ; rdfs:label "Old"@en ; ex:shelf <id/shelf/0> ;
  <http://www.w3.org/2002/07/owl#deprecated> true .
""" + "".join(
    f'<id/book/{n:03}> a ex:Book ; rdfs:label "Book {n}"@en ; ex:shelf <id/shelf/{n % 2}> ;'
    f" ex:place <id/place/{n % 5 // 4}> ; ex:pages {1000 - n} ; ex:next <id/book/{n + 1:03}> .\n"
    for n in range(COUNT)
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("browse"), DATA)
    with client_of(create_app(lambda: release)) as client:
        yield client


def address(*chosen: tuple[str, str], class_iri: str = BOOK, **fields: str) -> str:
    pairs = [("type", class_iri), *(("with", f"{BASE}{p} {BASE}{v}") for p, v in chosen)]
    return f"/browse?{urlencode([*pairs, *fields.items()])}"


def table(client: Client, *chosen: tuple[str, str], **fields: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(address(*chosen, format="json", **fields)).json()
    return found


def names(page: str) -> list[str]:
    return [
        unescape(each) for each in re.findall(r'<th scope="row"><a [^>]*><bdi[^>]*>([^<]*)', page)
    ]


def test_a_page_lists_the_instances_by_name_in_natural_order(client: Client) -> None:
    page = client.html(address(lang="en"))
    assert names(page) == [f"Book {n}" for n in range(PER_PAGE)]
    assert "<h1><bdi>Book</bdi>" in page
    assert "Something to read." in page
    assert ">250</span>" in page  # the withdrawn one does not count


def test_every_instance_is_on_one_of_the_pages(client: Client) -> None:
    pages = [client.html(address(lang="en", page=str(n))) for n in (1, 2, 3)]
    assert [name for page in pages for name in names(page)] == [f"Book {n}" for n in range(COUNT)]
    assert problem(client.get(address(page="4", format="html")))["status"] == 404


def test_pages_lead_to_each_other_in_headers_too(client: Client) -> None:
    response = client.get(address(page="2", lang="en"), accept="text/html")
    links = dict(
        (relation, url)
        for url, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["link"])
    )
    for relation, number in (("first", 1), ("prev", 1), ("next", 3), ("last", 3)):
        assert links[relation].endswith(f"&page={number}&lang=en")
        assert names(client.html(links[relation])) != []


def test_a_facet_has_the_values_that_instances_share_with_their_number(client: Client) -> None:
    page = client.html(address(lang="en"))
    facets = re.search(r'<section class="facets".*?</section>', page, re.DOTALL)
    assert facets is not None
    assert '>Low</bdi></a> <span class="note">125</span>' in facets[0]
    assert '>There</bdi></a> <span class="note">50</span>' in facets[0]
    assert "book/001" not in facets[0]  # what each has a value of its own of is none


def test_choices_combine_and_the_counts_follow(client: Client) -> None:
    there = table(client, ("ns#place", "id/place/1"))
    low = table(client, ("ns#place", "id/place/1"), ("ns#shelf", "id/shelf/1"))
    assert there["total"] == len(there["instances"]) == 50
    assert [each["iri"] for each in low["instances"]] == [
        f"{BASE}id/book/{n:03}" for n in range(COUNT) if n % 5 == 4 and n % 2
    ]
    page = client.html(address(("ns#place", "id/place/1"), lang="en"))
    assert '>Low</bdi></a> <span class="note">25</span>' in page
    assert ">Here</bdi></a>" not in page  # it would leave nothing


def test_a_choice_is_shown_and_can_be_taken_back(client: Client) -> None:
    page = client.html(address(("ns#place", "id/place/1"), lang="en"))
    chosen = re.search(r'<ul class="inline chosen".*?<a href="([^"]*)"', page, re.DOTALL)
    assert chosen is not None
    assert len(names(client.html(unescape(chosen[1])))) == PER_PAGE
    assert 'name="robots" content="noindex"' in page


def test_what_leaves_nothing_says_so(client: Client) -> None:
    page = client.html(address(("ns#place", "id/nowhere"), lang="en"))
    assert "Nothing here is all of that." in page
    assert table(client, ("ns#place", "id/nowhere"))["instances"] == []


@pytest.mark.parametrize(("sort", "first"), [("-name", 249), (PAGES, 249), ("-" + PAGES, 0)])
def test_a_column_sorts_both_ways(client: Client, sort: str, first: int) -> None:
    assert names(client.html(address(sort=sort, lang="en")))[0] == f"Book {first}"
    order = "descending" if sort.startswith("-") else "ascending"
    assert f'aria-sort="{order}"' in client.html(address(sort=sort, lang="en"))


def test_the_tables_hold_the_whole_listing_as_it_is(client: Client) -> None:
    response = client.get(address(("ns#place", "id/place/1"), format="csv", lang="en"))
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(response.text)))
    assert len(rows) == 50
    assert rows[0] == {
        "iri": f"{BASE}id/book/004",
        "name": "Book 4",
        SHELF: f"{BASE}id/shelf/0",
        PLACE: f"{BASE}id/place/1",
        NS + "next": f"{BASE}id/book/005",
        PAGES: "996",
    }
    instances = table(client, ("ns#place", "id/place/1"), lang="en")["instances"]
    assert [each["iri"] for each in instances] == [row["iri"] for row in rows]
    assert instances[0]["values"][PAGES] == ["996"]


def test_names_of_values_are_text_and_nothing_more(client: Client) -> None:
    page = client.html(address(lang="en"))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("type=x", 404),
        (f"type={quote(BOOK)}&with=x", 400),
        (f"type={quote(BOOK)}&with=a%20b%20c", 400),
        (f"type={quote(BOOK)}&" + "&".join(f"with=a%20{n}" for n in range(9)), 400),
        (f"type={quote(BOOK)}&sort=nothing", 400),
        (f"type={quote(BOOK)}&page=0", 400),
        (f"type={quote(BOOK)}&format=ttl", 400),
    ],
)
def test_what_cannot_be_meant_is_told(client: Client, query: str, status: int) -> None:
    assert problem(client.get(f"/browse?{query}"))["status"] == status


def test_who_has_it_already_is_told_so(client: Client) -> None:
    first = client.get(address(), accept="text/html")
    again = client.get(address(), accept="text/html", if_none_match=first.headers["etag"])
    assert again.status_code == 304
    assert client.get(address(format="csv")).headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/browse", "/"),
        (f"/?type={quote(BOOK)}&lang=en", f"/browse?type={quote(BOOK, safe='')}&lang=en"),
    ],
)
def test_other_addresses_lead_here(client: Client, path: str, target: str) -> None:
    response: httpx.Response = client.get(path)
    assert response.status_code == 301
    assert response.headers["location"] == target
