"""The page to ask queries on, as the server gives it; tests/browser has what scripts make of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from graphsvc.pages.assets import assets
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release, names

PLAIN = ("style.css", "icon.svg", "preview.png")  # what pages have without the editor
HOSTILE = "</script><script>alert(1)</script>"
EXAMPLES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix schema: <https://schema.org/> .
<queries/all> a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;
  rdfs:label "Every cluster"@en , "Alla kluster"@sv ; rdfs:comment "By name."@en ;
  schema:keywords "cluster" , "chart" ;
  sh:select "SELECT ?c WHERE {{ ?c a <{BASE}ns#Cluster> }}" .
<queries/hostile> a sh:SPARQLExecutable , sh:SPARQLAskExecutable ;
  rdfs:label "{HOSTILE}"@en ; schema:keywords "{HOSTILE}" ; sh:ask "ASK {{}} # {HOSTILE}" .
<queries/none> a sh:SPARQLExecutable , sh:SPARQLAskExecutable ; sh:ask "ASK {{}}" .
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("asked"), EXAMPLES)
    with client_of(create_app(lambda: release)) as client:
        yield client


def query_in(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def data(page: str, name: str) -> str:
    """A data attribute of the form."""
    found = re.search(rf'data-{name}="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_scripts_of_this_server_alone_may_run_and_ask_it_alone(asked: Client) -> None:
    answer = asked.get("/sparql", accept="text/html")
    policy = answer.headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for name in ("script-src", "connect-src", "style-src", "img-src", "form-action"):
        assert rules[name] == "'self'"
    for name in ("default-src", "base-uri", "frame-ancestors"):
        assert rules[name] == "'none'"
    assert "script-src" not in asked.get("/", accept="text/html").headers["content-security-policy"]
    scripts = re.findall(r"<script[^>]*>.*?</script>", answer.text, re.DOTALL)
    name = re.escape(assets()["editor.js"].file)
    assert re.fullmatch(rf'<script type="module" src="/static/{name}"></script>', "".join(scripts))
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    ("name", "content_type"), [("editor.js", "text/javascript"), ("editor.css", "text/css")]
)
def test_the_bundle_is_kept_for_ever(asked: Client, name: str, content_type: str) -> None:
    answer = asked.get(f"/static/{assets()[name].file}")
    assert answer.headers["content-type"] == f"{content_type}; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "://" not in re.sub(r"https?://www\.w3\.org/\S*", "", answer.text[:2_000])


def test_the_page_leads_to_the_licences_of_what_is_bundled(asked: Client) -> None:
    found = re.search(r'href="(/static/NOTICES[^"]*)"', asked.html("/sparql"))
    assert found
    notices = asked.get(found[1])
    assert notices.headers["content-type"] == "text/plain; charset=utf-8"
    for package in ("@zazuko/yasgui", "codemirror", "n3", "jquery", "dompurify"):
        assert f"\n{package} " in notices.text
    assert notices.text.count("Permission is hereby granted") > 20


def test_without_the_bundle_the_form_stands_alone(
    asked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {name: each for name, each in assets().items() if name in PLAIN}
    monkeypatch.setattr("graphsvc.pages.rendering.assets", lambda: plain)
    page = asked.html("/sparql?lang=sv&x")  # an address that nobody has asked for
    assert "<script" not in page
    assert query_in(page)


def test_examples_are_listed_and_each_link_fills_the_form(asked: Client) -> None:
    page = asked.html("/sparql")
    titles = re.findall(r'<li data-iri="[^"]*">\s*<a href="([^"]*)"><bdi[^>]*>(.*?)</bdi>', page)
    assert {title for _, title in titles} >= {"Alla kluster", "none"}
    href = next(unescape(href) for href, title in titles if title == "Alla kluster")
    filled = asked.html(href)
    assert query_in(filled).endswith(f"SELECT ?c WHERE {{ ?c a <{BASE}ns#Cluster> }}")
    assert data(filled, "example") == f"{BASE}queries/all"
    assert "By name." in page
    assert '<span class="keyword">chart</span>' in page
    english = asked.html("/sparql?lang=en")
    assert "Every cluster" in english
    assert f'/sparql?example={quote(f"{BASE}queries/all", safe="")}&amp;lang=en"' in english


def test_each_example_is_a_representation_of_its_own(asked: Client) -> None:
    tags = {
        asked.get(path, accept="text/html").headers["etag"]
        for path in ("/sparql", f"/sparql?example={BASE}queries/all", "/sparql?lang=en")
    }
    assert len(tags) == 3
    for tag in tags:
        path = f"/sparql?example={BASE}queries/none"
        assert asked.get(path, accept="text/html", if_none_match=tag).status_code == 200


def test_an_example_that_is_not_there_is_missed(asked: Client) -> None:
    answer = asked.get("/sparql?example=urn:x", accept="text/html")
    assert answer.status_code == 404
    assert "urn:x" in answer.text


def test_programs_are_not_asked_about_examples(asked: Client) -> None:
    assert asked.get("/sparql?example=urn:x", accept="text/turtle").status_code == 200


def test_what_examples_say_is_text(asked: Client) -> None:
    page = asked.html(f"/sparql?example={BASE}queries/hostile&lang=en")
    assert HOSTILE not in page
    assert query_in(page).endswith(HOSTILE)
    assert page.count("<script") == 1


def test_the_page_tells_the_editor_what_it_needs(asked: Client) -> None:
    page = asked.html("/sparql?lang=sv")
    assert json.loads(data(page, "prefixes"))["ex"] == f"{BASE}ns#"
    assert json.loads(data(page, "words"))["Run query"] == "Kör frågan"
    assert set(json.loads(data(page, "solutions"))) == {"srj", "srx", "csv", "tsv"}
    assert data(page, "base") == BASE
    assert data(page, "terms") == "/sparql/terms?lang=sv"


def test_a_server_below_a_path_keeps_to_it(tmp_path: Path) -> None:
    release = make_release(tmp_path)
    with client_of(create_app(lambda: release, root_path="/below")) as client:
        page = client.html("/below/sparql")
        assert data(page, "root") == "/below"
        assert 'action="/below/sparql"' in page
        assert 'src="/below/static/editor.' in page
        assert client.get(data(page, "terms")).status_code == 200


def test_terms_are_those_of_the_data_and_of_its_vocabulary(asked: Client) -> None:
    terms = asked.get("/sparql/terms?lang=sv").json()
    classes = {each["iri"]: each for each in terms["classes"]}
    properties = {each["iri"]: each for each in terms["properties"]}
    assert classes[f"{BASE}ns#Cluster"] == {
        "iri": f"{BASE}ns#Cluster",
        "label": "Kluster",
        "uses": 3,
    }
    assert properties[f"{BASE}ns#note"]["label"] == "anteckning"
    assert properties["http://purl.org/dc/terms/relation"]["label"] == ""
    assert properties["http://purl.org/dc/terms/relation"]["uses"] == 3
    for each in (terms["classes"], terms["properties"]):
        uses = [term["uses"] for term in each]
        assert uses == sorted(uses, reverse=True)
        assert not any(term["iri"].startswith("_:") for term in each)


def test_a_term_that_is_declared_and_not_used_can_be_named(tmp_path: Path) -> None:
    declared = "@prefix owl: <http://www.w3.org/2002/07/owl#> . <ns#New> a owl:Class ."
    release = make_release(tmp_path, declared)
    with client_of(create_app(lambda: release)) as client:
        classes = client.get("/sparql/terms").json()["classes"]
    assert {"iri": f"{BASE}ns#New", "label": "", "uses": 0} in classes


def test_terms_come_in_the_language_of_the_reader_and_are_not_sent_twice(asked: Client) -> None:
    english = asked.get("/sparql/terms", accept_language="en")
    assert '"label": "note"' in english.text
    assert names(english, "vary") == {"accept-encoding", "accept-language"}
    assert english.headers["content-language"] == "en"
    etag = english.headers["etag"]
    again = asked.get("/sparql/terms", accept_language="en", if_none_match=etag)
    assert again.status_code == 304
    swedish = asked.get("/sparql/terms", accept_language="sv", if_none_match=etag)
    assert '"label": "anteckning"' in swedish.text
