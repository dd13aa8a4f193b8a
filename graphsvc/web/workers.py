"""Worker processes: each evaluates one query at a time on one release, and can be ended.

A worker is a process and a socket. It is ended by SIGKILL, for nothing else stops
a query, and by the end of the socket, which is how none outlives the server.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphsvc.release import Release
from graphsvc.web import evaluator
from graphsvc.web.messages import (
    CHUNK_BYTES,
    END,
    FAILURE,
    OUT_OF_MEMORY,
    PREFIX,
    QUESTION,
    REFUSAL,
    Question,
)
from graphsvc.web.messages import message as pack
from graphsvc.web.problems import Problem

WORKERS = max(4, os.cpu_count() or 1)
WAITING = 64  # more than may wait for a worker are told to come again,
WAITING_SECONDS = 5  # and so is who has waited so long
RETRY = {"Retry-After": "5"}
LAST_WORDS = ("memory allocation of", "bad_alloc")  # of Rust and of C++ that get no more memory
START_SECONDS = 60  # an answer for whoever waits for a worker that never becomes ready

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Purpose:
    """What a worker is for: the release in this folder, with so much memory of its own."""

    folder: Path
    megabytes: int

    @classmethod
    def of(cls, release: Release) -> Purpose:
        return cls(release.folder, release.settings.query_megabytes)


class Clock:
    """The seconds that a worker may yet work; the clock stands still while the client is slow."""

    def __init__(self, seconds: float) -> None:
        self.seconds = self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Raises Problem as soon as the time is up."""
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._left):
                yield
        except TimeoutError as error:
            raise Problem(
                503,
                f"the query was ended after {self.seconds:g} seconds, which is all it may take; "
                "ask for less, or download a dump",
                members={"query_seconds": self.seconds},
            ) from error
        finally:
            self._left -= asyncio.get_running_loop().time() - began


class Worker:
    """One process, from the server's side."""

    def __init__(self, purpose: Purpose) -> None:
        self.purpose = purpose
        self.is_free = True  # has it nothing under way?
        self._own, theirs = socket.socketpair()
        # -P: a folder that is served must not hold modules that Python would run.
        command = [sys.executable, "-P", "-m", evaluator.__name__]
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(purpose.folder), str(purpose.megabytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._connecting: asyncio.Task[Streams] | None = None
        self._ending: asyncio.Task[str] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    async def ask(self, question: Question, clock: Clock) -> None:
        """Hand over a question as soon as the process is ready; the clock begins then."""
        self.is_free = False
        if self._connecting is None:
            await self._get_ready()
        _, writer = await self._streams()
        writer.write(pack(QUESTION, question.payload()))
        try:
            async with clock.running():
                await writer.drain()
        except OSError as error:
            raise await self._cause_of_death() from error

    async def _streams(self) -> Streams:
        if self._connecting is None:
            connecting = asyncio.open_connection(sock=self._own, limit=CHUNK_BYTES)
            self._connecting = asyncio.create_task(connecting)
        return await asyncio.shield(self._connecting)  # `end` closes what this has opened

    async def _get_ready(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self.receive()
        except TimeoutError as error:
            raise Problem(503, "the server is too busy", RETRY) from error

    async def receive(self) -> tuple[bytes, bytes]:
        """The next message, its kind and what it says.

        Raises Problem if the process has ended instead, or says that it failed.
        """
        reader, _ = await self._streams()
        try:
            kind, size = PREFIX.unpack(await reader.readexactly(PREFIX.size))
            payload = await reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise await self._cause_of_death() from error
        if kind == FAILURE:
            logger.error("a query failed: %s", payload.decode())
            raise Problem(500, "the server failed to answer; its log says why")
        self.is_free = kind in (END, REFUSAL)
        return kind, payload

    def end(self) -> asyncio.Task[str]:
        """End the process at once. The task is done when it is gone; it has its last words."""
        if self._ending is None:
            self._process.kill()
            if self._connecting is None:
                self._own.close()
            else:
                self._connecting.add_done_callback(_disconnect)
            self._ending = asyncio.create_task(asyncio.to_thread(self._bury))
        return self._ending

    def _bury(self) -> str:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            said = stderr.read().decode(errors="replace")
        self._process.wait()
        return said

    async def _cause_of_death(self) -> Problem:
        said = await asyncio.shield(self.end())
        code = self._process.returncode
        if code == OUT_OF_MEMORY or any(words in said for words in LAST_WORDS):
            megabytes = self.purpose.megabytes
            return Problem(
                413,
                f"the query was ended as it wanted more than {megabytes} MiB of memory; "
                "ask for less, or download a dump",
                members={"query_megabytes": megabytes},
            )
        logger.error("a query ended its worker (exit code %d): %s", code, said[-2_000:])
        return Problem(500, "the query ended the process that evaluated it; write it differently")


def _disconnect(connected: asyncio.Task[Streams]) -> None:
    if not connected.cancelled() and connected.exception() is None:
        connected.result()[1].transport.abort()


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
