"""The workers of a server: so many, each lent for one query and replaced if it had to be ended."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from graphsvc.release import Release
from graphsvc.web.problems import Problem
from graphsvc.web.worker import RETRY, Purpose, Worker

WORKERS = max(4, os.cpu_count() or 1)
WAITING = 64  # more than may wait for a worker are told to come again,
WAITING_SECONDS = 5  # and so is who has waited so long

logger = logging.getLogger(__name__)


class Workers:
    """So many workers at most, begun when they are needed and replaced when they were ended."""

    def __init__(self, number: int = WORKERS) -> None:
        self._slots = asyncio.Semaphore(number)
        self._waiting = 0
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @asynccontextmanager
    async def borrow(self, release: Release) -> AsyncIterator[Worker]:
        """A worker on a release; one that is given back in the midst of a query is ended.

        Raises Problem if too many wait for one, or it takes too long.
        """
        await self._wait()
        worker = self._take(Purpose.of(release))
        self._busy.add(worker)
        try:
            yield worker
        finally:
            self._busy.discard(worker)
            if worker.is_free and not self._is_closed:
                self._idle.append(worker)
                self._slots.release()
            else:
                self._spawn(self._replace(worker))

    async def close(self) -> None:
        """End all; returns when they are gone."""
        self._is_closed = True
        await asyncio.gather(*(worker.end() for worker in (*self._idle, *self._busy)))
        await asyncio.gather(*self._tasks)

    async def _wait(self) -> None:
        if not self._slots.locked() and not self._is_closed:
            await self._slots.acquire()  # at once
            return
        busy = Problem(503, "too many queries are waiting; ask again in a moment", RETRY)
        if self._waiting >= WAITING or self._is_closed:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                await self._slots.acquire()
        except TimeoutError as error:
            raise busy from error
        finally:
            self._waiting -= 1

    def _take(self, purpose: Purpose) -> Worker:
        """An idle worker or a new one; those of a release that was swapped out are ended."""
        for worker in [*self._idle]:
            if worker.purpose != purpose or not worker.is_alive:
                self._idle.remove(worker)
                worker.end()
        return self._idle.pop() if self._idle else self._start(purpose)

    def _start(self, purpose: Purpose) -> Worker:
        try:
            return Worker(purpose)
        except OSError as error:
            self._slots.release()
            logger.exception("no worker can be started")
            raise Problem(500, "the server failed to answer; its log says why") from error

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, worker: Worker) -> None:
        """Begin another, once the memory of this one is free."""
        try:
            await worker.end()
            if not self._is_closed:
                self._idle.append(Worker(worker.purpose))
        except OSError:
            logger.exception("no worker can be started")
        finally:
            self._slots.release()
