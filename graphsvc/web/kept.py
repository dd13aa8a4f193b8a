"""Answers that are kept: a release never changes, so neither does what it is asked.

A request like one that was answered before is answered from memory, before any
other part looks at it. Whatever has an ETag may be kept, if it is not long; and it
is kept as it was sent, so that nothing is compressed twice.

Spec: https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphsvc.release import Release
from graphsvc.web.codings import coding_of
from graphsvc.web.conditions import AS_IT_IS, NEVER, OF_UNCHANGED, is_known
from graphsvc.web.exchange import ACCEPT_DATETIME, FLEETING

KEPT_BYTES = 64 << 20
LARGEST_BYTES = 1 << 20  # of a body that is kept
OVERHEAD_BYTES = 2_000  # that an answer takes beside its body
_DECIDING = (b"accept", b"accept-language")  # and the coding: all that an answer varies by
_NOT_FOR_ALL = (b"range", b"authorization", b"cookie", ACCEPT_DATETIME.lower().encode())

RawHeaders = Sequence[tuple[bytes, bytes]]
Key = tuple[bytes | str | None, ...]


@dataclass(frozen=True)
class _Answer:
    headers: list[tuple[bytes, bytes]]
    etag: str
    body: bytes

    def size(self, key: Key) -> int:
        """The memory that it takes with its key, which clients can make long."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + OVERHEAD_BYTES + headers + sum(map(len, filter(None, key)))

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer with it, or with 304 where the client has it."""
        status, headers, body = 200, self.headers, self.body
        if self._is_known(scope["headers"]):
            status, body = 304, b""
            headers = [each for each in headers if each[0].decode("latin-1") in OF_UNCHANGED]
        elif scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_known(self, asked: RawHeaders) -> bool:
        """Has the client it already?"""
        modified = dict(self.headers).get(b"last-modified", b"").decode("latin-1")
        return is_known(asked, self.etag, modified)


class Kept:
    """Wraps an application; keeps what was asked for last, as much as fits into `most_bytes`."""

    def __init__(
        self, app: ASGIApp, current: Callable[[], Release | None], most_bytes: int = KEPT_BYTES
    ) -> None:
        self.app, self._current, self._most_bytes = app, current, most_bytes
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._bytes = 0
        self._release: Release | None = None  # that they are of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key(scope) if scope["type"] == "http" else None
        if key is None:
            await self.app(scope, receive, send)
            return
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
            await answer.send(scope, send)
            return
        release, record = self._release, _Record(send)
        await self.app(scope, receive, record)
        if scope.get("state", {}).get(FLEETING):
            return
        # What was asked of a release that was swapped meanwhile is nobody's any more.
        if scope["method"] == "GET" and release is self._release is self._current():
            self._keep(key, record.answer())

    def _key(self, scope: Scope) -> Key | None:
        """What an answer depends on; None if it may not be kept."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if (release := self._current()) is not self._release:
            self._answers.clear()
            self._bytes, self._release = 0, release
        deciding: list[bytes] = []
        for name, value in scope["headers"]:
            if name in _DECIDING:
                deciding += name, value
            elif name in _NOT_FOR_ALL:
                return None
        path = scope.get("raw_path") or scope["path"]
        return path, scope["query_string"], scope.get("root_path"), coding_of(scope), *deciding

    def _keep(self, key: Key, answer: _Answer | None) -> None:
        if answer is None or key in self._answers:
            return
        self._answers[key] = answer
        self._bytes += answer.size(key)
        while self._bytes > self._most_bytes:
            dropped, last = self._answers.popitem(last=False)
            self._bytes -= last.size(dropped)


class _Record:
    """Passes an answer on, and remembers it as long as it may be kept."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers: RawHeaders = ()
        self._etag: str | None = None
        self._body = bytearray()
        self._is_whole = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._headers = tuple((name.lower(), value) for name, value in message["headers"])
            self._etag = _etag(message["status"], dict(self._headers))
        elif message["type"] == "http.response.body" and self._etag is not None:
            self._body += message.get("body", b"")
            self._is_whole = not message.get("more_body", False)
            if len(self._body) > LARGEST_BYTES:
                self._etag = None
                self._body.clear()
        else:
            self._etag = None
        await self._send(message)

    def answer(self) -> _Answer | None:
        if self._etag is None or not self._is_whole:
            return None
        length = (b"content-length", str(len(self._body)).encode())
        headers = [*(each for each in self._headers if each[0] != length[0]), length]
        return _Answer(headers, self._etag, bytes(self._body))


def _etag(status: int, headers: dict[bytes, bytes]) -> str | None:
    """The ETag of an answer that may be kept, without what marks it as weak.

    A dump may not: it is on the disk, in codings of its own.
    """
    etag = headers.get(b"etag", b"").decode("latin-1").removeprefix("W/")
    control = headers.get(b"cache-control", b"").decode("latin-1")
    may_be = NEVER not in control and AS_IT_IS not in control
    return etag if etag and status == 200 and may_be else None
