"""SPARQL servers as whole processes on the loopback, each beside what users would pick instead."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.processes import ROOT, environment, graphsvc, oxigraph

START_SECONDS = 900  # rdflib has a million quads to read first


@contextmanager
def graphsvc_server(release: Path, *options: str) -> Iterator[str]:
    """`graphsvc serve` on a release; gives its address, without the scheme."""
    port = _free_port()
    serve = graphsvc("serve", "--release", release, "--skip-shapes", "--port", str(port), *options)
    with _listening(serve, port) as address:
        yield address


@contextmanager
def oxigraph_server(release: Path) -> Iterator[str]:
    """Oxigraph's own server on the store of a release."""
    port = _free_port()
    bind = f"127.0.0.1:{port}"
    serve = oxigraph("serve-read-only", "--location", release / "store", "--bind", bind)
    with _listening(serve, port) as address:
        yield address


@contextmanager
def rdflib_endpoint(publication: Path) -> Iterator[str]:
    """rdflib-endpoint on a Graph in memory of a publication's files but its shapes."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.endpoint", str(publication), str(port)]
    with _listening(command, port) as address:
        yield address


@contextmanager
def bare_server() -> Iterator[str]:
    """uvicorn, with nothing to do but answer."""
    port = _free_port()
    with _listening([sys.executable, "-m", "bench.bare", str(port)], port) as address:
        yield address


def connect(address: str) -> http.client.HTTPConnection:
    """A connection that is kept."""
    connection = http.client.HTTPConnection(address)
    connection.connect()
    assert connection.sock is not None
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _listening(command: Sequence[str | Path], port: int) -> Iterator[str]:
    address = f"127.0.0.1:{port}"
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            connect(address).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r}: does not listen")
