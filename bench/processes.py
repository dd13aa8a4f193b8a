"""Whole processes, measured by the kernel: wall time, processor time, peak memory.

The measuring process stays small on purpose: Linux counts towards a child's
peak what its parent held when it was started. So whatever needs memory is
done in children, and nothing here imports an RDF library.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Sample:
    """One run. What cannot be told of it is None; `seconds` is None if it was given up.

    Of a server under load, `seconds` is the time for each of the requests answered, and
    `p50_seconds` and `p99_seconds` what half and all but a hundredth of the clients waited.
    """

    seconds: float | None
    cpu_seconds: float | None = None
    peak_mib: float | None = None
    p50_seconds: float | None = None
    p99_seconds: float | None = None


class Failed(Exception):
    """A measured process did not end well."""


def environment() -> dict[str, str]:
    """The environment of every child: this repository importable, nothing coloured."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "TERM": "dumb"}


def measure(
    command: Sequence[str | Path],
    folder: Path = ROOT,
    *,
    ends: Collection[int] = (0,),
    patience_seconds: float | None = None,
) -> Sample:
    """Run a command to its end, or until patience is.

    Raises Failed, with the end of what it wrote, if its exit code is none of `ends`.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
        with _patience(process, patience_seconds):
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # for Popen, which has not waited
        if patience_seconds is not None and seconds >= patience_seconds:
            return Sample(None)
        if process.returncode not in ends:
            output.seek(0)
            end = output.read()[-2000:].decode(errors="replace")
            raise Failed(f"{command}: exit code {process.returncode}\n{end}")
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def _patience(process: subprocess.Popen[bytes], seconds: float | None) -> Iterator[None]:
    """End a process that takes longer."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


Contender = Callable[[], Sample]


def interleave(
    contenders: Mapping[str, Contender], runs: int, *, warm_up: bool
) -> dict[str, list[Sample]]:
    """Run the contenders in turn, A B A B, so that a slow moment strikes all of them.

    A ratio can then be taken run by run. The warm-up round is not kept.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for run in range(runs + warm_up):
        for name, contender in contenders.items():
            sample = contender()
            if run >= warm_up:
                samples[name].append(sample)
    return samples


def task(name: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs a task of bench/tasks.py."""
    return [sys.executable, "-m", "bench.tasks", name, *arguments]


def graphsvc(*arguments: str | Path) -> list[str | Path]:
    """The command line of graphsvc: as installed, else from this repository."""
    script = Path(sys.executable).with_name("graphsvc")
    start = [script] if script.exists() else [sys.executable, "-m", "graphsvc"]
    return [*start, *arguments]


def oxigraph(*arguments: str | Path) -> list[str | Path]:
    """The command line of the PyPI package oxigraph, which stands beside this Python."""
    return [Path(sys.executable).with_name("oxigraph"), *arguments]
