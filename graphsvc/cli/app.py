"""The command line: a thin reading of the library, and the only place that prints.

What a verb needs is imported when it runs: `--help` shall not wait for a web server.
"""

from __future__ import annotations

import sys
import traceback
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import typer

from graphsvc import __version__
from graphsvc.cli import terminal
from graphsvc.cli.terminal import CANNOT_TELL, FAILS

app = typer.Typer(
    help="Publish a folder of Turtle and SHACL as linked data.\n\n"
    "A publication is a folder with a graphsvc.toml, ontology/, data/, shapes/ and queries/. "
    "Run in such a folder, each verb needs no arguments.",
    epilog="Exit codes: 0 all is well; 1 the data does not conform; 2 could not tell.",
    rich_markup_mode=None,  # rich takes a quarter of a second to import
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

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


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    turtle = "turtle"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    markdown = "markdown"


class Engine(StrEnum):
    compiled = "compiled"
    pyshacl = "pyshacl"


class FailOn(StrEnum):
    violation = "violation"
    warning = "warning"
    info = "info"


def main() -> None:
    """The `graphsvc` command."""
    from graphsvc.errors import GraphsvcError

    try:
        app()
    except GraphsvcError as error:
        print(error, file=sys.stderr)
        sys.exit(CANNOT_TELL)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output left, as `head` does
            sys.stderr.close()
        else:
            where = "" if error.filename is None else f"{error.filename}: "
            print(f"{where}error: {error.strerror or error}", file=sys.stderr)
        sys.exit(CANNOT_TELL)
    except Exception:  # noqa: BLE001 - ours to mend; Python's exit code, 1, would be a verdict
        traceback.print_exc()
        sys.exit(CANNOT_TELL)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"graphsvc {__version__}")
        raise typer.Exit


@app.callback()
def graphsvc(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


@app.command()
def validate(
    folder: Publication = Path(),
    format: Annotated[ReportFormat, typer.Option(help="How to write the report.")] = (
        ReportFormat.text
    ),
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report to a file.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least severity that makes the exit code 1.")
    ] = FailOn.violation,
    shape: Annotated[
        str | None,
        typer.Option(metavar="IRI", help="Only findings of this shape and its property shapes."),
    ] = None,
    focus: Annotated[
        str | None, typer.Option(metavar="IRI", help="Only findings about this node.")
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Only findings in files that differ from this git revision, and those that the "
            "changes cause elsewhere.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REV|RELEASE",
            help="Also find what was published in a git revision or the folder of a release, "
            "and is gone without being withdrawn.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Known findings: those in this file fail nothing, new ones do."
        ),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline",
            help="Write what is found into the baseline, for all of it to be known from now on; "
            "with --shape, --focus or --changed-since, add what they leave.",
        ),
    ] = False,
    prune_baseline: Annotated[
        bool,
        typer.Option("--prune-baseline", help="Remove from the baseline what is mended."),
    ] = False,
    max_results: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Report at most so many findings, the gravest; known ones aside.",
        ),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Then tell what each change makes wrong or mends, until Ctrl-C."
        ),
    ] = False,
    engine: Annotated[Engine, typer.Option(help="What runs the shapes.")] = Engine.compiled,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Print the queries that the shapes become, and validate nothing."
        ),
    ] = False,
) -> None:
    """Find every fault of a publication, each with its file and line.

    IRIs may be written as prefixed names that the publication's files declare.
    """
    from graphsvc.cli import validate as verb

    if explain:
        verb.explain(folder, shape)
        return
    wanted = verb.Wanted(
        format=format,
        output=output,
        fail_on=fail_on,
        shape=shape,
        focus=focus,
        changed_since=changed_since,
        against=against,
        baseline=baseline,
        write_baseline=write_baseline,
        prune_baseline=prune_baseline,
        max_results=max_results,
        engine=engine,
    )
    if watch:
        from graphsvc.cli.watch import watch as verb_watch

        sys.exit(verb_watch(folder, wanted))
    sys.exit(verb.validate(folder, wanted))


@app.command()
def build(
    folder: Publication = Path(),
    releases: Releases = None,
    skip_shapes: SkipShapes = False,
    force: Annotated[bool, typer.Option("--force", help="Even if nothing has changed.")] = False,
) -> None:
    """Make a release: a folder with the store, the dumps and all else that is served.

    All or nothing: until the new release is whole and valid, the current one stays.
    """
    release = _build(folder, releases, skip_shapes=skip_shapes, force=force)
    print(release)


