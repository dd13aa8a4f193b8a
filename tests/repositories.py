"""Publications in git, to make releases of their commits."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from publications import BOOKS, TOML, write

from graphsvc.build import build

DAYS = ("2026-01-01T12:00:00Z", "2026-02-01T12:00:00Z", "2026-03-01T12:00:00Z")


class Repository:
    """A publication whose commits have the dates that they are given."""

    def __init__(self, folder: Path, toml: str = TOML) -> None:
        self.root, self.releases = folder / "books", folder / "releases"
        write(self.root, BOOKS, toml)
        self.begin()

    def begin(self) -> None:
        self._git("init", "-q")

    def commit(self, date: str) -> None:
        self._git("add", "-A")
        self._git("commit", "-qm", "x", "--allow-empty", date=date)

    def build(self, date: str) -> Path:
        """Commit what there is, and make a release of it."""
        self.commit(date)
        return build(self.root, self.releases)

    def add(self, text: str, place: str = "data/books.ttl") -> None:
        with (self.root / place).open("a", encoding="utf-8") as file:
            file.write(text)

    def set(self, old: str, new: str) -> None:
        """Change the settings."""
        path = self.root / "graphsvc.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _git(self, *arguments: str, date: str = DAYS[0]) -> None:
        named = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in _WHO}
        dated = {f"GIT_{role}_DATE": date for role in ("AUTHOR", "COMMITTER")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-C", str(self.root), *arguments]
        subprocess.run(command, check=True, capture_output=True, env=kept | named | dated | quiet)


_WHO = ("NAME", "EMAIL")


def book(name: str) -> str:
    """A statement that adds a book."""
    return f"id:{name} a :Book ; dct:title '{name}'@sv .\n"
