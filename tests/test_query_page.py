"""docs/query.md: each snippet whose tool is at hand is run against a server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from publications import TOML
from serving import Server, serving

from graphsvc.build import build
from graphsvc.examples import examples_of
from graphsvc.executables import FORM_OF_CLASS, FORM_OF_PROPERTY
from graphsvc.release import Release

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/query.md").read_text(encoding="utf-8")
ADDRESS = "https://data.example.org"


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


CURL, WITHOUT_SERVER = snippets("sh")
PANDAS, RDFLIB = snippets("python")
(JAVASCRIPT,) = snippets("js")
(R,) = snippets("r")
SNIPPETS = {
    "curl": (CURL, ["bash", "-c"]),
    "pandas": (PANDAS, [sys.executable, "-c"]),
    "rdflib": (RDFLIB, [sys.executable, "-c"]),
    "javascript": (JAVASCRIPT, ["node", "--input-type=module", "--eval"]),
    "r": (R, ["Rscript", "-e"]),
}


@pytest.fixture(scope="module")
def server(shipped_release: Path) -> Iterator[Server]:
    with serving("--release", str(shipped_release)) as server:
        yield server


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_tells_how_many_clusters_each_region_has(server: Server, name: str) -> None:
    text, command = SNIPPETS[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    assert ADDRESS in text
    here = text.replace(ADDRESS, str(server.client.base_url).rstrip("/"))
    done = subprocess.run([*command, here], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rows = re.findall(r"^(?:\d+ +)?\"?(\D+?)\"?[ ,]+(\d+)\r?$", done.stdout, re.MULTILINE)
    assert len(rows) == 16
    assert sum(int(clusters) for _, clusters in rows) == 22
    assert ("Västra Götaland", "2") in rows


def test_the_address_of_the_dump_is_one(server: Server) -> None:
    (path,) = re.findall(rf'parse\("{ADDRESS}(.*?)"\)', PAGE)
    assert server.client.head(path).status_code == 200


def test_the_commands_without_a_server_are_right(shipped_release: Path, tmp_path: Path) -> None:
    (tmp_path / "clusters.rq").write_text("ASK { ?cluster a s3p:Cluster }")
    script = WITHOUT_SERVER.replace("graphsvc", f"'{sys.executable}' -m graphsvc").replace(
        " query ", f" query --release '{shipped_release}' "
    )
    done = subprocess.run(
        ["bash", "-ec", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("true\n")
    assert "clusters-per-region" in done.stdout
    assert "Dalarna,2" in done.stdout
    assert (tmp_path / "classes.csv").read_text().startswith("class,things")


def test_the_example_query_shown_is_one(tmp_path: Path) -> None:
    (text,) = snippets("turtle")
    root = tmp_path / "publication"
    (root / "queries").mkdir(parents=True)
    (root / "graphsvc.toml").write_text(TOML)
    prefixes = "@prefix ns: <ns#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    (root / "queries/books.ttl").write_text(prefixes + text)
    (example,) = examples_of(Release.open(build(root, tmp_path / "releases")))
    assert (example.form, example.labels) == ("SELECT", {"en": "Books"})


def test_the_table_of_forms_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| ([A-Z]+) \| `\w+:(\w+)` \| `\w+:(\w+)` \|", PAGE, re.MULTILINE)
    properties = {form: iri.value for iri, form in FORM_OF_PROPERTY.items()}
    classes = {form: iri.value for iri, form in FORM_OF_CLASS.items()}
    found = {form: (re.split("[#/]", classes[form])[-1], iri) for form, iri in properties.items()}
    assert {form: (name, text) for form, name, text in rows} == {
        form: (name, re.split("[#/]", iri)[-1]) for form, (name, iri) in found.items()
    }


def test_the_number_of_examples_is_right() -> None:
    (number,) = re.findall(r"\[(\d+) of them\]", PAGE)
    assert int(number) == len(list((ROOT / "queries").glob("*.ttl")))
