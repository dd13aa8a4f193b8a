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

__all__ = [
    "Engine",
    "IllFormedShapes",
    "ShapesFault",
    "check",
    "demand",
    "is_advanced",
    "unknown_terms",
]

Engine = Literal["compiled", "pyshacl"]

# What shapes ask for of SHACL's Advanced Features. Functions and types of targets are only there
# to be used: who calls one in a query is told there.
_ADVANCED = tuple(map(sh, ("rule", "target", "values", "expression")))
_FUNCTIONS = (sh("SPARQLFunction"), sh("SPARQLTargetType"))


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

    The engine decides which regular expressions there are, and whether shapes may
    be recursive, which pySHACL finds out while it runs, or use Advanced Features.
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
        _advanced(graph) if compiled else (),
        _scripts(graph),
    )
    return sorted(dict.fromkeys(found), key=lambda fault: graph.ranks[fault.quad])


def unknown_terms(shapes_graph: Sequence[Quad]) -> list[ShapesFault]:
    """The terms that SHACL does not have; of a publication, Checks tells of them."""
    return list(dict.fromkeys(_unknown(shapes_graph)))


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


def is_advanced(shapes_graph: Iterable[Quad]) -> bool:
    """Does a shapes graph use SHACL's Advanced Features, or define functions for its queries?"""
    return any(
        quad.predicate in _ADVANCED or (quad.predicate == RDF_TYPE and quad.object in _FUNCTIONS)
        for quad in shapes_graph
    )


def _advanced(graph: StatedGraph) -> Iterator[ShapesFault]:
    what = "is of SHACL's Advanced Features, which this engine does not run"
    for quad in graph.with_predicate(*_ADVANCED):
        yield ShapesFault(quad, f"{graph.of(quad)} {what}; validate with --engine pyshacl")


def _scripts(graph: StatedGraph) -> Iterator[ShapesFault]:
    for quad in graph.with_predicate(sh("js")):
        yield ShapesFault(quad, f"{graph.of(quad)} is not run, as no JavaScript is; use sh:sparql")
