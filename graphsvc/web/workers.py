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
from graphsvc.web.channel import Channel, Message
from graphsvc.web.messages import END, FAILURE, OUT_OF_MEMORY, QUESTION, REFUSAL, Question
from graphsvc.web.messages import message as pack
from graphsvc.web.problems import Problem

NICENESS = 10  # pages go before queries, and before the start of a worker, which takes a while too
_PROGRAM = f"import os; os.nice({NICENESS}); from {evaluator.__name__} import main; main()"
WORKERS = max(4, os.cpu_count() or 1)
WAITING = 64  # more than may wait for a worker are told to come again,
WAITING_SECONDS = 5  # and so is who has waited so long
RETRY = {"Retry-After": "5"}
LAST_WORDS = ("memory allocation of", "bad_alloc")  # of Rust and of C++ that get no more memory
START_SECONDS = 60  # an answer for whoever waits for a worker that never becomes ready

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
        command = [sys.executable, "-P", "-c", _PROGRAM]
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(purpose.folder), str(purpose.megabytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._connecting = asyncio.create_task(_connect(self._own))
        self._channel: Channel | None = None  # once the process has said that it is ready
        self._ending: asyncio.Task[str] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        if self._channel is None:
            return self._process.poll() is None
        return not self._channel.is_lost

    async def ask(self, question: Question, clock: Clock) -> None:
        """Hand over a question as soon as the process is ready; the clock begins then."""
        self.is_free = False
        if self._channel is None:
            self._channel = await self._get_ready()
        if not self._channel.send(pack(QUESTION, question.payload)):
            async with clock.running():
                await self._channel.sent()

    async def receive(self, clock: Clock) -> Message:
        """The next message, its kind and what it says.

        Raises Problem if time is up, if the process has ended instead, or says that it failed.
        """
        assert self._channel is not None
        message = self._channel.take()
        if message is None:
            async with clock.running():
                message = await self._next(self._channel)
        self._understand(*message)
        return message

    async def _get_ready(self) -> Channel:
        try:
            async with asyncio.timeout(START_SECONDS):
                channel = await asyncio.shield(self._connecting)  # `end` closes what this opens
                self._understand(*await self._next(channel))
        except TimeoutError as error:
            raise Problem(503, "the server is too busy", RETRY) from error
        return channel

    async def _next(self, channel: Channel) -> Message:
        try:
            return await channel.receive()
        except EOFError as error:
            raise await self._cause_of_death() from error

    def _understand(self, kind: bytes, payload: bytes) -> None:
        if kind == FAILURE:
            logger.error("a query failed: %s", payload.decode())
            raise Problem(500, "the server failed to answer; its log says why")
        self.is_free = kind in (END, REFUSAL)

    def end(self) -> asyncio.Task[str]:
        """End the process at once. The task is done when it is gone; it has its last words."""
        if self._ending is None:
            self._process.kill()
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


async def _connect(own: socket.socket) -> Channel:
    _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=own)
    return channel


def _disconnect(connected: asyncio.Task[Channel]) -> None:
    if not connected.cancelled() and connected.exception() is None:
        connected.result().close()


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
