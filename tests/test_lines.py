from __future__ import annotations

import io
from typing import IO, cast

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graphsvc.lines import CarefulReader, LineReader, look_through, wrong_byte


def located(reader: LineReader) -> list[tuple[int, str]]:
    quads = parse(cast("IO[bytes]", reader), RdfFormat.TURTLE, base_iri="http://e/")
    return [
        (reader.line_of(quad), quad.object.value)
        for quad in quads
        if isinstance(quad.object, Literal | NamedNode)
    ]


@pytest.mark.parametrize("kind", [LineReader, CarefulReader])
def test_a_string_has_the_line_it_ends_on_however_long_the_parser_waits(
    kind: type[LineReader],
) -> None:
    text = (
        b"<a> <b> 'one' # it's\n\n # isn't\n , '''\nfive'''\n;\n"
        b"<c> 'seven'\n, 'eight' , 'eight' \n."
    )
    found = located(kind(io.BytesIO(text)))
    assert found == [(1, "one"), (5, "\nfive"), (7, "seven"), (8, "eight"), (8, "eight")]


@pytest.mark.parametrize("kind", [LineReader, CarefulReader])
def test_an_empty_list_has_its_own_line(kind: type[LineReader]) -> None:
    text = b"<a> <b> ()\n\n.\n<a> <b> ( )\n."
    assert [line for line, _ in located(kind(io.BytesIO(text)))] == [1, 4]


def test_a_careful_reader_ends_lines_at_a_lone_return() -> None:
    text = b"<a> <b> 'one' .\r<a> <b> 'two' .\r\n\r<a> <b> 'four' .\n"
    found = located(CarefulReader(io.BytesIO(text)))
    assert found == [(1, "one"), (2, "two"), (4, "four")]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("kind", [LineReader, CarefulReader])
def test_a_reader_gives_all_bytes_whatever_it_is_asked_for(
    kind: type[LineReader], size: int
) -> None:
    text = b"<a> <b>\r\n 'c'\n\n, \xc3\xa5 .\r\n"
    reader = kind(io.BytesIO(text))
    assert b"".join(iter(lambda: reader.read(size), b"")) == text
    assert reader.line == 4


def test_triple_terms_may_follow_each_other_but_not_pile_up() -> None:
    reader = CarefulReader(io.BytesIO(b"<<( <a> <b> <c> )>>\n" * 2_000))
    for _ in range(2_000):
        reader.read()
        reader.unclosed = 0
    pile = CarefulReader(io.BytesIO(b"<<(\n" * 2_000))
    with pytest.raises(ValueError, match="more than 1,000 triple terms in each other"):
        list(iter(pile.read, b""))


@pytest.mark.parametrize(
    ("text", "is_utf8", "kind"),
    [
        (b"", True, LineReader),
        (b"<a> <b> 'c' .\r\n", True, LineReader),
        (b"<a> <b> 'c' .\r<a> <b> 'd' .", True, CarefulReader),
        (b"<a> <b> <<( <a> <b> <c> )>> .", True, CarefulReader),
        (b" " * (2**20 - 1) + b"<<(", True, CarefulReader),
        (b" " * (2**20 - 1) + "å".encode(), True, LineReader),
        (b"\xe5", False, CarefulReader),
        (b"\xc3", False, CarefulReader),
    ],
)
def test_a_look_through_tells_the_encoding_and_the_reader(
    text: bytes, is_utf8: bool, kind: type[LineReader]
) -> None:
    look = look_through(io.BytesIO(text))
    assert (look.is_utf8, look.reader) == (is_utf8, kind)


@pytest.mark.parametrize(
    ("text", "names_all"),
    [
        (b"<a> <b> <c>, 'd'@en, 1.5 .", True),
        (b"<a> <b> _:c .", False),
        (b"<a> <b> [] .", False),
        (b"<a> <b> (1 2) .", False),
        (b" " * (2**20 - 1) + b"_:c <a> <b> .", False),
        (b"<< <a> <b> <c> >> <d> <e> .", False),
    ],
)
def test_a_look_through_tells_whether_there_may_be_blank_nodes(
    text: bytes, names_all: bool
) -> None:
    assert look_through(io.BytesIO(text)).names_all == names_all


def test_a_wrong_byte_has_line_and_column_in_characters() -> None:
    assert wrong_byte(io.BytesIO("å\nåå".encode() + b"\xe5x")) == (0xE5, 2, 3)
