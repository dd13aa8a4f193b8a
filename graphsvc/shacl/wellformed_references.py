"""Where shapes lead: along paths, to other shapes, and back to themselves.

Spec: https://www.w3.org/TR/shacl/#shapes
"""

from __future__ import annotations

from collections.abc import Iterator
from os.path import commonprefix
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.paths import Term
from graphsvc.shacl.wellformed_graph import (
    SHAPE_LISTS,
    SHAPES,
    Node,
    ShapesFault,
    StatedGraph,
)
from graphsvc.shacl.wellformed_parameters import Faults, list_fault, several
from graphsvc.vocab import RDF_FIRST, RDF_NIL, RDF_REST, sh

_MAX_DEPTH = 100  # of paths in each other, as in paths
_STEPS = tuple(map(sh, ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")))
_NO_SLIP = 3  # characters, too many to have been mistyped
_PYSHACL = "validate with --engine pyshacl"


def path_faults(graph: StatedGraph) -> Faults:
    """What is wrong with the paths of shapes; a path that no shape has may be anything.

    Spec: https://www.w3.org/TR/shacl/#property-paths
    """
    node_shapes = graph.instances("NodeShape")
    for shape in graph.shapes:
        quads = graph.quads(shape, sh("path"))
        if len(quads) != 1:
            continue
        found = list(_path(graph, quads[0], quads[0], frozenset()))
        yield from found
        if not found and shape in node_shapes:
            what = f"{graph.of(quads[0])}, which is a sh:NodeShape; make it a sh:PropertyShape, or"
            yield ShapesFault(quads[0], f"{what} move the path into sh:property [ sh:path … ]")


def _path(graph: StatedGraph, whole: Quad, at: Quad, within: frozenset[Term]) -> Faults:
    """The faults of the path that is the object of `at`, and a part of that of `whole`."""
    node = cast("Term", at.object)
    if isinstance(node, NamedNode) and node != RDF_NIL:
        return
    if isinstance(node, Literal):
        what = f"is {graph.shown(node)}; an IRI or a blank node is wanted"
    elif node in within:
        what = "is a path that leads back to itself; let it end"
    elif len(within) >= _MAX_DEPTH:
        what = f"is more than {_MAX_DEPTH} paths in each other; write a shorter one"
    else:
        yield from _form(graph, whole, at, within | {node})
        return
    yield ShapesFault(at, f"{graph.of(whole)} {what}")


def _form(graph: StatedGraph, whole: Quad, at: Quad, within: frozenset[Term]) -> Faults:
    """The first form that there is counts, as in `read_path`."""
    node = cast("Term", at.object)
    if node == RDF_NIL or graph.states(node, RDF_FIRST, RDF_REST):
        yield from _members(graph, whole, at, within)
        return
    for predicate in (sh("alternativePath"), *_STEPS):
        quads = graph.quads(node, predicate)
        if len(quads) > 1:
            yield several(graph, quads)
        elif quads and predicate in _STEPS:
            yield from _path(graph, whole, quads[0], within)
        elif quads:
            yield from _members(graph, whole, quads[0], within)
        if quads:
            return
    what = f"is {graph.shown(node)} that is no path; a predicate or a path of SHACL is wanted"
    yield ShapesFault(at, f"{graph.of(whole)} {what}")


def _members(graph: StatedGraph, whole: Quad, at: Quad, within: frozenset[Term]) -> Faults:
    cells = graph.cells(cast("Term", at.object))
    if fault := list_fault(graph, whole, cells):
        yield ShapesFault(fault.quad if cells.fault and cells.fault[0] else at, fault.what)
    elif len(cells.members) < 2:
        what = (
            f"is a list of {len(cells.members)}; two steps are wanted, or one without parentheses"
        )
        yield ShapesFault(at, f"{graph.of(whole)} {what}")
    for member in cells.members:
        yield from _path(graph, whole, member, within)


# Other shapes


def reference_faults(graph: StatedGraph) -> Faults:
    """The shapes that are not there, or not of the kind that is wanted."""
    for quad in graph.with_predicate(*SHAPES, *SHAPE_LISTS):
        for reference in graph.shape_references(quad):
            if fault := _reference(graph, quad, reference):
                yield fault
    for shape, quad in graph.instances("PropertyShape").items():
        if not graph.states(shape, sh("path")):
            what = f"{graph.name(shape)} is a sh:PropertyShape without a sh:path; give it one"
            yield ShapesFault(quad, what)


def _reference(graph: StatedGraph, quad: Quad, reference: Quad) -> ShapesFault | None:
    shape = cast("Term", reference.object)
    of = graph.of(quad)
    if isinstance(shape, NamedNode) and shape not in graph:
        near = _nearest(quad, reference, graph)
        hint = f"did you mean {graph.shown(near)}?" if near else "describe it or mend the IRI"
        what = f"leads to {graph.shown(shape)}, of which the shapes graph says nothing; {hint}"
        return ShapesFault(reference, f"{of} {what}")
    if isinstance(shape, Literal):
        return None
    has_path = graph.states(shape, sh("path"))
    if quad.predicate == sh("property") and not has_path:
        if shape in graph.instances("PropertyShape"):
            return None  # it is told of where it says so
        what = f"leads to {graph.shown(shape)} without a sh:path; a property shape is wanted"
        return ShapesFault(reference, f"{of} {what}")
    if quad.predicate == sh("node") and has_path:
        what = f"leads to {graph.shown(shape)} with a sh:path; a node shape is wanted"
        return ShapesFault(reference, f"{of} {what}, or sh:property instead")
    return None


def _nearest(quad: Quad, reference: Quad, graph: StatedGraph) -> NamedNode | None:
    """The shape whose name differs in one place only; those that are hashes differ in all."""
    wrong = cast("NamedNode", reference.object)
    slips = {
        each: _slip(wrong.value, each.value)
        for each in graph.shapes
        if isinstance(each, NamedNode) and each in graph and each != quad.subject
    }
    near = min(slips, key=lambda each: slips[each], default=wrong)
    return near if slips.get(near, _NO_SLIP) < _NO_SLIP else None


def _slip(one: str, other: str) -> int:
    """How long the differing middles of two names are, between what they begin and end with."""
    begin = _shared(one, other)
    end = _shared(one[begin:][::-1], other[begin:][::-1])
    return max(len(one), len(other)) - begin - end


def _shared(one: str, other: str) -> int:
    return len(commonprefix([one, other]))  # noqa: RUF071 - characters are meant


# Recursion


def recursion_faults(graph: StatedGraph) -> Faults:
    """The shapes that need themselves, each cycle told of where it closes.

    Spec: https://www.w3.org/TR/shacl/#shapes-recursion
    """
    steps: dict[Node, list[tuple[Quad, Node]]] = {}
    for quad in graph.with_predicate(*SHAPES, *SHAPE_LISTS):
        for reference in graph.shape_references(quad):
            if isinstance(reference.object, Node):
                step = (reference, reference.object)
                steps.setdefault(cast("Node", quad.subject), []).append(step)
    done: set[Node] = set()
    for start in steps:
        if start not in done:
            yield from _cycles(graph, start, steps, done)


def _cycles(
    graph: StatedGraph, start: Node, steps: dict[Node, list[tuple[Quad, Node]]], done: set[Node]
) -> Faults:
    """Depth first, without the interpreter's stack: shapes can be thousands in each other."""
    trail: dict[Node, Iterator[tuple[Quad, Node]]] = {start: iter(steps[start])}
    while trail:
        node = next(reversed(trail))
        step = next(trail[node], None)
        if step is None:
            done.add(node)
            del trail[node]
        elif step[1] in trail:
            names = list(trail)
            cycle = [*names[names.index(step[1]) :], step[1]]
            yield ShapesFault(step[0], _recursion(graph, cycle))
        elif step[1] not in done and step[1] in steps:
            trail[step[1]] = iter(steps[step[1]])


def _recursion(graph: StatedGraph, cycle: list[Node]) -> str:
    named: list[Node] = [node for node in cycle[:-1] if isinstance(node, NamedNode)] or cycle[:1]
    named.append(named[0])
    shown = " → ".join(map(graph.name, named))
    return (
        f"a shape needs itself, which SHACL leaves undefined: {shown}; let none need itself, "
        f"however indirectly, or {_PYSHACL}"
    )
