"""The versions of a publication, as a release tells them: those built before it, and its own.

A version is a content: its name is the SHA-256 of the canonical N-Quads. `versions.json` has a
row for each time that a build put another version in the place of the one before, the latest
first; so a version that came back has several. Each release has all rows, for the release that
a row tells of is not kept for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

LEDGER = "versions.json"  # of its file in a release; its form does not change with the release's
SHORT = 12  # digits that stand for a version
_VERSION = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_OF_DUMPS = ("file", "media_type", "gzip", "bytes", "sha256")

Dump = Mapping[str, Any]  # a row of a manifest's dumps


@dataclass(frozen=True)
class Version:
    """That a version was put in the place of another; `dumps` are those of the whole.

    `commit` and `issued` are those of the first release of it, as in its manifest.
    """

    version: str
    commit: str | None
    issued: str | None
    quads: int
    dumps: tuple[Dump, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Version:
        """Read a row of a ledger, or a manifest of whatever format.

        Raises KeyError, TypeError or ValueError if it is neither.
        """
        if not _VERSION.fullmatch(told["version"]):
            raise ValueError(f"version {told['version']!r} is no SHA-256")
        dumps = [each for each in read_dumps(told) if is_of_whole(each)]
        rows = tuple({name: each[name] for name in _OF_DUMPS} for each in dumps)
        commit, issued = (_text(told.get(name)) for name in ("commit", "issued"))
        if issued is not None:
            datetime.fromisoformat(issued)
        return cls(told["version"], commit, issued, int(told["quads"]), rows)

    @property
    def short(self) -> str:
        return self.version[:SHORT]


def is_of_whole(dump: Dump) -> bool:
    """Is it a dump of all graphs together, and no part of them?"""
    return dump.get("graph") is None and not dump.get("part")


def read_dumps(told: Mapping[str, Any]) -> tuple[Dump, ...]:
    """The rows of the dumps of a ledger's row, or of a manifest of whatever format.

    Raises KeyError, TypeError or ValueError if they cannot be what a release has.
    """
    rows: tuple[Dump, ...] = tuple(told["dumps"])
    for row in rows:
        for file in (row, *row.get("codings", {}).values()):
            if not (_FILE.fullmatch(file["file"]) and _VERSION.fullmatch(file["sha256"])):
                raise ValueError(f"dump {file['file']!r} cannot be one")
            if not file["bytes"] >= 0:
                raise ValueError(f"dump {file['file']!r} has no size")
        if not (isinstance(row["media_type"], str) and isinstance(row["gzip"], bool)):
            raise ValueError(f"dump {row['file']!r} has no media type")
    return rows


def write_versions(folder: Path, rows: Iterable[Version]) -> str:
    """Write the ledger of a release; gives the SHA-256 of the file."""
    lines = (json.dumps(vars(row), ensure_ascii=False, sort_keys=True) for row in rows)
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (folder / LEDGER).write_text(text, encoding="utf-8", newline="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def read_versions(folder: Path) -> list[Version]:
    """The ledger of a release.

    Raises OSError if there is none, and KeyError, TypeError or ValueError if it is not one.
    """
    rows = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    return [Version.of(row) for row in rows]


def merge(ledgers: Iterable[Sequence[Version]]) -> list[Version]:
    """One ledger of several: the longest, and what others have beside it where its date belongs.

    A row without a date goes to the end. Of ledgers of one length the first counts. What puts a
    version in its own place is no row.
    """
    longest, *others = sorted(ledgers, key=len, reverse=True) or [[]]
    merged = list(longest)
    known = {_key(row) for row in merged}
    for row in (row for ledger in others for row in ledger):
        if _key(row) not in known:
            known.add(_key(row))
            merged.insert(_place(row, merged), row)
    pairs = zip_longest(merged, merged[1:])
    return [row for row, older in pairs if older is None or older.version != row.version]


def added(rows: Sequence[Version], new: Version) -> list[Version]:
    """A ledger with a version in front, unless that is there already."""
    return [*rows] if rows and rows[0].version == new.version else [new, *rows]


def find(rows: Iterable[Version], name: str) -> list[Version]:
    """The rows of the version with this name, whole or short; several versions if it is short."""
    return [row for row in rows if row.version == name or row.short == name]


def _key(row: Version) -> tuple[str | None, ...]:
    return row.version, row.commit, row.issued


def _place(row: Version, rows: Sequence[Version]) -> int:
    if row.issued is None:
        return len(rows)
    earlier = (at for at, each in enumerate(rows) if each.issued and each.issued <= row.issued)
    return next(earlier, len(rows))


def _text(value: object) -> str | None:
    if not (value is None or isinstance(value, str)):
        raise TypeError(f"{value!r} is no text")
    return value
