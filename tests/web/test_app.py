from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from graphsvc.release import Release
from graphsvc.web import home
from graphsvc.web.app import create_app
from graphsvc.web.openapi import document
from web.served import BASE, Client, client_of, make_release, names, problem

EVERYTHING = [
    "/",
    "/index.ttl",
    "/id/cluster/compare",
    "/doc/cluster/compare",
    "/doc/nobody",
    "/ns",
    "/graph/data",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/search?q=compare",
    "/dump/",
    "/dump/all.nt",
    "/version",
    "/version/",
    "/timemap/doc/cluster/compare",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/openapi.json",
    "/static/nothing.css",
    "/favicon.ico",
]


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("path", EVERYTHING)
def test_every_answer_may_be_read_by_any_site(client: Client, path: str, accept: str) -> None:
    response = client.get(path, accept=accept)
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
    exposed = names(response, "access-control-expose-headers")
    assert {"etag", "link", "location", "content-location"} <= exposed
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"]


@pytest.mark.parametrize("path", EVERYTHING)
def test_every_route_answers_head(client: Client, path: str) -> None:
    head, get = client.ask("HEAD", path), client.ask("GET", path)
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert head.content == b""


@pytest.mark.parametrize("path", EVERYTHING)
def test_preflight_is_answered_everywhere(client: Client, path: str) -> None:
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    response = client.ask("OPTIONS", path, headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert {"get", "head", "post"} <= names(response, "access-control-allow-methods")
    assert response.headers["access-control-allow-headers"] == "*"


def test_scripts_of_a_search_are_this_server_s_and_ask_it_alone(client: Client) -> None:
    policy = client.get("/search?q=hostile", accept="text/html").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["form-action"] == "'self'"


@pytest.mark.parametrize("path", ["/", "/doc/cluster/compare", "/doc/nobody", "/dump/"])
def test_pages_can_neither_run_nor_fetch_anything(client: Client, path: str) -> None:
    response = client.get(path, accept="text/html")
    policy = response.headers["content-security-policy"]
    for rule in ("default-src 'none'", "style-src 'self'", "form-action 'self'"):
        assert rule in policy
    for rule in ("base-uri 'none'", "frame-ancestors 'none'", "img-src 'self'"):
        assert rule in policy
    assert "script" not in policy
    assert "style=" not in response.text
    assert names(response, "vary") == {"accept", "accept-encoding", "accept-language"}
    assert response.headers["content-language"] in ("sv", "en")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/doc/cluster/compare", "/doc/nobody", "/search?q=hostile", "/dump/", "/sparql"),
        *("/quality", "/catalog", "/ns", f"/browse?type={BASE.replace(':', '%3A')}ns%23Cluster"),
    ],
)
def test_pages_ask_the_browser_for_nothing(client: Client, path: str) -> None:
    response = client.get(path, accept="text/html")
    headers = response.headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    denied = names(response, "permissions-policy")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= denied
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]


