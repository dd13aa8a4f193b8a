"""Content codings, seen by clients that decode for themselves."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest
from starlette.types import Receive, Scope, Send

from graphsvc.release import Release
from graphsvc.web import codings
from graphsvc.web.app import create_app
from graphsvc.web.codings import INLINE_BYTES, LEAST_BYTES, Encoded
from web.served import BASE, Client, client_of, names

PAGE = "/doc/cluster/compare"
ROWS = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 100", "format": "csv"})
MANY = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }", "format": "csv"})
CODED = ("br", "gzip")
TYPE = (b"content-type", b"text/csv")


class Decoder:
    """Decodes what has come, whether it is all or not."""

    def __init__(self, coding: str) -> None:
        self._gzip = zlib.decompressobj(31)
        self._brotli = brotli.Decompressor()
        self._coding = coding

    def add(self, part: bytes) -> bytes:
        if self._coding == "gzip":
            return self._gzip.decompress(part)
        decoded = bytes(self._brotli.process(part))
        while more := self._brotli.process(b""):  # it gives out no more than so much at a time
            decoded += more
        return decoded

    def has_ended(self) -> bool:
        return bool(self._gzip.eof if self._coding == "gzip" else self._brotli.is_finished())


def answer(
    app: Callable[[Scope, Receive, Send], Any], coding: str, **headers: str
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """What an application sends through the middleware, and how it fails."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nobody asks the client")

    raw = [(b"accept-encoding", coding.encode())]
    raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": raw}
    try:
        asyncio.run(Encoded(app)(scope, receive, send))
    except RuntimeError as error:
        return sent, error
    return sent, None


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/rdf+xml"])
def test_documents_come_in_the_coding_that_was_asked_for(
    client: Client, coding: str, accept: str
) -> None:
    path = "/doc/long"
    plain = client.get(path, accept=accept, accept_encoding="identity")
    coded = client.get(path, accept=accept, accept_encoding=coding)
    assert coded.headers["content-encoding"] == coding
    assert int(coded.headers["content-length"]) < int(plain.headers["content-length"]) / 10
    assert coded.content == plain.content
    for each in (plain, coded):
        assert "accept-encoding" in names(each, "vary")
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("path", [PAGE, "/doc/long", "/doc/file.ttl", ROWS])
def test_what_is_had_in_one_coding_is_had_in_each(client: Client, path: str) -> None:
    found = {each: client.get(path, accept_encoding=each) for each in ("identity", *CODED)}
    for coding, whole in found.items():
        etag = whole.headers["etag"]
        if "content-encoding" in whole.headers:
            assert etag.startswith('W/"')  # two codings share it
        for other in found:
            again = client.get(path, accept_encoding=other, if_none_match=etag)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["vary"] == whole.headers["vary"]
            assert "content-encoding" not in again.headers
        same = client.ask("GET", path, {"accept-encoding": coding, "if-none-match": etag})
        assert same.headers["etag"] == etag


def test_unchanged_is_told_of_the_tag_that_the_client_has(release: Release) -> None:
    with client_of(create_app(lambda: release)) as client:  # of which nothing is kept yet
        for tag in ('W/"{}"', '"{}"'):
            opaque = client.ask("HEAD", PAGE).headers["etag"].strip('W/"')
            condition = tag.format(opaque)
            again = client.get(PAGE, accept_encoding="gzip", if_none_match=condition)
            assert (again.status_code, again.headers["etag"]) == (304, condition)


def test_short_answers_are_left_plain(client: Client) -> None:
    answer = client.get("/healthz", accept_encoding="br")
    assert answer.text == "ok\n"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/dump/all.ttl", "/dump/all.ttl.gz", "/graph?graph="])
def test_dumps_are_sent_as_they_are(client: Client, path: str) -> None:
    if path.endswith("="):
        path += f"{BASE}graph/data"
    whole = client.get(path, accept="text/turtle", accept_encoding="br")
    part = client.get(path, accept="text/turtle", accept_encoding="br", range="bytes=0-9")
    assert "content-encoding" not in whole.headers
    assert "no-transform" in whole.headers["cache-control"]
    assert whole.headers["etag"].startswith('"')
    assert (part.status_code, part.content) == (206, whole.content[:10])
    condition = f"W/{whole.headers['etag']}"
    unchanged = client.get(
        path, accept="text/turtle", accept_encoding="br", if_none_match=condition
    )
    assert (unchanged.status_code, unchanged.headers["etag"]) == (304, whole.headers["etag"])


