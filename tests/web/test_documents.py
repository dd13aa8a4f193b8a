from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, parse

from graphsvc.formats import JSON_LD, RDF_FORMATS, TURTLE, Format
from graphsvc.release import Release
from web.served import BASE, Client, names, problem

COMPARE = "/doc/cluster/compare"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
FORMATS = [pytest.param(each, id=each.suffix) for each in RDF_FORMATS]


def labels(client: Client, path: str) -> set[str]:
    """The labels in a Turtle document."""
    response = client.get(path, accept="text/turtle")
    assert response.status_code == 200, response.text
    quads = parse(response.content, TURTLE.rdf)
    return {quad.object.value for quad in quads if quad.predicate == LABEL}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_thing_answers_with_the_address_of_its_document(client: Client, method: str) -> None:
    response = client.ask(method, "/id/cluster/compare")
    assert response.status_code == 303
    assert response.headers["location"] == COMPARE
    assert response.headers["vary"] == "Accept"
    assert 'rel="describedby"' in response.headers["link"]
    assert response.content == b""


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/id/nobody", "/doc/nobody", "/doc/nobody.ttl", "/nothing", "/ns/9.9.9", "/graph/none"]
)
def test_unknown_iri_is_not_found(client: Client, method: str, path: str) -> None:
    response = client.ask(method, path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("sent", "location"),
    [
        ("/id/region/å", "/doc/region/%C3%A5"),
        ("/id/region/%C3%A5", "/doc/region/%C3%A5"),
        ("/id/region/%c3%a5", "/doc/region/%C3%A5"),
        ("/id/a%2Fb", "/doc/a%2Fb"),
        ("/id/asked?x=1", "/doc/asked?x=1"),
        ("/id/asked?x=1&lang=sv", "/doc/asked?x=1&lang=sv"),
        ("/id/asked?lang=sv", "/doc/asked?lang=sv"),
        ("/id/asked?utm_source=x", "/doc/asked"),
        ("/id/frag", "/doc/frag"),
    ],
)
def test_iri_survives_the_way_to_its_document(client: Client, sent: str, location: str) -> None:
    assert client.get(sent).headers["location"] == location
    assert client.get(location).status_code == 200


def test_escaped_slash_is_no_slash(client: Client) -> None:
    assert labels(client, "/doc/a%2Fb") == {"slash"}
    assert client.get("/doc/a/b").status_code == 404


def test_query_may_be_part_of_an_iri(client: Client) -> None:
    assert labels(client, "/doc/asked?x=1") == {"with a query"}
    assert labels(client, "/doc/asked.ttl?x=1") == {"with a query"}
    assert labels(client, "/doc/asked?other=1") == {"without a query"}


def test_iri_that_ends_like_a_suffix_is_itself(client: Client) -> None:
    assert labels(client, "/doc/file.ttl") == {"the file in Turtle"}
    assert labels(client, "/doc/file") == {"the file"}
    assert labels(client, "/doc/file.ttl.ttl") == {"the file in Turtle"}


@pytest.mark.parametrize("format", FORMATS)
def test_suffix_and_accept_give_the_same_body(client: Client, format: Format) -> None:
    by_suffix = client.get(f"{COMPARE}.{format.suffix}", accept="image/png")
    negotiated = client.get(COMPARE, accept=format.media_type)
    assert by_suffix.status_code == negotiated.status_code == 200
    assert by_suffix.content == negotiated.content
    assert by_suffix.headers["content-type"] == format.content_type
    assert negotiated.headers["content-type"] == format.content_type
    assert by_suffix.headers["etag"] == negotiated.headers["etag"]
    assert negotiated.headers["content-location"] == f"{COMPARE}.{format.suffix}"
    assert "content-location" not in by_suffix.headers
    assert names(negotiated, "vary") == {"accept", "accept-encoding"}
    assert names(by_suffix, "vary") == {"accept-encoding"}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", [COMPARE, "/ns", "/shapes", "/def/level", "/doc/lists"])
def test_every_format_tells_the_same_triples(client: Client, path: str, format: Format) -> None:
    def triples(each: Format) -> int:
        content = client.get(path, accept=each.media_type).content
        return len({quad.triple for quad in parse(content, each.rdf)})

    assert triples(format) == triples(TURTLE) > 0


def test_literals_are_given_as_they_were_written(client: Client) -> None:
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    quads = parse(client.get(COMPARE + ".nt").content, RDF_FORMATS[3].rdf)
    assert Literal("01", datatype=integer) in [quad.object for quad in quads]


def test_only_formats_for_datasets_tell_the_graphs(client: Client) -> None:
    trig = client.get("/doc/shared.trig").text
    assert f"{BASE}graph/source" in trig
    quads = list(parse(client.get("/doc/shared.jsonld").content, JSON_LD.rdf))
    assert len(quads) == 2
    assert all(str(quad.graph_name) == "DEFAULT" for quad in quads)


def test_document_holds_what_its_fragments_are(client: Client) -> None:
    assert labels(client, "/doc/frag") == {"it"}
    assert {"Cluster", "region", "Vocabulary"} <= labels(client, "/ns")


