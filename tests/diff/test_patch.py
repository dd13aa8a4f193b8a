"""An RDF Patch, applied to the canonical N-Quads before, gives the state after."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from diff.comparing import written
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.sides import Sides

P, Q, G = (NamedNode(f"http://e/{name}") for name in "pqg")
nodes = st.sampled_from(
    [NamedNode("http://e/a"), NamedNode("http://e/b"), *(BlankNode(name) for name in "vwxyz")]
)
literals = st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=3))
datasets = st.lists(
    st.builds(
        Quad,
        nodes,
        st.sampled_from([P, Q]),
        st.one_of(nodes, nodes, literals),
        st.sampled_from([G, NamedNode("http://e/h")]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def canonical(quads: Iterable[Quad]) -> str:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def comparison(scratch: Path, before: Iterable[Quad], after: Iterable[Quad]) -> Comparison:
    sides = Sides(scratch, scratch)
    paths = scratch / "before.nq", scratch / "after.nq"
    for path, quads in zip(paths, (before, after), strict=True):
        serialize(quads, str(path), RdfFormat.N_QUADS)
    return Comparison.of(*(sides.read(str(path)) for path in paths))


def applied(patch: str, quads: Iterable[Quad]) -> Dataset:
    """What Jena makes of it: each row in turn, blank nodes being those of that label."""
    dataset = Dataset(quads)
    first, *rows, last = patch.removesuffix("\n").split("\n")
    assert (first, last) == ("TX .", "TC .")
    for row in rows:
        operation, _, line = row.partition(" ")
        (quad,) = parse(line.encode(), RdfFormat.N_QUADS)
        if operation == "D":
            assert quad in dataset
            dataset.remove(quad)
        else:
            assert operation == "A"
            assert quad not in dataset
            dataset.add(quad)
    return dataset


@settings(deadline=None, max_examples=50)
@given(datasets, datasets)
def test_a_patch_leads_from_one_state_to_the_other(
    scratch: Path, before: list[Quad], after: list[Quad]
) -> None:
    patch = written(comparison(scratch, before, after), "patch")
    start = parse(canonical(before).encode(), RdfFormat.N_QUADS)
    assert canonical(applied(patch, start)) == canonical(after)


@settings(deadline=None, max_examples=50)
@given(datasets, st.lists(st.builds(Quad, nodes, st.just(P), literals, st.just(G)), max_size=2))
def test_a_patch_has_no_row_for_what_stays(
    scratch: Path, quads: list[Quad], more: list[Quad]
) -> None:
    compared = comparison(scratch, quads, [*quads, *more])
    rows = written(compared, "patch").split("\n")[1:-2]
    named = [quad for quad in {*more} - {*quads} if isinstance(quad.subject, NamedNode)]
    assert all(f"A {quad} ." in rows for quad in named)
    if not any(isinstance(quad.subject, BlankNode) for quad in more):
        assert len(rows) == len(named)


def test_triples_are_patched_if_one_side_has_no_graphs(scratch: Path) -> None:
    quads = [Quad(P, P, Q, G), Quad(P, Q, BlankNode("x"), G), Quad(BlankNode("x"), P, Q, G)]
    triples = [Quad(each.subject, each.predicate, each.object) for each in quads]
    assert comparison(scratch, quads, triples).is_empty
    compared = comparison(scratch, quads, triples[:1])
    start = [
        Quad(q.subject, q.predicate, q.object)
        for q in parse(canonical(quads).encode(), RdfFormat.N_QUADS)
    ]
    assert set(applied(written(compared, "patch"), start)) == {triples[0]}
    assert all(isinstance(quad.graph_name, DefaultGraph) for quad in triples)
