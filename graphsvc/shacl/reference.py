"""pySHACL, the reference engine, behind one function.

Quads of ours go in, results of ours come out; rdflib and pySHACL are known to
this module alone. Blank nodes keep their labels on the way, so that a result
can be traced to the line it is about.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from pyshacl.errors import ShapeRecursionWarning, ValidationFailure
from rdflib.plugins import sparql
from rdflib.term import IdentifiedNode, Node

from graphsvc.errors import ShapesError
from graphsvc.paths import Term, read_path
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl.wellformed import demand, is_advanced
from graphsvc.vocab import OWL_IMPORTS, XSD, XSD_STRING, sh

sparql.SPARQL_LOAD_GRAPHS = False  # FROM <http://…> in a constraint would be fetched
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are results here
logging.getLogger("pyshacl-validate").disabled = True  # whatever it tells is raised as well

# The objects of a predicate and a subject, each once.
Objects = dict[NamedNode, dict[object, dict[Term, None]]]

# They are on for the term true alone, though "1" is the same value.
_SWITCHES = (sh("closed"), sh("deactivated"), sh("qualifiedValueShapesDisjoint"), sh("uniqueLang"))
_ONE = Literal("1", datatype=NamedNode(XSD + "boolean"))
_PREFIXES = (OWL_IMPORTS, sh("declare"), sh("prefixes"))
_SEVERITIES = {severity.iri: severity for severity in Severity}


class Reference:
    """The engine that pySHACL is; it keeps the data graph in memory, as rdflib does.

    Spec: https://www.w3.org/TR/shacl/#validation
    """

    def __init__(self) -> None:
        self._data_graph: list[Quad] = []

    def take(self, quads: Iterable[Quad]) -> None:
        """Add to the data graph; names of graphs are ignored."""
        self._data_graph += quads

    def validate(
        self,
        shapes_graph: Sequence[Quad],
        max_results: int | None = None,  # noqa: ARG002 - it cannot find fewer than there are
    ) -> list[ValidationResult]:
        """Validate the data graph against shapes; `max_results` is not heeded.

        Raises ShapesError as the function does.
        """
        return validate(self._data_graph, shapes_graph)


def validate(data_graph: Iterable[Quad], shapes_graph: Sequence[Quad]) -> list[ValidationResult]:
    """Validate the triples of `data_graph` against shapes.

    The results have no positions and stand in no particular order. Names of
    graphs are ignored; nothing is imported or fetched.

    Raises ShapesError if the shapes graph is not well-formed, or pySHACL cannot make
    sense of it.
    Spec: https://www.w3.org/TR/shacl/#validation
    """
    demand(shapes_graph, engine="pyshacl")
    data, shapes = _to_rdflib(data_graph), _to_rdflib(_prepared(shapes_graph))
    try:
        with warnings.catch_warnings():
            # pySHACL would go on and count the node as one that conforms.
            warnings.simplefilter("error", ShapeRecursionWarning)
            _, report, _ = pyshacl.validate(
                data,
                shacl_graph=shapes,
                inference="none",
                do_owl_imports=False,
                advanced=is_advanced(shapes_graph),
                inplace=True,
                max_validation_depth=50,
            )
        if isinstance(report, ValidationFailure):
            raise report
        return list(_results(cast("rdflib.Graph", report), shapes))
    except ShapeRecursionWarning as error:
        steps = str(error.message).rpartition("\n")[2]
        raise ShapesError(
            "a shape leads back to itself, which SHACL leaves undefined; let none "
            f"need itself, however indirectly: {steps}"
        ) from error
    except Exception as error:  # rdflib and pySHACL raise what they happen to, of many kinds
        message = " ".join(str(getattr(error, "message", "") or error).split())
        raise ShapesError(message or type(error).__name__) from error


def _prepared(shapes_graph: Iterable[Quad]) -> Iterator[Quad]:
    """The shapes graph as pySHACL must be given it to read it as SHACL says."""
    objects: Objects = {predicate: {} for predicate in _PREFIXES}
    for quad in shapes_graph:
        if quad.predicate in objects:
            value = cast("Term", quad.object)
            objects[quad.predicate].setdefault(quad.subject, {})[value] = None
        if quad.predicate not in _SWITCHES or quad.object != _ONE:
            yield quad
    for prefixes in objects[sh("prefixes")].values():
        for node in prefixes:
            yield from _imported_prefixes(cast("NamedNode", node), objects)


def _imported_prefixes(node: NamedNode, objects: Objects) -> Iterator[Quad]:
    """sh:prefixes leads along owl:imports, which pySHACL does not follow.

    Spec: https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    imported: list[Term] = [node]
    for each in imported:
        imported += [new for new in objects[OWL_IMPORTS].get(each, ()) if new not in imported]
        for declaration in objects[sh("declare")].get(each, ()):
            yield Quad(node, sh("declare"), declaration)


@lru_cache(maxsize=100)
def _parsed(query: str) -> sparql.sparql.Query:
    return sparql.prepareQuery(query)


class _Graph(rdflib.Graph):
    """A graph that parses a query once, not anew for each focus node."""

    def query(self, query_object: Any, *args: Any, **options: Any) -> rdflib.query.Result:
        if isinstance(query_object, str):
            query_object = _parsed(query_object)
        return super().query(query_object, *args, **options)


class _Literal(rdflib.Literal):
    """A literal that is not less than one that it cannot be compared with.

    rdflib raises TypeError then, of two years or an impossible date, and pySHACL
    would end there; SHACL wants a result.
    """

    def __lt__(self, other: Any) -> bool:
        return super().__lt__(other) is True

    def __le__(self, other: Any) -> bool:
        return super().__le__(other) is True


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
        return _Literal(term.value)
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


def _results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[ValidationResult]:
    # Nested results are in the graph too, but not the report's: sh:result alone leads to those.
    for node in report.objects(None, rdflib.SH.result):
        yield _result(report, shapes, cast("IdentifiedNode", node))


def _result(report: rdflib.Graph, shapes: rdflib.Graph, node: IdentifiedNode) -> ValidationResult:
    def one(name: str) -> Term | None:
        found = report.value(node, rdflib.SH[name])
        return None if found is None else _term(found)

    def objects(subject: Term, predicate: NamedNode) -> list[Term]:
        found = report.objects(_node(subject), rdflib.URIRef(predicate.value))
        return [_term(each) for each in found]

    path = one("resultPath")
    severity = cast("NamedNode", one("resultSeverity"))
    messages = set(report.objects(node, rdflib.SH.resultMessage))
    # A shape's own messages come before those of the constraint components that it uses.
    own = messages.intersection(
        shapes.objects(report.value(node, rdflib.SH.sourceShape), rdflib.SH.message)
    )
    return ValidationResult(
        focus_node=cast("Term", one("focusNode")),
        source_shape=cast("NamedNode | BlankNode", one("sourceShape")),
        source_constraint_component=cast("NamedNode", one("sourceConstraintComponent")),
        severity=_SEVERITIES.get(severity, Severity.VIOLATION),
        severity_iri=severity,
        result_path=None if path is None else read_path(path, objects),
        value=one("value"),
        source_constraint=one("sourceConstraint"),
        messages=cast("tuple[Literal, ...]", tuple(sorted(map(_term, own or messages), key=str))),
        details=tuple(
            sorted(
                (
                    _result(report, shapes, cast("IdentifiedNode", each))
                    for each in report.objects(node, rdflib.SH.detail)
                ),
                key=lambda result: result.sort_key,
            )
        ),
    )