@app.command()
def serve(
    folder: Publication = Path(),
    releases: Releases = None,
    release: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Serve this release; no publication is needed."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    root_path: Annotated[
        str, typer.Option(metavar="PATH", help="The path that a proxy in front takes away.")
    ] = "",
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="The address or network of a proxy in front, which says in X-Forwarded-For who "
            "asks; may be repeated.",
        ),
    ] = None,
    access_log: Annotated[
        bool, typer.Option("--access-log", help="Print a line for each request.")
    ] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Build and serve anew whenever a file changes.")
    ] = False,
    skip_shapes: SkipShapes = False,
) -> None:
    """Serve a publication over HTTP, building it first if it has changed.

    What does not conform is not served: the last release that does stays, if there is one.
    """
    from graphsvc import serve as serving
    from graphsvc.errors import printable

    if reload and release is not None:
        raise typer.BadParameter("a release never changes", param_hint="--reload")
    proxies = tuple(_network(text) for text in trust_proxy or ())
    served = serving.Serving(
        release or _release_to_serve(folder, releases, skip_shapes=skip_shapes)
    )
    if reload:
        arguments = [str(folder), "--releases", str(served.release.folder.parent)]
        serving.watch(
            served,
            folder,
            [*arguments, "--skip-shapes"] if skip_shapes else arguments,
            terminal.log,
        )
    title = next(iter(served.release.settings.title.values()))
    terminal.log(f"serving {printable(title)}, release {served.release.folder.name}")
    address = serving.Address(host, port, root_path, proxies)
    serving.serve(served, address, access_log=access_log)


@app.command()
def query(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A file with a SPARQL query; - is standard input."),
    ] = None,
    text: Annotated[str | None, typer.Option("-e", metavar="TEXT", help="A SPARQL query.")] = None,
    example: Annotated[
        str | None, typer.Option(metavar="NAME", help="Run one of the example queries.")
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="List the example queries, and run none.")
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="table, srj, srx, csv or tsv for SELECT and ASK; ttl, jsonld, rdf, nt, trig or nq "
            "for CONSTRUCT and DESCRIBE; or a media type.",
            show_default="that of the output's suffix; else a table on a terminal, csv elsewhere, "
            "and ttl for graphs",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write to a file, which is replaced once the answer is whole."
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="How long the query may be worked on.",
            show_default="limits.query_seconds",
        ),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            metavar="MIB",
            min=1,
            help="How much memory of its own it may take. Holds on Linux.",
            show_default="limits.query_megabytes",
        ),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--publication", metavar="FOLDER", help="The publication.")
    ] = Path(),
    releases: Releases = None,
    release: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Query this release; no publication is needed."),
    ] = None,
) -> None:
    """Query the current release with SPARQL, as its endpoint would answer.

    The publication's prefixes are declared already. A table shows terms as Turtle writes them.
    """
    from graphsvc.cli import query as verb

    given = [each for each in (file, text, example, examples or None) if each is not None]
    if len(given) != 1:
        raise typer.BadParameter("give one of FILE, -e TEXT, --example NAME or --examples")
    wanted = verb.Wanted(format, output, timeout, memory)
    opened = verb.open_release(release or _current_release(folder, releases), wanted)
    if examples:
        verb.list_examples(opened)
    elif example is not None:
        verb.run(opened, verb.example(opened, example), wanted)
    elif file is not None:
        verb.run(opened, verb.read(file), wanted)
    else:
        verb.run(opened, verb.typed(text or ""), wanted)


@app.command()
def init(
    folder: Publication = Path(),
    base_iri: Annotated[
        str | None, typer.Option(metavar="IRI", help="What the IRIs of your things begin with.")
    ] = None,
) -> None:
    """Write a small publication that validates, to begin with."""
    from graphsvc import init as starter

    for path in starter.init(folder, base_iri):
        print(path)


def _build(folder: Path, releases: Path | None, *, skip_shapes: bool, force: bool = False) -> Path:
    from graphsvc import build as building
    from graphsvc.report import Severity
    from graphsvc.validation import NotConforming

    options = building.BuildOptions(shapes=not skip_shapes, force=force)
    try:
        with terminal.progress() as progress:
            return building.build(
                folder, releases or building.default_releases(folder), options, progress
            )
    except NotConforming as error:
        print(
            terminal.report(error.validation, ReportFormat.text, Severity.VIOLATION),
            file=sys.stderr,
        )
        sys.exit(FAILS)


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        what = f"{error}; an address or a network is wanted, such as 10.0.0.7 or 10.0.0.0/24"
        raise typer.BadParameter(what, param_hint="--trust-proxy") from error


def _release_to_serve(folder: Path, releases: Path | None, *, skip_shapes: bool) -> Path:
    """Build if need be; when that fails, the last release that conforms is still good."""
    from graphsvc.build import default_releases
    from graphsvc.errors import GraphsvcError
    from graphsvc.release import Manifest, current

    try:
        return _build(folder, releases, skip_shapes=skip_shapes)
    except (GraphsvcError, SystemExit) as error:
        last = current(releases or default_releases(folder))
        if last is None or (Manifest.read(last).valid is None and not skip_shapes):
            raise
        if isinstance(error, GraphsvcError):
            terminal.log(str(error))
        terminal.log(f"not built; serving {last.name}, the last release that conforms")
        return last


def _current_release(folder: Path, releases: Path | None) -> Path:
    from graphsvc.build import default_releases
    from graphsvc.errors import ReleaseError
    from graphsvc.release import current

    place = releases or default_releases(folder)
    found = current(place)
    if found is None:
        raise ReleaseError(f"{place}: there is no release; `graphsvc build` makes one")
    return found
