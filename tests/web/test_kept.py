from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graphsvc.release import Release
from graphsvc.web import kept
from graphsvc.web.app import create_app
from graphsvc.web.kept import Kept
from graphsvc.web.workers import Workers
from web.served import BASE, Client, client_of, make_release, names

QUERY = f"SELECT ?s WHERE {{ ?s a <{BASE}ns#Cluster> }} ORDER BY ?s"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def address(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query, **more})


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes whoever wants a worker from now on fail."""

    def forbid() -> None:
        def borrow(*_: object) -> None:
            raise AssertionError("it was asked of a worker")

        monkeypatch.setattr(Workers, "borrow", borrow)

    return forbid


def test_a_query_is_evaluated_once(release: Release, no_workers: Callable[[], None]) -> None:
    with client_of(create_app(lambda: release)) as client:
        first = client.get(address(QUERY), accept="text/csv")
        no_workers()
        again = client.get(address(QUERY), accept="text/csv")
        head = client.ask("HEAD", address(QUERY), {"accept": "text/csv"})
        other = client.get(address(QUERY), accept="application/sparql-results+json")
    assert again.status_code == 200
    assert (again.content, again.headers) == (first.content, first.headers)
    assert (head.content, head.headers) == (b"", first.headers)
    assert first.headers["access-control-allow-origin"] == "*"
    assert other.status_code == 500  # in another format it is another answer


def test_who_has_the_answer_is_told_so(release: Release, no_workers: Callable[[], None]) -> None:
    with client_of(create_app(lambda: release)) as client:
        first = client.get(address(QUERY))
        assert first.headers["etag"].startswith('W/"')
        assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
        no_workers()
        kept_one = client.get(address(QUERY), if_none_match=first.headers["etag"])
        body = urlencode({"query": QUERY}).encode()
        form = {**FORM, "if-none-match": first.headers["etag"]}
        not_kept = client.ask("POST", "/sparql", form, body)
    for answer in (kept_one, not_kept):
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == first.headers["etag"]
        assert names(answer, "vary") == {"accept", "accept-encoding"}
        assert "content-type" not in answer.headers


def test_another_query_another_tag(client: Client) -> None:
    tags = {
        client.get(address(query, **more), accept=accept).headers["etag"]
        for query, more, accept in (
            (QUERY, {}, "text/csv"),
            (QUERY, {}, "application/sparql-results+json"),
            (QUERY + " ", {}, "text/csv"),
            (QUERY, {"default-graph-uri": BASE + "graph/data"}, "text/csv"),
            (QUERY, {"named-graph-uri": BASE + "graph/data"}, "text/csv"),
        )
    }
    assert len(tags) == 5


@pytest.mark.parametrize(
    "expression", ["NOW()", "rand()", "UUID()", "strUUID()", "IF(1 < 2, NOW(), 3)"]
)
def test_what_varies_is_computed_each_time(client: Client, expression: str) -> None:
    query = f"SELECT ({expression} AS ?x) {{}}"
    answers = [client.get(address(query), accept="text/csv") for _ in range(2)]
    assert answers[0].text != answers[1].text or "1 < 2" in query
    for answer in answers:
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def test_a_name_in_a_string_varies_nothing(client: Client) -> None:
    assert (
        "etag" in client.get(address('SELECT ("NOW" AS ?now) { <urn:NOW> ?NOW "rand()" }')).headers
    )


def test_pages_and_data_are_kept_too(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(create_app(lambda: release)) as client:
        path = "/doc/cluster/compare"
        first = {accept: client.get(path, accept=accept) for accept in ("text/turtle", "text/html")}
        english = client.get(path, accept="text/html", accept_language="en")
        monkeypatch.setattr("graphsvc.resources.lookups.Resources.document", None)
        for accept, before in first.items():
            again = client.get(path, accept=accept)
            assert (again.content, again.headers) == (before.content, before.headers)
        assert client.get(path, accept="text/html", accept_language="en").text == english.text
        assert english.text != first["text/html"].text


def test_another_release_has_answers_of_its_own(release: Release, tmp_path: Path) -> None:
    other = make_release(tmp_path, "<id/new> <http://purl.org/dc/terms/title> 'new' .")
    served = [release]
    with client_of(create_app(lambda: served[0])) as client:
        before = client.get(address(QUERY))
        served[0] = other
        after = client.get(address(QUERY), if_none_match=before.headers["etag"])
        assert after.status_code == 200
        assert after.headers["etag"] != before.headers["etag"]


# ----- how much is kept


class Counting:
    """An application that counts how often it is asked."""

    def __init__(self, answer: Callable[[Scope], Response]) -> None:
        self.asked = 0
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self._answer(scope)(scope, receive, send)


Ask = Callable[..., tuple[int, bytes]]


def asking(app: Kept) -> Ask:
    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            await asyncio.sleep(60)  # the client stays

        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b""}
        asyncio.run(app({**scope, "headers": raw}, receive, send))
        return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)

    return ask


def keeping(answer: Callable[[Scope], Response], most_bytes: int) -> tuple[Ask, Counting]:
    app = Counting(answer)
    release = cast("Release", object())
    return asking(Kept(app, lambda: release, most_bytes)), app


def tagged(scope: Scope) -> Response:
    return Response(scope["path"].encode() * 100, headers={"ETag": f'"{scope["path"]}"'})


def test_what_was_asked_for_last_is_kept() -> None:
    size = kept.OVERHEAD_BYTES + 2 * 100 + 400  # for the key and the headers
    ask, app = keeping(tagged, 3 * size)
    for path in ("/a", "/b", "/c", "/a", "/d"):  # the last needs the place of /b
        ask(path)
    assert app.asked == 4
    for path in ("/a", "/c", "/d"):
        assert ask(path) == (200, path.encode() * 100)
    assert app.asked == 4
    ask("/b")
    assert app.asked == 5


def test_long_headers_count_as_what_is_kept() -> None:
    ask, app = keeping(tagged, 200_000)
    for number in range(10):
        ask("/", accept=f"{number}" + "x" * 50_000)
    ask("/", accept="0" + "x" * 50_000)
    assert app.asked == 11
    ask("/", accept="9" + "x" * 50_000)
    assert app.asked == 11


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response(b"no tag"),
        lambda _: Response(b"", 404, {"ETag": '"x"'}),
        lambda _: Response(b"", headers={"ETag": '"x"', "Cache-Control": "no-store"}),
        lambda _: Response(b"x" * (kept.LARGEST_BYTES + 1), headers={"ETag": '"x"'}),
        lambda _: StreamingResponse(
            iter([b"x" * kept.LARGEST_BYTES, b"x"]), headers={"ETag": '"x"'}
        ),
    ],
)
def test_what_may_not_be_kept_is_not(answer: Callable[[Scope], Response]) -> None:
    ask, app = keeping(answer, 1 << 30)
    assert ask("/") == ask("/")
    assert app.asked == 2


@pytest.mark.parametrize("header", ["range", "authorization", "cookie"])
def test_what_is_not_for_all_is_neither_kept_nor_given(header: str) -> None:
    ask, app = keeping(tagged, 1 << 30)
    ask("/")
    ask("/", **{header: "x"})
    ask("/other", **{header: "x"})
    ask("/other")
    ask("/", method="POST")
    assert app.asked == 5


def test_an_answer_that_breaks_off_is_not_kept() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"etag", b'"x"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"part", "more_body": True})
        raise RuntimeError("on purpose")

    release = cast("Release", object())
    ask = asking(Kept(app, lambda: release))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="on purpose"):
            ask("/")
