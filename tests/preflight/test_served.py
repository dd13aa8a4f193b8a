"""`graphsvc preflight` as a command, and the shipped publication as a portal finds it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from conftest import ROOT
from harvest.catalogues import BASE, Said
from pyoxigraph import parse
from serving import Server, serving

from graphsvc.build import build
from graphsvc.formats import RDF_XML

DATE = "1780000000"


@pytest.fixture(scope="module")
def dated_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped publication as it is when its date is known: a test may run on changes."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", DATE)
        return build(ROOT, tmp_path_factory.mktemp("dated") / "releases")


@pytest.fixture(scope="module")
def server(dated_release: Path) -> Iterator[Server]:
    with serving("--release", str(dated_release)) as running:
        yield running


def preflight(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "graphsvc", "preflight", *arguments]
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )


def url_of(server: Server) -> str:
    return str(server.client.base_url) + "/"


def test_the_shipped_publication_has_every_point_and_a_placeholder(
    dated_release: Path, server: Server
) -> None:
    """What the documentation shows, from a release and from a server alike."""
    done = preflight("--release", str(dated_release))
    page = (ROOT / "docs/harvest.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert done.stderr == ""
    assert done.stdout in shown
    assert "MQA: 405 of 405, excellent" in done.stdout
    assert done.returncode == 0
    assert preflight(url_of(server), "--base").stdout == done.stdout
    assert (
        preflight("--release", str(dated_release), "--quick", "--fail-on=warning").returncode == 1
    )


def test_every_dump_is_as_large_as_the_catalogue_says_and_has_its_checksum(server: Server) -> None:
    body = server.client.get("/datasets/dcat").content
    said = Said(parse(body, RDF_XML.rdf))
    nodes = said.of_class("dcat:Distribution")
    assert len(nodes) > 50
    for node in nodes:
        path = "/" + said.one(node, "dcat:downloadURL").removeprefix(BASE)
        plain = {"Accept-Encoding": "identity"}
        with httpx.stream("GET", url_of(server) + path[1:], headers=plain) as answer:
            content = b"".join(answer.iter_raw())
        assert answer.status_code == 200
        assert str(len(content)) == said.one(node, "dcat:byteSize")
        checksum = said.one(said.one(node, "spdx:checksum"), "spdx:checksumValue")
        assert hashlib.sha256(content).hexdigest() == checksum


def test_without_base_the_addresses_belong_to_another_server(server: Server) -> None:
    done = preflight(url_of(server), "--format", "json")
    told = json.loads(done.stdout)
    assert "w3id.org, which was not asked" in done.stdout
    assert told["mqa"]["points"] == 325  # nobody knows whether the addresses work
    assert {loss["metric"] for loss in told["mqa"]["losses"]} == {
        "access address that works",
        "download address that works",
    }


def test_reports_for_machines(server: Server, tmp_path: Path) -> None:
    url, file = url_of(server), tmp_path / "report"
    assert preflight(url, "--base", "--quick", "--format=junit", f"--output={file}").stdout == ""
    suites = ElementTree.parse(file).getroot()
    assert suites.get("name") == "graphsvc preflight"
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("1", "0", "1")
    lines = preflight(url, "--base", "--quick", "--format=github").stdout.splitlines()
    assert lines[0].startswith("::warning title=preflight%3Aplaceholder::<mailto:")
    assert lines[-1].startswith("MQA: 405 of 405")
    told = json.loads(preflight(url, "--base", "--quick", "--format=json").stdout)
    assert told["counts"] == {"violation": 0, "warning": 1, "info": 0}
    assert told["mqa"]["points"] == told["mqa"]["of"] == 405
    assert told["mqa"]["rating"] == "excellent"
    assert told["mqa"]["dimensions"]["Interoperability"] == {"points": 110, "of": 110}
    assert told["mqa"]["losses"] == []


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org/", "http://a@b/", "http://a/#x"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    done = preflight(url)
    assert done.returncode == 2
    assert "the http(s) address of a server is wanted" in done.stderr


def test_who_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    done = preflight("http://127.0.0.1:1/")
    assert done.returncode == 2
    assert "name the address of a server that runs" in done.stderr
    done = preflight("--publication", str(tmp_path))
    assert done.returncode == 2
    assert "`graphsvc build` makes one" in done.stderr
