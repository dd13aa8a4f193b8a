"""pySHACL, the reference engine, behind one function.

Quads of ours go in, results of ours come out; rdflib and pySHACL are known to
this module alone. Blank nodes keep their labels on the way, so that a result
can be traced to the line it is about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import cast

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
from graphsvc.vocab import sh

sparql.SPARQL_LOAD_GRAPHS = False  # FROM <http://…> in a constraint would be fetched
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are results here

_QUERIES = (sh("select"), sh("ask"), sh("construct"), sh("update"))
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
            shacl_graph=_to_rdflib(_without_federation(shapes_graph)),
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


def _without_federation(shapes_graph: Iterable[Quad]) -> Iterator[Quad]:
    for quad in shapes_graph:
        if quad.predicate in _QUERIES and isinstance(quad.object, Literal):
            query = read_query(quad.object.value)
            if query.calls_service:
                raise ShapesError(
                    f"shapes/: error: the query of {quad.subject} calls a SERVICE; a validation "
                    "fetches nothing, so put what it needs into the publication"
                )
        yield quad


def _to_rdflib(quads: Iterable[Quad]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
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
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


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
