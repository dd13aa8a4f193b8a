"""Where a publication has blank nodes that are too much alike to be labelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Quad

from graphsvc.blank_nodes import Statement, refuse_symmetry
from graphsvc.errors import BlankNodesError, SourceError, SourceErrors, SourcePosition
from graphsvc.sources import Reader, SourceFile


def refuse(links: Iterable[Quad], reader: Reader, files: Sequence[SourceFile]) -> None:
    """Find out whether a release could be made of files, as far as their blank nodes go.

    `links` are their quads that lead from one blank node to another.
    Raises SourceErrors with the place if not.
    """
    try:
        refuse_symmetry(map(str, links), lambda: _with_blank_nodes(reader, files))
    except BlankNodesError as error:
        raise located(error, reader, files) from error


def located(error: BlankNodesError, reader: Reader, files: Sequence[SourceFile]) -> SourceErrors:
    """The fault, where one of the blank nodes is first mentioned; labels tell the file."""
    number = int(min(error.nodes).removeprefix("_:f").partition("b")[0])
    file = next(file for file in files if file.number == number)
    line = next((line for quad, line in reader.read(file) if error.nodes & _blank(quad)), 1)
    return SourceErrors([SourceError(SourcePosition(file.path, line), str(error))])


def _with_blank_nodes(reader: Reader, files: Iterable[SourceFile]) -> Iterator[Statement]:
    for file in files:
        yield from (_statement(quad) for quad in reader.quads(file) if _blank(quad))


def _blank(quad: Quad) -> set[str]:
    return {str(term) for term in (quad.subject, quad.object) if type(term) is BlankNode}


def _statement(quad: Quad) -> Statement:
    return Statement.of(f"{quad} .\n")
