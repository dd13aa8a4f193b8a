"""The example queries of the shipped publication: each answers, and says in two languages what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from serving import Server, serving

from graphsvc import prefixes
from graphsvc.examples import Example, examples_of
from graphsvc.executables import FORM_OF_PROPERTY, runnable
from graphsvc.paths import Term
from graphsvc.release import Release

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/s3-cluster-pilot/"
FILES = sorted((ROOT / "queries").glob("*.ttl"))
NAMES = [path.stem for path in FILES]
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


@pytest.fixture(scope="module")
def server(shipped_release: Path) -> Iterator[Server]:
    with serving("--release", str(shipped_release)) as server:
        yield server


@pytest.fixture(scope="module")
def examples(shipped_release: Path) -> dict[str, Example]:
    found = examples_of(Release.open(shipped_release))
    return {example.iri.removeprefix(BASE + "queries/"): example for example in found}


def ask(server: Server, text: str, format: str) -> httpx.Response:
    answer = server.client.post("/sparql", data={"query": text}, params={"format": format})
    assert answer.status_code == 200, answer.text
    return answer


def bindings(server: Server, text: str) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = ask(server, text, "srj").json()["results"]["bindings"]
    return found


def test_each_file_holds_the_query_of_its_name(examples: dict[str, Example]) -> None:
    assert [*examples] == NAMES
    assert len(NAMES) >= 20
    assert {example.form for example in examples.values()} == {*FORM_OF_PROPERTY.values()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_opens_with_its_label_and_names_no_base(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert "w3id.org" not in text
    assert f'rdfs:label "{lines[0].removeprefix("# ")}"@en' in text
    declared = [line.split()[1][:-1] for line in lines if line.startswith("@prefix")]
    assert declared == sorted(declared)
    assert max(map(len, re.findall(r'"""\n(.*?)"""', text, re.DOTALL)[0].splitlines())) <= 130


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_labelled_and_explained_in_both_languages(
    examples: dict[str, Example], name: str
) -> None:
    example = examples[name]
    assert example.labels.keys() == example.comments.keys() == {"sv", "en"}
    assert all(re.fullmatch(r".*[.?]", text) for text in example.comments.values())
    assert example.keywords


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_two_queries_have_one_label(examples: dict[str, Example], language: str) -> None:
    labels = Counter(example.labels[language] for example in examples.values())
    assert [label for label, times in labels.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_query_has_an_answer(server: Server, examples: dict[str, Example], name: str) -> None:
    example = examples[name]
    if example.form == "SELECT":
        found = bindings(server, example.text)
        assert found
        assert all(any(variable in row for row in found) for variable in {*found[0]})
    elif example.form == "ASK":
        assert ask(server, example.text, "srj").json()["boolean"] is True
    else:
        assert list(parse(ask(server, example.text, "nt").content, RdfFormat.N_TRIPLES))


def test_who_reads_the_list_alone_can_run_each_query(server: Server) -> None:
    answer = server.client.get("/.well-known/sparql-examples", headers={"accept": "text/turtle"})
    stated: dict[tuple[object, NamedNode], list[Term]] = {}
    for quad in parse(answer.content, RdfFormat.TURTLE):
        assert isinstance(quad.object, Term)
        stated.setdefault((quad.subject, quad.predicate), []).append(quad.object)
    texts = [key for key in stated if key[1] in FORM_OF_PROPERTY]
    assert len(texts) == len(NAMES)
    for node, predicate in texts:
        assert isinstance(node, NamedNode)
        declared = prefixes.declared(node, lambda *key: stated.get(key, []))
        (text,) = stated[node, predicate]
        whole = runnable(text.value, declared)
        Store().query(whole)  # which knows no prefix of ours


@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if '"map"' in (ROOT / f"queries/{name}.ttl").read_text("utf-8")],
)
def test_what_is_for_a_map_gives_places(
    server: Server, examples: dict[str, Example], name: str
) -> None:
    for row in bindings(server, examples[name].text):
        assert [value for value in row.values() if value.get("datatype") == WKT], row


@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if '"chart"' in (ROOT / f"queries/{name}.ttl").read_text("utf-8")],
)
def test_what_is_for_a_chart_gives_a_number_for_each_thing(
    server: Server, examples: dict[str, Example], name: str
) -> None:
    for row in bindings(server, examples[name].text):
        numbers = [each for each in row.values() if each.get("datatype", "").endswith("#integer")]
        assert len(numbers) == 1
        assert len(row) > 1


@pytest.mark.parametrize(
    ("name", "variable", "expected"),
    [
        ("clusters-per-region", "clusters", 22),
        ("clusters-per-nuts-2-area", "clusters", 22),
        ("regions-on-a-map", "clusters", 22),
        ("certifications-by-level", "certifications", 22),
        ("criteria-and-outcomes", "assessments", 6 * 22),
        ("corrections-by-confidence", "corrections", 24),
    ],
)
def test_the_numbers_add_up(
    server: Server, examples: dict[str, Example], name: str, variable: str, expected: int
) -> None:
    found = bindings(server, examples[name].text)
    assert sum(int(row[variable]["value"]) for row in found) == expected


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("regions-without-a-cluster", 5),
        ("stated-beside-published", 22),
        ("mistyped-web-addresses", 4),
        ("links-to-wikidata-and-nuts", 21),
    ],
)
def test_there_is_one_row_for_each(
    server: Server, examples: dict[str, Example], name: str, count: int
) -> None:
    assert len(bindings(server, examples[name].text)) == count
