"""The shapes graph as it is stated, for who looks for faults in it.

Here nothing is taken for granted: a list may be none, a value may be missing
or stand there twice. Every triple is kept as it was read, so that a fault can
be traced to its line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc.errors import printable
from graphsvc.paths import Term
from graphsvc.vocab import PREFIXES, RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, SH, XSD, sh

Node = NamedNode | BlankNode
_SUBCLASS_OF = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_SHORT = {SH: "sh:", XSD: "xsd:", PREFIXES["rdf"]: "rdf:", PREFIXES["rdfs"]: "rdfs:"}
_LONGEST = 120  # characters of a literal; more would hide the rest of the message

_TARGETS = tuple(map(sh, ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")))
# Of the constraint components that SHACL itself defines.
PARAMETERS = (
    *map(sh, ("and", "class", "closed", "datatype", "disjoint", "equals", "flags", "hasValue")),
    *map(sh, ("ignoredProperties", "in", "languageIn", "lessThan", "lessThanOrEquals")),
    *map(sh, ("maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount")),
    *map(sh, ("minExclusive", "minInclusive", "minLength", "node", "nodeKind", "not", "or")),
    *map(sh, ("pattern", "property", "qualifiedMaxCount", "qualifiedMinCount")),
    *map(sh, ("qualifiedValueShape", "qualifiedValueShapesDisjoint", "sparql", "uniqueLang")),
    sh("xone"),
)
SHAPES = tuple(map(sh, ("node", "property", "not", "qualifiedValueShape")))
SHAPE_LISTS = tuple(map(sh, ("and", "or", "xone")))


@dataclass(frozen=True)
class ShapesFault:
    """A triple of the shapes graph that is wrong: `what is; what would be right`."""

    quad: Quad
    what: str


@dataclass(frozen=True)
class Cells:
    """What could be read of a list: its members, and what ended the reading if not rdf:nil."""

    members: tuple[Quad, ...]  # the triples with rdf:first
    fault: tuple[Quad | None, str] | None = None  # None: nothing is said of the head


class StatedGraph:
    """Looks up who states what, and names nodes for messages."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._stated: dict[Node, dict[NamedNode, dict[Term, Quad]]] = {}
        self._by_predicate: dict[NamedNode, list[Quad]] = {}
        self._leads_to: dict[Node, list[Quad]] = {}
        self._instances: dict[tuple[str, ...], dict[Node, Quad]] = {}
        self.ranks: dict[Quad, int] = {}
        for rank, quad in enumerate(quads):
            subject, object_ = cast("Node", quad.subject), cast("Term", quad.object)
            values = self._stated.setdefault(subject, {}).setdefault(quad.predicate, {})
            if object_ not in values:
                values[object_] = quad
                self.ranks[quad] = rank
                self._by_predicate.setdefault(quad.predicate, []).append(quad)
                if not isinstance(object_, Literal):
                    self._leads_to.setdefault(object_, []).append(quad)

    def __contains__(self, node: Term) -> bool:
        """Is anything said of a node?"""
        return node in self._stated

    def with_predicate(self, *predicates: NamedNode) -> list[Quad]:
        """The triples, each once, in the order of the graph."""
        found = [quad for each in predicates for quad in self._by_predicate.get(each, ())]
        return sorted(found, key=self.ranks.__getitem__) if len(predicates) > 1 else found

    def quads(self, subject: Term, predicate: NamedNode) -> list[Quad]:
        """The triples, each once, in the order of the graph."""
        if isinstance(subject, Literal):
            return []
        return list(self._stated.get(subject, {}).get(predicate, {}).values())

    def values(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return [cast("Term", quad.object) for quad in self.quads(subject, predicate)]

    def states(self, subject: Term, *predicates: NamedNode) -> bool:
        return any(self.quads(subject, predicate) for predicate in predicates)

    def leading_to(self, node: Term, *predicates: NamedNode) -> list[Quad]:
        """The triples with these predicates whose object a node is."""
        found = [] if isinstance(node, Literal) else self._leads_to.get(node, [])
        return [quad for quad in found if quad.predicate in predicates]

    def reachable(self, start: Term, predicate: NamedNode) -> list[Term]:
        """The node and whoever a predicate leads to from there, however indirectly."""
        found = {start: None}
        frontier = [start]
        for each in frontier:
            new = [value for value in self.values(each, predicate) if value not in found]
            found.update(dict.fromkeys(new))
            frontier += new
        return list(found)

    def instances(self, *names: str) -> dict[Node, Quad]:
        """The SHACL instances of classes of SHACL, each with the triple that makes it one.

        Spec: https://www.w3.org/TR/shacl/#terminology
        """
        if names in self._instances:
            return self._instances[names]
        classes: dict[Node, None] = dict.fromkeys(map(sh, names))
        frontier = list(classes)
        for each in frontier:
            below = [cast("Node", quad.subject) for quad in self.leading_to(each, _SUBCLASS_OF)]
            frontier += [new for new in below if new not in classes]
            classes.update(dict.fromkeys(below))
        found = self._instances.setdefault(names, {})
        for each in classes:
            for quad in self.leading_to(each, RDF_TYPE):
                found.setdefault(cast("Node", quad.subject), quad)
        return found

    def cells(self, head: Term) -> Cells:
        """Read a list as far as it is one.

        Spec: https://www.w3.org/TR/shacl/#dfn-shacl-list
        """
        members: list[Quad] = []
        seen: set[Term] = set()
        before: Quad | None = None
        node = head
        while node != RDF_NIL:
            if node in seen:
                return Cells(tuple(members), (before, "a list that leads back to itself"))
            seen.add(node)
            first, rest = self.quads(node, RDF_FIRST), self.quads(node, RDF_REST)
            for quads, name in ((first, "rdf:first"), (rest, "rdf:rest")):
                if len(quads) > 1:
                    what = f"a list with several {name} in one place"
                    return Cells(tuple(members), (quads[1], what))
            if not (first and rest):
                return Cells(tuple(members), self._end(node, [*first, *rest], before))
            members += first
            before = rest[0]
            node = cast("Term", before.object)
        return Cells(tuple(members))

    def _end(self, node: Term, stated: list[Quad], before: Quad | None) -> tuple[Quad | None, str]:
        if stated:
            missing = "rdf:rest" if stated[0].predicate == RDF_FIRST else "rdf:first"
            return stated[0], f"a list without {missing} in one place"
        if before is not None:
            return before, f"a list that ends in {self.shown(node)} instead of rdf:nil"
        return None, self.shown(node)

    # Shapes

    @cached_property
    def shapes(self) -> dict[Node, None]:
        """Every node that SHACL takes for a shape.

        Spec: https://www.w3.org/TR/shacl/#shapes
        """
        found: dict[Node, None] = dict.fromkeys(self.instances("NodeShape", "PropertyShape"))
        stating = (*_TARGETS, *PARAMETERS, *self.own_parameters)
        for quad in self.with_predicate(*stating):
            found[cast("Node", quad.subject)] = None
        for quad in self.with_predicate(*SHAPES, *SHAPE_LISTS):
            for reference in self.shape_references(quad):
                if not isinstance(reference.object, Literal):
                    found[cast("Node", reference.object)] = None
        return found

    def shape_references(self, quad: Quad) -> Iterable[Quad]:
        """The triples whose objects are the shapes that a parameter names."""
        if quad.predicate in SHAPE_LISTS:
            return self.cells(cast("Term", quad.object)).members
        return (quad,) if quad.predicate in SHAPES else ()

    @cached_property
    def own_parameters(self) -> dict[NamedNode, bool]:
        """The parameters of the components that are not SHACL's, and has its component several?"""
        found: dict[NamedNode, bool] = {}
        for component in self.instances("ConstraintComponent"):
            parameters = self.values(component, sh("parameter"))
            for path in (path for each in parameters for path in self.values(each, sh("path"))):
                if isinstance(path, NamedNode) and not path.value.startswith(SH):
                    found[path] = found.get(path, False) or len(parameters) > 1
        return found

    @cached_property
    def property_shapes(self) -> set[Node]:
        """The shapes that are to have a path."""
        values = (quad.object for quad in self.with_predicate(sh("property")))
        nodes = {value for value in values if isinstance(value, Node)}
        return nodes.union(self.instances("PropertyShape"))

    # Names

    def of(self, quad: Quad) -> str:
        """The predicate of a triple, and whose it is: what messages begin with."""
        subject = cast("Node", quad.subject)
        named = self._nearest_named(subject)
        where = "of a blank node" if named is None else f"within {self.shown(named)}"
        if named == subject:
            where = f"of {self.shown(subject)}"
        return f"{self.shown(quad.predicate)} {where}"

    def name(self, node: Term) -> str:
        """A node for a message: labels of blank nodes are ours alone."""
        if isinstance(node, BlankNode):
            named = self._nearest_named(node)
            return f"a blank node within {self.shown(named)}" if named else "a blank node"
        return self.shown(node)

    def shown(self, term: Term) -> str:
        if isinstance(term, BlankNode):
            return "a blank node"
        if isinstance(term, NamedNode):
            return printable(_short(term))
        text = str(Literal(term.value, language=term.language))
        text = text if len(text) <= _LONGEST else f'{text[:_LONGEST]}…"'
        datatype = term.datatype.value in (XSD + "string", PREFIXES["rdf"] + "langString")
        return printable(text if datatype else f"{text}^^{_short(term.datatype)}")

    def _nearest_named(self, node: Node) -> NamedNode | None:
        """The node itself, or whoever with a name leads to it in the fewest steps."""
        seen = {node}
        frontier = [node]
        for each in frontier:
            if isinstance(each, NamedNode):
                return each
            for quad in self._leads_to.get(each, ()):
                subject = cast("Node", quad.subject)
                if subject not in seen:
                    seen.add(subject)
                    frontier.append(subject)
        return None


def _short(term: NamedNode) -> str:
    for namespace, prefix in _SHORT.items():
        if term.value.startswith(namespace):
            return prefix + term.value.removeprefix(namespace)
    return str(term)
