from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graphsvc.store import StoreBuilder, open_store

S, P, G = NamedNode("http://e/s"), NamedNode("http://e/p"), NamedNode("http://e/g")
LINE = '<http://e/s> <http://e/p> "o" <http://e/g> .\n'


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "quads.nq").write_text(LINE)
    with StoreBuilder(tmp_path / "store") as builder:
        builder.load(tmp_path / "quads.nq")
        builder.finish()
    return tmp_path / "store"


def test_a_store_holds_the_quads_of_the_file(built: Path) -> None:
    assert list(open_store(built)) == [Quad(S, P, Literal("o"), G)]


def test_two_readers_may_open_a_store(built: Path) -> None:
    first, second = open_store(built), open_store(built)
    assert len(first) == len(second) == 1


def test_a_store_cannot_be_written(built: Path) -> None:
    store = open_store(built)
    with pytest.raises(RuntimeError, match="read-write"):
        store.add(Quad(S, P, Literal("x"), DefaultGraph()))


def test_nothing_makes_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "quads.nq").touch()
    with StoreBuilder(tmp_path / "store") as builder:
        builder.load(tmp_path / "quads.nq")
        builder.finish()
    assert len(open_store(tmp_path / "store")) == 0


@pytest.mark.parametrize("place", ["missing", "empty", "file"])
def test_what_is_no_store_is_not_opened(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"\S"):
        open_store(tmp_path / place)


def test_the_default_graph_is_the_merge_of_its_graphs(tmp_path: Path) -> None:
    (tmp_path / "quads.nq").write_text(
        LINE
        + LINE.replace("/g>", "/h>")
        + LINE.replace("/g>", "/other>")
        + "<http://e/s> <http://e/p> _:c14n0 <http://e/g> .\n"
        + "_:c14n0 <http://e/p> <http://e/s> <http://e/h> .\n"
    )
    with StoreBuilder(tmp_path / "store", lambda iri: not iri.endswith("other")) as builder:
        builder.load(tmp_path / "quads.nq")
        builder.finish()
    store = open_store(tmp_path / "store")
    assert len(list(store.quads_for_pattern(S, P, Literal("o"), DefaultGraph()))) == 1
    assert len(list(store.quads_for_pattern(S, P, Literal("o"), None))) == 4
    # A blank node is one in every graph, the default one among them.
    assert store.query("ASK { <http://e/s> <http://e/p> ?b . ?b <http://e/p> <http://e/s> }")
    assert store.query(
        "ASK { <http://e/s> <http://e/p> ?b . GRAPH <http://e/h> { ?b <http://e/p> ?s } }"
    )
    assert len(list(tmp_path.iterdir())) == 2
