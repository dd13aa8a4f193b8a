"""Which files of a folder can be part of a publication."""

from __future__ import annotations

import os
from pathlib import Path


def unfit(path: Path, root: Path) -> str | None:
    """Why a file cannot be part of the publication in `root`, and what to do; None if it can."""
    if not str(path.relative_to(root)).isprintable():
        return "a name with a character that does not show, or is not UTF-8; rename it"
    if not path.exists():
        return "a link that leads nowhere; mend or remove it"
    if not path.resolve().is_relative_to(root.resolve()):
        return "a link that leads out of the publication; put a copy in its place"
    if path.is_dir():
        return "a link to a folder; put the files in its place"
    if not path.is_file():
        return "not a regular file; remove it"
    if not os.access(path, os.R_OK):
        return "permission denied; make it readable"
    return None
