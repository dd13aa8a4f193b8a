"""Write a small publication to begin with."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path

from graphsvc.errors import SettingsError, SourcePosition
from graphsvc.settings import FILE_NAME, FOLDERS
from graphsvc.settings.rows import SETTINGS

_HIDDEN = {
    "gitignore": ".gitignore",
    "github": ".github",
}  # by names that packaging tools do not act on


def init(root: Path, base_iri: str | None = None) -> list[Path]:
    """Write a publication that validates into a folder, and give its files.

    Nothing is overwritten: raises SettingsError if the folder already holds a
    publication, or if `base_iri` cannot be one.
    """
    taken = [name for name in (FILE_NAME, *FOLDERS) if (root / name).exists()]
    if taken:
        what = "it is there already; a new publication wants a folder of its own"
        raise SettingsError(what, SourcePosition(root / taken[0], 0))
    if base_iri is not None:
        _check(base_iri)
    written = []
    with as_file(files("graphsvc") / "starter") as starter:
        for source in sorted(path for path in starter.rglob("*") if path.is_file()):
            place = source.relative_to(starter)
            target = root.joinpath(*(_HIDDEN.get(name, name) for name in place.parts))
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            if place.name == FILE_NAME and base_iri is not None:
                text = _with_base_iri(text, base_iri)
            target.write_text(text, encoding="utf-8", newline="\n")
            written.append(target)
    return written


def _check(base_iri: str) -> None:
    row = next(row for row in SETTINGS if row.key == "base_iri")
    try:
        row.read(base_iri)
    except ValueError as error:
        raise SettingsError(f"base_iri is {base_iri!r}; wanted: {error}") from error


def _with_base_iri(text: str, base_iri: str) -> str:
    """The settings with another base; it may hold nothing that TOML would read otherwise."""
    given = re.search(r'^base_iri = "(.*?)"', text, re.MULTILINE)
    assert given is not None
    return text.replace(given[1], base_iri)
