"""The verb `validate`: what to look at, what is known already, how much of it to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from pyoxigraph import NamedNode

from graphsvc import persistence, validation
from graphsvc.baseline import Baseline, Identify, identities
from graphsvc.cli import terminal
from graphsvc.errors import PlacedError, SourceErrors, faults, printable
from graphsvc.history import changed_files
from graphsvc.report import Severity, ValidationReport
from graphsvc.revalidation.since import validate_since
from graphsvc.sources import Publication
from graphsvc.validation import Progress, Selection, Validation
from graphsvc.vocab import PREFIXES


@dataclass(frozen=True)
class Wanted:
    """The options of `graphsvc validate`."""

    format: str
    output: Path | None
    fail_on: str
    shape: str | None
    focus: str | None
    changed_since: str | None
    against: str | None
    baseline: Path | None
    write_baseline: bool
    prune_baseline: bool
    max_results: int | None
    engine: str

    @property
    def narrowed(self) -> bool:
        return (self.shape, self.focus, self.changed_since) != (None, None, None)


def validate(folder: Path, wanted: Wanted) -> int:
    """Print or write the report, and give the exit code."""
    _refuse_contradictions(wanted)
    severity = Severity[wanted.fail_on.upper()]
    # Who asks for some findings, or for new ones, wants the first so many of those.
    limit = None if wanted.narrowed or wanted.baseline else wanted.max_results
    try:
        known = _baseline(wanted)
        publication = Publication.open(folder)
        with terminal.progress() as progress:
            found, selection = _found(publication, wanted, limit, progress)
            if wanted.against is not None:
                progress("comparing with what was published")
                found = persistence.compare(publication, found, wanted.against)
    except (SourceErrors, PlacedError) as error:
        nothing = Validation(ValidationReport())
        terminal.write_report(nothing, wanted.format, wanted.output, severity, faults(error))
        return terminal.CANNOT_TELL
    selection = with_names(selection, wanted, found)
    if known is not None:
        identify = identities(publication, found.report.results)
        found = _Comparison(found, known, identify).apply(wanted, selection)
    found = found.select(selection)
    found = replace(found, report=found.report.cut(wanted.max_results))
    terminal.write_report(found, wanted.format, wanted.output, severity)
    if known is not None and found.report.mended:
        place = printable(str(known.path))
        terminal.log(f"{place}: holds what is mended; --prune-baseline removes it")
    return terminal.FAILS if found.report.fails(severity) else terminal.CONFORMS


def _found(
    publication: Publication, wanted: Wanted, limit: int | None, progress: Progress
) -> tuple[Validation, Selection]:
    """What is wrong, or as much of it as the changes since a revision have to do with."""
    since, changed = wanted.changed_since, None
    if since is not None:
        if wanted.engine == validation.COMPILED:
            return validate_since(publication, since, progress)
        changed = frozenset(changed_files(publication.root, since))
    found = validation.validate(
        publication, engine=wanted.engine, max_results=limit, progress=progress
    )
    return found, Selection(changed_files=changed)


def with_names(selection: Selection, wanted: Wanted, found: Validation) -> Selection:
    """The selection, of one shape or node if such are wanted."""
    return replace(
        selection,
        shape=_named(wanted.shape, "--shape", found.shape),
        focus_node=_named(wanted.focus, "--focus", found.node),
    )


def explain(folder: Path, shape: str | None) -> None:
    """Print the queries that the shapes become, or those of one shape."""
    try:
        print(validation.explain(Publication.open(folder), shape))
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint="--shape") from error


def _refuse_contradictions(wanted: Wanted) -> None:
    for given, option in (
        (wanted.write_baseline, "--write-baseline"),
        (wanted.prune_baseline, "--prune-baseline"),
    ):
        if given and wanted.baseline is None:
            raise typer.BadParameter("name the file with --baseline", param_hint=option)
        if given and wanted.max_results is not None:
            raise typer.BadParameter(
                "every finding is wanted; leave --max-results out", param_hint=option
            )
    if wanted.prune_baseline and wanted.write_baseline:
        raise typer.BadParameter("--write-baseline does that too", param_hint="--prune-baseline")
    if wanted.prune_baseline and wanted.narrowed:
        raise typer.BadParameter(
            "some findings do not tell what is mended; leave --shape, --focus and "
            "--changed-since out",
            param_hint="--prune-baseline",
        )


def _named(name: str | None, option: str, find: Callable[[str], NamedNode]) -> NamedNode | None:
    try:
        return None if name is None else find(name)
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint=option) from error


def _baseline(wanted: Wanted) -> Baseline | None:
    """What is in the file; it need not be there to be written, but must be ours to be written over.

    Raises BaselineError.
    """
    if wanted.baseline is None:
        return None
    if wanted.write_baseline and not wanted.baseline.exists():
        return Baseline(wanted.baseline)
    return Baseline.read(wanted.baseline)


@dataclass(frozen=True)
class _Comparison:
    """A validation beside what was known before it."""

    found: Validation
    known: Baseline
    identify: Identify

    def apply(self, wanted: Wanted, selection: Selection) -> Validation:
        """Mark what is known, after writing the file if that is wanted."""
        known = self.known
        if wanted.write_baseline:
            known = self._extended(selection) if wanted.narrowed else self._anew()
        elif wanted.prune_baseline:
            known = self._pruned()
        if known is not self.known:
            _write(self.known, known)
        return replace(self.found, report=known.compare(self.found.report, self.identify))

    def _anew(self) -> Baseline:
        empty = Baseline(self.known.path, prefixes={**PREFIXES, **self.found.prefixes})
        return empty.extended(self.found.report.results, self.identify)

    def _pruned(self) -> Baseline:
        pruned = self.known.pruned(self.found.report.results, self.identify)
        if pruned.count < self.known.count:
            return pruned
        terminal.log(f"{printable(str(pruned.path))}: nothing in it is mended; it stays as it is")
        return self.known

    def _extended(self, selection: Selection) -> Baseline:
        report = self.known.compare(self.found.report, self.identify)
        new = replace(self.found, report=report).select(selection).report.new
        prefixes = {**PREFIXES, **self.found.prefixes, **self.known.prefixes}
        return replace(self.known, prefixes=prefixes).extended(new, self.identify)


def _write(before: Baseline, after: Baseline) -> None:
    after.write()
    added, removed = after.beyond(before), before.beyond(after)
    counts = f"{added} added, {removed} removed, {after.count} known now"
    terminal.log(f"{printable(str(after.path))}: written: {counts}; commit the file")
