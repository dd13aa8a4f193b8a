"""Shapes → constraints → plan.

Spec: https://www.w3.org/TR/shacl/#constraints
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graphsvc.errors import ShapesError
from graphsvc.paths import Term
from graphsvc.shacl import sparql
from graphsvc.shacl.components import (
    cardinality,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_based,
    string_based,
    value_range,
    value_type,
)
from graphsvc.shacl.constraint import ConstrainedShape, Constraint
from graphsvc.shacl.model import Shape, ShapesGraph, Targets
from graphsvc.shacl.plan import Scope, Step
from graphsvc.vocab import RDF_TYPE, RDFS_SUBCLASS_OF, sh

MAX_DEPTH = 50  # of shapes in each other


@dataclass(frozen=True)
class ShapePlan:
    """The steps that find what is wrong by one shape that has targets."""

    shape: Shape
    constrained: ConstrainedShape
    steps: tuple[Step, ...]

    def explain(self) -> str:
        """The queries, with what each is for."""
        lines = [f"# ===== {self.shape.node}"]
        for step in self.steps:
            lines.extend((*step.explain(), ""))
        return "\n".join(lines)


def compile_shapes(graph: ShapesGraph) -> list[ShapePlan]:
    """The plan of a shapes graph that is well-formed.

    Raises ShapesError if a shape leads back to itself.
    """
    compiler = _Compiler(graph)
    plans = []
    for shape in graph:
        constrained = compiler.constrained(shape.node)
        steps = tuple(constrained.steps(scope_of(shape.targets)))
        plans.append(ShapePlan(shape, constrained, steps))
    return plans


def scope_of(targets: Targets) -> Scope:
    """All the focus nodes.

    Spec: https://www.w3.org/TR/shacl/#targets
    """
    names = sparql.Names()
    this = names.new("this")
    patterns = [
        f"{this} {RDF_TYPE}/{RDFS_SUBCLASS_OF}* {sparql.term(class_)} ."
        for class_ in targets.classes
    ]
    patterns += [f"{this} {predicate} {names.new('object')} ." for predicate in targets.subjects_of]
    patterns += [f"{names.new('subject')} {predicate} {this} ." for predicate in targets.objects_of]
    if targets.nodes:
        patterns.append(f"VALUES {this} {{ {' '.join(map(sparql.term, targets.nodes))} }}")
    if len(patterns) > 1:
        patterns = [" UNION ".join(f"{{ {pattern} }}" for pattern in patterns)]
    literals = any(isinstance(node, Literal) for node in targets.nodes)
    return Scope(tuple(patterns), (this,), names, literals=literals or bool(targets.objects_of))


class _Compiler:
    """Reads the constraints of shapes, each shape once."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._known: dict[Term, ConstrainedShape] = {}
        self._within: list[Term] = []
        self._custom = sparql_based.read_components(graph)

    def constrained(self, node: Term) -> ConstrainedShape:
        if node in self._within:
            cycle = " → ".join(map(str, [*self._within[self._within.index(node) :], node]))
            raise ShapesError(
                f"a shape leads back to itself, which SHACL leaves undefined: {cycle}"
            )
        if len(self._within) > MAX_DEPTH:
            raise ShapesError(
                f"{node}: more than {MAX_DEPTH} shapes in each other; name some apart"
            )
        if node not in self._known:
            self._within.append(node)
            shape = self._graph.shape(node)
            constraints = () if shape.deactivated else tuple(self._constraints(shape))
            self._known[node] = ConstrainedShape(shape, constraints)
            self._within.pop()
        return self._known[node]

    def _constraints(self, shape: Shape) -> Iterator[Constraint]:
        for name, make in _SIMPLE.items():
            for value in shape.values(sh(name)):
                yield make(shape, value)
        yield from self._of_lists(shape)
        yield from self._of_shapes(shape)
        if shape.is_true(sh("uniqueLang")):
            yield string_based.UniqueLang(shape)
        if shape.is_true(sh("closed")):
            yield other.Closed(shape, tuple(self._allowed(shape)))
        for node in shape.values(sh("sparql")):
            yield from sparql_based.read_constraint(shape, node)
        for component in self._custom:
            yield from component.constraints(shape)

    def _of_lists(self, shape: Shape) -> Iterator[Constraint]:
        for head in shape.values(sh("in")):
            yield other.In(shape, tuple(self._graph.members(head)))
        for head in shape.values(sh("languageIn")):
            ranges = tuple(each.value for each in self._graph.members(head))
            yield string_based.LanguageIn(shape, ranges)
        for name, kind in _LOGICAL.items():
            for head in shape.values(sh(name)):
                members = tuple(map(self.constrained, self._graph.members(head)))
                yield kind(shape, members)

    def _of_shapes(self, shape: Shape) -> Iterator[Constraint]:
        for node in shape.values(sh("not")):
            yield logical.Not(shape, (self.constrained(node),))
        for node in shape.values(sh("node")):
            yield shape_based.Node(shape, self.constrained(node))
        for node in shape.values(sh("property")):
            yield shape_based.Property(shape, self.constrained(node))
        for node in shape.values(sh("qualifiedValueShape")):
            member, siblings = self.constrained(node), self._siblings(shape, node)
            for name, kind in _QUALIFIED.items():
                for number in shape.values(sh(name)):
                    yield kind(shape, sparql.number(number), member, siblings)

    def _siblings(self, shape: Shape, node: Term) -> tuple[ConstrainedShape, ...]:
        """Spec: https://www.w3.org/TR/shacl/#dfn-sibling-shapes."""
        if not shape.is_true(sh("qualifiedValueShapesDisjoint")):
            return ()
        found = {
            sibling: None
            for parent in self._graph.subjects(sh("property"), shape.node)
            for each in self._graph.objects(parent, sh("property"))
            for sibling in self._graph.objects(each, sh("qualifiedValueShape"))
            if sibling != node
        }
        return tuple(map(self.constrained, found))

    def _allowed(self, shape: Shape) -> Iterator[NamedNode]:
        for node in shape.values(sh("property")):
            path = self._graph.shape(node).path
            if isinstance(path, NamedNode):
                yield path
        for head in shape.values(sh("ignoredProperties")):
            for member in self._graph.members(head):
                assert isinstance(member, NamedNode)
                yield member


