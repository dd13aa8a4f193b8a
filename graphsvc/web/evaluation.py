"""A question put to a worker: it is refused, or its answer comes in chunks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphsvc.errors import QueryRefused, QuerySyntaxError, ServiceFailed, ServiceRefused
from graphsvc.settings import Settings
from graphsvc.web.messages import END, REFUSAL, Question
from graphsvc.web.problems import Problem
from graphsvc.web.rows import Rows, rows_of
from graphsvc.web.worker import Clock, Worker


class Evaluation:
    """What a borrowed worker makes of one question, within a time and the settings' sizes."""

    def __init__(self, worker: Worker, clock: Clock, settings: Settings) -> None:
        self._worker, self._clock = worker, clock
        self._most_bytes, self._most_rows = settings.result_bytes, settings.result_rows
        self._bytes = 0
        self._rows: Rows | None = None

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
            self._rows = rows_of(told["media_type"]) if self._most_rows else None
            return told
        if "offers" in told:
            refuse(told["offers"])
        for error in (QueryRefused, ServiceFailed, ServiceRefused):
            if told["error"] == error.__name__:
                raise error(told["message"])
        raise QuerySyntaxError(told["message"], told["line"], told["column"])

    async def chunk(self) -> bytes:
        """The next chunk of the answer, or nothing after the last.

        Raises Problem if the answer grows longer than it may be, or to more rows.
        """
        kind, chunk = await self._worker.receive(self._clock)
        while kind != END and not chunk:
            kind, chunk = await self._worker.receive(self._clock)
        self._bytes += len(chunk)
        if self._most_bytes and self._bytes > self._most_bytes:
            raise _too_much("is longer than", self._most_bytes, "bytes")
        if self._rows is not None:
            self._rows.read(chunk)
            if self._rows.count > self._most_rows:
                raise _too_much("has more than", self._most_rows, "rows")
        return chunk

    async def rest(self) -> bytes:
        """All that is left of the answer; the worker is free then. Raises Problem as `chunk`."""
        chunks = []
        while chunk := await self.chunk():
            chunks.append(chunk)
        return b"".join(chunks)


def _too_much(how: str, most: int, unit: str) -> Problem:
    what = f"the answer {how} {most} {unit}; ask for less, or download a dump"
    return Problem(413, what, members={f"result_{unit}": most})
