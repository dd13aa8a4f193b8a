"""The SHACL engines on a publication with seeded errors, each as a whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.processes import ROOT, Contender, Sample, environment, graphsvc, interleave, measure
from bench.results import Cell
from bench.workspace import Size, Workspace

# Beyond these, pySHACL would take hours and pyrudof a hundred gigabytes; with sh:sparql, its time
# grows at least with the square of the data.
OTHERS_QUADS = 1_000_000
WRITTEN_OUT_QUADS = 100_000
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
            if size.quads <= WRITTEN_OUT_QUADS:
                shapes = workspace.written_out(size)
                slow[WRITTEN_OUT] = _engine("pyrudof", root, found / WRITTEN_OUT, shapes)
        if "pySHACL" not in workspace.without:
            slow["pySHACL"] = _engine("pyshacl", root, found / "pySHACL")
    if size.quads <= ONCE_QUADS:
        contenders, slow = contenders | slow, {}
    samples = interleave(contenders, size.runs, warm_up=size.warm_up)
    samples |= interleave(slow, 1, warm_up=False)
    return _with_findings(samples, root, found)


def _engine(name: str, *arguments: Path) -> Contender:
    command: list[str | Path] = [sys.executable, "-m", "bench.validators", name, *arguments]
    return lambda: measure(command)


def _with_findings(
    samples: dict[str, list[Sample]], root: Path, found: Path
) -> tuple[list[Cell], list[str]]:
    # In a process of its own, so that this one stays small.
    command = [sys.executable, "-m", "bench.findings", str(root), str(found)]
    told = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True
    ).stdout
    answer = json.loads(told)
    counts = answer["found"]
    cells = [Cell(name, each, found=counts.get(name)) for name, each in samples.items()]
    return cells, answer["notes"]
