"""What is compared: a release, a revision, a publication or a dump, read into canonical N-Quads."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from pyoxigraph import DefaultGraph, NamedNode

from graphsvc.blank_nodes import Statement
from graphsvc.canonical import Canonicalizer
from graphsvc.changes import NQuads
from graphsvc.errors import (
    BlankNodesError,
    HistoryError,
    PlacedError,
    SourceError,
    SourceErrors,
    SourcePosition,
    faults,
    printable,
)
from graphsvc.formats import SOURCE_SUFFIXES, from_suffix
from graphsvc.history import write_files_at
from graphsvc.release import Manifest, release_in
from graphsvc.settings import FILE_NAME, FOLDERS, Settings
from graphsvc.sources import Publication, Reader, SourceFile
from graphsvc.symmetry import located

WORKING_TREE = "working tree"
NO_BASE = "https://no-base.invalid/"  # what relative IRIs of a dump are below


@dataclass(frozen=True)
class Side:
    """One of the two states that are compared.

    `base_iri` is what the IRIs of its own begin with, None for a dump, which does not tell.
    `names_graphs` is False if nothing in it is in a named graph.
    """

    name: str
    kind: str  # release, revision, publication or dump
    n_quads: Path
    base_iri: str | None
    languages: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    names_graphs: bool = True


class Sides:
    """Reads what words name; `root` is the publication whose revisions are meant."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root, self._scratch = root, scratch

    def read(self, name: str | None) -> Side:
        """A release, a folder of releases, a publication or a dump if it is there, else a revision.

        None is the working tree. Raises SourceErrors, SettingsError, ReleaseError, HistoryError.
        """
        if name is None:
            return self._publication(self._root, WORKING_TREE, "publication")
        path = Path(name)
        if path.is_dir():
            return self._folder(path, name)
        if path.is_file():
            return self._dump(path)
        return self._revision(name)

    def _folder(self, folder: Path, name: str) -> Side:
        release = release_in(folder)
        if release is None:
            return self._publication(folder, name, "publication")
        manifest = Manifest.read(release)
        settings = Settings.of(manifest.settings)
        return Side(
            release.name,
            "release",
            release / "dumps" / "all.nq",
            settings.base_iri,
            settings.languages,
            manifest.prefixes,
        )

    def _revision(self, name: str) -> Side:
        folder = self._new_folder()
        try:
            root = write_files_at(self._root, name, (FILE_NAME, *FOLDERS), folder)
        except HistoryError as error:
            what = f"{printable(name)}: neither a file, a folder nor a revision of git"
            raise HistoryError(f"{what}: {error}") from error
        if not (root / FILE_NAME).is_file():
            what = f"{printable(name)}: there was no publication then, as there was no {FILE_NAME}"
            raise HistoryError(what)
        try:
            return self._publication(root, name, "revision")
        except (SourceErrors, PlacedError) as error:
            raise SourceErrors([_then(fault, root, name) for fault in faults(error)]) from error

    def _publication(self, root: Path, name: str, kind: str) -> Side:
        publication = Publication.open(root)
        if publication.faults:
            raise SourceErrors(publication.faults)
        settings = publication.settings
        reader = Reader(settings.base_iri)
        path = self._canonicalize(reader, publication.files)
        base_iri, languages = settings.base_iri, settings.languages
        prefixes = {"shapes": settings.shapes_iri, **reader.prefixes}
        return Side(name, kind, path, base_iri, languages, prefixes)

    def _dump(self, path: Path) -> Side:
        zipped = path.suffix == ".gz"
        place = PurePosixPath(path.with_suffix("").name if zipped else path.name)
        format = from_suffix(place.suffix[1:])
        if format is None or format.suffix not in SOURCE_SUFFIXES:
            known = ", ".join("." + suffix for suffix in SOURCE_SUFFIXES)
            what = f"not a known RDF file; known are {known}, each also with .gz"
            raise SourceErrors([SourceError(SourcePosition(path, 0), what)])
        plain = self._unzipped(path) if zipped else path
        file = SourceFile(plain, place, 0, format, NamedNode(NO_BASE))
        reader = Reader(NO_BASE)
        try:
            n_quads = self._canonicalize(reader, [file], DefaultGraph())
        except SourceErrors as error:
            raise SourceErrors([_moved(fault, path) for fault in error.errors]) from error
        names_graphs = any(Statement.of(line).graph for line in NQuads(n_quads))
        return Side(path.name, "dump", n_quads, None, (), reader.prefixes, names_graphs)

    def _unzipped(self, path: Path) -> Path:
        plain = self._new_folder() / "plain"
        try:
            with gzip.open(path) as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
        except (OSError, EOFError, zlib.error) as error:
            what = f"cannot be unzipped: {error}; a whole gzip file is wanted"
            raise SourceErrors([SourceError(SourcePosition(path, 0), what)]) from error
        return plain

    def _canonicalize(
        self, reader: Reader, files: Sequence[SourceFile], graph: DefaultGraph | None = None
    ) -> Path:
        """Write the quads in canonical order; `graph` is for those that name none of their own."""
        folder = self._new_folder()
        canonical = Canonicalizer(folder)
        for file in files:
            canonical.add(reader.quads(file), graph or file.graph_name)
        if reader.faults:
            raise SourceErrors(reader.faults)
        path = folder / "all.nq"
        try:
            with path.open("w", encoding="utf-8", newline="\n") as lines:
                lines.writelines(canonical)
        except BlankNodesError as error:
            raise located(error, reader, files) from error
        return path

    def _new_folder(self) -> Path:
        return Path(mkdtemp(dir=self._scratch))


def _then(fault: SourceError, root: Path, revision: str) -> SourceError:
    """A fault of a revision, told of by the name that git has for the file."""
    path = fault.at.path
    place = path.relative_to(root) if path.is_relative_to(root) else path
    return _moved(fault, Path(f"{revision}:{place.as_posix()}"))


def _moved(fault: SourceError, path: Path) -> SourceError:
    return replace(fault, at=replace(fault.at, path=path))
