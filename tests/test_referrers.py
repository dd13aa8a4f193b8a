"""Who points to a resource, and what they say of it in concepts, is told on its page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from web.served import BASE, make_release

from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.editions import Edition
from graphsvc.pages.referrers import TALLIED, Incoming, read_incoming
from graphsvc.pages.statements import Statements, Text
from graphsvc.release import Release

HEAD = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <ns#> .
:Rule rdfs:label "Rule"@en . :Test rdfs:label "Test"@en . :kind rdfs:label "kind"@en .
:rule rdfs:label "rule"@en . :thing rdfs:label "thing"@en . :mark rdfs:label "mark"@en .
<def/mark> a skos:ConceptScheme ; rdfs:label "Marks"@en .
<def/mark/good> a skos:Concept ; skos:inScheme <def/mark> ; skos:prefLabel "good"@en , "bra"@sv ;
  skos:definition "It <b>holds</b>."@en , "Den håller."@sv .
<def/mark/bad> a skos:Concept ; skos:inScheme <def/mark> ; skos:prefLabel "bad"@en ;
  skos:definition "Ist es nicht."@de .
<def/mark/bare> a skos:Concept ; skos:prefLabel "bare"@en .
<id/rule/1> a :Rule ; rdfs:label "Rule"@en ; :kind <def/mark/good> .
"""


def assessed(marks: Sequence[str]) -> str:
    return HEAD + "".join(
        f'<id/test/{n:05}> a :Test ; rdfs:label "Test {n:05}"@en ; :rule <id/rule/1> ;'
        f" :thing <id/thing/{n}> ; :mark <def/mark/{mark}> .\n"
        f'<id/thing/{n}> rdfs:label "Thing {n}"@en .\n'
        for n, mark in enumerate(marks)
    )


def edition(release: Release, language: str = "en") -> Edition:
    return Edition(release, Addresses(BASE), language)


def incoming(release: Release, local: str, number: int = 1, language: str = "en") -> Incoming:
    return read_incoming(edition(release, language), BASE + local, number)


def page_of(release: Release, local: str, language: str = "en") -> str:
    iri = BASE + local
    quads = release.resources.document(iri)
    return rendering.document(edition(release, language), f"/{local}", iri, quads, 1)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    marks = ["good", "bad", "good", "bare"]
    return make_release(tmp_path_factory.mktemp("referrers"), assessed(marks))


def test_who_points_to_concepts_too_is_told_by_these(release: Release) -> None:
    (group,) = incoming(release, "id/rule/1").groups
    assert group.kind is not None
    assert (group.kind.iri, group.predicate.iri) == (BASE + "ns#Test", BASE + "ns#rule")
    assert [column.iri for column in group.columns] == [BASE + "ns#mark", BASE + "ns#thing"]
    rows = [(row.link.name.text, row.cells[0][0].name.text) for row in group.rows]
    assert rows == [
        ("Test 00001", "bad"),
        ("Test 00003", "bare"),
        ("Test 00000", "good"),
        ("Test 00002", "good"),
    ]


def test_each_concept_is_told_with_its_number_its_meaning_and_the_list_of_them(
    release: Release,
) -> None:
    ((tally,),) = (group.tallies for group in incoming(release, "id/rule/1").groups)
    told = [(each.link.name.text, each.count, each.meaning) for each in tally.concepts]
    assert [each[:2] for each in told] == [("bad", 1), ("bare", 1), ("good", 2)]
    assert [each[2] and (each[2].text, each[2].language) for each in told] == [
        ("Ist es nicht.", "de"),  # better in another language than not at all
        None,
        ("It <b>holds</b>.", "en"),
    ]
    assert all("with=" in each.href and "mark" in each.href for each in tally.concepts)


def test_what_all_say_alike_is_no_column(tmp_path: Path) -> None:
    release = make_release(tmp_path, assessed(["good", "good"]))
    (group,) = incoming(release, "id/rule/1").groups
    assert [column.iri for column in group.columns] == [BASE + "ns#thing"]
    ((counted,),) = (tally.concepts for tally in group.tallies)
    assert (counted.link.name.text, counted.count) == ("good", 2)


def test_who_points_to_no_concept_is_listed(release: Release) -> None:
    (group,) = incoming(release, "id/thing/1").groups
    assert group.columns  # a test has a mark
    (plain,) = incoming(release, "id/region/å").groups
    assert not plain.columns
    assert not plain.tallies
    assert [row.link.iri for row in plain.rows] == [BASE + "id/cluster/compare"]


def test_concepts_are_counted_on_all_pages_and_too_many_are_not(tmp_path: Path) -> None:
    marks = ["good"] * 120 + ["bad"] * 30
    release = make_release(tmp_path / "some", assessed(marks))
    for number in (1, 2):
        (group,) = incoming(release, "id/rule/1", number).groups
        counts = {each.link.name.text: each.count for each in group.tallies[0].concepts}
        assert counts == {"good": 120, "bad": 30}
    release = make_release(tmp_path / "many", assessed(["good"] * (TALLIED + 1)))
    (group,) = incoming(release, "id/rule/1").groups
    assert [each.count for each in group.tallies[0].concepts] == [None]
    assert 'href="/browse?type=' in page_of(release, "id/rule/1")


def test_a_concept_is_explained_where_others_point_to_it(release: Release) -> None:
    assert '<p class="meaning"><bdi>It &lt;b&gt;holds&lt;/b&gt;.</bdi></p>' in page_of(
        release, "id/test/00000"
    )
    assert '<p class="meaning"><bdi>Den håller.</bdi></p>' in page_of(
        release, "id/test/00000", "sv"
    )
    assert '<p class="meaning"><bdi lang="de">Ist es nicht.</bdi></p>' in page_of(
        release, "id/test/00001"
    )
    assert 'class="meaning"' not in page_of(release, "id/test/00003")
    assert "It &lt;b&gt;holds" in page_of(release, "id/rule/1")


def test_a_long_definition_does_not_make_pages_long(tmp_path: Path) -> None:
    more = f'<def/mark/long> a skos:Concept ; skos:definition "{"so " * 5_000}"@en .\n'
    release = make_release(tmp_path, HEAD + more + "<id/x> :mark <def/mark/long> .\n")
    assert len(page_of(release, "id/x")) < 15_000


def test_a_text_that_is_the_same_in_several_languages_stands_once(release: Release) -> None:
    iri = BASE + "id/cluster/zebra"
    rows = Statements(edition(release), release.resources.document(iri)).rows(iri)
    ((statement,),) = (row.statements for row in rows)
    assert statement.value == Text("Zebra", "en", None, also=("sv",))
    assert re.search(
        r'lang="en">Zebra</span>\s*<span class="note">en, sv<', page_of(release, "id/cluster/zebra")
    )


@pytest.mark.parametrize(
    ("path", "language", "wanted"),
    [
        ("id/cluster/compare", "en", ("bronze", "presumed met", "Who judged that", "stated")),
        ("id/cluster/compare", "sv", ("brons", "förutsatt uppfyllt", "Vem som bedömde det")),
        ("id/criterion/1", "en", ("presumed met", ">22</a>", "Who judged that", "Paper Province")),
    ],
)
def test_visitors_learn_on_the_page_what_its_words_mean(
    shipped_release: Path, path: str, language: str, wanted: Sequence[str]
) -> None:
    release = Release.open(shipped_release)
    base = release.settings.base_iri
    quads = release.resources.document(base + path)
    shown = Edition(release, Addresses(base), language)
    page = rendering.document(shown, f"/{path}", base + path, quads, 1)
    assert all(each in page for each in wanted)
