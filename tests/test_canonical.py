from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
)

from graphsvc import blank_nodes
from graphsvc.canonical import Canonicalizer, LineSorter
from graphsvc.errors import BlankNodesError

S, P, G = NamedNode("http://e/s"), NamedNode("http://e/p"), NamedNode("http://e/g")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def ordered(scratch: Path, lines: Iterable[str], run_lines: int = 400_000) -> list[str]:
    sorter = LineSorter(scratch, run_lines)
    for line in lines:
        sorter.add(line)
    return list(sorter)


def canonical(scratch: Path, quads: Iterable[Quad], run_lines: int = 400_000) -> list[str]:
    canonicalizer = Canonicalizer(scratch, run_lines)
    canonicalizer.add(quads, G)
    return list(canonicalizer)


def quads(text: str) -> list[Quad]:
    return list(parse(text.encode(), RdfFormat.TRIG, base_iri="http://e/"))


# Sorting

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=4)


@given(st.lists(texts), st.integers(1, 5))
def test_lines_come_sorted_by_code_point_once_each_however_often_they_spill(
    scratch: Path, lines: list[str], run_lines: int
) -> None:
    lines = [line + "\n" for line in lines]
    assert ordered(scratch, lines, run_lines) == sorted(set(lines))
    assert list(scratch.iterdir()) == []


def test_code_points_beyond_the_basic_plane_come_last(scratch: Path) -> None:
    assert ordered(scratch, ["\U0001f600\n", "\ufffd\n", "z\n", "å\n"], 1) == [
        "z\n",
        "å\n",
        "\ufffd\n",
        "\U0001f600\n",
    ]


