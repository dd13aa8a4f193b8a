"""Responses that a worker thread computes and writes.

pyoxigraph's results belong to the thread that made them; touched from another,
the process aborts. So a query is evaluated, negotiated and serialized in one
call of `answer`, and only bytes leave its thread.
"""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from graphsvc.web.threads import QueryThreads

CHUNK_BYTES = 65_536


class ClientGone(Exception):
    """Nobody reads on: the client has left, or has asked for the headers only."""


class Reply:
    """A file to write a body to: nothing is sent until a chunk is full.

    So an answer of less than a chunk is sent whole, with its length, or not at all:
    whatever fails before that can still be told in an answer of its own.
    """

    def __init__(
        self, send: Callable[[Message], None], gone: threading.Event, *, headers_only: bool = False
    ) -> None:
        self._send, self._gone, self._headers_only = send, gone, headers_only
        self._headers: Mapping[str, str] = {}
        self._buffer = bytearray()
        self._has_begun = False

    def begin(self, headers: Mapping[str, str]) -> None:
        """Decide the headers. An exception after a full chunk cuts the connection."""
        self._headers = headers

    def write(self, chunk: bytes) -> int:
        """Take a part of the body. Raises ClientGone if the client has left."""
        self._buffer += chunk
        if len(self._buffer) >= CHUNK_BYTES:
            self._flush(is_last=False)
        return len(chunk)

    def flush(self) -> None:
        """Nothing: a chunk is sent when it is full, and `end` sends the rest."""

    def end(self) -> None:
        """Send what is left and say that this was all."""
        self._flush(is_last=True)

    def _flush(self, *, is_last: bool) -> None:
        if self._gone.is_set():
            raise ClientGone
        if not self._has_begun:
            length = {"content-length": str(len(self._buffer))} if is_last else {}
            self._start({**self._headers, **length})
        body, self._buffer = bytes(self._buffer), bytearray()
        if self._headers_only:
            self._send({"type": "http.response.body", "body": b"", "more_body": False})
            raise ClientGone
        self._send({"type": "http.response.body", "body": body, "more_body": not is_last})

    def _start(self, headers: Mapping[str, str]) -> None:
        self._has_begun = True
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self._send({"type": "http.response.start", "status": 200, "headers": raw})


class ThreadedResponse(Response):
    """Runs `answer` in a worker thread and sends what it writes, as it is written.

    What `answer` raises goes on to whoever called: before the first byte it
    becomes a problem, after that the server cuts the connection, for a body that
    is cut short must never look complete.
    """

    def __init__(self, answer: Callable[[Reply], None], threads: QueryThreads) -> None:
        super().__init__()
        self._answer, self._threads = answer, threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        gone = threading.Event()

        async def forward(message: Message) -> None:
            await send(message)

        reply = Reply(
            lambda message: asyncio.run_coroutine_threadsafe(forward(message), loop).result(),
            gone,
            headers_only=scope["method"] == "HEAD",  # an answer to GET, cut at the first byte
        )
        leaving = asyncio.create_task(_notice_leaving(receive, gone))
        try:
            await self._threads.run(lambda: self._run(reply, gone))
        except ClientGone:
            pass
        finally:
            gone.set()  # a job that outlives its request stops at its next byte
            leaving.cancel()

    def _run(self, reply: Reply, gone: threading.Event) -> None:
        if gone.is_set():  # while the job was waiting for a thread
            raise ClientGone
        try:
            self._answer(reply)
            reply.end()
        except BaseException as error:
            _forget_frames(error)
            raise


def _forget_frames(error: BaseException | None) -> None:
    """Let go of what the frames of a traceback hold, query results among it, in this thread."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


async def _notice_leaving(receive: Receive, gone: threading.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()
