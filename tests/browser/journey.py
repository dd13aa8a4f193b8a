"""The steps of one journey, from the map by way of a cluster's source to a file with its data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from browser.keyboard import tab_to

BASE = "https://w3id.org/s3-cluster-pilot/"
COMPARE = NamedNode(BASE + "id/cluster/compare")
WORDS = {
    "sv": {
        "area": "Värmland – Kluster: 2",
        "origin": "Var detta kommer ifrån",
        "statement": "Rad 44 i källan",
        "open": "Öppna i SPARQL",
        "run": "Kör frågan",
        "skip": "Hoppa till innehållet",
    },
    "en": {
        "area": "Värmland – Cluster: 2",
        "origin": "Where this comes from",
        "statement": "Line 44 of the source",
        "open": "Open in SPARQL",
        "run": "Run query",
        "skip": "Skip to the content",
    },
}
# A point of an area that no mark covers, for areas are no rectangles.
POINT = """shape => {
  const { x, y, width, height } = shape.getBoundingClientRect();
  for (let part = 1; part < 400; part++) {
    const at = [x + width * ((part % 20) / 20), y + height * (Math.floor(part / 20) / 20)];
    if (document.elementFromPoint(...at) === shape) return at;
  }
}"""
Follow = Callable[[Page, Locator], None]


def by_mouse(page: Page, wanted: Locator) -> None:
    shape = wanted.locator(":scope > path")
    if not shape.count():
        wanted.click()
        return
    shape.scroll_into_view_if_needed()
    page.mouse.click(*shape.evaluate(POINT))


def by_keyboard(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def is_at(page: Page, heading: str, language: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.locator("html").get_attribute("lang") == language


def go_to_the_query(page: Page, site: str, language: str, follow: Follow) -> None:
    """From the start page by way of the map, a region, a cluster and its source to the editor."""
    words = WORDS[language]
    page.goto(site)
    follow(page, page.get_by_role("link", name=words["area"]))
    is_at(page, "Värmland", language)
    follow(page, page.get_by_role("main").get_by_role("link", name="Compare", exact=True).first)
    is_at(page, "Compare", language)
    origin = page.get_by_role("region", name=words["origin"])
    expect(origin).to_contain_text("wwwcompare.se")
    follow(page, origin.get_by_role("link", name=words["statement"]).first)
    is_at(page, words["statement"], language)
    expect(page.get_by_role("main")).to_contain_text("wwwcompare.se")
    follow(page, page.get_by_role("main").get_by_role("link", name="Compare", exact=True).first)
    is_at(page, "Compare", language)
    follow(page, page.get_by_role("link", name=words["open"]))
    is_at(page, "SPARQL", language)


def run(page: Page, language: str, follow: Follow) -> None:
    """Run the query that the editor was opened with, and wait for its answer."""
    query = page.locator(".CodeMirror:visible .CodeMirror-code").first
    expect(query).to_contain_text(f"DESCRIBE <{COMPARE.value}>")
    follow(page, page.get_by_role("button", name=WORDS[language]["run"]))
    expect(page.locator(".downloads")).to_be_visible()


def take(page: Page, follow: Follow, format: str) -> Download:
    with page.expect_download() as taken:
        follow(page, page.locator(".downloads").get_by_role("link", name=format, exact=True))
    return taken.value


def described(path: Path, format: RdfFormat) -> set[tuple[str, Any]]:
    """What a file says of the cluster: local names of properties, with their values."""
    return {
        (quad.predicate.value.removeprefix(BASE + "ns#"), quad.object)
        for quad in parse(path=str(path), format=format)
        if isinstance(quad, Quad) and quad.subject == COMPARE
    }


def is_what_was_asked_for(found: set[tuple[str, Any]]) -> None:
    assert ("region", NamedNode(BASE + "id/region/SE311")) in found
    names = {term.value for _, term in found if isinstance(term, Literal)}
    assert {"Compare", "compare"} <= names
