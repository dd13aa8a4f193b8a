"""Every shape of shapes/ with what it lets pass and what it stops, to the line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse
from shacl_reports import canonical, graph_of_report, report_graph, report_nodes

from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.sources import Publication
from graphsvc.validation import validate
from graphsvc.vocab import RDF_TYPE, sh

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = Path(__file__).parent / "examples"
BASE = "https://w3id.org/s3-cluster-pilot/"
SHAPES = BASE + "shapes#"
NAMES = sorted(path.name for path in EXAMPLES.iterdir())
CONSTRAINTS = "constraints"  # the file of what the shapes of several classes use

_MARK = re.compile(r"#!((?: \S+)+)$")


@dataclass(frozen=True)
class Outcome:
    """What validation said of one example file: of the shapes, and of the checks."""

    results: tuple[ValidationResult, ...]
    file: Path

    @property
    def of_shapes(self) -> ValidationReport:
        return ValidationReport.of(
            each for each in self.results if each.source_shape.value.startswith(SHAPES)
        )


def read(path: Path) -> list[Quad]:
    return list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE))


@cache
def outcome(name: str, file: str) -> Outcome:
    """Validate one example with the shipped ontology, shapes and (but for graphs) settings."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        toml = (ROOT / "graphsvc.toml").read_text(encoding="utf-8").partition("[graphs]")[0]
        toml = re.sub("^default_graph.*", "", toml, flags=re.MULTILINE)
        (root / "graphsvc.toml").write_text(toml, encoding="utf-8")
        for part in ("ontology", "shapes"):
            shutil.copytree(ROOT / part, root / part)
        (root / "data").mkdir()
        example = root / "data" / "example.ttl"
        shutil.copyfile(EXAMPLES / name / file, example)
        report = validate(Publication.open(root)).report
        return Outcome(report.results, example)


def shapes_graph() -> list[Quad]:
    return [quad for path in sorted((ROOT / "shapes").glob("*.ttl")) for quad in read(path)]


def shape_names(quads: list[Quad], *classes: str) -> set[str]:
    return {
        quad.subject.value.removeprefix(SHAPES)
        for quad in quads
        if quad.predicate == RDF_TYPE
        and quad.object in [sh(name) for name in classes]
        and isinstance(quad.subject, NamedNode)
    }


def test_every_file_of_shapes_has_its_examples() -> None:
    files = {path.stem for path in (ROOT / "shapes").glob("*.ttl")}
    assert files - {CONSTRAINTS} == set(NAMES)
    for name in NAMES:
        found = {path.name for path in (EXAMPLES / name).iterdir()}
        assert found == {"valid.ttl", "invalid.ttl", "invalid.report.ttl"}


@pytest.mark.parametrize("name", NAMES)
def test_the_valid_example_conforms(name: str) -> None:
    found = outcome(name, "valid.ttl")
    assert [(str(each.at), each.message()) for each in found.of_shapes.results] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_invalid_example_gives_its_report(name: str) -> None:
    expected = read(EXAMPLES / name / "invalid.report.ttl")
    (node,) = report_nodes(expected)
    graph = report_graph(expected, node)
    stated = {quad.predicate for quad in graph} | {sh("detail"), sh("sourceConstraint")}
    actual = graph_of_report(outcome(name, "invalid.ttl").of_shapes)
    # Messages are left out there; that each shape has its own is tested below.
    assert canonical(quad for quad in actual if quad.predicate in stated) == canonical(graph)


@pytest.mark.parametrize("name", NAMES)
def test_the_findings_point_to_the_marked_lines(name: str) -> None:
    found = outcome(name, "invalid.ttl")
    actual = Counter(
        (each.at.line, each.source_shape.value.removeprefix(SHAPES))
        for each in found.of_shapes.results
        if each.at is not None and each.at.path == found.file
    )
    assert actual.total() == len(found.of_shapes.results)
    lines = (EXAMPLES / name / "invalid.ttl").read_text(encoding="utf-8").splitlines()
    marked = Counter(
        (number, shape)
        for number, line in enumerate(lines, 1)
        if (mark := _MARK.search(line))
        for shape in mark[1].split()
    )
    assert actual == marked


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_knows_where_its_shape_stands(name: str) -> None:
    for each in outcome(name, "invalid.ttl").of_shapes.results:
        assert each.shape_at is not None
        lines = (ROOT / "shapes" / each.shape_at.path.name).read_text(encoding="utf-8").splitlines()
        shape = each.source_shape.value.removeprefix(SHAPES)
        assert lines[each.shape_at.line - 1].startswith(f":{shape} a sh:")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_finding_tells_what_to_do_in_both_languages(name: str, language: str) -> None:
    for each in outcome(name, "invalid.ttl").of_shapes.results:
        messages = [message for message in each.messages if message.language == language]
        assert len(messages) == 1
        assert "{?" not in messages[0].value


