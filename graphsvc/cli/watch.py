"""The verb `validate --watch`: a report now and after each change."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path

import typer

from graphsvc.cli import terminal
from graphsvc.cli.validate import Wanted, with_names
from graphsvc.errors import PlacedError, SourceErrors, faults, printable
from graphsvc.report import Severity, ValidationReport
from graphsvc.revalidation.watching import Moment
from graphsvc.revalidation.watching import watch as moments_of
from graphsvc.validation import COMPILED, Selection, Validation


def watch(folder: Path, wanted: Wanted) -> int:
    """Print reports until Ctrl-C; the exit code is that of the last."""
    _refuse_contradictions(wanted)
    severity = Severity[wanted.fail_on.upper()]
    code = terminal.CANNOT_TELL
    try:
        with terminal.progress() as progress:
            moments = moments_of(folder, progress)
            first = next(moments)
        for moment in chain((first,), moments):
            found = _wanted(moment, wanted)
            code = _code(found, severity)  # before it is shown: Ctrl-C may come at any time
            _show(moment, found, severity)
    except KeyboardInterrupt:
        pass
    return code


def _refuse_contradictions(wanted: Wanted) -> None:
    for given, option in (
        (wanted.format != "text", "--format"),
        (wanted.output, "--output"),
        (wanted.changed_since, "--changed-since"),
        (wanted.baseline, "--baseline"),
        (wanted.engine != COMPILED, "--engine"),
    ):
        if given:
            raise typer.BadParameter("--watch prints text of all that is wrong", param_hint=option)


def _wanted(moment: Moment, wanted: Wanted) -> Validation | None:
    found = moment.validation
    if found is None:
        return None
    found = found.select(with_names(Selection(), wanted, found))
    return replace(found, report=found.report.cut(wanted.max_results))


def _code(found: Validation | None, severity: Severity) -> int:
    if found is None:
        return terminal.CANNOT_TELL
    return terminal.FAILS if found.report.fails(severity) else terminal.CONFORMS


def _show(moment: Moment, found: Validation | None, severity: Severity) -> None:
    for change in moment.changes or ():
        terminal.log(f"{printable(str(change.place))}: {change.summary}")
    error = moment.error
    if found is not None:
        terminal.write_report(found, "text", None, severity)
    elif isinstance(error, SourceErrors | PlacedError):
        nothing = Validation(ValidationReport())
        terminal.write_report(nothing, "text", None, severity, faults(error))
    else:
        terminal.log(str(error))
    sys.stdout.flush()
    terminal.log(f"{moment.seconds:.2f} s; waiting for changes")
