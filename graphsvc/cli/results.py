"""Where the answer to a query goes: a file, a pipe, or a terminal that it must not take over."""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import typer

from graphsvc.cli import terminal
from graphsvc.errors import printable

TABLE_ROWS = 1_000  # nobody reads more of them on a screen
CELL_CHARACTERS = 200
_NUMBER = re.compile(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?|")


class Sink(Protocol):
    """Takes an answer, whose bytes come in chunks."""

    def write(self, chunk: bytes) -> None: ...

    def end(self) -> None:
        """The answer is whole."""


class Pipe:
    """Standard output as it is, with a line feed at its end."""

    def __init__(self) -> None:
        self._last = b""

    def write(self, chunk: bytes) -> None:
        self._last = chunk[-1:]
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()

    def end(self) -> None:
        if self._last not in (b"", b"\n"):
            self.write(b"\n")


class Screen:
    """A terminal: characters that do not simply show are shown as escapes."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, chunk: bytes) -> None:
        sys.stdout.write(_harmless(self._decoder.decode(chunk)))

    def end(self) -> None:
        print(flush=True)


class Table:
    """Solutions, which come as TSV, in columns; of many the first."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._unfinished = b""
        self._left_out = 0

    def write(self, chunk: bytes) -> None:
        *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
        for line in lines:
            if len(self._lines) <= TABLE_ROWS:
                self._lines.append(line.decode())
            else:
                self._left_out += 1

    def end(self) -> None:
        if not self._lines:  # an ASK has no line
            print(self._unfinished.decode())
            return
        _print_table(*([_shown(cell) for cell in line.split("\t")] for line in self._lines))
        if self._left_out:
            terminal.log(f"and {self._left_out:,} more; --format csv has them all")


@contextmanager
def sink(output: Path | None, *, as_table: bool) -> Iterator[Sink]:
    """What takes an answer; a file appears, or is replaced, once the answer is whole."""
    if output is not None:
        with _file(output) as found:
            yield found
    elif as_table:
        yield Table()
    else:
        yield Screen() if sys.stdout.isatty() else Pipe()


class _File:
    def __init__(self, path: Path, target: Path) -> None:
        self.path, self._target = path, target
        self._file = path.open("wb" if path == target else "xb")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def end(self) -> None:
        self._file.close()
        if self.path != self._target:
            self.path.replace(self._target)

    def abandon(self) -> None:
        self._file.close()
        if self.path != self._target:
            self.path.unlink(missing_ok=True)


@contextmanager
def _file(output: Path) -> Iterator[Sink]:
    is_special = output.exists() and not output.is_file()  # a pipe or a device is not replaced
    target = output if is_special else output.resolve()
    path = target if is_special else target.with_name(f".{target.name}.{os.getpid()}")
    try:
        file = _File(path, target)
    except OSError as error:
        raise typer.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error
    try:
        yield file
    finally:
        file.abandon()


def _harmless(text: str) -> str:
    return printable(text.replace("\r\n", "\n"), keep="\n\t")


def _shown(cell: str) -> str:
    text = printable(cell)
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


def _print_table(names: list[str], *rows: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table as Columns
    from rich.text import Text

    columns = Columns()
    for number, name in enumerate(names):
        are_numbers = all(_NUMBER.fullmatch(row[number]) for row in rows)
        columns.add_column(Text(name.removeprefix("?")), justify="right" if are_numbers else "left")
    for row in rows:
        columns.add_row(*(Text(cell) for cell in row))
    Console().print(columns)
