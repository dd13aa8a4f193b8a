"""The dumps of a release: the whole, its graphs and its parts, in each format, also compressed.

They are written from the canonical N-Quads, hence from quads as they were
read: same quads, same bytes. What is sent in a content coding is on the disk so, too.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import zstandard
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from graphsvc.extracts import write_extracts
from graphsvc.formats import N_QUADS, N_TRIPLES, RDF_FORMATS, Format
from graphsvc.settings import WHOLE

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 5  # a seventh less than gzip in half its time; a step more costs twice that
_CHUNK_BYTES = 1 << 20
OPEN_FILES = 100  # at a time: a system may allow no more than a few hundred


@dataclass(frozen=True)
class Coded:
    """A dump in a content coding: the file that is sent to who accepts that."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Dump:
    """One file of dumps/ that has an address."""

    file: str
    graph: str | None  # its IRI; None for all graphs together, or a part of them
    media_type: str
    gzip: bool
    bytes: int
    sha256: str
    codings: Mapping[str, Coded] = field(default_factory=dict)
    part: str = ""  # the name of the part that it holds, if that is no graph


def write_dumps(
    folder: Path,
    n_quads: Path,
    base_iri: str,
    prefixes: Mapping[str, str],
    taken: Collection[str] = (),
) -> tuple[list[Dump], dict[str, int]]:
    """Write every dump into a new folder, from canonical N-Quads.

    Gives the dumps, and the number of quads of each graph by IRI. Formats that
    cannot name graphs hold the whole as the union of its graphs. No graph's files get a
    name that is taken.
    """
    folder.mkdir()
    names = _Names(base_iri, taken)
    counts = _split(folder, n_quads, names)
    dumps: list[Dump] = []
    for graph_iri in counts:
        stem = names.of(graph_iri)
        for format in RDF_FORMATS:
            path = folder / f"{stem}.{format.suffix}"
            if format is not N_TRIPLES:
                quads = _named(_read(folder / f"{stem}.nt"), graph_iri, format)
                _serialize(quads, path, format, prefixes)
            dumps += _finish(path, graph_iri, format)
    stems = [names.of(graph_iri) for graph_iri in counts]
    for format in RDF_FORMATS:
        path = folder / f"{WHOLE}.{format.suffix}"
        if format is N_QUADS:
            shutil.copyfile(n_quads, path)
        elif format.datasets:
            named = (folder / f"{stem}.nq" for stem in stems)
            _serialize((quad for file in named for quad in _read(file)), path, format, prefixes)
        else:
            _serialize(_union(n_quads), path, format, prefixes)
        dumps += _finish(path, None, format)
    return sorted(dumps, key=lambda dump: dump.file), counts


def write_parts(
    folder: Path,
    n_quads: Path,
    classes: Mapping[str, Collection[str]],
    prefixes: Mapping[str, str],
) -> tuple[list[Dump], dict[str, int]]:
    """Write dumps of the instances of some classes, by the name of the part that these make.

    Gives the dumps, and the number of distinct triples of each part. What has no instance is
    left out.
    """
    write_extracts(n_quads, classes, folder)
    dumps: list[Dump] = []
    counts: dict[str, int] = {}
    for name in classes:
        source = folder / f"{name}.nq"
        if not source.stat().st_size:
            source.unlink()
            continue
        counts[name] = sum(1 for _ in _union(source))
        for format in RDF_FORMATS:
            path = folder / f"{name}.{format.suffix}"
            if format is not N_QUADS:
                quads = _read(source) if format.datasets else _union(source)
                _serialize(quads, path, format, prefixes)
            dumps += (replace(each, part=name) for each in _finish(path, None, format))
    return dumps, counts


