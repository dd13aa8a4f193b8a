"""The releases that are kept in one folder, the current one and older ones: found, and opened.

Whatever else is in the folder, is damaged or belongs to another publication is passed over. A
release of another format is found and its dumps are known, but it is not opened.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphsvc.release import FORMAT, MANIFEST, Release, is_release_name
from graphsvc.versions import Dump, Version, read_dumps, read_versions

MOST_OPEN = 8  # older releases at a time
_NO_RELEASE = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Holding:
    """A release that is kept, as its manifest tells of it; `modified_ns` is when it was built."""

    folder: Path
    row: Version
    base_iri: str
    dumps: tuple[Dump, ...]
    can_be_opened: bool
    modified_ns: int

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def date(self) -> datetime | None:
        """When it was issued, if it says so."""
        try:
            date = datetime.fromisoformat(self.row.issued or "")
        except ValueError:
            return None
        return date.astimezone(UTC) if date.tzinfo else None

    def dump(self, file: str) -> Dump | None:
        return next((each for each in self.dumps if each["file"] == file), None)

    def ledger(self) -> list[Version]:
        """The versions that it tells of; it alone if it has no ledger that can be read."""
        try:
            return read_versions(self.folder)
        except _NO_RELEASE:
            return [self.row]


def find_holdings(releases: Path, base_iri: str) -> list[Holding]:
    """The releases of a publication in a folder, the latest first; see `_by_age`."""
    found = (_read(path) for path in _folders(releases))
    return _by_age(each for each in found if each and each.base_iri == base_iri)


@dataclass
class _Opened:
    """An older release that is open, and how many read it."""

    release: Release
    readers: int = 0


@dataclass
class Archive:
    """The releases beside the one that is served, for any number of threads.

    What the folder holds is looked at each time, since a build adds and removes releases; a
    manifest is read once. Older releases stay open, `most_open` of them.
    """

    most_open: int = MOST_OPEN
    _own: tuple[Release, Holding] | None = None
    _manifests: dict[Path, tuple[object, Holding | None]] = field(default_factory=dict)
    _opened: OrderedDict[Path, _Opened] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.most_open)

    def holdings(self, release: Release) -> list[Holding]:
        """The release that is served and those beside it, the latest first."""
        own = self._holding_of(release)
        paths = [path for path in _folders(release.folder.parent) if path != release.folder]
        with self._lock:
            self._manifests = {path: self._known(path) for path in paths}
            others = [each for _, each in self._manifests.values() if each]
            self._let_go(beyond=self.most_open)
        return _by_age([own, *(each for each in others if each.base_iri == own.base_iri)])

    def _holding_of(self, release: Release) -> Holding:
        """The release that is served, which is the first of those with one date."""
        known = self._own
        if known is None or known[0] is not release:
            known = release, _holding(release.folder, release.manifest.table(), sys.maxsize)
            self._own = known
        return known[1]

    @contextmanager
    def open(self, holding: Holding) -> Iterator[Release]:
        """An older release, to be read and not to be queried with SPARQL.

        Raises ReleaseError if it cannot be opened, or is not there any more.
        """
        with self._places:
            opened = self._borrow(holding)
            try:
                yield opened.release
            finally:
                with self._lock:
                    opened.readers -= 1
                    self._let_go(beyond=self.most_open)

    def _borrow(self, holding: Holding) -> _Opened:
        with self._lock:
            opened = self._opened.get(holding.folder)
            if opened is None:
                self._let_go(beyond=self.most_open - 1)
                opened = self._opened[holding.folder] = _Opened(
                    Release.open_to_read(holding.folder)
                )
            self._opened.move_to_end(holding.folder)
            opened.readers += 1
            return opened

    def _let_go(self, beyond: int) -> None:
        """Close what is not there any more, and what was read longest ago, unless it is read."""
        for folder, opened in list(self._opened.items()):
            is_there = folder in self._manifests
            if not opened.readers and (not is_there or len(self._opened) > beyond):
                del self._opened[folder]
                opened.release.close()

    def _known(self, path: Path) -> tuple[object, Holding | None]:
        """A manifest with what tells it from another that took its place."""
        with suppress(OSError):
            status = (path / MANIFEST).stat()
            stamp = status.st_ino, status.st_mtime_ns
            known = self._manifests.get(path)
            return known if known and known[0] == stamp else (stamp, _read(path))
        return None, None


def _folders(releases: Path) -> list[Path]:
    try:
        return sorted(path for path in releases.iterdir() if is_release_name(path.name))
    except OSError:
        return []


def _read(path: Path) -> Holding | None:
    try:
        table = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        holding = _holding(path, table, (path / MANIFEST).stat().st_mtime_ns)
    except _NO_RELEASE as error:
        logger.debug("%s is passed over: %r", path, error)
        return None
    name = f"{table['version'][:12]}-{table['digest'][:12]}"
    return holding if name == path.name else None


def _holding(folder: Path, table: Mapping[str, Any], modified_ns: int) -> Holding:
    return Holding(
        folder=folder,
        row=Version.of(table),
        base_iri=str(table["settings"]["base_iri"]),
        dumps=read_dumps(table),
        can_be_opened=table["format"] == FORMAT,
        modified_ns=modified_ns,
    )


def _by_age(holdings: Iterable[Holding]) -> list[Holding]:
    """The latest first, by their dates; those without a date last, by when they were built."""
    return sorted(
        holdings,
        key=lambda each: (each.row.issued or "", each.modified_ns, each.name),
        reverse=True,
    )
