"""git history, and the quads of a release → the files of its feed.

The last state is always that of the release itself; git tells of those before it. So a
replica ends with what the release holds, whatever git makes of links, filters or what it ignores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import groupby
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from graphsvc.errors import HistoryError
from graphsvc.feed.commits import Commit, Texts, commits_of, files_of
from graphsvc.feed.descriptions import Description, descriptions, digest
from graphsvc.feed.readings import settings_then
from graphsvc.feed.states import State
from graphsvc.feed.walking import Walk
from graphsvc.feed.writing import TOLD, FeedWriter, Occasion, Tail
from graphsvc.settings import FILE_NAME, Settings

NAME_CHARACTERS = 16  # of a commit, in the IRIs of its activities

Progress = Callable[[str, int, int], None]
Row = tuple[str, int, list[str], str | None]
Told = tuple[str, str]  # a resource, and the digest of what was told of it


@dataclass(frozen=True)
class Derived:
    """What a feed is derived from: the publication's folder, and a release of it in the making."""

    root: Path
    settings: Settings
    n_quads: Path  # canonical, of all graphs
    version: str
    commit: str | None  # None if the files are not as committed
    issued: str | None
    earlier: Path | None = None  # the folder of an earlier feed, whose pages may stay


def derive(source: Derived, folder: Path, progress: Progress) -> dict[str, Any] | None:
    """Write a feed into a new folder; gives what the release tells of it.

    Where git cannot tell the history, the feed begins, or goes on, with the state of the
    release, published when that was issued; None, and no folder, if that is not known either.
    """
    commits = _commits(source)
    if not commits and source.issued is None:
        return None
    with ExitStack() as opened:
        return _Derivation(source, folder, progress, opened).run(commits)


def read_told(folder: Path) -> Iterator[Told]:
    """What a feed has told last of each resource, in order."""
    with (folder / TOLD).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            resource, _, mark = line.rstrip("\n").partition("\t")
            yield resource, mark


def _commits(source: Derived) -> list[Commit]:
    if source.commit is None:
        return []
    try:
        return commits_of(source.root)
    except HistoryError:  # no git, or not all of the history
        return []


