"""The files of a feed: pages of members, volumes of pages, the root, and a log for people.

A page is closed when it is full, and so is a volume. What is closed bears the hash of its
content in its name, hence never changes, whatever becomes of the history; a later feed takes
it over as it is. The root holds the members that fill no page yet and leads to all else, so
that one document tells the state of the whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from graphsvc.feed import terms

FORMAT = 1  # raised when the same history gives other pages
PAGE_MEMBERS = 200
PAGE_BYTES = 500_000  # of N-Quads; a longer description has a page of its own
VOLUME_PAGES = 100
LOG_ENTRIES = 50  # in a file
LOGGED_RESOURCES = 50  # of each kind and commit, told by name
STATE, ROOT, MEMBERS, TOLD = "feed.json", "root.nq", "members.nq", "told.tsv"
KINDS = ("Create", "Update", "Delete")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # that a clock is believed
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Occasion:
    """A commit, or what stands for one: when members are published, and why."""

    name: str  # what the IRIs of its members have in common
    commit: str | None
    seconds: int  # since 1970
    subject: str


@dataclass(frozen=True)
class Part:
    """A page or a volume that is closed: its members were published from `since` to `last`."""

    name: str
    since: str
    last: str


@dataclass
class Tail:
    """Where a feed ends, so that another can go on from there."""

    format: int
    feed: str  # its IRI
    first: str | None = None  # the commit that it begins with; None: a state without a history
    commit: str | None = None  # the last that counts, whether or not it has changed anything
    since: str | None = None
    last: str | None = None
    members: int = 0
    closed_pages: int = 0
    volumes: list[Part] = field(default_factory=list)
    pages: list[Part] = field(default_factory=list)  # in no volume yet
    open: list[str] = field(default_factory=list)  # when each member of the root was published
    open_lines: list[int] = field(default_factory=list)  # that each of these has
    open_bytes: int = 0
    entries: int = 0  # of the log

    @classmethod
    def read(cls, folder: Path, base_iri: str) -> Tail | None:
        """The tail of an earlier feed; None if none of this base can go on from it."""
        feed = f"<{base_iri}{terms.PATH}>"
        try:
            table = json.loads((folder / STATE).read_text(encoding="utf-8"))
            if (table["format"], table["feed"]) != (FORMAT, feed):
                return None
            for name in ("volumes", "pages"):
                table[name] = [Part(**part) for part in table[name]]
            tail = cls(**table)
            pages, volumes = len([*folder.glob("[1-9]*.nq")]), len([*folder.glob("volume-*.nq")])
            is_whole = (pages, volumes) == (tail.closed_pages, len(tail.volumes))
            return tail if is_whole else None
        except (OSError, ValueError, TypeError, KeyError):
            return None


class FeedWriter:
    """Writes a feed into a new folder, an occasion after the other, each with its members."""

    def __init__(self, folder: Path, base_iri: str, earlier: Path | None = None) -> None:
        """`earlier` is the folder of a feed to go on from, whose tail can be read."""
        self._folder, self._feed = folder, f"<{base_iri}{terms.PATH}>"
        self._stream, self._own = f"{self._feed[:-1]}#stream>", f"<{base_iri}"
        self._open: list[str] = []  # each member's lines
        tail = Tail.read(earlier, base_iri) if earlier else None
        self.tail = tail or Tail(FORMAT, self._feed)
        folder.mkdir()
        if tail and earlier:
            self._take_over(earlier)
        self._occasion: Occasion | None = None
        self._number, self._published = 0, ""
        self._entry: dict[str, Any] = {}
        self._others: dict[str, list[str]] = {}  # resources that are not the publication's own
        self._log: deque[dict[str, Any]] = deque(self._read_log())

    def begin(self, occasion: Occasion) -> None:
        """Begin with the members of an occasion, if there will be any."""
        self._occasion, self._number = occasion, 0
        self._published = _after(self.tail.last, occasion.seconds)
        self._others = {kind: [] for kind in KINDS}
        self._entry = {
            "name": occasion.name,
            "commit": occasion.commit,
            "published": self._published,
            "subject": occasion.subject,
            "counts": dict.fromkeys(KINDS, 0),
            "resources": {kind: [] for kind in KINDS},
        }

    def add(self, kind: str, resource: str, lines: Iterable[str] = ()) -> None:
        """Publish what has become of a resource; `lines` are its description from now on."""
        assert self._occasion is not None
        iri = f"{self._feed[:-1]}#{self._occasion.name}-{self._number}>"
        self._number += 1
        text = terms.statement(self._stream, f"<{terms.TREE}member>", iri)
        text += "".join(terms.activity(iri, kind, resource, self._published))
        text += "".join(f"{line} {iri} .\n" for line in lines)
        size = len(text.encode())
        if self._open and (
            len(self._open) >= PAGE_MEMBERS or self.tail.open_bytes + size > PAGE_BYTES
        ):
            self._close_page()
        self._open.append(text)
        self.tail.open.append(self._published)
        self.tail.open_lines.append(text.count("\n"))
        self.tail.open_bytes += size
        self.tail.members += 1
        self._entry["counts"][kind] += 1
        named = self._entry["resources"] if resource.startswith(self._own) else self._others
        if len(named[kind]) < LOGGED_RESOURCES:
            named[kind].append(resource[1:-1])

    def end(self) -> None:
        """End an occasion: only one that has members is told of."""
        assert self._occasion is not None
        self.tail.commit = self._occasion.commit
        if self._number:
            self.tail.since = self.tail.since or self._published
            self.tail.last = self._published
            for kind, named in self._entry["resources"].items():
                named += self._others[kind][: LOGGED_RESOURCES - len(named)]
            self._log.append(self._entry)
            self.tail.entries += 1
            if self.tail.entries % LOG_ENTRIES == 0:
                self._write_log()

    def finish(self) -> dict[str, Any]:
        """Write what is not closed; gives what a release tells of its feed."""
        self._write_log()
        root = "".join(self._root())
        members = "".join(self._open)
        _write(self._folder / ROOT, root + members)
        _write(self._folder / MEMBERS, members)
        text = json.dumps(asdict(self.tail), ensure_ascii=False, indent=1)
        _write(self._folder / STATE, text + "\n")
        return {
            "members": self.tail.members,
            "entries": self.tail.entries,
            "since": self.tail.since,
            "last": self.tail.last,
            "sha256": hashlib.sha256((root + members).encode()).hexdigest(),
        }

    # What is taken over

    def _take_over(self, earlier: Path) -> None:
        for path in earlier.iterdir():
            if path.name not in (STATE, ROOT, MEMBERS, TOLD):
                _link(path, self._folder / path.name)
        with (earlier / MEMBERS).open(encoding="utf-8", newline="\n") as file:
            self._open = ["".join(islice(file, count)) for count in self.tail.open_lines]

    def _read_log(self) -> list[dict[str, Any]]:
        """The entries that do not fill a file, which will be written anew."""
        if self.tail.entries % LOG_ENTRIES == 0:
            return []
        path = log_path(self._folder, self.tail.entries // LOG_ENTRIES)
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()  # it may be the earlier feed's own
        return entries

    def _write_log(self) -> None:
        if self._log:
            path = log_path(self._folder, (self.tail.entries - 1) // LOG_ENTRIES)
            _write(path, json.dumps(list(self._log), ensure_ascii=False, indent=1) + "\n")
        self._log.clear()

    # What is closed

    def _close_page(self) -> None:
        name = f"{self.tail.closed_pages + 1}-{_hash(self._open)}"
        page = self._node(name)
        lines = ["".join(self._closed_node(page)), *self._open]
        _write(self._folder / f"{name}.nq", "".join(lines))
        self.tail.pages.append(Part(name, self.tail.open[0], self.tail.open[-1]))
        self.tail.closed_pages += 1
        self._open, self.tail.open, self.tail.open_lines = [], [], []
        self.tail.open_bytes = 0
        if len(self.tail.pages) == VOLUME_PAGES:
            self._close_volume()

    def _close_volume(self) -> None:
        parts = self.tail.pages
        name = f"volume-{len(self.tail.volumes) + 1}-{_hash(part.name for part in parts)}"
        volume = self._node(name)
        lines = [*self._closed_node(volume), *self._relations(volume, parts)]
        _write(self._folder / f"{name}.nq", "".join(lines))
        self.tail.volumes.append(Part(name, parts[0].since, parts[-1].last))
        self.tail.pages = []

    def _closed_node(self, node: str) -> Iterator[str]:
        yield from self._view()
        yield terms.statement(node, terms.RDF_TYPE, f"<{terms.TREE}Node>")
        yield terms.statement(node, f"<{terms.LDES}immutable>", f'"true"^^<{terms.XSD}boolean>')

    def _view(self) -> Iterator[str]:
        yield terms.statement(self._stream, terms.RDF_TYPE, f"<{terms.LDES}EventStream>")
        yield terms.statement(self._stream, f"<{terms.TREE}view>", self._feed)

    def _relations(self, node: str, parts: Iterable[Part]) -> Iterator[str]:
        for part in parts:
            until = _text(_moment(part.last) + _TICK)
            yield from terms.relations(node, self._node(part.name), part.name, part.since, until)

    def _node(self, name: str) -> str:
        return f"{self._feed[:-1]}/{name}>"

    def _root(self) -> Iterator[str]:
        yield from self._view()
        yield terms.statement(self._feed, terms.RDF_TYPE, f"<{terms.TREE}Node>")
        yield from terms.stream(self._feed, self.tail.since)
        yield from self._relations(self._feed, [*self.tail.volumes, *self.tail.pages])


def log_path(folder: Path, number: int) -> Path:
    """The file with some entries of the log, from the first that there was."""
    return folder / f"log-{number}.json"


def _hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _after(last: str | None, seconds: int) -> str:
    """The time of an occasion: never that of another, nor before it, whatever clocks told."""
    earliest = _moment(last) + _TICK if last else _EPOCH
    latest_seconds = int((_LATEST - _EPOCH).total_seconds())
    told = _EPOCH + timedelta(seconds=min(max(seconds, 0), latest_seconds))
    return _text(max(told, earliest))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _text(moment: datetime) -> str:
    """A time as all are written: with thousandths, so that their order is that of the texts."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one that has no such links
        shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
