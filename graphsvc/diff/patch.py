"""A comparison as an RDF Patch: applied to the canonical N-Quads before, it gives the state after.

A blank node that goes has its label in the canonical N-Quads of the state before, as
in the dump all.nq of a release. One that comes has a label that none of those has. The
result has the quads of the state after, its blank nodes under other labels.

Spec: https://afs.github.io/rdf-delta/rdf-patch
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphsvc.blank_nodes import Statement, has_blank, is_blank
from graphsvc.diff.comparison import Comparison


def write(comparison: Comparison, language: str | None = None) -> Iterator[str]:  # noqa: ARG001
    """One transaction; what several resources lead to is told once."""
    labels = comparison.states[0].labels
    told: set[str] = set()  # lines about blank nodes
    yield "TX .\n"
    for change in comparison:
        yield from _rows("D", change.removed, labels, told)
        yield from _rows("A", change.added, {}, told)
    yield "TC .\n"


def _rows(
    operation: str, lines: Iterable[str], labels: Mapping[str, str], told: set[str]
) -> Iterator[str]:
    for line in lines:
        if not has_blank(line):
            yield f"{operation} {line}"
            continue
        row = f"{operation} {Statement.of(line).line(labels)}"
        if row not in told:
            yield row
            if is_blank(line):
                told.add(row)
