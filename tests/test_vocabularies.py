from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from graphsvc import vocabularies
from graphsvc.vocabularies import known, split

ROOT = Path(__file__).parents[1]
LISTS = sorted((ROOT / "graphsvc" / "vocabularies").glob("*.txt"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_is_ascii_sorted_and_names_its_namespace(path: Path) -> None:
    head, *lines = path.read_bytes().decode("ascii").split("\n")
    assert re.fullmatch(r"# https?://\S+[#/]", head)
    assert lines.pop() == ""
    comments = [line for line in lines if line.startswith("#")]
    names = lines[len(comments) :]
    assert lines[: len(comments)] == comments
    assert names
    assert names == sorted(set(names))
    assert not [name for name in names if re.search(r"[\s#/<>]", name) or not name]


def test_every_list_is_known_by_its_namespace() -> None:
    assert {each.prefix for each in known().values()} == {path.stem for path in LISTS}
    assert all(namespace == each.namespace for namespace, each in known().items())


def test_the_lists_are_those_of_the_locked_rdflib() -> None:
    locked = re.search(r"^rdflib==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    if locked[1] != version("rdflib"):
        pytest.skip(f"rdflib is {version('rdflib')}, not {locked[1]}")
    script = ROOT / "scripts" / "vocabularies.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("namespace", "name", "defined"),
    [
        ("http://www.w3.org/2004/02/skos/core#", "prefLabel", True),
        ("http://www.w3.org/2004/02/skos/core#", "preflabel", False),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "_1", True),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "_0", False),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "_01", False),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "_1\n", False),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "li", False),
        ("http://www.w3.org/2000/01/rdf-schema#", "_1", False),
    ],
)
def test_a_vocabulary_defines_its_own_terms(namespace: str, name: str, defined: bool) -> None:
    assert known()[namespace].defines(name) is defined


def test_the_nearest_term_is_the_one_likely_meant() -> None:
    dct = known()["http://purl.org/dc/terms/"]
    assert dct.nearest("titel") == "title"
    assert dct.nearest("zzzzzz") is None


@pytest.mark.parametrize(
    ("iri", "namespace", "name"),
    [
        ("http://e/a#b", "http://e/a#", "b"),
        ("http://e/a#b/c", "http://e/a#", "b/c"),
        ("http://e/a/b", "http://e/a/", "b"),
        ("http://e/a/", "http://e/a/", ""),
        ("http://e/a#", "http://e/a#", ""),
        ("urn:a:b", "", "urn:a:b"),
    ],
)
def test_an_iri_is_cut_where_its_term_begins(iri: str, namespace: str, name: str) -> None:
    assert split(iri) == (namespace, name)


@pytest.mark.parametrize("vocabulary", vocabularies.known().values(), ids=lambda each: each.prefix)
def test_a_namespace_is_cut_whole(vocabulary: vocabularies.Vocabulary) -> None:
    for name in sorted(vocabulary.names)[:3]:
        assert split(vocabulary.namespace + name) == (vocabulary.namespace, name)
