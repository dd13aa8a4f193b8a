"""SPARQL-based constraints and constraint components.

Spec: https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from graphsvc.errors import ShapesError
from graphsvc.paths import Term
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl.constraint import Constraint
from graphsvc.shacl.forms import Trails, stored, values
from graphsvc.shacl.model import Shape, ShapesGraph
from graphsvc.shacl.plan import Finding, Outcome, Row, Scope, Select, Source, Step, Trail, trail_of
from graphsvc.shacl.prebinding import Prebound, ShapesQuery, substituted
from graphsvc.shacl.written import SHAPES_GRAPH, skolem
from graphsvc.vocab import sh


@dataclass(frozen=True, eq=False)
class _Sparql(Constraint):
    node: Term  # that states the query
    parameters: Mapping[str, Term]

    def templates(self) -> tuple[Literal, ...]:
        messages = self.shape.graph.objects(self.node, sh("message"))
        return tuple(each for each in messages if isinstance(each, Literal))

    def query(self, text: Term) -> ShapesQuery:
        shape = self.shape
        bound = {
            "currentShape": str(skolem(shape.node)),
            "shapesGraph": str(SHAPES_GRAPH),
            **{name: str(value) for name, value in self.parameters.items()},
        }
        return ShapesQuery(text.value, shape.graph.prefixes(self.node), shape.path, bound)

    def told(self, focus_node: Term, cells: Mapping[str, Term | None]) -> ValidationResult:
        """The result that a solution stands for.

        Spec: https://www.w3.org/TR/shacl/#sparql-constraints-variables
        """
        failure = cells.get("failure")
        if failure is not None and failure.value in ("true", "1"):
            raise ShapesError(f"the query of {self} reports a failure about {focus_node}")
        path = cells.get("path")
        value = cells.get("value")
        if value is None and self.shape.path is None:
            value = focus_node
        return self.result(
            focus_node,
            value,
            path if isinstance(path, NamedNode) else None,
            messages=self._messages(focus_node, {**cells, "value": value}),
        )

    def _messages(self, focus_node: Term, cells: Mapping[str, Term | None]) -> tuple[Literal, ...]:
        message = cells.get("message")
        templates = (message,) if isinstance(message, Literal) else self.templates()
        values = {**self.parameters, **cells, "this": focus_node}
        return tuple(_filled(template, values) for template in templates)


def _filled(template: Literal, values: Mapping[str, Term | None]) -> Literal:
    text = substituted(template.value, values)
    if template.language is not None:
        return Literal(text, language=template.language)
    return Literal(text)


@dataclass(frozen=True, eq=False)
class SelectConstraint(_Sparql):
    """A query whose solutions are violations."""

    name = "SPARQL"

    @property
    def source_constraint(self) -> Term | None:
        return self.node

    def steps(self, scope: Scope) -> Iterator[Step]:
        for text in self.shape.graph.objects(self.node, sh("select")):
            yield _Solutions(self, scope, self.query(text).select(scope))


@dataclass(frozen=True)
class _Solutions:
    """A result for each solution of a query of the shapes graph."""

    constraint: _Sparql
    scope: Scope
    prebound: Prebound

    @property
    def severity(self) -> Severity:
        return self.constraint.severity

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        query = self.prebound.query
        if not self.prebound.each:
            trails = Trails(self.scope, source)
            for row in source.select(query):
                for trail in trails[trail_of(row, len(self.scope.trail))]:
                    yield from self._told(trail, row, source)
            return
        for found in source.select(self.scope.query):
            trail = trail_of(found, len(self.scope.trail))
            for row in source.select(replace(query, this=stored(trail[-1]))):
                yield from self._told(trail, row, source)

    def _told(self, trail: Trail, row: Row, source: Source) -> Iterator[Outcome]:
        names = (name[1:] for name in self.prebound.query.columns)
        cells = dict(zip(names, row, strict=True))
        for value in values(trail[-1], cells.get("value"), source):
            yield trail, self.constraint.told(trail[-1], {**cells, "value": value})

    def explain(self) -> Iterator[str]:
        asked = " (asked about each focus node)" if self.prebound.each else ""
        yield f"# {self.constraint}{asked}"
        if self.prebound.each:
            yield self.scope.query.text
        yield self.prebound.query.text


@dataclass(frozen=True, eq=False)
class _Custom(_Sparql):
    declared: NamedNode

    @property
    def component(self) -> NamedNode:
        return self.declared

    def __str__(self) -> str:
        return f"{self.shape.node} {self.declared}"


class CustomSelect(_Custom):
    """A SELECT-based validator: its solutions are violations."""

    name = "SelectValidator"

    def steps(self, scope: Scope) -> Iterator[Step]:
        for text in self.shape.graph.objects(self.node, sh("select")):
            yield _Solutions(self, scope, self.query(text).select(scope))


class CustomAsk(_Custom):
    """An ASK-based validator: false for a value node is a violation."""

    name = "AskValidator"

    def steps(self, scope: Scope) -> Iterator[Step]:
        values = scope.values(self.shape.path)
        for text in self.shape.graph.objects(self.node, sh("ask")):
            query = self.query(text).ask(scope, values)
            yield _Refused(self, scope, Select(values, query, (Finding(self),)))


@dataclass(frozen=True)
class _Refused:
    """A result for each value node that an ASK query is false for."""

    constraint: CustomAsk
    scope: Scope
    select: Select

    @property
    def severity(self) -> Severity:
        return self.constraint.severity

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        width = len(self.scope.trail)
        values = self.select.scope
        trails = Trails(values, source)
        for row in source.select(self.select.query):
            for trail in trails[trail_of(row, len(values.trail))]:
                yield trail[:width], self.constraint.told(trail[width - 1], {"value": trail[-1]})

    def explain(self) -> Iterator[str]:
        yield from self.select.explain()


@dataclass(frozen=True)
class Component:
    """A constraint component that a shapes graph declares.

    Spec: https://www.w3.org/TR/shacl/#sparql-constraint-components
    """

    node: NamedNode
    parameters: Mapping[str, NamedNode]  # predicates by variable name
    optional: frozenset[str]
    graph: ShapesGraph

    def constraints(self, shape: Shape) -> Iterator[Constraint]:
        """The constraint that it makes of a shape, if that states what it takes."""
        stated = {name: shape.values(iri) for name, iri in self.parameters.items()}
        if any(not stated[name] for name in stated.keys() - self.optional):
            return
        several = len(stated) == 1
        name = next(iter(stated))
        for value in stated[name] if several else stated[name][:1] or (None,):
            bound = {each: values[0] for each, values in stated.items() if values}
            if value is not None:
                bound[name] = value
            yield self._constraint(shape, bound)

    def _constraint(self, shape: Shape, bound: Mapping[str, Term]) -> Constraint:
        own = sh("nodeValidator" if shape.path is None else "propertyValidator")
        for predicate in (own, sh("validator")):
            for validator in self.graph.objects(self.node, predicate):
                if self.graph.objects(validator, sh("select")):
                    return CustomSelect(shape, validator, bound, self.node)
                if self.graph.objects(validator, sh("ask")):
                    return CustomAsk(shape, validator, bound, self.node)
        raise ShapesError(f"{self.node} has no validator for {shape.node}")


def read_constraint(shape: Shape, node: Term) -> Iterator[Constraint]:
    """The constraint that a value of sh:sparql states, unless it is deactivated."""
    if not shape.graph.is_true(node, sh("deactivated")):
        yield SelectConstraint(shape, node, {})


def read_components(graph: ShapesGraph) -> list[Component]:
    """The constraint components that a shapes graph declares."""
    return [
        _read(graph, node)
        for node in dict.fromkeys(graph.instances(sh("ConstraintComponent")))
        if isinstance(node, NamedNode) and graph.objects(node, sh("parameter"))
    ]


def _read(graph: ShapesGraph, node: NamedNode) -> Component:
    parameters: dict[str, NamedNode] = {}
    optional = set()
    for parameter in graph.objects(node, sh("parameter")):
        for path in graph.objects(parameter, sh("path")):
            if isinstance(path, NamedNode):
                name = re.split(r"[/#:]", path.value)[-1]
                parameters[name] = path
                if graph.is_true(parameter, sh("optional")):
                    optional.add(name)
    return Component(node, parameters, frozenset(optional), graph)
