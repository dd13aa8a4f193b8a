"""/.well-known/sparql-examples: the example queries as programs find them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from example_queries import FILES
from publications import BASE, write
from pyoxigraph import NamedNode, parse

from graphsvc.build import build
from graphsvc.examples import quads_of_examples
from graphsvc.formats import RDF_FORMATS, Format
from graphsvc.release import Release
from graphsvc.vocab import sh
from graphsvc.web.app import create_app
from web.served import Client, client_of, names, problem

PATH = "/.well-known/sparql-examples"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("examples")
    return Release.open(build(write(folder / "publication", FILES), folder / "releases"))


@pytest.fixture(scope="module")
def client_of_examples(examples: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: examples)) as client:
        yield client


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_example_queries_come_in_every_format_of_rdf(
    client_of_examples: Client, examples: Release, format: Format
) -> None:
    answer = client_of_examples.get(PATH, accept=format.media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == format.content_type
    assert names(answer, "vary") >= {"accept"}
    assert answer.headers["access-control-allow-origin"] == "*"
    found = {(quad.subject, quad.predicate) for quad in parse(answer.content, format.rdf)}
    assert (NamedNode(BASE + "queries/titles"), sh("select")) in found
    assert len(list(parse(answer.content, format.rdf))) == len(
        quads_of_examples(examples, BASE + PATH[1:])
    )


def test_turtle_answers_who_does_not_say(client_of_examples: Client) -> None:
    for accept in ("*/*", "text/html,*/*;q=0.8"):
        answer = client_of_examples.get(PATH, accept=accept)
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


def test_who_has_the_example_queries_is_told_so(client_of_examples: Client) -> None:
    answer = client_of_examples.get(PATH)
    again = client_of_examples.get(PATH, if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = client_of_examples.get(PATH, accept="application/rdf+xml")
    assert other.headers["etag"] != answer.headers["etag"]
    head = client_of_examples.ask("HEAD", PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]


def test_no_other_format_is_offered(client_of_examples: Client) -> None:
    answer = client_of_examples.get(PATH, accept="image/png")
    assert answer.status_code == 406
    assert problem(answer)["offers"] == [each.media_type for each in RDF_FORMATS]


def test_without_example_queries_there_is_nothing(client: Client) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 404
    assert "queries/" in problem(answer)["detail"]


def test_each_example_query_answers_under_its_own_iri(client_of_examples: Client) -> None:
    answer = client_of_examples.get("/queries/titles", accept="application/n-triples")
    assert answer.status_code == 200
    assert str(sh("select")) in answer.text


def test_the_description_of_the_service_leads_to_them(
    client_of_examples: Client, client: Client
) -> None:
    triple = f"<http://www.w3.org/2000/01/rdf-schema#seeAlso> <{BASE}{PATH[1:]}> ."
    asked = "application/n-triples"
    assert triple in client_of_examples.get("/sparql", accept=asked).text
    assert "seeAlso" not in client.get("/sparql", accept=asked).text
