"""A long answer: when its first byte is there, and when its last."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench.servers import connect, graphsvc_server, oxigraph_server

ROWS = 1_000_000
CHUNK_BYTES = 1 << 16
QUERY = f"SELECT ?s {{ ?s ?p ?o }} LIMIT {ROWS}"


def run(release: Path) -> Iterator[str]:
    """A sentence about each server."""
    servers = {"graphsvc": (graphsvc_server, "sparql"), "Oxigraph": (oxigraph_server, "query")}
    for name, (server, path) in servers.items():
        with server(release) as address:
            yield f"{ROWS:,} rows in JSON from {name}: {_read(address, path)}."


def _read(address: str, path: str) -> str:
    connection = connect(address)
    headers = {"Accept": "application/sparql-results+json"}
    connection.request("GET", f"/{path}?query={quote('ASK {}')}", headers=headers)
    connection.getresponse().read()  # so that a worker is there
    started = time.perf_counter()
    connection.request("GET", f"/{path}?query={quote(QUERY)}", headers=headers)
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.perf_counter() - started
    while chunk := response.read(CHUNK_BYTES):
        size += len(chunk)
    seconds = time.perf_counter() - started
    return f"the first byte after {first * 1000:.0f} ms, {size / 2**20:.0f} MiB in {seconds:.1f} s"
