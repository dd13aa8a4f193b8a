"""Two sides compared: their changes, as often as they are wanted, what breaks, and all names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, parse

from graphsvc.blank_nodes import Statement
from graphsvc.changes import Change, Kind, NQuads, State, compare
from graphsvc.diff.breaking import Breakage, Breaking
from graphsvc.diff.sides import Side
from graphsvc.vocab import LABELS

_RANK = {str(predicate): rank for rank, predicate in enumerate(LABELS)}


@dataclass(frozen=True)
class Comparison:
    """What there is between two sides.

    `labels` are the names of all that the changes mention, by IRI and language, as
    the state after has them, or else the one before. `quads` counts those removed and added.
    `knows_graphs` is False if only triples are compared, as one side has no named graphs.
    """

    before: Side
    after: Side
    states: tuple[State, State]
    counts: Mapping[Kind, int]
    quads: tuple[int, int]
    breaking: Sequence[Breaking]
    labels: Mapping[str, Mapping[str, str]]
    knows_graphs: bool

    def __iter__(self) -> Iterator[Change]:
        return compare(*self.states)

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    @property
    def prefixes(self) -> dict[str, str]:
        return {**self.before.prefixes, **self.after.prefixes}

    @classmethod
    def of(cls, before: Side, after: Side) -> Comparison:
        """Raises BlankNodesError if blank nodes are too much alike to be told apart."""
        knows_graphs = before.names_graphs and after.names_graphs
        old, new = (State(_lines(side, knows_graphs)) for side in (before, after))
        breakage = Breakage(before.base_iri or after.base_iri)
        counts = Counter(dict.fromkeys(Kind, 0))
        removed: int = 0
        added: int = 0
        mentioned: set[str] = set()
        for change in compare(old, new):
            counts[change.kind] += 1
            gone, come = change.removed, change.added
            removed, added = removed + len(gone), added + len(come)
            breakage.see(change)
            mentioned.update(_mentioned((*gone, *come)))
        breaking = breakage.found()
        labels = _labels(mentioned, (after, before))
        quads = removed, added
        return cls(before, after, (old, new), counts, quads, breaking, labels, knows_graphs)


@dataclass(frozen=True)
class _Triples:
    """Canonical N-Quads without the names of their graphs, each triple once, in order."""

    path: Path

    def __iter__(self) -> Iterator[str]:
        for line, _ in groupby(map(_triple, NQuads(self.path))):
            yield line


def _triple(line: str) -> str:
    return Statement.of(line)._replace(graph="").line({})


def _lines(side: Side, knows_graphs: bool) -> Iterable[str]:
    return NQuads(side.n_quads) if knows_graphs else _Triples(side.n_quads)


def _mentioned(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        statement = Statement.of(line)
        yield statement.subject
        yield statement.predicate
        if statement.object.startswith("<"):
            yield statement.object


def _labels(mentioned: set[str], sides: Iterable[Side]) -> dict[str, dict[str, str]]:
    """The first name of each IRI in each language; the most telling property comes first."""
    ranks: dict[tuple[str, str], tuple[int, int]] = {}
    labels: dict[str, dict[str, str]] = {}
    for number, side in enumerate(sides):
        for line in NQuads(side.n_quads):
            subject, predicate, _ = line.split(" ", 2)
            if predicate not in _RANK or subject not in mentioned:
                continue
            (quad,) = parse(line.encode(), RdfFormat.N_QUADS)
            if isinstance(name := quad.object, Literal):
                key, rank = (subject[1:-1], name.language or ""), (number, _RANK[predicate])
                if rank < ranks.get(key, (len(_RANK), 0)):
                    ranks[key] = rank
                    labels.setdefault(key[0], {})[key[1]] = name.value
    return labels
