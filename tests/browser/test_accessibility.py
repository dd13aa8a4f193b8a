"""axe on every kind of page, in each language and in both colour schemes: nobody is barred.

Spec: https://www.w3.org/TR/WCAG21/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from browser.kinds import Kind, of_classes
from browser.watched import LANGUAGES, Watched, watched
from graphsvc.release import Release

pytestmark = pytest.mark.browser

LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIOLATIONS = """async only => {
  const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) =>
    [id, nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`)]);
}"""


@pytest.fixture(scope="module")
def visitor(browser: Browser, all_kinds: str) -> Iterator[Watched]:
    """One page for all visits: a new one would take longer than a visit."""
    with watched(browser, all_kinds) as opened:
        yield opened


def violations(page: Page, axe: str) -> list[Any]:
    """What axe finds in the page in each colour scheme.

    It is run as a debugger runs scripts, so the page's own policy, which allows none, stays
    as it is.
    """
    page.evaluate(axe)
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [(scheme, *each) for each in page.evaluate(VIOLATIONS, LEVELS)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_bars_nobody(
    visitor: Watched, all_kinds: str, axe: str, kind: Kind, language: str
) -> None:
    visitor.visit(all_kinds, kind, language)
    assert violations(visitor.page, axe) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_resource_of_any_class_bars_anybody(
    visitor: Watched, all_kinds: str, axe: str, release: Release, language: str
) -> None:
    kinds = of_classes(release)
    assert len(kinds) > 10
    found = {}
    for path, kind in kinds.items():
        visitor.visit(all_kinds, kind, language)
        found[path] = violations(visitor.page, axe)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_changes_bars_nobody(
    browser: Browser, site: str, axe: str, language: str
) -> None:
    """It is there where there is git."""
    with watched(browser, site) as visitor:
        visitor.visit(site, Kind("/feed"), language)
        assert violations(visitor.page, axe) == []


def test_what_bars_people_would_be_found(visitor: Watched, all_kinds: str, axe: str) -> None:
    """In the one scheme where it does: grey on grey in the light, and nothing in the dark."""
    visitor.visit(all_kinds, Kind("/search"), "en")
    visitor.page.evaluate(
        """() => {
          document.documentElement.removeAttribute("lang");
          const heading = document.querySelector("main h1");
          heading.style.color = "light-dark(#999, #fff)";
          heading.style.backgroundColor = "light-dark(#aaa, #000)";
        }"""
    )
    found = {(scheme, rule) for scheme, rule, _ in violations(visitor.page, axe)}
    assert found == {
        ("light", "html-has-lang"),
        ("dark", "html-has-lang"),
        ("light", "color-contrast"),
    }


def test_data_for_machines_is_no_script_to_the_policy(browser: Browser, all_kinds: str) -> None:
    with watched(browser, all_kinds) as visitor:
        for path in ("/", "/doc/cluster/compare", "/catalog"):
            visitor.visit(all_kinds, Kind(path), "en")
            assert visitor.page.locator('script[type="application/ld+json"]').count() == 1
        assert visitor.complaints == []
