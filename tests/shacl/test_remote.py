"""The queries of a plan on other SPARQL engines, over HTTP: Oxigraph's server, and Virtuoso.

What an engine does otherwise stands here and, for people, in
docs/validate-elsewhere.md. A difference that is gone fails, as a new one does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import servers
from manifests import SHACL
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse
from servers import DATA_GRAPH, Server
from shacl_reports import canonical, graph_of_report
from suite import cases

from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.shacl import compiled
from graphsvc.shacl.endpoint import EndpointError
from graphsvc.shacl.plan import Query
from graphsvc.sources import Publication, Reader

PROJECT = Path(__file__).resolve().parents[2]
BASE_IRI = "https://w3id.org/s3-cluster-pilot/"
PAGE = PROJECT / "docs/validate-elsewhere.md"
SERVERS = ("oxigraph", "virtuoso")
FAILS = (AssertionError, EndpointError)

# Each case that comes out otherwise on a server, with the names of what that does otherwise: the
# first column of the page. Debian's Virtuoso is of 2018.
DIFFERENCES: dict[str, dict[str, str]] = {
    "oxigraph": {},
    "virtuoso": {
        "core/complex/personexample": "short-cut",
        "core/complex/shacl-shacl": "exists-in-expression",
        "core/node/class-002": "values-in-union, literals-in-values",
        "core/node/class-003": "values-in-union",
        "core/node/datatype-001": "values-in-union",
        "core/node/datatype-002": "lang-string, literals-in-values",
        "core/node/hasValue-001": "same-term",
        "core/node/languageIn-001": "literals-in-values",
        "core/node/maxExclusive-001": "values-in-union, no-order",
        "core/node/maxInclusive-001": "values-in-union, no-order",
        "core/node/maxLength-001": "values-in-union",
        "core/node/minExclusive-001": "values-in-union, no-order",
        "core/node/minInclusive-002": "no-order",
        "core/node/minInclusive-003": "no-order",
        "core/node/minLength-001": "values-in-union, blank-string",
        "core/node/not-001": "values-in-union",
        "core/node/pattern-001": "values-in-union",
        "core/node/xone-001": "exists-in-expression",
        "core/node/xone-duplicate": "exists-in-expression",
        "core/path/path-complex-001": "repeated-path",
        "core/path/path-inverse-001": "exists-in-expression",
        "core/path/path-oneOrMore-001": "repeated-path",
        "core/path/path-zeroOrMore-001": "repeated-path",
        "core/path/path-zeroOrOne-001": "repeated-path",
        "core/property/datatype-003": "lang-string",
        "core/property/in-001": "same-term",
        "core/property/lessThan-001": "division",
        "core/property/lessThan-002": "division, no-order",
        "core/property/lessThanOrEquals-001": "division",
        "core/property/maxCount-001": "values-in-union",
        "core/property/minCount-001": "values-in-union, short-cut",
        "core/property/minExclusive-002": "no-order",
        "core/property/node-001": "exists-in-expression",
        "core/property/or-datatypes-001": "lang-string",
        "core/property/uniqueLang-001": "exists-in-expression",
        "sparql/component/optional-001": "minus-values",
        "sparql/component/validator-001": "minus-values",
        "sparql/pre-binding/pre-binding-002": "internal-error",
        "examples/agent": "exists-in-expression, same-term",
        "examples/certification": "exists-in-expression, same-term, geometry",
        "examples/cluster": "exists-in-expression, same-term, geometry",
        "examples/concept": "exists-in-expression, same-term",
        "examples/correction": "exists-in-expression, same-term, geometry",
        "examples/criterion": "exists-in-expression, same-term, geometry",
        "examples/criterion-assessment": "exists-in-expression, same-term, geometry",
        "examples/example-query": "exists-in-expression, same-term, geometry",
        "examples/programme": "exists-in-expression, same-term, geometry",
        "examples/region": "exists-in-expression, same-term, geometry",
        "examples/source-statement": "exists-in-expression, same-term, geometry",
        "publication": "exists-in-expression, same-term, geometry",
    },
}


@dataclass(frozen=True)
class Case:
    """A data graph and shapes, read when they are needed."""

    name: str
    data_graph: Callable[[], Sequence[Quad]]
    shapes_graph: Callable[[], Sequence[Quad]]


# The cases


def of_the_suite() -> Iterator[Case]:
    """Every test of the W3C's suite whose shapes are not to be refused."""
    for test in cases():
        if not test.fails:
            yield Case(test.iri.removeprefix(SHACL.base_iri), test.data_graph, test.shapes_graph)


def of_the_publication() -> Iterator[Case]:
    """The publication in this repository, and each example of what its shapes stop."""
    yield Case("publication", lambda: publication()[0], lambda: publication()[1])
    for path in sorted((PROJECT / "tests/examples").glob("*/invalid.ttl")):
        yield Case(f"examples/{path.parent.name}", example(path), lambda: publication()[1])


@cache
def publication() -> tuple[list[Quad], list[Quad]]:
    """The quads of the publication, and its shapes."""
    publication = Publication.open(PROJECT)
    reader = Reader(publication.settings.base_iri)
    data: list[Quad] = []
    shapes: list[Quad] = []
    for file in publication.files:
        (shapes if file.is_shapes else data).extend(reader.quads(file))
    return data, shapes


