"""The query editor as researchers meet it. Whatever a test does, nothing may be asked elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>{{ 7*7 }}"


class Visit:
    """A page with the editor, and what was asked and complained of since it was opened."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))

    @property
    def panel(self) -> Locator:
        """The tab that is shown."""
        return self.page.locator(".tabPanel.active")

    @property
    def query(self) -> str:
        script = "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()"
        return str(self.page.evaluate(script))

    def write(self, query: str) -> None:
        script = "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror"
        self.page.evaluate(f"query => {script}.setValue(query)", query)

    def clear(self) -> None:
        """Take away the results that are shown, to wait for others."""
        shown = "document.querySelector('.tabPanel.active .yasr_results')"
        self.page.evaluate(f"{shown}.replaceChildren()")

    def run(self, query: str) -> None:
        """Ask a query, and wait for the answer to be shown."""
        self.write(query)
        self.clear()
        with self.page.expect_response(f"{self.site}/sparql"):
            self.panel.locator(".yasqe_queryButton").click()
        expect(self.panel.locator(".yasr_results > *").first).to_be_attached()

    def view(self, name: str) -> None:
        self.panel.locator(f".select_{name}").click()


@contextmanager
def visiting(browser: Browser, site: str, path: str = "/sparql", **more: Any) -> Iterator[Visit]:
    context = browser.new_context(**{"locale": "en"} | more)
    visit = Visit(context.new_page(), site)
    visit.page.goto(site + path)
    expect(visit.panel).to_be_visible()
    yield visit
    assert visit.hosts == {urlsplit(site).netloc}
    assert [text for text in visit.complaints if "400 (Bad Request)" not in text] == []
    context.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    with visiting(browser, site) as opened:
        yield opened


def test_an_example_is_answered_in_rows_a_chart_and_a_map(visit: Visit) -> None:
    visit.page.get_by_role("link", name="The regions on a map", exact=True).click()
    shapes = visit.panel.locator(".map path")
    expect(shapes).to_have_count(21)
    expect(visit.panel.locator("figcaption")).to_have_text(re.compile(r"^clusters: \d+ – \d+$"))
    visit.view("table")
    expect(visit.panel.locator("tbody tr")).to_have_count(21)
    assert not visit.page.locator("form#ask").is_visible()
    visit.page.get_by_role("link", name="Clusters per region", exact=True).click()
    expect(visit.panel.locator(".chart rect").first).to_be_visible()
    assert visit.panel.locator(".chart title").first.text_content() is not None
    assert visit.page.get_by_role("tab").count() == 3


def test_every_example_is_shown_by_the_view_that_it_is_for(visit: Visit) -> None:
    for keyword, drawing in (("map", ".map svg"), ("chart", ".chart svg")):
        examples = visit.page.locator(
            "#examples li", has=visit.page.get_by_text(keyword, exact=True)
        )
        assert examples.count() > 3
        for each in examples.all():
            each.get_by_role("link").click()
            expect(visit.panel.locator(drawing)).to_be_visible()


def test_examples_can_be_searched(visit: Visit) -> None:
    everything = visit.page.locator("#examples li").count()
    visit.page.get_by_role("searchbox", name="Find an example").fill("geosparql NEAREST")
    shown = visit.page.locator("#examples li:visible")
    expect(shown).to_have_count(1)
    visit.page.get_by_role("searchbox", name="Find an example").fill("no such words")
    expect(visit.page.get_by_text("No example has these words.")).to_be_visible()
    visit.page.get_by_role("searchbox", name="Find an example").fill("")
    expect(shown).to_have_count(everything)


def test_a_table_is_filtered_sorted_and_leafed_through(visit: Visit) -> None:
    visit.run(
        "SELECT ?n ?m { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 10 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }"
        " BIND (?a * 10 + ?b AS ?n) BIND (CONCAT('x', STR(?n)) AS ?m) }"
    )
    first = visit.panel.locator("tbody tr").first
    by_number = visit.panel.get_by_role("button", name="n", exact=True)
    by_number.click()
    expect(first).to_have_text(re.compile(r"^0\D"))
    by_number.click()
    expect(first).to_have_text(re.compile(r"^109\D"))
    expect(visit.panel.get_by_role("columnheader").first).to_have_attribute(
        "aria-sort", "descending"
    )
    visit.panel.get_by_role("button", name="Next").click()
    expect(first).to_have_text(re.compile(r"^59\D"))
    expect(visit.panel.get_by_text("Page 2 of 3")).to_be_visible()
    visit.panel.get_by_role("searchbox", name="Filter the rows").fill("X10")
    expect(visit.panel.get_by_role("status")).to_have_text("11 of 110 rows")


