"""A visit to an export, behind a path of a host that serves nothing but files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def exported(shipped_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site below a host's top."""
    top = tmp_path_factory.mktemp("host")
    out = ["--out", str(top / "some" / "path")]
    graphsvc = [sys.executable, "-m", "graphsvc", "export", "--release", str(shipped_release)]
    subprocess.run([*graphsvc, *out], check=True)
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", str(top)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as host:
        assert host.stdout is not None
        found = re.search(r"port (\d+)", host.stdout.readline())
        assert found is not None
        yield f"http://127.0.0.1:{found[1]}/some/path/"
        host.terminate()


@pytest.fixture
def page(browser: Browser, exported: str) -> Iterator[Page]:
    """A page that must neither ask anybody else nor miss a file nor break its own policy."""
    context = browser.new_context(locale="sv-SE")
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda each: wrong.append(each.url) if is_foreign(each.url) else None)
    page.on("response", lambda each: wrong.append(each.url) if each.status >= 400 else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(exported)
    yield page
    context.close()
    assert wrong == []


def is_foreign(url: str) -> bool:
    return not re.match(r"(?:http://127\.0\.0\.1:|data:|blob:)", url)


def write(page: Page, query: str) -> None:
    expect(page.locator(".yasqe .CodeMirror:visible")).to_be_visible()
    editor = "document.querySelector('.yasqe .CodeMirror').CodeMirror"
    page.evaluate(f"query => {editor}.setValue(query)", query)


def run(page: Page) -> None:
    page.locator(".yasqe_queryButton:visible").click()


def test_from_the_search_to_a_page_to_a_query_with_a_result(page: Page) -> None:
    page.locator("form.find input[type=search]").first.fill("smaland")
    page.keyboard.press("Enter")
    page.locator("#found li a").first.click()
    expect(page.locator("h1")).to_have_text("Automation Småland")
    page.get_by_text("Öppna i SPARQL").click()
    run(page)
    expect(page.locator(".yasr_results:visible")).to_contain_text("region:SE211", timeout=30_000)
    page.locator(".yasr_results a:visible", has_text="region:SE211").first.click()
    expect(page.locator("h1")).to_have_text("Jönköping")


def test_the_other_language_has_all_of_it(page: Page) -> None:
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{page.url}search/?q=bronze%20smaland")
    expect(page.locator("#found")).to_contain_text("Hits: 1")
    expect(page.locator("#found li a").first).to_contain_text("bronze")


def test_a_query_that_does_not_end_is_stopped_and_the_next_one_answers(page: Page) -> None:
    page.get_by_role("link", name="SPARQL").first.click()
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
    write(page, endless)
    run(page)
    expect(page.locator(".yasqe_queryButton.busy:visible")).to_be_visible()
    run(page)  # the button stops what it has begun
    expect(page.locator(".yasqe_queryButton.busy:visible")).to_be_hidden()
    write(page, "SELECT ?n { BIND(6 * 7 AS ?n) }")
    run(page)
    expect(page.locator(".yasr_results:visible")).to_contain_text("42", timeout=30_000)


def test_a_query_that_cannot_be_read_is_told_with_its_line(page: Page) -> None:
    page.get_by_role("link", name="SPARQL").first.click()
    write(page, "SELECT * {\n  ?s ?p }")
    run(page)
    expect(page.locator(".problem:visible")).to_contain_text("Rad 2", timeout=30_000)


def test_results_can_be_taken_away(page: Page) -> None:
    page.get_by_role("link", name="SPARQL").first.click()
    run(page)
    link = page.locator('a[download="results.csv"]:visible')
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_text("utf-8").startswith("thing,name\n")
