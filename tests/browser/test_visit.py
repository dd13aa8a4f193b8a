"""A visitor with a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en", viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def test_a_visitor_finds_the_22_clusters_and_their_source(page: Page, site: str) -> None:
    page.goto(site)
    section = page.locator("section", has=page.get_by_role("heading", name=re.compile("^Cluster ")))
    assert section.get_by_role("link").filter(has_not_text="Cluster").count() >= 20
    section.get_by_role("link", name="Compare", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Compare"
    page.get_by_role("link", name="Line 44 of the source").first.click()
    assert "wwwcompare.se" in page.locator("main").inner_text()


def test_pages_speak_the_visitor_s_language(browser: Browser, site: str) -> None:
    for locale, word in (("sv", "Kluster"), ("en", "Cluster")):
        context = browser.new_context(locale=locale)
        page = context.new_page()
        page.goto(f"{site}/doc/cluster/compare")
        assert page.locator("html").get_attribute("lang") == locale
        assert page.get_by_role("link", name=word, exact=True).count() == 1
        context.close()


def test_the_language_can_be_switched(page: Page, site: str) -> None:
    page.goto(f"{site}/doc/region/SE311")
    page.get_by_role("link", name="svenska").click()
    assert page.locator("html").get_attribute("lang") == "sv"
    assert page.get_by_role("heading", level=1).inner_text() == "Värmland"


def test_a_query_asked_in_the_form_is_answered_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{site}/sparql")
    page.get_by_role("link", name="Clusters per region", exact=True).click()
    assert "COUNT" in page.get_by_role("textbox").input_value()
    page.get_by_role("textbox").fill("ASK { cluster:compare a s3p:Cluster }")
    with page.expect_response(lambda response: "query=" in response.url) as asked:
        page.get_by_role("button", name="Run the query").click()
    assert asked.value.status == 200
    assert "true" in asked.value.text()
    context.close()


def test_smaland_is_found_from_the_start_page_by_keyboard(page: Page, site: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(site)
    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("smaland")
    page.keyboard.press("Enter")
    first = page.locator("main").get_by_role("listitem").first
    assert first.locator("mark").inner_text() == "Småland"
    assert first.get_by_role("link", name="Cluster", exact=True).count() == 1
    page.get_by_role("link", name="Automation Småland", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Automation Småland"
    assert hosts == {urlsplit(site).netloc}


def test_a_correction_leads_to_its_reason_its_source_and_back(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Quality", exact=True).click()
    kinds = page.get_by_role("table", name="Corrections by kind of defect")
    assert kinds.get_by_role("row").nth(1).inner_text().split() == [
        *("web", "address", "without", "a", "scheme", "22")
    ]
    kinds.get_by_role("link", name="misspelt web address").click()
    assert page.locator(".corrections > li").count() == 3
    corrected = page.locator(".corrections > li").first
    corrected.get_by_role("link").nth(1).click()  # after its own: what was corrected
    origin = page.get_by_role("region", name="Where this comes from")
    assert "misspelt web address" in origin.inner_text()
    origin.get_by_role("link", name="Stated and published, side by side").click()
    assert page.get_by_role("row", name=re.compile("stated web address")).count() == 1


def test_a_resource_opens_in_the_editor_as_a_query(page: Page, site: str) -> None:
    page.goto(f"{site}/doc/cluster/compare")
    page.get_by_role("link", name="Open in SPARQL").click()
    query = page.locator(".CodeMirror:visible .CodeMirror-code")
    query.wait_for()
    assert "DESCRIBE <https://w3id.org/s3-cluster-pilot/id/cluster/compare>" in query.inner_text()
    assert page.get_by_role("tab", name="Compare", selected=True).count() == 1


def test_pages_work_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(site)
    page.get_by_role("link", name="Mobile Heights", exact=True).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Mobile Heights"
    context.close()


def test_the_diagram_of_the_vocabulary_is_reached_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/ns")
    box = page.locator("figure.diagram").get_by_role("link", name="Cluster", exact=True)
    box.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("/ns#Cluster")
    assert page.locator("#Cluster").get_by_role("link", name="22 instances").is_visible()


def test_hits_come_while_one_types(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/search?lang=sv")
    field = page.get_by_role("searchbox", name="Ord")
    field.press_sequentially("automation smal")
    page.get_by_role("link", name="Automation Småland", exact=True).wait_for()
    assert "träff" in page.get_by_role("status").inner_text()
    assert page.url == f"{site}/search?lang=sv&q=automation+smal&type="
    assert page.title().startswith("automation smal")
    assert field.evaluate("field => field === document.activeElement")
    field.press_sequentially(" xyz")
    page.get_by_text("Ingenting här har alla dessa ord.").wait_for()
    assert all(url.startswith(site) for url in asked)
    page.reload()
    assert field.input_value() == "automation smal xyz"


def test_what_is_typed_on_is_asked_once(page: Page, site: str) -> None:
    page.goto(f"{site}/search?lang=en")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox", name="Words").press_sequentially("automation")
    page.get_by_role("link", name="Automation Region", exact=True).wait_for()
    queries = [url.partition("?")[2] for url in asked if "?" in url]
    assert queries == ["lang=en&q=automation&type="]
