"""The shipped publication's catalogue, held against the official shapes and the Swedish rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from manifests import CONFORMANCE
from pyoxigraph import Literal, Quad, RdfFormat, parse

from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.documents import read_document
from graphsvc.preflight.profiles import read_shapes
from graphsvc.preflight.profiles import validate as validate_all
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl import compiled, reference
from harvest.catalogues import BASE, CATALOG, Said, dated_catalogue, expanded, release_of

SHAPES = CONFORMANCE / "dcat-ap/3.0.1"
CHECKED = ("shapes", "range", "shapes_recommended", "deprecateduris")
FULL = ("dcat-ap-SHACL", "ranges")
CODE_LISTS = "mdr-vocabularies.shape"
Engine = Callable[[list[Quad], list[Quad]], Iterator[ValidationResult]]

with_shapes = pytest.mark.skipif(not SHAPES.is_dir(), reason=f"no DCAT-AP shapes at {SHAPES}")
engines = pytest.mark.parametrize(
    "validate",
    [pytest.param(compiled.validate, id="ours"), pytest.param(reference.validate, id="pyshacl")],
)


@pytest.fixture(scope="module")
def quads(shipped_release: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Quad]:
    return dated_catalogue(shipped_release, tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def said(quads: list[Quad]) -> Said:
    return Said(quads)


def shapes(*names: str) -> list[Quad]:
    """The shapes of some files, without the faults that no catalogue can help."""
    return read_shapes([SHAPES / f"{name}.ttl" for name in names])


@pytest.mark.conformance
@with_shapes
@engines
@pytest.mark.parametrize("names", [*([each] for each in CHECKED), CHECKED, FULL])
def test_nothing_is_found_by_the_official_shapes(
    quads: list[Quad], names: list[str], validate: Engine
) -> None:
    assert list(validate(quads, shapes(*names))) == []


@pytest.mark.conformance
@with_shapes
@engines
def test_code_lists_warn_of_the_publisher_alone(
    quads: list[Quad], said: Said, validate: Engine
) -> None:
    """No publisher outside the EU's institutions is in their list of corporate bodies."""
    results = list(validate(quads, shapes(CODE_LISTS)))
    assert len({result.source_shape for result in results}) == 3  # catalogue, dataset, service
    assert {result.severity for result in results} == {Severity.WARNING}
    assert {str(result.result_path) for result in results} == {f"<{expanded('dct:publisher')}>"}
    published = [*said.of_class("dcat:Dataset"), *said.of_class("dcat:DataService"), CATALOG]
    assert sorted(str(each.focus_node) for each in results) == sorted(
        f"<{iri}>" for iri in published
    )


@pytest.mark.conformance
@with_shapes
def test_no_settings_are_needed_to_conform(tmp_path: Path) -> None:
    """Only what is recommended is missed then."""
    least = read_document(release_of(tmp_path), CATALOGUE)
    for names in (["shapes"], ["range"], FULL):
        assert list(compiled.validate(least, shapes(*names))) == []
    results = list(compiled.validate(least, shapes(CODE_LISTS)))
    assert {str(result.result_path) for result in results} == {f"<{expanded('dct:publisher')}>"}
    recommended = list(compiled.validate(least, shapes("shapes_recommended")))
    assert {result.severity for result in recommended} == {Severity.WARNING}


@pytest.mark.conformance
@with_shapes
def test_code_lists_have_another_namespace_for_spdx_than_spdx(quads: list[Quad]) -> None:
    """An error of the shapes, mended as they are read: once it is gone, so is this test."""
    path = str(SHAPES / f"{CODE_LISTS}.ttl")
    unmended = list(parse(path=path, format=RdfFormat.TURTLE, base_iri="https://shapes.example/"))
    results = list(compiled.validate(quads, unmended))
    wrong = [result for result in results if result.severity == Severity.VIOLATION]
    assert {str(result.result_path) for result in wrong} == {f"<{expanded('spdx:algorithm')}>"}


