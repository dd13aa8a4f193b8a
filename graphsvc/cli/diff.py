"""The verb `diff`: what has changed between two states of a publication."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from graphsvc.cli import terminal
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.formats import FORMATS
from graphsvc.diff.sides import Sides


@dataclass(frozen=True)
class Wanted:
    """The options of `graphsvc diff`."""

    format: str
    output: Path | None
    fail_on: str
    language: str | None


def diff(root: Path, before: str, after: str | None, wanted: Wanted) -> int:
    """Print or write what has changed, and give the exit code."""
    with TemporaryDirectory(prefix="graphsvc-diff-") as scratch:
        sides = Sides(root, Path(scratch))
        with terminal.progress() as progress:
            progress("reading the state before")
            old = sides.read(before)
            progress("reading the state after")
            new = sides.read(after)
            progress("comparing")
            comparison = Comparison.of(old, new)
        _write(FORMATS[wanted.format](comparison, wanted.language), wanted)
    fails = {"breaking": bool(comparison.breaking), "any": not comparison.is_empty, "never": False}
    return terminal.FAILS if fails[wanted.fail_on] else terminal.CONFORMS


def _write(texts: Iterable[str], wanted: Wanted) -> None:
    if wanted.output is None:
        shown = wanted.format == "text" and terminal.has_colours()
        for text in texts:
            sys.stdout.write(terminal.coloured(text) if shown else text)
        return
    try:
        file = wanted.output.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        what = f"{wanted.output}: {error.strerror}"
        raise typer.BadParameter(what, param_hint="--output") from error
    with file:
        file.writelines(texts)
