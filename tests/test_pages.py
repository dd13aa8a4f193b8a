from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from web.served import BASE, make_release

from graphsvc.authorities import licence
from graphsvc.examples import examples_of
from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.browse import Listing, Wanted
from graphsvc.pages.classes import Page
from graphsvc.pages.editions import Edition
from graphsvc.pages.hits import find
from graphsvc.pages.interface import closest, language_name, languages
from graphsvc.release import Release

VOID = {"meta", "link", "br", "input", "img"}


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, in order, and no id stands twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    return reader


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("shown"))


def edition(release: Release, language: str = "en", **more: Any) -> Edition:
    return Edition(release, Addresses(BASE), language, **more)


def page_of(release: Release, local: str, language: str = "en", number: int = 1) -> str:
    iri = BASE + local
    shown = edition(release, language)
    quads = release.resources.document(iri)
    return rendering.document(shown, "/" + local, iri, quads, number)


def every_page(release: Release) -> Iterator[str]:
    shown = edition(release)
    yield rendering.home(shown, "/")
    yield rendering.browse(shown, "/", Listing(shown, Wanted(BASE + "ns#Cluster")).page(1))
    yield rendering.sparql(shown, "/sparql", examples_of(release))
    for text in ("", "compare", "alert", "nothing-like-it", '"><img src=x>'):
        yield rendering.search(shown, "/search", find(shown, text, "", 1))
    yield rendering.search(shown, "/search", find(shown, "it", "javascript:alert(1)", 1))
    yield rendering.dumps(shown, "/dump/", release.manifest.dumps)
    yield rendering.problem(shown, "/x", {"status": 404, "title": "Not Found", "detail": "<x>"})
    for local in ("ns", "shapes", "id/cluster/compare", "id/hostile", "id/lists", "id/nested"):
        yield page_of(release, local)
    for local in ("id/circle", "id/long", "id/shared", "id/frag", "id/region/å", "def/level"):
        yield page_of(release, local)


def test_every_page_is_well_formed_and_accessible(release: Release) -> None:
    for page in every_page(release):
        reader = read(page)
        tags = [tag for tag, _ in reader.elements]
        assert page.startswith("<!doctype html>")
        assert tags.count("h1") == tags.count("main") == 1
        assert page.partition("</head>")[0].count("<title>") == 1  # drawings have more
        scripts = [attributes for tag, attributes in reader.elements if tag == "script"]
        run = [each for each in scripts if each.get("type") != "application/ld+json"]
        ours = ("/static/editor.", "/static/typing.")
        assert all(each["src"].startswith(ours) for each in run)
        targets = {each["for"] for tag, each in reader.elements if tag == "label"}
        fields = {
            each["id"]
            for tag, each in reader.elements
            if tag in ("textarea", "select", "input") and each.get("type") != "hidden"
        }
        assert targets == fields
        assert ("a", {"class": "skip", "href": "#content"}) in reader.elements
        headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
        assert all(after - before <= 1 for before, after in pairwise(headings))


def test_every_link_within_a_page_has_its_target(release: Release) -> None:
    for page in every_page(release):
        reader = read(page)
        for tag, attributes in reader.elements:
            if tag == "a" and attributes["href"].startswith("#"):
                assert attributes["href"][1:] in reader.ids


def test_what_the_data_says_is_text_and_never_markup(release: Release) -> None:
    for page in every_page(release):
        reader = read(page)
        assert not {"img", "x"} & {tag for tag, _ in reader.elements}
        for _, attributes in reader.elements:
            assert not any(name.startswith("on") for name in attributes)
    page = page_of(release, "id/hostile")
    assert "{{ 7*7 }}" in page
    assert "Trial &lt;b&gt;" in page


def test_only_addresses_of_the_web_are_links(release: Release) -> None:
    reader = read(page_of(release, "id/hostile"))
    addresses = [each["href"] for tag, each in reader.elements if tag == "a"]
    assert all(each.startswith(("/", "#", "http://", "https://", "mailto:")) for each in addresses)
    assert not any(each.startswith("//") for each in addresses)
    assert "https://ok.example/" in addresses
    assert "javascript:alert(3)" in page_of(release, "id/hostile")


def test_text_that_turns_the_direction_turns_only_itself(release: Release) -> None:
    page = page_of(release, "id/hostile")
    at = page.index("\u202e")
    assert re.search(r'<span class="literal" dir="auto">$', page[:at])


