"""Shapes graphs and data graphs for Hypothesis to draw: small, so that things meet.

A case has at most three shapes with targets and some fifteen triples of data, over
five nodes, three classes and three properties. Shapes are well-formed and not
recursive; what engines may refuse is for test_wellformed.py. Families say which
constraint components and which values a case is mostly made of, so that a
difference between two engines points to a place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graphsvc import paths
from graphsvc.paths import Path, Term
from graphsvc.vocab import (
    RDF_FIRST,
    RDF_LANG_STRING,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    XSD,
    XSD_STRING,
    sh,
)

EX = "http://example.org/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF_HTML = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML")
RDFS_CLASS, SUB_CLASS_OF = NamedNode(RDFS + "Class"), NamedNode(RDFS + "subClassOf")
PREFIXES = {"": EX, "sh": sh("").value, "xsd": XSD, "rdfs": RDFS, "rdf": RDF_TYPE.value[:-4]}

REPETITIONS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}

Node = NamedNode | BlankNode
T = TypeVar("T")


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


def xsd(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


NODES: list[Node] = [ex("a"), ex("b"), ex("ç'"), BlankNode("x"), BlankNode("y")]
CLASSES = [ex("A"), ex("B"), ex("C")]
PROPERTIES = [ex("p"), ex("q"), ex("r")]
IRIS = [*NODES[:3], *CLASSES]

INTEGERS = [
    *(xsd(value, "integer") for value in ("1", "0", "2", "-1", "01", "+1", "10")),
    *(xsd(value, "integer") for value in ("99999999999999999999", "9223372036854775808")),
    xsd("1", "int"),
    xsd("2", "byte"),
    xsd("300", "byte"),
    xsd("-1", "nonNegativeInteger"),
]
NUMBERS = [
    *INTEGERS,
    *(xsd(value, "decimal") for value in ("1.0", "1.5", "-0.0", ".5", "0.1")),
    *(xsd(value, "double") for value in ("1.0E0", "1", "0.1", "NaN", "INF", "-INF")),
    *(xsd(value, "float") for value in ("1", "0.1")),
]
TIMES = [
    xsd("2024-01-01T00:00:00", "dateTime"),
    xsd("2024-01-01T00:00:00Z", "dateTime"),
    xsd("2024-01-01T02:00:00+02:00", "dateTime"),
    xsd("2024-01-03T00:00:00", "dateTime"),
    xsd("2024-01-03T00:00:00.5Z", "dateTime"),
    xsd("2024-01-01", "date"),
    xsd("2024-02-01", "date"),
    xsd("10:00:00", "time"),
    xsd("11:00:00", "time"),
    xsd("P1D", "dayTimeDuration"),
    xsd("PT25H", "dayTimeDuration"),
]
BOOLEANS = [xsd(value, "boolean") for value in ("true", "false", "1", "0")]
ILL_TYPED = [
    xsd("one", "integer"),
    xsd(" 1 ", "integer"),
    xsd("1_000", "integer"),
    xsd("1.0", "integer"),
    xsd("", "integer"),
    xsd("1e2", "decimal"),
    xsd("NaN", "decimal"),
    xsd("nan", "double"),
    xsd("yes", "boolean"),
    xsd("TRUE", "boolean"),
    xsd("2024-02-30T00:00:00", "dateTime"),
    xsd("2024-01-01", "dateTime"),
    xsd("2024-02-30", "date"),
    xsd("24-1-1", "date"),
]
STRINGS = [
    Literal(value)
    for value in ("a", "", "b", "ab", "Ab", "aä漢", "'\"\\", "a b", "1", "a\nb", "{?x}")
]
TAGGED = [
    Literal("a", language="en"),
    Literal("b", language="en"),
    Literal("a", language="en-GB"),
    Literal("c", language="EN"),
    Literal("a", language="en-GB-x-a"),
    Literal("a", language="sv"),
    Literal("", language="sv"),
]
ODD = [
    Literal("a", datatype=ex("type")),
    Literal("b", datatype=ex("type")),
    Literal("<b>a</b>", datatype=RDF_HTML),
    Literal("<b>a", datatype=RDF_HTML),
    xsd("a", "anyURI"),
    xsd("a", "normalizedString"),
    xsd("2024", "gYear"),
    xsd("2025", "gYear"),
    xsd("0a", "hexBinary"),
    xsd("0g", "hexBinary"),
]
LITERALS = [*STRINGS, *TAGGED, *NUMBERS, *BOOLEANS, *TIMES, *ODD, *ILL_TYPED]
PLAIN = [*STRINGS[:7], *TAGGED, *INTEGERS[:4]]

# Groups of literals that have one value, or that look alike.
TWINS = [
    [INTEGERS[0], INTEGERS[4], xsd("1.0", "decimal"), xsd("1", "int"), xsd("1", "double")],
    [BOOLEANS[0], BOOLEANS[2], Literal("true")],
    [TIMES[1], TIMES[2], TIMES[0]],
    [Literal("a"), TAGGED[0], TAGGED[2], TAGGED[5], ODD[0]],
    TAGGED[:4],
    TAGGED[:2],
]


@dataclass(frozen=True)
class Case:
    """A shapes graph and a data graph; shown as Turtle."""

    shapes: tuple[Quad, ...]
    data: tuple[Quad, ...]

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:  # Hypothesis asks for it
        printer.text(repr(self))

    def __repr__(self) -> str:
        graphs = len(self.data) - len({quad.triple for quad in self.data})
        more = f", {graphs} of it in a second graph too" if graphs else ""
        return f"\n# shapes\n{turtle(self.shapes)}\n# data{more}\n{turtle(self.data)}\n"


def turtle(quads: Sequence[Quad]) -> str:
    """Turtle for people: blank nodes and lists stand where they are used, if only there."""
    return _Turtle(quads).text()


class _Turtle:
    def __init__(self, quads: Sequence[Quad]) -> None:
        self.by_subject: dict[Node, list[Triple]] = {}
        triples = dict.fromkeys(quad.triple for quad in quads)
        for triple in triples:
            self.by_subject.setdefault(cast("Node", triple.subject), []).append(triple)
        uses = Counter(triple.object for triple in triples)
        within = {triple.object for triple in triples if triple.object == triple.subject}
        self.inner = {
            node
            for node in self.by_subject
            if isinstance(node, BlankNode) and uses[node] == 1 and node not in within
        }
        self.written: set[Node] = set()

    def text(self) -> str:
        outer = [node for node in self.by_subject if node not in self.inner]
        lines = [f"{self.term(node)} {self.statements(node)} ." for node in outer]
        # What is left leads in a circle.
        self.inner = {node for node in self.inner if node in self.written}
        left = [node for node in self.by_subject if node not in self.written]
        return "\n".join([*lines, *(f"{node} {self.statements(node)} ." for node in left)])

    def statements(self, node: Node) -> str:
        self.written.add(node)
        found: dict[str, list[str]] = {}
        for triple in self.by_subject[node]:
            objects = found.setdefault(self.term(triple.predicate), [])
            objects.append(self.term(cast("Term", triple.object)))
        return " ; ".join(f"{name} {' , '.join(objects)}" for name, objects in found.items())

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode | Literal) or term not in self.inner:
            return short(term)
        if (members := self.members(term)) is not None:
            return f"( {' '.join(members)} )"
        return f"[ {self.statements(term)} ]"

    def members(self, head: Term) -> list[str] | None:
        """What a list of nodes that are used only there has as members."""
        if head == RDF_NIL:
            return []
        if not isinstance(head, BlankNode) or head not in self.inner:
            return None
        by_predicate = {triple.predicate: triple.object for triple in self.by_subject[head]}
        if set(by_predicate) != {RDF_FIRST, RDF_REST} or len(self.by_subject[head]) != 2:
            return None
        rest = self.members(cast("Term", by_predicate[RDF_REST]))
        if rest is None:
            return None
        self.written.add(head)
        return [self.term(cast("Term", by_predicate[RDF_FIRST])), *rest]


def short(term: Term) -> str:
    """A term with a prefix, as Turtle has it."""
    if isinstance(term, NamedNode):
        for prefix, namespace in sorted(PREFIXES.items(), key=lambda each: -len(each[1])):
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
    if not isinstance(term, Literal):
        return str(term)
    if term.datatype == NamedNode(XSD + "integer") and re.fullmatch(r"[1-9]\d*|0", term.value):
        return term.value
    text = str(Literal(term.value))
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype == XSD_STRING else f"{text}^^{short(term.datatype)}"


# Data


@cache
def data(values: tuple[Term, ...], *, twins: bool) -> SearchStrategy[list[Quad]]:
    """Triples between the nodes, to `values`, about classes, and of lists.

    Twins are literals of one value. A Store tells them apart no more, so that
    what a query finds has one form of them or another.
    """
    links = [Quad(s, p, o) for s in NODES for p in PROPERTIES for o in NODES]
    facts = [Quad(s, p, o) for s in NODES for p in PROPERTIES[:2] for o in values]
    types = [Quad(s, RDF_TYPE, o) for s in NODES for o in CLASSES]
    order = [Quad(s, SUB_CLASS_OF, o) for s in CLASSES for o in CLASSES]
    triple = st.one_of(
        st.sampled_from(facts),
        st.sampled_from(links),
        st.sampled_from(facts),
        st.sampled_from(types),
        st.sampled_from(types + order),
    )
    none: SearchStrategy[list[Quad]] = st.just([])
    more = st.one_of(*([_twins(values)] * 4 if twins else [none]), _lists(values))
    some = st.lists(triple, min_size=3, max_size=12, unique=True)
    return st.builds(_joined, some, more, st.sampled_from((0, 0, 0, 0, 1, 3)))


def _joined(some: list[Quad], more: list[Quad], copies: int) -> list[Quad]:
    """All of it, a few triples in another graph too: names of graphs mean nothing."""
    quads = [*some, *more]
    quads += [
        Quad(each.subject, each.predicate, each.object, ex("graph")) for each in quads[:copies]
    ]
    return list(dict.fromkeys(quads))


@st.composite
def _twins(draw: DrawFn, values: Sequence[Term]) -> list[Quad]:
    """One node and one property with several literals of one value, or of one language."""
    group = draw(st.sampled_from([group for group in TWINS if group[0] in values] or TWINS))
    subject, predicate = draw(st.sampled_from(NODES)), PROPERTIES[0]
    chosen = draw(st.lists(st.sampled_from(group), min_size=2, max_size=3, unique=True))
    return [Quad(subject, predicate, value) for value in chosen]


@st.composite
def _lists(draw: DrawFn, values: Sequence[Term]) -> list[Quad]:
    """A list that a property leads to; now and then it does not end."""
    choices: list[Term] = [*values, *NODES]
    members = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=2))
    cells = [BlankNode(f"l{number}") for number in range(len(members))]
    ends: list[Node] = [RDF_NIL, RDF_NIL, RDF_NIL, cells[0]]
    end = draw(st.sampled_from(ends))
    found = [Quad(draw(st.sampled_from(NODES)), draw(st.sampled_from(PROPERTIES)), cells[0])]
    rests: list[Term] = [*cells[1:], end]
    for cell, member, rest in zip(cells, members, rests, strict=True):
        found += [Quad(cell, RDF_FIRST, member), Quad(cell, RDF_REST, rest)]
    return found


# Paths

_STEPS = st.sampled_from([*PROPERTIES, PROPERTIES[0]])
_LISTS = paths.Sequence((paths.Repeated(RDF_REST, "*"), RDF_FIRST))
PATHS: SearchStrategy[Path] = st.recursive(
    st.one_of(_STEPS, _STEPS, st.sampled_from([RDF_TYPE, RDF_REST])),
    lambda inner: st.one_of(
        st.builds(paths.Inverse, inner),
        st.builds(paths.Sequence, st.tuples(inner, inner)),
        st.builds(paths.Alternative, st.tuples(inner, inner)),
        st.builds(paths.Repeated, inner, st.sampled_from("*+?")),
        st.builds(paths.Sequence, st.tuples(inner, inner, inner)),
    ),
    max_leaves=5,
)
SHORT_PATHS: SearchStrategy[Path] = st.one_of(
    _STEPS,
    _STEPS,
    _STEPS,
    st.builds(paths.Inverse, _STEPS),
    st.builds(paths.Sequence, st.tuples(_STEPS, _STEPS)),
    st.builds(paths.Alternative, st.tuples(_STEPS, _STEPS)),
    st.builds(paths.Sequence, st.tuples(_STEPS, st.just(_LISTS))),
)

# Shapes

DATATYPES = [
    *(NamedNode(XSD + name) for name in ("string", "integer", "decimal", "double", "boolean")),
    *(NamedNode(XSD + name) for name in ("dateTime", "date", "byte", "int", "nonNegativeInteger")),
    *(NamedNode(XSD + name) for name in ("hexBinary", "float", "time")),
    RDF_LANG_STRING,
    RDF_HTML,
    ex("type"),
]
TARGETS = ("targetSubjectsOf", "targetObjectsOf", "targetSubjectsOf", "targetClass", "targetNode")
NODE_KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
# What Python, XPath and Rust read alike.
PATTERNS = ["a", "^a", "b$", "^$", "^.$", "^[ab]+$", "A", "a b", "^a.b$", "[0-9]+", "ä", "x|b"]
FLAGS = [None, None, None, "i", "s", "m", "x", "q", "si"]
RANGES = ["en", "sv", "en-GB", "EN", "*", "de", "e"]
SEVERITIES = [sh("Info"), sh("Warning"), sh("Violation"), ex("Grave")]
EXTRAS = ("",) * 10 + ("severity", "message", "severity message", "message deactivated")
MESSAGES = [
    Literal("Mend it."),
    Literal("Mend it.", language="en"),
    Literal("Laga det.", language="sv"),
]


@dataclass(frozen=True)
class Family:
    """What the cases of one test are mostly made of."""

    components: tuple[str, ...]
    values: tuple[Term, ...]
    paths: SearchStrategy[Path] = SHORT_PATHS
    depth: int = 1  # of shapes in shapes
    queries: bool = False  # SHACL-SPARQL too?


@cache  # Hypothesis takes longer to make a strategy than to draw from it
def _sampled(choices: tuple[object, ...]) -> SearchStrategy[object]:
    return st.sampled_from(choices)


@cache
def _samples(choices: tuple[object, ...], most: int) -> SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True)


class Builder:
    """A shapes graph in the making; its blank nodes are numbered, so that cases shrink."""

    def __init__(self, draw: DrawFn, family: Family) -> None:
        self.draw, self.family = draw, family
        self.quads: dict[Quad, None] = {}
        self.finished: list[tuple[Node, bool]] = []  # with: is it a property shape?
        self._blank = 0

    def pick(self, choices: Sequence[T]) -> T:
        return cast("T", self.draw(_sampled(tuple(choices))))

    def some(self, choices: Sequence[T], most: int = 2) -> list[T]:
        return cast("list[T]", self.draw(_samples(tuple(choices), most)))

    def either(self, one: Node, two: Node) -> Node:
        return self.pick((one, two))

    def rarely(self) -> bool:
        return self.pick((False,) * 7 + (True,))

    def blank(self) -> BlankNode:
        self._blank += 1
        return BlankNode(f"s{self._blank}")

    def add(self, subject: Node, name: str | NamedNode, *objects: Term) -> None:
        predicate = sh(name) if isinstance(name, str) else name
        for each in objects:
            self.quads[Quad(subject, predicate, each)] = None

    def collection(self, members: Sequence[Term]) -> Node:
        head: Node = RDF_NIL
        for member in reversed(members):
            cell = self.blank()
            self.add(cell, RDF_FIRST, member)
            self.add(cell, RDF_REST, head)
            head = cell
        return head

    def path(self, path: Path) -> Node:
        match path:
            case NamedNode():
                return path
            case paths.Sequence(members):
                return self.collection([self.path(member) for member in members])
        node = self.blank()
        match path:
            case paths.Inverse(inner):
                self.add(node, "inversePath", self.path(inner))
            case paths.Alternative(members):
                self.add(
                    node,
                    "alternativePath",
                    self.collection([self.path(member) for member in members]),
                )
            case paths.Repeated(inner, sign):
                self.add(node, REPETITIONS[sign], self.path(inner))
        return node

    def shape(self, depth: int, *, is_property: bool | None = None) -> Node:
        """A shape for another to use: a new one, or one that is used already."""
        used = [node for node, its in self.finished if is_property is None or its == is_property]
        if used and self.rarely():
            return self.pick(used)
        if is_property is None:
            is_property = self.pick((False, True))
        node = self.either(self.blank(), ex(f"T{self._blank}"))
        self.fill(node, depth, is_property=is_property)
        return node

    def fill(self, node: Node, depth: int, *, is_property: bool) -> None:
        if is_property:
            self.add(node, "path", self.path(self.draw(self.family.paths)))
        extra = self.pick(EXTRAS)
        if "severity" in extra:
            self.add(node, "severity", self.pick(SEVERITIES))
        if "message" in extra:
            self.add(node, "message", *self.some(MESSAGES))
        if "deactivated" in extra:
            self.add(node, "deactivated", xsd(self.pick(("true", "false")), "boolean"))
        names: set[str] = set()
        for _ in range(self.pick((1, 1, 2))):
            names.add(self.pick(self.allowed(depth, is_property=is_property)))
        for name in sorted(names):
            COMPONENTS[name](self, node, depth)
        self.finished.append((node, is_property))

    def allowed(self, depth: int, *, is_property: bool) -> list[str]:
        """The components to choose from, those of the family first."""
        every = tuple(COMPONENTS) if self.family.queries else tuple(CORE)
        names = every if self.rarely() else self.family.components
        allowed = [
            name
            for name in names
            if (is_property or name not in ONLY_IN_PROPERTY_SHAPES)
            and (depth > 0 or name not in NESTED)
        ]
        if not is_property and depth > 0 and NESTED.isdisjoint(names):
            allowed.extend(["property"] * (2 * len(allowed) + 1))
        return allowed or list(LEAVES)

    def targets(self, node: Node) -> None:
        for _ in range(self.pick((1, 1, 2))):
            match self.pick(TARGETS):
                case "targetNode":
                    self.add(node, "targetNode", *self.some([*IRIS, *self.family.values], 3))
                case "targetClass":
                    self.add(node, "targetClass", *self.some(CLASSES))
                case name:
                    self.add(node, name, *self.some(PROPERTIES))

    def target_shape(self, number: int) -> None:
        node: NamedNode | None = None
        if self.rarely():
            node = self.pick(CLASSES)
            self.add(node, RDF_TYPE, self.pick((RDFS_CLASS, RDFS_CLASS, ex("Meta"))))
            if self.pick((False, True)):
                self.add(ex("Meta"), SUB_CLASS_OF, RDFS_CLASS)
        is_property = self.pick((False, True))
        if node is None or (node, not is_property) in self.finished:
            node = ex(f"S{number}")
        if self.pick((True, True, False)):
            self.add(node, RDF_TYPE, sh("PropertyShape" if is_property else "NodeShape"))
        if (node, is_property) not in self.finished:
            self.fill(node, self.family.depth, is_property=is_property)
        if node not in CLASSES or self.rarely():
            self.targets(node)


Component = Callable[[Builder, Node, int], None]


def _one(name: str, choices: Sequence[Term]) -> Component:
    return lambda b, node, _depth: b.add(node, name, b.pick(choices))


def _several(name: str, choices: Sequence[Term]) -> Component:
    return lambda b, node, _depth: b.add(node, name, *b.some(choices))


def _bound(name: str) -> Component:
    def add(b: Builder, node: Node, depth: int) -> None:
        literals = [value for value in b.family.values if isinstance(value, Literal)]
        b.add(node, name, b.pick(literals))

    return add


def _pattern(b: Builder, node: Node, depth: int) -> None:
    b.add(node, "pattern", Literal(b.pick(PATTERNS)))
    if flags := b.pick(FLAGS):
        b.add(node, "flags", Literal(flags))


def _language_in(b: Builder, node: Node, depth: int) -> None:
    b.add(node, "languageIn", b.collection([Literal(tag) for tag in b.some(RANGES)]))


def _shapes(name: str) -> Component:
    def add(b: Builder, node: Node, depth: int) -> None:
        count = b.pick((1, 2, 2))
        b.add(node, name, b.collection([b.shape(depth - 1) for _ in range(count)]))

    return add


def _shape(name: str, *, is_property: bool | None) -> Component:
    def add(b: Builder, node: Node, depth: int) -> None:
        for _ in range(b.pick((1, 1, 1, 1, 1, 2))):
            b.add(node, name, b.shape(depth - 1, is_property=is_property))

    return add


def _qualified(b: Builder, node: Node, depth: int) -> None:
    b.add(node, "qualifiedValueShape", b.shape(depth - 1))
    least, most = b.pick(((1, None), (None, 0), (1, 1), (2, None), (None, 1), (0, 0)))
    if least is not None:
        b.add(node, "qualifiedMinCount", xsd(str(least), "integer"))
    if most is not None:
        b.add(node, "qualifiedMaxCount", xsd(str(most), "integer"))
    if b.pick((True, False)):
        b.add(node, "qualifiedValueShapesDisjoint", xsd(b.pick(("true", "false")), "boolean"))


def _siblings(b: Builder, node: Node, depth: int) -> None:
    """Two property shapes that count, each what the other does not."""
    path = b.draw(b.family.paths)
    for _ in range(2):
        sibling = b.blank()
        b.add(sibling, "path", b.path(path))
        b.add(node, "property", sibling)
        _qualified(b, sibling, depth)


def _closed(b: Builder, node: Node, depth: int) -> None:
    b.add(node, "closed", xsd(b.pick(("true", "true", "true", "false")), "boolean"))
    if b.pick((True, False)):
        b.add(node, "ignoredProperties", b.collection(b.some([RDF_TYPE, *PROPERTIES])))
    if depth > 0 and b.pick((True, False)):
        b.add(node, "property", b.shape(0, is_property=True))


def _has_value(b: Builder, node: Node, depth: int) -> None:
    b.add(node, "hasValue", *b.some([*b.family.values, *NODES[:3], BlankNode("z"), *CLASSES]))


def _in(b: Builder, node: Node, depth: int) -> None:
    choices = [*b.family.values, *NODES[:3], BlankNode("z"), *CLASSES]
    b.add(node, "in", b.collection(b.draw(st.lists(st.sampled_from(choices), max_size=5))))


def _counts(name: str, most: int) -> Component:
    return _one(name, [xsd(str(count), "integer") for count in range(most + 1)])


CORE: dict[str, Component] = {
    "class": _several("class", CLASSES),
    "datatype": _one("datatype", DATATYPES),
    "nodeKind": _one("nodeKind", [sh(name) for name in NODE_KINDS]),
    "minCount": _counts("minCount", 3),
    "maxCount": _counts("maxCount", 1),
    "minInclusive": _bound("minInclusive"),
    "minExclusive": _bound("minExclusive"),
    "maxInclusive": _bound("maxInclusive"),
    "maxExclusive": _bound("maxExclusive"),
    "minLength": _counts("minLength", 3),
    "maxLength": _counts("maxLength", 2),
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _one("uniqueLang", [BOOLEANS[0], BOOLEANS[0], BOOLEANS[1]]),
    "equals": _several("equals", PROPERTIES),
    "disjoint": _several("disjoint", PROPERTIES),
    "lessThan": _several("lessThan", PROPERTIES),
    "lessThanOrEquals": _several("lessThanOrEquals", PROPERTIES),
    "not": _shape("not", is_property=None),
    "and": _shapes("and"),
    "or": _shapes("or"),
    "xone": _shapes("xone"),
    "node": _shape("node", is_property=False),
    "property": _shape("property", is_property=True),
    "qualified": _qualified,
    "siblings": _siblings,
    "closed": _closed,
    "hasValue": _has_value,
    "in": _in,
}
LEAVES = ("class", "hasValue", "in", "nodeKind", "languageIn", "datatype")
NESTED = {"not", "and", "or", "xone", "node", "property", "qualified", "siblings"}
ONLY_IN_PROPERTY_SHAPES = {
    *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualified"),
}


# SHACL-SPARQL

ONTOLOGY = ex("ontology")
# Queries for any shape, and for property shapes; with the variables that they project.
QUERIES = {
    "SELECT $this ?value WHERE { $this ex:p ?value FILTER (!isIRI(?value)) }": "value",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this ex:q ?any } }": "",
    "SELECT $this ?value (ex:p AS ?path) WHERE { $this ex:p ?value ; ex:q ?value }": "value path",
    "SELECT $this ?value ?path WHERE "
    "{ $this ?path ?value FILTER (isLiteral(?value)) }": "value path",
    "SELECT $this ?value ?other WHERE { $this ex:p ?value OPTIONAL { ?value ex:q ?other } "
    "FILTER (!bound(?other)) }": "value",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { $this ex:q ?value } }": "value",
    "SELECT $this ?value ?class WHERE { $this ex:p ?value . ?value a ?class }": "value class",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?value a ?class }": "value",
    "SELECT $this ?number WHERE { { SELECT $this (COUNT(?value) AS ?number) WHERE "
    "{ $this ex:p ?value } GROUP BY $this } FILTER (?number > 1) }": "number",
    "SELECT DISTINCT $this ?value WHERE { $this ex:p+ ?value . ?value ex:q ?any }": "value",
    "SELECT $this ?value WHERE { BIND ($this AS ?value) FILTER EXISTS { $this a ?any } }": "value",
    "SELECT $this ?message WHERE { $this ex:p ?any FILTER (isLiteral(?any)) "
    'BIND (CONCAT("q: ", STR(DATATYPE(?any))) AS ?message) }': "",
}
PATH_QUERIES = {
    "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value FILTER (!isIRI(?value)) }": "value",
    "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value "
    "FILTER NOT EXISTS { ?value ex:q ?any } }": "value",
    "SELECT $this (COUNT(DISTINCT ?v) AS ?number) WHERE { $this $PATH ?v } "
    "GROUP BY $this HAVING (COUNT(DISTINCT ?v) > 1)": "number",
    "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value { ?value ex:p ?any } UNION "
    "{ ?any ex:q ?value } }": "value",
    "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value OPTIONAL { $this ex:q ?other "
    "FILTER (sameTerm(?other, ?value)) } FILTER (!bound(?other)) }": "value",
    "SELECT DISTINCT $this ?value ?class WHERE "
    "{ $this $PATH ?value . ?value a ?class }": "value class",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?any } }": "",
}
DECLARATIONS = """
PREFIX : <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
:ontology sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
:Ontology owl:imports :ontology .
"""
CONSTRAINT_COMPONENTS = {
    "least": """
