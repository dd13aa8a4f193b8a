"""SHACL property paths as values.

Spec: https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graphsvc.errors import ShapesError
from graphsvc.vocab import RDF_FIRST, RDF_NIL, RDF_REST, sh

Term = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Inverse:
    path: Path

    def __str__(self) -> str:
        return f"^{_nested(self.path)}"


@dataclass(frozen=True)
class Sequence:
    members: tuple[Path, ...]

    def __str__(self) -> str:
        return "/".join(_nested(member) for member in self.members)


@dataclass(frozen=True)
class Alternative:
    members: tuple[Path, ...]

    def __str__(self) -> str:
        return "|".join(_nested(member) for member in self.members)


@dataclass(frozen=True)
class Repeated:
    """zeroOrMore (`*`), oneOrMore (`+`) and zeroOrOne (`?`), told apart by their sign."""

    path: Path
    sign: str

    def __str__(self) -> str:
        return f"{_nested(self.path)}{self.sign}"


Path = NamedNode | Inverse | Sequence | Alternative | Repeated

_SIGNS = {
    sh("zeroOrMorePath"): "*",
    sh("oneOrMorePath"): "+",
    sh("zeroOrOnePath"): "?",
}

_WRAPS: dict[NamedNode, Callable[[Path], Path]] = {
    sh("inversePath"): Inverse,
    **{term: partial(Repeated, sign=sign) for term, sign in _SIGNS.items()},
}

Objects = Callable[[Term, NamedNode], Iterable[Term]]
_MAX_DEPTH = 100  # of paths in each other


def _nested(path: Path) -> str:
    return str(path) if isinstance(path, NamedNode) else f"({path})"


def predicates(path: Path) -> Iterator[NamedNode]:
    """Every predicate that a path mentions."""
    match path:
        case NamedNode():
            yield path
        case Inverse(inner) | Repeated(inner):
            yield from predicates(inner)
        case Sequence(members) | Alternative(members):
            for member in members:
                yield from predicates(member)


def read_path(node: Term, objects: Objects) -> Path:
    """The path that `node` stands for in a shapes graph; `objects` looks triples up there.

    Raises ShapesError if it is none.
    """
    return _read(node, objects, frozenset())


def _read(node: Term, objects: Objects, within: frozenset[Term]) -> Path:
    if isinstance(node, NamedNode) and node != RDF_NIL:
        return node
    if node not in within and len(within) < _MAX_DEPTH:
        within |= {node}
        if members := _members(node, objects):
            return Sequence(tuple(_read(member, objects, within) for member in members))
        for head in objects(node, sh("alternativePath")):
            if members := _members(head, objects):
                return Alternative(tuple(_read(member, objects, within) for member in members))
        for term, wrap in _WRAPS.items():
            for inner in objects(node, term):
                return wrap(_read(inner, objects, within))
    raise ShapesError(f"{node} is not a property path; a predicate or a path of SHACL is wanted")


def _members(head: Term, objects: Objects) -> list[Term]:
    """The members of a list, none for what is no list or does not end."""
    members: list[Term] = []
    seen = set()
    while head != RDF_NIL:
        first = next(iter(objects(head, RDF_FIRST)), None)
        if first is None or head in seen:
            return []
        seen.add(head)
        members.append(first)
        head = next(iter(objects(head, RDF_REST)), head)
    return members


def write_path(path: Path) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """The node for a path and the triples that describe it."""
    match path:
        case NamedNode():
            return path, []
        case Inverse(inner):
            return _wrap(sh("inversePath"), *write_path(inner))
        case Repeated(inner, sign):
            term = next(term for term, its_sign in _SIGNS.items() if its_sign == sign)
            return _wrap(term, *write_path(inner))
        case Alternative(members):
            return _wrap(sh("alternativePath"), *_write_list(members))
        case Sequence(members):
            return _write_list(members)


def _wrap(
    term: NamedNode, inner: NamedNode | BlankNode, triples: list[Triple]
) -> tuple[BlankNode, list[Triple]]:
    node = BlankNode()
    return node, [Triple(node, term, inner), *triples]


def _write_list(members: tuple[Path, ...]) -> tuple[NamedNode | BlankNode, list[Triple]]:
    node: NamedNode | BlankNode = RDF_NIL
    triples: list[Triple] = []
    for member in reversed(members):
        first, described = write_path(member)
        cell = BlankNode()
        triples = [
            Triple(cell, RDF_FIRST, first),
            Triple(cell, RDF_REST, node),
            *described,
            *triples,
        ]
        node = cell
    return node, triples
