"""The application, asked in this process: what is exported is what would be served."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from graphsvc.web.exchange import STATIC

ACCEPTED = "text/html, */*;q=0.1"  # a page where there is one


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


async def ask(app: ASGIApp, url: str, language: str) -> Answer:
    """The answer to a GET of a path with its query, as a reader of this language gets it."""
    path, _, query = url.partition("?")
    headers = {"host": "localhost", "accept": ACCEPTED, "accept-language": language}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        "state": {STATIC: True},
    }
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()  # the client neither sends more nor leaves
        raise AssertionError

    await app(scope, receive, send)
    start, *parts = sent
    told = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]
    }
    return Answer(start["status"], told, b"".join(part.get("body", b"") for part in parts))
