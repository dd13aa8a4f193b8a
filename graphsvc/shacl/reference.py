"""pySHACL, the reference engine, behind one function.

Quads of ours go in, results of ours come out; rdflib and pySHACL are known to
this module alone. Blank nodes keep their labels on the way, so that a result
can be traced to the line it is about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib.plugins import sparql
from rdflib.term import IdentifiedNode, Node

from graphsvc.errors import ShapesError
from graphsvc.paths import Term, read_path
from graphsvc.queries import read_query
from graphsvc.report import Severity, ValidationResult
from graphsvc.vocab import OWL_IMPORTS, XSD, XSD_STRING, sh

sparql.SPARQL_LOAD_GRAPHS = False  # FROM <http://…> in a constraint would be fetched
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are results here

_QUERIES = (sh("select"), sh("ask"), sh("construct"), sh("update"))
# They are on for the term true alone, though "1" is the same value.
_SWITCHES = (sh("closed"), sh("deactivated"), sh("qualifiedValueShapesDisjoint"), sh("uniqueLang"))
_ONE = Literal("1", datatype=NamedNode(XSD + "boolean"))
_SEVERITIES = {severity.iri: severity for severity in Severity}


def validate(data_graph: Iterable[Quad], shapes_graph: Iterable[Quad]) -> list[ValidationResult]:
    """Validate the triples of `data_graph` against shapes.

    The results have no positions and stand in no particular order. Names of
    graphs are ignored; nothing is imported or fetched.

    Raises ShapesError if pySHACL cannot make sense of the shapes graph.
    Spec: https://www.w3.org/TR/shacl/#validation
    """
    try:
        _, report, text = pyshacl.validate(
            _to_rdflib(data_graph),
            shacl_graph=_to_rdflib(_prepared(shapes_graph)),
            inference="none",
            do_owl_imports=False,
            advanced=False,
            inplace=True,
            max_validation_depth=50,
        )
    except (ReportableRuntimeError, RuntimeError, RecursionError, KeyError) as error:
        message = " ".join(str(getattr(error, "message", error)).split())
        raise ShapesError(f"shapes/: error: {message}") from error
    if not isinstance(report, rdflib.Graph):
        detail = report.message if isinstance(report, ValidationFailure) else text
        raise ShapesError(f"shapes/: error: {' '.join(str(detail).split())}")
    return list(_results(report))


def _prepared(shapes_graph: Iterable[Quad]) -> Iterator[Quad]:
    """The shapes graph as pySHACL must be given it to read it as SHACL says.

    Raises ShapesError for a query that would fetch something.
    """
    objects: dict[NamedNode, dict[object, list[Term]]] = {
        OWL_IMPORTS: {},
        sh("declare"): {},
        sh("prefixes"): {},
    }
    for quad in shapes_graph:
        subject, predicate, object_ = quad.subject, quad.predicate, cast("Term", quad.object)
        if predicate in _QUERIES and read_query(cast("Literal", object_).value).calls_service:
            raise ShapesError(
                f"shapes/: error: the query of {subject} calls a SERVICE; a validation "
                "fetches nothing, so put what it needs into the publication"
            )
        if predicate in objects:
            objects[predicate].setdefault(subject, []).append(object_)
        if predicate not in _SWITCHES or object_ != _ONE:
            yield quad
    for prefixes in objects[sh("prefixes")].values():
        for node in prefixes:
            yield from _imported_prefixes(cast("NamedNode", node), objects)


def _imported_prefixes(
    node: NamedNode, objects: Mapping[NamedNode, Mapping[object, Sequence[Term]]]
) -> Iterator[Quad]:
    """sh:prefixes leads along owl:imports, which pySHACL does not follow.

    Spec: https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    imported: list[Term] = [node]
    for each in imported:
        imported += [new for new in objects[OWL_IMPORTS].get(each, ()) if new not in imported]
        for declaration in objects[sh("declare")].get(each, ()):
            yield Quad(node, sh("declare"), declaration)


def _to_rdflib(quads: Iterable[Quad]) -> rdflib.Graph:
    graph = _Graph(bind_namespaces="none")
    for quad in quads:
        subject, object_ = cast("Term", quad.subject), cast("Term", quad.object)
        graph.add((_node(subject), rdflib.URIRef(quad.predicate.value), _node(object_)))
    return graph


def _node(term: Term) -> Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return _Literal(term.value, lang=term.language)
    if term.datatype == XSD_STRING:  # of which rdflib has two kinds: SPARQL knows the plain one
        return rdflib.Literal(term.value)
    datatype = rdflib.URIRef(term.datatype.value)
    return _Literal(term.value, datatype=datatype, normalize=False)


def _term(node: Node) -> Term:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    literal = cast("rdflib.Literal", node)
    if literal.language:
        return Literal(str(literal), language=literal.language)
    datatype = literal.datatype or rdflib.XSD.string
    return Literal(str(literal), datatype=NamedNode(str(datatype)))


def _results(report: rdflib.Graph) -> Iterator[ValidationResult]:
    # Nested results are in the graph too, but not the report's: sh:result alone leads to those.
    for node in report.objects(None, rdflib.SH.result):
        yield _result(report, cast("IdentifiedNode", node))


def _result(report: rdflib.Graph, node: IdentifiedNode) -> ValidationResult:
    def one(name: str) -> Term | None:
        found = report.value(node, rdflib.SH[name])
        return None if found is None else _term(found)

    def objects(subject: Term, predicate: NamedNode) -> list[Term]:
        found = report.objects(_node(subject), rdflib.URIRef(predicate.value))
        return [_term(each) for each in found]

    path = one("resultPath")
    severity = cast("NamedNode", one("resultSeverity"))
    messages = {_term(each) for each in report.objects(node, rdflib.SH.resultMessage)}
    return ValidationResult(
        focus_node=cast("Term", one("focusNode")),
        source_shape=cast("NamedNode | BlankNode", one("sourceShape")),
        source_constraint_component=cast("NamedNode", one("sourceConstraintComponent")),
        severity=_SEVERITIES.get(severity, Severity.VIOLATION),
        severity_iri=severity,
        result_path=None if path is None else read_path(path, objects),
        value=one("value"),
        source_constraint=one("sourceConstraint"),
        messages=cast("tuple[Literal, ...]", tuple(sorted(messages, key=str))),
        details=tuple(
            sorted(
                (
                    _result(report, cast("IdentifiedNode", each))
                    for each in report.objects(node, rdflib.SH.detail)
                ),
                key=lambda result: result.sort_key,
            )
        ),
    )
