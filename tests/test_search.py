"""A search finds what has all the words, the best first, and takes nothing for syntax."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_resources import ID, NS, index

from graphsvc import search
from graphsvc.errors import SearchRefused
from graphsvc.release import Release
from graphsvc.resources.lookups import Resources
from graphsvc.search import QUERY_CHARACTERS, QUERY_WORDS, TEXT_CHARACTERS, Hit, Hits

DATA = r"""
id:auto a :Cluster ; skos:prefLabel 'Automation Småland'@sv , 'Automation Smaland Ltd'@en ;
  :at 'Robotar i trähus.'@sv , 'Robots in wooden houses.'@en , 'SE-211' ;
  :at 'Much more is said of this one than of all others, word after word after word after word.' .
id:region a :Region ; skos:prefLabel 'Småland'@sv ; :at 'Län i söder.'@sv ;
  dct:title 'A province in the south, called after the small lands that it was made of'@en .
id:text :at 'Mest av allt Småland, Småland och Småland'@sv ; rdfs:label 'Annat'@sv .
id:begin rdfs:label 'Smålandsposten'@sv .
id:begin-text rdfs:label 'Tidning'@sv ; :at 'En tidning i smålandsskogen.'@sv .
id:long-name rdfs:label 'Vägen till och från hela Småland och tillbaka'@sv .
<https://elsewhere.example/smaland> rdfs:label 'Sm'@en , 'Småland i'@sv .
id:nameless-thing a :Cluster .
id:outer :at [ rdfs:label 'hidden in a blank node' ] .
id:typed :at '4711'^^xsd:integer ; rdfs:label 'typed'@en .
id:other { id:shape rdfs:label 'Småland'@sv }
"""
APART = [ID + "other"]


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resources]:
    opened = index(tmp_path_factory.mktemp("searched"), DATA, apart=APART)
    yield opened
    opened.close()


def names(resources: Resources, text: str, class_iri: str = "") -> list[str]:
    """What is found, by the ends of the IRIs."""
    return [hit.iri.removeprefix(ID) for hit in resources.search(text, 100, 0, class_iri).hits]


def shown(hit: Hit) -> str:
    """A snippet with its matches in brackets."""
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in hit.snippet)


def first(resources: Resources, text: str, language: str = "") -> Hit:
    return resources.search(text, 1, language=language).hits[0]


def test_what_is_withdrawn_comes_last_and_is_marked(tmp_path: Path) -> None:
    data = """
    id:a rdfs:label 'Småland' ; owl:deprecated true .
    id:b rdfs:comment 'Om Småland' .
    <https://elsewhere.example/smaland> rdfs:label 'Småland' .
    id:other { id:shape rdfs:comment 'Om Småland' }
    """
    resources = index(tmp_path, data, apart=APART)
    hits = resources.search("smaland", 10).hits
    resources.close()
    assert [hit.iri.rpartition("/")[2] for hit in hits] == ["smaland", "b", "shape", "a"]
    assert [hit.is_withdrawn for hit in hits] == [False, False, False, True]


def test_the_best_comes_first(resources: Resources) -> None:
    assert names(resources, "smaland") == [
        "region",  # is called so
        "auto",  # has it in a name, with less beside it
        "long-name",
        "https://elsewhere.example/smaland",  # as good, but not of the publication
        "begin",  # a name has a word that begins so
        "text",  # not in a name, however often
        "begin-text",
        "shape",  # is about the data
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("automation smaland", "auto"),
        ("SMÅLAND AUTOMATION", "auto"),
        ("auto sma", "auto"),
        ("sma\u030aland auto", "auto"),  # å as two characters
        ("robots", "auto"),
        ("robotar houses", "auto"),  # words of two texts, in two languages
        ("småland robots", "auto"),  # of a name and of a text
        ("se-211", "auto"),
        ("  trähus.\t\n", "auto"),
        ("automation & småland !", "auto"),
        ("nameless", "nameless-thing"),  # what has no name is called by its IRI
    ],
)
def test_every_word_or_its_beginning_must_be_there(
    resources: Resources, text: str, found: str
) -> None:
    assert names(resources, text)[:1] == [found]
    assert names(resources, f"{text} zzz") == []


@pytest.mark.parametrize(
    "text", ["maland", "automationsmaland", "4711", "prefLabel", "hidden", "example", "auto-sma"]
)
def test_what_is_not_a_word_of_a_text_is_not_found(resources: Resources, text: str) -> None:
    assert names(resources, text) == []


SIGNS = [
    *('"', "'", "*", "^", "(", ")", "{", "}", ":", "-", "+", "\\", "%", ";", "--", '""', "\0"),
    *("\ud800", "\x02", "\x03", "\x1e", "\u202e", "\u0301", "\ufffe", "🙂", "👩‍👩‍👧"),
]
WORDS = [
    *("AND", "OR", "NOT", "NEAR", "NEAR(småland, 2)", "label:", "{label}:", '"småland" OR "x"'),
    *(
        "iri:",
        "key:",
        "'; DROP TABLE search; --",
        "rowid",
        "rank",
        "日本語",
        "مرحبا",
        "א",
        "½",
        "x",
    ),
]


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_signs_are_neither_searched_for_nor_taken_for_syntax(
    resources: Resources, sign: str
) -> None:
    wanted = names(resources, "småland")
    for text in (f"{sign} småland", f"småland {sign}", f"småland{sign}", f"{sign}småland{sign}"):
        assert names(resources, text) == wanted
    assert resources.search(sign * 5, 5) == resources.search("", 5) == Hits(0)


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_of_a_syntax_are_words(resources: Resources, word: str) -> None:
    for text in (word, f"småland {word}", f"{word} småland"):
        assert names(resources, text) == []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=QUERY_CHARACTERS) | st.lists(st.sampled_from(SIGNS + WORDS)).map(" ".join))
def test_any_text_can_be_searched_for(resources: Resources, text: str) -> None:
    try:
        found = resources.search(text, 5)
    except SearchRefused:
        return
    assert found.total >= len(found.hits)
    assert all(shown(hit) for hit in found.hits)


@pytest.mark.parametrize(
    "text", ["x" * (QUERY_CHARACTERS + 1), " ".join(map(str, range(QUERY_WORDS + 1)))]
)
def test_longer_texts_are_refused(resources: Resources, text: str) -> None:
    with pytest.raises(SearchRefused, match=r"has \d+ (characters|words); at most \d+ go"):
        resources.search(text, 5)


def test_a_hit_tells_what_matches_and_where(resources: Resources) -> None:
    hit = first(resources, "robot wood")
    assert shown(hit) == "[Robots] in [wooden] houses."
    assert (hit.predicate, hit.language) == (NS + "at", "en")
    assert hit.classes == [NS + "Cluster"]
    assert shown(first(resources, "nameless")) == "[nameless]-thing"
    assert first(resources, "nameless").predicate == ""


def test_of_equal_texts_the_one_in_the_wanted_language_is_shown(resources: Resources) -> None:
    assert shown(first(resources, "automation", "sv")) == "[Automation] Småland"
    assert shown(first(resources, "automation", "en")) == "[Automation] Smaland Ltd"


def test_only_instances_of_a_class_are_found_if_that_is_wanted(resources: Resources) -> None:
    assert names(resources, "smaland", NS + "Cluster") == ["auto"]
    assert names(resources, "smaland", NS + "Region") == ["region"]
    for other in (NS, NS + "Clus", NS + "cluster", NS + "Cluster*", 'x" OR "a', "\0"):
        assert names(resources, "smaland", other) == []


def test_pages_make_the_whole(tmp_path: Path) -> None:
    data = "".join(f"id:n{number} rdfs:label 'same {number % 7}'@en .\n" for number in range(50))
    resources = index(tmp_path, data)
    whole = resources.search("same", 100)
    pages = [hit for offset in range(0, 60, 7) for hit in resources.search("same", 7, offset).hits]
    assert pages == whole.hits
    assert len({hit.iri for hit in pages}) == whole.total == 50
    assert resources.search("same", 7, 700).total == 50


def test_what_is_found_in_masses_is_counted_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CANDIDATES", 10)
    monkeypatch.setattr(search, "_FIND", search._FIND.replace("LIMIT 10000", "LIMIT 10"))
    data = "".join(
        f"id:n{number} rdfs:label 'many {'x' * (90 - number)}' .\n" for number in range(10, 40)
    )
    resources = index(tmp_path, data + "id:z rdfs:label 'many rare' . id:y :at 'many' .")
    found = resources.search("many", 100)
    assert (found.total, len(found.hits), found.is_counted) == (10, 10, False)
    assert sorted(names(resources, "many")) == [f"n{number}" for number in range(10, 20)]
    assert names(resources, "many rare") == ["z"]
    assert resources.search("many rare", 1).is_counted


def test_long_texts_are_searched_in_their_beginning(tmp_path: Path) -> None:
    text = "x " * (TEXT_CHARACTERS // 2) + "behind"
    more = "".join(f"id:a :at '{n} {'y ' * 4_000}' . " for n in range(100, 130))
    resources = index(tmp_path, f"id:a :at '! needle {text}' . {more}")
    assert names(resources, "needle") == ["a"]
    assert names(resources, "behind") == []
    assert (names(resources, "100"), names(resources, "129")) == (["a"], [])


def test_names_that_are_too_long_do_not_change_what_a_text_is_the_value_of(tmp_path: Path) -> None:
    data = "".join(f"id:a rdfs:label '{n} {'y' * 12_000}' . " for n in range(20))
    hit = first(index(tmp_path, data + "id:a :at 'needle'@en ."), "needle")
    assert (shown(hit), hit.predicate, hit.language) == ("[needle]", NS + "at", "en")


def test_marks_that_somebody_wrote_mark_nothing(tmp_path: Path) -> None:
    data = r"id:a rdfs:label 'a \u0002fake\u0003 \u001Eone\u0000 <mark>true</mark>' ."
    hit = first(index(tmp_path, data), "true")
    assert shown(hit) == "a  fake   one  <mark>[true]</mark>"


def test_a_publication_without_labels_is_found_by_its_iris(tmp_path: Path) -> None:
    resources = index(
        tmp_path, "id:first-thing :p id:second-thing . <urn:x:third-thing> :p id:first-thing ."
    )
    assert names(resources, "thing") == ["first-thing", "urn:x:third-thing"]


def test_a_search_keeps_nobody_from_reading(resources: Resources) -> None:
    with resources._search._database._lock:
        assert resources.labels([ID + "auto"])


def test_many_threads_search_at_once(resources: Resources) -> None:
    wanted = {text: names(resources, text) for text in ("smaland", "robots", "a", "nothing")}
    with ThreadPoolExecutor(8) as threads:
        texts = list(wanted) * 20
        assert list(threads.map(lambda text: names(resources, text), texts)) == [
            wanted[text] for text in texts
        ]


@pytest.mark.parametrize("text", ["smaland", "Automation Småland", "auto sma", "SMÅLAND auto"])
def test_visitors_find_automation_smaland(shipped_release: Path, text: str) -> None:
    release = Release.open(shipped_release)
    hit = first(release.resources, text)
    assert hit.iri == release.settings.base_iri + "id/cluster/automation-smaland"


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("varmland", "id/region/SE311"),
        ("bronze", "def/level/bronze"),
        ("brons", "def/level/bronze"),
        ("cluster", "ns#Cluster"),
        ("aerospace", "id/cluster/aerospace-cluster"),
    ],
)
def test_what_is_called_so_comes_before_what_mentions_it(
    shipped_release: Path, text: str, local: str
) -> None:
    release = Release.open(shipped_release)
    assert first(release.resources, text).iri == release.settings.base_iri + local


def test_shapes_and_queries_are_found_after_the_data(shipped_release: Path) -> None:
    release = Release.open(shipped_release)
    apart = {f"<{release.settings.base_iri}graph/{name}>" for name in ("shapes", "queries")}
    found = release.resources.search("cluster", 1_000)
    is_apart = [
        {str(quad.graph_name) for quad in release.resources.describe(hit.iri)} <= apart
        for hit in found.hits
    ]
    assert is_apart == sorted(is_apart)
    assert set(is_apart) == {True, False}
