"""The engine that compiles shapes to SPARQL.

shapes graph → shapes → constraints → plan; quads → Store; plan on Store → results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from pyoxigraph import Quad

from graphsvc.report import ValidationResult
from graphsvc.shacl import wellformed
from graphsvc.shacl.compiler import compile_shapes
from graphsvc.shacl.model import ShapesGraph
from graphsvc.shacl.plan import Source, Step
from graphsvc.shacl.store import DataGraph

THREADS = 2


def validate(
    data_graph: Iterable[Quad],
    shapes_graph: Sequence[Quad],
    *,
    max_results: int | None = None,
) -> list[ValidationResult]:
    """Validate the triples of `data_graph` against shapes.

    The data is taken as it comes and not kept but in a Store. The results have no
    positions and stand in no particular order; names of graphs are ignored.

    Raises ShapesError if the shapes graph is wrong, or needs what this engine lacks.
    Spec: https://www.w3.org/TR/shacl/#validation
    """
    wellformed.demand(shapes_graph)
    plans = compile_shapes(ShapesGraph(shapes_graph))
    source = DataGraph(data_graph, shapes_graph)
    steps = [step for plan in plans for step in plan.steps]
    return list(islice(run(steps, source, max_results), max_results))


def run(
    steps: Sequence[Step], source: Source, max_results: int | None = None
) -> Iterator[ValidationResult]:
    """The results of the steps, in the order of these; no step gives more than are wanted."""

    def results(step: Step) -> list[ValidationResult]:
        # Solutions belong to the thread that asked for them.
        return [result for _, result in islice(step.outcomes(source), max_results)]

    with ThreadPoolExecutor(THREADS) as threads:
        for found in threads.map(results, steps):
            yield from found
