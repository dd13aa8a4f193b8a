"""Pages that nobody has asked for before: what a visitor waits for, one request at a time.

python -m bench.pages RELEASE    prints what would go into the results
"""

from __future__ import annotations

import http.client
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench.generator import BASE
from bench.processes import Failed, Sample
from bench.querying import LOOKED_UP
from bench.results import Cell
from bench.servers import connect, graphsvc_server

RUNS = 20
PAGES = {
    "home": "/",
    "class": f"/browse?type={quote(f'{BASE}ns#Cluster', safe='')}",
    "resource": f"/{LOOKED_UP.removeprefix(BASE).replace('id/', 'doc/', 1)}",
    "resource with many links to it": "/doc/region/SE224",
    "criterion with its assessments": "/doc/criterion/1",
    "vocabulary": "/ns",
    "shapes": "/shapes",
}


def run(release: Path) -> list[Cell]:
    """The figures of each page, after one that is not counted."""
    with graphsvc_server(release) as address:
        connection = connect(address)
        numbers = itertools.count()
        return [
            Cell("graphsvc", list(_samples(connection, path, numbers)), name)
            for name, path in PAGES.items()
        ]


def _samples(
    connection: http.client.HTTPConnection, path: str, numbers: Iterator[int]
) -> Iterator[Sample]:
    for turn in range(RUNS + 1):
        # No two requests accept the same, so no answer is one that was kept.
        headers = {"Accept": "text/html", "Accept-Language": f"en, x-{next(numbers)};q=0.1"}
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != http.client.OK:
            raise Failed(f"{path}: {response.status}; a page is wanted")
        if turn:
            yield Sample(time.perf_counter() - started)


if __name__ == "__main__":
    for cell in run(Path(sys.argv[1])):
        print(f"{cell.case}: {(cell.seconds or 0) * 1000:.1f} ms")
