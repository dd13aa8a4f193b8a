"""Many quads into a Store at once, on both cores.

`Store.extend` holds Python's lock while it stores, so that nothing can be
parsed meanwhile; `Store.load` does not, but reads bytes. So the quads are
written into a pipe as N-Quads, from which another thread loads them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, serialize

BUFFER_BYTES = 1 << 16
_DESCRIPTORS = Path("/dev/fd")


def load(store: Store, quads: Iterable[Quad]) -> None:
    """Add quads to a store, which will give blank nodes labels of its own."""
    if not _DESCRIPTORS.is_dir():  # not a POSIX system
        store.extend(quads)
        return
    read_end, write_end = os.pipe()

    def read() -> None:
        try:
            # By its path, since reading from an object of Python's would need the lock.
            store.load(path=_DESCRIPTORS / str(read_end), format=RdfFormat.N_QUADS, lenient=True)
        finally:
            os.close(read_end)  # if it failed, to write fails too and does not wait for ever

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read)
        try:
            with os.fdopen(write_end, "wb", buffering=BUFFER_BYTES) as output:
                serialize(quads, output, format=RdfFormat.N_QUADS)
        except BrokenPipeError:
            reading.result()  # tells why
            raise
        reading.result()
