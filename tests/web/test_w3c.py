"""The W3C's SPARQL 1.1 suite over HTTP: queries, results, both protocols, description.

Of tests that write, only the reading part is run: see IN_PART. The folder http-rdf-update is
left out; its tests are deprecated in favour of those in graph-store-protocol.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from manifests import MF, PROJECT, SPARQL
from pyoxigraph import NamedNode, RdfFormat, parse

from graphsvc.release import Release
from graphsvc.vocab import RDF_TYPE
from graphsvc.web.app import create_app
from web import graph_store, w3c
from web.graph_store import Graphs
from web.http_vocabulary import Request, Response, requests_of
from web.served import Client, client_of, problem
from web.w3c import NOTHING, Case

BASE = SPARQL.base_iri

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
    BASE + "http-rdf-update/manifest#post_get_new_graph": "it reads the graph that the answer to "
    "a POST names, and a POST is refused",
}

# Why a test that writes is not run to its end.
IN_PART = "graphsvc does not write: that it refuses to is tested, and what the test reads"

pytestmark = SPARQL.marks


def parameter(iri: str, *values: object, writes: bool = False) -> Any:
    why = EXCEPTIONS.get(iri)
    in_part = IN_PART if writes and not why else None
    return SPARQL.case(iri, *values, exception=why, in_part=in_part)


def parameters(*kinds: str) -> list[Any]:
    return [parameter(case.iri, case) for case in w3c.cases(*kinds)]


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
    expected = SPARQL.path(case.result).read_text(encoding="utf-8")
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


def protocol_tests() -> list[Any]:
    if not SPARQL.folder.is_dir():
        return []
    graph = SPARQL.graph(BASE + "protocol/manifest.ttl")
    return [
        parameter(test.value, test.value, requests_of(graph, test), writes=is_update(test.value))
        for test in sorted(graph.subjects[NamedNode(MF + "ProtocolTest")], key=str)
    ]


def is_update(test: str) -> bool:
    return test.startswith(BASE + "protocol/manifest#update")


@pytest.mark.parametrize(("test", "requests"), protocol_tests())
def test_the_protocol_is_kept_and_updates_are_refused(
    client: Client, test: str, requests: list[Request]
) -> None:
    for request in requests:
        path = request.path.replace("/sparql/", "/sparql")
        answer = client.ask(request.method, path, request.headers, request.content)
        if is_update(test):
            assert 400 <= answer.status_code < 500
            return  # what follows reads what the update would have written
        demand(request.response, answer)


def demand(response: Response, answer: httpx.Response) -> None:
    assert response.allows_status(answer), answer.status_code
    if response.format is not None:
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in _KINDS[response.format]
    if response.boolean is not None:
        assert w3c.read_results(answer.content, "srj") == response.boolean


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


# ----- the Graph Store Protocol


def graph_store_tests() -> list[Any]:
    return [
        parameter(iri, requests, writes=not all(request.reads for request in requests))
        for iri, requests in graph_store.tests()
    ]


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Graphs], Client]]:
    """A client of a server that holds some graphs; those that are the same have the same one."""
    clients: dict[object, Client] = {}
    with ExitStack() as stack:

        def client(graphs: Graphs) -> Client:
            held = frozenset((name, frozenset(w3c.canonical(graphs[name]))) for name in graphs)
            if held not in clients:
                release = graph_store.release_of(graphs, tmp_path_factory.mktemp("graphs"))
                clients[held] = stack.enter_context(client_of(create_app(lambda: release)))
            return clients[held]

        yield client


@pytest.mark.parametrize("requests", graph_store_tests())
def test_graphs_are_read_and_writing_is_refused(
    holding: Callable[[Graphs], Client], requests: list[Request]
) -> None:
    graphs: Graphs = {}
    for request in requests:
        path = graph_store.address(request.path)
        answer = holding(graphs).ask(request.method, path, request.headers, request.content)
        if request.reads:
            demand_graph(request, answer)
            continue
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert request.response.location is None  # or there is no name for what follows
        graphs = graph_store.written(graphs, request)


def demand_graph(request: Request, answer: httpx.Response) -> None:
    response = request.response
    assert response.allows_status(answer), answer.status_code
    assert answer.headers.items() >= response.headers.items()
    if request.method == "HEAD":
        assert answer.content == b""
    if response.body is not None:
        found, wanted = (
            w3c.canonical(parse(each, RdfFormat.TURTLE)) for each in (answer.content, response.body)
        )
        assert found == wanted


# ----- the description

DESCRIPTION = BASE + "service-description/manifest#"
SD = "http://www.w3.org/ns/sparql-service-description#"
# The vocabulary's properties that we use, each with its domain and range; that of some is any.
SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", None),
    "resultFormat": ("Service", None),
    "extensionFunction": ("Service", "Function"),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}


@SPARQL.mark(DESCRIPTION + "returns-rdf")
def test_the_service_describes_itself_in_rdf(client: Client) -> None:
    answer = client.get("/sparql")
    assert answer.status_code == 200
    format = RdfFormat.from_media_type(answer.headers["content-type"])
    assert format is not None
    assert list(parse(answer.content, format))


@SPARQL.mark(DESCRIPTION + "has-endpoint-triple")
def test_the_description_tells_the_endpoint(client: Client, release: Release) -> None:
    quads = parse(client.get("/sparql").content, RdfFormat.TURTLE)
    endpoints = [quad.object for quad in quads if quad.predicate.value == SD + "endpoint"]
    assert endpoints == [NamedNode(release.settings.base_iri + "sparql")]


@SPARQL.mark(DESCRIPTION + "conforms-to-schema")
def test_the_description_is_as_its_vocabulary_demands(client: Client) -> None:
    quads = list(parse(client.get("/sparql").content, RdfFormat.TURTLE))
    types = {(quad.subject, quad.object) for quad in quads if quad.predicate == RDF_TYPE}
    used = [quad for quad in quads if quad.predicate.value.startswith(SD)]
    assert {quad.predicate.value.removeprefix(SD) for quad in used} == SCHEMA.keys()
    for quad in used:
        domain, range_ = SCHEMA[quad.predicate.value.removeprefix(SD)]
        assert (quad.subject, NamedNode(SD + domain)) in types
        assert range_ is None or (quad.object, NamedNode(SD + range_)) in types


# ----- the page

PAGE = (PROJECT / "docs" / "publish.md").read_text(encoding="utf-8")


def test_the_page_lists_every_exception() -> None:
    found = re.findall(r"`([a-z-]+/manifest#[\w-]+)`", PAGE)
    assert {BASE + each for each in found} == EXCEPTIONS.keys()


def test_the_page_tells_how_many_pass() -> None:
    graph = SPARQL.graph(DESCRIPTION.rstrip("#") + ".ttl")
    description = graph.subjects[NamedNode(MF + "ServiceDescriptionTest")]
    tests = [
        *parameters("QueryEvaluationTest", "CSVResultFormatTest"),
        *parameters("PositiveSyntaxTest11", "NegativeSyntaxTest11"),
        *protocol_tests(),
        *graph_store_tests(),
        *(parameter(test.value) for test in description),
    ]
    in_part = sum(any(mark.kwargs.get("in_part") for mark in test.marks) for test in tests)
    passed = len(tests) - in_part - len(EXCEPTIONS)
    found = re.search(r"(\d+) of (\d+) tests pass, (\d+) are run in part, (\d+) do not", PAGE)
    assert found is not None
    assert [*map(int, found.groups())] == [passed, len(tests), in_part, len(EXCEPTIONS)]
