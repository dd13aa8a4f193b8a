"""Every kind of page on a phone of 360 pixels: nothing is cut off, and fingers hit their aim.

Spec: https://www.w3.org/TR/WCAG21/#reflow, https://www.w3.org/TR/WCAG22/#target-size-minimum
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.kinds import KINDS, Kind, of_classes
from browser.watched import LANGUAGES, PHONE, Watched, watched
from graphsvc.release import Release

pytestmark = pytest.mark.browser

# Marks on a map are as near to one another as what they mark; beside it is a list of the same.
SMALL_TARGETS = """async () => {
  const { violations } = await axe.run(
    { exclude: [[".map svg"], [".diagram svg"]] },
    { runOnly: { type: "rule", values: ["target-size"] }, resultTypes: ["violations"] },
  );
  return violations.flatMap(({ nodes }) => nodes.map(({ target, html }) => [target[0], html]));
}"""


@pytest.fixture(scope="module")
def visitor(browser: Browser, all_kinds: str) -> Iterator[Watched]:
    with watched(browser, all_kinds, viewport=PHONE, has_touch=True) as opened:
        yield opened


def found(page: Page, axe: str) -> list[Any]:
    """How far the page is wider than the phone, if it is, and targets that are too small."""
    page.evaluate(axe)
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*([too_wide] if too_wide > 0 else []), *page.evaluate(SMALL_TARGETS)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fits_a_phone(
    visitor: Watched, all_kinds: str, axe: str, kind: Kind, language: str
) -> None:
    visitor.visit(all_kinds, kind, language)
    assert found(visitor.page, axe) == []


def test_a_resource_of_each_class_fits_a_phone(
    visitor: Watched, all_kinds: str, axe: str, release: Release
) -> None:
    wrong = {}
    for path, kind in of_classes(release).items():
        visitor.visit(all_kinds, kind, "sv")
        wrong[path] = found(visitor.page, axe)
    assert {path: each for path, each in wrong.items() if each} == {}


def test_what_does_not_fit_would_be_found(visitor: Watched, all_kinds: str, axe: str) -> None:
    visitor.visit(all_kinds, KINDS["search"], "en")
    visitor.page.evaluate(
        """() => {
          document.querySelector("main h1").style.width = "400px";
          const button = document.querySelector("main button");
          button.style = "height: 9px; width: 9px; padding: 0; display: block";
          button.after(button.cloneNode(true));
        }"""
    )
    assert len(found(visitor.page, axe)) == 3
