from __future__ import annotations

import asyncio
import json
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from urllib.parse import quote, urlencode

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from graphsvc.formats import RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.release import Release
from graphsvc.web import workers
from graphsvc.web.app import create_app
from graphsvc.web.problems import Problem
from web.served import BASE, Client, client_of, names, problem

CLUSTERS = f"SELECT ?s WHERE {{ ?s a <{BASE}ns#Cluster> }} ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


def get(client: Client, query: str, accept: str = "*/*", **more: str) -> httpx.Response:
    return client.get("/sparql?" + urlencode({"query": query, **more}), accept=accept)


def count(client: Client, query: str, **more: str) -> int:
    response = get(client, query, **more)
    assert response.status_code == 200, response.text
    return len(response.json()["results"]["bindings"])


def ask(way: str, client: Client, query: str, accept: str) -> httpx.Response:
    """A query by each way that the protocol has."""
    headers = {"accept": accept}
    if way == "get":
        return get(client, query, accept)
    if way == "form":
        body = urlencode({"query": query}).encode()
        return client.ask("POST", "/sparql", headers | FORM, body)
    return client.ask("POST", "/sparql", headers | DIRECT, query.encode())


WAYS = pytest.mark.parametrize("way", ["get", "form", "direct"])


@WAYS
@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda each: each.suffix)
def test_solutions_come_in_every_format(client: Client, way: str, format: Format) -> None:
    response = ask(way, client, CLUSTERS, format.media_type)
    assert response.status_code == 200
    assert response.headers["content-type"] == format.content_type
    assert names(response, "vary") == {"accept", "accept-encoding"}
    assert response.headers["content-length"] == str(len(response.content))
    assert "compare" in response.text
    if format.results is not QueryResultsFormat.CSV:
        results = parse_query_results(response.content, format.results)
        assert isinstance(results, QuerySolutions)
        assert len(list(results)) == 3


@WAYS
@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda each: each.suffix)
@pytest.mark.parametrize("form", ["CONSTRUCT", "DESCRIBE"])
def test_graphs_come_in_every_format(client: Client, way: str, format: Format, form: str) -> None:
    query = CONSTRUCT if form == "CONSTRUCT" else f"DESCRIBE <{BASE}id/cluster/compare>"
    response = ask(way, client, query, format.media_type)
    assert response.headers["content-type"] == format.content_type
    assert list(parse(response.content, format.rdf))


@WAYS
@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda each: each.suffix)
def test_boolean_comes_in_every_format(client: Client, way: str, format: Format) -> None:
    response = ask(way, client, "ASK {}", format.media_type)
    assert response.headers["content-type"] == format.content_type
    assert "true" in response.text


@pytest.mark.parametrize(
    ("query", "media_type"),
    [(CLUSTERS, "application/sparql-results+json"), (CONSTRUCT, "text/turtle; charset=utf-8")],
)
def test_who_does_not_say_gets_the_first_format(
    client: Client, query: str, media_type: str
) -> None:
    assert get(client, query).headers["content-type"] == media_type


