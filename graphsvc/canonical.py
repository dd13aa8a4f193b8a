"""Canonical N-Quads: one order and one set of blank-node labels for a set of quads.

RDFC-1.0 labels blank nodes from the quads that mention one; every other quad
only takes part in the sort. So only the former are held in memory, and the
sort spills to disk: ten million quads need no more memory than a million.

Spec: https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import heapq
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad

from graphsvc.blank_nodes import Statement, refuse_symmetry

OnRun = Callable[[Path], None]
RUN_LINES = 400_000  # sorted in memory at a time: about 100 MB


class LineSorter:
    """Sorts more lines than memory holds and gives each distinct one once.

    The order is that of Unicode code points. Used once: add, then iterate.
    `on_run` is given every line in files, each as soon as it is written; they
    are gone once the lines have been iterated over.
    """

    def __init__(
        self, scratch: Path, run_lines: int = RUN_LINES, on_run: OnRun | None = None
    ) -> None:
        self._scratch = scratch
        self._run_lines = run_lines
        self._on_run = on_run
        self._lines: list[str] = []
        self._runs: list[Path] = []

    def add(self, line: str) -> None:
        """Take a line, which ends in a line feed and holds no other."""
        self._lines.append(line)
        if len(self._lines) >= self._run_lines:
            self._spill()

    def add_run(self, lines: Iterable[str]) -> None:
        """Take lines that are to stay in one file, however many they are."""
        if self._lines:
            self._spill()
        self._lines.extend(lines)

    def __iter__(self) -> Iterator[str]:
        if self._on_run is not None and self._lines:
            self._spill()
        self._lines.sort()
        with ExitStack() as opened:
            runs = [
                opened.enter_context(path.open(encoding="utf-8", newline="\n"))
                for path in self._runs
            ]
            previous = None
            for line in heapq.merge(*runs, self._lines):
                if line != previous:
                    yield line
                    previous = line
        for path in self._runs:
            path.unlink()

    def _spill(self) -> None:
        self._lines.sort()
        handle, name = tempfile.mkstemp(dir=self._scratch, suffix=".run")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as run:
            run.writelines(self._lines)
        self._runs.append(Path(name))
        self._lines = []
        if self._on_run is not None:
            self._on_run(Path(name))


class Canonicalizer:
    """Takes quads in any order and gives their canonical N-Quads lines."""

    def __init__(
        self, scratch: Path, run_lines: int = RUN_LINES, on_run: OnRun | None = None
    ) -> None:
        self._lines = LineSorter(scratch, run_lines, on_run)
        self._with_blank_nodes = Dataset()
        self._links: list[str] = []  # quads that lead from one blank node to another

    def add(self, quads: Iterable[Quad], graph_name: NamedNode | DefaultGraph) -> None:
        """Take quads; those that have no graph of their own go into `graph_name`."""
        is_named = isinstance(graph_name, NamedNode)
        tail, add_line = f" {graph_name} .\n" if is_named else " .\n", self._lines.add
        for quad in quads:
            line = str(quad)  # cheaper than to look at its terms, let alone to build a Quad
            own_graph = quad.graph_name
            has_none = type(own_graph) is DefaultGraph
            if "_:" in line:
                subject, object_ = quad.subject, quad.object
                kinds = type(subject), type(object_), type(own_graph)
                if BlankNode in kinds:
                    name = graph_name if has_none else own_graph
                    self._with_blank_nodes.add(Quad(subject, quad.predicate, object_, name))
                    if kinds[0] is kinds[1]:
                        self._links.append(line)
                    continue
            add_line(line + (tail if has_none else " .\n"))

    def __iter__(self) -> Iterator[str]:
        """Raises BlankNodesError if that would take for ever."""
        refuse_symmetry(self._links, lambda: map(_statement, self._with_blank_nodes))
        self._with_blank_nodes.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        # In one run: who stores each by itself would take a node of two of them for two.
        self._lines.add_run(f"{quad} .\n" for quad in self._with_blank_nodes)
        return iter(self._lines)


def _statement(quad: Quad) -> Statement:
    return Statement.of(f"{quad} .\n")
