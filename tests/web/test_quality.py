from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from publications import BOOKS, write
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from test_pages import read

from graphsvc.build import build
from graphsvc.iris import Addresses
from graphsvc.pages.editions import Edition
from graphsvc.pages.quality import Asked, read_quality
from graphsvc.release import Release
from graphsvc.web.app import create_app
from graphsvc.web.openapi import document
from web.served import BASE, Client, client_of, make_release, names, problem

ROOT = Path(__file__).parents[2]
STATEMENTS = ROOT / "data/source/statements.ttl"
S3P = "https://w3id.org/s3-cluster-pilot/"
CORRECTIONS = 101

SETTINGS = """
[corrections]
class = "ns#Change"
resource = "ns#of"
field = "ns#what"
before = "ns#old"
after = "ns#new"
reason = "ns#why"
defect = "ns#kind"
confidence = "ns#sure"
statement = "ns#from"
[statements]
class = "ns#Line"
resource = "ns#of"
text = "ns#says"
fields = { "ns#saysNote" = "ns#note", "ns#saysRegion" = "ns#region" }
"""
MANY = "".join(
    f"<id/change/{n:03}> a <ns#Change> ; rdfs:label 'change {n}'@en ; <ns#of> <id/thing/{n % 2}> ;"
    f" <ns#what> <ns#saysNote> ; <ns#old> 'old {n}' ; <ns#new> 'new {n}' ;"
    f" <ns#why> 'because {n}'@en , 'eftersom {n}'@sv ; <ns#kind> <def/kind/{n % 3}> ;"
    f" <ns#sure> <def/sure/yes> ; <ns#from> <id/line/0> .\n"
    for n in range(CORRECTIONS - 1)
)
HOSTILE = r"""
<id/evil> <ns#note> "<b>published</b>" ; <ns#region> <javascript:alert(5)> .
[] a <ns#Change> ; <ns#of> <id/evil> ; <ns#what> <ns#saysNote> ; <ns#kind> <javascript:alert(6)> ;
  <ns#old> "\"><img src=x onerror=alert(1)>\u202Egnp" , "%LONG%" ;
  <ns#new> "<script>alert(2)</script>" ;
  <ns#why> "{{ 7*7 }} <b>bold</b>"@en , "<i>lutat</i>"@sv .
<def/kind/0> rdfs:label "<script>alert(3)</script>"@en .
<id/thing/0> rdfs:label "Thing"@en ; <ns#note> "new" ; <ns#region> <id/region/å> .
<id/line/0> a <ns#Line> ; rdfs:label "line 0"@en ; <ns#of> <id/thing/0> , <id/evil> ;
  <ns#says> "<img src=x> said" ; <ns#saysNote> "old\u00A0" .
<id/line/1> a <ns#Line> ; rdfs:label "line 1"@en ; <ns#says> "nothing of anybody" .
<id/other> rdfs:label "other"@en ; <ns#of> <id/thing/0> .
<id/derived> rdfs:label "derived"@en ;
  <http://www.w3.org/ns/prov#wasDerivedFrom> <id/line/1> , <id/other> .
""".replace("%LONG%", "x" * 5_000)
TERMS = sorted(set(re.findall(r"<ns#(\w+)>", MANY + HOSTILE)) - {"note", "region"})
DECLARED = "".join(f"<ns#{term}> rdfs:label '{term}' .\n" for term in TERMS)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("corrected"), DECLARED + MANY + HOSTILE, SETTINGS)


@pytest.fixture(scope="module")
def changes(corrected: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: corrected)) as client:
        yield client


@pytest.fixture(scope="module")
def pilot(shipped_release: Path) -> Iterator[Client]:
    release = Release.open(shipped_release)
    with client_of(create_app(lambda: release)) as client:
        yield client


def told(client: Client, query: str = "", **headers: str) -> dict[str, Any]:
    response = client.get(f"/quality?{query}", accept="application/json", **headers)
    assert response.status_code == 200, response.text
    table: dict[str, Any] = response.json()
    return table


def items(page: str) -> list[str]:
    """The corrections that a page lists, as HTML."""
    lists = re.findall(r'<[ou]l class="corrections".*?</[ou]l>', page, re.DOTALL)
    return [item for each in lists for item in re.findall(r"<li>.*?</li>", each, re.DOTALL)]


