"""The documents that a release keeps for harvesters, in each format they read.

They are written by the build, once: they tell what a scan of all the data finds, and what
changes nothing must not change their bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, parse, serialize

from graphsvc.formats import N_TRIPLES, RDF_FORMATS, Format
from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.release import Release


def write_document(folder: Path, name: str, quads: Iterable[Quad]) -> None:
    """Write triples as `{name}.ttl` and its likes, in the order in which they are given."""
    triples = list(quads)
    for format in RDF_FORMATS:
        path = document_path(folder, name, format)
        path.write_bytes(serialize(triples, format=format.rdf, prefixes=PREFIXES) or b"")


def read_document(release: Release, name: str) -> list[Quad]:
    """The triples of a document of a release."""
    path = document_path(release.folder, name, N_TRIPLES)
    return list(parse(path=str(path), format=N_TRIPLES.rdf))


def document_path(folder: Path, name: str, format: Format) -> Path:
    """Where a release has a document in a format of RDF."""
    return folder / f"{name}.{format.suffix}"
