"""Markdown as pages can show it: text, headings, lists, tables and links that lead to the web.

Raw HTML, pictures and links to anything but pages and mail addresses are shown as the text
that they are; `remarks` tells where they stand.

Spec: https://spec.commonmark.org/0.31.2/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from markdown_it import MarkdownIt
from markdown_it.token import Token

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LINKED = ("http", "https", "mailto")
_BREAKS = ("softbreak", "hardbreak")


@dataclass(frozen=True)
class Target:
    """Where a link leads, as it stands in a page."""

    href: str
    is_own: bool


class Unshown(Enum):
    """What a page does not show as it is meant."""

    HTML = "html"
    IMAGE = "image"
    LINK = "link"


@dataclass(frozen=True)
class Remark:
    """One place in a text; lines count from 1."""

    unshown: Unshown
    line: int
    what: str  # the beginning of the HTML, or the address


def remarks(text: str) -> Iterator[Remark]:
    """What of a text a page does not show as it is meant, in its order."""
    for token in _parser().parse(text):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "html_block":
            yield Remark(Unshown.HTML, line, _begin(token.content))
        for inner in token.children or ():
            line += inner.type in _BREAKS
            if remark := _remark(inner, line):
                yield remark


def write_html(text: str, resolve: Callable[[str], Target]) -> str:
    """The text as HTML; `resolve` says where a link leads.

    The highest headings become h2, as the page has its h1, and none is more than one level
    below the heading before it.
    """
    parser = _parser()
    tokens = _plain(_with_levels(parser.parse(text)), resolve)
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


def _parser() -> MarkdownIt:
    """One that tells HTML from text, and takes any link for one: what is shown is for us."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.validateLink = lambda _: True  # type: ignore
    return parser


def _remark(token: Token, line: int) -> Remark | None:
    if token.type == "html_inline":
        return Remark(Unshown.HTML, line, _begin(token.content))
    if token.type == "image":
        return Remark(Unshown.IMAGE, line, str(token.attrGet("src")))
    if token.type == "link_open" and not _is_link(href := str(token.attrGet("href"))):
        return Remark(Unshown.LINK, line, href)
    return None


def _begin(html: str) -> str:
    return html.strip().partition("\n")[0][:80]


def _is_link(href: str) -> bool:
    scheme = _SCHEME.match(href)
    return scheme is None or scheme[1].lower() in _LINKED


def _with_levels(tokens: Sequence[Token]) -> Sequence[Token]:
    highest = min((int(each.tag[1]) for each in tokens if each.type == "heading_open"), default=1)
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) - highest + 2, level + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
    return tokens


def _plain(tokens: Sequence[Token], resolve: Callable[[str], Target]) -> list[Token]:
    """The same without HTML and pictures, and with links that lead where they shall."""
    shown = []
    for token in tokens:
        if token.type == "html_block":
            shown += [
                Token("paragraph_open", "p", 1, block=True),
                Token("inline", "", 0, children=[_text(token.content.strip())]),
                Token("paragraph_close", "p", -1, block=True),
            ]
        else:
            if token.children:
                token.children = list(_plain_inline(token.children, resolve))
            shown.append(token)
    return shown


def _plain_inline(tokens: Sequence[Token], resolve: Callable[[str], Target]) -> Iterator[Token]:
    is_link = True
    for token in tokens:
        if token.type in ("html_inline", "image"):
            yield _text(token.content)
        elif token.type == "link_open":
            href = str(token.attrGet("href"))
            if is_link := _is_link(href):
                target = resolve(href)
                token.attrSet("href", target.href)
                if not target.is_own:
                    token.attrSet("rel", "external")
                yield token
        elif token.type != "link_close" or is_link:
            yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
