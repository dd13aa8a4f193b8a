"""A graphsvc.toml, read: every fault of it has its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from graphsvc.errors import SettingsError, SourcePosition, printable
from graphsvc.settings import FILE_NAME, FOLDERS, Settings
from graphsvc.settings.rows import SETTINGS, Setting


def read_settings(root: Path) -> Settings:
    """Read the graphsvc.toml of the publication in `root`.

    Raises SettingsError, naming the file, the line and the key.
    """
    path = root / FILE_NAME
    text = _read_text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        line, column = map(int, re.findall(r"\d+", place) or (text.count("\n") + 1, 0))
        where = SourcePosition(path, line, column)
        raise SettingsError(f"{what}; TOML is wanted", where) from error
    values = _flatten(table)
    _refuse_unknown(path, text, values)
    read = {row.attribute: _read_row(row, values, path, text) for row in SETTINGS}
    settings = Settings(**cast("dict[str, Any]", read))
    _refuse_parts_called_as_graphs(settings, path, text)
    return settings


def _read_text(path: Path) -> str:
    at = SourcePosition(path, 0)
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        what = "a link that leads out of the publication; put a copy in its place"
        raise SettingsError(what, at)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        what = (
            f"there is no such file; a publication is a folder with a {FILE_NAME} "
            "(`graphsvc init` writes one)"
        )
        raise SettingsError(what, at) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"the byte 0x{error.object[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise SettingsError(what, SourcePosition(path, line)) from error
    except OSError as error:
        raise SettingsError(f"{error.strerror}; a file that can be read is wanted", at) from error


def _flatten(table: Mapping[str, object]) -> dict[str, object]:
    """Dotted keys for the tables that hold settings; tables that are a value stay whole."""
    tables = {row.key.rpartition(".")[0] for row in SETTINGS}
    values: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict) and key in tables:
            values |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            values[key] = value
    return values


def _refuse_unknown(path: Path, text: str, values: Mapping[str, object]) -> None:
    known = [row.key for row in SETTINGS]
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            what = f"unknown setting {printable(key)}"
            raise SettingsError(f"{what}; {hint}", _where(path, text, key))


def _refuse_parts_called_as_graphs(settings: Settings, path: Path, text: str) -> None:
    """Their dumps would have one name."""
    graphs = {*FOLDERS, *settings.graphs.values(), *settings.default_graph}
    for name in settings.part_classes:
        if name in graphs:
            what = f"parts.{name} has classes, and a graph has that name; another name is wanted"
            raise SettingsError(what, _where(path, text, "parts"))


def _read_row(row: Setting, values: Mapping[str, object], path: Path, text: str) -> object:
    if row.key not in values and row.default is None:
        raise SettingsError(f"{row.key} is missing; {row.help}", SourcePosition(path, 0))
    value = values.get(row.key, row.default)
    try:
        return row.read(value)
    except ValueError as error:
        what = f"{row.key} is {value!r}; wanted: {error}"
        raise SettingsError(what, _where(path, text, row.key)) from error


def place_of_setting(root: Path, key: str) -> SourcePosition:
    """Where a setting stands in the graphsvc.toml of the publication in `root`."""
    path = root / FILE_NAME
    return _where(path, _read_text(path), key)


def _where(path: Path, text: str, key: str) -> SourcePosition:
    """The line on which a key stands: tomllib does not tell, so it reads ever more of the file.

    A part that ends within a value does not parse; so the key stands after the last that did.
    """
    lines = text.split("\n")
    start = 1
    for number in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:number]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        if key in table or key in _flatten(table):
            break
        start = number + 1
    return SourcePosition(path, start)
