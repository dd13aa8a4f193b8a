"""Validate a publication again whenever one of its files changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from graphsvc.errors import GraphsvcError
from graphsvc.revalidation.revalidation import Revalidation
from graphsvc.revalidation.statements import Change
from graphsvc.settings import FILE_NAME, FOLDERS
from graphsvc.validation import Progress, Validation, quiet

# In milliseconds: an editor may write in several goes, and that is one change.
_QUIET, _AT_MOST, _TIMEOUT = 25, 200, 200


@dataclass(frozen=True)
class Moment:
    """What was found after a change, or why nothing could be found out."""

    changes: Sequence[Change] | None  # None: all has been looked at
    validation: Validation | None
    error: GraphsvcError | None
    seconds: float

    def is_as(self, last: Moment) -> bool:
        """Is there nothing to tell? A file may be written in goes, or written as it was."""
        if self.error is not None or last.error is not None:
            return str(self.error) == str(last.error)
        return self.changes is not None and not self.changes


def watch(root: Path, progress: Progress = quiet) -> Iterator[Moment]:
    """What is wrong with a publication now, then after each change, without end."""
    changed = watchfiles.watch(
        root,
        watch_filter=_concerns(root),
        debounce=_AT_MOST,
        step=_QUIET,
        rust_timeout=_TIMEOUT,
        yield_on_timeout=True,
    )
    next(changed)  # from here on nothing is missed
    kept = Revalidation(root)
    last = _moment(kept, (), progress)
    yield last
    for paths in changed:
        if paths:
            moment = _moment(kept, [Path(path) for _, path in paths], progress)
            if not moment.is_as(last):
                yield moment
                last = moment


def _concerns(root: Path) -> Callable[[watchfiles.Change, str], bool]:
    places = {(root / place).resolve() for place in (FILE_NAME, *FOLDERS)}

    def concerns(_: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        return not places.isdisjoint((path, *path.parents))

    return concerns


def _moment(kept: Revalidation, paths: Sequence[Path], progress: Progress) -> Moment:
    start = time.perf_counter()
    changes, error = None, None
    try:
        changes = kept.update(paths, progress)
    except GraphsvcError as raised:
        error = raised
    validation = None if error else kept.validation
    return Moment(changes, validation, error, time.perf_counter() - start)
