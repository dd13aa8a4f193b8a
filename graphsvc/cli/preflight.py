"""The verb `preflight`: which server to look at, and what to tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from graphsvc.cli import terminal
from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.preflight import preflight, writing
from graphsvc.preflight.servers import Server
from graphsvc.report import Severity
from graphsvc.reports.context import ReportContext
from graphsvc.serve import Serving, on_loopback


@dataclass(frozen=True)
class Wanted:
    """The options of `graphsvc preflight`."""

    format: str
    output: Path | None
    fail_on: str
    base: bool
    external: bool
    quick: bool
    shapes: Path | None
    seconds: float


def of_release(folder: Path, wanted: Wanted) -> int:
    """Serve a release for as long as it takes, and look at that."""
    with on_loopback(Serving(folder)) as url:
        return _check(url, wanted, stands_for_base=True)


def of_server(url: str, wanted: Wanted) -> int:
    """Look at a server, or at one catalogue of it."""
    address = Server(url).url_of(url)
    if address is None or "#" in url:
        what = f"{url!r}; the http(s) address of a server is wanted, such as https://example.org/"
        raise typer.BadParameter(what, param_hint="URL")
    return _check(address, wanted, stands_for_base=wanted.base)


def _check(url: str, wanted: Wanted, *, stands_for_base: bool) -> int:
    checks = preflight.Checks(
        external=wanted.external,
        quick=wanted.quick,
        stands_for_base=stands_for_base,
        seconds=wanted.seconds,
        shapes=wanted.shapes,
    )
    severity = Severity[wanted.fail_on.upper()]
    with terminal.progress() as progress:
        found = preflight.check(url, checks, progress)
    context = ReportContext(
        prefixes={**PREFIXES, **preflight.PREFIXES},
        threshold=severity,
        command="graphsvc preflight",
    )
    terminal.write(writing.write(found, wanted.format, context), wanted.output)
    return terminal.FAILS if found.report.fails(severity) else terminal.CONFORMS
