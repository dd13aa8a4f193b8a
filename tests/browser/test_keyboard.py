"""A walk through every kind of page by keyboard: all is reached, in order, and seen to be.

Spec: https://www.w3.org/TR/WCAG21/#keyboard-accessible, https://www.w3.org/TR/WCAG21/#focus-visible
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.keyboard import Stop, walk
from browser.kinds import KINDS, Kind, of_classes
from browser.watched import Watched, watched
from graphsvc.release import Release

pytestmark = pytest.mark.browser

# Of a page with thousands of links the first and the last; what is between is more of the same.
FORWARD, BACKWARD = 250, 50


@pytest.fixture(scope="module")
def visitor(browser: Browser, all_kinds: str) -> Iterator[Watched]:
    with watched(browser, all_kinds) as opened:
        yield opened


def unseen(stops: list[Stop]) -> list[str]:
    return [stop.html for stop in stops if not stop.is_seen]


def goes_through(visitor: Watched, address: str, kind: Kind) -> None:
    """Every stop in the order of the page."""
    visitor.visit(address, kind, "sv")
    stops, total = walk(visitor.page, "Tab", FORWARD)
    assert total > 10
    assert [stop.at for stop in stops] == list(range(min(total, FORWARD)))
    assert unseen(stops) == []
    assert visitor.page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0


def goes_back_through(visitor: Watched, address: str, kind: Kind) -> None:
    """The last stops, from the end."""
    visitor.visit(address, kind, "sv")
    stops, total = walk(visitor.page, "Shift+Tab", BACKWARD)
    assert [stop.at for stop in stops] == list(range(total - 1, -1, -1))[:BACKWARD]
    assert unseen(stops) == []


def test_a_keyboard_goes_through_a_page(visitor: Watched, all_kinds: str, kind: Kind) -> None:
    goes_through(visitor, all_kinds, kind)
    goes_back_through(visitor, all_kinds, kind)


def test_a_keyboard_goes_through_a_resource_of_each_class(
    visitor: Watched, all_kinds: str, release: Release
) -> None:
    for kind in of_classes(release).values():
        goes_through(visitor, all_kinds, kind)


def test_what_is_not_seen_to_have_the_focus_would_be_found(
    visitor: Watched, all_kinds: str
) -> None:
    visitor.visit(all_kinds, KINDS["search"], "sv")
    visitor.page.evaluate(
        """() => {
          const link = document.querySelector("header a");
          link.addEventListener("focus", () => { link.style.outline = "none"; });
        }"""
    )
    stops, _ = walk(visitor.page, "Tab", 5)
    assert len(unseen(stops)) == 1
