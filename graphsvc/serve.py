"""publication → (build if it changed) → release → HTTP

What is served stands still while a build runs and when one fails: the new
release is swapped in only once it is whole and valid.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import watchfiles

from graphsvc.about import FOLDER as ABOUT
from graphsvc.errors import GraphsvcError
from graphsvc.pages import rendering
from graphsvc.release import Release, current
from graphsvc.settings import FILE_NAME, FOLDERS, TEMPLATES
from graphsvc.web.app import create_app
from graphsvc.web.heads import BoundedProtocol

Log = Callable[[str], None]
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Address:
    """Where to listen, and the path that a proxy in front takes away."""

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    proxies: tuple[str, ...] = ()  # addresses or networks; who asks through them, they say


class Serving:
    """The release that is being served: the one thing that changes while a server runs."""

    def __init__(self, folder: Path) -> None:
        self.release = Release.open(folder)

    def swap(self, folder: Path) -> bool:
        """Serve another release from the next request on; False if it is the same one.

        Requests under way keep the one they began with.
        """
        if folder == self.release.folder:
            return False
        self.release = Release.open(folder)
        return True


def serve(serving: Serving, address: Address, *, access_log: bool = False) -> None:
    """Serve until told to stop; requests under way may finish first, within `drain_seconds`.

    A line for each request takes as long as to answer one from memory.

    Raises GraphsvcError if the server cannot listen at the address.
    """
    rendering.prepare(serving.release.settings.languages)
    app = create_app(lambda: serving.release, root_path=address.root_path)
    try:
        uvicorn.run(
            app,
            host=address.host,
            port=address.port,
            server_header=False,
            http=BoundedProtocol,
            ws="none",
            proxy_headers=bool(address.proxies),
            forwarded_allow_ips=[*address.proxies],
            access_log=access_log,
            timeout_graceful_shutdown=serving.release.settings.drain_seconds,
        )
    except SystemExit as error:  # uvicorn has said why
        where = f"{address.host}:{address.port}"
        raise GraphsvcError(f"{where}: error: cannot listen there; name another --port") from error


@contextmanager
def on_loopback(serving: Serving) -> Iterator[str]:
    """Serve in a thread, to this machine alone; gives the address, which ends in a slash."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(lambda: serving.release),
        server_header=False,
        http=BoundedProtocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=serving.release.settings.drain_seconds,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise GraphsvcError("127.0.0.1: error: cannot listen there")
            time.sleep(_POLL_SECONDS)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def watch(serving: Serving, root: Path, build_arguments: Sequence[str], log: Log) -> None:
    """Build and swap whenever a file of the publication changes, in a thread of its own.

    The build runs in another process: it takes neither the server's memory nor
    its attention, and whatever happens to it, the server goes on.
    """
    thread = threading.Thread(
        target=_watch, args=(serving, root, build_arguments, log), daemon=True
    )
    thread.start()


def _watch(serving: Serving, root: Path, build_arguments: Sequence[str], log: Log) -> None:
    places = {(root / place).resolve() for place in (FILE_NAME, ABOUT, TEMPLATES, *FOLDERS)}

    def concerns(_: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        return not places.isdisjoint((path, *path.parents))

    for _ in watchfiles.watch(root, watch_filter=concerns):
        log("the publication has changed: building")
        command = [sys.executable, "-m", "graphsvc", "build", *build_arguments]
        done = subprocess.run(command, check=False)
        if done.returncode != 0:
            log(f"not built; still serving {serving.release.folder.name}")
            continue
        try:
            folder = current(serving.release.folder.parent)
            if folder is not None and serving.swap(folder):
                log(f"serving {folder.name}")
        except GraphsvcError as error:
            log(f"{error}; still serving {serving.release.folder.name}")
