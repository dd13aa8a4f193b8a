"""The verb `validate --watch`: a report, then what is new and what is mended after each change."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from graphsvc.cli import terminal
from graphsvc.cli.validate import Wanted, with_names
from graphsvc.errors import GraphsvcError, PlacedError, SourceErrors, faults, printable
from graphsvc.report import Severity, ValidationReport
from graphsvc.reports import text
from graphsvc.revalidation.statements import Change
from graphsvc.revalidation.watching import Moment, News, Watch
from graphsvc.validation import COMPILED, Selection, Validation

FILES = 20  # changed ones that are named; to change the branch changes many


def watch(folder: Path, wanted: Wanted) -> int:
    """Print reports until Ctrl-C, or until nobody reads them; the exit code is that of the last."""
    _refuse_contradictions(wanted)
    with terminal.progress() as progress:
        watched = Watch(folder, progress)
        shown = _Shown(watched, wanted)
        moments = watched.moments()
        try:
            first = next(moments)
            assert first is not None
        except KeyboardInterrupt:
            return terminal.CANNOT_TELL
    try:
        shown.begin(first)
        for moment in moments:
            shown.go_on(moment)
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:  # the reader of our output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return shown.code


def _refuse_contradictions(wanted: Wanted) -> None:
    for given, option, why in (
        (wanted.format != "text", "--format", "--watch prints text, for people"),
        (wanted.output, "--output", "--watch prints what is new after each change"),
        (wanted.changed_since, "--changed-since", "--watch tells what is new from now on"),
        (wanted.against, "--against", "--watch tells what is new from now on"),
        (wanted.baseline, "--baseline", "--watch tells what is new from now on"),
        (wanted.write_baseline, "--write-baseline", "--watch tells what is new from now on"),
        (wanted.prune_baseline, "--prune-baseline", "--watch tells what is new from now on"),
        (wanted.engine != COMPILED, "--engine", "--watch needs the compiled engine"),
    ):
        if given:
            raise typer.BadParameter(f"{why}; leave one of the two out", param_hint=option)


class _Shown:
    """What is shown of each moment, and the exit code if it is the last."""

    def __init__(self, watched: Watch, wanted: Wanted) -> None:
        self.code = terminal.CANNOT_TELL
        self._watched = watched
        self._wanted = wanted
        self._severity = Severity[wanted.fail_on.upper()]
        self._misses_news = False  # has something come that could not be shown?

    def begin(self, moment: Moment) -> None:
        """Raises BadParameter if there is nothing of a name that is asked about."""
        self._show(moment)
        hint = "; Enter shows all that is wrong" if _can_ask() else ""
        self._wait(moment, hint)

    def go_on(self, moment: Moment | None) -> None:
        """Show what has changed, or everything if that is asked for."""
        if moment is None:
            if _is_asked_for_all():
                self._show_all()
            return
        try:
            self._show(moment)
        except typer.BadParameter as error:  # what was asked about has gone, or not come yet
            self.code = terminal.CANNOT_TELL
            self._misses_news = True
            terminal.log(f"{error.param_hint}: {error.message}")
        self._wait(moment)

    def _show(self, moment: Moment) -> None:
        outcome = moment.outcome
        if isinstance(outcome, News):
            _log_changes(outcome.changes or ())
            self._show_news(outcome)
        else:
            self.code = terminal.CANNOT_TELL
            self._show_failure(outcome)

    def _show_news(self, news: News) -> None:
        found = self._selected(news.found)
        # Before anything is shown: Ctrl-C may come at any time.
        self.code = terminal.FAILS if found.report.fails(self._severity) else terminal.CONFORMS
        new, mended = self._selected(news.new).report, self._selected(news.mended).report
        if self._misses_news:
            new, mended = self._selected(self._watched.whole()).report, ValidationReport()
        self._misses_news = False
        self._print(found, new, mended)

    def _show_all(self) -> None:
        if self.code != terminal.CANNOT_TELL:
            whole = self._selected(self._watched.whole())
            self._print(whole, whole.report, ValidationReport())

    def _show_failure(self, error: GraphsvcError | OSError) -> None:
        if isinstance(error, SourceErrors | PlacedError):
            nothing = Validation(ValidationReport())
            terminal.write_report(nothing, "text", None, self._severity, faults(error))
            sys.stdout.flush()
        else:
            terminal.log(str(error))

    def _print(self, found: Validation, new: ValidationReport, mended: ValidationReport) -> None:
        context = terminal.context(found, self._severity)
        new = new.cut(self._wanted.max_results)
        print(text.write_news(new, mended, found.report, context), end="", flush=True)

    def _selected(self, found: Validation) -> Validation:
        return found.select(with_names(Selection(), self._wanted, found))

    def _wait(self, moment: Moment, hint: str = "") -> None:
        terminal.log(f"{moment.seconds:.2f} s; waiting for changes{hint}")


def _log_changes(changes: Sequence[Change]) -> None:
    told = [change for change in changes if change.is_of_text]
    for change in told[:FILES]:
        terminal.log(f"{printable(str(change.place))}: {change.summary}")
    if (more := len(told) - FILES) > 0:
        terminal.log(f"{more:,} more files have changed")


def _can_ask() -> bool:
    """Is there a person at a terminal whose keys can be waited for?"""
    return os.name == "posix" and sys.stdin.isatty() and sys.stdout.isatty()


def _is_asked_for_all() -> bool:
    """Has Enter been pressed?"""
    if not _can_ask() or not select.select([sys.stdin], [], [], 0)[0]:
        return False
    return bool(sys.stdin.readline())
