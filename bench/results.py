"""bench/results.json: the raw figures, from which bench/RESULTS.md is written.

Figures are kept by measurement and size, so that a run of a part replaces that
part alone. Each part says when, of what and on which machine it was taken.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.processes import ROOT, Sample

PACKAGES = ("pyoxigraph", "oxigraph", "rdflib", "rdflib-endpoint", "pyshacl", "pyrudof")


@dataclass(frozen=True)
class Cell:
    """The runs of one contender, in a measurement of several cases for one of them."""

    contender: str
    samples: list[Sample]
    case: str = ""
    found: int | None = None  # results of a validation

    @property
    def seconds(self) -> float | None:
        """The median, or None if a run was given up."""
        taken = [sample.seconds for sample in self.samples]
        known = [seconds for seconds in taken if seconds is not None]
        return statistics.median(known) if known and len(known) == len(taken) else None

    @property
    def peak_mib(self) -> float | None:
        known = [each.peak_mib for each in self.samples if each.peak_mib is not None]
        return max(known) if known else None


@dataclass(frozen=True)
class Part:
    """What one run found out about one measurement at one size."""

    taken: dict[str, str]  # when, of what, on which machine
    cells: list[Cell]
    notes: list[str] = field(default_factory=list)

    def find(self, contender: str, case: str = "") -> Cell | None:
        wanted = (contender, case)
        return next((each for each in self.cells if (each.contender, each.case) == wanted), None)


def ratio(cell: Cell, other: Cell) -> float | None:
    """How many times as long as `other` a cell takes.

    Run by run where they were interleaved, and then the median of that; else of the medians.
    """
    if cell.seconds is None or other.seconds is None:
        return None
    if len(cell.samples) != len(other.samples):
        return cell.seconds / other.seconds
    pairs = zip(cell.samples, other.samples, strict=True)
    return statistics.median((one.seconds or 0) / (two.seconds or 1) for one, two in pairs)


class Results:
    """The figures of all measurements, by name and size."""

    def __init__(self, parts: dict[str, dict[str, Part]] | None = None) -> None:
        self.parts = parts or {}

    @classmethod
    def read(cls, path: Path) -> Results:
        """The results of a file; none if it is not there."""
        if not path.exists():
            return cls()
        table = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {
                name: {size: _part(part) for size, part in sizes.items()}
                for name, sizes in table.items()
            }
        )

    def write(self, path: Path) -> None:
        table = {
            name: {size: asdict(part) for size, part in sizes.items()}
            for name, sizes in self.parts.items()
        }
        text = json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")

    def put(self, name: str, size: str, part: Part) -> None:
        self.parts.setdefault(name, {})[size] = part

    def find(self, name: str, size: str) -> Part | None:
        return self.parts.get(name, {}).get(size)


def _part(table: dict[str, Any]) -> Part:
    cells = [
        Cell(
            each["contender"],
            [_sample(sample) for sample in each["samples"]],
            each["case"],
            each.get("found"),
        )
        for each in table["cells"]
    ]
    return Part(table["taken"], cells, table["notes"])


def _sample(table: dict[str, Any]) -> Sample:
    return Sample(**table)


def circumstances(date: str | None = None) -> dict[str, str]:
    """When, of what and on what a run is made; the date is the commit's unless given."""
    from graphsvc import __version__

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": date or _git("log", "-1", "--format=%cs") or "unknown",
        "commit": _git("describe", "--always", "--dirty", "--exclude=*") or "unknown",
        "machine": f"{os.cpu_count()} cores, {_cpu()}, {memory / 2**30:.0f} GiB, {_system()}",
        "versions": ", ".join(
            [f"graphsvc {__version__}", f"Python {platform.python_version()}", *_versions(PACKAGES)]
        ),
    }


def _versions(packages: Iterable[str]) -> Iterable[str]:
    for package in packages:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"no {package}"


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _git(*arguments: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
