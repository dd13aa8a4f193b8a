from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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

from graphsvc import changes
from graphsvc.changes import Change, Kind, NQuads, State, compare

P = NamedNode("http://e/p")


def canonical(quads: Iterable[Quad]) -> list[str]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n" for quad in dataset)


def state(text: str) -> State:
    prefix = "BASE <http://e/> PREFIX : <http://e/> "
    return State(canonical(parse((prefix + text).encode(), RdfFormat.TRIG)))


def between(before: str, after: str) -> list[Change]:
    return list(compare(state(before), state(after)))


def told(before: str, after: str) -> list[tuple[Kind, str]]:
    return [(change.kind, change.resource) for change in between(before, after)]


def test_each_resource_is_created_updated_or_deleted() -> None:
    assert told("<a> :p 1. <b> :p 1. <c> :p 1.", "<b> :p 2. <c> :p 1. <d> :p 1.") == [
        (Kind.DELETED, "http://e/a"),
        (Kind.UPDATED, "http://e/b"),
        (Kind.CREATED, "http://e/d"),
    ]


def test_an_update_has_all_that_is_said_and_what_of_it_is_new() -> None:
    (change,) = between('<a> :p "x", "y" .', '<a> :p "y", "z" .')
    assert change.before == (
        '<http://e/a> <http://e/p> "x" .\n',
        '<http://e/a> <http://e/p> "y" .\n',
    )
    assert change.after == (
        '<http://e/a> <http://e/p> "y" .\n',
        '<http://e/a> <http://e/p> "z" .\n',
    )
    assert change.removed == ['<http://e/a> <http://e/p> "x" .\n']
    assert change.added == ['<http://e/a> <http://e/p> "z" .\n']


def test_a_statement_that_changes_its_graph_has_changed() -> None:
    assert told("GRAPH <g> { <a> :p 1 }", "GRAPH <h> { <a> :p 1 }") == [
        (Kind.UPDATED, "http://e/a")
    ]


def test_other_names_for_blank_nodes_are_no_change() -> None:
    assert between("<a> :p _:x . _:x :q _:y . _:y :r 1 .", "<a> :p [ :q [ :r 1 ] ] .") == []


def test_a_blank_node_does_not_change_with_another() -> None:
    before = "<a> :p [ :q [ :r 1 ] ] . <b> :p ( 1 2 3 ) ."
    assert told(before, before + "<0> :p [ :q [ :r 2 ], [ :r 3 ] ] .") == [
        (Kind.CREATED, "http://e/0")
    ]


def test_a_change_deep_in_blank_nodes_is_one_of_the_resource_that_leads_to_them() -> None:
    (change,) = between("<a> :p [ :q [ :r 1 ] ] .", "<a> :p [ :q [ :r 2 ] ] .")
    assert change.resource == "http://e/a"
    assert len(change.before) == len(change.after) == 3


def test_what_several_lead_to_stands_with_each() -> None:
    changed = between(
        "<a> :p _:x . <b> :p _:x . _:x :q 1 .", "<a> :p _:x . <b> :p _:x . _:x :q 2 ."
    )
    assert [(change.resource, len(change.after)) for change in changed] == [
        ("http://e/a", 2),
        ("http://e/b", 2),
    ]


def test_what_very_many_lead_to_stands_with_the_first() -> None:
    names = [f"<{number:03}>" for number in range(changes.SHARED + 1)]
    text = " ".join(f"{name} :p _:x ." for name in names) + " _:x :q [ :r 1 ] . <100> :p [ :q 2 ] ."
    lines = dict(state(text))
    assert len(lines["<http://e/000>"]) == 3
    assert len(lines["<http://e/050>"]) == 1
    assert len(lines["<http://e/100>"]) == 3


def test_blank_nodes_that_no_iri_leads_to_are_told_too() -> None:
    assert between("[] :p 1 .", "[] :p 1 .") == []
    deleted, created = sorted(
        between("[] :p 1 .", "[] :p 2 ."), key=lambda change: change.kind.name, reverse=True
    )
    assert deleted.resource.startswith("_:")
    assert (deleted.kind, created.kind) == (Kind.DELETED, Kind.CREATED)


def test_copies_of_a_blank_node_are_counted() -> None:
    (change,) = between("<a> :p [ :q 1 ], [ :q 1 ] .", "<a> :p [ :q 1 ], [ :q 1 ], [ :q 1 ] .")
    assert change.removed == []
    assert len(change.added) == 2


def test_what_looks_like_a_blank_node_in_a_text_is_text() -> None:
    text = '<a> :p "_:x", "a _:x <http://e/> ."@en, " _:b \\" "^^:t . _:b :p " _:c ." .'
    assert between(text, text) == []
    assert list(state(text).labels.values()) == ["_:c14n0"]


def test_a_file_is_read_as_often_as_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq"
    path.write_text("".join(canonical(parse(b"<x:a> <x:p> [] .", RdfFormat.TURTLE))), "utf-8")
    assert list(compare(State(NQuads(path)), State(NQuads(path)))) == []


# Whatever the two states, their changes lead from one to the other

nodes = st.one_of(
    st.sampled_from([NamedNode("http://e/a"), NamedNode("http://e/b")]),
    st.sampled_from([BlankNode(name) for name in "vwxyz"]),
)
objects = st.one_of(nodes, st.sampled_from([Literal("1"), Literal(" _:v ")]))
predicates = st.sampled_from([P, NamedNode("http://e/q")])
graphs = st.lists(st.builds(Quad, nodes, predicates, objects), max_size=8)


def isomorphic(one: Iterable[Quad], other: Iterable[Quad]) -> bool:
    return canonical(one) == canonical(other)


def lines_of(of: State) -> set[str]:
    return {line for _, lines in of for line in lines}


def read(lines: Iterable[str]) -> list[Quad]:
    return list(parse("".join(lines).encode(), RdfFormat.N_QUADS))


@settings(deadline=None)
@given(graphs)
def test_a_state_is_the_graph_that_it_was_made_from(quads: list[Quad]) -> None:
    assert isomorphic(read(lines_of(State(canonical(quads)))), quads)


@settings(deadline=None)
@given(graphs, st.randoms(use_true_random=False))
def test_a_graph_with_other_labels_has_the_same_state(
    quads: list[Quad], chance: random.Random
) -> None:
    names = [BlankNode(name) for name in "klmno"]
    chance.shuffle(names)
    renamed = dict(zip([BlankNode(name) for name in "vwxyz"], names, strict=True))

    def other(term: Any) -> Any:
        return renamed.get(term, term)

    others = [Quad(other(each.subject), each.predicate, other(each.object)) for each in quads]
    assert list(State(canonical(quads))) == list(State(canonical(others)))


@settings(deadline=None)
@given(graphs, graphs)
def test_changes_lead_from_one_state_to_the_other(before: list[Quad], after: list[Quad]) -> None:
    old, new = State(canonical(before)), State(canonical(after))
    lines = lines_of(old)
    changed = list(compare(old, new))
    for change in changed:
        lines -= set(change.removed)
    for change in changed:
        lines |= set(change.added)
    assert lines == lines_of(new)
    assert (changed == []) == isomorphic(before, after)


def test_several_blank_nodes_of_which_nothing_is_said_are_no_change() -> None:
    text = "<a> :p [], [], [] ; :q [], [] ."
    for number in range(8):
        assert told(text, text + f"<b> :p [ :q {number} ] .") == [(Kind.CREATED, "http://e/b")]
