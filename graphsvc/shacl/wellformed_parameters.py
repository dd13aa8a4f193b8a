"""What the parameters of shapes may be: how many, of which kind, on which shapes.

Of each predicate of a shape the gravest fault is told: several values before
a wrong one, a wrong one before one that is out of place.

Spec: https://www.w3.org/TR/shacl/#syntax-rules
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from graphsvc.literals import is_well_typed
from graphsvc.paths import Term
from graphsvc.shacl.wellformed_graph import (
    PARAMETERS,
    SHAPE_LISTS,
    SHAPES,
    Cells,
    Node,
    ShapesFault,
    StatedGraph,
)
from graphsvc.vocab import RDF_LANG_STRING, RDF_NIL, XSD, XSD_STRING, sh

Faults = Iterator[ShapesFault]
# Is this a right value?, and what would be one.
Kind = tuple[Callable[[Term], bool], str]

_BOOLEANS = [
    Literal(value, datatype=NamedNode(XSD + "boolean")) for value in ("true", "false", "1", "0")
]
_INTEGERS = {
    *("integer", "nonNegativeInteger", "positiveInteger", "long", "int", "short", "byte"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
}
_NODE_KINDS = [
    *map(sh, ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI")),
    *map(sh, ("BlankNodeOrLiteral", "IRIOrLiteral")),
]


def _is_iri(value: Term) -> bool:
    return isinstance(value, NamedNode)


def _is_literal(value: Term) -> bool:
    return isinstance(value, Literal)


def _is_iri_or_literal(value: Term) -> bool:
    return isinstance(value, NamedNode | Literal)


def _is_node(value: Term) -> bool:
    return isinstance(value, Node)


def _is_string(value: Term) -> bool:
    return isinstance(value, Literal) and value.datatype == XSD_STRING


def _is_text(value: Term) -> bool:
    return isinstance(value, Literal) and value.datatype in (XSD_STRING, RDF_LANG_STRING)


def _is_count(value: Term) -> bool:
    if not (isinstance(value, Literal) and value.datatype.value.removeprefix(XSD) in _INTEGERS):
        return False
    well_typed = is_well_typed(value.value, value.datatype.value)
    return well_typed and (value.value[0] != "-" or not value.value.strip("-0"))


_IRI: Kind = (_is_iri, "an IRI is wanted")
_NODE: Kind = (_is_node, "an IRI or a blank node is wanted")
_LITERAL: Kind = (_is_literal, "a literal is wanted")
_STRING: Kind = (_is_string, "a string is wanted, in quotes and without a language")
_TEXT: Kind = (_is_text, "a text is wanted, in quotes")
_SWITCH: Kind = (_BOOLEANS.__contains__, "true or false is wanted, without quotes")
_COUNT: Kind = (_is_count, "a whole number from 0 on is wanted, without quotes")
_NODE_KIND: Kind = (
    _NODE_KINDS.__contains__,
    "one of sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, sh:BlankNodeOrLiteral and "
    "sh:IRIOrLiteral is wanted",
)
_TARGET: Kind = (
    lambda value: _is_iri(value) or _is_literal(value),
    "an IRI or a literal is wanted",
)
_ANY: Kind = (lambda _: True, "")

_KINDS: dict[NamedNode, Kind] = {
    **dict.fromkeys(map(sh, ("targetClass", "targetObjectsOf", "targetSubjectsOf")), _IRI),
    sh("targetNode"): _TARGET,
    **dict.fromkeys(map(sh, ("class", "datatype", "equals", "disjoint")), _IRI),
    **dict.fromkeys(map(sh, ("lessThan", "lessThanOrEquals", "severity")), _IRI),
    **dict.fromkeys((*SHAPES, sh("sparql")), _NODE),
    **dict.fromkeys(map(sh, ("minCount", "maxCount", "minLength", "maxLength")), _COUNT),
    **dict.fromkeys(map(sh, ("qualifiedMinCount", "qualifiedMaxCount")), _COUNT),
    **dict.fromkeys(map(sh, ("minInclusive", "minExclusive")), _LITERAL),
    **dict.fromkeys(map(sh, ("maxInclusive", "maxExclusive")), _LITERAL),
    **dict.fromkeys(map(sh, ("pattern", "flags")), _STRING),
    **dict.fromkeys(map(sh, ("closed", "deactivated", "uniqueLang")), _SWITCH),
    sh("qualifiedValueShapesDisjoint"): _SWITCH,
    sh("nodeKind"): _NODE_KIND,
    **dict.fromkeys(map(sh, ("message", "name")), _TEXT),
}
_MEMBERS: dict[NamedNode, Kind] = {
    sh("in"): _ANY,
    sh("languageIn"): _STRING,
    sh("ignoredProperties"): _IRI,
    **dict.fromkeys(SHAPE_LISTS, _NODE),
}
_OF_ONE_AT_LEAST = (sh("or"), sh("xone"))  # legal without, but who could mean it?
_SINGLE = {
    *map(sh, ("path", "datatype", "nodeKind", "minCount", "maxCount", "minLength", "maxLength")),
    *map(sh, ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "pattern", "flags")),
    *map(sh, ("in", "languageIn", "ignoredProperties", "qualifiedValueShape", "severity")),
    *map(sh, ("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint")),
    *map(sh, ("closed", "deactivated", "uniqueLang")),
}
_OF_PROPERTY_SHAPES = {
    *map(sh, ("minCount", "maxCount", "lessThan", "lessThanOrEquals", "uniqueLang")),
    sh("qualifiedValueShape"),
}
# What does nothing unless one of these stands beside it.
_BESIDE = {
    sh("flags"): (sh("pattern"),),
    sh("qualifiedValueShape"): (sh("qualifiedMinCount"), sh("qualifiedMaxCount")),
}
_STATED_BY_SHAPES = (
    *map(sh, ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")),
    *map(sh, ("path", "severity", "deactivated", "message", "name")),
    *PARAMETERS,
)


def parameter_faults(graph: StatedGraph) -> Faults:
    """What is wrong with what shapes state, each triple seen by itself and its neighbours."""
    for shape in graph.shapes:
        for predicate in (*_STATED_BY_SHAPES, *graph.own_parameters):
            if quads := graph.quads(shape, predicate):
                yield from _values(graph, quads)
    for constraint in {quad.object: None for quad in graph.with_predicate(sh("sparql"))}:
        for predicate in (sh("message"), sh("deactivated")):
            quads = graph.quads(cast("Term", constraint), predicate)
            if quads and constraint not in graph.shapes:
                yield from _values(graph, quads)


def _values(graph: StatedGraph, quads: list[Quad]) -> Faults:
    predicate = quads[0].predicate
    if len(quads) > 1 and (predicate in _SINGLE or graph.own_parameters.get(predicate)):
        yield several(graph, quads)
        return
    found = [fault for quad in quads for fault in _value(graph, quad)]
    yield from found
    if not found and predicate in (*_OF_PROPERTY_SHAPES, *_BESIDE):
        yield from _out_of_place(graph, quads[0])


def several(graph: StatedGraph, quads: list[Quad]) -> ShapesFault:
    """Of several values where one is wanted, the second is at fault."""
    values = " , ".join(graph.shown(cast("Term", quad.object)) for quad in quads)
    return ShapesFault(quads[1], f"{graph.of(quads[0])} is {values}; one of them is wanted")


def _value(graph: StatedGraph, quad: Quad) -> Faults:
    if quad.predicate in _MEMBERS:
        yield from _list(graph, quad, _MEMBERS[quad.predicate])
    elif fault := wrong_value(graph, quad, _KINDS.get(quad.predicate, _ANY)):
        yield fault


def wrong_value(graph: StatedGraph, quad: Quad, kind: Kind) -> ShapesFault | None:
    fits, wanted = kind
    value = cast("Term", quad.object)
    if fits(value):
        return None
    return ShapesFault(quad, f"{graph.of(quad)} is {graph.shown(value)}; {wanted}")


def is_true(graph: StatedGraph, node: Term, predicate: NamedNode) -> bool:
    """Is a switch on?"""
    return any(value in (_BOOLEANS[0], _BOOLEANS[2]) for value in graph.values(node, predicate))


def _list(graph: StatedGraph, quad: Quad, member: Kind) -> Faults:
    fits, wanted = member
    if quad.object == RDF_NIL and quad.predicate in _OF_ONE_AT_LEAST:
        what = f"{graph.of(quad)} is an empty list, which nothing conforms to; put shapes into it"
        yield ShapesFault(quad, what)
    cells = graph.cells(cast("Term", quad.object))
    if fault := list_fault(graph, quad, cells):
        yield fault
    for each in cells.members:
        value = cast("Term", each.object)
        if not fits(value):
            what = f"{graph.of(quad)} has the member {graph.shown(value)}; {wanted}"
            yield ShapesFault(each, what)


def list_fault(graph: StatedGraph, quad: Quad, cells: Cells) -> ShapesFault | None:
    """What keeps the object of a triple from being a list."""
    if cells.fault is None:
        return None
    at, what = cells.fault
    return ShapesFault(at or quad, f"{graph.of(quad)} is {what}; a list is wanted, in parentheses")


def _out_of_place(graph: StatedGraph, quad: Quad) -> Faults:
    shape, predicate = cast("Node", quad.subject), quad.predicate
    if (
        predicate in _OF_PROPERTY_SHAPES
        and not graph.states(shape, sh("path"))
        and shape not in graph.property_shapes
    ):
        what = f"{graph.of(quad)}, which has no sh:path; move it into a property shape"
        yield ShapesFault(quad, f"{what}: sh:property [ sh:path … ]")
    beside = _BESIDE.get(predicate)
    if beside and not graph.states(shape, *beside):
        names = " or ".join(map(graph.shown, beside))
        yield ShapesFault(quad, f"{graph.of(quad)} does nothing without {names}; add it")


# Regular expressions


def pattern_faults(graph: StatedGraph, compiles: Callable[[str, str], str | None]) -> Faults:
    """The patterns that do not compile; `compiles` gives the reason and what to do."""
    for quad in graph.with_predicate(sh("pattern")):
        flags = graph.quads(cast("Term", quad.subject), sh("flags"))
        pattern = cast("Term", quad.object)
        if not _is_string(pattern) or not all(_is_string(cast("Term", f.object)) for f in flags):
            continue
        flag = cast("Literal", flags[0].object).value if flags else ""
        if flag and compiles("", flag):
            shown = f"{graph.of(flags[0])} is {graph.shown(Literal(flag))}"
            yield ShapesFault(flags[0], f"{shown}; flags are some of i, m, s and x")
        elif reason := compiles(pattern.value, flag):
            what = f"is {pattern.value!r}, which is no regular expression"
            yield ShapesFault(quad, f"{graph.of(quad)} {what}{reason}")


def compiles_in_sparql(pattern: str, flags: str) -> str | None:
    """Nothing, or what is wrong with a regular expression of SPARQL.

    Spec: https://www.w3.org/TR/sparql11-query/#func-regex
    """
    if _matches_in_sparql(pattern, flags):
        return None
    if reason := compiles_in_python(pattern, ""):
        return reason
    return (
        " of XPath, as SPARQL has them; do without look-around and back-references, or "
        "validate with --engine pyshacl, which has those of Python"
    )


@lru_cache(maxsize=1_000)
def _matches_in_sparql(pattern: str, flags: str) -> bool:
    query = f'SELECT (REGEX("", {Literal(pattern)}, {Literal(flags)}) AS ?matches) {{}}'
    (solution,) = cast("QuerySolutions", Store().query(query))
    return solution["matches"] is not None


def compiles_in_python(pattern: str, flags: str) -> str | None:
    """Nothing, or what is wrong with a regular expression of Python's `re`."""
    if not set(flags) <= set("imsxuaq"):
        return f": unknown flags {flags}"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f": {error}; mend it"
    return None
