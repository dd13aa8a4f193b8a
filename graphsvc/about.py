"""The texts about a publication, in Markdown: `about/sv.md`, one file for each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.files import unfit

FOLDER = "about"
TEXT_BYTES = 200_000


@dataclass(frozen=True)
class AboutText:
    """One of them, by its file."""

    path: Path
    language: str

    def read(self) -> str:
        return self.path.read_text(encoding="utf-8")


def find_about(
    root: Path, languages: Sequence[str]
) -> tuple[tuple[AboutText, ...], tuple[SourceError, ...]]:
    """The texts of a publication, in the order of its languages, and the faults of others.

    A file of Markdown there that is named after no language of the publication is a fault,
    but for README.md and hidden ones; other files are left alone.
    """
    texts: list[AboutText] = []
    faults: list[SourceError] = []
    for path in sorted((root / FOLDER).glob("*.md")):
        if path.name.startswith((".", "README")):
            continue
        if fault := _fault(path, root, languages):
            faults.append(fault)
        else:
            texts.append(AboutText(path, path.stem))
    texts.sort(key=lambda text: languages.index(text.language))
    return tuple(texts), tuple(faults)


def _fault(path: Path, root: Path, languages: Sequence[str]) -> SourceError | None:
    if what := unfit(path, root):
        return SourceError(SourcePosition(path, 1), what)
    if path.stem not in languages:
        known = ", ".join(f"{language}.md" for language in languages)
        what = f"{path.stem!r} is no language of the publication; wanted: {known}"
        return SourceError(SourcePosition(path, 1), what)
    if (size := path.stat().st_size) > TEXT_BYTES:
        what = f"{size} bytes; {TEXT_BYTES} at most are wanted of a text that is one page"
        return SourceError(SourcePosition(path, 1), what)
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8"
        return SourceError(SourcePosition(path, line), what)
    return None