class _Derivation:
    """The making of one feed; `opened` closes what it opens."""

    def __init__(
        self, source: Derived, folder: Path, progress: Progress, opened: ExitStack
    ) -> None:
        self._source, self._folder, self._progress, self._opened = source, folder, progress, opened
        self._base_iri = source.settings.base_iri

    def run(self, commits: Sequence[Commit]) -> dict[str, Any]:
        tail = self._tail()
        if not commits:
            return self._state(_snapshot(self._source), None, tail)
        texts = self._opened.enter_context(Texts(self._source.root))
        start = self._start(commits, texts)
        first, ids = commits[start].id, [commit.id for commit in commits[:-1]]
        if tail is None:
            return self._history(commits, texts, start, None)
        if tail.first == first and tail.commit in ids:
            return self._history(commits, texts, start, ids.index(tail.commit))
        return self._state(_occasion(commits[-1]), first, tail)

    def _tail(self) -> Tail | None:
        """Where the earlier feed ends; None if there is none to go on from."""
        earlier = self._source.earlier
        return Tail.read(earlier, self._base_iri) if earlier else None

    def _state(self, occasion: Occasion, first: str | None, tail: Tail | None) -> dict[str, Any]:
        """The state of the release as the one step that can be told.

        The earlier feed stays before it even if it tells of a history that is no longer that
        of the branch: it was published, and whoever has followed it must hear what to undo.
        """
        earlier = self._source.earlier if tail else None
        if tail:  # the commit may have been told of before
            occasion = replace(occasion, name=f"{occasion.name}-{tail.members}")
        writer = FeedWriter(self._folder, self._base_iri, earlier)
        writer.tail.first = first
        self._last(writer, occasion, read_told(earlier) if earlier else ())
        return writer.finish()

    def _history(
        self, commits: Sequence[Commit], texts: Texts, start: int, done: int | None
    ) -> dict[str, Any]:
        """Every commit from the first that counts, or those after `done`, where a feed ends."""
        earlier = self._source.earlier if done is not None else None
        writer = FeedWriter(self._folder, self._base_iri, earlier)
        writer.tail.first = commits[start].id
        told: Iterable[Told] = read_told(earlier) if earlier else ()
        *before, last = commits[start if done is None else done + 1 :]
        if before:
            scratch = Path(self._opened.enter_context(TemporaryDirectory(dir=self._folder.parent)))
            state = State(scratch / "state.db")
            self._opened.callback(state.close)
            walk = Walk(texts, state, self._source.settings, scratch)
            if done is None:
                for commit in commits[:start]:
                    walk.pass_by(commit.files)
            else:
                state.assume(told)
                walk.pass_by(files_of(self._source.root, commits[done].id))
                deque(walk.changes() or (), maxlen=0)
            self._walk(before, walk, state, writer)
            told = state.told()
        self._last(writer, _occasion(last), told)
        return writer.finish()

    def _start(self, commits: Sequence[Commit], texts: Texts) -> int:
        """The commit that the feed begins with: what was under another base is not its own."""
        start = 0
        for number, commit in enumerate(commits):
            blob = commit.files.get(PurePosixPath(FILE_NAME))
            settings = settings_then(texts.read(blob), self._source.settings) if blob else None
            if settings is not None and settings.base_iri != self._base_iri:
                start = number + 1
        while start < len(commits) and PurePosixPath(FILE_NAME) not in commits[start].files:
            start += 1
        return min(start, len(commits) - 1)

    def _walk(
        self, commits: Sequence[Commit], walk: Walk, state: State, writer: FeedWriter
    ) -> None:
        for number, commit in enumerate(commits):
            self._progress("reading the history", number, len(commits))
            walk.pass_by(commit.files)
            changes = walk.changes()
            if changes is not None:
                writer.begin(_occasion(commit))
                for resource, lines in changes:
                    if kind := state.tell(resource, lines):
                        writer.add(kind, resource, lines)
                writer.end()

    def _last(self, writer: FeedWriter, occasion: Occasion, told: Iterable[Told]) -> None:
        """Tell of what is otherwise in the release than was told before."""
        self._progress("writing the feed", 0, 0)
        writer.begin(occasion)
        found = descriptions(
            self._source.n_quads, self._base_iri, self._source.settings.is_in_default_graph
        )
        with (self._folder / TOLD).open("w", encoding="utf-8", newline="\n") as file:
            for resource, lines, before in _side_by_side(found, told):
                after = digest(lines) if lines else None
                if after is not None:
                    file.write(f"{resource}\t{after}\n")
                if after is None:
                    writer.add("Delete", resource)
                elif after != before:
                    writer.add("Update" if before else "Create", resource, lines)
        writer.end()


def _side_by_side(
    found: Iterable[Description], told: Iterable[Told]
) -> Iterator[tuple[str, list[str], str | None]]:
    """Each resource with its description now, and the digest of what was told of it."""
    now: Iterable[Row] = ((resource, 0, lines, None) for resource, lines in found)
    before: Iterable[Row] = ((resource, 1, [], mark) for resource, mark in told)
    rows = merge(now, before, key=lambda row: row[0])
    for resource, group in groupby(rows, key=lambda row: row[0]):
        pair = list(group)
        lines = next((row[2] for row in pair if row[1] == 0), [])
        yield resource, lines, next((row[3] for row in pair if row[1] == 1), None)


def _occasion(commit: Commit) -> Occasion:
    name = commit.id[:NAME_CHARACTERS]
    return Occasion(name, commit.id, commit.seconds, commit.subject)


def _snapshot(source: Derived) -> Occasion:
    """What stands for a history that nobody can tell."""
    assert source.issued is not None
    seconds = int(datetime.fromisoformat(source.issued.replace("Z", "+00:00")).timestamp())
    return Occasion(source.version[:NAME_CHARACTERS], source.commit, seconds, "")