def test_unforeseen_failure_tells_nothing_and_is_logged(
    release: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(home, "_dataset", fail)
    with caplog.at_level(logging.ERROR), client_of(create_app(lambda: release)) as client:
        response = client.get("/index.ttl")
        page = client.get("/index.ttl", accept="text/html")
    assert response.status_code == page.status_code == 500
    assert problem(response)["title"] == "Internal Server Error"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<header class="site">' in page.text
    assert "<h1>Något gick fel här</h1>" in page.text
    assert response.headers["access-control-allow-origin"] == "*"
    for each in (response, page):
        assert "secret" not in each.text
    assert "a secret" in caplog.text


def test_where_no_page_can_be_made_people_get_what_programs_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = make_release(tmp_path)
    damaged.resources.close()
    (damaged.folder / "resources.db").write_bytes(b"no database")
    with client_of(create_app(lambda: damaged)) as client:
        response = client.get("/doc/cluster/compare", accept="text/html")
    assert response.status_code == 500
    assert "log says why" in problem(response)["detail"]
    assert "there is no page about a problem" in caplog.text


def test_failing_query_is_a_problem(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    damaged = make_release(tmp_path)
    shutil.rmtree(damaged.folder / "store")
    with client_of(create_app(lambda: damaged)) as client:
        response = client.get("/sparql?query=ASK%7B%7D")
    assert response.status_code == 500
    assert "store" not in problem(response)["detail"]
    assert "store" in caplog.text


def test_problem_is_a_page_in_the_language_of_the_reader(client: Client) -> None:
    swedish = client.get("/nothing", accept="text/html", accept_language="sv")
    english = client.get("/nothing", accept="text/html", accept_language="en")
    assert swedish.status_code == english.status_code == 404
    assert "<h1>Här finns ingenting</h1>" in swedish.text
    assert "<h1>There is nothing here</h1>" in english.text


@pytest.mark.parametrize("path", ["/graph?default", "/sparql?query=ASK%7B%7D"])
def test_what_people_cannot_have_as_a_page_is_told_on_one(client: Client, path: str) -> None:
    response = client.get(path, accept="text/html", accept_language="en")
    assert response.status_code == 406
    assert "<h1>Not available in that form</h1>" in response.text
    offers = problem(client.get(path, accept="image/png"))["offers"]
    assert offers
    assert all(f"<li><code>{each}</code></li>" in response.text for each in offers)
    swedish = client.get(path, accept="text/html", accept_language="sv")
    assert "<h1>Finns inte i den formen</h1>" in swedish.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/png", "text/turtle"])
def test_problem_is_json_for_all_others(client: Client, accept: str) -> None:
    assert problem(client.get("/nothing", accept=accept)) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "nothing is published under this address",
    }


def test_without_a_release_the_server_lives_but_is_not_ready() -> None:
    with client_of(create_app(lambda: None)) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/", "/id/x", "/doc/x", "/sparql", "/search", "/dump/", "/ns"):
            for accept in ("*/*", "text/html"):
                response = client.get(path, accept=accept)
                assert response.status_code == 503
                assert response.headers["retry-after"]
                problem(response)
        assert client.get("/openapi.json").status_code == 200


def test_readiness_names_the_release(client: Client, release: Release) -> None:
    assert client.get("/readyz").json()["release"] == release.manifest.version


def test_request_is_answered_from_the_release_of_its_start(
    release: Release, tmp_path: Path
) -> None:
    other = make_release(tmp_path, "<id/new> <http://purl.org/dc/terms/title> 'new' .")
    served = release
    with client_of(create_app(lambda: served)) as client:
        before = client.get("/doc/cluster/compare.ttl")
        assert client.get("/doc/new").status_code == 404
        served = other
        assert client.get("/doc/new").status_code == 200
        after = client.get("/doc/cluster/compare.ttl", if_none_match=before.headers["etag"])
        assert after.status_code == 200


def test_server_may_be_mounted_below_a_path(release: Release) -> None:
    with client_of(create_app(lambda: release, root_path="/data")) as client:
        for prefix in ("", "/data"):  # a proxy may take the prefix away or leave it
            redirect = client.get(prefix + "/id/cluster/compare")
            assert redirect.headers["location"] == "/data/doc/cluster/compare"
            page = client.html(prefix + "/doc/cluster/compare")
            addresses = page.split('href="')[1:]
            for each in addresses:
                assert each.startswith(("/data/", "#", "http", "mailto:")), each
            assert client.get(prefix + "/dump").headers["location"] == "/data/dump/"
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/data"}]


def test_stylesheet_may_be_kept_for_ever(client: Client) -> None:
    page = client.html("/")
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    response = client.get(address)
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in response.headers["cache-control"]
    etag = response.headers["etag"]
    assert client.get(address, if_none_match=etag).status_code == 304
    icon = page.split('type="image/svg+xml" href="')[1].split('"')[0]
    assert client.get(icon).headers["content-type"] == "image/svg+xml"


def test_crawlers_shall_not_ask_queries(client: Client) -> None:
    assert "Disallow: /sparql?" in client.get("/robots.txt").text


def test_pages_load_nothing_from_elsewhere(client: Client) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_every_route_is_in_the_openapi_document(client: Client) -> None:
    """OpenAPI 3.1 has no word for the method QUERY."""
    described = client.get("/openapi.json").json()
    for route in cast("FastAPI", client.app.app).routes:
        path = route.path.replace(":path", "")  # type: ignore[attr-defined]
        assert path in described["paths"], path
        for method in route.methods - {"HEAD", "QUERY"}:  # type: ignore[attr-defined]
            assert method.lower() in described["paths"][path]


def test_openapi_names_media_types_and_problems() -> None:
    paths = document.describe("")["paths"]
    negotiated = paths["/doc/{path}"]["get"]["responses"]
    assert "text/turtle" in negotiated["200"]["content"]
    assert "text/html" in negotiated["200"]["content"]
    assert {"301", "304", "404", "406", "410", "503"} <= negotiated.keys()
    for path in paths.values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status == "410" and "text/turtle" in response["content"]:
                    # no problem: the description itself
                    assert {"text/turtle", "text/html"} <= response["content"].keys()
                elif int(status) >= 400:
                    assert "application/problem+json" in response["content"]
    assert "application/sparql-query" in paths["/sparql"]["post"]["requestBody"]["content"]


QUERY = "/sparql?query=ASK%7B%7D"
DEFAULT, NAMED = "/graph?default", f"/graph?graph={BASE}graph/data"
OF_THE_RELEASE = ["/", "/doc/cluster/compare", "/dump/all.nt", QUERY, "/sparql", DEFAULT, NAMED]


@pytest.mark.parametrize("path", OF_THE_RELEASE)
def test_every_answer_says_which_release_it_came_from(
    release: Release, client: Client, path: str
) -> None:
    def says(answer: httpx.Response) -> bool:
        assert "graphsvc-release" in names(answer, "access-control-expose-headers")
        return bool(answer.headers["graphsvc-release"] == release.manifest.version)

    whole = client.get(path, accept="*/*")
    assert whole.status_code == 200
    unchanged = client.get(path, accept="*/*", if_none_match=whole.headers["etag"])
    assert unchanged.status_code == 304
    refused = client.get(path.rstrip("/") + "/no-such", accept="*/*")
    assert refused.status_code in (400, 404)
    assert all(map(says, (whole, unchanged, refused)))
    if path != "/":
        assert '</>; rel="describedby"' in whole.headers["link"]
    assert "link" not in unchanged.headers  # the client has it


def test_an_answer_of_no_release_names_none(client: Client) -> None:
    assert "graphsvc-release" not in client.get("/healthz").headers
    with client_of(create_app(lambda: None)) as empty:
        assert "graphsvc-release" not in empty.get("/sparql").headers


def test_description_of_the_data_is_found_behind_a_proxy(release: Release) -> None:
    with client_of(create_app(lambda: release, root_path="/pilot")) as mounted:
        for path in (QUERY, DEFAULT, "/doc/cluster/compare"):
            assert '</pilot/>; rel="describedby"' in mounted.get(path).headers["link"]
