"""What the files of a publication state at a commit, kept in a file while a history is walked.

Each statement is counted by the texts that make it, so that one text can be taken away
without a look at the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from graphsvc.feed.descriptions import digest

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE statement (
    resource TEXT, line TEXT, texts INTEGER NOT NULL, PRIMARY KEY (resource, line)
) WITHOUT ROWID;
CREATE TABLE told (resource TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""
_ADD = (
    "INSERT INTO statement VALUES (?, ?, ?)"
    " ON CONFLICT (resource, line) DO UPDATE SET texts = texts + excluded.texts"
)


class State:
    """The statements at a commit, and of each resource what the feed has told last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def change(self, resource: str, changes: list[tuple[str, int]]) -> list[str]:
        """Have more or fewer texts make some statements; gives all that there are then."""
        rows = ((resource, line, number) for line, number in changes)
        self._database.executemany(_ADD, rows)
        if any(number < 0 for _, number in changes):
            self._database.execute(
                "DELETE FROM statement WHERE resource = ? AND texts <= 0", (resource,)
            )
        lines = "SELECT line FROM statement WHERE resource = ? ORDER BY line"
        return [row[0] for row in self._database.execute(lines, (resource,))]

    def tell(self, resource: str, lines: list[str]) -> str | None:
        """Take note of what is told of a resource; gives the kind of news, None if it is none."""
        known = "SELECT digest FROM told WHERE resource = ?"
        before = self._database.execute(known, (resource,)).fetchone()
        after = digest(lines) if lines else None
        if (before[0] if before else None) == after:
            return None
        if after is None:
            self._database.execute("DELETE FROM told WHERE resource = ?", (resource,))
            return "Delete"
        self._database.execute("REPLACE INTO told VALUES (?, ?)", (resource, after))
        return "Update" if before else "Create"

    def told(self) -> Iterator[tuple[str, str]]:
        """Of each resource the digest of what was told last, in order."""
        yield from self._database.execute("SELECT resource, digest FROM told ORDER BY resource")

    def assume(self, told: Iterable[tuple[str, str]]) -> None:
        """Begin with what an earlier feed has told."""
        self._database.executemany("INSERT INTO told VALUES (?, ?)", told)

    def close(self) -> None:
        self._database.close()
        self._path.unlink()