def _iri(term: Term) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise ShapesError(f"{term} stands where an IRI is wanted")
    return term


def _literal(term: Term) -> Literal:
    if not isinstance(term, Literal):
        raise ShapesError(f"{term} stands where a literal is wanted")
    return term


def _pattern(shape: Shape, value: Term) -> Constraint:
    flags = shape.value(sh("flags"))
    return string_based.Pattern(shape, value.value, flags.value if flags else "")


_SIMPLE: dict[str, Callable[[Shape, Term], Constraint]] = {
    "class": lambda shape, value: value_type.Class(shape, _iri(value)),
    "datatype": lambda shape, value: value_type.Datatype(shape, _iri(value)),
    "nodeKind": lambda shape, value: value_type.NodeKind(shape, _iri(value)),
    "minCount": lambda shape, value: cardinality.MinCount(shape, sparql.number(value)),
    "maxCount": lambda shape, value: cardinality.MaxCount(shape, sparql.number(value)),
    "minExclusive": lambda shape, value: value_range.MinExclusive(shape, _literal(value)),
    "minInclusive": lambda shape, value: value_range.MinInclusive(shape, _literal(value)),
    "maxExclusive": lambda shape, value: value_range.MaxExclusive(shape, _literal(value)),
    "maxInclusive": lambda shape, value: value_range.MaxInclusive(shape, _literal(value)),
    "minLength": lambda shape, value: string_based.MinLength(shape, sparql.number(value)),
    "maxLength": lambda shape, value: string_based.MaxLength(shape, sparql.number(value)),
    "pattern": _pattern,
    "equals": lambda shape, value: property_pair.Equals(shape, _iri(value)),
    "disjoint": lambda shape, value: property_pair.Disjoint(shape, _iri(value)),
    "lessThan": lambda shape, value: property_pair.LessThan(shape, _iri(value)),
    "lessThanOrEquals": lambda shape, value: property_pair.LessThanOrEquals(shape, _iri(value)),
    "hasValue": other.HasValue,
}
_LOGICAL: dict[str, Callable[[Shape, tuple[ConstrainedShape, ...]], Constraint]] = {
    "and": logical.And,
    "or": logical.Or,
    "xone": logical.Xone,
}
_QUALIFIED = {
    "qualifiedMinCount": shape_based.QualifiedMinCount,
    "qualifiedMaxCount": shape_based.QualifiedMaxCount,
}
