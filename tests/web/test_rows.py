"""Rows are counted in documents of results, however those are cut into chunks."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from graphsvc.formats import RESULTS_CSV, SOLUTIONS_FORMATS, TURTLE, Format
from graphsvc.web.rows import rows_of

# Whatever may be taken for a mark, and text.
ODD = ['"', "\\", "\n", "\r\n", ",{", "[{", "<result>", "}}", "\t", ",", "[", "{", ":", "a", "ö"]
TEXTS = st.lists(st.sampled_from(ODD), max_size=8).map("".join)


def document(store: Store, format: Format, query: str) -> bytes:
    results = store.query(query)
    assert isinstance(results, QuerySolutions)
    file = BytesIO()
    results.serialize(file, format.results)
    return file.getvalue()


def count(format: Format, text: bytes, size: int) -> int:
    rows = rows_of(format.media_type)
    assert rows is not None
    for start in range(0, len(text), size):
        rows.read(text[start : start + size])
    return rows.count


@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda each: each.suffix)
@given(values=st.lists(TEXTS, unique=True, max_size=6), size=st.integers(1, 40))
def test_rows_are_counted_in_chunks_of_any_size(
    format: Format, values: list[str], size: int
) -> None:
    store = Store()
    place, says = NamedNode("https://example.org/a"), NamedNode("https://example.org/says")
    store.extend(Quad(place, says, Literal(value)) for value in values)
    text = document(store, format, "SELECT ?v ?none ?s { ?s ?p ?v }")
    assert count(format, text, size) == len(values)


@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda each: each.suffix)
@pytest.mark.parametrize("query", ["SELECT ?none { {} UNION {} }", "SELECT * { {} UNION {} }"])
def test_rows_without_any_value_are_rows(format: Format, query: str) -> None:
    text = document(Store(), format, query)
    assert count(format, text, 7) == 2


def test_string_of_many_chunks_is_no_work_to_be_done_again() -> None:
    text = b'v\r\n"' + b"x\n" * 1_000_000 + b'"\r\n'
    assert count(RESULTS_CSV, text, 65_536) == 1


def test_a_graph_has_no_rows() -> None:
    assert rows_of(TURTLE.media_type) is None
