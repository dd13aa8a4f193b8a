"""What a shape demands that it did not demand before: data that conformed may fail now.

Whatever cannot be compared is taken for a new demand, so that none is missed.

Spec: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.diff.trees import Said, Value
from graphsvc.paths import Term
from graphsvc.vocab import sh

_PROPERTY, _PATH, _NODE_KIND = sh("property"), sh("path"), sh("nodeKind")
_CLOSED, _DEACTIVATED, _SEVERITY = sh("closed"), sh("deactivated"), sh("severity")
_IGNORED, _FLAGS, _PATTERN = sh("ignoredProperties"), sh("flags"), sh("pattern")
_AT_LEAST = tuple(
    map(sh, ("minCount", "minLength", "minInclusive", "minExclusive", "qualifiedMinCount"))
)
_COUNTED = tuple(map(sh, ("minCount", "minLength", "qualifiedMinCount")))
_AT_MOST = tuple(
    map(sh, ("maxCount", "maxLength", "maxInclusive", "maxExclusive", "qualifiedMaxCount"))
)
_EACH = tuple(  # every value is a demand
    map(
        sh,
        (
            *("class", "datatype", "pattern", "hasValue", "equals", "disjoint", "lessThan"),
            *("lessThanOrEquals", "node", "not", "xone", "sparql", "qualifiedValueShape"),
        ),
    )
)
_ONE_OF = tuple(map(sh, ("in", "languageIn", "or")))  # more members demand less
_ALL_OF = (sh("and"),)
_IF_TRUE = (_CLOSED, sh("uniqueLang"))
TARGETS = tuple(
    map(sh, ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"))
)
_DEMANDS = (*_AT_LEAST, *_AT_MOST, *_EACH, *_ONE_OF, *_ALL_OF, *_IF_TRUE, _NODE_KIND)
OF_SHAPES = frozenset({*_DEMANDS, *TARGETS, _PROPERTY, _PATH, _SEVERITY, _DEACTIVATED})
_GRAVITY: dict[Term, int] = {sh("Info"): 0, sh("Warning"): 1, sh("Violation"): 2}
_KINDS: dict[Term, frozenset[str]] = {
    sh(name): frozenset(name.split("Or"))
    for name in (
        *("IRI", "BlankNode", "Literal"),
        *("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"),
    )
}


@dataclass(frozen=True)
class Narrowing:
    """A parameter of a shape that demands more, with its values before and after.

    `within` are the paths of the unnamed property shapes that lead to it.
    """

    parameter: NamedNode
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    within: tuple[Value, ...] = ()


def narrowings(before: Said, after: Said) -> Iterator[Narrowing]:
    """What a shape demands that it did not; `before` is empty if there was none."""
    old, new = _Shape(before), _Shape(after)
    if new.is_true(_DEACTIVATED):
        return
    if old.is_true(_DEACTIVATED):
        yield Narrowing(_DEACTIVATED, old[_DEACTIVATED], new[_DEACTIVATED])
        return
    for parameter in _DEMANDS:
        if old[parameter] != new[parameter] and _demands_more(parameter, old, new):
            yield Narrowing(parameter, old[parameter], new[parameter])
    if before:
        yield from _of_reach(old, new)
    yield from _of_closed(old, new)
    yield from _of_properties(old, new)


def _of_reach(old: _Shape, new: _Shape) -> Iterator[Narrowing]:
    """Does it ask more nodes, more gravely, or by another reading of its pattern?"""
    for parameter in TARGETS:
        if _beyond(new[parameter], old[parameter]):
            yield Narrowing(parameter, old[parameter], new[parameter])
    if new.gravity > old.gravity:
        yield Narrowing(_SEVERITY, old[_SEVERITY], new[_SEVERITY])
    if new[_PATTERN] == old[_PATTERN] != () and new[_FLAGS] != old[_FLAGS]:
        yield Narrowing(_FLAGS, old[_FLAGS], new[_FLAGS])


class _Shape:
    """A shape's values by parameter."""

    def __init__(self, said: Said) -> None:
        self._values: dict[NamedNode, list[Value]] = {}
        for predicate, value in said:
            self._values.setdefault(predicate, []).append(replace(value, graph=""))

    def __getitem__(self, parameter: NamedNode) -> tuple[Value, ...]:
        return tuple(self._values.get(parameter, ()))

    def is_true(self, parameter: NamedNode) -> bool:
        return any(_is_true(value) for value in self[parameter])

    @property
    def gravity(self) -> int:
        known = [_GRAVITY.get(each.term, 2) for each in self[_SEVERITY]]
        return max(known, default=2)

    @property
    def unnamed(self) -> dict[str, tuple[Value, Said]]:
        """The property shapes that have no IRI, by their path."""
        found = {}
        for value in self[_PROPERTY]:
            if isinstance(value.term, BlankNode):
                said = value.properties or ()
                path = next((each for predicate, each in said if predicate == _PATH), value)
                found[text_of(path)] = (path, said)
        return found


