"""SPARQL servers of others, each started by a test: on a loopback port, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pyoxigraph import NamedNode

from graphsvc.shacl.endpoint import Endpoint, GraphStore

DATA_GRAPH = NamedNode("urn:test:data")
START_SECONDS = 120  # Virtuoso makes its database first, which takes ten
ANSWER_SECONDS = 30

# A vector is how many rows Virtuoso 7 computes at once. With more than one, joins with a path
# such as subClassOf* lose rows, and so would every query for the instances of a class.
VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CaseMode = 2
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
VectorSize = 1
MaxVectorSize = 1
DirsAllowed = .
VADInstallDir = .

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = .
ServerThreads = 8
Charset = UTF-8
"""


@dataclass(frozen=True)
class Server:
    """A server that answers, with a data graph to test with."""

    name: str
    endpoint: Endpoint
    graphs: GraphStore


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """The server of the PyPI package oxigraph, which stands beside this Python."""
    port = free_port()
    place = f"127.0.0.1:{port}"
    program = Path(sys.executable).with_name("oxigraph")
    command: list[str | Path] = [program, "serve", "-l", folder / "store", "-b", place]
    url = f"http://{place}"
    with running(command, folder, url), httpx.Client(timeout=ANSWER_SECONDS) as client:
        yield Server(
            "oxigraph",
            Endpoint(client, f"{url}/query", [DATA_GRAPH]),
            GraphStore(client, f"{url}/store", f"{url}/update"),
        )


def has_virtuoso() -> bool:
    return shutil.which("virtuoso-t") is not None


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """The server of the Debian package virtuoso-opensource; its database is made anew."""
    http_port, sql_port = free_port(), free_port()
    ini = VIRTUOSO_INI.format(http_port=http_port, sql_port=sql_port)
    (folder / "virtuoso.ini").write_text(ini, encoding="utf-8")
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    url = f"http://127.0.0.1:{http_port}"
    password = httpx.DigestAuth("dba", "dba")
    with (
        running(command, folder, f"{url}/sparql"),
        httpx.Client(timeout=ANSWER_SECONDS) as client,
        httpx.Client(timeout=ANSWER_SECONDS, auth=password) as writer,
    ):
        yield Server(
            "virtuoso",
            Endpoint(client, f"{url}/sparql", [DATA_GRAPH]),
            GraphStore(writer, f"{url}/sparql-graph-crud-auth", f"{url}/sparql-auth"),
        )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: Sequence[str | Path], folder: Path, url: str) -> Iterator[None]:
    """A process that answers at an address; it is ended by its own number."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            await_answer(process, url, folder / "output.txt")
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def await_answer(process: subprocess.Popen[bytes], url: str, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer from {url}: {output.read_text(errors='replace')[-2000:]}")
