"""The commits of a publication as its branch tells them, and the files that each changed.

The branch is that of first parents: what a merge brought in counts as the merge's.
Links and submodules are passed over, for nothing of a publication is read through them.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, cast

from graphsvc.errors import HistoryError, printable
from graphsvc.history import git_output
from graphsvc.settings import FILE_NAME, FOLDERS

SUBJECT_CHARACTERS = 200
_PLACES = (FILE_NAME, *FOLDERS)
# What somebody may have configured for themselves is not to reach what is published.
_OPTIONS = ("-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "log.follow=false")
_LOG = (
    *("log", "--first-parent", "-m", "--reverse", "--raw", "-z", "--relative", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-color", "--no-notes", "--encoding=UTF-8"),
    *("--ignore-submodules=none", "--format=tformat:%H%x00%ct%x00%s%x00", "HEAD", "--"),
)


@dataclass(frozen=True)
class Commit:
    """A commit; `files` gives each place that it changed the object of its text, None: no file."""

    id: str
    seconds: int  # since 1970, as the committer's clock had it
    subject: str
    files: dict[PurePosixPath, str | None] = field(compare=False)


def commits_of(root: Path) -> list[Commit]:
    """The commits that changed files of the publication in `root`, the first one first.

    Raises HistoryError if git cannot tell, or a shallow clone lacks the beginning.
    """
    if git_output(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise HistoryError("a shallow clone: its history is not whole; fetch the rest of it")
    tokens = iter(git_output(root, *_OPTIONS, *_LOG, *_PLACES).split(b"\0"))
    commits: list[Commit] = []
    for token in tokens:
        entry = token.removeprefix(b"\n")
        if entry.startswith(b":"):
            _, mode, _, blob, _ = entry.decode("ascii").split(" ")
            place = PurePosixPath(next(tokens).decode(errors="surrogateescape"))
            commits[-1].files[place] = blob if mode.startswith("100") else None
        elif entry:
            seconds, subject = next(tokens), next(tokens).decode(errors="replace")
            commits.append(Commit(entry.decode("ascii"), _number(seconds), _line(subject), {}))
    return commits


def files_of(root: Path, commit: str) -> dict[PurePosixPath, str]:
    """The files of a publication at a commit, each with the object of its text."""
    listed = git_output(root, "ls-tree", "-r", "-z", commit, "--", *_PLACES)
    files = {}
    for entry in filter(None, listed.split(b"\0")):
        kind, _, place = entry.partition(b"\t")
        mode, _, blob = kind.decode("ascii").split(" ")
        if mode.startswith("100"):
            files[PurePosixPath(place.decode(errors="surrogateescape"))] = blob
    return files


def _number(text: bytes) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def _line(subject: str) -> str:
    """A subject on one line that shows, and not too long: nobody proof-reads a commit."""
    cut = subject[: SUBJECT_CHARACTERS + 1]
    if len(cut) > SUBJECT_CHARACTERS:
        cut = cut[: SUBJECT_CHARACTERS - 1] + "…"
    return printable(cut, keep=" ")


class Texts:
    """The texts of files by their objects, all from one process of git."""

    def __init__(self, root: Path) -> None:
        command = ["git", "-C", str(root), "cat-file", "--batch"]
        environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}  # a partial clone stays one
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except FileNotFoundError as error:
            raise HistoryError("git is not installed; the feed needs it") from error
        self._asked = cast("IO[bytes]", self._process.stdin)
        self._told = cast("IO[bytes]", self._process.stdout)

    def read(self, blob: str) -> bytes | None:
        """One text; None if this clone does not have it."""
        try:
            self._asked.write(blob.encode("ascii") + b"\n")
            self._asked.flush()
        except BrokenPipeError as error:
            raise HistoryError("git cat-file has ended before its time; build again") from error
        *_, size = self._told.readline().split() or [b"missing"]
        if not size.isdigit():
            return None
        text = self._told.read(int(size))
        self._told.read(1)
        return text

    def __enter__(self) -> Texts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._asked.close()
        self._told.close()
        self._process.wait()
