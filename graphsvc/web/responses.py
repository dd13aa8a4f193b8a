"""Responses that a worker computes, passed on as it writes them.

No more than a few chunks of an answer are held: when the client is slow, the
worker waits for it. A client that leaves ends its query.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphsvc.formats import from_media_type
from graphsvc.release import Release
from graphsvc.web.conditions import NEVER, REVALIDATE
from graphsvc.web.evaluation import Evaluation
from graphsvc.web.messages import Question
from graphsvc.web.problems import Problem
from graphsvc.web.worker import Clock
from graphsvc.web.workers import Workers

UNWATCHED_SECONDS = 0.05  # in which nobody looks whether a client is still there

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What an answer is given on: the time it may take, and what to say if no format suits."""

    seconds: float
    etag: str  # of the answer, unless that varies from time to time
    link: str  # to what describes the data
    refuse: Callable[[Sequence[str]], None]  # raises Problem, given the media types there are
    modified: str = ""  # since when the answer is the same, if it is known never to vary


class QueryResponse(Response):
    """Has a question answered by a worker.

    What goes wrong before the first byte is raised, and becomes a problem. After
    that the body is left unfinished, so that the server cuts the connection: what
    is cut short must never look complete.
    """

    def __init__(
        self, workers: Workers, release: Release, question: Question, terms: Terms
    ) -> None:
        super().__init__()
        self._workers, self._release, self._question = workers, release, question
        self._terms, self._clock = terms, Clock(terms.seconds)
        self._sent_bytes = 0
        self._has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with EndedByLeaving(receive):
                await self._answer(scope["method"] == "HEAD", send)
        except Problem as problem:
            if not self._has_begun:
                raise
            told = "an answer was cut after %d bytes: %s"
            logger.warning(told, self._sent_bytes, problem.detail)

    async def _answer(self, headers_only: bool, send: Send) -> None:
        async with self._workers.borrow(self._release) as worker:
            evaluation = Evaluation(worker, self._clock, self._release.settings)
            head = await evaluation.ask(self._question, self._terms.refuse)
            body = await evaluation.rest() if head["bytes"] is not None else b""
            while head["bytes"] is None and (chunk := await evaluation.chunk()):
                await self._begin(head, send)
                if headers_only:
                    break
                await self._pass_on(chunk, send)  # the server sends no body to who wants none
        await self._begin(head, send)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _begin(self, head: Mapping[str, Any], send: Send) -> None:
        if self._has_begun:
            return
        self._has_begun = True
        format = from_media_type(head["media_type"])
        assert format is not None
        headers = {"content-type": format.content_type, "vary": "Accept", "link": self._terms.link}
        if head["varies"]:
            headers["cache-control"] = NEVER
        else:
            headers |= {"cache-control": REVALIDATE, "etag": self._terms.etag}
        if head["bytes"] is not None:
            headers["content-length"] = str(head["bytes"])
        if self._terms.modified:
            headers["last-modified"] = self._terms.modified
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})

    async def _pass_on(self, chunk: bytes, send: Send) -> None:
        """Send a chunk. Raises Problem if the client takes longer for it than a query may."""
        self._sent_bytes += len(chunk)
        try:
            async with asyncio.timeout(self._clock.seconds):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError as error:
            raise Problem(503, "the client takes it too slowly") from error


class EndedByLeaving:
    """A context that is left at once when the client goes. One that is left soon costs nothing."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._has_left = False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._timer = asyncio.get_running_loop().call_later(UNWATCHED_SECONDS, self._watch)

    async def __aexit__(self, *raised: object) -> bool:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.remove_done_callback(self._end)
            self._watching.cancel()
        if self._has_left:
            self._task.uncancel()
        return self._has_left and raised[0] is asyncio.CancelledError

    def _watch(self) -> None:
        self._watching = asyncio.create_task(_leave(self._receive))
        self._watching.add_done_callback(self._end)

    def _end(self, _: asyncio.Task[None]) -> None:
        self._has_left = True
        self._task.cancel()


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
