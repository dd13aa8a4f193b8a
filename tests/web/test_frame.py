"""What goes around every answer, on its own: who is told what went wrong, and by whom."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from graphsvc.web.frame import Frame
from graphsvc.web.problems import Problem


def ask(accept: str | None) -> list[Message]:
    """What a client is sent by an application that refuses everything."""
    sent: list[Message] = []

    def tell(request: Request, problem: Problem) -> Response:
        return PlainTextResponse("a page", problem.status)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Frame(refuse, tell)(request(accept), nothing_more, send))
    return sent


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise Problem(503, "too many are waiting")


async def nothing_more() -> Message:
    return {"type": "http.request"}


def request(accept: str | None) -> dict[str, Any]:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return {"type": "http", "method": "GET", "path": "/", "headers": headers}


@pytest.mark.parametrize(
    ("accept", "told"),
    [
        ("text/html", b"a page"),
        ("application/sparql-results+json", b'"too many are waiting"'),
        ("*/*", b'"too many are waiting"'),
        (None, b'"too many are waiting"'),
    ],
)
def test_only_who_reads_html_is_made_a_page(accept: str | None, told: bytes) -> None:
    start, body = ask(accept)
    assert start["status"] == 503
    assert told in body["body"]


def test_a_refusal_without_a_page_waits_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> Response:
        pytest.fail("the threads render pages")

    monkeypatch.setattr("graphsvc.web.frame.run_in_threadpool", busy)
    assert ask(None)[0]["status"] == 503


def test_pages_of_many_refusals_take_one_thread() -> None:
    under_way: list[None] = []
    most = 0

    def tell(request: Request, problem: Problem) -> Response:
        nonlocal most
        under_way.append(None)
        time.sleep(0.01)  # so that others would begin, if they could
        most = max(most, len(under_way))
        under_way.pop()
        return PlainTextResponse("a page", problem.status)

    async def send(message: Message) -> None:
        pass

    async def all_at_once() -> None:
        frame = Frame(refuse, tell)
        asked = (frame(request("text/html"), nothing_more, send) for _ in range(8))
        await asyncio.gather(*asked)

    asyncio.run(all_at_once())
    assert most == 1
