"""The SHACL engines on a publication with seeded errors, each as a whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.processes import ROOT, Contender, Sample, environment, graphsvc, interleave, measure
from bench.results import Cell
from bench.workspace import Size, Workspace

OTHERS_QUADS = 1_000_000  # beyond, pySHACL would take hours and pyrudof a hundred gigabytes
PATIENCE_SECONDS = 300  # with pyrudof's sh:sparql, whose time grows with the square of the data
ONCE_QUADS = 10_000  # beyond, the slow ones take minutes, so that one run has to do
OTHERS = ("pySHACL", "pyrudof")
WRITTEN_OUT = "pyrudof with sh:sparql"
COMMAND = "graphsvc validate"
NOT_CONFORMING = 1  # the exit code of the command, since errors are seeded


def run(workspace: Workspace, size: Size) -> tuple[list[Cell], list[str]]:
    """The figures of each engine, and in what their results differ."""
    root, found = workspace.flawed(size), workspace.found(size)
    contenders = {"compiled": _engine("compiled", root, found / "compiled")}
    slow: dict[str, Contender] = {}
    if size.quads <= OTHERS_QUADS:
        contenders[COMMAND] = lambda: measure(graphsvc("validate", root), ends=(NOT_CONFORMING,))
        if "pyrudof" not in workspace.without:
            contenders["pyrudof"] = _engine("pyrudof", root, found / "pyrudof")
            shapes = workspace.written_out(size)
            written_out = _command("pyrudof", root, found / WRITTEN_OUT, shapes)
            slow[WRITTEN_OUT] = lambda: measure(written_out, patience_seconds=PATIENCE_SECONDS)
        if "pySHACL" not in workspace.without:
            slow["pySHACL"] = _engine("pyshacl", root, found / "pySHACL")
    if size.quads <= ONCE_QUADS:
        contenders, slow = contenders | slow, {}
    samples = interleave(contenders, size.runs, warm_up=size.warm_up)
    samples |= interleave(slow, 1, warm_up=False)
    return _with_findings(samples, root, found)


def _engine(name: str, *arguments: Path) -> Contender:
    command = _command(name, *arguments)
    return lambda: measure(command)


def _command(name: str, *arguments: Path) -> list[str | Path]:
    return [sys.executable, "-m", "bench.validators", name, *arguments]


def _with_findings(
    samples: dict[str, list[Sample]], root: Path, found: Path
) -> tuple[list[Cell], list[str]]:
    for name, runs in samples.items():
        if any(each.seconds is None for each in runs):  # what it had found is not all
            (found / name).unlink()
    # In a process of its own, so that this one stays small.
    command = [sys.executable, "-m", "bench.findings", str(root), str(found)]
    told = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True
    ).stdout
    answer = json.loads(told)
    counts = answer["found"]
    cells = [Cell(name, each, found=counts.get(name)) for name, each in samples.items()]
    return cells, answer["notes"]
