from __future__ import annotations

import email
import email.policy
import gzip
import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import zstandard
from serving import Server, serving

from graphsvc.formats import from_media_type
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release, names, problem


def test_every_dump_is_what_the_manifest_says(client: Client, release: Release) -> None:
    for row in release.manifest.dumps:
        response = client.get(f"/dump/{row['file']}", accept_encoding="identity")
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


def part(client: Client, asked: str, **headers: str) -> httpx.Response:
    return client.get("/dump/all.nt", range=asked, accept_encoding="identity", **headers)


def test_part_of_a_dump_can_be_asked_for(client: Client) -> None:
    whole = client.get("/dump/all.nt", accept_encoding="identity")
    assert whole.headers["accept-ranges"] == "bytes"
    answer = part(client, "bytes=10-19")
    assert answer.status_code == 206
    assert answer.content == whole.content[10:20]
    assert answer.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    for name in ("etag", "vary", "cache-control", "content-type", "link"):
        assert answer.headers[name] == whole.headers[name]
    beyond = part(client, "bytes=99999999-")
    assert problem(beyond)["status"] == 416
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
    assert part(client, "bytes=0-9", if_none_match=whole.headers["etag"]).status_code == 304


@pytest.mark.parametrize("asked", ["lines=0-9", "bytes=9-8", "bytes=x", "bytes"])
def test_who_asks_for_no_part_that_there_could_be_gets_the_whole(
    client: Client, asked: str
) -> None:
    assert part(client, asked).status_code == 200


def test_a_head_is_of_the_whole(client: Client) -> None:
    """Spec: https://www.rfc-editor.org/rfc/rfc9110#section-14.2."""
    headers = {"range": "bytes=0-9", "accept-encoding": "identity"}
    head = client.ask("HEAD", "/dump/all.nt", headers)
    assert head.status_code == 200
    assert "content-range" not in head.headers


def test_the_rest_of_another_file_is_not_sent(release: Release) -> None:
    """Only a strong tag of the very representation can say that a part fits the other one."""
    issued = replace(release.manifest, issued="2026-02-03T04:05:06Z")
    with client_of(create_app(lambda: replace(release, manifest=issued))) as client:
        whole = client.get("/dump/all.nt", accept_encoding="identity")
        etag, modified = whole.headers["etag"], whole.headers["last-modified"]
        assert part(client, "bytes=0-9", if_range=etag).status_code == 206
        coded = client.get("/dump/all.nt", accept_encoding="gzip").headers["etag"]
        for condition in ('"other"', f"W/{etag}", modified, coded):
            answer = part(client, "bytes=0-9", if_range=condition)
            assert answer.status_code == 200
            assert answer.content == whole.content


def test_several_parts_come_in_one_body(client: Client) -> None:
    whole = client.get("/dump/all.nt", accept_encoding="identity").content
    answer = part(client, "bytes=20-29,0-9,-5")
    assert answer.status_code == 206
    assert answer.headers["content-length"] == str(len(answer.content))
    head = f"Content-Type: {answer.headers['content-type']}\n\n".encode()
    message = email.message_from_bytes(head + answer.content, policy=email.policy.HTTP)
    told = [(each["content-range"], each["content-type"]) for each in message.iter_parts()]
    size = len(whole)
    ranges = ["0-9", "20-29", f"{size - 5}-{size - 1}"]
    assert told == [(f"bytes {each}/{size}", "application/n-triples") for each in ranges]
    for content in (whole[:10], whole[20:30], whole[-5:]):
        assert b"\r\n\r\n" + content + b"\r\n--" in answer.content


def test_many_parts_are_the_whole(client: Client) -> None:
    asked = "bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(200))
    assert part(client, asked).status_code == 200


DECODE: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "zstd": zstandard.ZstdDecompressor().decompress,
}