@pytest.mark.conformance
@with_shapes
def test_shapes_bite(quads: list[Quad]) -> None:
    """A catalogue without its stubs is not accepted."""
    without = [quad for quad in quads if str(quad.subject).startswith(f"<{BASE}")]
    assert list(compiled.validate(without, shapes("range")))


# DCAT-AP-SE 3.0.1, which has no shapes


def test_nodes_have_absolute_iris(quads: list[Quad]) -> None:
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object):
            assert isinstance(term, Literal) or str(term).startswith(("<http", "<mailto:"))


@pytest.mark.parametrize(
    ("kind", "exactly_one", "some"),
    [
        (
            "dcat:Catalog",
            ["dct:publisher", "dct:license", "dct:issued", "dct:modified", "foaf:homepage"],
            ["dcat:dataset", "dct:language", "dct:spatial", "dcat:themeTaxonomy"],
        ),
        (
            "dcat:Dataset",
            ["dct:publisher", "dct:license", "dct:issued", "dct:temporal", "dct:accessRights"],
            [
                *("dcat:contactPoint", "dcat:keyword", "dcat:theme", "dct:conformsTo"),
                *("dct:spatial", "dcat:distribution", "dct:provenance", "dcat:version"),
            ],
        ),
        (
            "dcat:Distribution",
            [
                *("dcat:accessURL", "dcat:downloadURL", "dct:format", "dct:license"),
                *("dcat:byteSize", "spdx:checksum", "dcat:mediaType", "dcatap:availability"),
                *("dct:issued", "dct:modified", "dct:rights"),
            ],
            ["dct:language"],
        ),
        (
            "dcat:DataService",
            ["dct:publisher", "dcat:endpointURL", "dcat:endpointDescription", "dct:license"],
            ["dcat:contactPoint", "dcat:keyword", "dct:format", "dcat:servesDataset"],
        ),
        ("foaf:Agent", ["foaf:name", "dct:type"], []),
        ("vcard:Organization", ["vcard:fn", "vcard:hasEmail"], []),
    ],
)
def test_every_node_says_what_the_swedish_profile_wants(
    said: Said, kind: str, exactly_one: list[str], some: list[str]
) -> None:
    assert said.of_class(kind)
    for node in said.of_class(kind):
        for name in exactly_one:
            assert len(said.all(node, name)) == 1, (node, name)
        for name in some:
            assert said.all(node, name), (node, name)


@pytest.mark.parametrize("kind", ["Catalog", "Dataset", "Distribution", "DataService"])
def test_titles_and_descriptions_are_in_both_languages(said: Said, kind: str) -> None:
    for node in said.of_class(f"dcat:{kind}"):
        for name in ("dct:title", "dct:description"):
            assert said.texts(node, name).keys() == {"en", "sv"}, (node, name)


def test_contact_is_not_the_publisher_and_has_an_address(said: Said) -> None:
    (contact,) = said.of_class("vcard:Organization")
    assert contact not in said.of_class("foaf:Agent")
    assert said.one(contact, "vcard:hasEmail") == "mailto:data@example.org"


def test_licence_is_the_one_that_portals_know(said: Said) -> None:
    (licence,) = said.of_class("dct:LicenseDocument")
    assert licence == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert said.one(CATALOG, "dct:license") == licence


def test_api_is_detected(said: Said) -> None:
    (pages,) = (s for s in said.of_class("dcat:DataService") if said.all(s, "dct:type"))
    assert said.one(pages, "dct:type") == "http://www.wikidata.org/entity/Q749568"
    assert said.one(pages, "dcat:endpointDescription") == BASE + "openapi.json"


# The shapes of ours


def test_nothing_is_found_by_our_own_shapes(quads: list[Quad]) -> None:
    assert validate_all(quads) == ([], True)


@pytest.mark.conformance
@with_shapes
def test_a_folder_of_the_official_shapes_is_run_as_well(quads: list[Quad]) -> None:
    results, conforms = validate_all(quads, SHAPES)
    assert conforms
    assert {str(result.result_path) for result in results} == {f"<{expanded('dct:publisher')}>"}
    without = [quad for quad in quads if "data-theme" not in str(quad.subject)]
    results, conforms = validate_all(without, SHAPES)
    assert not conforms