:AskLeast a sh:ConstraintComponent ; sh:parameter [ sh:path :least ] ; sh:validator :askLeast .
:askLeast a sh:SPARQLAskValidator ; sh:message "{$value} is shorter than {$least}."@en ;
  sh:ask "ASK { FILTER (!isBlank($value) && strlen(str($value)) >= $least) }" .""",
    "kind": """
:AskKind a sh:ConstraintComponent ; sh:validator :askKind ;
  sh:parameter [ sh:path :kind ] , [ sh:path :except ; sh:optional true ] .
:askKind a sh:SPARQLAskValidator ; sh:prefixes :Ontology ;
  sh:ask "ASK { $value a $kind FILTER (!bound($except) || !sameTerm($value, $except)) }" .""",
    "back": """
:AskBack a sh:ConstraintComponent ; sh:parameter [ sh:path :back ] ; sh:validator :askBack .
:askBack a sh:SPARQLAskValidator ; sh:prefixes :ontology ;
  sh:message "{$value} leads not back to {$this}." , "{?value} är {?back}."@sv ;
  sh:ask "ASK { { $value ex:p $this } UNION { $value $back $this } }" .""",
    "only": """
:SelectOnly a sh:ConstraintComponent ; sh:parameter [ sh:path :only ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:prefixes :ontology ;
    sh:message "{$this} has {?value}, not {$only}."@en ;
    sh:select "SELECT $this ?value { $this ex:p ?value FILTER (!sameTerm(?value, $only)) }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:message "{?value} is not {$only}." ;
    sh:select '''SELECT DISTINCT $this ?value WHERE
      { $this $PATH ?value FILTER (!sameTerm(?value, $only)) }''' ] .""",
    "lack": """
