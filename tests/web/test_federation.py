"""SERVICE: what it calls where it may, and that nothing else is ever fetched.

Every listener is on loopback; that it has seen nothing is what most tests are about.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pyoxigraph import Store
from serving import Server, serving

from graphsvc.build import BuildOptions, build
from graphsvc.errors import SourceErrors
from graphsvc.queries import Dataset, read_query
from graphsvc.release import Release
from graphsvc.web.gateway import Gateway
from graphsvc.web.remote import is_public
from web.served import BASE, Client, problem, write_publication

QUERY_SECONDS = 2
MOST_BYTES = 20_000
DIRECT = {"content-type": "application/sparql-query"}
RESULTS = "application/sparql-results+json"
LOCAL = f"?s a <{BASE}ns#Cluster>"


def results(*rows: dict[str, str]) -> bytes:
    bindings = [
        {
            name: {"type": "uri" if value.startswith("http") else "literal", "value": value}
            for name, value in row.items()
        }
        for row in rows
    ]
    names = sorted({name for row in rows for name in row})
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


class Endpoint(ThreadingHTTPServer):
    """Somebody else's SPARQL endpoint; `answers` say what is at each path."""

    daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.queries: list[bytes] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.release = threading.Event()  # of those that are slow
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def process_request(self, *arguments: Any) -> None:
        self.seen.append("connection")  # as much as that is too much where nothing may be fetched
        super().process_request(*arguments)

    def says(self, path: str, body: bytes, content_type: str = RESULTS) -> None:
        self.answers[path] = (200, {"Content-Type": content_type}, body)


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.server.seen.append(self.path)
        self.server.queries.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path == "/slow":
            self.server.release.wait(60)
        status, headers, body = self.server.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def listening() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield endpoint
        endpoint.release.set()
        endpoint.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with listening() as endpoint:
        endpoint.says(
            "/sparql",
            results(
                {"s": f"{BASE}id/cluster/compare", "x": "here"}, {"s": BASE + "no", "x": "there"}
            ),
        )
        endpoint.says("/sparql/below", results({"x": "below"}))
        endpoint.says("/sparql2", results({"x": "beside"}))
        endpoint.says("/large", results({"x": "x" * MOST_BYTES}))
        endpoint.says("/html", b"<p>no results</p>", "text/html")
        endpoint.says("/bad", b'{"head": {"vars": ["x"]}, "results": {"bindings": [', RESULTS)
        endpoint.says("/empty", b"")
        endpoint.says("/other", b'["x"]')
        endpoint.answers["/packed"] = (
            200,
            {"Content-Type": RESULTS, "Content-Encoding": "gzip"},
            b"",
        )
        for path, location in (
            ("/moved", "/sparql"),
            ("/moved-away", "/elsewhere"),
            ("/moved-metadata", "http://169.254.169.254/latest"),
            ("/moved-localhost", f"http://localhost:{endpoint.server_port}/sparql"),
            ("/moved-file", "file:///etc/passwd"),
            ("/loop", "/loop"),
        ):
            endpoint.answers[path] = (307, {"Location": location}, b"")
        endpoint.answers["/see-other"] = (303, {"Location": "/sparql"}, b"")
        yield endpoint


PATHS = (
    "sparql",
    "large",
    "slow",
    "html",
    "bad",
    "empty",
    "other",
    "packed",
    "loop",
    "see-other",
    "nothing",
)
MOVED = ("moved", "moved-away", "moved-metadata", "moved-localhost", "moved-file")


