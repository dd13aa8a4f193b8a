"""The files of a publication as they were: what each stated, under the settings of its time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pyoxigraph import NamedNode

from graphsvc.errors import BlankNodesError, GraphsvcError
from graphsvc.feed.descriptions import Line, lines_of
from graphsvc.formats import Format
from graphsvc.settings import Settings
from graphsvc.settings.rows import SETTINGS
from graphsvc.sources import SourceFile, TextReader, graph_of, source_file

# What decides how files are read; all else may have been otherwise, or had other names.
_DECIDE = ("base_iri", "graphs", "default_graph")


class Unreadable(GraphsvcError):
    """A file of an old commit is not the RDF that its suffix promises, or not to be told of."""


def settings_then(text: bytes | None, now: Settings) -> Settings | None:
    """The settings that a graphsvc.toml of old makes, as far as they decide how files are read.

    None if they cannot be told.
    """
    try:
        table = tomllib.loads((text or b"").decode("utf-8"))
        rows = [row for row in SETTINGS if row.key in _DECIDE]
        read = {row.attribute: row.read(table.get(row.key, row.default)) for row in rows}
    except (ValueError, RecursionError):
        return None
    return replace(now, **read)


@dataclass(frozen=True)
class Reading:
    """A text that is read in some way; two that are equal state the same."""

    blob: str
    format: Format
    graph: str = ""  # of what names none, where a file may name graphs
    default_graph: tuple[str, ...] = ()  # likewise: it decides which of them are told of
    settings: Settings | None = field(default=None, compare=False)

    @classmethod
    def at(cls, place: PurePosixPath, blob: str, settings: Settings) -> Reading | None:
        """How the text at a place counts; None if nothing in it is told of."""
        file = source_file(Path(), place, 0, settings)
        if file is None:
            return None
        graph = file.graph_name.value
        if file.format.datasets:
            return cls(blob, file.format, graph, settings.default_graph, settings)
        return cls(blob, file.format) if settings.is_in_default_graph(graph) else None

    def lines(self, text: bytes, base_iri: str) -> Iterator[Line]:
        """What it states in graphs that are told of. Raises Unreadable if it is not RDF."""
        number = int(self.blob[:15], 16)  # no blank node is another text's
        place = PurePosixPath(f"{self.blob}.{self.format.suffix}")
        file = SourceFile(
            Path(place), place, number, self.format, NamedNode(self.graph or base_iri)
        )
        reader = TextReader(base_iri, {number: text})
        quads = reader.quads(file)
        if (settings := self.settings) is not None:
            quads = (q for q in quads if settings.is_in_default_graph(graph_of(q, file).value))
        try:
            yield from lines_of(quads, base_iri)
        except BlankNodesError as error:
            raise Unreadable(str(error)) from error
        if reader.faults:
            raise Unreadable(str(reader.faults[0]))