def test_head_has_the_headers_of_get(client: Client) -> None:
    path = "/sparql?" + urlencode({"query": CLUSTERS})
    head = client.ask("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == client.ask("GET", path).headers
    assert client.ask("HEAD", "/sparql?query=ASK+%7B").status_code == 400


@pytest.mark.parametrize("format", [*SOLUTIONS_FORMATS], ids=lambda each: each.suffix)
def test_format_in_the_address_goes_before_accept(client: Client, format: Format) -> None:
    for name in (format.suffix, format.media_type):
        response = get(client, CLUSTERS, accept="image/png", format=name)
        assert response.headers["content-type"] == format.content_type


def test_unknown_format_is_refused_with_those_there_are(client: Client) -> None:
    response = get(client, CLUSTERS, format="ttl")
    assert response.status_code == 400
    assert "srj, srx, csv, tsv" in problem(response)["detail"]
    assert get(client, CONSTRUCT, format="ttl").status_code == 200


def test_what_nobody_could_read_is_refused_before_it_is_evaluated(
    client: Client,
) -> None:
    # Evaluated, these would be ended as they take too long.
    endless = "{ ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?o + ?c + ?f = 0) }"
    for query, offers in (
        (f"SELECT * {endless}", SOLUTIONS_FORMATS),
        (f"CONSTRUCT {{ ?s ?p ?o }} {endless}", RDF_FORMATS),
    ):
        response = get(client, query, accept="image/png")
        assert response.status_code == 406
        assert problem(response)["offers"] == [each.media_type for each in offers]


@WAYS
def test_syntax_error_is_told_with_line_and_column(client: Client, way: str) -> None:
    response = ask(way, client, "SELECT *\nWHERE { ?s ?p }", "*/*")
    assert response.status_code == 400
    told = problem(response)
    assert told["line"] == 2
    assert told["column"] > 1


def test_syntax_error_is_a_page_for_people(client: Client) -> None:
    page = get(client, "SELECT <script>", accept="text/html, */*;q=0.8")
    assert page.status_code == 400
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("text", ["100%25", "å+ö", "a+b & c=d;e", "\u2028", "'\"<>"])
def test_query_is_decoded_exactly_once(client: Client, text: str) -> None:
    query = f"SELECT ({json.dumps(text, ensure_ascii=False)} AS ?x) {{}}"
    for way in ("get", "form", "direct"):
        bindings = ask(way, client, query, "*/*").json()["results"]["bindings"]
        assert bindings[0]["x"]["value"] == text


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "/sparql?query=%20&query=ASK%7B%7D&query=x"]
)
def test_several_queries_are_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400
    both = client.ask("POST", "/sparql?query=ASK%7B%7D", DIRECT, b"ASK {}")
    assert both.status_code == 400


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=", "/sparql?default-graph-uri=urn:x"])
def test_who_brings_no_query_gets_a_form_if_that_can_be_read(client: Client, path: str) -> None:
    page = client.html(path, accept_language="sv")
    assert '<form id="ask" action="/sparql" method="get"' in page
    assert '<textarea id="query" name="query"' in page
    answer = client.get(path, accept="text/turtle")
    assert answer.status_code == (400 if "query=" in path else 200)


def test_example_of_the_form_finds_something(client: Client) -> None:
    page = client.html("/sparql")
    text = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    query = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert count(client, query) > 0


def test_prefixes_of_the_publication_need_not_be_declared(client: Client) -> None:
    assert count(client, "SELECT * { ?s a ex:Cluster ; rdfs:label ?l }") == 6


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> 1 }", "CLEAR ALL", "drop all"])
def test_updates_are_refused_and_git_is_named(client: Client, update: str) -> None:
    answers = [
        get(client, update),
        client.ask("POST", "/sparql", DIRECT, update.encode()),
        client.ask("POST", "/sparql", FORM, urlencode({"update": update}).encode()),
        client.ask("GET", "/sparql?" + urlencode({"update": update})),
        client.ask(
            "POST", "/sparql", {"content-type": "application/sparql-update"}, update.encode()
        ),
    ]
    for response in answers:
        assert response.status_code == 403
        assert "git" in problem(response)["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_those_that_work(client: Client, method: str) -> None:
    response = client.ask(method, "/sparql", DIRECT, b"ASK {}")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, QUERY"
    problem(response)


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "multipart/form-data", "application/json"]
)
def test_other_bodies_are_refused_with_those_that_are_read(client: Client, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    response = client.ask("POST", "/sparql", headers, b"ASK {}")
    assert response.status_code == 415
    assert "application/sparql-query" in response.headers["accept-post"]


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_other_encodings_are_refused(client: Client, charset: str) -> None:
    for plain in (FORM, DIRECT):
        headers = {"content-type": f"{plain['content-type']}; charset={charset}"}
        assert client.ask("POST", "/sparql", headers, b"query=ASK{}").status_code == 415
        headers = {"content-type": f'{plain["content-type"]};charset="UTF-8"'}
        assert client.ask("POST", "/sparql", headers, b"query=ASK{}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/sparql?query=%ff", {}, b""),
        ("/sparql", FORM, b"query=%ff"),
        ("/sparql", DIRECT, "ASK { ?s ?p 'å' }".encode("utf-16")),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=no+iri", {}, b""),
        ("/sparql", FORM, b"&".join([b"a=b"] * 1_100)),
    ],
)
def test_what_cannot_be_decoded_is_a_bad_request(
    client: Client, path: str, headers: dict[str, str], body: bytes
) -> None:
    method = "POST" if body else "GET"
    assert problem(client.ask(method, path, headers, body or None))["status"] == 400


def test_too_long_a_query_is_refused(client: Client) -> None:
    query = "ASK {} #" + "x" * 2_000
    assert get(client, query).status_code == 414
    assert client.ask("POST", "/sparql", DIRECT, query.encode()).status_code == 413
    body = b"query=" + quote(query).encode()
    assert client.ask("POST", "/sparql", FORM, body).status_code == 413


