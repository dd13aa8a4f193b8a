"""Constraints in SPARQL, constraint components, and the prefixes that they use.

Spec: https://www.w3.org/TR/shacl/#sparql-constraint-components
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.literals import NC_NAME
from graphsvc.paths import Term
from graphsvc.shacl.wellformed_graph import Node, ShapesFault, StatedGraph
from graphsvc.shacl.wellformed_parameters import Faults, Kind, is_true, several, wrong_value
from graphsvc.shacl.wellformed_sparql import FORMS, PATH, Use, is_iri, mentions, query_faults
from graphsvc.vocab import OWL_IMPORTS, PREFIXES, SH, sh

# With what each kind of validator can come, the usual first.
_VALIDATORS = {
    sh("validator"): (sh("ask"),),
    sh("nodeValidator"): (sh("select"), sh("ask")),
    sh("propertyValidator"): (sh("select"), sh("ask")),
}
_RESERVED = {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}
_LOCAL_NAME = re.compile(NC_NAME + r"\Z")
_VARIABLE_NAME = re.compile(r"\w+")
_PREFIX_NAME = re.compile(r"([^\W\d_]([\w.\-]*[\w\-])?)?")
# pySHACL knows them without being told.
_OF_PYSHACL = {prefix: PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl")}
_ARTICLES = {sh("ask"): "an ASK", sh("select"): "a SELECT"}

Uses = dict[tuple[Term, NamedNode], Use]


def sparql_faults(graph: StatedGraph, *, lenient: bool) -> Faults:
    """What is wrong with constraints and validators; pySHACL is lenient."""
    yield from _declaration_faults(graph)
    for quad in graph.with_predicate(sh("sparql")):
        yield from _constraint_faults(graph, quad)
    for component, quad in _components(graph).items():
        yield from _component_faults(graph, component, quad)
    everywhere = (cast("Term", quad.subject) for quad in graph.with_predicate(sh("declare")))
    known = {**_OF_PYSHACL, **_prefixes(graph, everywhere)} if lenient else {}
    uses = _uses(graph)
    for quad in graph.with_predicate(*FORMS):
        subject = cast("Term", quad.subject)
        queries = graph.quads(subject, quad.predicate)
        if len(queries) == 1:
            use = uses.get((subject, quad.predicate), Use())
            prefixes = {**known, **_prefixes(graph, graph.values(subject, sh("prefixes")))}
            yield from query_faults(
                graph, quad, replace(use, prefixes=prefixes, of_pyshacl=lenient)
            )
        elif quad == queries[0]:
            what = f"{graph.of(quad)} has {len(queries)} queries; one of them is wanted"
            yield ShapesFault(queries[1], what)


def _uses(graph: StatedGraph) -> Uses:
    found: Uses = {}
    for component in _components(graph):
        parameters = graph.values(component, sh("parameter"))
        names = {_local_name(path) for each in parameters for path in _paths(graph, each)}
        used = _is_used(graph, component)
        of_select = Use({}, frozenset(names), names_this=True, by_shapes=used)
        of_ask = Use({}, frozenset(names | {"value"}), by_shapes=used)
        for validator in _VALIDATORS:
            for node in graph.values(component, validator):
                found[node, sh("select")], found[node, sh("ask")] = of_select, of_ask
    for quad in graph.with_predicate(sh("sparql")):
        use = Use({}, frozenset(), names_this=True, by_shapes=True)
        found[cast("Term", quad.object), sh("select")] = use
    return found


def _constraint_faults(graph: StatedGraph, quad: Quad) -> Faults:
    constraint = cast("Term", quad.object)
    if isinstance(constraint, Literal):
        return
    queries = graph.values(constraint, sh("select"))
    if not queries:
        what = f"{graph.of(quad)} has no sh:select; give it a SELECT query"
        yield ShapesFault(quad, what)
    elif not graph.states(cast("Term", quad.subject), sh("path")) and any(
        isinstance(query, Literal) and mentions(query.value, PATH) for query in queries
    ):
        what = f"names ${PATH}, but its shape has no sh:path; leave it to property shapes"
        yield ShapesFault(quad, f"{graph.of(quad)} {what}")


# Constraint components


def _components(graph: StatedGraph) -> dict[Node, Quad]:
    """The constraint components that are not SHACL's own."""
    return {
        component: quad
        for component, quad in graph.instances("ConstraintComponent").items()
        if not (isinstance(component, NamedNode) and component.value.startswith(SH))
    }


def _component_faults(graph: StatedGraph, component: Node, quad: Quad) -> Faults:
    parameters = graph.quads(component, sh("parameter"))
    for parameter in parameters:
        yield from _parameter_faults(graph, parameter)
    validators = [each for kind in _VALIDATORS for each in graph.quads(component, kind)]
    for validator in validators:
        yield from _validator_faults(graph, validator)
    name = graph.name(component)
    if not _mandatory(graph, component):
        which = "but optional ones" if parameters else "at all"
        what = f"{name} has no sh:parameter {which}; a constraint component needs one"
        yield ShapesFault(quad, what)
    elif _is_used(graph, component) and not any(_queries(graph, each) for each in validators):
        what = f"{name} has no validator in SPARQL; give it a sh:validator with a sh:ask, or a"
        what += " sh:nodeValidator and a sh:propertyValidator with a sh:select"
        yield ShapesFault(quad, what)


