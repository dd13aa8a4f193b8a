"""Spec: https://www.w3.org/TR/sparql11-http-rdf-update/."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import httpx
import pytest
from pyoxigraph import parse

from graphsvc.formats import RDF_FORMATS, Format
from graphsvc.release import Release
from web.served import BASE, Client, names, problem

GRAPHS = ("data", "ontology", "shapes", "source")


def graph(client: Client, name: str, **headers: str) -> httpx.Response:
    return client.get("/graph?" + urlencode({"graph": f"{BASE}graph/{name}"}), **headers)


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
@pytest.mark.parametrize("name", GRAPHS)
def test_a_named_graph_is_what_its_dump_holds(
    client: Client, release: Release, name: str, format: Format
) -> None:
    answer = graph(client, name, accept=format.media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == format.content_type
    assert names(answer, "vary") == {"accept", "accept-encoding"}
    assert client.get(answer.headers["content-location"]).content == answer.content
    count = release.manifest.graphs[f"{BASE}graph/{name}"]
    assert len({quad.triple for quad in parse(answer.content, format.rdf)}) == count


def test_literals_of_a_named_graph_are_as_they_were_written(client: Client) -> None:
    assert '"01"^^' in graph(client, "data", accept="application/n-triples").text


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
def test_the_default_graph_is_that_of_sparql(client: Client, format: Format) -> None:
    answer = client.get("/graph?default", accept=format.media_type)
    assert answer.headers["content-type"] == format.content_type
    query = "/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }")
    expected = client.get(query, accept="application/n-triples").text.splitlines()
    assert len({quad.triple for quad in parse(answer.content, format.rdf)}) == len({*expected})
    assert client.get("/graph?default=", accept=format.media_type).status_code == 200


@pytest.mark.parametrize("query", [f"graph={quote(BASE)}graph/data", "default"])
def test_who_has_a_graph_is_told_so(client: Client, query: str) -> None:
    answer = client.get(f"/graph?{query}")
    again = client.get(f"/graph?{query}", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    head = client.ask("HEAD", f"/graph?{query}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == answer.headers["content-type"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ["none", "data/", "../release.json", "<script>"])
def test_an_unknown_graph_is_not_found(client: Client, method: str, name: str) -> None:
    address = "/graph?" + urlencode({"graph": f"{BASE}graph/{name}"})
    assert client.ask(method, address).status_code == 404
    assert f"{BASE}graph/data" in problem(client.get(address))["detail"]


@pytest.mark.parametrize("query", ["", "graph=a&default", "graph=a&graph=b", "default&default"])
def test_one_graph_has_to_be_named(client: Client, query: str) -> None:
    answer = client.get(f"/graph?{query}")
    assert answer.status_code == 400
    assert "/graph?default" in problem(answer)["detail"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(client: Client, method: str) -> None:
    answer = client.ask(method, "/graph?default", {"content-type": "text/turtle"}, b"")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_graph_answers_under_its_own_iri(client: Client) -> None:
    answer = client.get("/graph/data", accept="text/turtle")
    assert answer.status_code == 200
    assert answer.content == graph(client, "data", accept="text/turtle").content
