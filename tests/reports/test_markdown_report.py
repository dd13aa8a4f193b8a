from __future__ import annotations

from html.parser import HTMLParser

import pytest
from findings import COMPARED, CONTEXT, CUT, HOSTILE, UNREADABLE, finding, hostile
from markdown_it import MarkdownIt
from pyoxigraph import Literal

from graphsvc.report import Severity, ValidationReport
from graphsvc.reports.context import ReportContext
from graphsvc.reports.markdown import write


class Page(HTMLParser):
    """What a browser makes of the rendered Markdown: its tags and the text of its cells."""

    def __init__(self, report: ValidationReport, context: ReportContext = CONTEXT) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        self.feed(markdown.render(write(report, context)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not attrs or attrs == [("style", "text-align:left")]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "br":
            self.rows[-1][-1] += "\n"

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


def test_a_finding_is_a_row() -> None:
    assert Page(ValidationReport((finding(),))).rows == [
        ["Where", "Severity", "Finding", "About"],
        [
            "data/clusters.ttl:57",
            "violation",
            "A homepage has an address that opens.\nshapes/cluster.ttl:12, shapes:Cluster-homepage",
            "cluster:compare\nfoaf:homepage\n<https://wwwcompare.se/>",
        ],
    ]


@pytest.mark.parametrize(
    ("severity", "heading"),
    [(Severity.VIOLATION, "failed"), (Severity.INFO, "passed with remarks")],
)
def test_the_heading_tells_whether_it_fails(severity: Severity, heading: str) -> None:
    report = ValidationReport((finding(severity=severity, severity_iri=severity.iri),))
    assert write(report, CONTEXT).startswith(f"## Validation: {heading}\n")


def test_a_conforming_report_has_no_table() -> None:
    assert write(ValidationReport(), CONTEXT) == (
        "## Validation: conforms\n\n0 violations, 0 warnings, 0 infos; conforms\n"
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    page = Page(hostile(text))
    assert page.tags <= {
        *("h2", "p", "table", "thead", "tbody", "tr", "th", "td"),
        *("code", "br", "span"),
    }
    assert [len(row) for row in page.rows] == [4] * 5


def test_markup_is_shown_as_it_was_written() -> None:
    text = HOSTILE["markdown"] + HOSTILE["table"] + HOSTILE["script"]
    row = Page(ValidationReport((finding(messages=(Literal(text),)),))).rows[1]
    assert row[2].startswith(text)


def test_nobody_is_notified_by_data() -> None:
    written = write(ValidationReport((finding(messages=(Literal("@team #12"),)),)), CONTEXT)
    assert "@team" not in written
    assert "#12" not in written


def test_a_long_report_shows_the_gravest_and_counts_the_rest() -> None:
    info = finding(severity=Severity.INFO, severity_iri=Severity.INFO.iri)
    report = ValidationReport((*(info,) * 150, finding()))
    rows = Page(report).rows
    assert len(rows) == 101
    assert rows[1][1] == "violation"
    assert "\n51 more are not shown here.\n" in write(report, CONTEXT)


def test_the_largest_table_fits_a_step_summary() -> None:
    text = "<|" * 1_000_000
    worst = finding(messages=(Literal(text),), focus_node=Literal(text), value=Literal("|" * 9999))
    assert len(write(ValidationReport((worst,) * 200), CONTEXT).encode()) < 1024 * 1024


def test_unreadable_files_are_rows() -> None:
    assert Page(ValidationReport(), UNREADABLE).rows[1] == [
        "data/a.ttl:41:9",
        "error",
        "no dot; end the statement with one",
        "",
    ]


def test_what_is_known_is_counted_and_what_is_mended_a_table() -> None:
    page = Page(COMPARED)
    assert [row[1] for row in page.rows[:2]] == ["Severity", "warning"]
    assert page.rows[2:] == [
        ["Known", "Mended"],
        ["known.json:7", "mended; remove this line: A name. (focus cluster:a)"],
        [
            "known.json:9",
            "2 of 5 alike are mended; write a count of 3: A title. (focus cluster:b)",
        ],
    ]
    assert ", 1 known, 3 mended; " in write(COMPARED, CONTEXT)


def test_a_report_that_is_cut_says_so() -> None:
    assert "; cut at 1 finding, there may be more; does not" in write(CUT, CONTEXT)
    assert "conforms" not in write(ValidationReport(cut_at=1), CONTEXT)
