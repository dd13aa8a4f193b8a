from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.snippets import BEGIN, END, SNIPPET_CHARACTERS, STOP, Part, read_marks, shorten


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        ("", [[]]),
        ("plain", [[Part("plain", False)]]),
        (f"a {BEGIN}b{STOP}", [[Part("a ", False), Part("b", True)]]),
        (f"{BEGIN}a{STOP}{END}b", [[Part("a", True)], [Part("b", False)]]),
        # A phrase may match from the end of a text to the beginning of the next.
        (f"{BEGIN}a{END}b{STOP} c", [[Part("a", True)], [Part("b", True), Part(" c", False)]]),
    ],
)
def test_marks_are_read_text_by_text(column: str, texts: list[list[Part]]) -> None:
    assert list(read_marks(column)) == texts


def test_a_long_text_is_cut_around_its_first_match_between_words() -> None:
    words = "word " * 200
    snippet = shorten([Part(words, False), Part("found", True), Part(" " + words, False)])
    assert snippet[0].text == snippet[-1].text[::-1] == "… "
    assert Part("found", True) in snippet
    assert set("".join(part.text for part in snippet[1:-1]).split()) == {"word", "found"}


PARTS = st.lists(st.builds(Part, st.text("ab ", min_size=1, max_size=300), st.booleans()))


@given(PARTS)
def test_a_snippet_is_short_and_a_part_of_its_text(parts: list[Part]) -> None:
    snippet = shorten(parts)
    kept = "".join(part.text for part in snippet).removeprefix("… ").removesuffix(" …")
    assert kept in "".join(part.text for part in parts)
    assert len(kept) <= SNIPPET_CHARACTERS
    assert any(part.is_match for part in snippet) == any(part.is_match for part in parts)
    assert all(part.text for part in snippet)
