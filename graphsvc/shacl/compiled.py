"""The engine that compiles shapes to SPARQL.

shapes graph → shapes → constraints → plan; quads → Store; plan on Store → results.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from pyoxigraph import Quad

from graphsvc.report import ValidationResult
from graphsvc.shacl import wellformed
from graphsvc.shacl.compiler import compile_shapes
from graphsvc.shacl.model import ShapesGraph
from graphsvc.shacl.plan import Source, Step
from graphsvc.shacl.store import DataGraph
from graphsvc.vocab import sh

THREADS = 2


class Compiled:
    """An engine that keeps the data graph in a Store, and nothing else of it.

    Spec: https://www.w3.org/TR/shacl/#validation
    """

    def __init__(self) -> None:
        self._data_graph = DataGraph()

    def take(self, quads: Iterable[Quad]) -> None:
        """Add to the data graph; names of graphs are ignored."""
        self._data_graph.extend(quads)

    def validate(
        self, shapes_graph: Sequence[Quad], max_results: int | None = None
    ) -> list[ValidationResult]:
        """Validate the data graph against shapes.

        Of more than `max_results` the gravest are given. They have no positions and
        stand in no particular order.

        Raises ShapesError if the shapes graph is wrong, or needs what this engine lacks.
        """
        steps = plan_of(shapes_graph)
        if any("shapesGraph" in str(quad.object) for quad in _queries(shapes_graph)):
            self._data_graph.add_shapes(shapes_graph)
        return list(islice(run(steps, self._data_graph, max_results), max_results))


def validate(
    data_graph: Iterable[Quad],
    shapes_graph: Sequence[Quad],
    max_results: int | None = None,
) -> list[ValidationResult]:
    """Validate triples against shapes, in one call."""
    engine = Compiled()
    engine.take(data_graph)
    return engine.validate(shapes_graph, max_results)


def plan_of(shapes_graph: Sequence[Quad]) -> list[Step]:
    """The steps of a validation, those that may find the gravest first.

    Raises ShapesError as Compiled.validate does.
    """
    wellformed.demand(shapes_graph)
    plans = compile_shapes(ShapesGraph(shapes_graph))
    steps = [step for plan in plans for step in plan.steps]
    return sorted(steps, key=lambda step: -step.severity)


def run(
    steps: Sequence[Step], source: Source, max_results: int | None = None
) -> Iterator[ValidationResult]:
    """The results of the steps, in the order of these; no step gives more than are wanted."""

    def results(step: Step) -> list[ValidationResult]:
        # Solutions belong to the thread that asked for them.
        return [result for _, result in islice(step.outcomes(source), max_results)]

    ahead = len(steps) if max_results is None else THREADS
    with ThreadPoolExecutor(THREADS) as threads:
        pending: deque[Future[list[ValidationResult]]] = deque()
        for step in steps:
            pending.append(threads.submit(results, step))
            if len(pending) > ahead:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _queries(shapes_graph: Iterable[Quad]) -> Iterator[Quad]:
    return (quad for quad in shapes_graph if quad.predicate in (sh("select"), sh("ask")))
