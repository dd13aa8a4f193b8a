from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from graphsvc.formats import from_media_type
from graphsvc.release import Release
from web.served import Client, names, problem


def test_every_dump_is_what_the_manifest_says(client: Client, release: Release) -> None:
    for row in release.manifest.dumps:
        response = client.get(f"/dump/{row['file']}")
        assert response.status_code == 200
        assert hashlib.sha256(response.content).hexdigest() == row["sha256"]
        assert response.headers["content-length"] == str(row["bytes"])
        assert response.headers["etag"] == f'"{row["sha256"]}"'
        format = from_media_type(row["media_type"])
        assert format is not None
        expected = "application/gzip" if row["gzip"] else format.content_type
        assert response.headers["content-type"] == expected


def test_compressed_dump_stays_compressed(client: Client) -> None:
    response = client.get("/dump/all.nq.gz", accept_encoding="gzip")
    assert "content-encoding" not in response.headers
    assert gzip.decompress(response.content) == client.get("/dump/all.nq").content


def test_head_tells_size_and_etag(client: Client) -> None:
    head = client.ask("HEAD", "/dump/all.nt")
    get = client.ask("GET", "/dump/all.nt")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


def test_dump_that_the_client_has_is_not_sent_again(client: Client) -> None:
    etag = client.get("/dump/all.nt").headers["etag"]
    for condition in (etag, "*", f'"x", W/{etag}'):
        response = client.get("/dump/all.nt", if_none_match=condition)
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["etag"] == etag


def test_part_of_a_dump_can_be_asked_for(client: Client) -> None:
    whole = client.get("/dump/all.nt")
    part = client.get("/dump/all.nt", range="bytes=10-19")
    assert part.status_code == 206
    assert part.content == whole.content[10:20]
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    changed = client.get("/dump/all.nt", range="bytes=10-19", if_range='"other"')
    assert changed.status_code == 200
    beyond = client.get("/dump/all.nt", range="bytes=99999999-")
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    "name",
    [
        "nobody.nt",
        "..%2Frelease.json",
        "%2e%2e%2frelease.json",
        "..%5crelease.json",
        "%2Fetc%2Fpasswd",
        "all.nt%00",
        "ALL.NT",
    ],
)
def test_only_dumps_are_given(client: Client, name: str) -> None:
    response = client.get(f"/dump/{name}")
    assert problem(response)["status"] == 404


def test_list_is_json_for_programs_and_a_page_for_people(client: Client, release: Release) -> None:
    response = client.get("/dump/")
    assert response.headers["content-type"] == "application/json"
    assert names(response, "vary") == {"accept", "accept-encoding", "accept-language"}
    assert response.json() == json.loads(json.dumps([dict(row) for row in release.manifest.dumps]))
    page = client.html("/dump/", accept_language="sv")
    for row in release.manifest.dumps:
        assert f'href="/dump/{row["file"]}"' in page
    assert '<section id="source">' in page


def test_list_without_its_slash_is_found(client: Client) -> None:
    response = client.get("/dump")
    assert response.status_code == 308
    assert response.headers["location"] == "/dump/"


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_list_that_the_client_has_is_not_sent_again(client: Client, accept: str) -> None:
    etag = client.get("/dump/", accept=accept).headers["etag"]
    assert client.get("/dump/", accept=accept, if_none_match=etag).status_code == 304
