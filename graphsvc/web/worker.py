"""A worker: a process that evaluates one query at a time on one release, and can be ended.

It is a process and a socket. It is ended by SIGKILL, for nothing else stops a query,
and by the end of the socket, which is how none outlives the server.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import get_native_id

from graphsvc.release import Release
from graphsvc.web import evaluator
from graphsvc.web.channel import Channel, Message
from graphsvc.web.messages import END, FAILURE, OUT_OF_MEMORY, QUESTION, REFUSAL, Question
from graphsvc.web.messages import message as pack
from graphsvc.web.problems import Problem

NICENESS = 10  # pages go before queries, and before the beginning of a worker
LAST = 19  # the niceness of whom all others go before
_PROGRAM = f"from {evaluator.__name__} import main; main()"
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
        niceness = os.getpriority(os.PRIO_PROCESS, os.getpid()) + NICENESS
        os.setpriority(os.PRIO_PROCESS, self._process.pid, niceness)  # that of its threads to come
        self._connecting = asyncio.create_task(_connect(self._own))
        self._channel: Channel | None = None  # once the process has said that it is ready
        self._ending: asyncio.Future[str] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        if not self._connecting.done():
            return True
        return self._connecting.exception() is None and not self._connecting.result().is_lost

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

    def end(self) -> asyncio.Future[str]:
        """End the process at once. The future is done when it is gone; it has its last words."""
        if self._ending is None:
            os.kill(self.pid, signal.SIGKILL)  # Popen.kill would look whether it can be reaped
            self._connecting.add_done_callback(_disconnect)
            loop = asyncio.get_running_loop()
            self._ending = loop.run_in_executor(_undertakers(), self._bury)
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


@cache
def _undertakers() -> Executor:
    """Threads that wait for workers to be gone, and give way to everything else.

    Who reaps a process on Linux waits in a busy loop until its last threads have tidied up what
    stands of them under /proc. On the event loop, or before them in priority, that takes seconds.
    """
    return ThreadPoolExecutor(initializer=_give_way)


def _give_way() -> None:
    with suppress(OSError):  # elsewhere than on Linux a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, get_native_id(), LAST)


async def _connect(own: socket.socket) -> Channel:
    _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=own)
    return channel


def _disconnect(connected: asyncio.Task[Channel]) -> None:
    if not connected.cancelled() and connected.exception() is None:
        connected.result().close()
