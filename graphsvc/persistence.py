"""Persistence: what was published once is described for ever, if only as withdrawn.

Spec: https://www.w3.org/Provider/Style/URI
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Set
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pyoxigraph import NamedNode

from graphsvc.checks import no_longer_described
from graphsvc.errors import HistoryError
from graphsvc.history import changed_files, files_at, text_at
from graphsvc.release import Manifest, release_in
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.resources.lookups import Resources
from graphsvc.settings import FILE_NAME, FOLDERS
from graphsvc.settings.rows import SETTINGS
from graphsvc.shacl.locations import locate_in
from graphsvc.shacl.lookups import FileText, Lookups
from graphsvc.sources import Publication, TextReader, source_file
from graphsvc.validation import Validation

_BASE_IRI = next(row for row in SETTINGS if row.key == "base_iri")


def compare(publication: Publication, found: Validation, against: str) -> Validation:
    """What a validation found, and a finding for each IRI that was published and is gone.

    `against` is the folder of a release, one of releases (whose current one is meant),
    or a revision of git. Published is what it states something of, under the base that
    it had then. A finding stands where the revision stated it first.

    Raises ReleaseError for a release of another graphsvc, HistoryError for what is neither.
    """
    release = release_in(Path(against))
    if release is not None:
        gone = [no_longer_described(iri, against) for iri in _gone(release, found.described)]
    else:
        gone = _gone_since(publication, against, found.described)
    results = ValidationReport.of((*found.report.results, *gone)).results
    return replace(found, report=replace(found.report, results=results))


def _gone(release: Path, described: Set[str]) -> Iterator[str]:
    base_iri = str(Manifest.read(release).settings["base_iri"])
    with closing(Resources(release / "resources.db")) as resources:
        yield from (iri for iri in resources.iris(base_iri) if iri not in described)


def _gone_since(
    publication: Publication, revision: str, described: Set[str]
) -> list[ValidationResult]:
    try:
        base_iri, texts = _texts_at(publication, revision)
    except HistoryError as error:
        what = f"{revision}: neither a folder with a release nor a revision of git"
        raise HistoryError(f"{what}: {error}") from error
    gone: dict[str, None] = {}
    for text in texts:
        reader = TextReader(base_iri, {text.file.number: text.text})
        for quad in reader.quads(text.file):
            subject = quad.subject
            if isinstance(subject, NamedNode) and subject.value.startswith(base_iri):
                gone.setdefault(subject.value)
    results = [no_longer_described(iri, revision) for iri in gone if iri not in described]
    return locate_in(Lookups(texts, base_iri), results) if results else []


def _texts_at(publication: Publication, revision: str) -> tuple[str, list[FileText]]:
    """The base at a revision, and the files that said something else then."""
    root = publication.root
    changed = changed_files(root, revision)
    names = files_at(root, revision, (FILE_NAME, *FOLDERS))
    base_iri = own = publication.settings.base_iri
    settings = names.pop((root / FILE_NAME).resolve(), None)
    if settings is not None:
        base_iri = _base_iri(text_at(root, revision, settings)) or own
    texts: list[FileText] = []
    for path, name in names.items():
        place = PurePosixPath(path.relative_to(root.resolve()))
        file = source_file(root, place, len(texts), publication.settings)
        if file is not None and (path in changed or base_iri != own):
            texts.append(FileText(file, text_at(root, revision, name), base_iri))
    return base_iri, texts


def _base_iri(toml: bytes) -> str | None:
    """The base that a graphsvc.toml tells, if it tells one that is fit for it."""
    try:
        return str(_BASE_IRI.read(tomllib.loads(toml.decode()).get(_BASE_IRI.key)))
    except ValueError:
        return None
