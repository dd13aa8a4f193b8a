"""Two texts, compared."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from publications import BASE, TOML, write

from graphsvc.diff.comparison import Comparison
from graphsvc.diff.formats import FORMATS
from graphsvc.diff.sides import Sides


def compared(folder: Path, before: str, after: str, place: str = "data/a.ttl") -> Comparison:
    """Two publications that have one file each."""
    sides = Sides(folder, Path(mkdtemp(dir=folder)))
    roots = [Path(mkdtemp(dir=folder)) for _ in range(2)]
    for root, text in zip(roots, (before, after), strict=True):
        write(root, {place: text}, TOML)
    return Comparison.of(*(sides.read(str(root)) for root in roots))


def written(comparison: Comparison, format: str = "text", language: str | None = None) -> str:
    return "".join(FORMATS[format](comparison, language))


def body(comparison: Comparison) -> list[str]:
    """The lines of the text but for the last, which has the counts."""
    return written(comparison).splitlines()[:-1]


__all__ = ["BASE", "body", "compared", "written"]
