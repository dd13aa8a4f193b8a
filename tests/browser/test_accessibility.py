"""axe on every kind of page, in each language and in both colour schemes: nobody is barred.

Spec: https://www.w3.org/TR/WCAG21/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import serving
from browser.kinds import KINDS, Kind, build_with_all_kinds, of_classes
from graphsvc.release import Release

pytestmark = pytest.mark.browser

LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# A language changes words and a scheme colours, so both are seen twice and not four times.
Scheme = Literal["light", "dark"]
EDITIONS: tuple[tuple[str, Scheme], ...] = (("sv", "light"), ("en", "dark"))
VIOLATIONS = """async only => {
  const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) =>
    [id, nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`)]);
}"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return Release.open(build_with_all_kinds(tmp_path_factory.mktemp("kinds")))


@pytest.fixture(scope="module")
def all_kinds(release: Release) -> Iterator[str]:
    """The address of a server that has a page of every kind."""
    with serving(release.folder) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all visits: a new one would take longer than a visit."""
    context = browser.new_context(locale="en", viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def visit(page: Page, address: str, kind: Kind, language: str, scheme: Scheme) -> None:
    mark = "&" if "?" in kind.path else "?"
    page.emulate_media(color_scheme=scheme)
    if kind.accept:  # no page can change what its browser accepts
        headers = {"accept": kind.accept}
        page.route("**", lambda route: route.continue_(headers=route.request.headers | headers))
    response = page.goto(f"{address}{kind.path}{mark}lang={language}")
    page.unroute_all()
    assert response is not None
    assert response.status == kind.status
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator(kind.complete).first).to_be_visible()


def violations(page: Page, axe: str) -> list[Any]:
    """What axe finds in the page. It is run as a debugger runs scripts, so the page's own
    policy, which allows none, stays as it is."""
    page.evaluate(axe)
    return list(page.evaluate(VIOLATIONS, LEVELS))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, release: Release) -> Kind:
    return KINDS[request.param].of(release)


@pytest.mark.parametrize(("language", "scheme"), EDITIONS)
def test_a_page_bars_nobody(
    page: Page, all_kinds: str, axe: str, kind: Kind, language: str, scheme: Scheme
) -> None:
    visit(page, all_kinds, kind, language, scheme)
    assert violations(page, axe) == []


@pytest.mark.parametrize(("language", "scheme"), EDITIONS)
def test_no_resource_of_any_class_bars_anybody(
    page: Page, all_kinds: str, axe: str, release: Release, language: str, scheme: Scheme
) -> None:
    kinds = of_classes(release)
    assert len(kinds) > 10
    found = {}
    for path, kind in kinds.items():
        visit(page, all_kinds, kind, language, scheme)
        found[path] = violations(page, axe)
    assert {path: each for path, each in found.items() if each} == {}


def test_what_bars_people_would_be_found(page: Page, all_kinds: str, axe: str) -> None:
    visit(page, all_kinds, KINDS["home"], "en", "light")
    page.evaluate(
        """() => {
          document.documentElement.removeAttribute("lang");
          document.querySelector("main h1").style.color = "#999";
          document.querySelector("main h1").style.backgroundColor = "#aaa";
        }"""
    )
    assert {rule for rule, _ in violations(page, axe)} == {"html-has-lang", "color-contrast"}


def test_data_for_machines_is_no_script_to_the_policy(page: Page, all_kinds: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/", "/doc/cluster/compare", "/catalog"):
        page.goto(all_kinds + path)
        assert page.locator('script[type="application/ld+json"]').count() == 1
    assert complaints == []