:SelectLack a sh:ConstraintComponent ; sh:parameter [ sh:path :lack ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ;
    sh:select "SELECT $this WHERE { FILTER NOT EXISTS { $this ?any $lack } }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ;
    sh:select "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH $lack } }" ] .""",
}


@cache
def _declared(text: str) -> tuple[Quad, ...]:
    """The triples of Turtle, with blank nodes of their own."""
    quads = parse((DECLARATIONS + text).encode(), RdfFormat.TURTLE)
    names: dict[Term, BlankNode] = {}

    def own(term: Term) -> Term:
        if not isinstance(term, BlankNode):
            return term
        return names.setdefault(term, BlankNode(f"c{len(names)}x{len(text)}"))

    return tuple(
        Quad(cast("Node", own(quad.subject)), quad.predicate, own(cast("Term", quad.object)))
        for quad in quads
    )


def _sparql(b: Builder, node: Node, depth: int) -> None:
    b.quads.update(dict.fromkeys(_declared("")))
    has_path = any(quad.subject == node and quad.predicate == sh("path") for quad in b.quads)
    stock = PATH_QUERIES if has_path and b.pick((True, False)) else QUERIES
    query = b.pick(sorted(stock))
    constraint = b.either(b.blank(), ex(f"Q{b.blank().value}"))
    b.add(node, "sparql", constraint)
    b.add(constraint, "prefixes", b.pick((ONTOLOGY, ex("Ontology"))))
    b.add(constraint, "select", Literal(query))
    if b.pick((True, False)):
        names = ["$this", *(f"?{name}" for name in stock[query].split())]
        text = ", ".join(f"{{{name}}}" for name in b.some(names, 3)) + "!"
        messages = [Literal(text), Literal(text, language="en"), *MESSAGES]
        b.add(constraint, "message", *b.some(messages))
    if b.rarely():
        b.add(constraint, "deactivated", xsd(b.pick(("true", "false")), "boolean"))


def _parameters(b: Builder, node: Node, depth: int) -> None:
    name = b.pick(sorted(CONSTRAINT_COMPONENTS))
    b.quads.update(dict.fromkeys(_declared(CONSTRAINT_COMPONENTS[name])))
    choices: dict[str, Sequence[Term]] = {
        "least": [xsd(str(count), "integer") for count in range(4)],
        "kind": CLASSES,
        "back": PROPERTIES,
    }
    values = choices.get(name, [*b.family.values, *IRIS])
    b.add(node, ex(name), *b.some(values, 1 if name == "kind" else 2))
    if name == "kind" and b.pick((True, False)):
        b.add(node, ex("except"), b.pick([*IRIS, *b.family.values]))


COMPONENTS = CORE | {"sparql": _sparql, "parameters": _parameters}


@st.composite
def cases(draw: DrawFn, family: Family) -> Case:
    """A shapes graph and a data graph of a family."""
    builder = Builder(draw, family)
    for number in range(3):
        if number == 0 or builder.pick((False, True)):
            builder.target_shape(number)
    return Case(tuple(builder.quads), tuple(draw(data(family.values, twins=not family.queries))))


FAMILIES = {
    "value type": Family(("class", "datatype", "nodeKind", "datatype"), tuple(LITERALS)),
    "range": Family(
        ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"),
        (*NUMBERS, *TIMES, *STRINGS[:4], *TAGGED[:3], *BOOLEANS, *ILL_TYPED[:3], *ODD[:2]),
    ),
    "string": Family(
        ("uniqueLang", "minLength", "maxLength", "pattern", "languageIn", "uniqueLang"),
        (*STRINGS, *TAGGED, *INTEGERS[:5], *ODD[:4]),
        st.one_of(_STEPS, _STEPS, SHORT_PATHS),
    ),
    "pair": Family(
        ("equals", "disjoint", "lessThan", "lessThanOrEquals"),
        (*NUMBERS, *TIMES, *STRINGS[:4], *TAGGED[:3], *ODD[:2]),
    ),
    "logic": Family(("not", "and", "or", "xone"), tuple(PLAIN), depth=3),
    "shape": Family(("node", "property", "node", "not"), tuple(PLAIN), depth=4),
    "count": Family(
        ("maxCount", "minCount", "maxCount", "siblings", "qualified"), tuple(PLAIN), depth=2
    ),
    "other": Family(("closed", "hasValue", "in"), (*PLAIN, *NUMBERS[:20], *BOOLEANS), depth=1),
    "path": Family(("minCount", "nodeKind", "class", "in", "equals"), tuple(PLAIN), PATHS),
    "target": Family(("class", "nodeKind", "hasValue"), tuple(PLAIN), depth=0),
    "sparql": Family(("sparql",), tuple(PLAIN), queries=True),
    "parameters": Family(("parameters",), tuple(PLAIN), queries=True),
    "core": Family(tuple(CORE), tuple(LITERALS), PATHS, depth=3),
    "all": Family(tuple(COMPONENTS), tuple(PLAIN), PATHS, depth=3, queries=True),
}


# Tables: every term beside every parameter

_STRINGS = [Literal(value) for value in PATTERNS]
_BY_LITERAL = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "hasValue", "in")
TABLES: dict[str, list[tuple[Term, ...]]] = {
    **{name: [(each,) for each in LITERALS] for name in _BY_LITERAL},
    **{name: [(xsd(str(n), "integer"),) for n in range(5)] for name in ("minLength", "maxLength")},
    "minCount": [(xsd(str(n), "integer"),) for n in (0, 1, len(LITERALS), 1000)],
    "maxCount": [(xsd(str(n), "integer"),) for n in (0, 1, len(LITERALS), 1000)],
    "uniqueLang": [(BOOLEANS[0],), (BOOLEANS[1],)],
    "datatype": [(each,) for each in DATATYPES],
    "nodeKind": [(sh(each),) for each in NODE_KINDS],
    "class": [(each,) for each in CLASSES],
    "pattern": [
        (each, *([Literal(flags)] if flags else [])) for each in _STRINGS for flags in FLAGS[2:]
    ],
    "languageIn": [(Literal(each),) for each in RANGES],
    **{name: [] for name in ("lessThan", "lessThanOrEquals", "equals", "disjoint")},
}


def table(name: str) -> Case:
    """A property with every term, and a shape for each parameter; or each term beside every one."""
    terms: list[Term] = [*LITERALS, *NODES]
    if not TABLES[name]:
        shapes = [
            Quad(ex("S"), sh("targetSubjectsOf"), ex("p")),
            Quad(ex("S"), sh("path"), ex("p")),
            Quad(ex("S"), sh(name), ex("q")),
        ]
        data = []
        for number, own in enumerate(terms):
            data.append(Quad(ex(f"n{number}"), ex("p"), own))
            data += [Quad(ex(f"n{number}"), ex("q"), term) for term in terms]
        return Case(tuple(shapes), tuple(data))
    shapes = []
    for number, values in enumerate(TABLES[name]):
        shape, cell = ex(f"S{number}"), BlankNode(f"s{number}")
        shapes += [
            Quad(shape, sh("targetNode"), ex("a")),
            Quad(shape, sh("path"), ex("p")),
            Quad(shape, sh(name), cell if name in ("in", "languageIn") else values[0]),
            Quad(cell, RDF_FIRST, values[0]),
            Quad(cell, RDF_REST, RDF_NIL),
            *(Quad(shape, sh("flags"), flags) for flags in values[1:]),
        ]
    return Case(tuple(shapes), tuple(Quad(ex("a"), ex("p"), term) for term in terms))