def test_what_literals_hold_is_shown_and_nothing_else(visit: Visit) -> None:
    """YASGUI itself would put 7*7 in place of what stands in braces."""
    visit.run(
        f"SELECT ?text ?iri {{ VALUES (?text ?iri) {{ ('{MARKUP}' <javascript:alert(2)>) }} }}"
    )
    expect(visit.panel.locator("td").first).to_have_text(MARKUP)
    assert visit.panel.locator("td a, td img").count() == 0
    long = "x" * 5_000
    visit.run(f"SELECT ?text {{ VALUES ?text {{ '{long}' }} }}")
    assert visit.panel.locator("details[open]").count() == 0
    visit.panel.locator("summary").click()
    expect(visit.panel.locator("td .literal")).to_have_text(long)


def test_iris_of_the_publication_lead_to_this_server(visit: Visit) -> None:
    visit.run("SELECT ?c { VALUES ?c { cluster:compare s3p:Cluster <https://example.org/> } }")
    found = [each.get_attribute("href") for each in visit.panel.locator("td a").all()]
    assert found == ["/doc/cluster/compare", "/ns#Cluster", "https://example.org/"]


def test_geometries_are_drawn_as_what_they_are(visit: Visit) -> None:
    drawn = {
        "POINT(18 59)": "circle",
        "MULTIPOINT((18 59), (17 60))": "circle",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(59 18)": "circle",
        "LINESTRING(18 59, 17 60)": "path.linestring",
        "POLYGON((10 59, 17 60, 17 59, 10 59), (12 59, 13 59.2, 13 59, 12 59))": "path.polygon",
        "MULTIPOLYGON(((10 59, 17 60, 17 59, 10 59)))": "path.polygon",
    }
    refused = [
        "<http://www.opengis.net/def/crs/EPSG/0/3006> POINT(674032 6580821)",
        "POINT EMPTY",
        "POINT(18)",
        "POINT(1e999 0)",
        "nonsense",
    ]
    values = " ".join(f"'{each}'^^geo:wktLiteral" for each in (*drawn, *refused))
    visit.run(f"SELECT ?shape {{ VALUES ?shape {{ {values} }} }}")
    visit.view("map")
    groups = visit.panel.locator(".map svg > *")
    expect(groups).to_have_count(len(drawn))
    for kind in set(drawn.values()):
        has_kind = groups.filter(has=visit.page.locator(kind))
        assert has_kind.count() == list(drawn.values()).count(kind)
    expect(visit.panel.locator("figcaption")).to_have_text("6 shapes; 5 could not be drawn.")
    places = [
        [circle.get_attribute("cx"), circle.get_attribute("cy")]
        for circle in visit.panel.locator(".map circle").all()
    ]
    assert places[0] == places[1] == places[3], "one place, whichever axis comes first"


def test_years_make_a_line_and_names_make_bars(visit: Visit) -> None:
    values = " ".join(f"('{year}'^^xsd:gYear {year % 7} -1.5)" for year in (2003, 2001, 2002))
    visit.run(f"SELECT ?year ?n ?m {{ VALUES (?year ?n ?m) {{ {values} }} }}")
    visit.view("chart")
    expect(visit.panel.locator(".chart circle")).to_have_count(3)
    assert visit.panel.locator(".chart text.label").all_text_contents() == ["2001", "2003"]
    visit.panel.get_by_role("combobox").select_option(label="m")
    expect(visit.panel.locator("figcaption")).to_have_text("m")
    visit.run("SELECT ?name ?n { VALUES (?name ?n) { ('a' 1) ('b' -2) ('c' 0) } }")
    expect(visit.panel.locator(".chart rect")).to_have_count(3)


def test_a_refused_query_is_told_with_its_line(visit: Visit) -> None:
    visit.run("SELECT * {\n  ?s ?p ?o ,\n}")
    told = visit.panel.get_by_role("alert")
    expect(told).to_contain_text("Bad Request")
    expect(told).to_contain_text("expected")
    expect(visit.panel.locator(".CodeMirror .failed")).to_have_count(1)
    mark = visit.panel.locator(".parseErrorIcon")
    mark.hover()
    expect(mark).to_have_attribute("title", re.compile("^This line cannot be read as SPARQL"))
    told.get_by_role("button", name="Line 3, column 2").click()
    visit.page.keyboard.press("Backspace")
    expect(visit.panel.locator(".CodeMirror .failed")).to_have_count(0)


def test_prefixes_of_the_publication_are_known_and_terms_are_completed(visit: Visit) -> None:
    visit.write("SELECT * { ?c a s3p:Cluster ; s3p:region ?r }")
    assert visit.panel.locator(".parseErrorIcon").count() == 0
    visit.write("SELECT * { ?c nobody:knows ?r }")
    expect(visit.panel.locator(".parseErrorIcon")).to_have_count(1)
    visit.write("SELECT * { ?c a ")
    visit.panel.locator(".CodeMirror").click()
    visit.page.keyboard.press("Control+End")
    visit.page.keyboard.type("clust", delay=20)
    hint = visit.page.locator(".CodeMirror-hint").first
    expect(hint).to_have_text(re.compile(r"^s3p:Cluster .*22 uses"))
    visit.page.keyboard.press("Enter")
    assert visit.query == "SELECT * { ?c a s3p:Cluster"


