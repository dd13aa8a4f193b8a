"""What the command line shows: exit codes, reports and progress."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from graphsvc.errors import SourceError
    from graphsvc.report import Severity
    from graphsvc.reports.context import ReportContext
    from graphsvc.validation import Progress, Validation

CONFORMS, FAILS, CANNOT_TELL = 0, 1, 2
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "!": "\x1b[1;33m"}  # by what a line begins with


def report(
    found: Validation, format: str, severity: Severity, errors: Sequence[SourceError] = ()
) -> str:
    from graphsvc.reports import formats

    return formats.write_report(found.report, format, context(found, severity, errors))


def context(
    found: Validation, severity: Severity, errors: Sequence[SourceError] = ()
) -> ReportContext:
    """What a report is written with."""
    from graphsvc.reports.context import ReportContext
    from graphsvc.vocab import PREFIXES

    return ReportContext(
        prefixes={**PREFIXES, **found.prefixes},
        threshold=severity,
        source_errors=tuple(errors),
        root=Path.cwd(),
    )


def write_report(
    found: Validation,
    format: str,
    output: Path | None,
    severity: Severity,
    errors: Sequence[SourceError] = (),
) -> None:
    write(report(found, format, severity, errors), output)


def write(text: str, output: Path | None) -> None:
    """Print a report, or write it to a file."""
    if output is None:
        print(text, end="" if text.endswith("\n") else "\n")
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise typer.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error


def has_colours() -> bool:
    """Is standard output a terminal that shows colours, and are they wanted? https://no-color.org"""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_plain


def coloured(line: str) -> str:
    """A line of a comparison in the colour of its sign."""
    colour = _COLOURS.get(line[:1])
    return f"{colour}{line.rstrip()}\x1b[0m\n" if colour else line


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal, for what takes more than a second; nothing elsewhere."""
    from graphsvc.validation import quiet

    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bars.add_task("", total=None)
    starter = threading.Timer(1.0, bars.start)
    starter.daemon = True
    starter.start()

    def tell(step: str, done: int = 0, of: int = 0) -> None:
        bars.update(task, description=step, completed=done, total=of or None)

    try:
        yield tell
    finally:
        starter.cancel()
        starter.join()
        bars.stop()
