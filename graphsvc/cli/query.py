"""The verb `query`: one query on a release, evaluated by a worker as those of the endpoint are."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import typer

from graphsvc.cli.results import sink
from graphsvc.errors import (
    GraphsvcError,
    PlacedError,
    QueryRefused,
    QuerySyntaxError,
    SourcePosition,
    printable,
)
from graphsvc.examples import Example, examples_of
from graphsvc.formats import (
    RDF_FORMATS,
    RESULTS_CSV,
    RESULTS_TSV,
    SOLUTIONS_FORMATS,
    TURTLE,
    Format,
    from_media_type,
)
from graphsvc.queries import reason, undeclared_prefixes
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web.evaluation import Evaluation
from graphsvc.web.evaluator import QUERY_BYTES
from graphsvc.web.messages import Question
from graphsvc.web.problems import Problem
from graphsvc.web.worker import Clock
from graphsvc.web.workers import Workers

INTERRUPTED = 130  # what a shell has for a command that Ctrl-C ended
TABLE = "table"
_FORMATS = (*SOLUTIONS_FORMATS, *RDF_FORMATS)
_MORE = {"query_seconds": "--timeout gives it longer", "query_megabytes": "--memory gives it more"}


@dataclass(frozen=True)
class Wanted:
    """The options of `graphsvc query` that do not say what is asked; None is the default."""

    format: str | None
    output: Path | None
    seconds: float | None
    megabytes: int | None


@dataclass(frozen=True)
class Asked:
    """A query's text, and what messages call the place where it stands."""

    text: str
    place: Path


def open_release(folder: Path, wanted: Wanted) -> Release:
    """A release with the limits that are wanted; the length of the answer has none."""
    release = Release.open(folder)
    megabytes = wanted.megabytes or release.settings.query_megabytes
    limits = replace(release.settings, query_megabytes=megabytes, result_bytes=0, result_rows=0)
    return replace(release, settings=limits)


def typed(text: str) -> Asked:
    """What was given with -e."""
    return Asked(text, Path("-e"))


def read(file: Path) -> Asked:
    """What a file, or standard input, holds. Raises BadParameter if that is not UTF-8 text."""
    try:
        octets = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return Asked(octets.decode("utf-8-sig"), file)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        what = f"the byte 0x{error.object[error.start]:02X} is not UTF-8; a text file is wanted"
        line = error.object[: error.start].count(b"\n") + 1
        raise PlacedError(what, SourcePosition(file, line)) from error


def example(release: Release, name: str) -> Asked:
    """The example query with this name or IRI. Raises BadParameter if there is none."""
    found = {key: each for each in examples_of(release) for key in (each.iri, _name(each))}
    if name not in found:
        near = get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]}?" if near else "--examples lists them"
        raise typer.BadParameter(f"there is no {name}; {hint}", param_hint="--example")
    return Asked(found[name].text, Path(name))


def list_examples(release: Release) -> None:
    """Print the name, the form and the label of each example query."""
    examples = examples_of(release)
    width = max((len(_name(each)) for each in examples), default=0)
    for each in examples:
        labels = [each.labels.get(language) for language in ("en", *release.settings.languages, "")]
        label = next((label for label in labels if label), "")
        print(printable(f"{_name(each):{width}}  {each.form:9}  {label}".rstrip()))


def _name(each: Example) -> str:
    """The last part of its IRI."""
    return each.iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def run(release: Release, asked: Asked, wanted: Wanted) -> None:
    """Evaluate a query, and write its answer.

    Raises GraphsvcError for a query that is at fault, and for one that was ended.
    """
    _refuse_long(asked.text, release)
    question = Question(asked.text, [each.media_type for each in _formats(wanted)])
    before = signal.signal(signal.SIGINT, _interrupt)  # asyncio's waits for who reads our output
    try:
        asyncio.run(_answer(release, question, wanted))
    except (QuerySyntaxError, QueryRefused) as error:
        raise _placed(error, asked, release) from error
    except Problem as problem:
        more = [hint for member, hint in _MORE.items() if member in problem.members]
        raise GraphsvcError("; ".join([f"error: {problem.detail}", *more])) from problem
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, before)


def _placed(error: QuerySyntaxError | QueryRefused, asked: Asked, release: Release) -> PlacedError:
    if isinstance(error, QueryRefused):
        return PlacedError(str(error), SourcePosition(asked.place, 0))
    where = SourcePosition(asked.place, error.line, error.column)
    known = PREFIXES | dict(release.manifest.prefixes)
    unknown = [each for each in undeclared_prefixes(asked.text) if each not in known]
    if unknown:  # what the parser says of that is about something else
        names = " and ".join(f"PREFIX {prefix}: <…>" for prefix in unknown)
        return PlacedError(f"the query lacks a declaration; write {names} before it", where)
    what = reason(error).replace(f"line {error.line}, column {error.column}: ", "")
    return PlacedError(f"the query {what}", where)


async def _answer(release: Release, question: Question, wanted: Wanted) -> None:
    workers = Workers(1)
    clock = Clock(wanted.seconds or release.settings.query_seconds)
    try:
        async with workers.borrow(release) as worker:
            evaluation = Evaluation(worker, clock, release.settings)
            head = await evaluation.ask(question, _refuse)
            has_rows = head["media_type"] == RESULTS_TSV.media_type  # and is no graph
            as_table = wanted.output is None and _is_table(wanted) and has_rows
            with sink(wanted.output, as_table=as_table) as target:
                while chunk := await evaluation.chunk():
                    target.write(chunk)
                target.end()
    finally:
        await workers.close()


def _formats(wanted: Wanted) -> Sequence[Format]:
    """The formats that would do: of solutions, of graphs, or of both."""
    if _is_table(wanted):
        return RESULTS_TSV, TURTLE
    name = wanted.format or (wanted.output.suffix[1:] if wanted.output else "")
    if not name:
        return RESULTS_CSV, TURTLE
    by_suffix = {format.suffix: format for format in _FORMATS}
    format = by_suffix.get(name.lower()) or from_media_type(name)
    if format not in _FORMATS:
        known = ", ".join([TABLE, *by_suffix])
        what = f"{name} is no format of results; they are {known}; --format names one"
        raise typer.BadParameter(what)
    return (format,)


def _is_table(wanted: Wanted) -> bool:
    if wanted.format is None:
        return wanted.output is None and sys.stdout.isatty()
    return wanted.format == TABLE


def _refuse(media_types: Sequence[str]) -> NoReturn:
    suffixes = ", ".join(each.suffix for each in _FORMATS if each.media_type in media_types)
    what = f"the results of this query come as {suffixes}"
    raise typer.BadParameter(what, param_hint="--format")


def _refuse_long(text: str, release: Release) -> None:
    most = min(release.settings.query_bytes, QUERY_BYTES)
    if len(text.encode()) > most:
        raise GraphsvcError(f"error: the query is longer than {most} bytes")


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