@dataclass(frozen=True)
class _Names:
    base_iri: str
    taken: Collection[str]

    def of(self, graph_iri: str) -> str:
        """The name of a graph's files: short for a graph of ours, a digest for any other."""
        name = graph_iri.removeprefix(self.base_iri + "graph/")
        is_short = name != graph_iri and re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", name)
        if is_short and name not in (WHOLE, *self.taken):
            return name
        return "graph-" + hashlib.sha256(graph_iri.encode()).hexdigest()[:12]


def _split(folder: Path, n_quads: Path, names: _Names) -> dict[str, int]:
    """Write the N-Triples of each graph, and count them by the graph's IRI."""
    counts: Counter[str] = Counter()
    files: dict[str, IO[str]] = {}
    try:
        with n_quads.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                triple, name, _ = line.rsplit(" ", 2)
                counts[name] += 1
                file = files.get(name)
                if file is None:
                    if len(files) == OPEN_FILES:  # let go of the one that was opened first
                        files.pop(next(iter(files))).close()
                    path = folder / f"{names.of(name.strip('<>'))}.nt"
                    file = files[name] = path.open("a", encoding="utf-8", newline="\n")
                file.write(triple + " .\n")
    finally:
        for file in files.values():
            file.close()
    return {name.strip("<>"): counts[name] for name in sorted(counts)}


def _read(path: Path) -> Iterable[Quad]:
    suffix = RdfFormat.N_QUADS if path.suffix == ".nq" else RdfFormat.N_TRIPLES
    return parse(path=str(path), format=suffix)


def _named(quads: Iterable[Quad], graph_iri: str, format: Format) -> Iterable[Quad]:
    """`quads` in their graph, where the format can say so."""
    if not format.datasets:
        return quads
    name = NamedNode(graph_iri)
    return (Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)


def _union(n_quads: Path) -> Iterator[Quad]:
    """The triples of all graphs, once each: equal ones stand together in canonical order."""
    previous = None
    for quad in parse(path=str(n_quads), format=RdfFormat.N_QUADS):
        triple = quad.triple
        if triple != previous:
            yield Quad(triple.subject, triple.predicate, triple.object)
            previous = triple


def _serialize(
    quads: Iterable[Quad], path: Path, format: Format, prefixes: Mapping[str, str]
) -> None:
    with path.open("wb") as file:
        serialize(quads, file, format.rdf, prefixes=dict(prefixes))


def _finish(path: Path, graph_iri: str | None, format: Format) -> Iterator[Dump]:
    """Code a dump; tell the size and digest of it, and of what is a file to be taken by itself."""
    codings = {name: _code(path, suffix, write) for name, (suffix, write) in _CODERS.items()}
    plain, zipped = _told(path), codings["gzip"]
    told = graph_iri, format.media_type
    yield Dump(plain.file, *told, False, plain.bytes, plain.sha256, codings)
    yield Dump(zipped.file, *told, True, zipped.bytes, zipped.sha256)


def _code(path: Path, suffix: str, write: Callable[[IO[bytes], IO[bytes]], None]) -> Coded:
    coded = path.with_name(path.name + suffix)
    with path.open("rb") as plain, coded.open("wb") as file:
        write(plain, file)
    return _told(coded)


def _told(path: Path) -> Coded:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Coded(path.name, path.stat().st_size, digest)


def _gzip(plain: IO[bytes], file: IO[bytes]) -> None:
    """No file name and no time in the header, so that the same dump gives the same bytes."""
    with gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed:
        shutil.copyfileobj(plain, packed, _CHUNK_BYTES)


def _zstd(plain: IO[bytes], file: IO[bytes]) -> None:
    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
    size = os.fstat(plain.fileno()).st_size  # stands in the header, for who makes room
    compressor.copy_stream(plain, file, size, read_size=_CHUNK_BYTES)


# By the content coding, in our order, which breaks ties.
_CODERS: Mapping[str, tuple[str, Callable[[IO[bytes], IO[bytes]], None]]] = {
    "zstd": (".zst", _zstd),
    "gzip": (".gz", _gzip),
}
CODINGS = tuple(_CODERS)
