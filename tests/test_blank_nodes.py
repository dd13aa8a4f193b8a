from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from graphsvc.blank_nodes import Statement, canonical_order, components, has_blank
from graphsvc.errors import BlankNodesError

P, Q, G = (NamedNode(f"http://e/{name}") for name in "pqg")


def statements(quads: Iterable[Quad]) -> list[Statement]:
    return [Statement.of(f"{quad} .\n") for quad in dict.fromkeys(quads)]


def parsed(text: str) -> list[Statement]:
    return statements(parse(text.encode(), RdfFormat.TRIG, base_iri="http://e/"))


def edges(pairs: Iterable[tuple[object, object]]) -> list[Statement]:
    return parsed("".join(f"_:n{one} <p> _:n{other} ." for one, other in pairs))


@pytest.mark.parametrize(
    ("line", "taken_apart"),
    [
        ("<a> <p> <b> .\n", ("<a>", "<p>", "<b>", "")),
        ("<a> <p> <b> <g> .\n", ("<a>", "<p>", "<b>", " <g>")),
        ('_:a <p> "x" .\n', ("_:a", "<p>", '"x"', "")),
        ('_:a <p> "x \\" <y> ."@en <g> .\n', ("_:a", "<p>", '"x \\" <y> ."@en', " <g>")),
        ('_:a <p> "\u2028 _:b"^^<t> <g> .\n', ("_:a", "<p>", '"\u2028 _:b"^^<t>', " <g>")),
        ("_:a <p> _:b <g> .\n", ("_:a", "<p>", "_:b", " <g>")),
    ],
)
def test_a_line_is_taken_apart_and_put_together(line: str, taken_apart: tuple[str, ...]) -> None:
    statement = Statement.of(line)
    assert statement == taken_apart
    assert statement.line({}) == line


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("_:a <p> <b> .\n", True),
        ("<a> <p> _:b .\n", True),
        ('<a> <p> "_:b" .\n', False),
        ('<a> <p> " _:b " <g> .\n', False),
        ("<urn:_:a> <p> <b_:c> .\n", False),
    ],
)
def test_only_a_term_is_a_blank_node(line: str, has: bool) -> None:
    assert has_blank(line) is has


def test_statements_that_share_a_blank_node_are_of_one_component() -> None:
    text = "<a> <p> _:x . _:x <p> _:y . _:z <p> _:y . <a> <p> _:w . _:w <q> <a> ."
    assert sorted(len(component) for component in components(parsed(text))) == [2, 3]


nodes = st.sampled_from([BlankNode(name) for name in "uvwxyz"])
others = st.sampled_from([NamedNode("http://e/a"), NamedNode("http://e/b")])
quads = st.builds(
    Quad,
    st.one_of(nodes, nodes, others),
    st.sampled_from([P, P, Q]),
    st.one_of(nodes, nodes, nodes, others, st.just(Literal("_:a \u0085"))),
    st.sampled_from([G, NamedNode("http://e/h")]),
)


@settings(deadline=None)
@given(st.lists(quads, max_size=14))
def test_a_component_is_labelled_as_pyoxigraph_labels_it(quads: list[Quad]) -> None:
    mentioning = [each for each in statements(quads) if each.blank_nodes]
    for component in components(mentioning):
        order = canonical_order(component)
        labels = {node: f"_:c14n{number}" for number, node in enumerate(order)}
        text = "".join(statement.line({}) for statement in component)
        dataset = Dataset(parse(text.encode(), RdfFormat.N_QUADS))
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        assert sorted(statement.line(labels) for statement in component) == sorted(
            f"{quad} .\n" for quad in dataset
        )


LADDER = [
    (f"{one}{rung}", f"{other}{rung + 1}") for rung in range(30) for one in "ab" for other in "ab"
]
CLIQUE = [(one, other) for one in range(12) for other in range(12) if one != other]
RING = [(number, (number + 1) % 2_000) for number in range(2_000)]


@pytest.mark.parametrize("pairs", [LADDER, CLIQUE, RING])
def test_what_is_too_much_alike_is_refused(pairs: list[tuple[object, object]]) -> None:
    text = "<http://e/a> <http://e/p> _:n0 .\n"
    component = [Statement.of(text), *edges(pairs)]
    with pytest.raises(BlankNodesError, match=r"<http://e/a> leads to \d+ blank nodes"):
        canonical_order(component, hashes=20_000)


def test_a_long_list_of_equal_members_is_no_deeper_than_python_goes() -> None:
    names = range(1_100)
    chain = edges(pairwise(names))
    assert len(canonical_order(chain[:150])) == 151
    with pytest.raises(BlankNodesError):
        canonical_order(chain, hashes=20_000)
