"""A Store is the same, whichever way the quads got there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graphsvc.paths import Term
from graphsvc.shacl import store as stores
from graphsvc.shacl.plan import Query
from graphsvc.shacl.store import DataGraph
from graphsvc.vocab import XSD

ALL = Query("SELECT ?s ?p ?predicate WHERE { ?s ?p ?predicate }", ("?s", "?p", "?predicate"))
ODD: list[Term] = [
    Literal('\0\x01\t\n\r"\\ \u2028 \U0010ffff'),
    Literal("smörgås", language="sv-se"),
    Literal("", language="en"),
    Literal("01", datatype=NamedNode(XSD + "integer")),
    Literal("9" * 60, datatype=NamedNode(XSD + "integer")),
    Literal("2019-02-30", datatype=NamedNode(XSD + "date")),
    Literal("ä b", datatype=NamedNode("http://example.org/datatype")),
    NamedNode("http://example.org/ö?q=%20#x"),
    BlankNode("f1b0"),
]


def odd_quads(count: int) -> list[Quad]:
    subjects = (NamedNode("http://example.org/s"), BlankNode("f0b1"), BlankNode("f1b0"))
    graph = NamedNode("http://example.org/graph")
    quads = [
        Quad(subject, NamedNode(f"http://example.org/p{number}"), object_, graph)
        for number in range(count)
        for subject in subjects
        for object_ in ODD
    ]
    return [*quads, *(Quad(quad.subject, quad.predicate, quad.object) for quad in quads[:5])]


@pytest.fixture(autouse=True)
def everything_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "FEW", 3)
    monkeypatch.setattr(stores, "AT_ONCE", 100)


def rows(graph: DataGraph) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in graph.select(ALL)}


def test_what_is_stored_by_another_thread_comes_out_as_it_was() -> None:
    quads = odd_quads(500)
    graph = DataGraph()
    graph.extend(iter(quads))
    expected = {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads}
    assert rows(graph) == expected
    assert any("_:f1b0" in row for row in expected)


def test_a_fault_of_who_gives_the_quads_is_told_and_nothing_hangs() -> None:
    def failing() -> Iterator[Quad]:
        yield from parse(b"<urn:a> <urn:b> <urn:c> .\n" * 10_000, RdfFormat.N_TRIPLES)
        raise KeyError("on purpose")

    with pytest.raises(KeyError, match="on purpose"):
        DataGraph().extend(failing())


def test_it_may_end_where_a_part_ends() -> None:
    for count in (0, 1, 3, 4, 103, 203):
        text = "".join(f"<urn:{number}> <urn:p> 1 .\n" for number in range(count))
        graph = DataGraph()
        graph.extend(parse(text.encode(), RdfFormat.TURTLE))
        assert len(rows(graph)) == count


def test_queries_read_a_second_graph_only_where_literals_are_kept_there() -> None:
    graph = DataGraph()
    graph.extend(parse(b"<urn:a> <urn:p> 1 , 2 ; <urn:q> 01 .", RdfFormat.TURTLE))
    for text, count in (("?s <urn:p> ?o", 1), ("?s <urn:q> ?o", 2), ("?s ?predicate ?o", 2)):
        query = Query(f"SELECT ?o WHERE {{ {text} }}", ("?o",))
        assert len(graph._dataset(query).get("default_graph", ["the only one"])) == count
    graph.extend(parse(b"<urn:a> <urn:p> 007 .", RdfFormat.TURTLE))
    query = Query("SELECT ?o WHERE { ?s <urn:p> ?o }", ("?o",))
    assert sorted(str(row[0].value) for row in graph.select(query) if row[0]) == ["007", "1", "2"]
