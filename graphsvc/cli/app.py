"""The command line: a thin reading of the library, and the only place that prints.

What a verb needs is imported when it runs: `--help` shall not wait for a web server.
"""

from __future__ import annotations

import sys
import traceback
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import typer

from graphsvc import __version__
from graphsvc.cli import options, terminal
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
    folder: options.Publication = Path(),
    format: options.Format = options.ReportFormat.text,
    output: options.ReportOutput = None,
    fail_on: options.LeastSeverity = options.FailOn.violation,
    shape: options.Shape = None,
    focus: options.Focus = None,
    changed_since: options.ChangedSince = None,
    against: options.Against = None,
    baseline: options.Baseline = None,
    write_baseline: options.WriteBaseline = False,
    prune_baseline: options.PruneBaseline = False,
    max_results: options.MaxResults = None,
    watch: options.Watch = False,
    engine: options.ShapesEngine = options.Engine.compiled,
    explain: options.Explain = False,
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
    folder: options.Publication = Path(),
    releases: options.Releases = None,
    skip_shapes: options.SkipShapes = False,
    force: Annotated[bool, typer.Option("--force", help="Even if nothing has changed.")] = False,
) -> None:
    """Make a release: a folder with the store, the dumps and all else that is served.

    All or nothing: until the new release is whole and valid, the current one stays.
    """
    release = _build(folder, releases, skip_shapes=skip_shapes, force=force)
    print(release)


@app.command()
def serve(
    folder: options.Publication = Path(),
    releases: options.Releases = None,
    release: options.ServedRelease = None,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    root_path: options.RootPath = "",
    trust_proxy: options.TrustProxy = None,
    access_log: options.AccessLog = False,
    reload: options.Reload = False,
    skip_shapes: options.SkipShapes = False,
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
    file: options.QueryFile = None,
    text: options.QueryText = None,
    example: options.Example = None,
    examples: options.Examples = False,
    format: options.ResultsFormat = None,
    output: options.ResultsOutput = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
    folder: options.OfPublication = Path(),
    releases: options.Releases = None,
    release: options.QueriedRelease = None,
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
def export(
    folder: options.Publication = Path(),
    out: options.Out = Path("site"),
    url: options.Url = "",
    releases: options.Releases = None,
    release: options.ExportedRelease = None,
    skip_shapes: options.SkipShapes = False,
) -> None:
    """Write the site as files for any static host, building it first if it has changed.

    Every page in each language, every resource in every format, dumps, catalogue,
    a search and a SPARQL editor that need no server.
    """
    from graphsvc.cli import export as verb

    verb.export(release or _build(folder, releases, skip_shapes=skip_shapes), out, url)


@app.command()
def preflight(
    url: options.CatalogueUrl = None,
    base: options.StandsForBase = False,
    external: options.External = False,
    quick: options.Quick = False,
    shapes: options.OfficialShapes = None,
    timeout: options.RequestSeconds = 60,
    format: options.PreflightReportFormat = options.PreflightFormat.text,
    output: options.ReportOutput = None,
    fail_on: options.LeastSeverity = options.FailOn.violation,
    folder: options.OfPublication = Path(),
    releases: options.Releases = None,
    release: options.CheckedRelease = None,
) -> None:
    """Find out what data portals would say of the catalogue, before they come.

    Harvests it as they do, asks every address in it, compares sizes and checksums, runs the
    rules of DCAT-AP 3.0.1 and DCAT-AP-SE 3.0.1, and scores it as data.europa.eu does (MQA).
    """
    from graphsvc.cli import preflight as verb

    wanted = verb.Wanted(format, output, fail_on, base, external, quick, shapes, timeout)
    if url is not None:
        if release is not None:
            raise typer.BadParameter("a server tells its own", param_hint="--release")
        sys.exit(verb.of_server(url, wanted))
    sys.exit(verb.of_release(release or _current_release(folder, releases), wanted))


@app.command()
def diff(
    before: options.StateBefore = "HEAD",
    after: options.StateAfter = None,
    format: options.HowToDiff = options.DiffFormat.text,
    output: options.DiffOutput = None,
    fail_on: options.LeastChange = options.FailOnChange.breaking,
    language: options.Language = None,
    folder: options.OfPublication = Path(),
) -> None:
    """Tell what has changed between two states of a publication, resource by resource.

    Breaking changes come first: what was published and is gone, and shapes that demand more.
    With one state it is compared with the working tree, with none HEAD is.
    """
    from graphsvc.cli import diff as verb

    wanted = verb.Wanted(format, output, fail_on, language)
    sys.exit(verb.diff(folder, before, after, wanted))


@app.command()
def init(
    folder: options.Publication = Path(),
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

    how = building.BuildOptions(shapes=not skip_shapes, force=force)
    try:
        with terminal.progress() as progress:
            return building.build(
                folder, releases or building.default_releases(folder), how, progress
            )
    except NotConforming as error:
        print(
            terminal.report(error.validation, options.ReportFormat.text, Severity.VIOLATION),
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
