from __future__ import annotations

import re

import pytest

from graphsvc.markdown import Remark, Target, Unshown, remarks, write_html


def html(text: str) -> str:
    return write_html(text, lambda href: Target(f"/to/{href}", is_own=not href.startswith("http")))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div\nonclick=x>\n\ntext",
        "<!-- gone? -->",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "![x](https://evil.example/pixel.png)",
        '[x](https://a.example "<script>\\" onclick=alert(1)")',
        "`<script>` and\n\n    <script>\n",
        "```<script>\n<script>\n```",
        "| a |\n|---|\n| <script> |",
    ],
)
def test_nothing_of_a_text_becomes_markup_that_does_anything(text: str) -> None:
    shown = html(text)
    tags = {tag.lower() for tag in re.findall(r"<\s*([A-Za-z!]\w*)", shown)}
    assert tags <= {"p", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
    for attributes in re.findall(r"<\w+((?:\s+[\w-]+=\"[^\"]*\")*)\s*/?>", shown):
        names = re.findall(r"([\w-]+)=", re.sub(r'"[^"]*"', '""', attributes))
        assert set(names) <= {"href", "rel", "title", "class"}
    assert not re.search(r"href=\"(?!/to/)", shown)
    assert not re.search(r"href=\"/to/\w*script:", shown, re.IGNORECASE)


def test_html_is_shown_as_the_text_that_it_is() -> None:
    assert html("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"
    assert "&lt;script&gt;" in html("<script>\nx\n</script>")


def test_a_picture_is_its_alternative_text() -> None:
    assert html("see ![the map](map.png)") == "<p>see the map</p>\n"


def test_a_link_that_leads_nowhere_good_is_its_text() -> None:
    assert html("[press *here*](javascript:x) now") == "<p>press <em>here</em> now</p>\n"


def test_links_lead_where_they_are_resolved_to() -> None:
    assert html("[a](ns#A)") == '<p><a href="/to/ns#A">a</a></p>\n'
    assert 'href="/to/https://x.example" rel="external"' in html("[a](https://x.example)")
    assert 'href="/to/mailto:a@example.org"' in html("<a@example.org>")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n## b\n# c", "232"),
        ("## a\n### b", "23"),
        ("#### a\n# b\n### c", "223"),
        ("a\n=\n\nb\n-", "23"),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", "234566"),
        ("> # a\n\n- ## b", "23"),
    ],
)
def test_headings_stand_below_that_of_the_page_and_skip_none(text: str, levels: str) -> None:
    shown = html(text)
    assert "".join(re.findall(r"<h(\d)>", shown)) == levels
    assert "".join(re.findall(r"</h(\d)>", shown)) == levels


def test_what_is_not_shown_is_told_with_its_line() -> None:
    text = (
        "# Title\n\nfirst\nsecond ![x](http://a.example/b.png)\nthird <b>bold</b>\n\n"
        "<div>\nblock\n</div>\n\n- an item\n- [x](javascript:alert(1)) and [y](ns#fine)\n"
    )
    assert list(remarks(text)) == [
        Remark(Unshown.IMAGE, 4, "http://a.example/b.png"),
        Remark(Unshown.HTML, 5, "<b>"),
        Remark(Unshown.HTML, 5, "</b>"),
        Remark(Unshown.HTML, 7, "<div>"),
        Remark(Unshown.LINK, 12, "javascript:alert(1)"),
    ]


def test_a_text_that_is_all_text_has_no_remark() -> None:
    assert list(remarks("# A\n\n[b](c) <https://d.example> `<e>` 1 < 2 & 3\n")) == []


def test_a_deep_text_takes_no_time_and_no_stack() -> None:
    html("> " * 5_000 + "x")
    html("[" * 20_000)
    html("*a_" * 5_000)
