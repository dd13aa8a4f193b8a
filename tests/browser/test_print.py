"""A page on paper: black on white, without what only a screen can do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

WHITE = "rgb(255, 255, 255)"

pytestmark = pytest.mark.browser


def test_paper_is_white_whatever_the_screen_and_shows_no_controls(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(color_scheme="dark", locale="en")
    page = context.new_page()
    page.goto(f"{site}/doc/cluster/compare")
    ink = "getComputedStyle(document.documentElement).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ink) != on_screen
    header = "getComputedStyle(document.querySelector('header.site')).backgroundColor"
    assert page.evaluate(header) == WHITE
    for hidden in ("header.site nav", "form.find", "section[aria-labelledby=downloads]"):
        assert not page.locator(hidden).first.is_visible()
    for shown in ("h1", "#incoming", "#origin", "#cite"):
        assert page.locator(shown).is_visible()
    address = "getComputedStyle(document.querySelector('dd > a[rel~=external]'), '::after').content"
    assert "https://" in page.evaluate(address)
    context.close()
