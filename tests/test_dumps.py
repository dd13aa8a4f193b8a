"""Every dump holds its graph, whole, and is what is told of it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from publications import BASE
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

from graphsvc.canonical import Canonicalizer
from graphsvc.dumps import Coded, Dump, write_dumps, write_parts
from graphsvc.formats import N_QUADS, RDF_FORMATS, from_suffix
from graphsvc.vocab import RDF_TYPE

XSD = "http://www.w3.org/2001/XMLSchema#"
A, B, P = (NamedNode(BASE + name) for name in ("id/a", "id/å\u00a0b", "ns#p"))
GRAPHS = [
    BASE + "graph/data",
    BASE + "graph/all",
    BASE + "graph/..",
    BASE + "graph/.",
    BASE + "graph/",
    BASE + "graph",
    BASE + "graph/a/../../b",
    BASE + "graph/åäö",
    BASE + "graph/data.nt",
    BASE + "graph/con%20trol?x=1#y",
    "urn:other:data",
    "https://elsewhere.example/graph/data",
    "http://example.org/" + "long" * 200,
]


def sample() -> list[Quad]:
    """A bit of everything in every graph, one triple in all of them, one list across two."""
    quads = []
    for number, iri in enumerate(GRAPHS):
        graph, blank = NamedNode(iri), BlankNode(f"b{number}")
        for term in (
            Literal("01", datatype=NamedNode(XSD + "integer")),
            Literal("5.50", datatype=NamedNode(XSD + "decimal")),
            Literal('q"uote\\ \n\r\ttab <&> é 😀'),
            Literal("Åland", language="sv"),
            Literal("x", language="en-gb"),
            Literal("a.b", datatype=NamedNode(BASE + "ns#own")),
            Literal(f"only in {number}"),
            B,
            blank,
        ):
            quads.append(Quad(A, P, term, graph))
        quads.append(Quad(blank, P, BlankNode("shared"), graph))
    return quads


@pytest.fixture
def n_quads(tmp_path: Path) -> Path:
    return write_n_quads(tmp_path, sample())


def write_n_quads(folder: Path, quads: list[Quad]) -> Path:
    assert not any(isinstance(quad.graph_name, DefaultGraph) for quad in quads)
    canonicalizer = Canonicalizer(folder)
    canonicalizer.add(quads, NamedNode("urn:x:none"))
    path = folder / "quads.nq"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(canonicalizer)
    return path


def dumps_of(n_quads: Path) -> tuple[list[Dump], dict[str, int]]:
    return write_dumps(
        n_quads.parent / "dumps", n_quads, BASE, {"": BASE + "ns#", "id": BASE + "id/"}
    )


def canonical(quads: list[Quad]) -> list[str]:
    graph = Dataset(quads)
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, graph))


def in_default_graph(quads: list[Quad]) -> list[Quad]:
    return [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]


def test_every_dump_parses_to_its_graph(n_quads: Path) -> None:
    quads = list(parse(path=str(n_quads), format=RdfFormat.N_QUADS))
    dumps, _ = dumps_of(n_quads)
    for dump in dumps:
        format = from_suffix(dump.file.removesuffix(".gz").rpartition(".")[2])
        assert format is not None
        assert format.media_type == dump.media_type
        content = (n_quads.parent / "dumps" / dump.file).read_bytes()
        found = list(parse(gzip.decompress(content) if dump.gzip else content, format.rdf))
        wanted = [
            quad for quad in quads if dump.graph in (None, getattr(quad.graph_name, "value", ""))
        ]
        if not format.datasets:
            wanted = in_default_graph(wanted)
        assert canonical(found) == canonical(wanted), dump.file


def test_formats_without_graphs_hold_each_triple_of_the_whole_once(n_quads: Path) -> None:
    dumps_of(n_quads)
    lines = (n_quads.parent / "dumps" / "all.nt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines))
    assert sum('"01"' in line for line in lines) == 1


def test_there_is_a_dump_of_each_graph_in_each_format_plain_and_compressed(n_quads: Path) -> None:
    dumps, counts = dumps_of(n_quads)
    told = [(dump.graph, dump.media_type, dump.gzip) for dump in dumps]
    assert sorted(told, key=str) == sorted(
        (
            (graph, format.media_type, packed)
            for graph in (None, *GRAPHS)
            for format in RDF_FORMATS
            for packed in (False, True)
        ),
        key=str,
    )
    assert counts == dict.fromkeys(sorted(GRAPHS), 10)


def test_files_are_what_is_told_of_them(n_quads: Path) -> None:
    folder = n_quads.parent / "dumps"
    dumps, _ = dumps_of(n_quads)
    told: list[Dump | Coded] = [*dumps]
    told += (each for dump in dumps for each in dump.codings.values())
    assert {each.file for each in told} == {path.name for path in folder.iterdir()}
    for each in told:
        content = (folder / each.file).read_bytes()
        assert each.bytes == len(content)
        assert each.sha256 == hashlib.sha256(content).hexdigest()


def test_a_coded_dump_is_the_plain_one(n_quads: Path) -> None:
    folder = n_quads.parent / "dumps"
    dumps, _ = dumps_of(n_quads)
    decode: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "zstd": zstandard.ZstdDecompressor().decompress,
    }
    for dump in dumps:
        assert dump.codings.keys() == (set() if dump.gzip else decode.keys())
        for coding, coded in dump.codings.items():
            content = decode[coding]((folder / coded.file).read_bytes())
            assert content == (folder / dump.file).read_bytes()


def test_a_compressed_dump_is_the_plain_one_without_name_or_time(n_quads: Path) -> None:
    folder = n_quads.parent / "dumps"
    dumps, _ = dumps_of(n_quads)
    for dump in dumps:
        if dump.gzip:
            packed = (folder / dump.file).read_bytes()
            assert gzip.decompress(packed) == (folder / dump.file.removesuffix(".gz")).read_bytes()
            assert packed[3:8] == bytes(5)  # no flags, no time


def test_the_names_of_files_stay_in_the_folder_and_are_short(n_quads: Path) -> None:
    dumps, _ = dumps_of(n_quads)
    for dump in dumps:
        assert Path(dump.file).name == dump.file
        assert not dump.file.startswith(".")
        assert len(dump.file.encode()) < 100


def test_a_graph_of_the_publication_has_its_name_and_any_other_a_digest(n_quads: Path) -> None:
    dumps, _ = dumps_of(n_quads)
    by_graph = {dump.graph: dump.file.partition(".")[0] for dump in dumps}
    assert by_graph[None] == "all"
    assert by_graph[BASE + "graph/data"] == "data"
    for graph in ("urn:other:data", BASE + "graph/all"):
        assert by_graph[graph] == "graph-" + hashlib.sha256(graph.encode()).hexdigest()[:12]


def test_literals_are_dumped_as_they_were_written(n_quads: Path) -> None:
    dumps_of(n_quads)
    for format in RDF_FORMATS:
        text = (n_quads.parent / "dumps" / f"data.{format.suffix}").read_text(encoding="utf-8")
        assert "01" in text
        assert "5.50" in text
        assert "en-gb" in text


def test_the_same_quads_give_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name, quads in (("one", sample()), ("other", sample()[::-1])):
        (tmp_path / name).mkdir()
        dumps, _ = dumps_of(write_n_quads(tmp_path / name, quads))
        found.append(dumps)
    assert found[0] == found[1]


def test_the_whole_in_n_quads_is_the_canonical_form(n_quads: Path) -> None:
    dumps_of(n_quads)
    path = n_quads.parent / "dumps" / f"all.{N_QUADS.suffix}"
    assert path.read_bytes() == n_quads.read_bytes()


def test_a_part_by_class_has_dumps_in_every_format_each_triple_once(n_quads: Path) -> None:
    own = NamedNode(BASE + "ns#Own")
    typed = [Quad(A, RDF_TYPE, own, NamedNode(graph)) for graph in GRAPHS[:2]]
    write_n_quads(n_quads.parent, [*sample(), *typed])
    wanted = [q for q in parse(path=str(n_quads), format=RdfFormat.N_QUADS) if q.subject == A]
    dumps_of(n_quads)
    folder = n_quads.parent / "dumps"
    classes = {"things": [own.value], "nothing": [BASE + "ns#None"]}
    dumps, counts = write_parts(folder, n_quads, classes, {})
    assert {(dump.graph, dump.part) for dump in dumps} == {(None, "things")}
    assert len(dumps) == 2 * len(RDF_FORMATS)
    assert not list(folder.glob("nothing.*"))
    for dump in dumps:
        content = (folder / dump.file).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (dump.bytes, dump.sha256)
        format = from_suffix(dump.file.removesuffix(".gz").rpartition(".")[2])
        assert format is not None
        found = list(parse(gzip.decompress(content) if dump.gzip else content, format.rdf))
        about = [quad for quad in found if quad.subject == A]
        if format.datasets:
            assert canonical(found) == canonical([*wanted, *_blank(n_quads)])
        else:
            assert len(about) == counts["things"] - len({q.subject for q in found} - {A})
            assert len(found) == len(set(found)) == counts["things"]


def _blank(n_quads: Path) -> list[Quad]:
    quads = parse(path=str(n_quads), format=RdfFormat.N_QUADS)
    return [quad for quad in quads if isinstance(quad.subject, BlankNode)]


def test_a_graph_gives_way_to_a_part_of_its_name(n_quads: Path) -> None:
    folder = n_quads.parent / "dumps"
    dumps, _ = write_dumps(folder, n_quads, BASE, {}, ["data"])
    (name,) = {each.file.partition(".")[0] for each in dumps if each.graph == BASE + "graph/data"}
    assert name == "graph-" + hashlib.sha256(f"{BASE}graph/data".encode()).hexdigest()[:12]
