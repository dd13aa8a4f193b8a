"""CKAN's own harvester reads the catalogue: every dataset with all that a portal shows of it.

It has an environment of its own, which the test makes; nothing of it is imported here.
"""

from __future__ import annotations

import ctypes.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import serialize

from graphsvc.formats import RDF_XML
from graphsvc.harvest.descriptions import PREFIXES
from harvest.catalogues import BASE, Said, dated_catalogue

LOCK = Path(__file__).parent / "ckan/requirements.lock"
PARSE = """
import json, sys
from ckanext.dcat.processors import RDFParser
parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(sys.stdin.buffer.read(), _format="xml")
print(json.dumps({"next": parser.next_page(), "datasets": list(parser.datasets())}))
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ctypes.util.find_library("magic"), reason="CKAN needs libmagic"),
]


@pytest.fixture(scope="module")
def ckan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with ckanext-dcat."""
    folder = tmp_path_factory.mktemp("ckan")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin/python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([python, *install, "--require-hashes", "-r", LOCK], check=True)
    return python


@pytest.fixture(scope="module")
def said(shipped_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    return Said(dated_catalogue(shipped_release, tmp_path_factory.mktemp("scratch")))


@pytest.fixture(scope="module")
def harvested(
    ckan: Path, shipped_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    quads = dated_catalogue(shipped_release, tmp_path_factory.mktemp("again"))
    document = serialize(quads, format=RDF_XML.rdf, prefixes=PREFIXES)
    done = subprocess.run([ckan, "-c", PARSE], input=document, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return dict(json.loads(done.stdout))


def extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in dataset["extras"]}


def test_every_dataset_is_read_with_all_that_a_portal_shows(
    harvested: dict[str, Any], said: Said
) -> None:
    assert harvested["next"] is None  # the catalogue is one document
    datasets = {extras(each)["uri"]: each for each in harvested["datasets"]}
    assert datasets.keys() == set(said.of_class("dcat:Dataset"))
    for iri, dataset in datasets.items():
        assert dataset["title"] in said.all(iri, "dct:title")
        assert dataset["notes"] in said.all(iri, "dct:description")
        assert dataset["license_id"] == "cc-zero"
        assert dataset["version"] == said.one(iri, "dcat:version")
        assert {tag["name"] for tag in dataset["tags"]} > {"cluster", "kluster"}
        told = extras(dataset)
        assert told["publisher_name"] == told["contact_name"] == "S3 Cluster Pilot data maintainers"
        assert told["publisher_uri"] == said.one(iri, "dct:publisher")
        assert told["publisher_type"].endswith("/NonProfitOrganisation")
        assert told["contact_email"] == "data@example.org"
        assert told["contact_uri"] == said.one(iri, "dcat:contactPoint")
        for name in (
            *("issued", "modified", "language", "theme", "conforms_to", "frequency"),
            *("spatial_uri", "spatial_bbox", "spatial_centroid", "temporal_start", "temporal_end"),
            *("provenance", "access_rights"),
        ):
            assert told[name], name


def test_every_resource_is_read_with_its_size_and_its_checksum(
    harvested: dict[str, Any], said: Said
) -> None:
    seen = 0
    for dataset in harvested["datasets"]:
        nodes = said.all(extras(dataset)["uri"], "dcat:distribution")
        resources = {each["uri"]: each for each in dataset["resources"]}
        assert resources.keys() == set(nodes)
        for node, resource in resources.items():
            seen += 1
            address = said.one(node, "dcat:downloadURL")
            assert resource["url"] == resource["access_url"] == resource["download_url"] == address
            assert resource["name"] in said.all(node, "dct:title")
            assert resource["license"] == said.one(node, "dct:license")
            assert resource["format"] == said.one(node, "dct:format")
            assert resource["mimetype"] == said.one(node, "dcat:mediaType")
            assert str(resource["size"]) == said.one(node, "dcat:byteSize")
            checksum = said.one(node, "spdx:checksum")
            assert resource["hash"] == said.one(checksum, "spdx:checksumValue")
            assert resource["hash_algorithm"] == said.one(checksum, "spdx:algorithm")
            assert address.startswith(BASE)
    assert seen == len(said.of_class("dcat:Distribution"))