def test_version_of_an_ontology_answers_with_the_ontology(client: Client) -> None:
    version = client.get("/ns/1.0.0", accept="text/turtle")
    assert version.content == client.get("/ns", accept="text/turtle").content
    assert version.headers["content-location"] == "/ns/1.0.0.ttl"
    assert client.get("/ns/1.0.0.ttl").content == version.content


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/graph/data", "*/*", "/dump/data.ttl"),
        ("/graph/data", "application/rdf+xml", "/dump/data.rdf"),
        ("/graph/data.nq", "*/*", "/dump/data.nq"),
    ],
)
def test_named_graph_answers_with_its_dump(
    client: Client, path: str, accept: str, location: str
) -> None:
    answer, dump = client.get(path, accept=accept), client.get(location)
    assert answer.status_code == 200
    assert answer.headers["content-location"] == location
    assert answer.headers["content-type"] == dump.headers["content-type"]
    assert answer.content == dump.content
    again = client.get(path, accept=accept, if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/graph/data", "/graph/data.html"])
def test_people_are_shown_the_dumps_of_a_named_graph(client: Client, path: str) -> None:
    response = client.get(path, accept="text/html")
    assert response.status_code == 303
    assert response.headers["location"] == "/dump/#data"


def test_data_goes_first_to_who_does_not_say(client: Client) -> None:
    assert client.get(COMPARE).headers["content-type"] == "text/turtle; charset=utf-8"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get(COMPARE, accept=browser).headers["content-type"] == "text/html; charset=utf-8"


def test_accept_may_be_spread_over_several_lines(client: Client) -> None:
    async def ask() -> str:
        import httpx

        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
            lines = [("Accept", "text/html;q=0.1"), ("Accept", "application/n-triples")]
            response = await asking.get(COMPARE, headers=lines)
            return str(response.headers["content-type"])

    assert client.portal.call(ask) == "application/n-triples"


def test_what_nobody_offers_is_refused_with_every_offer(client: Client) -> None:
    response = client.get(COMPARE, accept="image/png")
    assert response.status_code == 406
    assert problem(response)["offers"] == [
        *(each.media_type for each in RDF_FORMATS),
        "text/html",
    ]
    assert "accept" in names(response, "vary")


def test_links_tell_what_is_described_and_in_what_forms(client: Client) -> None:
    link = client.get(COMPARE).headers["link"]
    assert f'<{BASE}doc/cluster/compare>; rel="canonical"' in link
    assert f'<{BASE}id/cluster/compare>; rel="describes"' in link
    for each in RDF_FORMATS:
        assert f'<{COMPARE}.{each.suffix}>; rel="alternate"; type="{each.media_type}"' in link
    assert f'<{COMPARE}.html>; rel="alternate"; type="text/html"' in link


def test_headers_are_ascii_whatever_the_iri(client: Client) -> None:
    link = client.get("/doc/region/å").headers["link"]
    assert f'<{BASE}id/region/%C3%A5>; rel="describes"' in link


@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
@pytest.mark.parametrize("path", ["/", COMPARE, "/ns", "/doc/cluster/compare.html"])
def test_what_the_client_has_is_not_sent_again(client: Client, path: str, accept: str) -> None:
    plain = {"accept": accept, "accept_encoding": "identity"}
    first = client.get(path, **plain)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for condition in (etag, f'"other", {etag}', "*"):
        second = client.get(path, **plain, if_none_match=condition)
        assert second.status_code == 304
        assert second.content == b""
        for header in ("etag", "vary", "cache-control", "content-location"):
            assert second.headers.get(header) == first.headers.get(header)
    assert client.get(path, accept=accept, if_none_match='"other"').status_code == 200


def test_page_of_several_is_not_said_to_be_at_the_address_of_the_first(client: Client) -> None:
    path = "/doc/region/%C3%A5?incoming=1"
    for accept in ("text/html", "text/turtle"):
        assert "content-location" not in client.get(path, accept=accept).headers


def test_etags_tell_representations_apart(client: Client, release: Release) -> None:
    tags = [
        client.get(COMPARE, accept=accept, accept_language=language).headers["etag"]
        for accept in ("text/turtle", "application/ld+json", "text/html")
        for language in ("sv", "en")
    ]
    assert len(set(tags)) == 4
    assert all(release.manifest.digest[:32] in tag for tag in tags)


@pytest.mark.parametrize("path", [COMPARE, COMPARE + ".ttl", COMPARE + ".html", "/", "/dump/"])
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_head_has_the_headers_of_get(client: Client, path: str, accept: str) -> None:
    get = client.ask("GET", path, {"accept": accept})
    head = client.ask("HEAD", path, {"accept": accept})
    assert head.status_code == 200
    assert head.headers == get.headers
    assert head.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/id/cluster/compare", COMPARE, "/ns", "/dump/", "/healthz"])
def test_other_methods_are_refused_with_those_that_work(
    client: Client, path: str, method: str
) -> None:
    response = client.ask(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"
    problem(response)


@pytest.mark.parametrize(
    "path", ["/doc/%00", "/doc/%0d%0aX:y", "/doc/%2e%2e/%2e%2e/etc/passwd", "/doc/a%5Cb", "/%ff"]
)
def test_strange_paths_name_nothing(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "x" not in response.headers


def test_host_header_is_not_asked(client: Client) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/html"}
    for path in ("/", COMPARE, "/id/cluster/compare", "/dump", "/nothing/"):
        response = client.ask("GET", path, headers)
        assert "evil" not in response.text
        assert "evil" not in str(response.headers)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "1234567", ""])
def test_what_is_no_page_number_is_refused(client: Client, number: str) -> None:
    assert client.get(f"{COMPARE}.html?incoming={number}").status_code == 400