def test_too_large_a_body_is_refused_also_without_its_length(client: Client) -> None:
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(1_000):
            taken += 1
            yield b"x" * 1_000

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
            return await asking.post("/sparql", content=body(), headers=DIRECT)

    response = client.portal.call(post)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert taken < 10
    declared = client.ask("POST", "/sparql", DIRECT, b"x" * 6_000)
    assert declared.status_code == 413


GRAPH = "SELECT * { GRAPH ?g { ?s rdfs:label 'said twice'@en } }"
LABELS = "SELECT * { ?s rdfs:label ?l }"
SHARED = f"SELECT * {{ <{BASE}id/shared> rdfs:label ?l }}"


def test_default_graph_is_all_but_the_shapes(client: Client) -> None:
    assert count(client, "SELECT * { ?s a sh:NodeShape }") == 0
    assert count(client, "SELECT * { GRAPH ?g { ?s a sh:NodeShape } }") == 1
    assert count(client, SHARED) == 2  # though two graphs state one of them
    assert count(client, GRAPH) == 2


def test_request_names_the_dataset(client: Client) -> None:
    source, data = f"{BASE}graph/source", f"{BASE}graph/data"
    assert count(client, LABELS, **{"default-graph-uri": source}) == 1
    assert count(client, GRAPH, **{"default-graph-uri": source}) == 0
    assert count(client, GRAPH, **{"named-graph-uri": data}) == 1
    assert count(client, LABELS, **{"named-graph-uri": data}) == 0
    assert count(client, LABELS, **{"default-graph-uri": "urn:nobody"}) == 0


def test_request_goes_before_the_query(client: Client) -> None:
    source, data = f"{BASE}graph/source", f"{BASE}graph/data"
    query = f"SELECT * FROM <{data}> FROM NAMED <{data}> {{ ?s rdfs:label ?l }}"
    assert count(client, query) > 1
    assert count(client, query, **{"default-graph-uri": source}) == 1
    assert count(client, f"SELECT * FROM <{source}> {{ ?s rdfs:label ?l }}") == 1


