"""The options of the verbs: what each is called, and what its help says."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    turtle = "turtle"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    markdown = "markdown"


class DiffFormat(StrEnum):
    text = "text"
    markdown = "markdown"
    json = "json"
    patch = "patch"


class FailOnChange(StrEnum):
    breaking = "breaking"
    any = "any"
    never = "never"


class Engine(StrEnum):
    compiled = "compiled"
    pyshacl = "pyshacl"


class FailOn(StrEnum):
    violation = "violation"
    warning = "warning"
    info = "info"


Publication = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The publication.", show_default="this folder")
]
Releases = Annotated[
    Path | None,
    typer.Option(
        "--releases",
        metavar="DIR",
        help="Where releases are kept.",
        show_default="releases/ in the publication, or $GRAPHSVC_RELEASES",
    ),
]
SkipShapes = Annotated[
    bool,
    typer.Option(
        "--skip-shapes",
        help="Do not run the shapes. The release then says that nobody knows whether it is valid.",
    ),
]

# Of `validate`
Format = Annotated[ReportFormat, typer.Option(help="How to write the report.")]
ReportOutput = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the report to a file.")
]
LeastSeverity = Annotated[
    FailOn, typer.Option(help="The least severity that makes the exit code 1.")
]
Shape = Annotated[
    str | None,
    typer.Option(metavar="IRI", help="Only findings of this shape and its property shapes."),
]
Focus = Annotated[str | None, typer.Option(metavar="IRI", help="Only findings about this node.")]
ChangedSince = Annotated[
    str | None,
    typer.Option(
        metavar="REV",
        help="Only findings in files that differ from this git revision, and those that the "
        "changes cause elsewhere.",
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        metavar="REV|RELEASE",
        help="Also find what was published in a git revision or the folder of a release, "
        "and is gone without being withdrawn.",
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Known findings: those in this file fail nothing, new ones do."
    ),
]
WriteBaseline = Annotated[
    bool,
    typer.Option(
        "--write-baseline",
        help="Write what is found into the baseline, for all of it to be known from now on; "
        "with --shape, --focus or --changed-since, add what they leave.",
    ),
]
PruneBaseline = Annotated[
    bool,
    typer.Option("--prune-baseline", help="Remove from the baseline what is mended."),
]
MaxResults = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Report at most so many findings, the gravest; known ones aside.",
    ),
]
Watch = Annotated[
    bool,
    typer.Option("--watch", help="Then tell what each change makes wrong or mends, until Ctrl-C."),
]
ShapesEngine = Annotated[Engine, typer.Option(help="What runs the shapes.")]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain", help="Print the queries that the shapes become, and validate nothing."
    ),
]

# Of `serve`
ServedRelease = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Serve this release; no publication is needed."),
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535)]
RootPath = Annotated[
    str, typer.Option(metavar="PATH", help="The path that a proxy in front takes away.")
]
TrustProxy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS",
        help="The address or network of a proxy in front, which says in X-Forwarded-For who "
        "asks; may be repeated.",
    ),
]
AccessLog = Annotated[bool, typer.Option("--access-log", help="Print a line for each request.")]
Reload = Annotated[
    bool, typer.Option("--reload", help="Build and serve anew whenever a file changes.")
]

# Of `export`
Out = Annotated[
    Path,
    typer.Option(
        metavar="DIR", help="Where to write it: an empty folder, or that of an earlier export."
    ),
]
Url = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="Where the site will be, for sitemap.xml.",
        show_default="the base IRI",
    ),
]
ExportedRelease = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Export this release; no publication is needed."),
]

# Of `diff`
StateBefore = Annotated[
    str,
    typer.Argument(
        metavar="BEFORE",
        help="A release, a folder of releases, a publication, a dump, or a revision of git.",
        show_default="HEAD",
    ),
]
StateAfter = Annotated[
    str | None,
    typer.Argument(metavar="AFTER", help="The same.", show_default="the working tree"),
]
HowToDiff = Annotated[DiffFormat, typer.Option("--format", help="How to write the changes.")]
DiffOutput = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the changes to a file.")
]
LeastChange = Annotated[FailOnChange, typer.Option(help="What makes the exit code 1.")]
Language = Annotated[
    str | None,
    typer.Option(
        metavar="TAG",
        help="The language of names, such as sv.",
        show_default="the first of the publication",
    ),
]

# Of `query`
QueryFile = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="A file with a SPARQL query; - is standard input."),
]
QueryText = Annotated[str | None, typer.Option("-e", metavar="TEXT", help="A SPARQL query.")]
Example = Annotated[
    str | None, typer.Option(metavar="NAME", help="Run one of the example queries.")
]
Examples = Annotated[
    bool, typer.Option("--examples", help="List the example queries, and run none.")
]
ResultsFormat = Annotated[
    str | None,
    typer.Option(
        metavar="FORMAT",
        help="table, srj, srx, csv or tsv for SELECT and ASK; ttl, jsonld, rdf, nt, trig or nq "
        "for CONSTRUCT and DESCRIBE; or a media type.",
        show_default="that of the output's suffix; else a table on a terminal, csv elsewhere, "
        "and ttl for graphs",
    ),
]
ResultsOutput = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Write to a file, which is replaced once the answer is whole."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0.001,
        help="How long the query may be worked on.",
        show_default="limits.query_seconds",
    ),
]
Memory = Annotated[
    int | None,
    typer.Option(
        metavar="MIB",
        min=1,
        help="How much memory of its own it may take. Holds on Linux.",
        show_default="limits.query_megabytes",
    ),
]
OfPublication = Annotated[
    Path, typer.Option("--publication", metavar="FOLDER", help="The publication.")
]
QueriedRelease = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Query this release; no publication is needed."),
]


# Of `preflight`
class PreflightFormat(StrEnum):
    text = "text"
    json = "json"
    junit = "junit"
    github = "github"


CatalogueUrl = Annotated[
    str | None,
    typer.Argument(
        metavar="URL",
        help="The address of a server, which ends in a slash, or of a catalogue.",
        show_default="the current release, served for the moment",
    ),
]
StandsForBase = Annotated[
    bool,
    typer.Option(
        "--base",
        help="The server stands for the base IRI of its catalogue: what is under that is asked "
        "of it. So a server can be tested before the base IRI leads to it.",
    ),
]
External = Annotated[
    bool, typer.Option("--external", help="Ask the addresses on other servers as well.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Do not fetch the files to compare their checksums.")
]
OfficialShapes = Annotated[
    Path | None,
    typer.Option(
        "--shapes",
        metavar="FOLDER",
        help="Run the official shapes of DCAT-AP in this folder as well.",
    ),
]
RequestSeconds = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", min=0.001, help="How long a request may take."),
]
PreflightReportFormat = Annotated[PreflightFormat, typer.Option(help="How to write the report.")]
CheckedRelease = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Check this release; no publication is needed."),
]
