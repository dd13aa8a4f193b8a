"""A visit to an export, behind a path of a host that serves nothing but files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pyoxigraph import RdfFormat

from browser.journey import (
    by_mouse,
    described,
    go_to_the_query,
    is_what_was_asked_for,
    run,
    take,
)
from browser.watched import LANGUAGES, PHONE, watched
from graphsvc.release import Release

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def exported(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site below a host's top."""
    top = tmp_path_factory.mktemp("host")
    out = ["--out", str(top / "some" / "path")]
    graphsvc = [sys.executable, "-m", "graphsvc", "export", "--release", str(release.folder)]
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


def press(page: Page) -> None:
    page.locator(".yasqe_queryButton:visible").click()


def test_from_the_search_to_a_page_to_a_query_with_a_result(page: Page) -> None:
    page.locator("form.find input[type=search]").first.fill("smaland")
    page.keyboard.press("Enter")
    page.locator("#found li a").first.click()
    expect(page.locator("h1")).to_have_text("Automation Småland")
    page.get_by_text("Öppna i SPARQL").click()
    press(page)
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
    press(page)
    expect(page.locator(".yasqe_queryButton.busy:visible")).to_be_visible()
    press(page)  # the button stops what it has begun
    expect(page.locator(".yasqe_queryButton.busy:visible")).to_be_hidden()
    write(page, "SELECT ?n { BIND(6 * 7 AS ?n) }")
    press(page)
    expect(page.locator(".yasr_results:visible")).to_contain_text("42", timeout=30_000)


def test_a_query_that_cannot_be_read_is_told_with_its_line(page: Page) -> None:
    page.get_by_role("link", name="SPARQL").first.click()
    write(page, "SELECT * {\n  ?s ?p }")
    press(page)
    expect(page.locator(".problem:visible")).to_contain_text("Rad 2", timeout=30_000)


def test_results_can_be_taken_away(page: Page) -> None:
    page.get_by_role("link", name="SPARQL").first.click()
    press(page)
    link = page.locator('a[download="results.csv"]:visible')
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_text("utf-8").startswith("thing,name\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_map_to_a_file_on_a_phone(browser: Browser, exported: str, language: str) -> None:
    start = exported if language == "sv" else f"{exported}en/"
    with watched(browser, exported, locale="de", viewport=PHONE) as visit:
        go_to_the_query(visit.page, start, language, by_mouse)
        run(visit.page, language, by_mouse)
        file = take(visit.page, by_mouse, "Turtle")
        is_what_was_asked_for(described(file.path(), RdfFormat.TURTLE))
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.width


def test_without_scripts_all_but_the_queries_and_the_search_is_there(
    browser: Browser, exported: str
) -> None:
    with watched(browser, exported, java_script_enabled=False) as visit:
        page = visit.page
        go_to_the_query(page, f"{exported}en/", "en", by_mouse)
        # Chromium shows no <noscript> to a debugger who has switched scripts off.
        told = page.locator("noscript").text_content()
        assert told is not None
        assert "That needs scripts, which are off." in told
        expect(page.locator("form#ask button")).to_be_disabled()
        page.goto(f"{exported}en/search/?q=compare")
        told = page.locator("noscript").text_content()
        assert told is not None
        assert "To search needs scripts, which are off." in told


def test_what_is_withdrawn_says_so_and_is_not_for_indexes(browser: Browser, exported: str) -> None:
    """The host can say nothing but 200."""
    with watched(browser, exported) as visit:
        page = visit.page
        response = page.goto(f"{exported}en/doc/cluster/withdrawn/")
        assert response is not None
        assert response.status == 200
        notice = page.locator(".notice")
        expect(notice).to_contain_text("This is withdrawn.")
        assert page.locator('meta[name="robots"]').get_attribute("content") == "noindex"
        notice.get_by_role("link", name="Compare", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
        assert page.locator('meta[name="robots"]').count() == 0


@pytest.mark.parametrize("path", ["", "doc/region/SE110/", "quality/", "ns/", "sparql/", "dump/"])
def test_a_page_fits_a_phone(browser: Browser, exported: str, path: str) -> None:
    with watched(browser, exported, viewport=PHONE) as visit:
        visit.page.goto(exported + path)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.width