def test_title_is_in_the_language_of_the_reader_or_says_which(release: Release) -> None:
    assert "<h1><bdi>Jämför</bdi></h1>" in page_of(release, "id/cluster/compare", "sv")
    assert "<h1><bdi>Compare</bdi></h1>" in page_of(release, "id/cluster/compare", "en")
    assert '<h1><bdi lang="de">Nur auf Deutsch</bdi></h1>' in page_of(release, "id/only-german")
    assert "<h1><bdi>nested</bdi></h1>" in page_of(release, "id/nested")


def test_names_of_others_are_prefixed_or_of_every_day(release: Release) -> None:
    page = page_of(release, "id/region/å")
    assert '<a href="http://purl.org/dc/terms/isPartOf" rel="external"><bdi>part of</bdi>' in page
    assert "<bdi>del av</bdi>" in page_of(release, "id/region/å", "sv")
    assert '<a href="https://www.wikidata.org/entity/Q34" rel="external">' in page


def test_iri_stands_on_the_page_to_be_copied(release: Release) -> None:
    assert f"<code><bdi>{BASE}id/region/å</bdi></code>" in page_of(release, "id/region/å")


def test_own_resources_are_linked_to_on_this_server(release: Release) -> None:
    page = page_of(release, "id/cluster/compare")
    assert '<a href="/doc/region/%C3%A5"><bdi lang="sv">Å</bdi></a>' in page
    assert '<a href="/ns#region"><bdi>region</bdi></a>' in page


def test_who_points_to_a_resource_is_told(release: Release) -> None:
    page = page_of(release, "id/region/å")
    assert "Referred to by" in page
    assert '<a href="/doc/cluster/compare"><bdi>Compare</bdi></a>' in page


def test_datatype_is_told_beside_the_text_as_written(release: Release) -> None:
    page = page_of(release, "id/cluster/compare")
    assert re.search(r">01</span>\s*<span class=\"note\"><bdi>xsd:integer</bdi>", page)


def test_list_is_shown_in_its_order(release: Release) -> None:
    page = page_of(release, "id/lists")
    items = page[page.index('<ol class="items">') : page.index("</ol>")]
    assert items.index("one") < items.index("two") < items.index("/doc/file")
    assert "empty list" in page


def test_blank_nodes_are_shown_within_what_leads_to_them(release: Release) -> None:
    assert page_of(release, "id/nested").count('<div class="node">') == 2
    assert "deep" in page_of(release, "id/nested")


def test_circle_of_blank_nodes_ends(release: Release) -> None:
    assert page_of(release, "id/circle").count('<div class="node">') == 2
    assert "unnamed; see the downloads" in page_of(release, "id/circle")


def test_graphs_are_told_where_they_differ(release: Release) -> None:
    page = page_of(release, "id/shared")
    twice = page[page.index("said twice</span>") :]
    assert "/graph/data" in twice
    assert "/graph/source" in twice
    once = page_of(release, "id/cluster/compare")
    assert once.count('href="/graph/data"') == 1


def test_long_text_is_folded(release: Release) -> None:
    page = page_of(release, "id/long")
    assert "<details>" in page
    assert "<summary><bdi>POLYGON((0 0, 1 1" in page
    assert page.count("1 1, 1 1") > 2_000


def test_fragments_are_sections_under_their_own_names(release: Release) -> None:
    page = page_of(release, "ns")
    assert '<section id="Cluster" class="term">' in page
    assert '<a href="#Cluster">' in page
    assert "3 instances" in page
    assert page.index('id="Cluster"') < page.index('id="note"') < page.index('id="region"')


def test_chosen_language_is_kept_in_every_link(release: Release) -> None:
    shown = edition(release, "sv", is_chosen=True)
    page = rendering.home(shown, "/")
    assert 'href="/doc/cluster/compare?lang=sv"' in page
    assert 'href="/ns?lang=sv#Cluster"' in page
    assert 'href="/dump/?lang=sv"' in page


def test_each_page_leads_to_itself_in_the_other_language(release: Release) -> None:
    page = page_of(release, "ns")
    assert '<a href="/ns?lang=sv" lang="sv" hreflang="sv">svenska</a>' in page
    assert 'aria-current="true">English</a>' in page


