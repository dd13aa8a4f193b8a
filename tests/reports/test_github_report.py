from __future__ import annotations

import re
from pathlib import Path

import pytest
from findings import COMPARED, CONTEXT, CUT, HOSTILE, UNREADABLE, finding, hostile
from pyoxigraph import Literal

from graphsvc.errors import SourcePosition
from graphsvc.report import Severity, ValidationReport
from graphsvc.reports.github import write


def commands(written: str) -> list[tuple[str, dict[str, str], str]]:
    """As the runner reads them: name, properties and message, each unescaped once."""

    def unescaped(text: str, codes: str) -> str:
        for code in re.findall("..", codes):
            text = text.replace(f"%{code}", chr(int(code, 16)))
        return text

    found = []
    for line in written.split("\n"):
        if match := re.fullmatch(r"::(\w+) (.*?)::(.*)", line):
            pairs = [each.split("=", 1) for each in match[2].split(",")]
            properties = {key: unescaped(value, "0D0A3A2C25") for key, value in pairs}
            found.append((match[1], properties, unescaped(match[3], "0D0A25")))
    return found


def test_a_finding_is_an_annotation_on_its_line() -> None:
    assert write(ValidationReport((finding(),)), CONTEXT) == (
        "::error file=data/clusters.ttl,line=57,title=shapes%3ACluster-homepage::"
        "A homepage has an address that opens.%0A"
        "focus cluster:compare, path foaf:homepage, value <https://wwwcompare.se/>%0A"
        "(shapes/cluster.ttl:12, shapes:Cluster-homepage)\n"
        "1 violation, 0 warnings, 0 infos; does not conform\n"
    )


def test_the_gravest_come_first_since_github_shows_only_some() -> None:
    report = ValidationReport(
        tuple(finding(severity=each, severity_iri=each.iri) for each in Severity)
    )
    names = [name for name, _, _ in commands(write(report, CONTEXT))]
    assert names == ["error", "warning", "notice"]


def test_more_than_github_annotates_is_said() -> None:
    assert "first 10 of a kind" in write(ValidationReport((finding(),) * 11), CONTEXT)
    assert "first 10" not in write(ValidationReport((finding(),) * 10), CONTEXT)


def test_a_name_with_the_syntax_of_commands_comes_back_whole() -> None:
    result = finding(at=SourcePosition(Path("data/a,line=1::b%2C.ttl"), 2, 5))
    ((_, properties, _),) = commands(write(ValidationReport((result,)), CONTEXT))
    assert properties == {
        "file": "data/a,line=1::b%2C.ttl",
        "line": "2",
        "col": "5",
        "title": "shapes:Cluster-homepage",
    }


def test_a_percent_sign_stays_one() -> None:
    result = finding(messages=(Literal("100 %0A::error::x"),))
    ((_, _, message),) = commands(write(ValidationReport((result,)), CONTEXT))
    assert message.startswith("100 %0A::error::x\n")


def test_a_finding_without_a_place_has_no_file() -> None:
    ((_, properties, _),) = commands(write(ValidationReport((finding(at=None),)), CONTEXT))
    assert properties == {"title": "shapes:Cluster-homepage"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_report_has_one_command_a_finding_and_a_summary(text: str) -> None:
    written = write(hostile(text), CONTEXT)
    assert len(written.splitlines()) == 5
    assert [name for name, _, _ in commands(written)] == ["error"] * 4
    assert written.endswith("\n4 violations, 0 warnings, 0 infos; does not conform\n")


def test_unreadable_files_are_errors() -> None:
    first, second = commands(write(ValidationReport(), UNREADABLE))
    assert first == (
        "error",
        {"file": "data/a.ttl", "line": "41", "col": "9", "title": "Not readable"},
        "no dot; end the statement with one",
    )
    assert second[1] == {"file": "data/b.ttl", "line": "1", "title": "Not readable"}


def test_what_is_known_is_no_annotation_and_what_is_mended_a_notice() -> None:
    written = write(COMPARED, CONTEXT)
    new, *mended = commands(written)
    assert new[0] == "warning"
    assert mended[0] == (
        "notice",
        {"file": "known.json", "line": "7", "title": "Mended"},
        "mended; remove this line: A name. (focus cluster:a)",
    )
    assert [name for name, _, _ in mended] == ["notice"] * 2
    assert ", 1 known, 3 mended; " in written


def test_a_report_that_is_cut_warns_first() -> None:
    first, second = commands(write(CUT, CONTEXT))
    title = {"title": "Not everything"}
    assert first == ("warning", title, "cut at 1 finding, there may be more")
    assert second[0] == "error"
