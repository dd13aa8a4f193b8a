"""One journey, from the map to a file that holds what was asked for: by mouse, by keyboard, on a
phone, without scripts. Nobody but this server is asked on the way.
"""

from __future__ import annotations

import csv
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pyoxigraph import RdfFormat

from browser.journey import (
    COMPARE,
    WORDS,
    by_keyboard,
    by_mouse,
    described,
    go_to_the_query,
    is_what_was_asked_for,
    run,
    take,
)
from browser.watched import LANGUAGES, PHONE, watched

pytestmark = pytest.mark.browser


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("size", [None, PHONE])
def test_from_the_map_to_a_file_by_mouse(
    browser: Browser, site: str, language: str, size: Any
) -> None:
    more = {"viewport": size} if size else {}
    with watched(browser, site, locale=language, **more) as visit:
        go_to_the_query(visit.page, site, language, by_mouse)
        run(visit.page, language, by_mouse)
        file = take(visit.page, by_mouse, "Turtle")
        assert file.suggested_filename == "results.ttl"
        is_what_was_asked_for(described(file.path(), RdfFormat.TURTLE))
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.width


def test_from_the_map_to_a_file_by_keyboard(browser: Browser, site: str, language: str) -> None:
    with watched(browser, site, locale=language) as visit:
        go_to_the_query(visit.page, site, language, by_keyboard)
        run(visit.page, language, by_keyboard)
        file = take(visit.page, by_keyboard, "N-Triples")
        is_what_was_asked_for(described(file.path(), RdfFormat.N_TRIPLES))


def test_from_the_map_to_a_file_without_scripts(browser: Browser, site: str, language: str) -> None:
    more = {"locale": language, "java_script_enabled": False}
    with watched(browser, site, **more) as visit:
        page = visit.page
        go_to_the_query(page, site, language, by_mouse)
        query = page.locator("textarea[name=query]")
        assert query.input_value().endswith(f"DESCRIBE <{COMPARE.value}>")
        query.fill(f"SELECT ?name {{ <{COMPARE.value}> dct:identifier ?name }}")
        page.locator("select[name=format]").select_option("csv")
        with page.expect_download() as taken:
            page.locator("form#ask button").click()
        with taken.value.path().open(encoding="utf-8", newline="") as lines:
            assert list(csv.reader(lines)) == [["name"], ["compare"]]


def test_the_menu_can_be_skipped(browser: Browser, site: str, language: str) -> None:
    with watched(browser, site, locale=language) as visit:
        page = visit.page
        page.goto(f"{site}/doc/cluster/compare")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name=WORDS[language]["skip"])
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
