from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from findings import COMPARED, CONTEXT, CUT, UNREADABLE, finding
from pyoxigraph import BlankNode, Literal

from graphsvc.errors import SourcePosition
from graphsvc.report import Severity, ValidationReport
from graphsvc.reports.text import MENDED, write, write_news
from graphsvc.vocab import sh


def test_a_finding_is_a_line_with_its_place_and_a_line_with_its_circumstances() -> None:
    assert write(ValidationReport((finding(),)), CONTEXT) == (
        "data/clusters.ttl:57: violation: A homepage has an address that opens."
        " (shapes/cluster.ttl:12, shapes:Cluster-homepage)\n"
        "    focus cluster:compare, path foaf:homepage, value <https://wwwcompare.se/>\n"
        "1 violation, 0 warnings, 0 infos; does not conform\n"
    )


def test_the_message_is_in_the_first_language_there_is() -> None:
    context = replace(CONTEXT, languages=("fi", "sv"))
    assert "En webbplats har" in write(ValidationReport((finding(),)), context)


def test_a_conforming_report_is_one_line() -> None:
    assert write(ValidationReport(), CONTEXT) == "0 violations, 0 warnings, 0 infos; conforms\n"


def test_the_threshold_decides_what_the_last_line_says() -> None:
    warning = finding(severity=Severity.WARNING, severity_iri=Severity.WARNING.iri)
    strict = replace(CONTEXT, threshold=Severity.WARNING)
    assert write(ValidationReport((warning,)), strict).endswith("; does not conform\n")


def test_columns_are_told_where_they_are_known() -> None:
    result = finding(at=SourcePosition(Path("a.ttl"), 3, 9))
    assert write(ValidationReport((result,)), CONTEXT).startswith("a.ttl:3:9: violation: ")


def test_a_finding_without_a_place_begins_with_its_focus() -> None:
    result = finding(at=None, shape_at=None)
    written = write(ValidationReport((result,)), CONTEXT)
    assert written.startswith("cluster:compare: violation: ")
    assert "opens. (shapes:Cluster-homepage)\n" in written


def test_a_shape_without_a_name_is_told_by_its_place_and_constraint() -> None:
    result = finding(source_shape=BlankNode("f3b7"))
    written = write(ValidationReport((result,)), CONTEXT)
    assert "(shapes/cluster.ttl:12, sh:PatternConstraintComponent)" in written


def test_without_a_message_the_constraint_is_named() -> None:
    result = finding(messages=())
    written = write(ValidationReport((result,)), CONTEXT)
    assert "violation: sh:PatternConstraintComponent is not satisfied (" in written


def test_details_say_why_below_their_result() -> None:
    deeper = finding(messages=(Literal("Too short."),), value=Literal("x"))
    detail = finding(
        source_constraint_component=sh("NotConstraintComponent"),
        messages=(Literal("Wrong."),),
        details=(deeper,),
    )
    lines = write(ValidationReport((finding(details=(detail,)),)), CONTEXT).splitlines()
    assert lines[2].startswith("    because: Wrong. (focus cluster:compare")
    assert lines[3].startswith("        because: Too short. (focus")
    assert lines[4].startswith("1 violation")


def test_values_show_what_cannot_be_seen() -> None:
    result = finding(value=Literal("compare.se\u00a0"))
    assert r'value "compare.se\u00A0"' in write(ValidationReport((result,)), CONTEXT)


def test_a_message_of_several_lines_is_one() -> None:
    result = finding(messages=(Literal("One.\n    Two\u00a0three."),))
    assert ": One. Two\u00a0three. (" in write(ValidationReport((result,)), CONTEXT)


def test_a_file_named_like_a_command_is_none() -> None:
    result = finding(at=SourcePosition(Path("::error::x.ttl"), 1))
    assert write(ValidationReport((result,)), CONTEXT).startswith("./::error::x.ttl:1: ")


def test_unreadable_files_are_listed_as_compilers_do() -> None:
    assert write(ValidationReport(), UNREADABLE) == (
        "data/a.ttl:41:9: error: no dot; end the statement with one\n"
        "data/b.ttl:1: error: wrong UTF-8; save the file as UTF-8\n"
        "2 errors; could not be validated\n"
    )


def test_what_is_known_is_counted_and_what_is_mended_told() -> None:
    lines = write(COMPARED, CONTEXT).splitlines()
    assert lines[0].startswith("data/clusters.ttl:57: warning: A homepage has")
    assert lines[2:] == [
        "known.json:7: mended; remove this line: A name. (focus cluster:a)",
        "known.json:9: 2 of 5 alike are mended; write a count of 3: A title. (focus cluster:b)",
        "0 violations, 1 warning, 0 infos, 1 known, 3 mended; nothing new is as grave as violation",
    ]


def test_a_report_that_is_cut_says_so_and_does_not_conform() -> None:
    written = write(CUT, CONTEXT)
    assert written.endswith("; cut at 1 finding, there may be more; does not conform\n")
    assert "conforms" not in write(ValidationReport(cut_at=5), CONTEXT)


def test_news_are_what_is_new_and_what_is_mended_and_the_counts_of_all() -> None:
    new, mended, whole = (
        ValidationReport((finding(at=SourcePosition(Path("a.ttl"), line)),) * count)
        for line, count in ((3, 1), (5, 1), (7, 4))
    )
    assert [
        line
        for line in write_news(new, mended, whole, CONTEXT).splitlines()
        if not line.startswith(" ")
    ] == [
        "a.ttl:3: violation: A homepage has an address that opens."
        " (shapes/cluster.ttl:12, shapes:Cluster-homepage)",
        "a.ttl:5: mended: A homepage has an address that opens."
        " (shapes/cluster.ttl:12, shapes:Cluster-homepage)",
        "4 violations, 0 warnings, 0 infos; does not conform",
    ]


def test_of_much_that_is_mended_some_is_shown() -> None:
    nothing = ValidationReport()
    mended = ValidationReport((finding(),) * (MENDED + 1_000))
    told = write_news(nothing, mended, nothing, CONTEXT)
    assert told.count(": mended: ") == MENDED
    assert "1,000 more are mended\n0 violations" in told
