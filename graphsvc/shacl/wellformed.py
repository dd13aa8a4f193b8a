"""Is the shapes graph well-formed? Every fault in one pass, each with its very triple.

Both engines ask this before they run. It covers what SHACL's own shapes for
shapes say and what they cannot: lists and paths without end, shapes that are
not there, patterns and queries that do not parse.

Spec: https://www.w3.org/TR/shacl/#syntax-rules
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Literal, cast

from pyoxigraph import NamedNode, Quad

from graphsvc import vocabularies
from graphsvc.errors import ShapesError
from graphsvc.paths import Term
from graphsvc.shacl.wellformed_components import sparql_faults
from graphsvc.shacl.wellformed_graph import ShapesFault, StatedGraph
from graphsvc.shacl.wellformed_parameters import (
    compiles_in_python,
    compiles_in_sparql,
    parameter_faults,
    pattern_faults,
)
from graphsvc.shacl.wellformed_references import path_faults, recursion_faults, reference_faults
from graphsvc.vocab import RDF_TYPE, SH, sh

__all__ = ["Engine", "IllFormedShapes", "ShapesFault", "check", "demand", "unknown_terms"]

Engine = Literal["compiled", "pyshacl"]

_ADVANCED = "SHACL's Advanced Features"
_JAVASCRIPT = "SHACL's JavaScript Extensions"
_LACKING = {
    **dict.fromkeys(map(sh, ("rule", "target", "values", "expression")), _ADVANCED),
    sh("js"): _JAVASCRIPT,
}
_LACKING_CLASSES = {
    **dict.fromkeys(map(sh, ("SPARQLFunction", "SPARQLTargetType", "TargetType")), _ADVANCED),
    **dict.fromkeys(map(sh, ("JSFunction", "JSTargetType")), _JAVASCRIPT),
}


class IllFormedShapes(ShapesError):
    """The faults of a shapes graph, whose places only a second reading can tell."""

    def __init__(self, faults: Sequence[ShapesFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.what for fault in faults))


def demand(shapes_graph: Sequence[Quad], *, engine: Engine = "compiled") -> None:
    """Raise IllFormedShapes unless `check` finds nothing."""
    if faults := check(shapes_graph, engine=engine):
        raise IllFormedShapes(faults)


def check(shapes_graph: Sequence[Quad], *, engine: Engine = "compiled") -> list[ShapesFault]:
    """Every fault of a shapes graph, in the order of the graph.

    The engine decides which regular expressions there are and whether shapes
    may be recursive or of SHACL's extensions: pySHACL finds out while it runs.
    """
    graph = StatedGraph(shapes_graph)
    compiled = engine == "compiled"
    found = chain(
        parameter_faults(graph),
        pattern_faults(graph, compiles_in_sparql if compiled else compiles_in_python),
        path_faults(graph),
        reference_faults(graph),
        sparql_faults(graph, lenient=not compiled),
        _entailments(graph),
        recursion_faults(graph) if compiled else (),
        _lacks(graph) if compiled else (),
    )
    return _in_order(found, shapes_graph)


def unknown_terms(shapes_graph: Sequence[Quad]) -> list[ShapesFault]:
    """The terms that SHACL does not have; of a publication, Checks tells of them."""
    return _in_order(_unknown(shapes_graph), shapes_graph)


def _in_order(faults: Iterable[ShapesFault], shapes_graph: Sequence[Quad]) -> list[ShapesFault]:
    once = dict.fromkeys(faults)
    concerned = {fault.quad for fault in once}
    ranks: dict[Quad, int] = {}
    for rank, quad in enumerate(shapes_graph):
        if quad in concerned:
            ranks.setdefault(quad, rank)
    return sorted(once, key=lambda fault: ranks[fault.quad])


def _unknown(shapes_graph: Iterable[Quad]) -> Iterator[ShapesFault]:
    vocabulary = vocabularies.known()[SH]
    for quad in shapes_graph:
        for term in (quad.predicate, cast("Term", quad.object)):
            if isinstance(term, NamedNode) and term.value.startswith(SH):
                name = term.value.removeprefix(SH)
                if name and not vocabulary.defines(name):
                    near = vocabulary.nearest(name)
                    right = f"write sh:{near} if that is meant" if near else "mend its name"
                    yield ShapesFault(quad, f"there is no term sh:{name}; {right}")


def _entailments(graph: StatedGraph) -> Iterator[ShapesFault]:
    """Spec: https://www.w3.org/TR/shacl/#shacl-sparql-entailment."""
    for quad in graph.with_predicate(sh("entailment")):
        regime = graph.shown(cast("Term", quad.object))
        what = f"{graph.of(quad)} is {regime}, but nothing is inferred; leave it out, and state"
        yield ShapesFault(quad, f"{what} in the data what is to be validated")


def _lacks(graph: StatedGraph) -> Iterator[ShapesFault]:
    """What the compiled engine does not run."""
    for predicate, part in _LACKING.items():
        for quad in graph.with_predicate(predicate):
            yield _lack(quad, graph.of(quad), part)
    for class_, part in _LACKING_CLASSES.items():
        for quad in graph.leading_to(class_, RDF_TYPE):
            node = graph.name(cast("Term", quad.subject))
            yield _lack(quad, f"{node}, a {graph.shown(class_)},", part)


def _lack(quad: Quad, what: str, part: str) -> ShapesFault:
    advice = "validate with --engine pyshacl" if part == _ADVANCED else "say it in SPARQL"
    return ShapesFault(quad, f"{what} is of {part}, which this engine does not run; {advice}")
