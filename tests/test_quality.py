from __future__ import annotations

from pathlib import Path

from publications import BASE, BOOKS, write
from pyoxigraph import Literal, NamedNode, Quad, Store

from graphsvc.build import build
from graphsvc.corrections import CorrectionTerms
from graphsvc.quality import tally
from graphsvc.release import Manifest
from graphsvc.vocab import RDF_TYPE

TERMS = CorrectionTerms(BASE + "ns#Change", BASE + "ns#of")
KIND = BASE + "ns#kind"


def named(local: str) -> NamedNode:
    return NamedNode(BASE + local)


def correction(local: str, kind: NamedNode | Literal, graph: str = "data") -> list[Quad]:
    subject = named(local)
    return [
        Quad(subject, RDF_TYPE, NamedNode(TERMS.class_), named(graph)),
        Quad(subject, NamedNode(KIND), kind, named(graph)),
    ]


def store(*quads: Quad) -> Store:
    filled = Store()
    filled.extend(quads)
    return filled


def test_corrections_are_counted_by_concept_the_most_frequent_first() -> None:
    quads = [
        *correction("1", named("b")),
        *correction("2", named("b")),
        *correction("3", named("a")),
    ]
    assert list(tally(store(*quads), TERMS, KIND).items()) == [(BASE + "b", 2), (BASE + "a", 1)]


def test_what_two_graphs_state_is_counted_once() -> None:
    quads = correction("1", named("a")) + correction("1", named("a"), "other")
    assert tally(store(*quads), TERMS, KIND) == {BASE + "a": 1}


def test_only_corrections_and_only_concepts_count() -> None:
    other = Quad(named("2"), NamedNode(KIND), named("a"), named("data"))
    assert tally(store(*correction("1", Literal("a")), other), TERMS, KIND) == {}


def test_publication_that_names_no_terms_counts_nothing() -> None:
    assert tally(store(*correction("1", named("a"))), None, KIND) == {}
    assert tally(store(*correction("1", named("a"))), TERMS, "") == {}


def test_results_are_told_by_shape_and_those_of_unnamed_shapes_by_the_shape_around(
    tmp_path: Path,
) -> None:
    shapes = (
        "shapes:Book a sh:NodeShape ; sh:targetClass :Book ;\n"
        "  sh:property [ sh:path :by ; sh:maxCount 0 ; sh:severity sh:Info ] ,\n"
        "    [ sh:path dct:title ; sh:maxCount 1 ; sh:severity sh:Warning ;\n"
        "      sh:message 'One title.'@en , 'En titel.'@sv ] .\n"
    )
    root = write(tmp_path / "books", {**BOOKS, "shapes/book.ttl": shapes})
    told = Manifest.read(build(root, tmp_path / "releases")).findings_by_shape
    book = "https://example.org/books/shapes#Book"
    assert [(row["severity"], row["shape"], row["results"]) for row in told] == [
        ("warning", book, 1),
        ("info", book, 2),
    ]
    assert told[0]["messages"] == {"en": "One title.", "sv": "En titel."}
    assert told[0]["focus_node"] == BASE + "id/one"
    assert told[0]["at"] == "data/books.ttl:11"
