"""The quads of a release, indexed for SPARQL: an Oxigraph store on disk.

A Store shows literals in its own form ("01"^^xsd:integer as "1"); it answers
SPARQL and nothing else. What is published comes from the parsed quads.
"""

from __future__ import annotations

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import RdfFormat, Store


class StoreBuilder:
    """Indexes N-Quads in a new folder, on a processor of its own.

    Oxigraph does not need the interpreter while it loads, so whoever sorts, or
    writes dumps, goes on meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = Store(str(path))
        self._thread = ThreadPoolExecutor(1)
        self._loads: list[Future[None]] = []

    def __enter__(self) -> StoreBuilder:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        del self._store  # which closes it

    def load(self, n_quads: Path) -> None:
        """Take a file of N-Quads; it may be removed as soon as this returns."""
        own = self._path.with_name(f"{self._path.name}-{len(self._loads)}.nq")
        try:
            own.hardlink_to(n_quads)
        except OSError:  # not every file system has links
            shutil.copyfile(n_quads, own)
        self._loads.append(self._thread.submit(self._load, own))

    def optimize(self) -> None:
        """Compact what has been taken: twice the disk, and scans up to three times as fast."""
        self._loads.append(self._thread.submit(self._store.optimize))

    def finish(self) -> None:
        """Wait until everything is on the disk; raises what went wrong."""
        for load in self._loads:
            load.result()
        self._store.flush()

    def _load(self, n_quads: Path) -> None:
        self._store.bulk_load(path=str(n_quads), format=RdfFormat.N_QUADS)
        n_quads.unlink()


def open_store(path: Path) -> Store:
    """Open the store of a finished release; it sees what was there now, and cannot be written.

    Raises OSError if it is not a store.
    """
    return Store.read_only(str(path))
