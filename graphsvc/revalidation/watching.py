"""Validate a publication again whenever one of its files changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from graphsvc.about import FOLDER as ABOUT
from graphsvc.errors import GraphsvcError
from graphsvc.revalidation.revalidation import Revalidation
from graphsvc.revalidation.statements import Change
from graphsvc.settings import FILE_NAME, FOLDERS, TEMPLATES
from graphsvc.sources import Publication
from graphsvc.validation import Progress, Validation, quiet

# In milliseconds: an editor may write in several goes, and that is one change.
_QUIET, _AT_MOST, _TIMEOUT = 25, 200, 200


@dataclass(frozen=True)
class News:
    """What is wrong now, how that differs from before, and which changes it follows from."""

    changes: Sequence[Change] | None  # None: all has been looked at
    found: Validation  # without lines, to be counted
    new: Validation
    mended: Validation


@dataclass(frozen=True)
class Moment:
    """What was found after a change, or why nothing could be found out."""

    outcome: News | GraphsvcError | OSError
    seconds: float

    def is_as(self, last: Moment) -> bool:
        """Is there nothing to tell? A file may be written in goes, or written as it was."""
        match self.outcome, last.outcome:
            case News(changes=changes), News():
                return changes is not None and not changes
            case (News(), _) | (_, News()):
                return False
        return str(self.outcome) == str(last.outcome)


class Watch:
    """A publication that is validated whenever one of its files changes."""

    def __init__(self, root: Path, progress: Progress = quiet) -> None:
        self._root = root
        self._progress = progress
        self._kept = Revalidation(root)

    def moments(self) -> Iterator[Moment | None]:
        """What is wrong now, then after each change, without end; None while nothing changes.

        Raises GraphsvcError if there is no such folder to watch.
        """
        if not self._root.is_dir():
            Publication.open(self._root)
        changed = watchfiles.watch(
            self._root,
            watch_filter=_concerns(self._root),
            debounce=_AT_MOST,
            step=_QUIET,
            rust_timeout=_TIMEOUT,
            yield_on_timeout=True,
        )
        next(changed)  # from here on nothing is missed
        last = self._moment(())
        yield last
        for paths in changed:
            moment = self._moment([Path(path) for _, path in paths]) if paths else None
            if moment is None or moment.is_as(last):
                yield None
            else:
                yield moment
                last = moment

    def whole(self) -> Validation:
        """All that is wrong, with lines, when a moment has told that it could be found out."""
        return self._kept.validation()

    def _moment(self, paths: Sequence[Path]) -> Moment:
        start = time.perf_counter()
        kept = self._kept
        outcome: News | GraphsvcError | OSError
        try:
            changes = kept.update(paths, self._progress)
            new, mended = kept.located(kept.new), kept.located(kept.mended)
            outcome = News(changes, kept.unlocated(), new, mended)
        except (GraphsvcError, OSError) as raised:  # a file may have gone meanwhile
            outcome = raised
        return Moment(outcome, time.perf_counter() - start)


def _concerns(root: Path) -> Callable[[watchfiles.Change, str], bool]:
    places = {(root / place).resolve() for place in (FILE_NAME, ABOUT, TEMPLATES, *FOLDERS)}

    def concerns(_: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        return not places.isdisjoint((path, *path.parents))

    return concerns