@pytest.mark.parametrize("character", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_a_line_feed_ends_a_line(scratch: Path, character: str) -> None:
    lines = [f'"a{character}b"\n', f'"a{character}a"\n']
    assert ordered(scratch, lines, 1) == sorted(lines)


# Canonical N-Quads

EXAMPLE = """\
_:x <p> _:y . _:y <p> <s> , "1" . <s> <p> "å\\n\\u2028\\u0085\\"" , "01" .
<g> { _:x <p> [ <p> [] ] . [] <p> ( 1 2 ) } <h> { <s> <p> _:h }
"""


def of_pyoxigraph(quads: Iterable[Quad]) -> list[str]:
    """The canonical N-Quads of all quads together, with <g> for the default graph."""
    dataset = Dataset(
        Quad(quad.subject, quad.predicate, quad.object, G)
        if isinstance(quad.graph_name, DefaultGraph)
        else quad
        for quad in quads
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n" for quad in dataset)


def test_labels_are_those_of_rdfc_10(scratch: Path) -> None:
    # Blank nodes whose own statements tell them apart are numbered by the hashes of these, in
    # which a node is _:a to itself and every other is _:z (4.6 of the recommendation).
    labels = [f"_:e{n}" for n in range(6)]
    statements = [
        f"<http://e/s> <http://e/p{n}> {each} <http://e/g> .\n" for n, each in enumerate(labels)
    ]
    statements.append("_:e0 <http://e/p> _:e1 <http://e/g> .\n")

    def hashed(label: str) -> str:
        own = [
            re.sub(r"_:e\d", lambda found: "_:a" if found[0] == label else "_:z", statement)
            for statement in statements
            if label in statement
        ]
        return hashlib.sha256("".join(sorted(own)).encode()).hexdigest()

    ranked = sorted(labels, key=hashed)
    expected = [
        re.sub(r"_:e\d", lambda found: f"_:c14n{ranked.index(found[0])}", statement)
        for statement in statements
    ]
    read = list(parse("".join(statements).encode(), RdfFormat.N_QUADS))
    assert canonical(scratch, read) == sorted(expected)


nodes = st.sampled_from([S, G, *(BlankNode(f"b{n}") for n in range(4))])
objects = st.one_of(nodes, st.builds(Literal, texts))
graphs = st.sampled_from([G, S, DefaultGraph()])
datasets = st.lists(st.builds(Quad, nodes, st.just(P), objects, graphs), max_size=8)


@given(datasets, st.integers(1, 4))
def test_the_whole_is_what_pyoxigraph_makes_of_it(
    scratch: Path, quads: list[Quad], run_lines: int
) -> None:
    assert canonical(scratch, quads, run_lines) == of_pyoxigraph(quads)


@given(datasets, st.randoms(use_true_random=False), st.permutations(["b0", "b1", "b2", "b3"]))
def test_neither_order_nor_labels_matter(
    scratch: Path, quads: list[Quad], chance: random.Random, labels: list[str]
) -> None:
    def renamed(term: Any) -> Any:
        return BlankNode("n" + relabelled[term.value]) if isinstance(term, BlankNode) else term

    relabelled = dict(zip(sorted(labels), labels, strict=True))
    others = [Quad(renamed(q.subject), q.predicate, renamed(q.object), q.graph_name) for q in quads]
    chance.shuffle(others)
    assert canonical(scratch, [*others, *others]) == canonical(scratch, quads)


def test_spilling_changes_nothing(scratch: Path) -> None:
    example = quads(EXAMPLE)
    assert canonical(scratch, example, 1) == canonical(scratch, example) == of_pyoxigraph(example)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_literal_survives_on_one_line(scratch: Path, text: str) -> None:
    quad = Quad(S, P, Literal(text), G)
    (line,) = canonical(scratch, [quad], 1)
    assert line.count("\n") == 1
    assert list(parse(line.encode(), RdfFormat.N_QUADS)) == [quad]


def test_a_long_literal_survives(scratch: Path) -> None:
    quad = Quad(S, P, Literal("å\u2028😀\n" * 300_000), G)
    (line,) = canonical(scratch, [quad], 1)
    assert list(parse(line.encode(), RdfFormat.N_QUADS)) == [quad]


def test_literals_are_escaped_as_canonical_n_quads_are(scratch: Path) -> None:
    text = "\x00\x07\b\t\n\x0b\f\r\x1f\"\\'\x7få\x85\u2028😀"
    (line,) = canonical(scratch, [Quad(S, P, Literal(text), G)])
    escaped = r'"\u0000\u0007\b\t\n\u000B\f\r\u001F\"\\' + "'" + r"\u007F" + 'å\x85\u2028😀"'
    assert line == f"<http://e/s> <http://e/p> {escaped} <http://e/g> .\n"


def test_literals_are_kept_as_written(scratch: Path) -> None:
    text = "<s> <p> 01 , 5.50 , 'a'@en-GB , 'a'^^<http://www.w3.org/2001/XMLSchema#string> ."
    written = [line.split(" ")[2] for line in canonical(scratch, quads(text))]
    assert [each.replace("http://www.w3.org/2001/XMLSchema#", "xsd:") for each in written] == [
        '"01"^^<xsd:integer>',
        '"5.50"^^<xsd:decimal>',
        '"a"',
        '"a"@en-gb',
    ]


def test_a_quad_stays_in_a_graph_of_its_own(scratch: Path) -> None:
    text = "<s> <p> <o> , [] . <h> { <s> <p> <o> , [] }"
    graphs = sorted(line.split(" ")[3] for line in canonical(scratch, quads(text)))
    assert graphs == ["<http://e/g>", "<http://e/g>", "<http://e/h>", "<http://e/h>"]


def test_text_that_looks_like_a_blank_node_is_none(scratch: Path) -> None:
    (line,) = canonical(scratch, quads("<http://e/_:a> <p> '_:b0 _:c' ."))
    assert line == '<http://e/_:a> <http://e/p> "_:b0 _:c" <http://e/g> .\n'


def test_blank_nodes_are_all_in_one_run(tmp_path: Path) -> None:
    """Who stores the runs one by one labels the blank nodes of each anew."""
    runs: list[list[str]] = []
    canonical = Canonicalizer(
        tmp_path, run_lines=7, on_run=lambda path: runs.append(path.read_text().splitlines())
    )
    canonical.add((Quad(NamedNode(f"http://e/{n}"), P, S) for n in range(17)), G)
    for node in [BlankNode() for _ in range(10)]:
        canonical.add([Quad(S, P, node), Quad(node, P, S)], G)
    assert len(list(canonical)) == 37
    assert [len(run) for run in runs if any("_:" in line for line in run)] == [20]


# Blank nodes that are too much alike


def tied(copies: int) -> str:
    """What leads to blank nodes that nothing tells apart; of two copies nor do the hubs."""
    hubs = "".join(f"<x{n}> <p> [ <hub> [ <q> {'[], ' * 11}[] ] ] ." for n in range(copies))
    return hubs + "<y> <p> [ <q> <o> ] ."


def test_leaves_alike_are_labelled_if_their_hub_is_known(scratch: Path) -> None:
    example = quads(tied(1))
    assert canonical(scratch, example) == of_pyoxigraph(example)


def test_leaves_alike_are_refused_if_their_hub_has_its_like_elsewhere(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blank_nodes, "HASHES", 20_000)  # it would take 12! orders
    with pytest.raises(BlankNodesError, match="<http://e/x0> leads to 14 blank nodes"):
        canonical(scratch, quads(tied(2)))


@pytest.mark.parametrize("hashes", [1, 10**6])
@settings(deadline=None)
@given(graph=datasets)
def test_looking_for_symmetry_changes_no_label(
    scratch: Path, hashes: int, graph: list[Quad]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blank_nodes, "HASHES", hashes)
        try:
            lines = canonical(scratch, graph)
        except BlankNodesError:
            assert hashes == 1
        else:
            assert lines == of_pyoxigraph(graph)
