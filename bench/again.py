"""Asking again for what has not changed: the processor time that a server takes for a 304.

python -m bench.again RELEASE    prints what would go into the results
"""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from bench.generator import BASE
from bench.pages import PAGES
from bench.processes import Failed, Sample
from bench.querying import LOOKED_UP, PREFIXES, QUERIES
from bench.results import Cell
from bench.servers import connect, graphsvc_server

REQUESTS = 500  # of one sample: the kernel counts in hundredths of a second
ROUNDS = 3
FIRST, AGAIN = "nothing kept", "kept"
_RESOURCE = PAGES["resource"]
CASES: Mapping[str, tuple[str, str]] = {
    "catalogue": ("/datasets/dcat", "*/*"),
    "VoID": ("/.well-known/void", "*/*"),
    "dump": ("/dump/all.nq.gz", "*/*"),
    "home": ("/", "text/html"),
    "resource": (_RESOURCE, "text/html"),
    "resource in Turtle": (f"{_RESOURCE}.ttl", "*/*"),
    "list of a class": (f"/browse?type={quote(f'{BASE}ns#Cluster', safe='')}", "text/html"),
    "search": (f"/search?q={LOOKED_UP.rpartition('/')[2]}", "text/html"),
    "quality": ("/quality", "text/html"),
    "sitemap": ("/sitemap.xml?page=1", "*/*"),
    "linkset": ("/linkset.json", "*/*"),
    "query": (f"/sparql?query={quote(PREFIXES + QUERIES['lookup'])}", "*/*"),
}


def run(release: Path) -> list[Cell]:
    """The figures of each case: of a server that has kept nothing yet, and of one that has."""
    cells = []
    for case, (path, media_type) in CASES.items():
        asked = {"Accept": media_type}
        with graphsvc_server(release) as address:
            asked["If-None-Match"] = _etag(connect(address), path, asked)
            cells.append(Cell(AGAIN, list(_samples(address, path, asked)), case))
        with graphsvc_server(release) as address:
            cells.append(Cell(FIRST, list(_samples(address, path, asked)), case))
    return cells


def _samples(address: str, path: str, asked: Mapping[str, str]) -> Iterator[Sample]:
    """The first is not counted. A 304 is not kept, so each is as much work as the last."""
    connection = connect(address)
    for turn in range(ROUNDS + 1):
        before = _processor_seconds()
        for _ in range(REQUESTS):
            status, _etag = _ask(connection, path, asked)
            if status != http.client.NOT_MODIFIED:
                raise Failed(f"{path}: {status}; 304 is wanted")
        if turn:
            yield Sample((_processor_seconds() - before) / REQUESTS)


def _etag(connection: http.client.HTTPConnection, path: str, asked: Mapping[str, str]) -> str:
    status, etag = _ask(connection, path, asked)
    if status != http.client.OK or not etag:
        raise Failed(f"{path}: {status}; 200 with an ETag is wanted")
    return etag


def _ask(
    connection: http.client.HTTPConnection, path: str, asked: Mapping[str, str]
) -> tuple[int, str]:
    connection.request("GET", path, headers=dict(asked))
    response = connection.getresponse()
    response.read()
    return response.status, response.headers.get("ETag", "")


def _processor_seconds() -> float:
    """Of the server, which is the one child that this process has."""
    tasks = Path("/proc/self/task").glob("*/children")
    (pid,) = (pid for children in tasks for pid in children.read_text().split())
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for cell in run(Path(sys.argv[1])):
        print(f"{cell.case:20} {cell.contender:14} {(cell.seconds or 0) * 1000:.2f} ms")
