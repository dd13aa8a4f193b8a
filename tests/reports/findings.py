"""The findings that the tests of every format share, harmless and hostile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from graphsvc.errors import SourceError, SourcePosition
from graphsvc.paths import Term
from graphsvc.report import Mended, Severity, ValidationReport, ValidationResult
from graphsvc.reports.context import ReportContext
from graphsvc.vocab import PREFIXES, sh

CLUSTER = "https://example.org/id/cluster/"
SHAPES = "https://example.org/shapes/"
HOMEPAGE = NamedNode(PREFIXES["foaf"] + "homepage")
MESSAGES = (
    Literal("En webbplats har en adress som går att öppna.", language="sv"),
    Literal("A homepage has an address that opens.", language="en"),
)
CONTEXT = ReportContext(prefixes={**PREFIXES, "cluster": CLUSTER, "shapes": SHAPES})
UNREADABLE = replace(
    CONTEXT,
    source_errors=(
        SourceError(
            SourcePosition(Path("data/a.ttl"), 41, 9), "no dot; end the statement with one"
        ),
        SourceError(SourcePosition(Path("data/b.ttl"), 1), "wrong UTF-8; save the file as UTF-8"),
    ),
)

_FINDING = ValidationResult(
    focus_node=NamedNode(CLUSTER + "compare"),
    source_shape=NamedNode(SHAPES + "Cluster-homepage"),
    source_constraint_component=sh("PatternConstraintComponent"),
    result_path=HOMEPAGE,
    value=NamedNode("https://wwwcompare.se/"),
    messages=MESSAGES,
    at=SourcePosition(Path("data/clusters.ttl"), 57),
    shape_at=SourcePosition(Path("shapes/cluster.ttl"), 12),
)


def finding(**changes: Any) -> ValidationResult:
    """A cluster's mistyped homepage, but for the changes."""
    return replace(_FINDING, **changes)


# A known violation, a new warning, and two lines of the baseline that are mended, one in part.
COMPARED = ValidationReport(
    (
        finding(known=True),
        finding(severity=Severity.WARNING, severity_iri=Severity.WARNING.iri),
    ),
    baseline=Path("known.json"),
    mended=(
        Mended("focus cluster:a", "A name.", SourcePosition(Path("known.json"), 7)),
        Mended("focus cluster:b", "A title.", SourcePosition(Path("known.json"), 9), 2, 3),
    ),
)
CUT = ValidationReport((finding(),), cut_at=1)


HOSTILE = {
    "escape sequence": "\x1b[2J\x1b]0;owned\x07",
    "C1 escape sequence": "\x9b31m",
    "line break and command": "fine\n::error file=x::forged\r\n::add-mask::e",
    "command at the start": "::error::forged",
    "old command": "x ##[add-mask]secret ##vso[task.setvariable]y",
    "table": "a|b \\| c \\\\| ||",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;",
    "markdown": "`code` ``` **bold** _it_ [link](https://evil.example/) ![i](x) ~~s~~ $x$ @team #1",
    "control characters": "\x00\x01\x08\x0b\x7f\x85",
    "non-characters": "\ufffe\uffff\U0001ffff",
    "right to left": "\u202egpj.exe \u2066\u2069\u200f\u061c",
    "separators": "a\u2028b\u2029c\u00a0d\u200be",
    "workflow escapes": "%0A::error::x %25 , : ;",
    "end of CDATA": "]]> <!-- --> <![CDATA[ ?>",
    "tags": "\U000e0041\U000e007f",
    "empty": "",
    "spaces": " \t\n ",
    "megabyte": "å" * 1_000_000,
}


def hostile(text: str) -> ValidationReport:
    """The text wherever data or shapes can bring it in."""
    terms: list[Term] = [Literal(text), Literal(text, language="sv")]
    terms.append(Literal(text, datatype=HOMEPAGE))
    results = [
        finding(focus_node=term, value=term, messages=(Literal(text),), at=None, shape_at=None)
        for term in terms
    ]
    place = SourcePosition(Path(text[:80]), 3, 7)
    detail = finding(value=Literal(text), messages=(Literal(text, language="de"),))
    results.append(
        finding(value=Literal(text), at=place, shape_at=place, details=(detail,), messages=())
    )
    return ValidationReport.of(results)
