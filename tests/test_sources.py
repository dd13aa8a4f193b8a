from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad

from graphsvc.errors import SourceErrors
from graphsvc.formats import from_suffix
from graphsvc.settings import read_settings
from graphsvc.sources import ERRORS_PER_FILE, Publication, Reader, SourceFile, find_files, graph_of
from publications import TOML

BASE = "http://e/"
GRAPH = NamedNode("http://e/graph/data")
RDF = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://e/'>"


def source(path: Path, text: str | bytes, number: int = 0) -> SourceFile:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    format = from_suffix(path.suffix[1:])
    assert format
    return SourceFile(path, PurePosixPath("data") / path.name, number, format, GRAPH)


def lines(path: Path, text: str | bytes) -> list[tuple[int, str]]:
    """The lines of a file's quads, each with the end of the quad's object."""
    reader = Reader(BASE)
    read = [
        (line, (value.value if not isinstance(value := quad.object, BlankNode) else "_:")[-9:])
        for quad, line in reader.read(source(path, text))
        if not hasattr(quad.object, "predicate")
    ]
    assert reader.faults == []
    return read


def faults(path: Path, text: str | bytes) -> list[str]:
    """What is wrong with a file, as `line:column: what is; what would be right`."""
    with_lines, without = Reader(BASE), Reader(BASE)
    file = source(path, text)
    list(with_lines.read(file))
    list(without.quads(file))
    assert without.faults == with_lines.faults
    assert all(str(fault).isprintable() for fault in without.faults)
    return [str(fault).removeprefix(f"{path.as_posix()}:") for fault in without.faults]


def quads(path: Path, text: str | bytes, number: int = 0) -> list[Quad]:
    reader = Reader(BASE)
    found = list(reader.quads(source(path, text, number)))
    assert reader.faults == []
    return found


@pytest.fixture
def ttl(tmp_path: Path) -> Path:
    return tmp_path / "a.ttl"


# Lines


def test_each_object_of_a_turtle_file_has_the_line_it_ends_on(ttl: Path) -> None:
    text = (
        "@prefix : <> . # a comment\n"
        ":a :p :one ,\n"
        "    :two ; # 'comment' \"with\" quotes\n"
        "\n"
        "    :q 'three'@sv , 4\n"
        "    , 'five'^^:t ;\n"
        "    :r [ :p :six ;\n"
        "         :q 'seven' ] ;\n"
        "    :s 'eight'\n"
        "    # another\n"
        "    .\n"
        ":b :p '''nine\n"
        "nine''' . :b :q :ten .\n"
        ":b\n"
        "  :p\n"
        "  :eleven\n"
        "."
    )
    assert lines(ttl, text) == [
        (2, "//e/one"[-9:] if False else "ttp://e/one"[-9:]),
        (3, "tp://e/two"[-9:]),
        (5, "three"),
        (5, "4"),
        (6, "five"),
        (7, "tp://e/six"[-9:]),
        (8, "seven"),
        (8, "_:"),
        (9, "eight"),
        (13, "nine\nnine"),
        (13, "tp://e/ten"[-9:]),
        (16, "://e/eleven"[-9:]),
    ]
