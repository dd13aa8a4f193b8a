"""The dataset in schema.org, held against the catalogue, the dumps and what search engines want."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.documents import read_document
from graphsvc.harvest.schema_org import read_landing, write_landing
from graphsvc.release import Release
from harvest.catalogues import BASE, CATALOG, FIRST, LAST, Said, dated_catalogue, release_of

SCHEMA = "https://schema.org/"
EXTENT = """
[catalog]
spatial = ["http://publications.europa.eu/resource/authority/country/SWE"]
spatial_extent = true
temporal = "2018/.."
keywords.en = ["books"]
keywords.sv = ["böcker"]
"""


@pytest.fixture(scope="module")
def release(shipped_release: Path) -> Release:
    return Release.open(shipped_release)


@pytest.fixture(scope="module")
def dataset(release: Release) -> dict[str, Any]:
    return read_landing(release, "dataset", "en")


@pytest.fixture(scope="module")
def said(release: Release) -> Said:
    return Said(read_document(release, CATALOGUE))


def test_the_dataset_has_all_that_search_engines_want(dataset: dict[str, Any]) -> None:
    """Spec: https://developers.google.com/search/docs/appearance/structured-data/dataset"""
    assert dataset["@type"] == "Dataset"
    assert 50 <= len(dataset["description"]) <= 5_000
    wanted = {"name", "alternateName", "creator", "publisher", "license", "identifier", "keywords"}
    wanted |= {"distribution", "includedInDataCatalog", "isAccessibleForFree", "hasPart", "url"}
    wanted |= {"spatialCoverage", "temporalCoverage", "version", "inLanguage"}
    assert wanted <= dataset.keys()
    assert dataset["creator"]["@type"] == "Organization"
    assert dataset["creator"]["name"] == "S3 Cluster Pilot data maintainers"
    assert dataset["creator"]["contactPoint"]["email"] == "data@example.org"
    assert dataset["temporalCoverage"] == "2018/2021"
    assert dataset["includedInDataCatalog"]["@id"] == CATALOG
    assert dataset["isAccessibleForFree"] is True
    (sweden,) = dataset["spatialCoverage"]
    south, west, north, east = map(float, sweden["geo"]["box"].split())
    assert 55 < south < 56 < 68 < north < 70
    assert 10 < west < 12 < 24 < east < 25


def test_it_says_what_the_catalogue_says(dataset: dict[str, Any], said: Said) -> None:
    assert dataset["name"] == said.texts(BASE, "dct:title")["en"]
    assert dataset["description"] == said.texts(BASE, "dct:description")["en"]
    assert dataset["license"] == said.one(BASE, "dct:license")
    assert dataset["version"] == said.one(BASE, "dcat:version")
    assert {each["@id"] for each in dataset["hasPart"]} == set(said.all(BASE, "dct:hasPart"))
    told = {each["contentUrl"]: each for each in dataset["distribution"]}
    for node in said.all(BASE, "dcat:distribution"):
        download = told.pop(said.one(node, "dcat:downloadURL"))
        assert download["contentSize"] == said.one(node, "dcat:byteSize")
    assert told == {}


def test_downloads_are_the_dumps(dataset: dict[str, Any], release: Release) -> None:
    for each in dataset["distribution"]:
        content = (release.folder / "dumps" / Path(each["contentUrl"]).name).read_bytes()
        assert each["contentSize"] == str(len(content))
        assert each["sha256"] == hashlib.sha256(content).hexdigest()


def test_it_is_dated_as_the_catalogue_is(shipped_release: Path, tmp_path: Path) -> None:
    release = Release.open(shipped_release)
    write_landing(tmp_path, dated_catalogue(shipped_release, tmp_path), release.settings)
    told = json.loads((tmp_path / "schema-org.json").read_text("utf-8"))
    for table in (told["sv"]["dataset"], told["sv"]["catalog"]):
        assert (table["datePublished"], table["dateModified"]) == (FIRST, LAST)


def test_each_language_has_its_own(release: Release) -> None:
    swedish = read_landing(release, "dataset", "sv")
    assert swedish["name"].startswith("S3-piloten")
    assert "kluster" in swedish["keywords"]
    assert "cluster" not in swedish["keywords"]
    assert swedish["alternateName"] == [read_landing(release, "dataset", "en")["name"]]


def test_the_catalogue_names_its_datasets_and_describes_none(release: Release, said: Said) -> None:
    """So a page has one Dataset: the start page."""
    catalog = read_landing(release, "catalog", "en")
    assert catalog["@type"] == "DataCatalog"
    datasets = said.all(CATALOG, "dcat:dataset")
    assert [each["@id"] for each in catalog["dataset"]] == datasets
    assert json.dumps(catalog).count('"Dataset"') == 0
    dataset = read_landing(release, "dataset", "en")
    assert json.dumps(dataset).count('"Dataset"') == 1


def test_it_is_rdf_without_a_context_from_elsewhere(dataset: dict[str, Any]) -> None:
    quads = list(parse(json.dumps(dataset).encode(), RdfFormat.JSON_LD))
    base = NamedNode(BASE)
    of_the_dataset = {quad.predicate.value for quad in quads if quad.subject == base}
    assert {SCHEMA + name for name in ("name", "license", "distribution")} <= of_the_dataset
    urls = [quad.object for quad in quads if quad.predicate.value == SCHEMA + "contentUrl"]
    assert len(urls) == len(dataset["distribution"])
    assert all(isinstance(each, NamedNode) for each in urls)


def test_what_nobody_has_said_is_left_out(tmp_path: Path) -> None:
    dataset = read_landing(release_of(tmp_path / "plain"), "dataset", "en")
    assert not {"temporalCoverage", "spatialCoverage", "keywords"} & dataset.keys()
    told = read_landing(release_of(tmp_path / "more", EXTENT), "dataset", "sv")
    assert told["temporalCoverage"] == "2018/.."
    assert told["keywords"] == ["böcker"]
    assert told["spatialCoverage"] == [
        {
            "@type": "Place",
            "@id": "http://publications.europa.eu/resource/authority/country/SWE",
            "name": "Sverige",
        }
    ]
    assert told["name"] == "Books"  # for there is no Swedish title
