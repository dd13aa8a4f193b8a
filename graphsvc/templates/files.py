"""The templates of a publication: `templates/*.html`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphsvc.errors import SourceError, SourcePosition, printable
from graphsvc.files import unfit

TEMPLATE_BYTES = 200_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.html", re.ASCII)


@dataclass(frozen=True)
class TemplateFile:
    """One of them: where it is, and its place in the publication, by which others name it."""

    path: Path
    place: str  # "templates/cluster.html"

    def read(self) -> str:
        return self.path.read_text(encoding="utf-8")


def find_templates(
    root: Path, folder: str
) -> tuple[tuple[TemplateFile, ...], tuple[SourceError, ...]]:
    """The templates in a folder of a publication, by name, and what is wrong with them.

    Hidden files, and those that are not HTML, are left alone.
    """
    paths = [each for each in sorted((root / folder).glob("*.html")) if each.name[0] != "."]
    faults = [fault for path in paths for fault in _unfit(path, root)]
    wrong = {fault.at.path for fault in faults}
    found = tuple(TemplateFile(p, f"{folder}/{p.name}") for p in paths if p not in wrong)
    return found, (*faults, *_faults(found))


def _unfit(path: Path, root: Path) -> Iterator[SourceError]:
    """Why a file cannot be a template, if it cannot."""
    if what := unfit(path, root):
        yield SourceError(SourcePosition(path, 1), what)
    elif not _NAME.fullmatch(path.name):
        what = "a name with other characters than A–Z, a–z, 0–9, ., _ and -; rename it"
        yield SourceError(SourcePosition(path, 1), what)
    elif (size := path.stat().st_size) > TEMPLATE_BYTES:
        what = f"{size} bytes; {TEMPLATE_BYTES} at most are wanted of a template"
        yield SourceError(SourcePosition(path, 1), what)
    else:
        content = path.read_bytes()
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            what = f"the byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8"
            yield SourceError(SourcePosition(path, line), what)


def _faults(files: tuple[TemplateFile, ...]) -> Iterator[SourceError]:
    if not files:
        return
    # Jinja takes a while to import, which who has no template need not wait for.
    from graphsvc.templates.checking import find_faults

    places = [each.place for each in files]
    for file in files:
        for line, what in find_faults(file.read(), places):
            yield SourceError(SourcePosition(file.path, line), printable(what))