def example(path: Path) -> Callable[[], Sequence[Quad]]:
    files = (*sorted((PROJECT / "ontology").glob("*.ttl")), path)
    return lambda: [
        quad
        for file in files
        for quad in parse(path=str(file), format=RdfFormat.TURTLE, base_iri=BASE_IRI)
    ]


SUITE_CASES, OWN_CASES = tuple(of_the_suite()), tuple(of_the_publication())


def on_each(cases: Iterable[Case]) -> list[object]:
    """Each case on each server; one that comes out otherwise is expected to."""
    found: list[object] = []
    for name in SERVERS:
        for case in cases:
            why = DIFFERENCES[name].get(case.name)
            marks = [pytest.mark.xfail(strict=True, reason=why, raises=FAILS)] if why else []
            found.append(pytest.param(name, case, id=f"{name}-{case.name}", marks=marks))
    return found


# The servers


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not servers.has_virtuoso():
        pytest.skip("there is no virtuoso-t; install Debian's virtuoso-opensource")
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


each_server = pytest.mark.parametrize("server", SERVERS, indirect=True)


# The same is found


@pytest.mark.slow
@pytest.mark.conformance
@pytest.mark.parametrize(("server", "case"), on_each(SUITE_CASES), indirect=["server"])
def test_the_suite_comes_out_as_it_does_here(server: Server, case: Case) -> None:
    demand_the_same(server, case)


@pytest.mark.slow
@pytest.mark.parametrize(("server", "case"), on_each(OWN_CASES), indirect=["server"])
def test_the_publication_comes_out_as_it_does_here(server: Server, case: Case) -> None:
    demand_the_same(server, case)


def demand_the_same(server: Server, case: Case) -> None:
    data, shapes = case.data_graph(), case.shapes_graph()
    expected = compiled.validate(data, shapes)
    server.graphs.load(DATA_GRAPH, data, shapes)
    steps = compiled.plan_of(shapes)
    assert told(compiled.run(steps, server.endpoint)) == told(expected)


def told(results: Iterable[ValidationResult]) -> list[str]:
    """Results, each as often as it is given, under labels that say nothing."""
    return canonical(graph_of_report(ValidationReport.of(results)))


def test_differences_are_of_cases() -> None:
    known = {case.name for case in (*SUITE_CASES, *OWN_CASES)}
    assert not SHACL.folder.is_dir() or all(set(cases) <= known for cases in DIFFERENCES.values())


def test_the_page_lists_every_difference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| (.*) \|$", page, re.MULTILINE))
    shown = {name: set(re.findall(r"`([^`]+)`", cases)) for name, cases in rows.items()}
    found: dict[str, set[str]] = {}
    for case, why in DIFFERENCES["virtuoso"].items():
        for name in why.split(", "):
            found.setdefault(name, set()).add(case)
    assert shown == found


# Graphs


@pytest.mark.slow
@each_server
def test_a_blank_node_is_one_whatever_graphs_its_triples_are_in(server: Server) -> None:
    server.graphs.load(DATA_GRAPH, turtle('[] :p :x ; :p "01"^^xsd:integer .'))
    text = "SELECT ?s ?o WHERE { ?s <urn:p> <urn:x> , ?o FILTER (isLiteral(?o)) }"
    for as_written in (True, False):
        rows = list(server.endpoint.select(Query(text, ("?s", "?o"), as_written)))
        assert [type(subject) for subject, _ in rows] == [BlankNode]
    assert [value for _, value in rows] == [Literal(1)]


@pytest.mark.slow
@each_server
def test_what_is_loaded_replaces_what_was_there(server: Server) -> None:
    everything = Query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", ("?s", "?p", "?o"))
    server.graphs.load(DATA_GRAPH, turtle(':a :p "01"^^xsd:integer, :x .'))
    assert len(list(server.endpoint.select(everything))) == 2
    server.graphs.load(DATA_GRAPH, turtle(":b :p :y ."))
    rows = list(server.endpoint.select(everything))
    assert rows == [(NamedNode("urn:b"), NamedNode("urn:p"), NamedNode("urn:y"))]


COUNTING = """
    :S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [
        sh:message "{?value} are too many" ;
        sh:select '''SELECT $this (COUNT(?o) AS ?value) { $this <urn:p> ?o }
            GROUP BY $this HAVING (COUNT(?o) > 1)''' ] .
"""


@pytest.mark.slow
@each_server
def test_a_query_that_counts_is_asked_about_each_focus_node(server: Server) -> None:
    data = turtle(":a :p 1, 2, 3 . :b :p 1 . :c :p 1, 2 .")
    demand_the_same(server, Case("", lambda: data, lambda: turtle(COUNTING)))


@pytest.mark.slow
@each_server
def test_but_not_about_a_blank_node(server: Server) -> None:
    server.graphs.load(DATA_GRAPH, turtle("[] :p 1, 2 ."))
    with pytest.raises(EndpointError, match="give the node an IRI"):
        list(compiled.run(compiled.plan_of(turtle(COUNTING)), server.endpoint))


@pytest.mark.slow
@each_server
def test_a_refusal_is_an_error_on_one_line(server: Server) -> None:
    with pytest.raises(EndpointError, match=r"^http://127\.0\.0\.1:\d+/\w+: 400: \S.*$"):
        list(server.endpoint.select(Query("SELECT nothing", ("?s",))))


def turtle(text: str) -> list[Quad]:
    prefixes = """
        PREFIX : <urn:>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    """
    return list(parse((prefixes + text).encode(), RdfFormat.TURTLE))