def test_dataset_may_be_named_beside_a_query_in_the_body(client: Client) -> None:
    path = "/sparql?" + urlencode({"default-graph-uri": f"{BASE}graph/source"})
    response = client.ask("POST", path, DIRECT, LABELS.encode())
    assert len(response.json()["results"]["bindings"]) == 1
    fields = [("query", LABELS), ("default-graph-uri", f"{BASE}graph/source")]
    fields.append(("default-graph-uri", f"{BASE}graph/data"))
    response = client.ask("POST", "/sparql", FORM, urlencode(fields).encode())
    assert len(response.json()["results"]["bindings"]) > 1


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An HTTP server on this machine that remembers whoever asked it."""
    seen: list[bytes] = []

    class Remember(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            seen.append(self.request.recv(1_000))

    with socketserver.TCPServer(("127.0.0.1", 0), Remember) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", seen
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
        "SELECT * { service SILENT <%s> { ?s ?p ?o } }",
        "SELECT * { ?a ?b ?c . SERVICE ?x { ?s ?p ?o } VALUES ?x { <%s> } }",
        "SELECT * { # comment\n SERVICE<%s>{?s ?p ?o} }",
        "SELECT * { \\u0053ERVICE <%s> { ?s ?p ?o } }",
        "SELECT * { FILTER(1<2) SERVICE <%s> { ?s ?p ?o } FILTER('a'>'b') }",
        "SELECT * { FILTER(?a<'x') SERVICE <%s> { ?s ?p ?o } # '>\n }",
        "ASK { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } }",
        "PREFIX a: <urn:#> SELECT * { SERVICE <%s> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
        "LOAD <%s>",
        "SELECT * FROM <%s> { ?s ?p ?o }",
    ],
)
def test_no_query_makes_the_server_fetch_anything(
    client: Client, query: str, listener: tuple[str, list[bytes]]
) -> None:
    address, seen = listener
    for way in ("get", "direct"):
        response = ask(way, client, query.replace("%s", address), "*/*")
        assert response.status_code in (400, 403) or "FROM" in query
    assert seen == []


def test_word_service_is_harmless_where_it_is_none(client: Client) -> None:
    query = "# SERVICE\nSELECT ?service { BIND('SERVICE' AS ?service) }"
    assert count(client, query) == 1


def test_queue_that_is_too_long_is_told_to_come_again(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask() -> Problem:
        found = workers.Workers(1)
        try:
            async with found.borrow(release):
                monkeypatch.setattr(workers, "WAITING", 0)
                with pytest.raises(Problem) as refused:
                    await found.borrow(release).__aenter__()
            return refused.value
        finally:
            await found.close()

    problem = asyncio.run(ask())
    assert problem.status == 503
    assert problem.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("before", "each", "after"),
    [
        ("ASK { ", "BIND(1 AS ?a%d) ", "}"),
        ("SELECT ", "(1 AS ?a%d) ", "{}"),
        ("SELECT (COUNT(*) AS ?c) {} HAVING ", "(true) ", ""),
    ],
)
def test_no_query_is_too_long_for_the_stack(
    release: Release, before: str, each: str, after: str
) -> None:
    # Within the limits that are usual, not those of this small publication.
    usual = replace(release.settings, query_bytes=100_000, body_bytes=1_000_000)
    app = create_app(lambda: replace(release, settings=usual))
    query = before + "".join(each % n if "%" in each else each for n in range(4_500)) + after
    with client_of(app) as asking:
        response = asking.ask("POST", "/sparql", DIRECT, query.encode())
    assert response.status_code == 200


def test_many_queries_are_answered_side_by_side(client: Client) -> None:
    async def ask_all() -> list[int]:
        transport = httpx.ASGITransport(app=client.app)
        statuses: list[int] = []

        async def one(asking: httpx.AsyncClient, number: int) -> None:
            query = f"SELECT ({number} AS ?n) {{ ?s ?p ?o }}"
            response = await asking.post("/sparql", content=query, headers=DIRECT)
            first = response.json()["results"]["bindings"][0]["n"]["value"]
            assert first == str(number)
            statuses.append(response.status_code)

        import anyio

        async with (
            httpx.AsyncClient(transport=transport, base_url="http://test") as asking,
            anyio.create_task_group() as tasks,
        ):
            for number in range(40):
                tasks.start_soon(one, asking, number)
        return statuses

    assert client.portal.call(ask_all) == [200] * 40


def test_rdf_results_are_parsed_by_their_own_media_type(client: Client) -> None:
    response = get(client, CONSTRUCT, accept="application/rdf+xml;q=0.5, text/turtle;q=0.1")
    assert list(parse(response.content, RdfFormat.RDF_XML))


@pytest.mark.parametrize(
    ("query", "head"),
    [
        ("SELECT * { ?s ?p ?o }", "s,p,o"),
        ("# SELECT ?a\nselect distinct * { ?z a ?b ; ?a ?z }", "z,b,a"),
        ("SELECT * { { SELECT ?y ?x { ?x ?p ?y } } BIND('?q' AS ?a) }", "y,x,a"),
        ("SELECT * { { SELECT * { ?y ?x ?b } } }", "y,x,b"),
        ("SELECT ?o ?s { ?s ?p ?o }", "o,s"),
        ("SELECT (COUNT(*) AS ?n) ('*' AS ?a) { ?s ?p ?o }", "n,a"),
        ("SELECT * {}", ""),
    ],
)
def test_columns_are_in_the_order_of_the_query(client: Client, query: str, head: str) -> None:
    assert get(client, query, "text/csv").text.splitlines()[0] == head


def test_relative_iris_are_those_of_the_publication(client: Client) -> None:
    query = "SELECT ?p { <id/cluster/compare> a ?p }"
    assert get(client, query, "text/csv").text.splitlines()[1:] == [f"{BASE}ns#Cluster"]


def test_a_function_that_is_not_there_is_named(client: Client) -> None:
    told = problem(get(client, "SELECT (<urn:not-there>(1) AS ?x) {}"))
    assert told["status"] == 400
    assert "<urn:not-there>" in told["detail"]


def test_a_query_may_come_by_the_method_query(client: Client) -> None:
    """Spec: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1, safe like GET."""
    answer = client.ask("QUERY", "/sparql", DIRECT | {"accept": "text/csv"}, CLUSTERS.encode())
    assert answer.text == get(client, CLUSTERS, "text/csv").text
    body = urlencode({"query": CLUSTERS}).encode()
    assert client.ask("QUERY", "/sparql", FORM | {"accept": "text/csv"}, body).text == answer.text
    assert client.ask("QUERY", "/sparql", DIRECT, b"").status_code == 400
