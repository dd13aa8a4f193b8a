"""The plan of a validation: queries, and what their rows tell.

A scope binds a trail of variables: the focus nodes of a shape with targets,
then, for a shape within a shape, the value nodes that it is asked about, and so
on. Every row of a query begins with its trail, so a result of an inner shape
can be traced to the value node, and the focus node, that it counts against.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from pyoxigraph import NamedNode

from graphsvc.paths import Path, Term
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl import sparql

Trail = tuple[Term, ...]
Outcome = tuple[Trail, ValidationResult]
Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Query:
    """A SELECT query and the columns that are wanted of it.

    A query of a shapes graph computes with values, so it sees literals as SPARQL
    has them; ours compare terms, and see them as written.
    """

    text: str
    columns: tuple[str, ...]
    as_written: bool = True
    this: Term | None = None  # the focus node, if it is asked about one


class Source(Protocol):
    """Where queries are evaluated: a Store of ours, or a SPARQL endpoint."""

    def select(self, query: Query) -> Iterator[Row]:
        """The solutions, each in the order of the query's columns; None for what is unbound."""


class Reporting(Protocol):
    """A constraint, as far as a plan knows it."""

    @property
    def severity(self) -> Severity:
        """Of its results."""

    def result(
        self, focus_node: Term, value: Term | None = None, path: Path | None = None
    ) -> ValidationResult:
        """The result that tells of one violation."""


class Step(Protocol):
    """A part of a plan that can run by itself; all its results are equally grave."""

    @property
    def severity(self) -> Severity:
        """Of its results."""

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        """The results, each with its trail."""

    def explain(self) -> Iterator[str]:
        """What it does, as lines of SPARQL and of comments."""


@dataclass(frozen=True)
class Scope:
    """Where focus nodes come from: patterns that bind a trail, the focus node last."""

    patterns: tuple[str, ...]
    trail: tuple[str, ...]
    names: sparql.Names
    literals: bool = False  # may the trail have any?

    @property
    def focus(self) -> str:
        return self.trail[-1]

    def values(self, path: Path | None) -> Scope:
        """The scope of a shape that is asked about each value node of a path."""
        if path is None:  # of a node shape that is the focus node
            return self
        value = self.names.new("value")
        pattern = sparql.triple(self.focus, path, value)
        return Scope((*self.patterns, pattern), (*self.trail, value), self.names, literals=True)

    @property
    def query(self) -> Query:
        """All the trails."""
        return self.select(())

    def select(
        self, where: tuple[str, ...], columns: tuple[str, ...] = (), then: tuple[str, ...] = ()
    ) -> Query:
        """A query for the trails, and more, of those that a pattern matches.

        What comes `then` is evaluated for the solutions that are left.
        """
        columns = (*self.trail, *(each for each in columns if each not in self.trail))
        lines = [*self.patterns, *where]
        if then:
            lines = ["{", *(f"  {line}" for line in lines), "}", *then]
        body = "\n".join(f"  {line}" for line in lines)
        return Query(f"SELECT DISTINCT {' '.join(columns)} WHERE {{\n{body}\n}}", columns)


@dataclass(frozen=True)
class Finding:
    """How the rows of a query tell of the violations of one constraint.

    `flag` is the column that is not true then; without one, every row is a violation.
    Rows that are alike in `once` tell of one violation.
    """

    constraint: Reporting
    flag: str | None = None
    value: str | None = None
    path: str | None = None
    once: tuple[str, ...] = ()


@dataclass(frozen=True)
class Select:
    """One query, and what its rows tell."""

    scope: Scope
    query: Query
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return self.findings[0].constraint.severity

    def outcomes(self, source: Source) -> Iterator[Outcome]:
        width = len(self.scope.trail)
        seen: set[tuple[object, ...]] = set()
        for row in source.select(self.query):
            trail = trail_of(row, width)
            cells = dict(zip(self.query.columns, row, strict=True))
            for finding in self.findings:
                if finding.flag and is_true(cells[finding.flag]):
                    continue
                if finding.once:
                    key = (finding.constraint, *(cells[name] for name in finding.once))
                    if key in seen:
                        continue
                    seen.add(key)
                value = cells[finding.value] if finding.value else None
                path = cells[finding.path] if finding.path else None
                yield (
                    trail,
                    finding.constraint.result(trail[-1], value, cast("NamedNode | None", path)),
                )

    def explain(self) -> Iterator[str]:
        for finding in self.findings:
            yield f"# {finding.constraint}"
        yield self.query.text


def trail_of(row: Row, width: int) -> Trail:
    return cast("Trail", row[:width])


def is_true(term: Term | None) -> bool:
    """Is a flag true? One that could not be computed is not; Virtuoso says 1."""
    return term is not None and term.value in ("true", "1")