def test_every_shape_is_broken_by_an_invalid_example() -> None:
    quads = shapes_graph()
    broken = {
        each.source_shape.value.removeprefix(SHAPES)
        for name in NAMES
        for each in outcome(name, "invalid.ttl").of_shapes.results
    }
    # A node shape that only gathers property shapes is broken when one of them is.
    gathered = {
        quad.subject.value.removeprefix(SHAPES)
        for quad in quads
        if quad.predicate == sh("property")
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
        and quad.object.value.removeprefix(SHAPES) in broken
    }
    assert shape_names(quads, "NodeShape", "PropertyShape") - broken - gathered == set()


def test_every_shape_of_a_file_is_broken_by_the_example_of_that_name() -> None:
    for name in NAMES:
        broken = {
            each.source_shape.value.removeprefix(SHAPES)
            for each in outcome(name, "invalid.ttl").of_shapes.results
        }
        missing = shape_names(read(ROOT / "shapes" / f"{name}.ttl"), "PropertyShape") - broken
        assert (name, missing) == (name, set())


def test_every_constraint_in_sparql_is_broken_and_there_are_at_most_three() -> None:
    quads = shapes_graph()
    queries = [quad for quad in quads if quad.predicate in (sh("select"), sh("ask"))]
    assert 0 < len(queries) <= 3
    components = shape_names(quads, "ConstraintComponent")
    broken = {
        each.source_constraint_component.value.removeprefix(SHAPES)
        for name in NAMES
        for each in outcome(name, "invalid.ttl").of_shapes.results
    }
    assert components - broken == set()
    assert len(components) == len(queries)


def test_every_message_is_a_sentence_in_swedish_and_in_english() -> None:
    messages: dict[object, list[Literal]] = {}
    quads = shapes_graph()
    for quad in quads:
        if quad.predicate == sh("message"):
            assert isinstance(quad.object, Literal)
            messages.setdefault(quad.subject, []).append(quad.object)
    for of_shape in messages.values():
        assert sorted(message.language or "" for message in of_shape) == ["en", "sv"]
        for message in of_shape:
            assert re.fullmatch(r"[A-ZÅÄÖ].*[.!?]", message.value, re.DOTALL), message
    for shape in shape_names(quads, "PropertyShape"):
        assert NamedNode(SHAPES + shape) in messages


def test_no_shape_without_a_name_gives_findings() -> None:
    for name in NAMES:
        for each in outcome(name, "invalid.ttl").results:
            assert not isinstance(each.source_shape, BlankNode)


@pytest.mark.parametrize(
    ("trap", "name", "focus", "shape"),
    [
        ("https://wwwcompare.se/", "cluster", "cluster/compare", "ClusterShape-homepageDot"),
        ("a region without its NUTS code", "region", "region/bare", "RegionShape-nutsCode"),
        (
            "met without assessor, date and evidence",
            "criterion-assessment",
            "assessment/met",
            "JudgedAssessmentShape",
        ),
        (
            "validFrom after validUntil",
            "certification",
            "certification/backwards",
            "CertificationShape-validPeriod",
        ),
        (
            "two active certificates of one scheme",
            "certification",
            "certification/one",
            "CertificationShape-oneActive",
        ),
        ("a label in one language only", "cluster", "cluster/techtank", "ClusterShape-prefLabel"),
        ("a cluster without statement", "cluster", "cluster/bare", "ClusterShape-statement"),
        (
            "a correction that corrects nothing",
            "correction",
            "correction/mobile-heights-name",
            "CorrectionShape-changed",
        ),
    ],
)
def test_the_trap_is_a_violation(trap: str, name: str, focus: str, shape: str) -> None:
    (found,) = [
        each
        for each in outcome(name, "invalid.ttl").of_shapes.results
        if each.source_shape == NamedNode(SHAPES + shape)
        and each.focus_node == NamedNode(f"{BASE}id/{focus}")
    ]
    assert found.severity_iri == sh("Violation")
    if trap.startswith("https:"):
        assert found.value == NamedNode(trap)
