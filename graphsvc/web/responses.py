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
from graphsvc.web.workers import Clock, Workers

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What an answer is given on: the time it may take, and what to say if no format suits."""

    seconds: float
    etag: str  # of the answer, unless that varies from time to time
    refuse: Callable[[Sequence[str]], None]  # raises Problem, given the media types there are


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
        answering = asyncio.create_task(self._answer(scope["method"] == "HEAD", send))
        leaving = asyncio.create_task(_leave(receive))
        try:
            await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.wait((answering, leaving))
        if not answering.cancelled():
            self._tell(answering.exception())

    def _tell(self, error: BaseException | None) -> None:
        if isinstance(error, Problem) and self._has_begun:
            logger.warning("an answer was cut after %d bytes: %s", self._sent_bytes, error.detail)
        elif error is not None:
            raise error

    async def _answer(self, headers_only: bool, send: Send) -> None:
        most = self._release.settings.result_bytes
        async with self._workers.borrow(self._release) as worker:
            evaluation = Evaluation(worker, self._clock, most)
            head = await evaluation.ask(self._question, self._terms.refuse)
            while chunk := await evaluation.chunk():
                await self._begin(head, send)
                if headers_only and head["bytes"] is None:
                    break
                if not headers_only:
                    await self._pass_on(chunk, send)
            await self._begin(head, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, head: Mapping[str, Any], send: Send) -> None:
        if self._has_begun:
            return
        self._has_begun = True
        format = from_media_type(head["media_type"])
        assert format is not None
        headers = {"content-type": format.content_type, "vary": "Accept"}
        if head["varies"]:
            headers["cache-control"] = NEVER
        else:
            headers |= {"cache-control": REVALIDATE, "etag": self._terms.etag}
        if head["bytes"] is not None:
            headers["content-length"] = str(head["bytes"])
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


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
