"""The example queries of a release, and what a publication without any does."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_queries import FILES
from publications import BASE, BOOKS, TOML, write
from pyoxigraph import Literal, NamedNode, Triple

from graphsvc import queries
from graphsvc.build import build
from graphsvc.examples import Example, examples_of, quads_of_examples
from graphsvc.release import Release
from graphsvc.vocab import OWL_ONTOLOGY, RDF_TYPE, XSD, sh


def release_of(folder: Path, files: dict[str, str], toml: str = TOML) -> Release:
    return Release.open(build(write(folder / "publication", files, toml), folder / "releases"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of(tmp_path_factory.mktemp("examples"), FILES)


def test_examples_are_ordered_by_iri_and_know_their_form(release: Release) -> None:
    found = [(example.iri.removeprefix(BASE), example.form) for example in examples_of(release)]
    assert found == [
        ("queries/any", "ASK"),
        ("queries/authors", "CONSTRUCT"),
        ("queries/one", "DESCRIBE"),
        ("queries/titles", "SELECT"),
    ]


def test_an_example_has_its_labels_comments_keywords_and_prefixes(release: Release) -> None:
    assert examples_of(release)[3] == Example(
        iri=BASE + "queries/titles",
        form="SELECT",
        labels={"sv": "Titlar", "en": "Titles", "": "What they are called"},
        comments={"sv": "Alla titlar.", "en": "All titles."},
        keywords=("book", "title"),
        text=f"PREFIX b: <{BASE}ns#>\n"
        "PREFIX dct: <http://purl.org/dc/terms/>\n\n"
        "SELECT ?title WHERE { ?book a b:Book ; dct:title ?title }\nORDER BY ?title",
    )


def test_the_text_of_an_example_needs_nothing_else(release: Release) -> None:
    dataset = queries.Dataset([NamedNode(iri) for iri in release.default_graphs])
    for example in examples_of(release):
        queries.evaluate(release.store, queries.read_query(example.text), dataset)


def test_example_queries_are_in_a_graph_of_their_own_and_not_among_the_data(
    release: Release,
) -> None:
    assert BASE + "graph/queries" in release.manifest.graphs
    assert release.default_graphs == [BASE + "graph/data", BASE + "graph/ontology"]
    assert any(dump["file"] == "queries.ttl" for dump in release.manifest.dumps)


def test_the_quads_are_those_of_the_files_and_the_prefixes_that_are_not_there(
    release: Release,
) -> None:
    quads = quads_of_examples(release, BASE + "examples")
    written = [quad for quad in quads if quad.graph_name == NamedNode(BASE + "graph/queries")]
    assert len(written) == release.manifest.graphs[BASE + "graph/queries"]
    added = [quad.triple for quad in quads if quad not in written]
    ontology, dct = (NamedNode(f"{BASE}examples#prefixes{end}") for end in ("", "-dct"))
    users = [NamedNode(f"{BASE}queries/{name}") for name in ("any", "authors", "titles")]
    namespace = Literal("http://purl.org/dc/terms/", datatype=NamedNode(XSD + "anyURI"))
    assert added == [
        *(Triple(user, sh("prefixes"), ontology) for user in users),
        Triple(ontology, RDF_TYPE, OWL_ONTOLOGY),
        Triple(ontology, sh("declare"), dct),
        Triple(dct, sh("prefix"), Literal("dct")),
        Triple(dct, sh("namespace"), namespace),
    ]


def test_a_graph_that_the_setting_names_is_among_the_data(tmp_path: Path) -> None:
    toml = 'default_graph = ["data", "queries"]\n' + TOML
    release = release_of(tmp_path, FILES, toml)
    assert release.default_graphs == [BASE + "graph/data", BASE + "graph/queries"]
    assert len(examples_of(release)) == 4


def test_a_publication_needs_no_queries(tmp_path: Path) -> None:
    release = release_of(tmp_path, dict(BOOKS))
    assert examples_of(release) == ()
    assert quads_of_examples(release, BASE + "examples") == []
    assert release.default_graphs == [BASE + "graph/data", BASE + "graph/ontology"]


def test_examples_may_be_in_any_graph_but_that_of_the_shapes(tmp_path: Path) -> None:
    toml = TOML + '[graphs]\n"queries" = "data"\n'
    assert len(examples_of(release_of(tmp_path, FILES, toml))) == 4