def test_interface_falls_back_to_english(release: Release) -> None:
    settings = replace(release.settings, languages=("fi",))
    shown = Edition(replace(release, settings=settings), Addresses(BASE), "fi")
    page = rendering.home(shown, "/")
    assert '<html lang="en">' in page
    assert "Downloads" in page
    assert closest("sv-FI") == "sv"
    assert closest("zz") == "en"


def test_languages_are_called_as_their_speakers_call_them() -> None:
    assert language_name("sv") == "svenska"
    assert language_name("not-a-language") == "not-a-language"


def test_names_are_sorted_as_the_language_does(release: Release) -> None:
    names = ["Ö", "Zebra", "Ä", "apa", "Å", "Rad 10", "Rad 9", "émile", "ek"]
    swedish = edition(release, "sv")
    assert sorted(names, key=swedish.sort_key) == [
        *("apa", "ek", "émile", "Rad 9", "Rad 10", "Zebra", "Å", "Ä", "Ö")
    ]
    english = edition(release, "en")
    assert sorted(["Zebra", "Ängel", "Apa"], key=english.sort_key) == ["Ängel", "Apa", "Zebra"]


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (100, 1), (101, 2)])
def test_pages_are_counted_from_one(total: int, last: int) -> None:
    assert Page(1, 100, total).last == last
    assert Page(2, 100, total).offset == 100


def test_ten_thousand_links_are_shown_a_hundred_at_a_time(tmp_path: Path) -> None:
    points = "".join(f"<id/p/{n}> <ns#region> <id/hub> .\n" for n in range(10_000))
    release = make_release(tmp_path, points + "<id/hub> <ns#note> 'hub' .")
    first = page_of(release, "id/hub")
    assert first.count('href="/doc/p/') == 100
    assert "10,000" in first
    assert 'href="/doc/hub?incoming=2"' in first
    last = page_of(release, "id/hub", number=100)
    assert last.count('href="/doc/p/') == 100
    assert 'rel="next"' not in last
    assert len(first) < 30_000


def test_million_characters_do_not_make_a_page_of_a_million(tmp_path: Path) -> None:
    release = make_release(tmp_path, f"<id/huge> <ns#note> '{'x' * 1_000_000}' .")
    page = page_of(release, "id/huge")
    assert len(page) < 60_000
    assert "1,000,000 characters" in page
    assert "Only the beginning is shown" in page


def messages() -> set[object]:
    """Everything that the templates say."""
    folder = str(files("graphsvc.pages") / "templates")
    found = extract_from_dir(folder, [("**.html", "jinja2.ext:babel_extract")])
    return {message for _, _, message, _, _ in found}


def catalog(language: str) -> Catalog:
    text = (files("graphsvc.pages") / "locale" / f"{language}.po").read_text(encoding="utf-8")
    return read_po(StringIO(text), locale=language)


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_interface_is_wholly_translated(language: str) -> None:
    translated = {message.id: message for message in catalog(language) if message.id}
    assert set(translated) == messages()
    for message in translated.values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts)
        assert not message.fuzzy
        assert list(message.check()) == []


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0", "CC BY-SA 4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", ""),
        ("https://example.org/licenses/by/4.0/", ""),
    ],
)
def test_licences_have_the_names_that_people_know(iri: str, name: str) -> None:
    assert licence(iri).name == name


def test_a_page_names_its_licence(release: Release) -> None:
    iri = release.settings.licence
    page = rendering.home(edition(release), "/")
    assert f'<a rel="license" href="{iri}">{licence(iri).name or iri}</a>' in page
    assert licence(iri).name


def test_what_people_meet_often_is_told_in_their_language(release: Release) -> None:
    detail = "nothing is published under this address"
    table = {"status": 404, "title": "Not Found", "detail": detail}
    page = rendering.problem(edition(release, "sv"), "/x", table)
    assert '<p class="detail"><bdi>inget är publicerat under den här adressen</bdi></p>' in page
    rare = rendering.problem(edition(release, "sv"), "/x", table | {"detail": "something rare"})
    assert '<p class="detail" lang="en"><bdi>something rare</bdi></p>' in rare


def test_documents_about_terms_show_them_as_they_are_written(release: Release) -> None:
    assert "<bdi>rdfs:label</bdi>" in page_of(release, "ns")
