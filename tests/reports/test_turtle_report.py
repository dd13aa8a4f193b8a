from __future__ import annotations

import pytest
from findings import COMPARED, CONTEXT, CUT, HOMEPAGE, HOSTILE, UNREADABLE, finding, hostile
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    RdfFormat,
    parse,
)

from graphsvc.paths import Alternative, Inverse, Repeated, Sequence
from graphsvc.report import Severity, ValidationReport
from graphsvc.reports.turtle import write
from graphsvc.vocab import PREFIXES, sh


def graph(turtle: str) -> Dataset:
    dataset = Dataset(parse(turtle.encode(), RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_graph_is_the_w3c_report() -> None:
    path = Sequence((Inverse(HOMEPAGE), Alternative((HOMEPAGE, Repeated(HOMEPAGE, "+")))))
    result = finding(
        result_path=path,
        value=BlankNode("f0b1"),
        source_constraint=BlankNode("f1b0"),
        severity=Severity.INFO,
        severity_iri=Severity.INFO.iri,
        details=(finding(value=None, messages=()),),
    )
    assert graph(write(ValidationReport((result,)), CONTEXT)) == graph("""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        [] a sh:ValidationReport ; sh:conforms false ; sh:result [
            a sh:ValidationResult ;
            sh:focusNode <https://example.org/id/cluster/compare> ;
            sh:resultPath ( [ sh:inversePath foaf:homepage ]
                [ sh:alternativePath ( foaf:homepage [ sh:oneOrMorePath foaf:homepage ] ) ] ) ;
            sh:value _:x ;
            sh:resultSeverity sh:Info ;
            sh:sourceConstraintComponent sh:PatternConstraintComponent ;
            sh:sourceConstraint _:y ;
            sh:sourceShape <https://example.org/shapes/Cluster-homepage> ;
            sh:resultMessage "En webbplats har en adress som går att öppna."@sv ,
                "A homepage has an address that opens."@en ;
            sh:detail [
                a sh:ValidationResult ;
                sh:focusNode <https://example.org/id/cluster/compare> ;
                sh:resultPath foaf:homepage ;
                sh:resultSeverity sh:Violation ;
                sh:sourceConstraintComponent sh:PatternConstraintComponent ;
                sh:sourceShape <https://example.org/shapes/Cluster-homepage>
            ]
        ] .
    """)


def test_a_conforming_report_says_so_and_no_more() -> None:
    assert graph(write(ValidationReport(), CONTEXT)) == graph(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:ValidationReport ; sh:conforms true ."
    )


def test_a_severity_of_the_shapes_own_is_kept() -> None:
    own = NamedNode("https://example.org/Blocker")
    written = graph(write(ValidationReport((finding(severity_iri=own),)), CONTEXT))
    assert [quad.object for quad in written.quads_for_predicate(sh("resultSeverity"))] == [own]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_literals_come_back_whole(text: str) -> None:
    written = graph(write(hostile(text), CONTEXT))
    values = {quad.object for quad in written.quads_for_predicate(sh("value"))}
    assert values == {
        Literal(text),
        Literal(text, language="sv"),
        Literal(text, datatype=HOMEPAGE),
    }


def test_our_blank_nodes_are_not_taken_for_those_of_the_data() -> None:
    results = [finding(focus_node=BlankNode(label)) for label in ("r0", "r1", "r2")]
    written = graph(write(ValidationReport(tuple(results)), CONTEXT))
    assert len(list(written.quads_for_predicate(sh("focusNode")))) == 3
    assert {quad.subject for quad in written}.isdisjoint(
        quad.object for quad in written.quads_for_predicate(sh("focusNode"))
    )


def test_the_same_report_is_the_same_bytes() -> None:
    report = ValidationReport((finding(result_path=Inverse(HOMEPAGE)),))
    assert write(report, CONTEXT) == write(report, CONTEXT)


def test_only_prefixes_that_are_used_are_declared_in_order() -> None:
    lines = write(ValidationReport((finding(),)), CONTEXT).splitlines()
    declared = [line.split()[1] for line in lines if line.startswith("@prefix")]
    assert declared == ["cluster:", "foaf:", "rdf:", "sh:", "shapes:", "xsd:"]


def test_unreadable_files_leave_no_report_but_comments() -> None:
    written = write(ValidationReport(), UNREADABLE)
    assert len(graph(written)) == 0
    assert "# data/a.ttl:41:9: error: no dot; end the statement with one\n" in written


def test_what_a_baseline_knows_is_told_in_comments_and_changes_no_triple() -> None:
    written = write(COMPARED, CONTEXT)
    plain = ValidationReport(COMPARED.results)
    assert graph(written) == graph(write(plain, CONTEXT))
    assert written.startswith(
        "# Of these results 1 is known in known.json.\n# known.json:7: mended;"
    )


def test_a_report_that_is_cut_says_so_in_a_triple_and_does_not_conform() -> None:
    for report in (CUT, ValidationReport(cut_at=1)):
        written = graph(write(report, CONTEXT))
        (comment,) = written.quads_for_predicate(NamedNode(PREFIXES["rdfs"] + "comment"))
        (conforms,) = written.quads_for_predicate(sh("conforms"))
        assert comment.subject == conforms.subject
        assert comment.object == Literal("cut at 1 finding, there may be more", language="en")
        assert str(conforms.object).startswith('"false"')