def test_static_files_and_problems_are_coded_too(client: Client) -> None:
    page = client.html("/")
    style = page.partition('href="/static/')[2].partition('"')[0]
    for path, accept in ((f"/static/{style}", "*/*"), ("/doc/nothing", "text/html")):
        answer = client.get(path, accept=accept, accept_encoding="br")
        assert answer.headers["content-encoding"] == "br"


def test_a_kept_answer_is_not_coded_again(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_of(create_app(lambda: release)) as client:
        first = client.get(ROWS, accept_encoding="gzip, deflate, br")
        monkeypatch.setattr(codings, "_ENCODERS", {})
        for header in ("gzip, deflate, br", "br", "gzip;q=0.9, br", "*"):  # browsers differ
            again = client.get(ROWS, accept_encoding=header)
            assert (again.content, again.headers) == (first.content, first.headers)


@pytest.mark.parametrize("coding", CODED)
def test_what_is_streamed_is_readable_as_it_comes(coding: str) -> None:
    parts = [b"first,row\r\n", b"x" * 70_000, b"", b"last\r\n"]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [TYPE]})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    sent, _ = answer(app, coding)
    decoder = Decoder(coding)
    assert [decoder.add(each["body"]) for each in sent[1:-1]] == parts
    assert not decoder.has_ended()
    assert decoder.add(sent[-1]["body"]) == b""
    assert decoder.has_ended()
    assert [each["more_body"] for each in sent[1:]] == [True] * len(parts) + [False]


@pytest.mark.parametrize("coding", CODED)
def test_what_breaks_off_has_no_end_in_its_coding_either(coding: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [TYPE]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("on purpose")

    sent, error = answer(app, coding)
    assert error is not None
    decoder = Decoder(coding)
    assert b"".join(decoder.add(each["body"]) for each in sent[1:]) == b"half"
    assert not decoder.has_ended()
    assert sent[-1]["more_body"] is True


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ([(b"content-type", b"image/png")], 9_000),
        ([(b"content-type", b"application/gzip")], 9_000),
        ([TYPE, (b"content-encoding", b"gzip")], 9_000),
        ([TYPE, (b"content-range", b"bytes 0-8999/10000")], 9_000),
        ([TYPE, (b"cache-control", b"public, no-transform")], 9_000),
        ([TYPE], LEAST_BYTES - 1),
    ],
)
def test_what_is_not_worth_it_or_bound_is_left(
    headers: list[tuple[bytes, bytes]], length: int
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*headers]})
        await send({"type": "http.response.body", "body": b"x" * length})

    sent, _ = answer(app, "br")
    assert sent[1]["body"] == b"x" * length
    assert sent[0]["headers"][: len(headers)] == headers


@pytest.mark.parametrize(("length", "threads"), [(INLINE_BYTES, 0), (INLINE_BYTES + 1, 1)])
def test_long_bodies_are_left_to_a_thread(
    monkeypatch: pytest.MonkeyPatch, length: int, threads: int
) -> None:
    handed: list[int] = []

    async def in_thread(call: Callable[[bytes], bytes], part: bytes) -> bytes:
        handed.append(len(part))
        return call(part)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [TYPE]})
        await send({"type": "http.response.body", "body": b"x" * length})

    monkeypatch.setattr(codings, "run_in_threadpool", in_thread)
    sent, _ = answer(app, "gzip")
    assert len(handed) == threads
    assert Decoder("gzip").add(sent[1]["body"]) == b"x" * length
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(sent[1]["body"])).encode()


@pytest.mark.parametrize("coding", CODED)
def test_large_results_are_whole_in_any_coding(client: Client, coding: str) -> None:
    plain = client.get(MANY, accept_encoding="identity")
    coded = client.get(MANY, accept_encoding=coding)
    assert len(plain.content) > 3 * INLINE_BYTES
    assert coded.headers["content-encoding"] == coding
    assert sorted(coded.text.splitlines()) == sorted(plain.text.splitlines())
