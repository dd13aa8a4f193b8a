"""What git knows of a publication: the commit it stands at and what has changed since another."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graphsvc.errors import HistoryError, SettingsError
from graphsvc.settings import FILE_NAME, FOLDERS


@dataclass(frozen=True)
class Provenance:
    """The commit that last changed a publication, if its files are as committed, and its time.

    SOURCE_DATE_EPOCH overrides the time. Nothing is ever dated by the clock. `first_issued` is the
    time of the first commit that had any of its files; a clone without it does not tell.
    """

    commit: str | None
    issued: str | None
    first_issued: str | None


def provenance(root: Path) -> Provenance:
    """Raises SettingsError if SOURCE_DATE_EPOCH is not a number of seconds."""
    places = [FILE_NAME, *FOLDERS]
    commit = time = first = None
    try:
        if not _git(root, "status", "--porcelain", "--untracked-files=all", "--", *places).strip():
            shown = _git(root, "log", "-1", "--format=%H %ct", "--", *places).split()
            commit, time = (*shown, None, None)[:2]  # a commit's time may be no number
            first = _first_commit_time(root, places)
    except HistoryError:
        pass  # no git, or no repository: a release can do without
    time = os.environ.get("SOURCE_DATE_EPOCH", time)
    issued, first_issued = (None if each is None else _iso(each) for each in (time, first))
    return Provenance(
        commit, issued, min(first_issued, issued) if first_issued and issued else None
    )


def _first_commit_time(root: Path, places: Iterable[str]) -> str | None:
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        return None
    times = _git(root, "log", "--reverse", "--format=%ct", "--", *places).split()
    return times[0] if times else None


def _iso(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError) as error:
        raise SettingsError(
            f"SOURCE_DATE_EPOCH is {seconds!r}; seconds since 1970 are wanted"
        ) from error


def changed_files(root: Path, revision: str) -> set[Path]:
    """The files, resolved, that differ from a revision, those not yet added included.

    Raises HistoryError if git does not know the revision, or there is no git.
    """
    top = _top(root)
    arguments = ("--name-only", "--no-renames", "-z", "--end-of-options", revision, "--")
    names = _git(top, "diff", *arguments)
    names += _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return {(top / name).resolve() for name in names.split("\0") if name}


def files_at(root: Path, revision: str, places: Iterable[str]) -> dict[Path, str]:
    """The files that some folders had at a revision, resolved, each with its name there.

    Links are left out. Raises HistoryError as changed_files does.
    """
    top = _top(root)
    folders = [str((root.resolve() / place).relative_to(top)) for place in places]
    arguments = ("-r", "-z", "--full-tree", "--end-of-options", revision, "--")
    entries = _git(top, "ls-tree", *arguments, *folders).split("\0")
    pairs = (entry.partition("\t") for entry in entries)
    return {(top / name).resolve(): name for kind, _, name in pairs if kind.startswith("100")}


def text_at(root: Path, revision: str, name: str) -> bytes:
    """What a file said at a revision, as a checkout would write it."""
    return _git_bytes(_top(root), "cat-file", "--filters", f"{revision}:{name}")


def write_files_at(root: Path, revision: str, places: Iterable[str], folder: Path) -> Path:
    """Write what some folders had at a revision below another folder, as a checkout would.

    Gives where `root` is there. Neither the working tree nor the index is touched.
    Raises HistoryError as changed_files does; a clone may be too shallow to know the revision.
    """
    top = _top(root)
    commit = _commit(top, revision)
    names = files_at(root, commit, places).values()
    index = {"GIT_INDEX_FILE": str(folder.resolve() / "index")}
    _git_bytes(top, "read-tree", commit, environment=index)
    written = folder.resolve() / "files"
    listed = "\0".join(names).encode(errors="surrogateescape")
    arguments = ("checkout-index", "-z", "--stdin", f"--prefix={written}/")
    _git_bytes(top, *arguments, environment=index, given=listed)
    return written / root.resolve().relative_to(top)


def _commit(top: Path, revision: str) -> str:
    arguments = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return _git(top, "rev-parse", *arguments).strip()
    except HistoryError as error:
        what = "git knows no such commit"
        if _git(top, "rev-parse", "--is-shallow-repository").strip() == "true":
            what += " here, in a shallow clone; `git fetch --unshallow` gets the rest"
        raise HistoryError(what) from error


def git_output(folder: Path, *arguments: str) -> bytes:
    """What git says, run in a folder. Raises HistoryError if it cannot tell, or there is none."""
    return _git_bytes(folder, *arguments)


def _top(root: Path) -> Path:
    return Path(_git(root, "rev-parse", "--show-toplevel").rstrip("\n")).resolve()


def _git(folder: Path, *arguments: str) -> str:
    return _git_bytes(folder, *arguments).decode(errors="surrogateescape")


def _git_bytes(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    given: bytes | None = None,
) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    variables = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})}
    try:
        done = subprocess.run(command, capture_output=True, check=True, env=variables, input=given)
    except FileNotFoundError as error:
        what = "git is not installed; what compares with a revision needs it"
        raise HistoryError(what) from error
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode(errors="replace").strip().splitlines() or [str(error)]
        raise HistoryError(f"git {arguments[0]}: {message[0]}") from error
    return done.stdout
