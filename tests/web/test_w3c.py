"""The W3C's SPARQL 1.1 suite over HTTP: evaluation, syntax, results, protocol, description."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graphsvc.release import Release
from graphsvc.web.app import create_app
from web import w3c
from web.served import Client, client_of, problem
from web.w3c import BASE, NOTHING, SUITE, Case, Graph, manifest

FORM = {"content-type": "application/x-www-form-urlencoded"}
SOLUTIONS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
KASEI = "http://kasei.us/2009/09/sparql/data/"

# Each test that fails, with the reason. One that passes again fails here.
_NO_TRIPLE = "Oxigraph leaves ?g unbound where GRAPH ?g holds no triple pattern of its own"
_NOWHERE = "Oxigraph finds a path of no steps only from nodes of the graph, if that is named"
EXCEPTIONS: dict[str, str] = {
    BASE + "aggregates/manifest#agg-empty-group-count-graph": _NO_TRIPLE,
    BASE + "bindings/manifest#graph": _NO_TRIPLE,
    BASE + "negation/manifest#graph-minus": _NO_TRIPLE,
    BASE + "aggregates/manifest#agg-groupconcat-04": "Oxigraph gives a text with a language",
    BASE + "aggregates/manifest#agg-groupconcat-06": "Oxigraph gives a text with a language",
    BASE + "functions/manifest#bnode01": "Oxigraph's BNODE(text) is one node in all solutions",
    BASE + "property-path/manifest#zero_or_more_set_end": _NOWHERE,
    BASE + "property-path/manifest#zero_or_more_set_start": _NOWHERE,
    BASE + "property-path/manifest#zero_or_one_set_end": _NOWHERE,
    BASE + "property-path/manifest#zero_or_one_set_start": _NOWHERE,
    BASE + "csv-tsv-res/manifest#csv03": "a Store writes numbers anew: 1.0E6 as 1000000",
    BASE + "syntax-query/manifest#test_4": "a function that is not there is refused by its name: "
    "an empty column would hide that it is misspelt",
}

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(
        not SUITE.is_dir(),
        reason=f"no SPARQL suite at {SUITE}; point GRAPHSVC_CONFORMANCE to what holds it",
    ),
]


def parameters(*kinds: str) -> list[object]:
    return [
        pytest.param(
            case,
            id=case.iri.removeprefix(BASE),
            marks=[pytest.mark.xfail(strict=True, reason=why)] if why else [],
        )
        for case in w3c.cases(*kinds)
        for why in [EXCEPTIONS.get(case.iri)]
    ]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    cases = [*w3c.cases("QueryEvaluationTest", "CSVResultFormatTest")]
    own = ((f"{KASEI}data{number}.rdf", f"{BASE}protocol/data{number}.nt") for number in (1, 2, 3))
    return w3c.release_of(cases, tmp_path_factory.mktemp("w3c"), own)


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: release)) as client:
        yield client


def answered(client: Client, case: Case, accept: str) -> httpx.Response:
    fields = [("query", case.text)]
    if not re.search(r"\bFROM\b", case.text, re.IGNORECASE):
        fields += [("default-graph-uri", iri) for iri in case.default_graphs or (NOTHING,)]
        fields += [("named-graph-uri", name) for name, _ in case.named_graphs or ((NOTHING, ""),)]
    headers = {**FORM, "accept": accept}
    answer = client.ask("POST", "/sparql", headers, urlencode(fields).encode())
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("case", parameters("QueryEvaluationTest"))
def test_a_query_finds_what_it_shall(client: Client, case: Case) -> None:
    expected = w3c.expected(case)
    answer = answered(client, case, f"{SOLUTIONS}, {TRIPLES}")
    if isinstance(expected, set):
        assert w3c.canonical(parse(answer.content, RdfFormat.N_TRIPLES)) == expected
        return
    found = w3c.read_results(answer.content, "srj")
    if isinstance(expected, bool) or isinstance(found, bool):
        assert found == expected
    else:
        assert w3c.same_solutions(found, expected)


@pytest.mark.parametrize("case", parameters("CSVResultFormatTest"))
def test_csv_is_as_it_shall_be(client: Client, case: Case) -> None:
    assert case.result is not None
    expected = w3c.path_of(case.result).read_text(encoding="utf-8")
    answer = answered(client, case, "text/csv")
    (head, *rows), (found_head, *found) = (
        list(csv.reader(io.StringIO(re.sub(r"_:\w+", "_:b", text), newline="")))
        for text in (expected, answer.text)
    )
    assert found_head == head
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize("case", parameters("PositiveSyntaxTest11", "NegativeSyntaxTest11"))
def test_what_is_no_query_is_refused_and_nothing_else(client: Client, case: Case) -> None:
    fields = {"query": case.text, "default-graph-uri": NOTHING, "named-graph-uri": NOTHING}
    answer = client.ask("POST", "/sparql", FORM, urlencode(fields).encode())
    if case.kind == "PositiveSyntaxTest11":
        assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 400
        assert problem(answer)["line"] >= 1


# ----- the protocol

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"


def protocol_tests() -> list[object]:
    if not SUITE.is_dir():
        return []
    tests = manifest("protocol").subjects[NamedNode(MF + "ProtocolTest")]
    return [
        pytest.param(
            test,
            id=test.value.rpartition("#")[2] or test.value,
            marks=[pytest.mark.xfail(strict=True, reason=why)] if why else [],
        )
        for test in sorted(tests, key=str)
        for why in [EXCEPTIONS.get(test.value)]
    ]


@pytest.mark.parametrize("test", protocol_tests())
def test_the_protocol_is_kept_and_updates_are_refused(client: Client, test: NamedNode) -> None:
    graph = manifest("protocol")
    connection = graph.one(test, MF + "action")
    requests = list(graph.list(graph.one(connection, HT + "requests")))
    for request in requests:
        answer = sent(client, graph, request)
        if "update" in test.value.rpartition("#")[2]:
            assert 400 <= answer.status_code < 500
            return
        demand(graph, graph.one(request, HT + "resp"), answer)


def sent(client: Client, graph: Graph, request: object) -> httpx.Response:
    headers = {
        text(graph, header, "fieldName").lower(): text(graph, header, "fieldValue")
        for header in graph.list(graph.one(request, HT + "headers"))
    }
    body = graph.one(request, HT + "body")
    content = b""
    if body is not None:
        characters, encoding = (
            graph.one(body, CNT + name) for name in ("chars", "characterEncoding")
        )
        assert characters is not None
        content = characters.value.encode(encoding.value if encoding else "utf-8")
    path = text(graph, request, "absolutePath").replace("/sparql/", "/sparql")
    return client.ask(text(graph, request, "methodName"), path, headers, content)


def text(graph: Graph, subject: object, name: str) -> str:
    found = graph.one(subject, HT + name)
    assert isinstance(found, Literal)
    return found.value


def demand(graph: Graph, response: object, answer: httpx.Response) -> None:
    wanted = {each.value.rpartition("#")[2] for each in graph.all(response, MF + "expectedStatus")}
    assert {f"StatusCode{answer.status_code // 100}xx", _PHRASES.get(answer.status_code)} & wanted
    kind = graph.one(response, MF + "expectedFormat")
    if kind is not None:
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in _KINDS[kind.value]
    answer_wanted = graph.one(response, MF + "expectedBoolean")
    if answer_wanted is not None:
        assert w3c.read_results(answer.content, "srj") == (answer_wanted.value == "true")


_PHRASES = {400: "BadRequest", 415: "UnsupportedMediaType", 405: "MethodNotAllowed"}
_KINDS = {
    "boolean": {SOLUTIONS, "application/sparql-results+xml"},
    "tabular": {
        SOLUTIONS,
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", TRIPLES, "application/rdf+xml"},
}


# ----- the description


def test_the_description_is_rdf_and_tells_the_endpoint(client: Client, release: Release) -> None:
    """Of the suite's three tests: returns-rdf, has-endpoint-triple, conforms-to-schema."""
    quads = list(parse(client.get("/sparql").content, RdfFormat.TURTLE))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    endpoints = [quad.object for quad in quads if quad.predicate.value == sd + "endpoint"]
    assert endpoints == [NamedNode(release.settings.base_iri + "sparql")]
    classes = {"Service", "Dataset", "Graph", "NamedGraph", "Function"}
    types = {quad.object.value for quad in quads if quad.predicate.value.endswith("#type")}
    assert types == {sd + each for each in classes}


def test_the_page_lists_every_exception() -> None:
    page = (Path(__file__).parents[2] / "docs" / "publish.md").read_text(encoding="utf-8")
    assert {BASE + each for each in re.findall(r"`([a-z-]+/manifest#[\w-]+)`", page)} == {
        *EXCEPTIONS
    }
