"""Many quads into a Store at once, on both cores.

`Store.extend` holds Python's lock while it stores, so nothing can be parsed
meanwhile; `Store.load` does not, but reads bytes. So the quads are written
into a pipe as N-Quads, from which another thread loads them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from pyoxigraph import BlankNode, Quad, RdfFormat, Store, serialize

FEW = 20_000  # quads that are not worth a thread
ASIDE = 100_000  # quads that may be kept aside
BUFFER_BYTES = 1 << 16
_DESCRIPTORS = "/dev/fd"


def extend(store: Store, quads: Iterable[Quad]) -> None:
    """Add quads to a store; blank nodes keep their labels."""
    quads = iter(quads)
    store.extend(islice(quads, FEW))
    if not os.path.isdir(_DESCRIPTORS):  # not a POSIX system
        store.extend(quads)
    for first in quads:
        # What is loaded gets labels of its own for blank nodes, so quads with any take the slow way.
        aside: list[Quad] = []
        _load(store, _without_blank_nodes(chain((first,), quads), aside))
        store.extend(aside)


def _without_blank_nodes(quads: Iterable[Quad], aside: list[Quad]) -> Iterator[Quad]:
    for quad in quads:
        if type(quad.subject) is BlankNode or type(quad.object) is BlankNode:
            aside.append(quad)
            if len(aside) == ASIDE:
                return
        else:
            yield quad


def _load(store: Store, quads: Iterable[Quad]) -> None:
    read_end, write_end = os.pipe()

    def load() -> None:
        try:
            # By its path, since reading from an object of Python's would need the lock.
            path = f"{_DESCRIPTORS}/{read_end}"
            store.load(path=path, format=RdfFormat.N_QUADS, lenient=True)
        finally:
            os.close(read_end)  # if it failed, to write fails too and does not wait for ever

    with ThreadPoolExecutor(1) as threads:
        with open(write_end, "wb", buffering=BUFFER_BYTES) as output:
            loading = threads.submit(load)
            try:
                serialize(quads, output, format=RdfFormat.N_QUADS)
            except BrokenPipeError:
                loading.result()  # tells why
                raise
        loading.result()
