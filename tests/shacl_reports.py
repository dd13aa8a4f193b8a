"""W3C validation reports as canonical sets of triples, to compare whole reports with."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from graphsvc.report import ValidationReport
from graphsvc.reports.context import ReportContext
from graphsvc.reports.formats import write_report
from graphsvc.vocab import RDF_FIRST, RDF_REST, RDF_TYPE, sh

_INNER = {sh("result"), sh("detail"), sh("resultPath"), RDF_FIRST, RDF_REST} | {
    sh(f"{kind}Path") for kind in ("inverse", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne")
}


def report_nodes(quads: Iterable[Quad]) -> list[NamedNode | BlankNode]:
    """The validation reports that a graph holds."""
    report = sh("ValidationReport")
    return [
        quad.subject
        for quad in quads
        if (quad.predicate, quad.object) == (RDF_TYPE, report)
        and isinstance(quad.subject, NamedNode | BlankNode)
    ]


def report_graph(quads: Collection[Quad], node: object) -> list[Quad]:
    """A report's own triples: its results and their paths, but nothing of what they are about."""
    by_subject: dict[object, list[Quad]] = {}
    for quad in quads:
        by_subject.setdefault(quad.subject, []).append(quad)
    found: list[Quad] = []
    nodes = [node]
    for each in nodes:
        for quad in by_subject.get(each, ()):
            found.append(quad)
            if (
                quad.predicate in _INNER
                and isinstance(quad.object, BlankNode)
                and quad.object not in nodes
            ):
                nodes.append(quad.object)
    return found


def graph_of_report(report: ValidationReport) -> list[Quad]:
    """The triples of a report of ours, as its Turtle has them."""
    turtle = write_report(report, "turtle", ReportContext())
    quads = list(parse(turtle.encode(), RdfFormat.TURTLE))
    (node,) = report_nodes(quads)
    return report_graph(quads, node)


def canonical(quads: Iterable[Quad]) -> list[str]:
    """The triples under canonical blank-node labels, sorted: equal lists are isomorphic graphs."""
    graph = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, graph))


def compared(actual: ValidationReport, expected: Collection[Quad]) -> tuple[list[str], list[str]]:
    """Two lists that are equal if the reports are, in all that the expected one states at all."""
    stated = {quad.predicate for quad in expected}
    graph = [quad for quad in graph_of_report(actual) if quad.predicate in stated]
    (node,) = report_nodes(graph)
    return canonical(report_graph(graph, node)), canonical(expected)
