"""Spec: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from graphsvc.formats import RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.release import Release
from graphsvc.web.service import FUNCTIONS
from web.served import BASE, Client

SD = "http://www.w3.org/ns/sparql-service-description#"
TRIPLES = "http://rdfs.org/ns/void#triples"
POINT = '"POINT(1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"


def described(client: Client, format: Format = RDF_FORMATS[0]) -> list[Quad]:
    answer = client.get("/sparql", accept=format.media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == format.content_type
    return list(parse(answer.content, format.rdf))


def objects(quads: Sequence[Quad], name: str) -> set[str]:
    return {quad.object.value for quad in quads if quad.predicate.value == name}  # type: ignore[union-attr]


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_without_a_query_the_service_describes_itself(client: Client, format: Format) -> None:
    quads = described(client, format)
    assert objects(quads, SD + "endpoint") == {BASE + "sparql"}
    assert objects(quads, SD + "supportedLanguage") == {SD + "SPARQL11Query"}
    terms = {term for quad in quads for term in (quad.subject, quad.object)}
    assert not any(isinstance(term, BlankNode) for term in terms)


def test_who_says_nothing_gets_turtle_and_who_reads_html_a_form(client: Client) -> None:
    assert client.get("/sparql").headers["content-type"] == "text/turtle; charset=utf-8"
    assert "<form" in client.html("/sparql")
    assert client.get("/sparql?format=nt").headers["content-type"] == "application/n-triples"
    assert client.get("/sparql", accept="image/png").status_code == 406
    assert (
        client.ask("POST", "/sparql", {"content-type": "application/sparql-query"}).status_code
        == 400
    )


def test_every_format_is_described_and_given(client: Client) -> None:
    names = objects(described(client), SD + "resultFormat")
    assert names == {each.iri for each in (*RDF_FORMATS, *SOLUTIONS_FORMATS)}
    for format in (*SOLUTIONS_FORMATS, *RDF_FORMATS):
        query = "ASK {}" if format.results else "CONSTRUCT WHERE { ?s ?p ?o }"
        answer = client.get(f"/sparql?{urlencode({'query': query})}", accept=format.media_type)
        assert answer.headers["content-type"] == format.content_type


def value_of(expression: str) -> object:
    solutions = Store().query(f"SELECT ({expression} AS ?value) {{}}")
    assert isinstance(solutions, QuerySolutions)
    return next(solutions)["value"]


def test_every_function_is_there(client: Client) -> None:
    assert objects(described(client), SD + "extensionFunction") == {*FUNCTIONS}
    for function in FUNCTIONS:
        tried = (POINT, f"{POINT}, {POINT}", f"{POINT}, {POINT}, {METRE}")
        values = [value_of(f"<{function}>({arguments})") for arguments in tried]
        assert any(value is not None for value in values), function


def test_every_graph_is_there_with_the_number_of_its_triples(
    client: Client, release: Release
) -> None:
    quads = described(client)
    for name, count in release.manifest.graphs.items():
        (named,) = (quad.subject for quad in quads if quad.object == NamedNode(name))
        (graph,) = (
            quad.object
            for quad in quads
            if quad.subject == named and quad.predicate.value == SD + "graph"
        )
        (triples,) = (
            quad.object
            for quad in quads
            if quad.subject == graph and quad.predicate.value == TRIPLES
        )
        assert isinstance(triples, Literal)
        assert int(triples.value) == count


def test_it_need_not_be_sent_again(client: Client) -> None:
    answer = client.get("/sparql", accept="text/turtle")
    again = client.get("/sparql", accept="text/turtle", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert list(parse(answer.content, RdfFormat.TURTLE))
