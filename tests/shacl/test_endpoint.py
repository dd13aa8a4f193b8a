"""An endpoint without a server: the text that is sent, and what is made of the answers.

tests/shacl/test_remote.py has the servers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    parse,
)

from graphsvc.paths import Term
from graphsvc.shacl.endpoint import Endpoint, EndpointError, asked_about
from graphsvc.shacl.plan import Query

DATA = b"PREFIX : <urn:> :a :p :b, 1, 3 ; :q :c . :b :p :a, 'x' . :c :p :c ."

# What is bound before a query starts


@pytest.mark.parametrize("this", [NamedNode("urn:a"), Literal("x"), Literal(3)], ids=str)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?this ?v { $this <urn:p> ?v }",
        "SELECT DISTINCT $this ?v { ?this <urn:p> ?v }",
        "SELECT ?this { ?this <urn:p> ?v }",
        "SELECT ?this (STR(?this) AS ?w) { ?x <urn:p> ?y }",
        "SELECT ?this ?v { ?x <urn:p> ?v FILTER (!sameTerm(?v, $this)) }",
        'SELECT ?this ?v { ?x <urn:p> ?v # ?this\n FILTER (?v != "?this" && ?v != <urn:?this>) }',
        "SELECT ?this (COUNT(?v) AS ?n) { ?this <urn:p> ?v } GROUP BY ?this HAVING (COUNT(?v) > 0)",
        "SELECT ?this ?v { ?x <urn:p> ?v } ORDER BY ?this DESC(?v) LIMIT 2",
        "SELECT ?this ?v ?n { ?this <urn:p> ?v "
        "{ SELECT $this (COUNT(*) AS ?n) { $this <urn:p> ?w } GROUP BY $this } }",
        "SELECT ?this ?v { ?this <urn:p> ?v { SELECT ?this { ?this <urn:p> ?w } LIMIT 1 } }",
        "SELECT $this ?v { ?v <urn:p> ?w MINUS { $this <urn:q> ?v } OPTIONAL { $this <urn:p> 1 } }",
        "SELECT ?this ?v ?thisone { ?this ?thisone ?v }",
    ],
)
def test_to_write_a_focus_node_out_is_to_bind_it(text: str, this: Term) -> None:
    store = Store()
    store.extend(parse(DATA, RdfFormat.TURTLE))
    bound = solutions(store, text, substitutions={Variable("this"): this})
    assert solutions(store, asked_about(text, this)) == bound


@pytest.mark.parametrize(
    ("text", "written"),
    [  # where pyoxigraph's substitutions leave $this unbound
        (
            "SELECT ?this ($this AS ?v) { FILTER (BOUND(?this) && 1 < 2) }",
            "SELECT (<urn:a> AS ?this) (<urn:a> AS ?v) { FILTER (true && 1 < 2) }",
        ),
        (
            "SELECT ?this { ?this ?p ?o FILTER (!bound # ( ?this\n ( $this ) ) }",
            "SELECT (<urn:a> AS ?this) { <urn:a> ?p ?o FILTER (!true  ) }",
        ),
    ],
)
def test_a_focus_node_is_bound_everywhere(text: str, written: str) -> None:
    assert asked_about(text, NamedNode("urn:a")) == written


def solutions(store: Store, text: str, **options: Any) -> tuple[list[str], list[str]]:
    """The columns but ?this, and the rows."""
    found = cast("QuerySolutions", store.query(text, **options))
    names = [each for each in found.variables if each != Variable("this")]
    return list(map(str, names)), sorted(str([row[name] for name in names]) for row in found)


def test_a_blank_node_cannot_be_written_out() -> None:
    with pytest.raises(EndpointError, match="give the node an IRI"):
        asked_about("SELECT ?v { $this ?p ?v }", BlankNode())


# Answers that are none


JSON = {"Content-Type": "application/sparql-results+json"}
ONE = b'{"head": {}, "results": {"bindings": [{"s": {"type": "uri", "value": "urn:a"}}]}}'


@pytest.mark.parametrize(
    ("response", "what"),
    [
        (httpx.Response(503, text="Too busy,\n come later"), "503: Too busy, come later"),
        (httpx.Response(500), "500: Internal Server Error"),
        (
            httpx.Response(
                502,
                html="<html><head><title>x</title><style>b {}</style><body>Bad&nbsp;<b>gateway",
            ),
            "502: Bad&nbsp; gateway",
        ),
        (httpx.Response(200, html="<h1>Sign in</h1>"), "answers text/html; charset=utf-8, not "),
        (httpx.Response(200, content=ONE[:-20], headers=JSON), "the answer breaks off"),
        (httpx.Response(200, content=b"{}", headers=JSON), "the answer breaks off"),
        (httpx.Response(200, content=ONE.replace(b"urn:a", b"a"), headers=JSON), "no term"),
        (httpx.Response(200, content=ONE.replace(b"value", b"values"), headers=JSON), "no term"),
        (
            httpx.Response(200, content=ONE, headers={**JSON, "X-SPARQL-MaxRows": "1"}),
            "the answer is cut after 1 solutions",
        ),
        (httpx.Response(200, content=ONE, headers={**JSON, "X-SQL-State": "S1TAT"}), "is cut"),
    ],
)
def test_no_whole_answer_is_an_error(response: httpx.Response, what: str) -> None:
    with pytest.raises(EndpointError, match=re.escape(what)):
        list(endpoint(lambda _: response).select(Query("SELECT * {}", ("?s",))))


@pytest.mark.parametrize(
    ("error", "what"),
    [(httpx.ReadTimeout, "no answer in time"), (httpx.ConnectError, "refused")],
)
def test_no_answer_is_an_error(error: type[httpx.TransportError], what: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("refused", request=request)

    with pytest.raises(EndpointError, match=f"^http://x/sparql: {what}$"):
        list(endpoint(answer).select(Query("SELECT * {}", ("?s",))))


def test_terms_are_as_they_were_written() -> None:
    written = "urn:graphsvc:written:http://www.w3.org/2001/XMLSchema#integer"
    boolean = "http://www.w3.org/2001/XMLSchema#boolean"
    cells = [
        {"type": "literal", "value": "01", "datatype": written},
        {"type": "typed-literal", "value": "1", "datatype": boolean},
        {"type": "literal", "value": "x", "xml:lang": "en"},
        {"type": "literal", "value": "x"},
        {"type": "bnode", "value": "nodeID://b1"},
        {"type": "bnode", "value": "b1"},
    ]
    solutions = [{"s": cell} for cell in cells]
    answer = httpx.Response(200, json={"results": {"bindings": [*solutions, {}]}}, headers=JSON)
    rows = list(endpoint(lambda _: answer).select(Query("SELECT * {}", ("?s",))))
    assert [row[0] for row in rows] == [
        Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        Literal(True),
        Literal("x", language="en"),
        Literal("x"),
        BlankNode("x6e6f646549443a2f2f6231"),
        BlankNode("b1"),
        None,
    ]


def endpoint(answer: Callable[[httpx.Request], httpx.Response]) -> Endpoint:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Endpoint(client, "http://x/sparql", [NamedNode("urn:data")])
