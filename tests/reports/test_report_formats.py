"""What holds in every format."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from findings import CLUSTER, CONTEXT, CUT, HOMEPAGE, HOSTILE, UNREADABLE, finding, hostile
from pyoxigraph import BlankNode, NamedNode

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.paths import Alternative, Inverse, Repeated, Sequence
from graphsvc.report import Mended, Severity, ValidationReport
from graphsvc.reports.formats import FORMATS, write_report

every_format = pytest.mark.parametrize("format", FORMATS)
every_attack = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def test_the_formats_are_the_seven_of_the_command_line() -> None:
    assert list(FORMATS) == ["text", "json", "turtle", "sarif", "junit", "github", "markdown"]


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="yaml"):
        write_report(ValidationReport(), "yaml", CONTEXT)


@every_format
@every_attack
def test_nothing_that_a_terminal_acts_on_gets_through(format: str, text: str) -> None:
    written = write_report(hostile(text), format, CONTEXT)
    # Turtle may have the latter in names, and they move nothing on a terminal.
    allowed = (
        "\n\t\u00a0\u200b\u061c\U000e0041\U000e007f\U0001ffff" if format == "turtle" else "\n\u00a0"
    )
    assert {char for char in written if not char.isprintable()} <= set(allowed)


@every_format
@every_attack
def test_no_line_is_a_log_command_that_we_did_not_write(format: str, text: str) -> None:
    written = write_report(hostile(text), format, CONTEXT)
    assert not re.search(r"##\w*\[", written)
    commands = [line for line in written.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (4 if format == "github" else 0)


@pytest.mark.parametrize("format", ["text", "sarif", "junit", "github", "markdown"])
def test_a_megabyte_is_cut_where_people_read(format: str) -> None:
    written = write_report(hostile(HOSTILE["megabyte"]), format, CONTEXT)
    assert len(written) < 40_000
    assert "1000000 characters" in written


@every_format
def test_a_file_name_that_is_not_utf_8_can_be_written(format: str) -> None:
    name = os.fsdecode(b"data/caf\xe9.ttl")
    position = SourcePosition(Path(name), 1)
    context = replace(CONTEXT, source_errors=(SourceError(position, "wrong"),))
    assert write_report(ValidationReport((finding(at=position),)), format, CONTEXT).encode()
    assert write_report(ValidationReport(), format, context).encode()


@every_format
def test_a_finding_without_place_message_path_and_value_is_written(format: str) -> None:
    bare = finding(at=None, shape_at=None, messages=(), result_path=None, value=None)
    report = ValidationReport((bare,))
    assert "PatternConstraintComponent" in write_report(report, format, CONTEXT)


@pytest.mark.parametrize("format", ["text", "junit", "github", "markdown", "sarif"])
def test_people_read_terms_abbreviated(format: str) -> None:
    path = Sequence((Inverse(Repeated(HOMEPAGE, "*")), NamedNode(CLUSTER + "a/b")))
    written = write_report(ValidationReport((finding(result_path=path),)), format, CONTEXT)
    assert "cluster:compare" in written
    assert "foaf:homepage" in written
    assert "shapes:Cluster-homepage" in written
    assert "xmlns.com" not in written


@pytest.mark.parametrize("format", ["text", "junit", "github", "markdown", "sarif"])
def test_a_severity_of_the_shapes_own_is_named_and_counts_as_a_violation(format: str) -> None:
    blocker = finding(severity_iri=NamedNode(CLUSTER + "Blocker"))
    written = write_report(ValidationReport((blocker,)), format, CONTEXT)
    assert "cluster:Blocker" in written or format == "markdown"
    assert re.search("violation|error", written)


@pytest.mark.parametrize("format", ["text", "json", "junit", "github", "markdown", "sarif"])
def test_unreadable_files_are_told_with_their_places(format: str) -> None:
    written = write_report(ValidationReport(), format, UNREADABLE)
    assert "data/a.ttl" in written
    assert "41" in written
    assert "end the statement with one" in written
    assert "save the file as UTF-8" in written
    assert "conforms" not in written or format == "json"


@every_format
def test_paths_below_the_root_are_relative(format: str) -> None:
    result = finding(at=SourcePosition(Path("/repo/data/x.ttl"), 4), shape_at=None)
    written = write_report(
        ValidationReport((result,)), format, replace(CONTEXT, root=Path("/repo"))
    )
    assert "/repo" not in written


_SAME = """
from findings import CONTEXT, HOMEPAGE, HOSTILE, finding, hostile
from graphsvc.paths import Inverse, Sequence
from graphsvc.report import ValidationReport
from graphsvc.reports.formats import FORMATS, write_report
path = Sequence((Inverse(HOMEPAGE), HOMEPAGE))
report = ValidationReport((*hostile(HOSTILE["markdown"]).results, finding(result_path=path)))
print([write_report(report, format, CONTEXT) for format in FORMATS])
"""


def test_the_same_report_is_the_same_bytes_under_any_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _SAME],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@every_format
def test_a_blank_node_and_an_alternative_path_are_written(format: str) -> None:
    path = Alternative((HOMEPAGE, Inverse(HOMEPAGE)))
    result = finding(focus_node=BlankNode("f0b1"), source_shape=BlankNode("f1b2"), result_path=path)
    assert write_report(ValidationReport((result,)), format, CONTEXT)


@pytest.mark.parametrize("format", ["text", "github", "markdown"])
def test_a_report_that_passes_below_the_threshold_says_so(format: str) -> None:
    report = ValidationReport((finding(severity=Severity.INFO, severity_iri=Severity.INFO.iri),))
    written = write_report(report, format, CONTEXT)
    assert "1 info; nothing is as grave as violation" in written


@every_format
@every_attack
def test_what_a_baseline_says_is_as_harmless_as_the_rest(format: str, text: str) -> None:
    mended = Mended(text, text, SourcePosition(Path(text[:80]), 3))
    report = ValidationReport(
        (finding(known=True),), baseline=Path(text[:80]), mended=(mended,), cut_at=1
    )
    written = write_report(report, format, CONTEXT)
    assert {char for char in written if not char.isprintable()} <= set("\n\t\u00a0")
    assert not re.search(r"##\w*\[", written)
    commands = [line for line in written.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (2 if format == "github" else 0)


@every_format
def test_every_format_says_that_a_report_is_cut(format: str) -> None:
    written = write_report(CUT, format, CONTEXT)
    assert "cut at 1 finding, there may be more" in written or '"cut_at": 1' in written
