"""SPARQL as text: terms, paths, and what may stand in a FILTER.

In Oxigraph a join within EXISTS can be evaluated anew for every solution. So
an EXISTS written here holds one triple pattern and a filter, which may be an
EXISTS again: a path of several steps becomes several of them.

Spec: https://www.w3.org/TR/sparql11-query/#rConstraint
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import count

from pyoxigraph import Literal, NamedNode

from graphsvc import literals
from graphsvc.paths import Alternative, Inverse, Path, Repeated, Sequence, Term
from graphsvc.shacl.written import ILL_TYPED, LONG, WRITTEN, encode, skolem
from graphsvc.vocab import XSD

TRUE, FALSE = "true", "false"
_BOOLEAN = NamedNode(XSD + "boolean")
_ORDERED = (  # beside the numbers
    *("string", "dateTime", "dateTimeStamp", "date", "time", "duration", "dayTimeDuration"),
    *("yearMonthDuration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
)
_KNOWN = {*_ORDERED, *literals.INTEGERS, "integer", "decimal", "double", "float"}
_CHAIN = 16  # operators in a row
_ANY = "predicate"
_IRI = re.compile(r"<([^<>\s]*)>")


class Names:
    """Variable names that are used once: `?value2`, `?value3` …"""

    def __init__(self) -> None:
        self._numbers: dict[str, Iterator[int]] = {}

    def new(self, name: str) -> str:
        number = next(self._numbers.setdefault(name, count(1)))
        return f"?{name}{number if number > 1 else ''}"


def any_predicate(names: Names) -> str:
    """A variable to stand for the predicate of a triple pattern."""
    return names.new(_ANY)


def iris(query: str) -> Set[str] | None:
    """All that a query of ours names, its predicates among them; None if it reads any triple."""
    return None if f"?{_ANY}" in query else set(_IRI.findall(query))


def term(value: Term) -> str:
    """A term as it stands in the as-written graph; a blank node of the shapes is none there."""
    return str(skolem(encode(value)))


def all_of(conditions: Iterable[str]) -> str:
    """They all hold; no condition at all holds as well."""
    parts = [each for each in conditions if each != TRUE]
    if FALSE in parts:
        return FALSE
    return joined(" && ", map(_grouped, parts)) if parts else TRUE


def any_of(conditions: Iterable[str]) -> str:
    """One of them holds."""
    parts = [each for each in conditions if each != FALSE]
    if TRUE in parts:
        return TRUE
    return joined(" || ", map(_grouped, parts)) if parts else FALSE


def joined(operator: str, parts: Iterable[str]) -> str:
    """The parts with an associative operator between them.

    Many are put into brackets, half and half: Oxigraph goes down a chain of
    operators as far as it is long, which ends the process after some thousands.
    """
    parts = list(parts)
    if len(parts) <= _CHAIN:
        return operator.join(parts)
    half = len(parts) // 2
    return f"({joined(operator, parts[:half])}){operator}({joined(operator, parts[half:])})"


def negated(condition: str) -> str:
    if condition in (TRUE, FALSE):
        return FALSE if condition == TRUE else TRUE
    if _is_one_exists(condition):
        return f"NOT {condition}" if condition[0] == "E" else condition.removeprefix("NOT ")
    if condition.startswith("!(") and _closes_last(condition, "()"):
        return condition[2:-1]
    return f"!({condition})"


def _is_one_exists(condition: str) -> bool:
    starts = condition.startswith(("EXISTS {", "NOT EXISTS {"))
    return starts and _closes_last(condition, "{}")


def _closes_last(condition: str, brackets: str) -> bool:
    """Is the first bracket closed by the last character? Not asked of what holds strings."""
    if '"' in condition:
        return False
    depth = 0
    for index, character in enumerate(condition):
        depth += (character == brackets[0]) - (character == brackets[1])
        if character == brackets[1] and depth == 0:
            return index == len(condition) - 1
    return False


def depth(condition: str) -> int:
    """How many brackets stand in each other, those in strings counted too."""
    now = deepest = 0
    for character in condition:
        now += (character in "({") - (character in ")}")
        deepest = max(deepest, now)
    return deepest


def certain(condition: str) -> str:
    """False where the condition would be an error: of a length of a blank node, say."""
    return f"COALESCE({condition}, false)"


def _grouped(condition: str) -> str:
    return f"({condition})" if " || " in condition or " && " in condition else condition


def value_of(variable: str) -> str:
    """What a literal is worth: behind the datatype that `written` gave it."""
    datatype = f"STR(DATATYPE({variable}))"
    real = f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{WRITTEN}")))'
    long = f'IF(STRSTARTS({datatype}, "{LONG}"), {_long(f"STR({variable})")}, {variable})'
    return f'IF(STRSTARTS({datatype}, "{WRITTEN}"), {real}, {long})'


def _long(text: str) -> str:
    return f"COALESCE(<{XSD}decimal>({text}), <{XSD}double>({text}))"


def compares(one: str, operator: str, other: str) -> str:
    """Do two literals compare so? False if they cannot be compared.

    Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping
    """
    values = value_of(one), value_of(other)
    ways = [
        _compares(one, operator, other),
        _compares(values[0], operator, values[1]),
        _compares_booleans(*values, operator),
    ]
    return f"COALESCE({', '.join(ways)}, false)"


def is_within(variable: str, operator: str, bound: Literal) -> str:
    """Does a value compare so with a bound?"""
    stored = encode(bound)
    assert isinstance(stored, Literal)
    datatype = stored.datatype.value
    if datatype.startswith(ILL_TYPED) or bound.value.lstrip("+-") == "NaN":
        return FALSE
    constant = _long(str(Literal(bound.value))) if datatype.startswith(LONG) else str(bound)
    if bound.datatype == _BOOLEAN:
        return certain(_compares_booleans(value_of(variable), constant, operator))
    if not datatype.startswith((WRITTEN, LONG)) and datatype.removeprefix(XSD) not in _KNOWN:
        return FALSE
    as_it_is = f"{variable} {operator} {constant}"
    return f"COALESCE({as_it_is}, {value_of(variable)} {operator} {constant}, false)"


def _compares(one: str, operator: str, other: str) -> str:
    """Oxigraph orders tagged strings too, and takes any term to be `<=` itself."""
    less = f"{one} < {other}"
    holds = less if operator == "<" else f"IF({less}, true, {one} = {other})"
    return f"IF({_is_ordered(one)}, {holds}, 1/0)"


def _is_ordered(term: str) -> str:
    ordered = ", ".join(f"<{XSD}{name}>" for name in _ORDERED)
    return f'isNumeric({term}) && STR({term}) != "NaN" || DATATYPE({term}) IN ({ordered})'


def _compares_booleans(one: str, other: str, operator: str) -> str:
    """False is less than true; Oxigraph does not compare them."""
    both = " && ".join(f"DATATYPE({each}) = {_BOOLEAN}" for each in (one, other))
    cast = f"<{XSD}integer>"
    return f"IF({both}, {cast}({one}) {operator} {cast}({other}), 1/0)"


def same_term(one: str, other: str) -> str:
    return f"sameTerm({one}, {other})"


def is_one_of(variable: str, values: Iterable[Term]) -> str:
    """Is it one of these terms? `IN` would take 1 and 1.0 for the same."""
    iris = [each for each in values if isinstance(each, NamedNode)]
    others = [each for each in values if not isinstance(each, NamedNode)]
    conditions = [same_term(variable, term(each)) for each in others]
    if len(iris) == 1:
        conditions.insert(0, same_term(variable, term(iris[0])))
    elif iris:
        conditions.insert(0, f"{variable} IN ({', '.join(map(term, iris))})")
    return any_of(conditions)


def path(value: Path) -> str:
    """A property path, with `^` at predicates only.

    Spec: https://www.w3.org/TR/sparql11-query/#propertypaths
    """
    return _path(inwards(value))


def _path(value: Path) -> str:
    match value:
        case NamedNode():
            return term(value)
        case Inverse(inner):
            return f"^{_nested(inner)}"
        case Sequence(members):
            return joined("/", map(_nested, members))
        case Alternative(members):
            return joined("|", map(_nested, members))
        case Repeated(inner, sign):
            return f"{_nested(inner)}{sign}"


def _nested(value: Path) -> str:
    return _path(value) if isinstance(value, NamedNode) else f"({_path(value)})"


def inwards(value: Path) -> Path:
    """The same path, inverse at its predicates and nowhere else."""
    match value:
        case Inverse(inner):
            return _inverse(inner)
        case Sequence(members):
            return Sequence(tuple(map(inwards, members)))
        case Alternative(members):
            return Alternative(tuple(map(inwards, members)))
        case Repeated(inner, sign):
            return Repeated(inwards(inner), sign)
    return value


def _inverse(value: Path) -> Path:
    match value:
        case Inverse(inner):
            return inwards(inner)
        case Sequence(members):
            return Sequence(tuple(map(_inverse, reversed(members))))
        case Alternative(members):
            return Alternative(tuple(map(_inverse, members)))
        case Repeated(inner, sign):
            return Repeated(_inverse(inner), sign)
    return Inverse(value)


def triple(subject: str, value: Path, object_: str) -> str:
    """A triple pattern whose predicate is a path."""
    match inwards(value):
        case Inverse(inner):
            return f"{object_} {_path(inner)} {subject} ."
        case straight:
            return f"{subject} {_path(straight)} {object_} ."


def exists(subject: str, value: Path, object_: str, condition: str = TRUE) -> str:
    """Does a path lead from a node to one that fulfils a condition?"""
    return _Exists(object_).says(subject, inwards(value), object_, condition)


class _Exists:
    """Takes a path apart; the nodes between its steps are named after the one it leads to."""

    def __init__(self, name: str) -> None:
        self._names = (f"{name}_{number}" for number in count(1))

    def says(self, subject: str, value: Path, object_: str, condition: str) -> str:
        match value:
            case Alternative(members):
                return any_of(self.says(subject, each, object_, condition) for each in members)
            case Sequence((first, *rest)) if rest and len(rest) < _CHAIN:
                between = next(self._names)
                onwards = self.says(between, Sequence(tuple(rest)), object_, condition)
                return self.says(subject, first, between, onwards)
            case Sequence((only,)):
                return self.says(subject, only, object_, condition)
        if condition == FALSE:
            return FALSE
        filtered = "" if condition == TRUE else f" FILTER ({condition})"
        return f"EXISTS {{ {triple(subject, value, object_)}{filtered} }}"


def number(value: Term | None) -> int:
    """The number that a parameter such as sh:minCount states."""
    assert isinstance(value, Literal)
    return int(value.value)
