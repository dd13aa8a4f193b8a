"""Threads for queries: few, and with a stack that no query exhausts.

Oxigraph recurses along a query: three thousand BINDs one after another are more
than the usual stack of 8 MiB holds, and an overflow ends the process. `queries`
refuses the deepest nesting; for the rest, no construct was found to need more than
1.6 KiB of stack for a byte of its text. Memory is taken only for what is used. The
threads are daemons, as a query cannot be cancelled and shall not keep a process
that has been told to stop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue

STACK_BYTES = 512 << 20
STACK_PER_QUERY_BYTE = 4_096
QUERY_BYTES = STACK_BYTES // STACK_PER_QUERY_BYTE  # a longer text is refused whatever the settings

Job = Callable[[], None]


class QueryThreads:
    """Runs jobs in a fixed number of threads, which begin with the first job."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._jobs: SimpleQueue[tuple[Job, Future[None]]] = SimpleQueue()
        self._has_begun = False

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return self._jobs.qsize()

    async def run(self, job: Job) -> None:
        """Run a job; raises what it raises."""
        if not self._has_begun:
            self._begin()
        future: Future[None] = Future()
        self._jobs.put((job, future))
        await asyncio.wrap_future(future)

    def _begin(self) -> None:
        self._has_begun = True
        usual = threading.stack_size(STACK_BYTES)  # of threads that are started from here on
        try:
            for _ in range(self._number):
                threading.Thread(target=self._work, name="query", daemon=True).start()
        finally:
            threading.stack_size(usual)

    def _work(self) -> None:
        while True:
            job, future = self._jobs.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                job()
            except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
                future.set_exception(error)
            else:
                future.set_result(None)
            del job, future  # not to be held while waiting for the next
