"""Both engines tell the same of whole publications: ours, real-world shapes, and seeded errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from manifests import CONFORMANCE, PROJECT
from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from bench.generator import Scale, generate
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.shacl import compiled, reference, wellformed
from graphsvc.shacl.locations import locate
from graphsvc.sources import Publication, Reader
from graphsvc.vocab import sh

EXAMPLES = PROJECT / "tests" / "examples"
REFERENCE = CONFORMANCE.parent / "reference"
BASE = "https://w3id.org/s3-cluster-pilot/"


def told(results: Iterable[ValidationResult], worded: set[object]) -> Counter[object]:
    """All of what results tell; of messages, those that the shapes state."""
    return Counter(
        (
            result.focus_node,
            result.result_path,
            result.value,
            result.source_shape,
            result.source_constraint_component,
            result.source_constraint,
            result.severity_iri,
            result.messages if result.source_shape in worded else (),
            frozenset(told(result.details, worded).items()),
        )
        for result in results
    )


def differences(data_graph: list[Quad], shapes_graph: list[Quad]) -> tuple[object, object, int]:
    """What one engine finds and the other does not, and how much both find."""
    worded: set[object] = {quad.subject for quad in shapes_graph if quad.predicate == sh("message")}
    ours = told(compiled.validate(data_graph, shapes_graph), worded)
    theirs = told(reference.validate(data_graph, shapes_graph), worded)
    return ours - theirs, theirs - ours, (ours & theirs).total()


def read(*paths: Path) -> Iterator[Quad]:
    for number, path in enumerate(paths):
        for quad in parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE):
            subject, object_ = (
                BlankNode(f"f{number}{each.value}") if isinstance(each, BlankNode) else each
                for each in (quad.subject, quad.object)
            )
            yield Quad(subject, quad.predicate, object_)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*/*valid.ttl")), ids=str)
def test_on_the_examples(example: Path) -> None:
    shapes = list(read(*sorted((PROJECT / "shapes").glob("*.ttl"))))
    data = list(read(example, *sorted((PROJECT / "ontology").glob("*.ttl"))))
    ours, theirs, both = differences(data, shapes)
    assert (ours, theirs) == (Counter(), Counter())
    assert example.stem == "valid" or both > 0


@pytest.mark.conformance
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no DCAT-AP shapes at {CONFORMANCE}")
@pytest.mark.parametrize("stubs", [False, True], ids=["catalogue", "with-stubs"])
@pytest.mark.parametrize("version", ["3.0.1", "3.0.0-hvd"])
def test_on_the_shapes_of_dcat_ap(version: str, stubs: bool) -> None:
    shapes = list(read(*sorted((CONFORMANCE / "dcat-ap" / version).glob("*.ttl"))))
    faults = wellformed.check(shapes)
    # Some of its shapes lead to property shapes that are described nowhere; no engine takes that.
    assert all("says nothing" in fault.what for fault in faults)
    shapes = [quad for quad in shapes if quad not in {fault.quad for fault in faults}]
    names = ["catalog-example.ttl", "eu-stubs.ttl"] if stubs else ["catalog-example.ttl"]
    data = list(read(*(REFERENCE / name for name in names)))
    ours, theirs, both = differences(data, shapes)
    assert (ours, theirs) == (Counter(), Counter())
    assert both > 0


def test_on_seeded_errors_to_the_line(tmp_path: Path) -> None:
    root = tmp_path / "generated"
    generate(root, Scale(10_000, errors=0.02))
    publication = Publication.open(root)
    reader = Reader(publication.settings.base_iri)
    quads = {file: list(reader.quads(file)) for file in publication.files}
    shapes = [quad for file, found in quads.items() if file.is_shapes for quad in found]
    data = [quad for file, found in quads.items() if not file.is_shapes for quad in found]
    reports = [
        ValidationReport.of(locate(found, publication.files, publication.settings.base_iri))
        for found in (compiled.validate(data, shapes), reference.validate(data, shapes))
    ]
    assert reports[0] == reports[1]
    assert len(reports[0].results) > 0
