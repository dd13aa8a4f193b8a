"""Catalogues to look into, and what is said in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from publications import BOOKS, TOML, write
from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.build import build
from graphsvc.harvest.content import Content, read_content
from graphsvc.harvest.dcat import catalogue
from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.release import Release
from graphsvc.vocab import RDF_TYPE

FIRST, LAST = "2025-01-01T00:00:00Z", "2026-02-03T04:05:06Z"
BASE = "https://w3id.org/s3-cluster-pilot/"
CATALOG = BASE + "catalog"


def content_of(release: Release, scratch: Path) -> Content:
    """What the data of a release hold, read from its dump."""
    n_quads = release.folder / "dumps/all.nq"
    return read_content(n_quads, release.resources, release.settings, scratch)


def dated_catalogue(folder: Path, scratch: Path) -> list[Quad]:
    """The catalogue of a release as it is when git knows its dates: a test may run on changes.

    There was a version before.
    """
    release = Release.open(folder)
    manifest = replace(release.manifest, issued=LAST, first_issued=FIRST)
    before = replace(release.versions[0], version="0" * 64, issued=FIRST)
    return catalogue(manifest, content_of(release, scratch), [*release.versions[:1], before])


def release_of(
    root: Path, settings: str = "", more: Mapping[str, str] = {}, toml: str = TOML
) -> Release:
    """A release of the books with more settings and files."""
    publication = write(root / "publication", BOOKS | dict(more), toml + settings)
    return Release.open(build(publication, root / "releases"))


class Said:
    """Looks up what quads say, with prefixed names."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        self._subjects: dict[str, list[str]] = defaultdict(list)
        for quad in quads:
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, NamedNode | Literal)
            key = quad.subject.value, quad.predicate.value
            self._objects[key].append(quad.object)
            if quad.predicate == RDF_TYPE:
                self._subjects[quad.object.value].append(quad.subject.value)

    def all(self, subject: str, name: str) -> list[str]:
        """The values of a property, as texts."""
        return [each.value for each in self._terms(subject, name)]

    def one(self, subject: str, name: str) -> str:
        (value,) = self.all(subject, name)
        return value

    def of_class(self, name: str) -> list[str]:
        return self._subjects.get(expanded(name), [])

    def texts(self, subject: str, name: str) -> dict[str, str]:
        """The values by language."""
        terms = self._terms(subject, name)
        return {each.language or "": each.value for each in terms if isinstance(each, Literal)}

    def _terms(self, subject: str, name: str) -> list[NamedNode | Literal]:
        return self._objects.get((subject, expanded(name)), [])


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
