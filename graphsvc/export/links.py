"""The links of a page: found, and put in other words, with all else of the page left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from html.parser import HTMLParser

# What links, and what a script of ours reads as an address.
_LINK = re.compile(r'\s(href|src|action|data-(?:terms|worker|wasm|dump|root))="([^"]*)"')
_LINE = re.compile("\n")

Change = Callable[[str, str], str | None]  # of an attribute's name and value


@dataclass(frozen=True)
class Link:
    """An attribute that leads somewhere, and its value."""

    name: str
    target: str


class Page:
    """A page in HTML whose attributes are all in double quotes, as a template writes them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tags: list[tuple[int, str]] = []  # those that link: where they begin, and the tag
        self.ids: set[str] = set()  # the fragments that a link may name
        _Reader(text, self._read)

    def _read(self, start: int, tag: str, fragment: str | None) -> None:
        if fragment:
            self.ids.add(fragment)
        if _LINK.search(tag):
            self._tags.append((start, tag))

    def links(self) -> list[Link]:
        """Every link, in the order of the page."""
        return [
            Link(name, unescape(value))
            for _, tag in self._tags
            for name, value in _LINK.findall(tag)
        ]

    def changed(self, change: Change) -> str:
        """The page with other links; where `change` gives None, there is none any more.

        An element `link` without one is nothing, and is left out.
        """
        parts: list[str] = []
        end = 0
        for start, tag in self._tags:
            changed = _LINK.sub(partial(_changed, change), tag)
            is_empty = tag.startswith("<link") and not _LINK.search(changed)
            parts += self._text[end:start], "" if is_empty else changed
            end = start + len(tag)
        return "".join(parts) + self._text[end:]


class _Reader(HTMLParser):
    def __init__(self, text: str, found: Callable[[int, str, str | None], None]) -> None:
        super().__init__(convert_charrefs=False)
        self._found = found
        self._lines = [0, *(line.end() for line in _LINE.finditer(text))]
        self.feed(text)
        self.close()

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        fragment = next((value for name, value in attrs if name == "id"), None)
        self._found(self._lines[line - 1] + column, self.get_starttag_text() or "", fragment)


def _changed(change: Change, match: re.Match[str]) -> str:
    value = change(match[1], unescape(match[2]))
    return "" if value is None else f' {match[1]}="{escape(value)}"'
