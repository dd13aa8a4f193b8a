"""SQLite files of a release, which nothing changes any more."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any


class Database:
    """Read access to one, from any number of threads but in one at a time.

    Raises OSError if it cannot be opened; what is no database shows with the first query.
    """

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise OSError(f"{path.name}: {error}") from error

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The rows that a query finds. Raises sqlite3.Error."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Let go of the file; no query may follow."""
        with self._lock:
            self._connection.close()
