"""A question put to a worker: it is refused, or its answer comes in chunks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphsvc.errors import QueryRefused, QuerySyntaxError, ServiceFailed, ServiceRefused
from graphsvc.web.messages import END, REFUSAL, Question
from graphsvc.web.problems import Problem
from graphsvc.web.workers import Clock, Worker


class Evaluation:
    """What a borrowed worker makes of one question, within a time and a size.

    `result_bytes` is how long the answer may be; 0 for as long as it is.
    """

    def __init__(self, worker: Worker, clock: Clock, result_bytes: int) -> None:
        self._worker, self._clock, self._most = worker, clock, result_bytes
        self._bytes = 0

    async def ask(
        self, question: Question, refuse: Callable[[Sequence[str]], None]
    ) -> Mapping[str, Any]:
        """The head of the answer.

        Raises what the query is refused for. If its results come in none of the media
        types that the question names, `refuse` is told those that they come in, and raises.
        """
        await self._worker.ask(question, self._clock)
        kind, payload = await self._worker.receive(self._clock)
        told: Mapping[str, Any] = json.loads(payload)
        if kind != REFUSAL:
            return told
        if "offers" in told:
            refuse(told["offers"])
        for error in (QueryRefused, ServiceFailed, ServiceRefused):
            if told["error"] == error.__name__:
                raise error(told["message"])
        raise QuerySyntaxError(told["message"], told["line"], told["column"])

    async def chunk(self) -> bytes:
        """The next chunk of the answer, or nothing after the last.

        Raises Problem if the answer grows longer than it may be.
        """
        kind, chunk = await self._worker.receive(self._clock)
        while kind != END and not chunk:
            kind, chunk = await self._worker.receive(self._clock)
        self._bytes += len(chunk)
        if self._most and self._bytes > self._most:
            raise Problem(
                413,
                f"the answer is longer than {self._most} bytes; ask for less, or download a dump",
                members={"result_bytes": self._most},
            )
        return chunk

    async def rest(self) -> bytes:
        """All that is left of the answer; the worker is free then. Raises Problem as `chunk`."""
        chunks = []
        while chunk := await self.chunk():
            chunks.append(chunk)
        return b"".join(chunks)