def publish(folder: Path, service: str) -> Path:
    root = write_publication(folder / "publication")
    toml = root / "graphsvc.toml"
    limits = f"query_seconds = {QUERY_SECONDS}\n"
    toml.write_text(f"{toml.read_text()}{limits}[service]\n{service}\n", encoding="utf-8")
    return build(root, folder / "releases", BuildOptions(shapes=False))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[Server]:
    """One that may call some of the endpoint's addresses, though it is on loopback."""
    allowed = [f"{endpoint.url}/{path}" for path in (*PATHS, *MOVED)]
    service = f"allow = {allowed}\nprivate_addresses = true\nresult_bytes = {MOST_BYTES}"
    folder = publish(tmp_path_factory.mktemp("federation"), service)
    with serving("--release", str(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def public_only(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[Server]:
    """One that may call the endpoint by name, but no private address."""
    port = endpoint.server_port
    names = [f"http://{host}:{port}/sparql" for host in ("localhost", "127.0.0.1", "2130706433")]
    folder = publish(tmp_path_factory.mktemp("public"), f"allow = {names}")
    with serving("--release", str(folder)) as server:
        yield server


def ask(server: Server, query: str, accept: str = "text/csv") -> httpx.Response:
    return server.client.post("/sparql", content=query, headers={**DIRECT, "accept": accept})


def rows(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return sorted(response.text.split()[1:])


def calling(url: str, rest: str = "?s ?p ?x") -> str:
    return f"SELECT ?x {{ SERVICE <{url}> {{ {rest} }} }}"


# ----- where nothing is to be called


FETCHING: dict[str, str] = {
    "LOAD": "LOAD <URL>",
    "LOAD INTO": "LOAD <URL> INTO GRAPH <urn:g>",
    "FROM": "SELECT * FROM <URL> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH": "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "SERVICE": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SERVICE SILENT": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "escaped": "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "prefixed": "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE <URL>",
    "function": "SELECT (<URL>('x') AS ?x) {}",
}


@pytest.mark.parametrize("name", FETCHING)
def test_no_query_fetches_anything(client: Client, endpoint: Endpoint, name: str) -> None:
    endpoint.seen.clear()
    query = FETCHING[name].replace("URL", endpoint.url + "/sparql")
    client.ask("POST", "/sparql", DIRECT, query.encode())
    assert endpoint.seen == []


def test_no_parameter_fetches_anything(client: Client, endpoint: Endpoint) -> None:
    endpoint.seen.clear()
    url = endpoint.url + "/sparql"
    for name in ("default-graph-uri", "named-graph-uri", "using-graph-uri"):
        client.get("/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }", name: url}))
    client.get("/graph?" + urlencode({"graph": url}))
    client.get("/" + url)
    assert endpoint.seen == []


JSON_LD = '{"@context": "URL", "@id": "urn:x", "http://example.org/p": "x"}'
RDF_XML = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "URL">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x#">
<rdf:Description rdf:about="urn:x"><x:p>&e;</x:p></rdf:Description></rdf:RDF>"""
TURTLE = "<x> <http://www.w3.org/2002/07/owl#imports> <URL> ."


@pytest.mark.parametrize(
    ("name", "text"), [("x.jsonld", JSON_LD), ("x.rdf", RDF_XML), ("x.ttl", TURTLE)]
)
def test_no_file_fetches_anything(tmp_path: Path, endpoint: Endpoint, name: str, text: str) -> None:
    endpoint.seen.clear()
    root = write_publication(tmp_path / "publication")
    (root / "data" / name).write_text(text.replace("URL", endpoint.url + "/sparql"))
    try:
        build(root, tmp_path / "releases", BuildOptions(shapes=False))
    except SourceErrors:
        assert name != "x.ttl"
    assert endpoint.seen == []


# ----- where it is


def test_local_data_is_joined_with_the_remote(server: Server, endpoint: Endpoint) -> None:
    query = f"SELECT ?s ?x {{ {LOCAL} SERVICE <{endpoint.url}/sparql> {{ ?s ?p ?x }} }}"
    response = ask(server, query)
    assert rows(response) == [f"{BASE}id/cluster/compare,here"]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_what_is_answered_is_never_kept(server: Server, endpoint: Endpoint) -> None:
    path = "/sparql?" + urlencode({"query": calling(f"{endpoint.url}/sparql"), "format": "csv"})
    endpoint.seen.clear()
    for _ in range(2):
        assert rows(server.client.get(path)) == ["here", "there"]
    assert endpoint.seen.count("/sparql") == 2


def test_a_query_calls_once_for_what_it_asks_often(server: Server, endpoint: Endpoint) -> None:
    endpoint.seen.clear()
    service = f"SERVICE <{endpoint.url}/sparql> {{ ?s ?q ?x }}"
    query = f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {service} }} }}"
    assert len(rows(ask(server, query))) > 2
    assert endpoint.seen.count("/sparql") == 1


def test_nothing_of_ours_is_told_to_the_endpoint(server: Server, endpoint: Endpoint) -> None:
    endpoint.queries.clear()
    ask(server, calling(f"{endpoint.url}/sparql"))
    assert endpoint.queries == [f"BASE <{BASE}>\nSELECT * WHERE {{ ?s ?p ?x . }}".encode()]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { SERVICE SILENT <URL/sparql> { ?s ?p ?x } }",
        "SELECT ?x { service#comment\n<URL/sparql>{ ?s ?p ?x } }",
        "PREFIX a: <urn:serviceX/> SELECT ?x { SERVICE <URL/sparql> { ?s a:service ?x } }",
        "SELECT ?x { { SERVICE <URL/sparql> { ?s ?p ?x } } UNION { ?x <urn:none> ?y } }",
        "SELECT DISTINCT ?x { SERVICE <URL/sparql> { ?s ?p ?x } "
        "OPTIONAL { SERVICE <URL/sparql> { ?s ?p ?y } } }",
    ],
)
def test_ways_to_write_it(server: Server, endpoint: Endpoint, query: str) -> None:
    assert rows(ask(server, query.replace("URL", endpoint.url))) == ["here", "there"]


def test_below_an_endpoint_is_allowed_too(server: Server, endpoint: Endpoint) -> None:
    assert rows(ask(server, calling(f"{endpoint.url}/sparql/below"))) == ["below"]


REFUSED = [
    "URL/sparql2",
    "URL/",
    "URL",
    "URL/SPARQL",
    "URL/sparql/../sparql2",
    "URL/sparql/%2e%2e/sparql2",
    "URL/sparql%2f..%2fsparql2",
    "URL/sparql/./x",
    "URL/%73parql",
    "URL/sparql?x",
    "URL/sparql#x",
    "http://127.0.0.1:PORT@127.0.0.1:PORT/sparql",
    "http://user@127.0.0.1:PORT/sparql",
    "http://allowed:x@127.0.0.1:PORT/sparql",
    "https://127.0.0.1:PORT/sparql",
    "http://127.0.0.1/sparql",
    "http://127.0.0.1:1PORT/sparql",
    "http://127.0.0.1:PORT.evil.example/sparql",
    "http://127.1:PORT/sparql",
    "http://localhost:PORT/sparql",
    "http://[::1]:PORT/sparql",
    "http://[::ffff:127.0.0.1]:PORT/sparql",
    "http://127.0.0.1.:PORT/sparql",
    "//127.0.0.1:PORT/sparql",
    "sparql",
    "file:///etc/passwd",
    "ftp://127.0.0.1:PORT/sparql",
]


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize("iri", REFUSED)
def test_any_other_address_is_refused(
    server: Server, endpoint: Endpoint, iri: str, silent: str
) -> None:
    endpoint.seen.clear()
    iri = iri.replace("URL", endpoint.url).replace("PORT", str(endpoint.server_port))
    response = ask(server, calling(iri).replace("SERVICE ", f"SERVICE {silent}"))
    assert response.status_code == 403, response.text
    assert iri[:200] in problem(response)["detail"]
    assert endpoint.seen == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { VALUES ?u { <URL/sparql> } SERVICE ?u { ?s ?p ?x } }", "after SERVICE"),
        ("PREFIX e: <URL/> SELECT * { SERVICE e:sparql { ?s ?p ?x } }", "after SERVICE"),
        ("SELECT * { SERVICE SILENT e:sparql { ?s ?p ?x } }", "after SERVICE"),
        ("SELECT * { SERVICE <URL/sparql> { SERVICE <URL/sparql> {} } }", "within a SERVICE"),
        ("SELECT * { SERVICE <URL/sparql> { { { SERVICE <x:y> {} } } } }", "within a SERVICE"),
        ("SELECT * { \\u0053ERVICE <URL/sparql> { ?s ?p ?x } }", "two ways"),
        ("SELECT * { SERVICE <URL/sparql\\u0032> { ?s ?p ?x } }", "two ways"),
        ("SELECT * { SERVICE <URL/sparql> { ?s ?p 'x } }", "two ways"),
        ("SELECT * { FILTER(true)SERVICESILENT<URL/sparql2> { ?s ?p ?x } }", "otherwise"),
        ("SELECT * { FILTER(true&&trueSERVICEx:y { ?s ?p ?x }) }", "otherwise"),
        ("ASK { SERVICE", "ends after SERVICE"),
    ],
)
def test_what_cannot_be_told_for_sure_is_refused(
    server: Server, endpoint: Endpoint, query: str, said: str
) -> None:
    endpoint.seen.clear()
    response = ask(server, query.replace("URL", endpoint.url))
    assert response.status_code == 403, response.text
    assert said in problem(response)["detail"]
    assert endpoint.seen == []


def test_error_shows_the_query_as_it_was_written(server: Server, endpoint: Endpoint) -> None:
    query = f"SELECT * {{\n SERVICE <{endpoint.url}/sparql> {{ ?s ?p }} }}"
    with pytest.raises(SyntaxError) as raised:  # hence nothing is called
        Store().query(query)
    told = problem(ask(server, query))
    assert told["status"] == 400
    assert str(raised.value).startswith(f"error at {told['line']}:{told['column']}: ")
    assert f"SERVICE <{endpoint.url}/sparql> {{" in told["detail"]


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("large", f"its answer passes the {MOST_BYTES} bytes that are left"),
        ("moved-away", "/elsewhere, which may not be called"),
        ("moved-metadata", "169.254.169.254/latest, which may not be called"),
        ("moved-localhost", "/sparql, which may not be called"),
        ("moved-file", "it redirects to 'file:///etc/passwd'"),
    ],
)
def test_refusal_of_ours_is_told_also_of_who_would_be_silent(
    server: Server, endpoint: Endpoint, path: str, said: str, silent: str
) -> None:
    query = calling(f"{endpoint.url}/{path}").replace("SERVICE ", f"SERVICE {silent}")
    response = ask(server, query)
    assert response.status_code == 502, response.text
    assert said in problem(response)["detail"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("html", "its answer is text/html; SPARQL results are wanted"),
        ("packed", "SPARQL results are wanted"),
        ("nothing", "it answers with 404"),
        ("see-other", "it answers with 303"),
        ("loop", "redirects more than 3 times"),
        ("empty", "no SPARQL results"),
        ("other", "no SPARQL results"),
    ],
)
def test_endpoint_that_fails_is_told_of_unless_the_query_is_silent(
    server: Server, endpoint: Endpoint, path: str, said: str
) -> None:
    query = f"SELECT ?y {{ BIND('kept' AS ?y) SERVICE <{endpoint.url}/{path}> {{ ?s ?p ?x }} }}"
    response = ask(server, query)
    assert response.status_code == 502, response.text
    assert said in problem(response)["detail"]
    assert rows(ask(server, query.replace("SERVICE", "SERVICE SILENT"))) == ["kept"]


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_answer_that_breaks_off_is_never_taken_for_a_whole(
    server: Server, endpoint: Endpoint, silent: str
) -> None:
    query = calling(f"{endpoint.url}/bad").replace("SERVICE ", f"SERVICE {silent}")
    assert problem(ask(server, query))["status"] == 502


def test_answers_are_bounded_all_together(server: Server, endpoint: Endpoint) -> None:
    endpoint.says("/sparql/half", results({"x": "x" * (MOST_BYTES * 2 // 3)}))
    service = f"{{ SERVICE <{endpoint.url}/sparql/half> {{ ?s NAME ?x }} }}"
    one, two = (service.replace("NAME", f"<urn:{name}>") for name in "ab")
    assert len(rows(ask(server, f"SELECT ?x {one}"))) == 1
    assert problem(ask(server, f"SELECT ?x {{ {one} UNION {two} }}"))["status"] == 502


def test_redirection_to_what_is_allowed_is_followed(server: Server, endpoint: Endpoint) -> None:
    assert rows(ask(server, calling(f"{endpoint.url}/moved"))) == ["here", "there"]


def test_query_that_waits_too_long_is_ended(server: Server, endpoint: Endpoint) -> None:
    response = ask(server, calling(f"{endpoint.url}/slow"))
    assert response.status_code == 503
    assert problem(response)["query_seconds"] == QUERY_SECONDS
    assert ask(server, "ASK {}").status_code == 200


def test_endpoint_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/sparql"
    folder = publish(tmp_path, f"allow = ['{url}']\nprivate_addresses = true")
    with serving("--release", str(folder)) as server:
        assert problem(ask(server, calling(url)))["status"] == 502


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433"])
def test_private_address_is_not_called_by_any_name(
    public_only: Server, endpoint: Endpoint, host: str
) -> None:
    endpoint.seen.clear()
    url = f"http://{host}:{endpoint.server_port}/sparql"
    response = ask(public_only, calling(url))
    assert response.status_code == 502, response.text
    assert "not public" in problem(response)["detail"]
    assert endpoint.seen == []


def test_gateway_knows_its_caller(release: Release, endpoint: Endpoint) -> None:
    gateway = Gateway()
    query = read_query(calling(f"{endpoint.url}/sparql"))
    settings = replace(
        release.settings, service_allow=(endpoint.url,), service_private_addresses=True
    )
    with gateway.between(query, Dataset(), settings):
        endpoint.seen.clear()
        token = gateway.url.rstrip("/").rpartition("/")[2]
        for path in (token[:-1] + "x", "", "%00", "å"):
            url = gateway.url.replace(token, path) + "0"
            assert httpx.post(url, content=b"ASK {}").status_code == 404
        assert endpoint.seen == []
        assert httpx.post(gateway.url + "0", content=b"ASK {}").status_code == 200
        assert endpoint.seen
    gateway.close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255"),
        *("192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0"),
        *("fc00::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b:1::7f00:1", "::127.0.0.1", "::ffff:0:7f00:1", "fec0::1", "5f00::1"),
        *("192.0.0.8", "192.88.99.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1"),
        *("2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:db8::1"),
    ],
)
def test_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_address_is_public(address: str) -> None:
    assert is_public(address)


def test_service_description_tells_of_it(server: Server, client: Client) -> None:
    feature = "sd:BasicFederatedQuery"
    assert feature in server.client.get("/sparql", headers={"accept": "text/turtle"}).text
    assert feature not in client.get("/sparql", accept="text/turtle").text