def sent(client: Client, path: str, accepted: str, **headers: str) -> httpx.Response:
    """What is sent, not what a client makes of it."""
    return client.raw(path, {"accept-encoding": accepted, **headers})


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, zstd;q=0.9", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("*", "zstd"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("br", "identity"),
        ("gzip;q=0", "identity"),
        ("", "identity"),
    ],
)
@pytest.mark.parametrize("path", ["/dump/all.nt", f"/graph?graph={BASE}graph/data"])
def test_a_dump_is_sent_in_the_coding_that_is_on_the_disk(
    client: Client, path: str, accepted: str, coding: str
) -> None:
    plain = sent(client, path, "identity")
    answer = sent(client, path, accepted)
    assert answer.headers.get("content-encoding", "identity") == coding
    assert answer.headers["content-length"] == str(len(answer.content))
    assert DECODE[coding](answer.content) == plain.content
    assert answer.headers["content-type"] == plain.headers["content-type"]
    assert (answer.headers["etag"] == plain.headers["etag"]) == (coding == "identity")
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert "accept-encoding" in names(answer, "vary")
    again = sent(client, path, accepted, **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    if coding != "identity":
        other = {"if-none-match": plain.headers["etag"]}
        assert sent(client, path, accepted, **other).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_parts_of_a_coded_dump_are_parts_of_what_is_sent(client: Client, coding: str) -> None:
    """Spec: https://www.rfc-editor.org/rfc/rfc9110#section-14.2."""
    whole = sent(client, "/dump/all.nt", coding)
    condition = {"if-range": whole.headers["etag"]}
    parts = [
        sent(client, "/dump/all.nt", coding, range=asked, **condition)
        for asked in ("bytes=0-99", "bytes=100-")
    ]
    assert [each.status_code for each in parts] == [206, 206]
    assert {each.headers["content-encoding"] for each in parts} == {coding}
    assert b"".join(each.content for each in parts) == whole.content
    assert parts[0].headers["content-range"] == f"bytes 0-99/{len(whole.content)}"


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "br, identity;q=0", "br, *;q=0"])
def test_who_accepts_no_coding_is_told_which_there_are(client: Client, accepted: str) -> None:
    answer = client.get("/dump/all.nt", accept_encoding=accepted)
    assert problem(answer)["status"] == 406
    assert answer.json()["offers"] == ["zstd", "gzip", "identity"]
    assert "accept-encoding" in names(answer, "vary")


def test_what_is_compressed_already_is_not_coded(client: Client) -> None:
    answer = sent(client, "/dump/all.nt.gz", "gzip, zstd")
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_codings_have_no_address(client: Client) -> None:
    assert client.get("/dump/all.nt.zst").status_code == 404


def test_a_file_that_has_lost_its_end_is_not_sent_as_a_whole(tmp_path: Path) -> None:
    release = make_release(tmp_path)
    (row,) = (row for row in release.manifest.dumps if row["file"] == "all.nt")
    os.truncate(release.folder / "dumps/all.nt", row["bytes"] - 1)
    with serving("--release", str(release.folder), "--skip-shapes") as server:
        headers = {"Accept-Encoding": "identity"}
        with pytest.raises(httpx.RemoteProtocolError):
            server.client.get("/dump/all.nt", headers=headers)


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_a_download_can_be_resumed(shipped_server: Server, tmp_path: Path, coding: str) -> None:
    """By curl, of a server: half of it, then the rest."""
    (row,) = (row for row in shipped_server.client.get("/dump/").json() if row["file"] == "all.ttl")
    told = row if coding == "identity" else row["codings"][coding]
    file, heads, half = tmp_path / "file", tmp_path / "heads", told["bytes"] // 2
    url = str(shipped_server.client.base_url.join("/dump/all.ttl"))
    curl = ["curl", "--silent", "--fail", "-H", f"Accept-Encoding: {coding}", "-o", str(file)]
    for more in (["-r", f"0-{half - 1}"], ["-C", "-", "-H", f'If-Range: "{told["sha256"]}"']):
        subprocess.run([*curl, "-D", str(heads), *more, url], check=True)
        assert " 206 " in heads.read_text().splitlines()[0]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == told["sha256"]
    decoded = DECODE[coding](file.read_bytes())
    assert hashlib.sha256(decoded).hexdigest() == row["sha256"]


@pytest.fixture(scope="module")
def shipped_server(shipped_release: Path) -> Iterator[Server]:
    with serving("--release", str(shipped_release)) as server:
        yield server


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
