"""The engine that validates a data graph again when some of its triples have changed.

It keeps what each step of the plan found about each focus node. After a change
the concerned focus nodes are found (see `dependencies`), and the steps that
read what has changed run about these only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import cast

from pyoxigraph import NamedNode, Quad

from graphsvc.paths import Term
from graphsvc.report import ValidationResult
from graphsvc.shacl import wellformed
from graphsvc.shacl.changing import ChangingGraph, View, marked
from graphsvc.shacl.compiled import THREADS
from graphsvc.shacl.compiler import ShapePlan, compile_shapes, scope_of
from graphsvc.shacl.dependencies import reads_of_steps
from graphsvc.shacl.model import ShapesGraph
from graphsvc.shacl.plan import Step
from graphsvc.shacl.ways import Read, back
from graphsvc.vocab import RDFS_SUBCLASS_OF

Found = dict[Term, list[ValidationResult]]  # by focus node
MANY = 1_000  # changed triples; and if they are more than a part of the graph, all is validated
PART = 20


@dataclass
class _Step:
    """A step of a plan: to run about all focus nodes, or about the marked ones."""

    whole: Step
    partial: Step
    found: Found = field(default_factory=dict)

    def run(self, graph: ChangingGraph) -> None:
        self.found = _by_focus_node(self.whole, graph)

    def run_again(self, graph: ChangingGraph, focus_nodes: Iterable[Term]) -> None:
        """Only the marked nodes are looked at; these must be the same."""
        found = _by_focus_node(self.partial, graph)
        for node in focus_nodes:
            self.found.pop(node, None)
            if node in found:
                self.found[node] = found[node]


def _by_focus_node(step: Step, graph: ChangingGraph) -> Found:
    found: Found = {}
    for trail, result in step.outcomes(graph):
        found.setdefault(trail[0], []).append(result)
    return found


@dataclass
class _Concerned:
    """What must run again of the steps of one shape with targets."""

    focus_nodes: set[Term] = field(default_factory=set)
    steps: set[int] = field(default_factory=set)
    wholly: set[int] = field(default_factory=set)


Concerned = dict[int, _Concerned]  # by the number of the shape's plan


@dataclass
class Plans:
    """The steps of shapes, and which triples they read."""

    shapes_graph: Sequence[Quad]
    steps: list[list[_Step]]
    readers: dict[NamedNode | None, dict[Read, list[tuple[int, int]]]]

    @classmethod
    def of(cls, shapes_graph: Sequence[Quad]) -> Plans:
        """Raises ShapesError if the shapes graph is wrong."""
        wellformed.demand(shapes_graph)
        readers: dict[NamedNode | None, dict[Read, list[tuple[int, int]]]]
        readers = defaultdict(lambda: defaultdict(list))
        all_steps = []
        for number, plan in enumerate(compile_shapes(ShapesGraph(shapes_graph))):
            all_steps.append(list(map(_Step, plan.steps, _partial(plan))))
            for place, reads in enumerate(reads_of_steps(plan, plan.steps)):
                for read in reads:
                    readers[read.predicate][read].append((number, place))
        return cls(shapes_graph, all_steps, readers)


class IncrementalEngine:
    """A data graph, the results about it, and what they can depend on."""

    def __init__(self) -> None:
        self.graph = ChangingGraph()
        self._plans = Plans((), [], {})
        self.is_complete = False  # is all found that there is to find?

    def set_plans(self, plans: Plans, *, run: bool = True) -> None:
        """Validate the data graph against other shapes, or be ready to."""
        self._plans = plans
        self.graph.replace_shapes(plans.shapes_graph)
        self.is_complete = False
        if run:
            self.run_all()

    def results(self) -> Iterator[ValidationResult]:
        """All that was found wrong."""
        for steps in self._plans.steps:
            for step in steps:
                for found in step.found.values():
                    yield from found

    def update(self, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Change the data graph, which has the removed triples and lacks the added ones."""
        self.run_again(self.change(removed, added))

    def change(self, removed: Collection[Quad], added: Collection[Quad]) -> Concerned | None:
        """Change the data graph, and tell what must run again; None is everything."""
        count = len(removed) + len(added)
        concerned: Concerned | None = defaultdict(_Concerned)
        classes = any(quad.predicate == RDFS_SUBCLASS_OF for quad in (*removed, *added))
        if classes or self._are_many(count):
            concerned = None
        self._find_concerned(removed, concerned)
        self.graph.remove(removed)
        self.graph.extend(added)
        self._find_concerned(added, concerned)
        return concerned

    def concern(self, triples: Collection[Quad]) -> Concerned | None:
        """What reads any of these triples, or is about what they name; None is everything."""
        concerned: Concerned = defaultdict(_Concerned)
        if self._are_many(len(triples)):
            return None
        self._find_concerned(triples, concerned)
        named = {cast("Term", end) for quad in triples for end in (quad.subject, quad.object)}
        for number, steps in enumerate(self._plans.steps):
            concerned[number].focus_nodes |= named
            concerned[number].steps.update(range(len(steps)))
        return concerned

    def _are_many(self, count: int) -> bool:
        return count > MANY and count * PART > len(self.graph)

    def run_all(self) -> None:
        self.is_complete = True
        steps = [step for steps in self._plans.steps for step in steps]
        with ThreadPoolExecutor(THREADS) as threads:
            for _ in threads.map(lambda step: step.run(self.graph), steps):
                pass

    def run_again(self, concerned: Concerned | None) -> None:
        """Find anew what is wrong about what is concerned; None is everything."""
        if concerned is None:
            self.run_all()
            return
        for number, each in concerned.items():
            steps = self._plans.steps[number]
            for place in each.wholly:
                steps[place].run(self.graph)
            focus_nodes = self.graph.in_every_form(each.focus_nodes)
            with self.graph.marking(focus_nodes):
                for place in each.steps - each.wholly:
                    steps[place].run_again(self.graph, focus_nodes)

    def _find_concerned(self, triples: Iterable[Quad], concerned: Concerned | None) -> None:
        if concerned is None:
            return
        by_predicate: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in triples:
            by_predicate[quad.predicate].append(quad)
        views = self.graph.views()
        for predicate, quads in by_predicate.items():
            for key in (predicate, None):
                for read, users in self._plans.readers.get(key, {}).items():
                    _concern(concerned, users, _readers(views, read, quads))


def _concern(
    concerned: Concerned, users: Iterable[tuple[int, int]], focus_nodes: set[Term] | None
) -> None:
    for number, place in users:
        if focus_nodes is None:
            concerned[number].wholly.add(place)
        elif focus_nodes:
            concerned[number].steps.add(place)
            concerned[number].focus_nodes |= focus_nodes


def _partial(plan: ShapePlan) -> Iterator[Step]:
    """The steps about the marked nodes."""
    scope = scope_of(plan.shape.targets)
    patterns = (marked(scope.focus), *scope.patterns)
    return plan.constrained.steps(replace(scope, patterns=patterns))


def _readers(views: Sequence[View], read: Read, quads: Iterable[Quad]) -> set[Term] | None:
    """The focus nodes for which one of the triples is read; None is all of them."""
    if read.way is None:
        return None
    ends: set[Term] = set()
    for quad in quads:
        near, far = (quad.object, quad.subject) if read.inverse else (quad.subject, quad.object)
        if read.far is None or read.far == far:
            ends.add(cast("Term", near))
    return set().union(*(back(view, read.way, ends) for view in views))
