"""A publication whose files change, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from graphsvc.about import FOLDER as ABOUT
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.revalidation.findings import come, gone
from graphsvc.revalidation.state import State
from graphsvc.revalidation.statements import Change, changes
from graphsvc.settings import FILE_NAME, FOLDERS, TEMPLATES
from graphsvc.shacl.lookups import FileText
from graphsvc.sources import Publication
from graphsvc.validation import Progress, Validation, quiet


class Revalidation:
    """A publication whose files change, and what is wrong with it.

    What is told is as of the last time that all could be read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._state: State | None = None  # None: nothing that could be built upon
        self._pending: set[Path] = set()  # files that may be other than the state has them
        self._results: Sequence[ValidationResult] = ()
        self._before: Sequence[ValidationResult] = ()

    def update(
        self, paths: Iterable[Path] = (), progress: Progress = quiet
    ) -> Sequence[Change] | None:
        """Validate what has changed in some files; None if it was all.

        Raises GraphsvcError if they cannot be read or the shapes are wrong; nothing changes
        then, and these files are looked at again the next time.
        """
        self._pending |= {path.resolve() for path in paths}
        found = None
        if self._state is not None:
            found = self._changes(self._state)
        if found is None or self._state is None or self._state.is_empty:
            self._state = None
            self._state = State.of(Publication.open(self._root), progress)
        self._pending.clear()
        self._before, self._results = self._results, self._state.results()
        return found

    @property
    def new(self) -> Sequence[ValidationResult]:
        """What was not wrong before the last update, without lines."""
        return come(self._before, self._results)

    @property
    def mended(self) -> Sequence[ValidationResult]:
        """What is no longer wrong since, without lines."""
        return gone(self._before, self._results)

    def validation(self) -> Validation:
        """What is wrong, as validation.validate tells it."""
        return self.located(self._results)

    def located(self, results: Sequence[ValidationResult]) -> Validation:
        """A report of these with their lines, which takes as long as there are results.

        What is mended stands where its focus node does.
        """
        assert self._state is not None
        return self._state.validation(ValidationReport.of(self._state.located(results)))

    def unlocated(self) -> Validation:
        """What is wrong, in no order, to be counted."""
        assert self._state is not None
        return self._state.validation(ValidationReport(tuple(self._results)))

    def _changes(self, state: State) -> Sequence[Change] | None:
        """Bring the state up to date; None if all must be read for that."""
        publication = state.publication
        if not self._are_edits(publication):
            publication = Publication.open(self._root)
        texts = self._texts(state, publication)
        if publication is state.publication and _any_alike(state.texts, texts):
            publication = Publication.open(self._root)
        if publication.settings != state.publication.settings:
            return None
        found = changes(state.texts, texts, state.base_iri, publication.faults)
        plans = state.changed_plans(publication, found)
        try:
            state.apply(publication, found, plans)
        except BaseException:
            self._state = None  # what has been taken over and what not, nobody knows
            raise
        return found

    def _are_edits(self, publication: Publication) -> bool:
        """Has nothing come or gone but what files say?"""
        known = {file.path.resolve() for file in publication.files}
        known.update(text.path.resolve() for text in publication.about)
        watched = [(self._root / folder).resolve() for folder in (ABOUT, *FOLDERS)]
        settings = (self._root / FILE_NAME).resolve()
        templates = (self._root / TEMPLATES).resolve()
        if any(path.is_relative_to(templates) for path in self._pending):
            return False  # what is wrong with them is found when it is opened
        for path in self._pending:
            is_ours = path == settings or any(path.is_relative_to(each) for each in watched)
            if path in known:
                if not path.is_file():
                    return False
            elif is_ours and path.exists():
                return False
        return True

    def _texts(self, state: State, publication: Publication) -> list[FileText]:
        """Of the files as they are now; what has not changed is what it was."""
        before = {text.file.place: text for text in state.texts}
        texts = []
        for file in publication.files:
            text = before.get(file.place)
            if text is None or file.path.resolve() in self._pending:
                now = FileText.read(file, state.base_iri)
                if text is None or text.text != now.text:
                    text = now
            texts.append(text if text.file == file else replace(text, file=file))
        return texts


def _any_alike(before: Sequence[FileText], after: Sequence[FileText]) -> bool:
    """Has a file become the same as another?"""
    return any(
        new is not old and any(new.text == other.text for other in after if other is not new)
        for old, new in zip(before, after, strict=True)
    )
