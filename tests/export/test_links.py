"""Links are changed, and nothing else of a page."""

from __future__ import annotations

from graphsvc.export.links import Link, Page

TEXT = """<!doctype html>
<link rel="alternate" href="/data.json">
<script type="application/ld+json">{"a": "<a href=\\"/no\\">"}</script>
<!-- <a href="/no"> -->
<svg viewBox="0 0 1 1"><a href="/map?x=1&amp;y=2"><path d="M0 0"/></a></svg>
<p id="one">&lt;a href="/no"&gt; <a class="b" href="/&quot;&gt;" rel="x">å</a><img src="/i.svg"></p>
"""


def test_links_are_found_and_text_is_not() -> None:
    page = Page(TEXT)
    assert page.links() == [
        Link("href", "/data.json"),
        Link("href", "/map?x=1&y=2"),
        Link("href", '/">'),
        Link("src", "/i.svg"),
    ]
    assert page.ids == {"one"}


def test_a_page_whose_links_stay_is_the_same() -> None:
    assert Page(TEXT).changed(lambda _, href: href) == TEXT


def test_links_are_escaped_or_taken_out() -> None:
    def change(name: str, href: str) -> str | None:
        return '../"<' if name == "src" else None

    changed = Page(TEXT).changed(change)
    assert '<img src="../&quot;&lt;">' in changed
    assert '<a class="b" rel="x">å</a>' in changed
    assert "<link" not in changed
    assert '<svg viewBox="0 0 1 1"><a><path' in changed
