"""The constraints of a shapes graph: how many there are, and its own components written out.

rudof knows `sh:sparql`, but passes over constraint components that a shapes graph
declares itself. Their queries, with the values of the parameters put in, say the
same to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from graphsvc.vocab import RDF_TYPE, sh

# Each value of these is a constraint; what a component has beside is not counted.
_CORE = [
    *map(sh, ("class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive")),
    *map(sh, ("minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength")),
    *map(sh, ("pattern", "languageIn", "uniqueLang", "equals", "disjoint", "lessThan")),
    *map(sh, ("lessThanOrEquals", "not", "and", "or", "xone", "node", "qualifiedMinCount")),
    *map(sh, ("qualifiedMaxCount", "closed", "hasValue", "in", "sparql")),
]


@dataclass(frozen=True)
class Component:
    """A constraint component of the shapes' own: its parameters by name, and its query."""

    parameters: Mapping[str, NamedNode]
    query: str

    def uses(self, quads: Sequence[Quad]) -> Iterator[tuple[Quad, ...]]:
        """The values of all parameters at each shape that has them, in the parameters' order."""
        predicates = list(self.parameters.values())
        given: dict[object, dict[NamedNode, Quad]] = {}
        for quad in quads:
            if quad.predicate in predicates:
                given.setdefault(quad.subject, {})[quad.predicate] = quad
        for values in given.values():
            if len(values) == len(predicates):
                yield tuple(values[each] for each in predicates)

    def constraint(self, use: Sequence[Quad]) -> Iterator[Triple]:
        """One use of the component as a value of `sh:sparql`."""
        terms = {name: str(quad.object) for name, quad in zip(self.parameters, use, strict=True)}
        query = re.sub(r"\$(\w+)", lambda name: terms.get(name[1], name[0]), self.query)
        node = BlankNode()
        yield Triple(use[0].subject, sh("sparql"), node)
        yield Triple(node, RDF_TYPE, sh("SPARQLConstraint"))
        yield Triple(node, sh("select"), Literal(query))


def components(quads: Sequence[Quad]) -> list[Component]:
    """The components for property shapes that a shapes graph declares."""
    objects: dict[tuple[object, NamedNode], list[Any]] = {}
    for quad in quads:
        objects.setdefault((quad.subject, quad.predicate), []).append(quad.object)
    found = []
    for (component, predicate), parameters in objects.items():
        if predicate == sh("parameter"):
            paths = [objects[parameter, sh("path")][0] for parameter in parameters]
            (validator,) = objects[component, sh("propertyValidator")]
            (query,) = objects[validator, sh("select")]
            named = {re.split("[/#]", path.value)[-1]: path for path in paths}
            found.append(Component(named, query.value))
    return found


def write_out(quads: Sequence[Quad]) -> Iterator[Triple]:
    """A shapes graph that says with `sh:sparql` what it said with components of its own."""
    uses = [(component, use) for component in components(quads) for use in component.uses(quads)]
    replaced = {quad for _, use in uses for quad in use}
    for component, use in uses:
        yield from component.constraint(use)
    yield from (quad.triple for quad in quads if quad not in replaced)


def count(quads: Sequence[Quad]) -> dict[str, int]:
    """How many node shapes, property shapes and constraints there are, and how many of SPARQL."""
    parameters = {quad.object for quad in quads if quad.predicate == sh("parameter")}
    own = sum(1 for component in components(quads) for _ in component.uses(quads))
    types = [quad.object for quad in quads if quad.predicate == RDF_TYPE]
    used = [quad.predicate for quad in quads if quad.subject not in parameters]
    return {
        "node shapes": types.count(sh("NodeShape")),
        "property shapes": types.count(sh("PropertyShape")),
        "constraints": sum(map(used.count, _CORE)) + own,
        "constraints in SPARQL": used.count(sh("sparql")) + own,
    }
