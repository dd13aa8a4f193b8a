"""Find the line that each validation result is about.

The triples that the results name are looked up in the files, only if there are
results; so a validation keeps no positions, and every engine has them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import BlankNode, NamedNode, Quad

from graphsvc.errors import SourcePosition
from graphsvc.paths import Alternative, Inverse, Path, Repeated, Term, predicates
from graphsvc.paths import Sequence as SequencePath
from graphsvc.report import ValidationResult
from graphsvc.shacl.lookups import Lookups
from graphsvc.sources import Reader, SourceFile

_NONE: frozenset[Term] = frozenset()
# Who can be reached in a step, and where the triple stands that leads there.
Reached = Mapping[Term, SourcePosition | None]


def locate(
    results: Sequence[ValidationResult], files: Iterable[SourceFile], base_iri: str
) -> list[ValidationResult]:
    """The same results, each with its place and its shape's.

    A result with a value stands where the triple stands that leads to the value,
    the last one on its path; any other, where its focus node is first a subject,
    or if it never is, first an object.
    """
    return locate_in(Lookups.of(files, base_iri), results)


def locate_in(lookups: Lookups, results: Sequence[ValidationResult]) -> list[ValidationResult]:
    """The same of files in which things have been looked up before.

    What turns out to be missed on the way is looked up, until nothing is.
    """
    wanted = _Places(results)
    lookups.want(wanted.nodes | wanted.shapes, wanted.predicates)
    lookups.look_up(wanted.nodes | wanted.blank_values, ())
    while True:
        places = _Places(results)
        for file, quad, line in lookups.found():
            places.see(quad, file, line)
        located = [places.locate(result) for result in results]
        if not lookups.look_up(places.asked_about, places.asked_leading_to):
            return located


def locate_mention(text: str, files: Iterable[SourceFile], base_iri: str) -> SourcePosition | None:
    """Where the triple stands in shapes/ that a text names most of, by the length of the names.

    Of those that it names as much of, it is one whose subject is named, and the first.
    """

    def named(term: object) -> int:
        name = str(term).strip("<>").removeprefix("_:")
        whole = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        return len(name) if name in text and re.search(whole, text) else 0

    found, most = None, (0, 0)
    reader = Reader(base_iri)
    for file in files:
        if file.is_shapes:
            for quad, line in reader.read(file):
                subject = named(quad.subject)
                much = (subject + named(quad.predicate) + named(quad.object), subject)
                if much > most:
                    found, most = SourcePosition(file.path, line), much
    return found


def locate_quads(
    quads: Collection[Quad], files: Iterable[SourceFile], base_iri: str
) -> dict[Quad, SourcePosition]:
    """Where each of these triples is first stated in shapes/."""
    wanted = set(quads)
    found: dict[Quad, SourcePosition] = {}
    reader = Reader(base_iri)
    for file in files:
        if file.is_shapes and len(found) < len(wanted):
            for quad, line in reader.read(file):
                if quad in wanted:
                    found.setdefault(quad, SourcePosition(file.path, line))
    return found


def _flatten(results: Iterable[ValidationResult]) -> Iterator[ValidationResult]:
    for result in results:
        yield result
        yield from _flatten(result.details)


class _Places:
    """The places of what some results name."""

    def __init__(self, results: Iterable[ValidationResult]) -> None:
        self.predicates: set[NamedNode] = set()
        self.nodes: set[Term] = set()
        self.shapes: set[Term] = set()
        self.blank_values: set[Term] = set()  # which only who reads all of their file can tell
        for result in _flatten(results):
            self.nodes.add(result.focus_node)
            self.shapes.add(result.source_shape)
            if isinstance(result.value, BlankNode):
                self.blank_values.add(result.value)
            if result.result_path is not None and result.value is not None:
                self.predicates.update(predicates(result.result_path))
        self.asked_about: set[Term] = set()
        self.asked_leading_to: set[Term] = set()
        self._as_subject: dict[Term, SourcePosition] = {}
        self._as_object: dict[Term, SourcePosition] = {}
        self._shape: dict[Term, SourcePosition] = {}
        self._forward: dict[tuple[Term, NamedNode], dict[Term, SourcePosition]] = {}
        self._backward: dict[tuple[Term, NamedNode], dict[Term, SourcePosition]] = {}

    def see(self, quad: Quad, file: SourceFile, line: int) -> None:
        subject, object_ = quad.subject, quad.object
        assert isinstance(subject, Term)
        assert isinstance(object_, Term)
        at = None  # most triples are no news, and a position takes long to make
        predicate = quad.predicate
        if predicate in self.predicates:
            at = SourcePosition(file.path, line)
            self._forward.setdefault((subject, predicate), {}).setdefault(object_, at)
            self._backward.setdefault((object_, predicate), {}).setdefault(subject, at)
        for node, places, wanted in (
            (subject, self._as_subject, self.nodes),
            (object_, self._as_object, self.nodes),
            (subject, self._shape, self.shapes if file.is_shapes else _NONE),
        ):
            if node in wanted and node not in places:
                at = at or SourcePosition(file.path, line)
                places[node] = at

    def locate(self, result: ValidationResult) -> ValidationResult:
        focus_node = result.focus_node
        at = self._of_value(result) or self._as_subject.get(focus_node)
        if at is None:
            self.asked_leading_to.add(focus_node)
            at = self._as_object.get(focus_node)
        return replace(
            result,
            at=at,
            shape_at=self._shape.get(result.source_shape),
            details=tuple(self.locate(detail) for detail in result.details),
        )

    def _of_value(self, result: ValidationResult) -> SourcePosition | None:
        focus_node, path, value = result.focus_node, result.result_path, result.value
        if path is None or value is None:
            return None
        if isinstance(path, Inverse) and isinstance(path.path, NamedNode):
            # The same triple, found without all the others that lead to the focus node.
            return self._reach(value, path.path).get(focus_node)
        return self._reach(focus_node, path).get(value)

    def _reach(self, node: Term, path: Path, *, inverse: bool = False) -> Reached:
        """The nodes that a path leads to, each with the last triple on the way there."""
        match path:
            case NamedNode():
                (self.asked_leading_to if inverse else self.asked_about).add(node)
                return (self._backward if inverse else self._forward).get((node, path), {})
            case Inverse(inner):
                return self._reach(node, inner, inverse=not inverse)
            case Alternative(members):
                found: dict[Term, SourcePosition | None] = {}
                for member in members:
                    found = {**self._reach(node, member, inverse=inverse), **found}
                return found
            case SequencePath(members):
                reached: Reached = {node: None}
                for member in reversed(members) if inverse else members:
                    reached = self._step(reached, member, inverse=inverse)
                return reached
            case Repeated(inner, sign):
                return self._repeat(node, inner, sign, inverse=inverse)

    def _step(self, nodes: Reached, path: Path, *, inverse: bool) -> Reached:
        found: dict[Term, SourcePosition | None] = {}
        for node, before in nodes.items():
            for reached, at in self._reach(node, path, inverse=inverse).items():
                found.setdefault(reached, at or before)
        return found

    def _repeat(self, node: Term, path: Path, sign: str, *, inverse: bool) -> Reached:
        found: dict[Term, SourcePosition | None] = {} if sign == "+" else {node: None}
        frontier: Reached = {node: None}
        while frontier:
            step = self._step(frontier, path, inverse=inverse)
            frontier = {reached: at for reached, at in step.items() if reached not in found}
            found.update(frontier)
            if sign == "?":
                break
        return found
