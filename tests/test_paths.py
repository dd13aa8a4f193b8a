from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from graphsvc.errors import ShapesError
from graphsvc.paths import (
    Alternative,
    Inverse,
    Path,
    Repeated,
    Sequence,
    Term,
    predicates,
    read_path,
    write_path,
)
from graphsvc.vocab import RDF_NIL

A, B, C = (NamedNode(f"http://e/{name}") for name in "abc")
PREFIXES = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def looked_up(triples: Iterable[Triple]) -> Callable[[Term, NamedNode], list[Term]]:
    table: dict[tuple[object, NamedNode], list[Term]] = {}
    for triple in triples:
        assert isinstance(triple.object, NamedNode | BlankNode | Literal)
        table.setdefault((triple.subject, triple.predicate), []).append(triple.object)
    return lambda node, predicate: table.get((node, predicate), [])


def read(turtle: str) -> Path:
    """The path of the shape :S."""
    text = f"{PREFIXES} :S sh:path {turtle} ."
    triples = [quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)]
    objects = looked_up(triples)
    (node,) = objects(NamedNode("http://e/S"), NamedNode("http://www.w3.org/ns/shacl#path"))
    return read_path(node, objects)


@pytest.mark.parametrize(
    ("turtle", "path", "text"),
    [
        (":a", A, "<a>"),
        ("[ sh:inversePath :a ]", Inverse(A), "^<a>"),
        ("( :a :b )", Sequence((A, B)), "<a>/<b>"),
        ("[ sh:alternativePath ( :a :b ) ]", Alternative((A, B)), "<a>|<b>"),
        ("[ sh:zeroOrMorePath :a ]", Repeated(A, "*"), "<a>*"),
        ("[ sh:oneOrMorePath :a ]", Repeated(A, "+"), "<a>+"),
        ("[ sh:zeroOrOnePath :a ]", Repeated(A, "?"), "<a>?"),
        (
            "( [ sh:inversePath [ sh:oneOrMorePath ( :a :b ) ] ] :c )",
            Sequence((Inverse(Repeated(Sequence((A, B)), "+")), C)),
            "(^((<a>/<b>)+))/<c>",
        ),
    ],
)
def test_a_path_is_read_and_shown_as_sparql_has_it(turtle: str, path: Path, text: str) -> None:
    assert read(turtle) == path
    assert str(path).replace("http://e/", "") == text


@pytest.mark.parametrize(
    "turtle",
    [
        "()",
        "'a'",
        "[]",
        "[ sh:inversePath 'a' ]",
        "[ sh:alternativePath () ]",
        "[ sh:alternativePath :a ]",
        "( :a 1 )",
        "_:p . _:p sh:inversePath _:p",
        "_:p . _:p sh:zeroOrMorePath ( :a _:p )",
        "_:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :a",
        "_:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :a ;"
        " <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l",
        "[ sh:inversePath " * 5_000 + ":a" + " ]" * 5_000,
    ],
    ids=lambda turtle: turtle[:40],
)
def test_what_is_no_path_is_told(turtle: str) -> None:
    with pytest.raises(ShapesError, match="is not a property path; a predicate or a path of SHACL"):
        read(turtle)


def test_the_predicates_of_a_path_come_in_order() -> None:
    path = Sequence((Inverse(B), Alternative((A, Repeated(C, "*"))), B))
    assert list(predicates(path)) == [B, A, C, B]


def _within(paths: st.SearchStrategy[Path]) -> st.SearchStrategy[Path]:
    members = st.lists(paths, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Inverse, paths),
        st.builds(Sequence, members),
        st.builds(Alternative, members),
        st.builds(Repeated, paths, st.sampled_from("*+?")),
    )


@given(st.recursive(st.sampled_from([A, B, C]), _within, max_leaves=8))
def test_a_path_that_is_written_reads_the_same(path: Path) -> None:
    node, triples = write_path(path)
    assert read_path(node, looked_up(triples)) == path


def test_a_named_list_is_no_way_out() -> None:
    assert write_path(Sequence(())) == (RDF_NIL, [])
