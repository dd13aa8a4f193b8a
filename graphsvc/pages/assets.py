"""The files that pages refer to, under names that change with their content.

So they can be kept for ever: another stylesheet is another address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FOLDERS = ("static", "editor")  # the second is made by hatch_build.py, if npm was to be had
_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
}


@dataclass(frozen=True)
class Asset:
    file: str  # "style.0123456789ab.css"
    content: bytes
    content_type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset, by its plain name: "style.css"."""
    return {
        entry.name: _read(entry.name, entry.read_bytes())
        for folder in (files("graphsvc.pages") / each for each in FOLDERS)
        if folder.is_dir()
        for entry in folder.iterdir()
    }


def _read(name: str, content: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"{stem}.{digest}.{suffix}", content, _MEDIA_TYPES[suffix])
