"""The quads of a release, indexed for SPARQL: an Oxigraph store on disk.

A Store shows literals in its own form ("01"^^xsd:integer as "1"); it answers
SPARQL and nothing else. What is published comes from the parsed quads.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import chain
from pathlib import Path

from pyoxigraph import RdfFormat, Store


class StoreBuilder:
    """Indexes N-Quads in a new folder, on a processor of its own.

    The triples of the graphs that make up the default graph are in the store's own
    default graph as well: Oxigraph would find what two graphs state twice, where RDF
    merges them, and is slower in several graphs than in one.

    Oxigraph does not need the interpreter while it loads, so whoever sorts, or
    writes dumps, goes on meanwhile.

    Spec: https://www.w3.org/TR/sparql11-query/#specifyingDataset
    """

    def __init__(
        self, path: Path, is_in_default_graph: Callable[[str], bool] = lambda _: False
    ) -> None:
        """`is_in_default_graph` tells it of the IRI of a graph."""
        self._path = path
        self._is_in_default_graph = cache(is_in_default_graph)
        self._store = Store(str(path))
        self._thread = ThreadPoolExecutor(1)
        self._loads: list[Future[None]] = []

    def __enter__(self) -> StoreBuilder:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        del self._store  # which closes it

    def load(self, n_quads: Path) -> None:
        """Take a file of canonical N-Quads; it may be removed as soon as this returns."""
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
        twice = n_quads.with_suffix(
            ".twice.nq"
        )  # in one file, for each labels its blank nodes anew
        with (
            n_quads.open(encoding="utf-8", newline="\n") as lines,
            twice.open("w", encoding="utf-8", newline="\n") as output,
        ):
            output.writelines(chain.from_iterable(map(self._twice, lines)))
        n_quads.unlink()
        self._store.bulk_load(path=str(twice), format=RdfFormat.N_QUADS)
        twice.unlink()

    def _twice(self, line: str) -> Iterator[str]:
        """A quad, and its triple if that is in the default graph."""
        yield line
        triple, graph, _ = line.rsplit(" ", 2)
        if self._is_in_default_graph(graph[1:-1]):
            yield f"{triple} .\n"


def open_store(path: Path) -> Store:
    """Open the store of a finished release; it sees what was there now, and cannot be written.

    Raises OSError if it is not a store.
    """
    return Store.read_only(str(path))
