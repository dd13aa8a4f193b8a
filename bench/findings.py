"""What engines found, beside each other and what was seeded.

`python -m bench.findings PUBLICATION FOLDER` reads a file of each contender, as
bench/validators.py writes it, and prints JSON: how many results each has, and
sentences that tell of the differences.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bench import constraints
from bench.generator import BASE
from bench.tasks import shapes_graph

SHAPES = BASE + "shapes#"
STANDARD = "compiled"  # whose results the others' are compared with

Found = Counter[tuple[str, ...]]  # focus nodes and shapes


def compare(root: Path, folder: Path) -> dict[str, object]:
    """The numbers of results, and the sentences, of the files in a folder."""
    found = {path.name: _read(path) for path in sorted(folder.iterdir())}
    counts = constraints.count(shapes_graph(root))
    notes = [", ".join(f"{number} {what}" for what, number in counts.items()) + "."]
    notes += _of_seeded(json.loads((root / "errors.json").read_text(encoding="utf-8")), found)
    notes += _of_differences(found)
    return {"found": {name: each.total() for name, each in found.items()}, "notes": notes}


def _read(path: Path) -> Found:
    with path.open(encoding="utf-8") as lines:
        return Counter(tuple(line.rstrip("\n").split("\t")) for line in lines)


def _of_seeded(rows: Iterable[Mapping[str, str]], found: Mapping[str, Found]) -> Iterator[str]:
    wanted = [row for row in rows if row["shape"].startswith(SHAPES)]
    missed = {
        name: Counter(row["kind"] for row in wanted if (row["subject"], row["shape"]) not in pairs)
        for name, pairs in found.items()
    }
    careful = [name for name, kinds in missed.items() if not kinds]
    yield f"{len(wanted)} errors are seeded for shapes to find. All are found by: {_list(careful)}."
    yield from (f"{name} misses {_told(kinds)}." for name, kinds in missed.items() if kinds)


def _of_differences(found: Mapping[str, Found]) -> Iterator[str]:
    if STANDARD not in found:
        return
    standard = found[STANDARD]
    others = {name: pairs for name, pairs in found.items() if name != STANDARD}
    same = [name for name, pairs in others.items() if pairs == standard]
    yield f"The same results as {STANDARD}, by focus node and shape: {_list(same)}."
    for name, pairs in others.items():
        if lacking := standard - pairs:
            yield f"{name} lacks results of {_told(_shapes(lacking))}."
        if more := pairs - standard:
            yield f"{name} has more results of {_told(_shapes(more))}."


def _shapes(found: Found) -> Counter[str]:
    shapes = Counter[str]()
    for (_, shape), number in found.items():
        shapes[shape.removeprefix(SHAPES)] += number
    return shapes


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{what} ({number})" for what, number in counted.most_common())


if __name__ == "__main__":
    print(json.dumps(compare(*map(Path, sys.argv[1:]))))
