"""Measure graphsvc beside others and write bench/RESULTS.md.

A measurement and size that is not run keeps the figures it has. Nothing else
ought to run meanwhile.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench import validating
from bench.measurements import MEASUREMENTS, SHIPPED, Measurement
from bench.processes import ROOT
from bench.rendering import render
from bench.results import Part, Results, circumstances
from bench.workspace import QUAD_BYTES, Size, Workspace


def main() -> None:
    """Run what the command line asks for; each part is written as soon as it is there."""
    arguments = _arguments()
    sizes = [Size.of(label) for label in arguments.sizes.split(",") if label]
    wanted = [each for each in MEASUREMENTS if each.name in (arguments.only or [each.name])]
    folder: Path = arguments.out
    with Workspace.temporary(arguments.without or ()) as workspace:
        for size in sizes:
            print(f"{size.label}: {size.quads * QUAD_BYTES / 2**30:.1f} GiB of disk", flush=True)
            if lack := workspace.lacks_space_for(size):
                raise SystemExit(lack)
        for size in (*sizes, Size(SHIPPED, 0)):
            for measurement in wanted:
                if measurement.sized == (size.label != SHIPPED):
                    _run(measurement, workspace, size, arguments)
            workspace.clear(size)
    results = Results.read(folder / "results.json")
    (folder / "RESULTS.md").write_text(render(results), encoding="utf-8")


def _run(
    measurement: Measurement, workspace: Workspace, size: Size, arguments: argparse.Namespace
) -> None:
    started = time.perf_counter()
    cells, notes = measurement.run(workspace, size)
    path = arguments.out / "results.json"
    results = Results.read(path)
    results.put(measurement.name, size.label, Part(circumstances(arguments.date), cells, notes))
    results.write(path)
    (arguments.out / "RESULTS.md").write_text(render(results), encoding="utf-8")
    print(f"{measurement.name} {size.label}: {time.perf_counter() - started:.0f} s", flush=True)


def _arguments() -> argparse.Namespace:
    names = [each.name for each in MEASUREMENTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        default="10k,1M",
        help="sizes separated by commas, such as 10k,1M,10M (%(default)s)",
    )
    parser.add_argument("--only", action="append", choices=names, help="may be given repeatedly")
    parser.add_argument(
        "--without",
        action="append",
        choices=validating.OTHERS,
        help="leave an engine out of `validating`; may be given repeatedly",
    )
    parser.add_argument("--date", help="of the figures; the commit's unless given")
    parser.add_argument("--out", type=Path, default=ROOT / "bench", help="where the results go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
