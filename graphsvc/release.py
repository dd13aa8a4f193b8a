"""A release: the folder that `build` makes of a publication and that nothing changes.

A releases folder holds the finished ones by name, `current` with the name of
the one to serve, and while a build runs its unfinished folder, whose name
begins with a dot. A folder is a release once it has its final name: it gets
that by one rename, after everything in it is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pyoxigraph import RdfFormat, Store, parse

from graphsvc.about import FOLDER as ABOUT
from graphsvc.errors import ReleaseError
from graphsvc.maps.atlas import Atlas
from graphsvc.resources.lookups import Resources
from graphsvc.settings import Settings
from graphsvc.shacl.model import ShapesGraph
from graphsvc.store import open_store
from graphsvc.versions import LEDGER, Version, read_versions

MANIFEST = "release.json"
CURRENT = "current"
SHAPES = "shapes.nt"  # the shapes graph as it is written, in the order of the files
FORMAT = 6  # raised when a release of an older graphsvc can no longer be read
_NAME = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Manifest:
    """release.json: what a release is, and what it was made from.

    `version` is the SHA-256 of the canonical N-Quads; `digest` is over
    everything that a representation depends on, so it is what ETags carry.
    `inputs` tells whether the publication has changed since. `valid` is None if
    the shapes were not run; what has a violation is never built. Times are
    ISO 8601, from the commit or SOURCE_DATE_EPOCH, None if there is neither.
    """

    format: int
    version: str
    digest: str
    inputs: str
    graphsvc: str
    commit: str | None
    issued: str | None
    first_issued: str | None  # when the first release of it could have been
    valid: bool | None
    findings: Mapping[str, int]
    findings_by_shape: tuple[Mapping[str, Any], ...]  # each a quality.ShapeResults
    corrections_by_defect: Mapping[str, int]
    corrections_by_confidence: Mapping[str, int]
    quads: int
    graphs: Mapping[str, int]  # quads by graph IRI
    classes: Mapping[str, int]  # instances by class IRI
    prefixes: Mapping[str, str]
    settings: Mapping[str, Any]
    dumps: tuple[Mapping[str, Any], ...]
    # Those of schema.org by class IRI, without its namespace.
    schema_types: Mapping[str, Sequence[str]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()  # their places
    about: tuple[str, ...] = ()  # the languages that there is a text about the publication in
    parts: Mapping[str, int] = field(default_factory=dict)  # triples by name, of those by class
    feed: Mapping[str, Any] | None = None  # what feed.deriving tells; None if nothing is dated
    versions: str = ""  # the SHA-256 of the ledger of versions; "" if there is none

    @property
    def name(self) -> str:
        """The name of the release's folder: what it holds, then how it is presented."""
        return f"{self.version[:12]}-{self.digest[:12]}"

    def table(self) -> dict[str, Any]:
        """The manifest as it is written."""
        return asdict(self)

    def write(self, folder: Path) -> None:
        path = folder / MANIFEST
        text = json.dumps(self.table(), ensure_ascii=False, indent=2, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a release's manifest.

        Raises ReleaseError if the folder is not a release, or one of another format.
        """
        path = folder / MANIFEST
        try:
            table = dict(json.loads(path.read_text(encoding="utf-8")))
            if table.get("format") == FORMAT:
                lists = ("dumps", "findings_by_shape", "templates", "about")
                return cls(**{**table, **{name: tuple(table[name]) for name in lists}})
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ReleaseError(
                f"{path.as_posix()}: not a release: {error}; build it anew"
            ) from error
        raise ReleaseError(
            f"{path.as_posix()}: format {table.get('format')}; {FORMAT} is wanted; build it anew"
        )


@dataclass(frozen=True)
class Release:
    """An open release: what is served and exported is read from here and nowhere else."""

    folder: Path
    manifest: Manifest
    settings: Settings
    resources: Resources
    atlas: Atlas

    @classmethod
    def open(cls, folder: Path) -> Release:
        """Open a finished release, all of it.

        Raises ReleaseError if it is not one.
        """
        release = cls.open_to_read(folder)
        try:
            _ = release.store, release.versions
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ReleaseError(f"{folder.as_posix()}: {error}; build it anew") from error
        return release

    @classmethod
    def open_to_read(cls, folder: Path) -> Release:
        """Open what pages are made of; the store, which takes most, only when it is asked for.

        Raises ReleaseError if it is not a release.
        """
        manifest = Manifest.read(folder)
        try:
            resources = Resources(folder / "resources.db")
            atlas = Atlas(folder / "atlas.db")
        except OSError as error:
            raise ReleaseError(f"{folder.as_posix()}: {error}; build it anew") from error
        return cls(folder, manifest, Settings.of(manifest.settings), resources, atlas)

    def close(self) -> None:
        """Let go of the databases; nothing may be looked up any more."""
        self.resources.close()
        self.atlas.close()

    @cached_property
    def store(self) -> Store:
        """The quads for SPARQL. Raises OSError if they cannot be opened."""
        return open_store(self.folder / "store")

    @cached_property
    def versions(self) -> list[Version]:
        """The versions up to this one, the latest first.

        Raises OSError, ValueError, TypeError or KeyError if the ledger cannot be read.
        """
        if not self.manifest.versions:
            return [Version.of(self.manifest.table())]
        return read_versions(self.folder)

    @cached_property
    def shapes(self) -> ShapesGraph:
        """The shapes that the data was held against, read when they are first asked for."""
        path = str(self.folder / SHAPES)
        return ShapesGraph(parse(path=path, format=RdfFormat.N_TRIPLES))

    @cached_property
    def made(self) -> dict[tuple[object, ...], Any]:
        """What somebody has made of it and keeps here, as it never changes."""
        return {}

    def about(self, language: str) -> str:
        """The text about the publication in one of the manifest's languages, in Markdown."""
        return (self.folder / ABOUT / f"{language}.md").read_text(encoding="utf-8")

    def template(self, place: str) -> str:
        """The text of one of the manifest's templates."""
        return (self.folder / place).read_text(encoding="utf-8")

    @property
    def default_graphs(self) -> list[str]:
        """The IRIs of the graphs whose union is the default graph of SPARQL."""
        return [iri for iri in self.manifest.graphs if self.settings.is_in_default_graph(iri)]


def is_release_name(name: str) -> bool:
    """May a folder of this name be a release?"""
    return bool(_NAME.fullmatch(name))


def current(releases: Path) -> Path | None:
    """The folder of the release to serve, or None if there is none yet."""
    try:
        name = (releases / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return releases / name if is_release_name(name) else None


def release_in(folder: Path) -> Path | None:
    """A folder that is a release, or the current one in a folder of releases; None if neither."""
    if not folder.is_dir():
        return None
    found = current(folder) or folder
    return found if (found / "release.json").is_file() else None


@contextmanager
def staging(releases: Path) -> Iterator[Path]:
    """A new folder for a build to work in; gone afterwards unless `publish` has renamed it.

    One build at a time works in a releases folder; what a killed one left is removed.
    Raises ReleaseError if another build is at work.
    """
    releases.mkdir(parents=True, exist_ok=True)
    with _lock(releases):
        _sweep(releases)
        folder = Path(mkdtemp(prefix=".building-", dir=releases))
        try:
            folder.chmod(0o755)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(releases: Path) -> None:
    """Remove what a killed build left, if it can be, and unless a build is at work there."""
    with suppress(ReleaseError, OSError), _lock(releases):
        _sweep(releases)


def _sweep(releases: Path) -> None:
    for left in releases.glob(".building-*"):
        shutil.rmtree(left)


@contextmanager
def _lock(releases: Path) -> Iterator[None]:
    import fcntl

    with (releases / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseError(f"{releases.as_posix()}: another build is at work there") from error
        yield


def is_whole(folder: Path) -> bool:
    """Does a release open, and are its dumps and its ledger as its manifest tells?"""
    try:
        release = Release.open(folder)
        dumps = release.manifest.dumps
        files = [*dumps, *(coded for dump in dumps for coded in dump.get("codings", {}).values())]
        told = {folder / "dumps" / each["file"]: each["sha256"] for each in files}
        if release.manifest.versions:
            told[folder / LEDGER] = release.manifest.versions
        for path, digest in told.items():
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    return False
    except (ReleaseError, OSError):
        return False
    return release.manifest.name == folder.name


def publish(folder: Path, manifest: Manifest) -> Path:
    """Make a finished staging folder the current release, by two renames.

    The manifest is written last, and everything reaches the disk before the folder
    gets its name. A release of that name is the same release, and is kept if it is whole.
    """
    manifest.write(folder)
    releases = folder.parent
    for path in (*folder.rglob("*"), folder):
        _sync(path)
    target = releases / manifest.name
    if not is_whole(target):
        if target.exists():
            target.rename(Path(mkdtemp(prefix=".building-", dir=releases)) / "damaged")
        folder.rename(target)
    pointer = releases / f".{CURRENT}"
    pointer.write_text(manifest.name + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(releases / CURRENT)
    _sync(releases)
    return target


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def prune(releases: Path, keep: int) -> list[str]:
    """Remove all but the current release and the latest others; `keep` counts both.

    A folder loses its name before its files, so that no half of it is taken for a release.
    """
    serving = current(releases)
    others = [
        path
        for path in releases.iterdir()
        if is_release_name(path.name) and path.is_dir() and path != serving
    ]
    others.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    removed = others[max(keep - 1, 0) :]
    for path in removed:
        doomed = path.with_name(f".building-{path.name}")
        path.rename(doomed)
        shutil.rmtree(doomed)
    return sorted(path.name for path in removed)
