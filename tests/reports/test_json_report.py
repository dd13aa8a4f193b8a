from __future__ import annotations

import json
from typing import Any

import pytest
from findings import COMPARED, CONTEXT, HOMEPAGE, HOSTILE, UNREADABLE, finding, hostile
from pyoxigraph import BlankNode, Literal

from graphsvc.paths import Inverse
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports.json import write


def written(report: ValidationReport) -> Any:
    return json.loads(write(report, CONTEXT))


def test_the_shape_of_the_document_is_the_documented_one() -> None:
    assert written(ValidationReport((finding(),))) == {
        "conforms": False,
        "counts": {"violation": 1, "warning": 0, "info": 0},
        "results": [
            {
                "severity": "violation",
                "severity_iri": "http://www.w3.org/ns/shacl#Violation",
                "message": "A homepage has an address that opens.",
                "messages": {
                    "sv": "En webbplats har en adress som går att öppna.",
                    "en": "A homepage has an address that opens.",
                },
                "focus_node": {"type": "iri", "value": "https://example.org/id/cluster/compare"},
                "result_path": "<http://xmlns.com/foaf/0.1/homepage>",
                "value": {"type": "iri", "value": "https://wwwcompare.se/"},
                "source_shape": {
                    "type": "iri",
                    "value": "https://example.org/shapes/Cluster-homepage",
                },
                "source_constraint_component": (
                    "http://www.w3.org/ns/shacl#PatternConstraintComponent"
                ),
                "source_constraint": None,
                "file": "data/clusters.ttl",
                "line": 57,
                "column": None,
                "shape_file": "shapes/cluster.ttl",
                "shape_line": 12,
                "known": False,
                "details": [],
            }
        ],
        "errors": [],
        "baseline": None,
        "known_counts": {"violation": 0, "warning": 0, "info": 0},
        "mended": [],
        "cut_at": None,
    }


def test_a_conforming_report_conforms() -> None:
    assert written(ValidationReport())["conforms"] is True


def test_every_kind_of_term_says_what_it_is() -> None:
    result = finding(focus_node=BlankNode("f0b0"), value=Literal("å", language="sv"))
    described = written(ValidationReport((result,)))["results"][0]
    assert described["focus_node"] == {"type": "blank_node", "value": "f0b0"}
    assert described["value"] == {
        "type": "literal",
        "value": "å",
        "datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        "language": "sv",
    }


def test_a_path_is_in_the_syntax_of_sparql() -> None:
    result = finding(result_path=Inverse(HOMEPAGE))
    described = written(ValidationReport((result,)))["results"][0]
    assert described["result_path"] == "^<http://xmlns.com/foaf/0.1/homepage>"


def test_messages_in_no_language_and_several_of_one_are_kept() -> None:
    texts = (Literal("plain"), Literal("one", language="en"), Literal("two", language="en"))
    described = written(ValidationReport((finding(messages=texts),)))["results"][0]
    assert described["messages"] == {"": "plain", "en": "one\ntwo"}


def test_details_have_the_shape_of_results() -> None:
    described = written(ValidationReport((finding(details=(finding(),)),)))["results"][0]
    assert described["details"][0].keys() == described.keys()


def test_letters_stay_readable() -> None:
    assert "går att öppna" in write(ValidationReport((finding(),)), CONTEXT)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_values_come_back_whole(text: str) -> None:
    results = written(hostile(text))["results"]
    assert [result["value"]["value"] for result in results] == [text] * 4


def test_unreadable_files_leave_conforms_open() -> None:
    document = json.loads(write(ValidationReport(), UNREADABLE))
    assert document["conforms"] is None
    assert document["results"] == []
    assert document["errors"] == [
        {
            "message": "no dot; end the statement with one",
            "file": "data/a.ttl",
            "line": 41,
            "column": 9,
        },
        {
            "message": "wrong UTF-8; save the file as UTF-8",
            "file": "data/b.ttl",
            "line": 1,
            "column": None,
        },
    ]


def test_what_is_known_is_marked_and_what_is_mended_listed() -> None:
    document = written(COMPARED)
    assert [result["known"] for result in document["results"]] == [True, False]
    assert document["counts"] == {"violation": 1, "warning": 1, "info": 0}
    assert document["known_counts"] == {"violation": 1, "warning": 0, "info": 0}
    assert document["baseline"] == "known.json"
    assert document["mended"][1] == {
        "message": "A title.",
        "about": "focus cluster:b",
        "count": 2,
        "left": 3,
        "file": "known.json",
        "line": 9,
    }


@pytest.mark.parametrize("results", [(), (finding(),)])
def test_a_report_that_is_cut_says_so_and_does_not_conform(
    results: tuple[ValidationResult, ...],
) -> None:
    document = written(ValidationReport(results, cut_at=1))
    assert (document["cut_at"], document["conforms"]) == (1, False)
