"""`graphsvc serve` as a process of its own, for tests to ask over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

TITLES = "SELECT ?title { ?book a ns:Book ; dct:title ?title } ORDER BY ?title"
PATIENCE_SECONDS = 60


def status(pid: int, field: str) -> str:
    """What the kernel says of a process; nothing if there is none."""
    path = Path(f"/proc/{pid}/status")
    try:
        fields = dict(line.split(":", 1) for line in path.read_text().splitlines())
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return str(fields.get(field, "")).strip()


def is_running(pid: int) -> bool:
    """Is there such a process, and does any of its threads do anything yet?"""
    is_dead = status(pid, "State")[:1] in ("", "Z", "X")
    return not is_dead or status(pid, "Threads") not in ("", "1")


class Server:
    """A running `graphsvc serve`: its address and what it has said."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "graphsvc", "serve", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.said = ""
        found = self.wait_for(r"running on (http://127\.0\.0\.1:\d+)")
        self.client = httpx.Client(base_url=found[1], timeout=PATIENCE_SECONDS)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read what it says until it says this."""
        assert self.process.stderr is not None
        seen = self.said
        for line in self.process.stderr:
            self.said += line
            if found := re.search(pattern, self.said[len(seen) :]):
                return found
        raise AssertionError(f"it ended, having said: {self.said}")

    def workers(self) -> set[int]:
        """The processes that evaluate queries."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(pid) for children in tasks for pid in children.read_text().split()}

    def megabytes(self) -> int:
        """The memory of the server, without its workers."""
        return int(status(self.process.pid, "VmRSS").split()[0]) // 1024

    def titles(self) -> list[str]:
        answer = self.client.get("/sparql", params={"query": TITLES, "format": "csv"})
        return answer.text.splitlines()[1:]


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    server = Server(*arguments)
    try:
        yield server
    finally:
        server.client.close()
        server.process.terminate()
        assert server.process.stderr is not None
        server.process.stderr.read()
        server.process.stderr.close()
        server.process.wait()
