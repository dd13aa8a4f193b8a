"""Which changes break what others rely on: an IRI, a term of a vocabulary, a shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pyoxigraph import Literal, NamedNode

from graphsvc.blank_nodes import Statement
from graphsvc.changes import Change, Kind
from graphsvc.diff.narrowing import OF_SHAPES, TARGETS, Narrowing, narrowings
from graphsvc.diff.trees import Description, Said
from graphsvc.vocab import OWL_CLASSES, OWL_DEPRECATED, OWL_PROPERTIES, RDF_TYPE, SH, XSD, sh

_TYPE, _DEPRECATED, _SHACL = str(RDF_TYPE), str(OWL_DEPRECATED), f" <{SH}"
_TRUE = [str(Literal(value, datatype=NamedNode(XSD + "boolean"))) for value in ("true", "1")]
_CLASSES, _PROPERTIES = ([f"<{iri}>" for iri in iris] for iris in (OWL_CLASSES, OWL_PROPERTIES))
_REFERENCES = tuple(
    map(sh, ("property", "node", "qualifiedValueShape", "not", "and", "or", "xone"))
)
_TARGET_CLASS = sh("targetClass")


class Breach(Enum):
    """What is broken, in the order in which it is told."""

    REMOVED = "removed"
    REMOVED_CLASS = "removed-class"
    REMOVED_PROPERTY = "removed-property"
    NARROWED_SHAPE = "narrowed-shape"


@dataclass(frozen=True)
class Breaking:
    """A breaking change of one resource; `narrowing` says which demand of a shape is new."""

    resource: str
    breach: Breach
    narrowing: Narrowing | None = None


class Breakage:
    """Sees every change once, then tells which are breaking.

    Published is what the state before had statements about, of the IRIs that begin with `base_iri`,
    or of all if that is None. What is withdrawn with owl:deprecated is not removed.
    """

    def __init__(self, base_iri: str | None) -> None:
        self._base_iri = base_iri or ""
        self._found: list[Breaking] = []
        self._created: dict[str, Said] = {}  # shapes and classes that are new
        self._narrowed: dict[str, list[Narrowing]] = {}

    def see(self, change: Change) -> None:
        if change.resource.startswith("_:"):
            return
        own = change.resource.startswith(self._base_iri)
        if own and change.before and (breach := _removal(change)):
            self._found.append(Breaking(change.resource, breach))
        if change.after and _tells_of_shapes(change):
            self._see_shape(change)
        elif change.kind is Kind.CREATED and _is_one_of(change.after, _CLASSES):
            self._created[change.resource] = ()

    def _see_shape(self, change: Change) -> None:
        node = NamedNode(change.resource)
        before = Description(change.before).of(node)
        after = Description(change.after).of(node)
        if not before:
            self._created[change.resource] = after
        elif found := list(narrowings(before, after)):
            self._narrowed[change.resource] = found

    def found(self) -> list[Breaking]:
        """To be asked for once every change has been seen."""
        narrowed = {
            shape: [each for each in found if self._demands(each)]
            for shape, found in self._narrowed.items()
        }
        for shape, said in self._created.items():
            if self._is_of_what_was(said):
                narrowed[shape] = [each for each in narrowings((), said) if self._demands(each)]
        shapes = [
            Breaking(shape, Breach.NARROWED_SHAPE, each)
            for shape, found in sorted(narrowed.items())
            for each in found
        ]
        order = list(Breach)
        return [*sorted(self._found, key=lambda each: order.index(each.breach)), *shapes]

    def _demands(self, narrowing: Narrowing) -> bool:
        """Has a shape that is new and referred to any demand of its own?"""
        if narrowing.parameter not in _REFERENCES or narrowing.before:
            return True
        names = [each.term.value for each in narrowing.after]
        if not all(name in self._created for name in names):
            return True
        return any(self._demands_anything(name, frozenset()) for name in names)

    def _demands_anything(self, shape: str, within: frozenset[str]) -> bool:
        if shape in within:
            return False
        if shape not in self._created:
            return True
        return any(
            each.parameter not in _REFERENCES
            or not all(isinstance(value.term, NamedNode) for value in each.after)
            or any(self._demands_anything(v.term.value, within | {shape}) for v in each.after)
            for each in narrowings((), self._created[shape])
        )

    def _is_of_what_was(self, said: Said) -> bool:
        """Has a new shape a target that there may have been before?"""
        targets = [(p, value.term.value) for p, value in said if p in TARGETS]
        return any(p != _TARGET_CLASS or iri not in self._created for p, iri in targets)


def _removal(change: Change) -> Breach | None:
    for breach, types in (
        (Breach.REMOVED_CLASS, _CLASSES),
        (Breach.REMOVED_PROPERTY, _PROPERTIES),
    ):
        if _is_one_of(change.before, types) and not _is_one_of(change.after, types):
            return None if _is_deprecated(change.after) else breach
    return None if change.after else Breach.REMOVED


def _is_one_of(lines: Sequence[str], types: Sequence[str]) -> bool:
    return any(each.object in types for each in _with(lines, _TYPE))


def _is_deprecated(lines: Sequence[str]) -> bool:
    return any(each.object in _TRUE for each in _with(lines, _DEPRECATED))


def _with(lines: Sequence[str], predicate: str) -> Iterator[Statement]:
    sign = f"> {predicate} "  # of a resource, whose blank nodes may say it of themselves
    return (Statement.of(line) for line in lines if sign in line and line.startswith("<"))


def _tells_of_shapes(change: Change) -> bool:
    lines = (*change.before, *change.after)
    if not any(_SHACL in line for line in lines):
        return False
    return any(NamedNode(Statement.of(line).predicate[1:-1]) in OF_SHAPES for line in lines)
