"""A page of a browser that is watched: whom it asks, and what it complains of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Response, Route, expect

from browser.kinds import Kind

LANGUAGES = ("sv", "en")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1200, "height": 900}


class Watched:
    """A page, the hosts that were asked since it was opened, and what went wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))

    @property
    def width(self) -> int:
        size = self.page.viewport_size
        assert size is not None
        return size["width"]

    def visit(self, address: str, kind: Kind, language: str) -> None:
        """Open a page of a kind in a language, and wait until it is complete."""
        before, hash_, fragment = kind.path.partition("#")
        mark = "&" if "?" in before else "?"
        if kind.accept:  # no page can change what its browser accepts
            self.page.route("**", _accepting(kind.accept))
        if hash_:  # it would be the same page if that is open
            self.page.goto("about:blank")
        response = self.page.goto(f"{address}{before}{mark}lang={language}{hash_}{fragment}")
        if kind.accept:
            self.page.unroute_all()
        self._is_complete(response, kind, language)

    def _is_complete(self, response: Response | None, kind: Kind, language: str) -> None:
        assert response is not None
        assert response.status == kind.status
        assert self.page.locator("html").get_attribute("lang") == language
        expect(self.page.locator(kind.complete).first).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width

    def has_asked_nobody_but(self, address: str) -> None:
        """Neither another host was asked nor anything complained of, but for what kinds answer."""
        assert self.hosts - {""} == {urlsplit(address).netloc}
        assert [text for text in self.complaints if "the server responded with" not in text] == []


def _accepting(accept: str) -> Any:
    def send(route: Route) -> None:
        route.continue_(headers=route.request.headers | {"accept": accept})

    return send


@contextmanager
def watched(browser: Browser, address: str, **more: Any) -> Iterator[Watched]:
    """A page that may ask only the server at an address, in a context of its own."""
    context = browser.new_context(**{"locale": "en", "viewport": DESK} | more)
    opened = Watched(context.new_page())
    yield opened
    opened.has_asked_nobody_but(address)
    context.close()