def _demands_more(parameter: NamedNode, old: _Shape, new: _Shape) -> bool:
    before, after = old[parameter], new[parameter]
    if parameter in _AT_LEAST:
        of_nothing = parameter in _COUNTED and [each.term.value for each in after] == ["0"]
        return not of_nothing and _is_beyond(before, after, 1)
    if parameter in _AT_MOST:
        return _is_beyond(before, after, -1)
    if parameter in _IF_TRUE:
        return new.is_true(parameter) and not old.is_true(parameter)
    if parameter == _NODE_KIND:
        return bool(after) and not _kinds(before) <= _kinds(after)
    if parameter in _ONE_OF:
        return not _members(before) <= _members(after) if before else bool(after)
    if parameter in _ALL_OF:
        return not _members(after) <= _members(before)
    return bool(_beyond(after, before))


def _is_beyond(before: Sequence[Value], after: Sequence[Value], sign: int) -> bool:
    """Is the bound drawn closer? `sign` is 1 for a least and -1 for a greatest value."""
    if not before or not after:
        return bool(after)
    try:
        new = max(sign * Decimal(value.term.value) for value in after)
        return new > max(sign * Decimal(value.term.value) for value in before)
    except InvalidOperation:  # dates, and what is no number at all
        return bool(_beyond(after, before))


def _kinds(values: Iterable[Value]) -> frozenset[str]:
    found = frozenset({"IRI", "BlankNode", "Literal"})
    for value in values:
        found &= _KINDS.get(value.term, frozenset())
    return found


def _members(values: Iterable[Value]) -> set[str]:
    return {text_of(member) for value in values for member in value.members or (value,)}


def _beyond(values: Iterable[Value], others: Iterable[Value]) -> list[Value]:
    known = {text_of(each) for each in others}
    return [each for each in values if text_of(each) not in known]


def _is_true(value: Value) -> bool:
    return isinstance(value.term, Literal) and value.term.value in ("true", "1")


def _of_closed(old: _Shape, new: _Shape) -> Iterator[Narrowing]:
    """What a closed shape no longer allows."""
    if not (old.is_true(_CLOSED) and new.is_true(_CLOSED)):
        return
    if not _members(old[_IGNORED]) <= _members(new[_IGNORED]):
        yield Narrowing(_IGNORED, old[_IGNORED], new[_IGNORED])
    named_gone = [each for each in _beyond(old[_PROPERTY], new[_PROPERTY]) if not each.properties]
    if named_gone or old.unnamed.keys() - new.unnamed.keys():
        yield Narrowing(_CLOSED, old[_PROPERTY], new[_PROPERTY])


def _of_properties(old: _Shape, new: _Shape) -> Iterator[Narrowing]:
    """What the property shapes demand; those with an IRI are compared by themselves."""
    named = [each for each in _beyond(new[_PROPERTY], old[_PROPERTY]) if each.properties is None]
    for each in named:
        yield Narrowing(_PROPERTY, (), (each,))
    for path, (value, said) in new.unnamed.items():
        _, before = old.unnamed.get(path, (value, ()))
        for found in narrowings(before, said):
            yield replace(found, within=(value, *found.within))


def text_of(value: Value) -> str:
    """A value in one line, the same for blank nodes that say the same."""
    if value.members is not None:
        return f"( {' '.join(text_of(each) for each in value.members)} )"
    if value.properties is None:
        return str(value.term)
    said = sorted(f"{predicate} {text_of(each)}" for predicate, each in value.properties)
    return f"[ {' ; '.join(said)} ]"
