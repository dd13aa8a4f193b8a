"""files → quads → checks and shapes → lines → report"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, TypeGuard

from pyoxigraph import BlankNode, NamedNode, Quad

from graphsvc import symmetry
from graphsvc.checks import NAMESPACE, Checks, about_results
from graphsvc.errors import (
    GraphsvcError,
    ShapesError,
    ShapesErrors,
    SourceError,
    SourceErrors,
    SourcePosition,
)
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.shacl import explanation
from graphsvc.shacl.compiled import Compiled
from graphsvc.shacl.locations import locate, locate_mention, locate_quads
from graphsvc.shacl.wellformed import IllFormedShapes, unknown_terms
from graphsvc.sources import Publication, Reader
from graphsvc.vocab import sh

SEARCHED = 10_000  # names; among more it would take long to find the one that was meant


COMPILED, PYSHACL = ENGINES = ("compiled", "pyshacl")


class Engine(Protocol):
    """Takes a data graph as it is read, then validates it."""

    def take(self, quads: Iterable[Quad]) -> None:
        """Add to the data graph."""

    def validate(
        self, shapes_graph: Sequence[Quad], max_results: int | None = None
    ) -> list[ValidationResult]:
        """The results, without positions; raises ShapesError."""


class Progress(Protocol):
    """Is told what is being done, and how much of how much is done where that is known."""

    def __call__(self, step: str, done: int = 0, of: int = 0) -> None: ...


@dataclass(frozen=True)
class Selection:
    """Which results are wanted; a field that is None leaves nothing out."""

    shape: NamedNode | None = None
    focus_node: NamedNode | None = None
    changed_files: frozenset[Path] | None = None  # resolved
    caused: frozenset[ValidationResult] = frozenset()  # by changes there, and wanted wherever


@dataclass(frozen=True)
class Validation:
    """A report, the prefixes of the files to write it with, and the shapes it comes from."""

    report: ValidationReport
    prefixes: Mapping[str, str] = field(default_factory=dict)
    shapes_graph: Sequence[Quad] = ()
    described: Set[str] = frozenset()

    def select(self, selection: Selection) -> Validation:
        """The same with the wanted results only; if that is not all, nothing is declared mended."""
        results = tuple(_select(self.report.results, selection, self.shapes_graph))
        mended = self.report.mended if selection == Selection() else ()
        return replace(self, report=replace(self.report, results=results, mended=mended))

    def shape(self, name: str) -> NamedNode:
        """The shape or check with this prefixed name or IRI; raises ValueError if there is none."""
        shapes = {quad.subject.value for quad in self.shapes_graph if _is_iri(quad.subject)}
        return self._named(name, shapes | {result.source_shape.value for result in self._all})

    def node(self, name: str) -> NamedNode:
        """The node with this prefixed name or IRI; raises ValueError if nothing is said of it."""
        focus_nodes = {result.focus_node.value for result in self._all}
        return self._named(name, focus_nodes | self.described)

    @property
    def _all(self) -> Sequence[ValidationResult]:
        return self.report.results

    def _named(self, name: str, known: Set[str]) -> NamedNode:
        prefix, colon, local = name.strip("<>").partition(":")
        iri = name.strip("<>")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            iri = self.prefixes[prefix] + local
        if iri in known or iri.startswith(NAMESPACE):
            return NamedNode(iri)
        near = get_close_matches(iri, known, n=1) if len(known) < SEARCHED else []
        hint = f"; did you mean <{near[0]}>?" if near else ""
        raise ValueError(f"there is no {name} in the publication{hint}")


class NotConforming(GraphsvcError):
    """The data breaks its shapes, or a check; no release was made."""

    def __init__(self, validation: Validation) -> None:
        self.validation = validation
        super().__init__(
            f"the data does not conform: {validation.report.counts}; nothing was built"
        )


def quiet(step: str, done: int = 0, of: int = 0) -> None:
    """The progress of what nobody watches."""


def validate(
    publication: Publication,
    *,
    engine: str | None = COMPILED,
    max_results: int | None = None,
    progress: Progress = quiet,
) -> Validation:
    """Read every file of a publication and find out what is wrong with what they say.

    Without an engine only the checks run that need no shapes graph, in little memory.
    Of more than `max_results` the gravest are in the report, which then says so.

    Raises SourceErrors with every fault of every file before any shape runs, and
    ShapesError if the shapes graph itself is wrong.
    """
    settings = publication.settings
    reader, checks = Reader(settings.base_iri), Checks(settings, max_results)
    reader.faults += publication.faults
    shacl = _engine(engine)
    shapes_graph: list[Quad] = []
    quads = _read(publication, reader, checks, shapes_graph, progress)
    if shacl is None:
        deque(quads, maxlen=0)
    else:
        shacl.take(quads)
    if not checks.statements and not reader.faults:
        what = "the publication is empty; put a statement into one of its files"
        reader.faults.append(SourceError(SourcePosition(publication.root, 1), what))
    if reader.faults:
        raise SourceErrors(reader.faults)
    symmetry.refuse(checks.links, Reader(settings.base_iri), publication.files)
    results = list(checks.results(reader.prefixes))
    if shacl is not None and shapes_graph:
        progress("checking the shapes")
        limit = None if max_results is None else max_results + 1  # which tells that it was cut
        results += _run_shapes(publication, shacl, shapes_graph, limit)
    if results:
        progress("finding the lines")
        results = locate(results, publication.files, settings.base_iri)
    results += about_results(publication.about, settings.languages, settings.base_iri)
    prefixes = {"shapes": settings.shapes_iri, **reader.prefixes}
    report = ValidationReport.of(results).cut(max_results)
    return Validation(report, prefixes, shapes_graph, checks.described)


def _read(
    publication: Publication,
    reader: Reader,
    checks: Checks,
    shapes_graph: list[Quad],
    progress: Progress,
) -> Iterator[Quad]:
    """The data graph of a publication; what belongs to its shapes graph goes there."""
    for file in publication.files:
        progress(f"reading {file.place}", file.number, len(publication.files))
        quads = checks.seen(reader.quads(file))
        if file.is_shapes:
            shapes_graph += quads
        else:
            yield from quads


def explain(publication: Publication, shape: str | None = None) -> str:
    """The queries that the shapes become, or those of one shape.

    Raises as validate does, and ValueError if there is no such shape.
    """
    reader = Reader(publication.settings.base_iri)
    reader.faults += publication.faults
    files = [file for file in publication.files if file.is_shapes]
    shapes_graph = [quad for file in files for quad in reader.quads(file)]
    if reader.faults:
        raise SourceErrors(reader.faults)
    prefixes = {"shapes": publication.settings.shapes_iri, **reader.prefixes}
    read = Validation(ValidationReport(), prefixes, shapes_graph)
    wanted = None if shape is None else read.shape(shape)
    with placing_faults(publication, shapes_graph):
        return explanation.explain(shapes_graph, prefixes, wanted)


def _engine(name: str | None) -> Engine | None:
    """An engine to give the data graph to."""
    if name == COMPILED:
        return Compiled()
    if name is None:
        return None
    # rdflib and pySHACL take half a second to import: only who wants them shall pay for it.
    from graphsvc.shacl.reference import Reference

    return Reference()


def _run_shapes(
    publication: Publication, engine: Engine, shapes_graph: Sequence[Quad], limit: int | None
) -> Sequence[ValidationResult]:
    with placing_faults(publication, shapes_graph):
        return engine.validate(shapes_graph, limit)


@contextmanager
def placing_faults(publication: Publication, shapes_graph: Sequence[Quad]) -> Iterator[None]:
    """Tell the place of what is wrong with the shapes graph."""
    try:
        yield
    except IllFormedShapes as error:
        raise _located(error, publication, shapes_graph) from error
    except ShapesError as error:
        text = str(error)
        at = locate_mention(text, publication.files, publication.settings.base_iri)
        where = at or SourcePosition(publication.root / "shapes", 0)
        text = re.sub(r"(_:)?\bf\d+b\d+\b", "the blank node there", text)  # a label of ours
        raise ShapesError(text, where) from error


def _located(
    error: IllFormedShapes, publication: Publication, shapes_graph: Sequence[Quad]
) -> ShapesErrors:
    """The faults with their places, and the unknown terms, since no report will tell of them."""
    faults = [*error.faults, *unknown_terms(shapes_graph)]
    quads = {fault.quad for fault in faults}
    places = locate_quads(quads, publication.files, publication.settings.base_iri)
    return ShapesErrors([SourceError(places[fault.quad], fault.what) for fault in faults])


def _select(
    results: Sequence[ValidationResult], selection: Selection, shapes_graph: Sequence[Quad]
) -> Iterator[ValidationResult]:
    wanted = selection.shape and _with_members(selection.shape, shapes_graph)
    changed = selection.changed_files
    for result in results:
        if wanted is not None and result.source_shape not in wanted:
            continue
        if selection.focus_node not in (None, result.focus_node):
            continue
        if changed is not None and result not in selection.caused:
            places = [place.path.resolve() for place in (result.at, result.shape_at) if place]
            if places and changed.isdisjoint(places):
                continue
        yield result


def _with_members(shape: NamedNode, shapes_graph: Sequence[Quad]) -> set[NamedNode | BlankNode]:
    """A shape, its property shapes, and the unnamed shapes within them."""
    inner: dict[object, list[NamedNode | BlankNode]] = {}
    for quad in shapes_graph:
        node = quad.object
        if isinstance(node, BlankNode) or (
            isinstance(node, NamedNode) and quad.predicate == sh("property")
        ):
            inner.setdefault(quad.subject, []).append(node)
    members: set[NamedNode | BlankNode] = {shape}
    frontier: list[NamedNode | BlankNode] = [shape]
    while frontier:
        for node in inner.get(frontier.pop(), ()):
            if node not in members:
                members.add(node)
                frontier.append(node)
    return members


def _is_iri(node: object) -> TypeGuard[NamedNode]:
    return isinstance(node, NamedNode)