def _mandatory(graph: StatedGraph, component: Node) -> list[Term]:
    parameters = graph.values(component, sh("parameter"))
    return [each for each in parameters if not is_true(graph, each, sh("optional"))]


def _is_used(graph: StatedGraph, component: Node) -> bool:
    """Does a shape state all that it needs? What parameters state, no data will meet."""
    needed = [path for each in _mandatory(graph, component) for path in _paths(graph, each)]
    if not needed or not all(path in graph.own_parameters for path in needed):
        return False
    users = [cast("Node", quad.subject) for quad in graph.with_predicate(needed[0])]
    return any(
        all(graph.states(user, path) for path in needed)
        and not graph.leading_to(user, sh("parameter"))
        for user in users
    )


def _queries(graph: StatedGraph, quad: Quad) -> list[Quad]:
    """The queries of a validator that suit it."""
    suitable = _VALIDATORS[quad.predicate]
    return [each for kind in suitable for each in graph.quads(cast("Term", quad.object), kind)]


def _validator_faults(graph: StatedGraph, quad: Quad) -> Faults:
    is_script = graph.states(cast("Term", quad.object), sh("jsFunctionName"))
    if not is_script and not _queries(graph, quad):
        wanted = _VALIDATORS[quad.predicate][0]
        what = f"has no {graph.shown(wanted)}; give it {_ARTICLES[wanted]} query"
        yield ShapesFault(quad, f"{graph.of(quad)} {what}")


def _parameter_faults(graph: StatedGraph, quad: Quad) -> Faults:
    parameter = cast("Term", quad.object)
    paths = graph.quads(parameter, sh("path"))
    if len(paths) != 1:
        what = f"has {len(paths)} sh:path; give it one, the predicate that states its value"
        yield ShapesFault(quad, f"{graph.of(quad)} {what}")
        return
    path = cast("Term", paths[0].object)
    of = graph.of(paths[0])
    if not isinstance(path, NamedNode):
        what = f"is {graph.shown(path)}; the path of a parameter is an IRI"
        yield ShapesFault(paths[0], f"{of} {what}")
        return
    name = _local_name(path)
    what = "which SHACL takes for itself" if name in _RESERVED else "which no variable can have"
    if name in _RESERVED or not _VARIABLE_NAME.fullmatch(name):
        what = f"is {graph.shown(path)} with the local name {name!r}, {what}; choose another"
        yield ShapesFault(paths[0], f"{of} {what}")


def _paths(graph: StatedGraph, parameter: Term) -> list[NamedNode]:
    paths = graph.values(parameter, sh("path"))
    return [path for path in paths if isinstance(path, NamedNode)]


def _local_name(path: NamedNode) -> str:
    found = _LOCAL_NAME.search(path.value)
    return found[0] if found else ""


# Prefixes


def _is_prefix(value: Term) -> bool:
    return isinstance(value, Literal) and bool(_PREFIX_NAME.fullmatch(value.value))


def _is_namespace(value: Term) -> bool:
    return isinstance(value, Literal) and is_iri(value.value)


_DECLARES: dict[NamedNode, Kind] = {
    sh("prefix"): (_is_prefix, "a prefix is wanted, in quotes and without a colon"),
    sh("namespace"): (_is_namespace, 'an IRI is wanted, as "…"^^xsd:anyURI'),
}


def _declaration_faults(graph: StatedGraph) -> Faults:
    """Spec: https://www.w3.org/TR/shacl/#sparql-prefixes."""
    for quad in graph.with_predicate(sh("declare")):
        for predicate, kind in _DECLARES.items():
            found = graph.quads(cast("Term", quad.object), predicate)
            if not found:
                what = f"{graph.of(quad)} has no {graph.shown(predicate)}; {kind[1]}"
                yield ShapesFault(quad, what)
            elif len(found) > 1:
                yield several(graph, found)
            elif fault := wrong_value(graph, found[0], kind):
                yield fault
    for ontologies in {tuple(graph.values(each, sh("prefixes"))) for each in _with_prefixes(graph)}:
        yield from _conflicts(graph, ontologies)


def _with_prefixes(graph: StatedGraph) -> Iterator[Term]:
    return (cast("Term", quad.subject) for quad in graph.with_predicate(sh("prefixes")))


def _conflicts(graph: StatedGraph, ontologies: Iterable[Term]) -> Faults:
    first: dict[str, str] = {}
    for prefix, namespace, quad in _declared(graph, ontologies):
        if first.setdefault(prefix, namespace) != namespace:
            what = f"is {prefix!r} for <{namespace}>, and for <{first[prefix]}> elsewhere"
            yield ShapesFault(quad, f"{graph.of(quad)} {what}; choose another")


def _prefixes(graph: StatedGraph, ontologies: Iterable[Term]) -> dict[str, str]:
    return {prefix: namespace for prefix, namespace, _ in _declared(graph, ontologies)}


def _declared(graph: StatedGraph, ontologies: Iterable[Term]) -> Iterator[tuple[str, str, Quad]]:
    """The prefixes and namespaces that ontologies and what they import declare."""
    for ontology in ontologies:
        for each in graph.reachable(ontology, OWL_IMPORTS):
            for declaration in graph.values(each, sh("declare")):
                for quad in graph.quads(declaration, sh("prefix")):
                    for namespace in graph.values(declaration, sh("namespace")):
                        prefix = cast("Term", quad.object)
                        if _is_prefix(prefix) and _is_namespace(namespace):
                            yield prefix.value, namespace.value, quad