def text(html: str) -> str:
    """What a reader sees of it."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def ask(client: Client, path: str) -> httpx.Response:
    return client.get(path, accept="text/html")


@pytest.mark.parametrize(
    ("language", "high", "medium"), [("sv", "hög", "medel"), ("en", "high", "medium")]
)
def test_every_correction_is_told_of_once_with_its_reason_and_confidence(
    pilot: Client, language: str, high: str, medium: str
) -> None:
    path = ROOT / "data/provenance/corrections.ttl"
    quads = list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=S3P))
    reasons: dict[str, str] = {}
    sure: dict[str, str] = {}
    for quad in quads:
        subject = str(quad.subject.value) if isinstance(quad.subject, NamedNode) else ""
        if quad.predicate.value.endswith("#comment") and isinstance(quad.object, Literal):
            if quad.object.language == language:
                reasons[subject] = quad.object.value
        elif quad.predicate.value == S3P + "ns#confidence":
            sure[subject] = high if str(quad.object).endswith("high>") else medium
    assert len(reasons) == 24

    shown = items(pilot.html(f"/quality?lang={language}"))
    assert len(shown) == 24
    for iri, reason in reasons.items():
        address = f'href="/doc/{iri.removeprefix(S3P + "id/")}?lang={language}"'
        (item,) = [each for each in shown if address in each.partition("</h3>")[0]]
        assert f"{reason}\n" in text(item) + "\n"
        assert re.search(rf"<dd><a [^>]*><bdi>{sure[iri]}</bdi>", item)

    listed = told(pilot, f"lang={language}")["corrections"]["items"]
    assert {
        each["iri"]: (each["reasons"][0]["text"], each["confidences"][0]["label"])
        for each in listed
    } == {iri: (reasons[iri], sure[iri]) for iri in reasons}
    assert len(listed) == 24


def test_what_is_stated_stands_beside_what_is_published(pilot: Client) -> None:
    resource = quote(S3P + "id/cluster/compare", safe="")
    (line,) = told(pilot, f"resource={resource}&lang=en")["statements"]["items"]
    (stated,) = re.findall(r'statedText "(Compare,.*?)"', STATEMENTS.read_text(encoding="utf-8"))
    assert line["texts"][0]["text"] == stated.replace(r"\u00A0", "\u00a0")
    compared = {
        field["label"]: (
            [each["text"] for each in field["stated"]],
            [each.get("text", each.get("label", "")) for each in field["published"]],
            [each["label"] for each in field["corrections"]],
        )
        for field in line["fields"]
    }
    # A web address is a resource without a name.
    assert compared["stated name"] == (["Compare"], ["Compare"], [])
    assert compared["stated region"] == (["Värmland"], ["Värmland"], [])
    address = "https://www.compare.se/"
    assert compared["stated web address"] == (
        *(["wwwcompare.se"], [address], ["Compare: web address"]),
    )
    row = next(
        each
        for each in re.findall(r"<tr>.*?</tr>", pilot.html("/quality?lang=en"), re.DOTALL)
        if ">wwwcompare.se<" in each and address in each
    )
    assert 'href="/doc/correction/compare-url?lang=en"' in row


def test_validation_is_summed_up_by_shape(pilot: Client) -> None:
    validation = told(pilot, "lang=en")["validation"]
    assert (validation["valid"], validation["conforms"]) == (True, False)
    assert validation["counts"] == {"violation": 0, "warning": 0, "info": 6}
    assert sum(row["results"] for row in validation["by_shape"]) == 6
    first = validation["by_shape"][0]
    assert first["shape"]["label"] == "address of the host organisation"
    assert first["first"]["at"].startswith("data/provenance/corrections.ttl:")
    page = text(pilot.html("/quality?lang=en"))
    assert "no, as any result counts" in page
    assert "address of the host organisation" in page
    assert "normalised-literal check" in page
    assert "urn:graphsvc" not in page


def test_validation_of_a_release_without_results_conforms(tmp_path: Path) -> None:
    books = write(tmp_path / "books", BOOKS)
    release = Release.open(build(books, tmp_path / "releases"))
    with client_of(create_app(lambda: release)) as client:
        assert told(client)["validation"]["conforms"] is True
        assert "Data följer formerna" in client.html("/quality?lang=sv")
        response = client.get("/quality/report.ttl")
        assert response.headers["content-type"] == "text/turtle; charset=utf-8"
        (conforms,) = [
            quad.object.value
            for quad in parse(response.content, RdfFormat.TURTLE)
            if quad.predicate.value.endswith("#conforms")
        ]
        assert conforms == "true"


def test_release_without_validation_says_that_nobody_knows(client: Client) -> None:
    validation = told(client)["validation"]
    assert validation["valid"] is None
    assert validation["conforms"] is None
    assert "It is not known whether the data conforms" in client.html("/quality?lang=en")
    assert "Det är inte känt" in client.html("/quality?lang=sv")


def test_publication_without_corrections_has_the_validation_only(client: Client) -> None:
    table = told(client)
    assert table["corrections"] is None
    assert table["statements"] is None
    page = client.html("/quality?lang=en")
    assert 'id="corrections"' not in page
    assert 'id="statements"' not in page
    assert 'id="origin"' not in client.html("/doc/cluster/compare")
    assert ask(client, f"/quality?resource={quote(BASE)}id/cluster/compare").status_code == 404


def test_corrections_come_in_pages_each_of_them_once(changes: Client) -> None:
    pages = [told(changes, f"page={number}&lang=en")["corrections"] for number in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [50, 50, 1]
    assert {page["total"] for page in pages} == {CORRECTIONS}
    reasons = [each["reasons"][0]["text"] for page in pages for each in page["items"]]
    assert len(set(reasons)) == CORRECTIONS
    assert "next" not in pages[2]["links"]
    second = changes.get(pages[0]["links"]["next"]).json()
    assert second["corrections"] == pages[1]
    page = changes.html("/quality?page=2&lang=en")
    assert '<a rel="prev" href="/quality?page=1&amp;lang=en">' in page
    assert '<a rel="next" href="/quality?page=3&amp;lang=en">' in page
    assert len(items(page)) == 50


def test_many_corrections_come_by_iri_each_of_them_once(
    corrected: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphsvc.pages.quality.ORDERED", 100)
    edition = Edition(corrected, Addresses(BASE), "en")
    pages = [read_quality(edition, Asked(corrections_page=number)) for number in (1, 2, 3)]
    iris = [each.link.iri for page in pages if page.corrections for each in page.corrections.shown]
    assert len(iris) == CORRECTIONS
    assert iris == sorted(set(iris))


@pytest.mark.parametrize("query", ["page=4", "statements=2", "defect=x", f"resource={BASE}id/x"])
def test_what_is_not_there_is_not_found(changes: Client, query: str) -> None:
    assert problem(changes.get(f"/quality?{query}"))["status"] == 404


@pytest.mark.parametrize(
    "query", ["page=0", "statements=x", "format=ttl", f"defect={BASE}x&resource={BASE}y"]
)
def test_what_makes_no_sense_is_refused(changes: Client, query: str) -> None:
    assert problem(changes.get(f"/quality?{query}"))["status"] == 400


def test_list_can_be_narrowed_to_a_resource_a_defect_or_a_confidence(changes: Client) -> None:
    thing = told(changes, f"resource={BASE}id/thing/0")
    assert thing["corrections"]["total"] == 50
    assert thing["statements"]["total"] == 1
    assert thing["narrowed_to"]["iri"] == BASE + "id/thing/0"
    kind = told(changes, f"defect={BASE}def/kind/0")
    assert kind["corrections"]["total"] == 34
    assert kind["statements"] is None
    assert told(changes, f"confidence={BASE}def/sure/yes")["corrections"]["last_page"] == 2
    page = changes.html(f"/quality?confidence={BASE}def/sure/yes")
    where = quote(BASE + "def/sure/yes", safe="")
    assert f'<a rel="next" href="/quality?confidence={where}&amp;page=2">' in page


def test_kinds_are_counted_and_drawn_the_most_frequent_first(changes: Client) -> None:
    counted = told(changes)["corrections"]
    assert [(each["iri"].split("/")[-1], each["corrections"]) for each in counted["by_defect"]] == [
        *(("0", 34), ("1", 33), ("2", 33), ("javascript:alert(6)", 1)),
    ]
    assert [each["corrections"] for each in counted["by_confidence"]] == [100]
    page = changes.html("/quality?lang=en")
    rows = re.findall(r'<span class="amount">(\d+)</span> <svg.*?<rect width="([\d.]+)"', page)
    kinds = [("34", "100.0"), ("33", "97.06"), ("33", "97.06"), ("1", "2.94")]
    assert rows == [*kinds, ("100", "100.0")]


DATA = "application/ld+json"  # of a script element that is none


@pytest.mark.parametrize("path", ["/quality", "/quality?page=3", "/doc/thing/0", "/doc/evil"])
def test_what_the_data_says_is_text_and_never_markup(changes: Client, path: str) -> None:
    page = changes.html(path, accept_language="en")
    reader = read(page)
    assert not {"img", "b", "i"} & {tag for tag, _ in reader.elements}
    assert all(each["type"] == DATA for tag, each in reader.elements if tag == "script")
    for tag, attributes in reader.elements:
        assert not any(name.startswith("on") for name in attributes)
        if tag == "a":
            assert attributes["href"].startswith(("/", "#", "http://", "https://", "mailto:"))
    if path in ("/quality", "/doc/evil"):
        assert "{{ 7*7 }}" in page
        assert "xxxxx…" in page
        assert "x" * 201 not in page


def test_texts_of_json_are_what_was_written(changes: Client) -> None:
    (evil,) = told(changes, f"resource={BASE}id/evil&lang=sv")["corrections"]["items"]
    assert evil["iri"].startswith("_:")
    assert evil["reasons"] == [{"text": "<i>lutat</i>", "language": "sv"}]
    assert {"text": "<script>alert(2)</script>", "language": ""} in evil["after"]
    assert {"text": "x" * 5_000, "language": ""} in evil["before"]
    thing = told(changes, f"resource={BASE}id/thing/0")
    (line,) = thing["statements"]["items"]
    assert line["fields"][0]["stated"] == [{"text": "old\u00a0", "language": ""}]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_page_answers_conditions_and_head(changes: Client, accept: str) -> None:
    full = changes.get("/quality", accept=accept)
    assert names(full, "vary") == {"accept", "accept-language", "accept-encoding"}
    again = changes.get("/quality", accept=accept, if_none_match=full.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = changes.get("/quality?page=2", accept=accept, if_none_match=full.headers["etag"])
    assert other.status_code == 200
    head = changes.ask("HEAD", "/quality", {"accept": accept})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == full.headers["etag"]
    swedish = changes.get("/quality", accept=accept, accept_language="sv;q=1, en;q=0.1")
    english = changes.get("/quality", accept=accept, accept_language="en")
    assert swedish.headers["etag"] != english.headers["etag"]
    assert english.headers["content-language"] == "en"


def test_json_is_what_programs_get_and_html_can_be_asked_for(changes: Client) -> None:
    assert changes.get("/quality").headers["content-type"] == "application/json"
    html = changes.get("/quality?format=html", accept="application/json")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert changes.get("/quality", accept="image/png").status_code == 406


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle; charset=utf-8"),
        ("json", "application/json"),
        ("txt", "text/plain; charset=utf-8"),
    ],
)
def test_whole_report_is_there(pilot: Client, suffix: str, media_type: str) -> None:
    response = pilot.get(f"/quality/report.{suffix}")
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert "2607" in response.text
    etag = response.headers["etag"]
    again = pilot.get(f"/quality/report.{suffix}", if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert pilot.ask("HEAD", f"/quality/report.{suffix}").headers["etag"] == etag


def test_report_in_any_other_format_is_not_found(pilot: Client) -> None:
    assert problem(pilot.get("/quality/report.sarif"))["status"] == 404


def test_routes_are_in_the_openapi_document() -> None:
    paths = document.describe("")["paths"]
    fields = {each["name"] for each in paths["/quality"]["get"]["parameters"]}
    assert {"resource", "defect", "confidence", "page", "statements", "format"} <= fields
    assert "/quality/report.{suffix}" in paths


def test_resource_tells_where_it_comes_from_in_words(changes: Client) -> None:
    page = changes.html("/doc/thing/0", accept_language="en")
    origin = page[page.index('id="origin"') : page.index('id="downloads"')]
    assert "<img src=x> said" in text(origin)
    assert len(items(origin)) == 20  # the rest is a link away
    assert "because 0" in text(origin)
    where = quote(BASE + "id/thing/0", safe="")
    assert f'href="/quality?resource={where}"' in origin
    # What the panel tells is not told again; what others say with the same property is.
    referring = page[page.index('id="incoming"') : page.index('id="origin"')]
    assert "/doc/change/" not in referring
    assert "/doc/line/" not in referring
    assert 'href="/doc/other"' in referring
    assert re.search(r'Referred to by <span class="note">1</span>', referring)


def test_statement_that_a_resource_is_derived_from_is_quoted(changes: Client) -> None:
    page = changes.html("/doc/derived", accept_language="en")
    origin = page[page.index('id="origin"') : page.index('id="downloads"')]
    assert "nothing of anybody" in origin
    assert "/doc/other" not in origin
    assert "/quality?resource" not in origin


def test_resource_can_be_cited_and_asked_about(pilot: Client) -> None:
    page = pilot.html("/doc/cluster/compare", accept_language="en")
    citation = text(page[page.index('class="citation"') :].partition("</p>")[0])
    version = told(pilot)["release"]["version"]
    for part in (
        *("S3 Cluster Pilot data maintainers", "Compare", f"release {version[:12]}"),
        *("S3 Cluster Pilot: 22 Swedish innovation clusters", S3P + "id/cluster/compare"),
    ):
        assert part in citation
    (address,) = re.findall(r'href="(/sparql\?describe=[^"]*)"', page)
    form = pilot.html(unescape(address))
    assert f"&lt;{S3P}id/cluster/compare&gt;</textarea>" in form
    assert 'data-opens="Compare"' in form
    assert form != pilot.html("/sparql")


@pytest.mark.parametrize("iri", ["x", "", "_:b0", BASE + "id/nobody"])
def test_what_is_not_there_cannot_be_asked_about(changes: Client, iri: str) -> None:
    assert ask(changes, f"/sparql?describe={quote(iri)}").status_code == 404