def test_answers_can_be_downloaded_in_each_format(visit: Visit) -> None:
    visit.run("SELECT ?c { VALUES ?c { 'å & ä' } }")
    links = visit.panel.locator(".downloads a")
    assert set(links.all_text_contents()) >= {"CSV", "TSV"}
    for link in links.all():
        answer = visit.page.request.get(str(link.get_attribute("href")))
        assert answer.ok
        assert "å &" in answer.text()
    visit.run("ASK {}")
    expect(visit.panel.locator(".booleanResult")).to_have_text("True")
    visit.run("DESCRIBE cluster:compare")
    visit.view("response")
    expect(visit.panel.locator(".yasr_results .CodeMirror")).to_be_visible()
    assert "Turtle" in links.all_text_contents()


def test_answers_to_a_query_that_no_address_holds_are_downloaded_too(visit: Visit) -> None:
    values = " ".join(f"'{number:080}'" for number in range(1_000))
    visit.run(f"SELECT ?n {{ VALUES ?n {{ {values} }} }}")
    offered = visit.panel.locator(".downloads")
    csv = offered.get_by_role("button", name="CSV", exact=True)
    with visit.page.expect_download() as taken:
        csv.click()
    assert taken.value.suggested_filename == "results.csv"
    assert len(taken.value.path().read_text("utf-8").splitlines()) == 1_001
    visit.page.context.set_offline(True)
    csv.click()
    expect(offered.get_by_role("alert")).to_contain_text("The download failed.")
    visit.complaints.clear()  # of Chromium, that it is offline


def test_a_link_to_a_query_opens_it_and_cannot_send_it_elsewhere(
    browser: Browser, site: str
) -> None:
    query = quote("SELECT ?x { VALUES ?x { 'from a link' } }")
    elsewhere = "&endpoint=https%3A%2F%2Fevil.example%2F&headers=%7B%22x%22%3A%22y%22%7D"
    with visiting(browser, site, f"/sparql#query={query}{elsewhere}") as visit:
        expect(visit.panel.locator("td")).to_have_text("from a link")
        visit.panel.locator(".yasqe_share").click()
        link = visit.panel.locator(".yasqe_sharePopup input").input_value()
        assert link.startswith(f"{site}/sparql#query=SELECT")
        assert "evil" not in link
        visit.page.goto("about:blank")
        visit.page.goto(link)
        expect(visit.panel.locator("td")).to_have_text("from a link")
        visit.hosts.discard("")


def test_a_link_that_is_broken_leaves_the_form(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/sparql#query=x&headers=%7B")
    expect(page.locator("form#ask")).to_be_visible()
    page.close()


def test_queries_are_kept_for_this_publication_alone_and_answers_are_not(visit: Visit) -> None:
    visit.run("ASK { # mine\n}")
    visit.page.reload()
    assert "# mine" in visit.query
    assert visit.panel.locator(".booleanResult").count() == 0
    assert visit.page.evaluate("Object.keys(localStorage)") == ["graphsvc /sparql_config"]


def test_the_keyboard_reaches_and_leaves_the_editor(visit: Visit) -> None:
    visit.write("ASK {}")
    visit.panel.locator(".CodeMirror").click()
    visit.page.keyboard.press("Control+Enter")
    expect(visit.panel.locator(".booleanResult")).to_be_visible()
    seen = []
    for _ in range(6):
        visit.page.keyboard.press("Tab")
        seen.append(visit.page.evaluate("document.activeElement.textContent.trim()"))
    assert "Response" in seen
    assert visit.query == "ASK {}"


def test_the_editor_speaks_swedish(browser: Browser, site: str) -> None:
    with visiting(browser, site, locale="sv") as visit:
        visit.run("ASK {}")
        expect(visit.panel.get_by_role("button", name="Kör frågan")).to_be_visible()
        expect(visit.panel.locator(".booleanResult")).to_have_text("Sant")
        expect(visit.panel.get_by_text(re.compile(r"^Svar på [\d,]+ sekunder$"))).to_be_visible()
        visit.run("SELECT ?x { VALUES ?x { 'Table' 'True' } }")
        assert visit.panel.locator("td").all_text_contents() == ["Table", "True"]
        english = re.compile(r"\b(Table|Chart|Map|Response|Query|Run|Share|results?)\b")
        chrome = visit.page.locator(".tabsList, .yasqe_buttons, .yasr_header")
        assert not any(english.search(text) for text in chrome.all_inner_texts())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_fits_a_phone_and_takes_the_reader_s_colours(
    browser: Browser, site: str, scheme: str
) -> None:
    size = {"width": 360, "height": 740}
    with visiting(browser, site, viewport=size, color_scheme=scheme) as visit:
        for name in ("The regions on a map", "Clusters per region"):
            visit.page.get_by_role("link", name=name, exact=True).click()
            expect(visit.panel.locator("figure svg")).to_be_visible()
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        style = "getComputedStyle(document.querySelector('.tabPanel.active .CodeMirror'))"
        paper = visit.page.evaluate(f"{style}.backgroundColor")
        assert paper == visit.page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
