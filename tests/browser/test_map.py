"""The map for those who see it, and for those who use a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const shape = document.activeElement.querySelector("path, circle");
  const { stroke, strokeWidth } = getComputedStyle(shape);
  return [stroke, strokeWidth];
}"""
ON_TOP = """() => [...document.querySelectorAll(".map circle")].filter(circle => {
  circle.scrollIntoView({ block: "center" });
  const { x, y, width, height } = circle.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) !== circle;
}).length"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en", viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def test_a_region_is_reached_by_keyboard_and_seen_to_be(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Skip the map").focus()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    assert first == "Norrbotten – Cluster: 1"
    outline, width = page.evaluate(FOCUSED)
    other = page.locator(".map .area path").nth(1)
    assert other.evaluate("path => getComputedStyle(path).stroke") != outline
    assert float(width.removesuffix("px")) >= 3
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/region/SE332*")
    assert page.get_by_role("heading", level=1).inner_text() == "Norrbotten"


def test_a_cluster_on_the_map_is_a_link_with_a_name(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Compare, Värmland").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Compare"
    assert page.get_by_role("link", name="Värmland", exact=True).count() == 2  # text and map


def test_no_mark_is_covered_by_another(page: Page, site: str) -> None:
    page.goto(site)
    assert page.locator(".map circle").count() == 22
    assert page.evaluate(ON_TOP) == 0


def test_the_map_can_be_skipped(page: Page, site: str) -> None:
    page.goto(site)
    skip = page.get_by_role("link", name="Skip the map")
    skip.focus()
    assert skip.evaluate("link => link.getBoundingClientRect().left") >= 0  # it shows
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#map-table') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_from_every_shade(
    browser: Browser, site: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(site)
    mark = page.locator(".map circle").first.evaluate("mark => getComputedStyle(mark).fill")
    names = [f"--shade-{shade}" for shade in range(5)]
    shades = page.evaluate(
        "names => names.map(name => getComputedStyle(document.documentElement)"
        ".getPropertyValue(name).trim())",
        names,
    )
    for shade in shades:
        assert contrast(mark, shade) >= 3, shade
    assert len(set(shades)) == 5
    context.close()


def contrast(one: str, other: str) -> float:
    """Spec: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    if colour.startswith("#"):
        numbers = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    else:
        numbers = [int(each) for each in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    parts = [number / 255 for number in numbers]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return sum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
