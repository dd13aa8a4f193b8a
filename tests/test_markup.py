from __future__ import annotations

import io

import pytest

from graphsvc.markup import MAX_DEPTH, MarkupError, check, is_element_name


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        '<?xml version="1.0"?><!-- c --><a xmlns:b="urn:b"><b:c>å</b:c></a>',
        '<!DOCTYPE a [<!ENTITY b "http://b/">]><a c="&b;"/>',
        "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH,
    ],
)
def test_well_formed_documents_pass(text: str) -> None:
    check(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("<a>\n <b>", "no element found; well-formed XML is wanted", 2, 5),
        ("<a>\n</b>", "mismatched tag; well-formed XML is wanted", 2, 3),
        ("\n\n<b:a/>", "unbound prefix; well-formed XML is wanted", 3, 1),
        ('<!DOCTYPE a [\n<!ENTITY b "&c;">]><a/>', "the entity b could grow; write", 2, 12),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><a/>", "the entity b could grow; write", 1, 35),
        ("<a>" * (MAX_DEPTH + 1), "more than 1,000 elements in each other", 1, 3 * MAX_DEPTH + 1),
    ],
)
def test_a_fault_has_line_and_column(text: str, what: str, line: int, column: int) -> None:
    with pytest.raises(MarkupError) as caught:
        check(io.BytesIO(text.encode()))
    assert caught.value.what.startswith(what)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        *((name, True) for name in ("a", "_1", "é", "a.b-c")),
        *((name, False) for name in ("1", "", "a²", "Ⅰ", "𐀀", "a b", "a/><b")),
    ],
)
def test_element_names_are_those_of_every_edition_of_xml(name: str, fits: bool) -> None:
    assert is_element_name(name) is fits
