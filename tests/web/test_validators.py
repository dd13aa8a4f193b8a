"""Every representation can be asked for again for next to nothing: the routes of the OpenAPI
document, one by one, in each media type that they promise.

What has no validators is told here with its reason; a new route has them, or stands there, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest

from graphsvc.build import build
from graphsvc.pages.assets import assets
from graphsvc.release import Release
from graphsvc.web.app import create_app
from graphsvc.web.conditions import OF_UNCHANGED
from graphsvc.web.kept import Kept
from graphsvc.web.openapi.document import describe
from web.served import Client, client_of

ISSUED_SECONDS, MODIFIED = "1770091506", "Tue, 03 Feb 2026 04:05:06 GMT"
ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/s3-cluster-pilot/"
_BY_TAG = "it depends on what is kept, so it has a tag and no date; test_versions asks for it"
WITHOUT = {
    "/healthz": "it is about this very moment, and not to be stored",
    "/readyz": "likewise",
    "/id/{path}": "it redirects",
    "/dump": "it redirects",
    "/version": "it redirects",
    "/version/": _BY_TAG,
    "/version/{version}": _BY_TAG,
    "/version/{version}/{path}": _BY_TAG,
    "/version/{version}/dump/{file}": "its versions are made by the build; test_versions asks",
    "/timemap/{path}": "likewise; test_memento asks for one",
    "/feed/{name}": "its names are made by the build; test_a_closed_page asks for one",
}
# What has a tag and no date, for a date alone could not decide whether it is the same.
DATELESS = {
    "/sparql?query=": "whether the answer varies each time is known once it is evaluated",
}
# What stands for the parameters of a path, and the query that a path asks for.
ASKED = {
    "/index.{suffix}": ["/index.ttl", "/index.html"],
    "/doc/{path}": ["/doc/cluster/compare"],
    "/doc/{path}.{suffix}": ["/doc/cluster/compare.jsonld", "/doc/cluster/compare.html"],
    "/{path}": ["/ns", "/def/level", "/shapes"],
    "/graph/{path}": ["/graph/curated", "/graph/curated.nq"],
    "/feed.{suffix}": ["/feed.trig"],
    "/graph": [f"/graph?graph={BASE}graph/curated", "/graph?default"],
    "/browse": [f"/browse?type={quote(BASE)}ns%23Cluster"],
    "/search": ["/search?q=compare"],
    "/catalog.{suffix}": ["/catalog.ttl", "/catalog.html"],
    "/dump/{file}": ["/dump/all.ttl", "/dump/all.nq.gz"],
    "/quality/report.{suffix}": ["/quality/report.json", "/quality/report.txt"],
    "/static/{file}": [f"/static/{assets()['style.css'].file}"],
    "/linkset.json": ["/linkset.json", f"/linkset.json?iri={BASE}id/cluster/compare"],
    "/sparql": ["/sparql", f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}"],
}


def _addresses() -> dict[str, list[str]]:
    """Each address that is asked for, with the media types that its route promises."""
    found: dict[str, list[str]] = {}
    for path, operations in describe("")["paths"].items():
        told: dict[str, Any] = operations.get("get", {}).get("responses", {}).get("200", {})
        if path not in WITHOUT:
            assert "{" not in path or path in ASKED, f"{path}: what stands for its parameters?"
            found |= {each: list(told["content"]) for each in ASKED.get(path, [path])}
    return found


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Release:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", ISSUED_SECONDS)
        return Release.open(build(ROOT, tmp_path_factory.mktemp("dated") / "releases"))


@pytest.fixture(scope="module")
def client(dated: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: dated)) as client:
        yield client


@pytest.fixture(scope="module")
def forgetful(client: Client) -> Client:
    """The same server, but nothing that it answers is kept."""
    return Client(client.portal, cast("Kept", client.app.app))


def test_routes_without_validators_are_routes() -> None:
    assert WITHOUT.keys() | ASKED.keys() <= describe("")["paths"].keys()


@pytest.mark.parametrize(("address", "media_types"), _addresses().items())
def test_what_the_client_has_is_not_sent_again(
    client: Client, forgetful: Client, address: str, media_types: list[str]
) -> None:
    answers = {media_type: forgetful.get(address, accept=media_type) for media_type in media_types}
    whole = {
        answer.headers["content-type"]: (media_type, answer)
        for media_type, answer in answers.items()
        if answer.status_code == 200
    }
    # Of a named graph people are shown the dumps; and solutions are no graph.
    assert {answer.status_code for answer in answers.values()} <= {200, 303, 406}
    assert whole
    for media_type, answer in whole.values():
        dateless = address.startswith(tuple(DATELESS))
        assert answer.headers.get("last-modified") == (None if dateless else MODIFIED)
        head = forgetful.ask("HEAD", address, {"accept": media_type})
        told = dict(answer.headers)
        assert {**told, **head.headers} == told  # the length, if it is known before the body is
        for each in (forgetful, client):
            _ask_again(each, address, media_type, answer)
        _ask_again(client, address, media_type, answer)  # it is kept by now


def test_a_closed_page_of_the_feed_is_not_sent_again(dated: Release, forgetful: Client) -> None:
    (name, *_) = (path.stem for path in sorted((dated.folder / "feed").glob("[0-9]*-*.nq")))
    page = forgetful.get(f"/feed/{name}", accept="application/trig")
    assert "immutable" in page.headers["cache-control"]
    _ask_again(forgetful, f"/feed/{name}", "application/trig", page)


def _ask_again(client: Client, address: str, media_type: str, whole: httpx.Response) -> None:
    """A tag goes before a date, and a 304 has what the 200 would have, but nothing of the body.

    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
    """
    etag = whole.headers["etag"]

    def answer(**conditions: str) -> httpx.Response:
        return client.get(address, accept=media_type, **conditions)

    longer_ago = "Mon, 02 Feb 2026 04:05:06 GMT"
    has_it = [answer(if_none_match=etag), answer(if_none_match=etag, if_modified_since=longer_ago)]
    if "last-modified" in whole.headers:
        has_it.append(answer(if_modified_since=MODIFIED))
    for unchanged in has_it:
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers.keys() <= set(OF_UNCHANGED)
        for name in ("cache-control", "content-location", "etag", "last-modified", "vary"):
            told, again = (each.headers.get(name, "") for each in (whole, unchanged))
            assert again.removeprefix("W/") == told.removeprefix("W/"), name
    has_another = [
        answer(if_none_match='"another"', if_modified_since=MODIFIED),
        answer(if_modified_since=longer_ago),
        answer(if_modified_since="yesterday"),
    ]
    for changed in has_another:
        assert changed.status_code == 200
        assert changed.headers["etag"] == etag


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/doc/nobody", 404),
        ("/search?q=compare&page=99", 404),
        ("/quality?page=99", 404),
        ("/browse?type=urn:x", 404),
        (f"/browse?type={quote(BASE)}ns%23Cluster&page=99", 404),
        (f"/browse?type={quote(BASE)}ns%23Cluster&sort=urn:x", 400),
        ("/sitemap.xml?page=99", 404),
        ("/linkset.json?iri=urn:x", 404),
        ("/dump/nobody.ttl", 404),
        ("/static/nobody.css", 404),
        ("/sparql?query=SELECT", 406),
        ("/graph?graph=urn:x", 404),
    ],
)
@pytest.mark.parametrize("condition", [{"if_none_match": "*"}, {"if_modified_since": MODIFIED}])
def test_what_is_not_there_is_not_unchanged(
    client: Client, address: str, status: int, condition: dict[str, str]
) -> None:
    """Conditions do not apply to it.

    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1
    """
    assert client.get(address, accept="text/html", **condition).status_code == status


@pytest.mark.parametrize("issued", [None, "2999-01-01T00:00:00Z"])
def test_a_time_that_nobody_knows_or_that_is_to_come_is_not_told(
    dated: Release, issued: str | None
) -> None:
    release = replace(dated, manifest=replace(dated.manifest, issued=issued))
    with client_of(create_app(lambda: release)) as client:
        for path in ("/catalog.ttl", "/", "/dump/all.nt", "/graph?default", "/openapi.json"):
            answer = client.get(path)
            assert "etag" in answer.headers
            assert "last-modified" not in answer.headers
            since = client.get(path, if_modified_since="Fri, 01 Jan 2999 00:00:00 GMT")
            assert since.status_code == 200
