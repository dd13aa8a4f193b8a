"""What of a Turtle file can be read by itself, and what cannot."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from graphsvc.excerpts.difference import difference
from graphsvc.excerpts.excerpts import Excerpts
from graphsvc.formats import N_TRIPLES, TRIG, TURTLE

BASE = "http://e/"
HEAD = "@prefix ex: <http://e/> .\n"


def excerpts(text: str) -> Excerpts:
    found = Excerpts.of((HEAD + text).encode(), TURTLE, BASE)
    assert found is not None
    return found


def parts(text: str) -> list[str]:
    """The least parts that can be read by themselves, the head apart."""
    found = excerpts(text)
    return [found.text[start:end].decode() for start, end in found.units((0, len(found.text)))][1:]


def test_a_dot_at_the_end_of_a_line_ends_a_statement() -> None:
    assert parts("ex:a ex:p 1 ,\n  2 .\nex:b ex:p 1 .\n") == [
        "ex:a ex:p 1 ,\n  2 .\n",
        "ex:b ex:p 1 .\n",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ex:a ex:p 1 ; # so.\n  ex:q 2 .\n",
        "ex:a ex:p 'x .' ,\n  \"#\" , # .\n  <#> .\n",
        "ex:a ex:p 1 . ex:b ex:p\n  2 .\n",
        "# About a.\nex:a ex:p 1 .\n",
    ],
)
def test_a_dot_elsewhere_does_not(text: str) -> None:
    assert parts(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "ex:a ex:p '''x\n.\nex:b ex:p 1 .\n''' .\n",
        'ex:a ex:p """x""" .\n',
        "@base <http://f/> .\nex:a ex:p 1 .\n",
        "base <http://f/>\nex:a ex:p 1 .\n",
        "PREFIX ex: <http://f/>\nex:a ex:p 1 .\n",
        "ex:a ex:p 1 .\rex:b ex:p 1 .\r",
        "ex:a ex:p <<( ex:a ex:p 1 )>> .\n",
    ],
)
def test_a_text_whose_lines_do_not_speak_for_themselves_has_none(text: str) -> None:
    assert Excerpts.of((HEAD + text).encode(), TURTLE, BASE) is None


def test_formats_that_are_no_turtle_have_none() -> None:
    text = b"<http://e/a#b> <http://e/p> <http://e/c> .\n"
    assert Excerpts.of(text, TRIG, BASE) is None
    assert Excerpts.of(text, N_TRIPLES, BASE) is not None


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("ex:a ex:p 'it\\'s' , '\\u0041' .\n", True),
        ("ex:a\\-b ex:p 1 .\n", False),
        ("<http://e/\\u0041> ex:p 1 .\n", False),
    ],
)
def test_names_with_escapes_cannot_be_searched_for(text: str, is_plain: bool) -> None:
    found = excerpts(text)
    assert found.is_plain == is_plain
    assert (found.with_subjects([NamedNode("http://e/a")]) is not None) == is_plain


@pytest.mark.parametrize("name", ["ex:a", "<a>", "<http://e/a>", "<./a>", "<//e/a>"])
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    text = f"ex:a1 ex:p {name} .\n{name} ex:p 1 . ex:b ex:p 1 .\nex:x.a ex:p ex:ba .\n"
    found = excerpts(text)
    node = NamedNode("http://e/a")
    spans = found.with_subjects([node])
    assert spans is not None
    subjects = [each.quad.subject for span in spans for each in found.read(span)]
    assert node in subjects
    assert len(found.mentioning([node]) or ()) == 2


def edited(text: str, old: str, new: str) -> Excerpts | None:
    before = excerpts(text)
    after = before.text.replace(old.encode(), new.encode())
    span, other = difference(before.text, after)
    start, end = before.around(*span)
    return before.edited((start, end), after[start : end + other[1] - span[1]])


def test_a_statement_can_be_changed() -> None:
    found = edited("ex:a ex:p 1 .\nex:b ex:p 1 .\n", "b ex:p 1", "b ex:p 2")
    assert found is not None
    assert found.text.endswith(b"ex:b ex:p 2 .\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ex:a ex:p 1 .\n", "@prefix x: <http://x/> .\n"),
        ("ex:a ex:p 1 .\n", "ex:a ex:p '''\n''' .\n"),
        ("ex:a ex:p 1 .\n", "ex:a ex:p 1 . # so.\n"),
        ("ex:a ex:p 1 .\n", "ex:a ex:p 1\n"),
        ("ex:a ex:p 1 .\n", "ex:a ex:p ex:c."),
    ],
)
def test_what_may_concern_more_than_a_statement_is_no_change_of_one(old: str, new: str) -> None:
    assert edited(f"{old}ex:b ex:p 1 .\n", old, new) is None


def test_a_prefix_that_is_declared_below_does_not_hold_above() -> None:
    text = "ex:a ex:p 1 .\n@prefix x: <http://x/> .\nx:b ex:p 1 .\n"
    assert edited(text, "ex:a", "ex:c") is None
    assert edited(text, "x:b", "x:c") is not None


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        (b"abcd", b"abXcd", ((2, 2), (2, 3))),
        (b"aaa", b"aa", ((2, 3), (2, 2))),
        (b"abc", b"abc", ((3, 3), (3, 3))),
        (b"", b"a", ((0, 0), (0, 1))),
        (b"x" * 200_000 + b"a", b"x" * 200_000 + b"b", ((200_000, 200_001), (200_000, 200_001))),
    ],
)
def test_where_two_texts_differ(one: bytes, other: bytes, where: object) -> None:
    assert difference(one, other) == where
