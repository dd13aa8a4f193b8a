"""What is wrong that the changes since a revision have to do with.

The data graph is taken back to what it was then, and forth again: what is
concerned is validated both times, by the shapes of today. A finding that is
there only now has been caused by a change, wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pyoxigraph import Quad

from graphsvc.history import changed_files, files_at, text_at
from graphsvc.report import ValidationReport
from graphsvc.revalidation.findings import key
from graphsvc.revalidation.state import State
from graphsvc.revalidation.statements import Change, as_triple, changes
from graphsvc.settings import FOLDERS
from graphsvc.shacl.lookups import FileText
from graphsvc.sources import Publication, SourceFile, TextReader, source_file
from graphsvc.validation import Progress, Selection, Validation, quiet


def validate_since(
    publication: Publication, revision: str, progress: Progress = quiet
) -> tuple[Validation, Selection]:
    """What is wrong in changed files or was caused by a change, and the selection of that.

    The validation may hold more, and does not hold all.

    Raises HistoryError, and GraphsvcError as validation.validate does.
    """
    changed = frozenset(changed_files(publication.root, revision))
    state = State.of(publication, progress, run=False)
    progress("checking the shapes")
    caused = _caused(state, list(_texts_at(publication, revision, state.texts, changed)))
    _run(state, changed)
    progress("finding the lines")
    results = state.results()
    located = state.located(results)
    seen = Counter[tuple[object, ...]]()
    new = set()
    for found, same in zip(located, map(key, results), strict=True):
        seen[same] += 1
        if seen[same] <= caused[same]:
            new.add(found)
    return state.validation(ValidationReport.of(located)), Selection(
        changed_files=changed, caused=frozenset(new)
    )


def _caused(state: State, texts: Sequence[FileText]) -> Counter[tuple[object, ...]]:
    """What is wrong now that was not, with files that said this."""
    publication, prefixes = state.publication, dict(state.prefixes)
    back = changes(state.texts, texts, state.base_iri, strict=False)
    forth = [
        Change(each.after, each.before, each.added, each.removed, _prefixes_of(each, prefixes))
        for each in back
    ]
    state.apply(publication, back)
    was_wrong = Counter(map(key, state.results()))
    state.apply(publication, forth)
    return Counter(map(key, state.results())) - was_wrong


def _prefixes_of(
    change: Change, prefixes: Mapping[SourceFile, dict[str, str]]
) -> dict[str, str] | None:
    return prefixes[change.before.file] if change.before else None


def _run(state: State, changed: Set[Path]) -> None:
    """Find what can be wrong in changed files; if shapes are among them, all."""
    if state.engine.is_complete:
        return
    triples: list[Quad] = []
    of_shapes = False
    for text in state.texts:
        if text.file.path.resolve() in changed:
            of_shapes = of_shapes or text.file.is_shapes
            reader = TextReader(state.base_iri, {text.file.number: text.text})
            triples += map(as_triple, reader.quads(text.file))
    state.engine.run_again(None if of_shapes else state.engine.concern(triples))


def _texts_at(
    publication: Publication, revision: str, texts: Sequence[FileText], changed: frozenset[Path]
) -> Iterator[FileText]:
    """The files as they were; what has not changed is what it is."""
    root = publication.root
    names = files_at(root, revision, FOLDERS)
    number = len(texts)
    for text in texts:
        path = text.file.path.resolve()
        name = names.pop(path, None)
        if path not in changed:
            yield text
        elif name is not None:
            yield replace(text, text=text_at(root, revision, name))
    for path, name in names.items():
        if path in changed:
            place = PurePosixPath(path.relative_to(root.resolve()))
            file = source_file(root, place, number, publication.settings)
            if file is not None:
                number += 1
                yield FileText(file, text_at(root, revision, name), publication.settings.base_iri)
