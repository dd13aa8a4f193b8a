"""The folder that a run of the benchmarks works in, and what it prepares there."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Contender, Sample, graphsvc, measure, task

ERRORS = 0.005  # the share of descriptions with a seeded error, in a publication that has any
QUAD_BYTES = 2_800  # of disk for each quad, with the release and what is loaded beside it
_FACTORS = {"": 1, "k": 1_000, "M": 1_000_000}


@dataclass(frozen=True)
class Size:
    """How large a publication is, as the command line has it: 10k, 1M."""

    label: str
    quads: int

    @classmethod
    def of(cls, label: str) -> Size:
        """Raises ValueError if `label` is not a number with or without k or M."""
        found = re.fullmatch(r"(\d+)([kM]?)", label)
        if not found:
            raise ValueError(f"{label} is not a size; write such as 10k or 1M")
        return cls(label, int(found[1]) * _FACTORS[found[2]])

    @property
    def runs(self) -> int:
        """How often a process is measured: the longer it takes, the less often."""
        return 5 if self.quads <= 100_000 else 3 if self.quads <= 1_000_000 else 1

    @property
    def warm_up(self) -> bool:
        return self.quads <= 1_000_000


class Workspace:
    """Makes publications and releases when they are first asked for, and keeps them.

    `without` names the engines that are left out of a validation.
    """

    def __init__(self, folder: Path, without: Collection[str] = ()) -> None:
        self._folder = folder
        self.without = without

    @classmethod
    @contextmanager
    def temporary(cls, without: Collection[str] = ()) -> Iterator[Workspace]:
        """A workspace that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="graphsvc-bench-") as folder:
            yield cls(Path(folder), without)

    def lacks_space_for(self, size: Size) -> str | None:
        """What to say if the disk has not the space that a size needs."""
        need, free = size.quads * QUAD_BYTES, shutil.disk_usage(self._folder).free
        if need < free:
            return None
        return f"{size.label} needs {need >> 30} GiB of disk, {free >> 30} GiB are free"

    def publication(self, size: Size) -> Path:
        return self._generated(self._folder / f"publication-{size.label}", size)

    def flawed(self, size: Size) -> Path:
        """A publication with seeded errors."""
        return self._generated(self._folder / f"flawed-{size.label}", size, "--errors", str(ERRORS))

    def _generated(self, folder: Path, size: Size, *options: str) -> Path:
        if not folder.exists():
            command = [sys.executable, "-m", "bench.generator", "--quads", str(size.quads)]
            measure([*command, "--out", folder, *options])
        return folder

    def found(self, size: Size) -> Path:
        """An empty folder for what engines find in a publication with errors."""
        folder = self._folder / f"found-{size.label}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def fresh(self, name: str, size: Size) -> Path:
        """Where a folder may be made; whatever was there is gone."""
        folder = self._folder / f"{name}-{size.label}"
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def written_out(self, size: Size) -> Path:
        """Its shapes as one file, with sh:sparql in place of their own components."""
        path = self._folder / f"shapes-{size.label}.ttl"
        measure(task("write_out", self.flawed(size), path))
        return path

    def one_file(self, size: Size, suffix: str) -> Path:
        """The quads of a publication as one file, "nq" or "trig"."""
        stem = self._folder / f"quads-{size.label}"
        if not stem.with_suffix(".nq").exists():
            measure(task("convert", self.publication(size), stem))
        return stem.with_suffix(f".{suffix}")

    def release(self, size: Size) -> Path:
        """A release of a publication: the last that was built, else one whose shapes nobody ran."""
        releases = self._releases(size)
        if not releases.exists():
            self.building(size, "--skip-shapes")()
        return releases / (releases / "current").read_text(encoding="ascii").strip()

    def building(self, size: Size, *options: str) -> Contender:
        """A contender that builds a release anew; the last one stays, since it is large."""
        releases, root = self._releases(size), self.publication(size)

        def run() -> Sample:
            shutil.rmtree(releases, ignore_errors=True)
            return measure(graphsvc("build", *options, "--releases", releases, root))

        return run

    def _releases(self, size: Size) -> Path:
        return self._folder / f"releases-{size.label}"

    def clear(self, size: Size) -> None:
        """Remove what was prepared for a size."""
        for path in self._folder.glob(f"*-{size.label}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def with_target(self, *command: str | Path) -> Contender:
        """A contender that writes into a new folder, named TARGET in its command."""

        def run() -> Sample:
            with tempfile.TemporaryDirectory(dir=self._folder) as target:
                return measure([str(part).replace("TARGET", target) for part in command])

        return run
