"""How the shapes would have a resource shown: its properties' groups, order and names.

Spec: https://www.w3.org/TR/shacl/#nonValidating
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graphsvc.paths import Term
from graphsvc.shacl.model import ShapesGraph
from graphsvc.vocab import sh


@dataclass(frozen=True, order=True)
class Group:
    """Properties that stand together, below the label of the group."""

    order: float
    iri: str


@dataclass(frozen=True)
class Place:
    """Where a property stands, and what it is called there, by language."""

    order: float
    names: Mapping[str, str]
    group: Group | None = None

    @property
    def rank(self) -> tuple[float, str, float]:
        """What places are sorted by: those of no group first, for no heading is theirs."""
        group = self.group or _NO_GROUP
        return group.order, group.iri, self.order


_NO_GROUP = Group(-math.inf, "")


def places(shapes: ShapesGraph, classes: Iterable[str]) -> dict[str, Place]:
    """The properties of these classes that have a place, by IRI; of several places the first."""
    found: dict[str, Place] = {}
    for property_shape in _property_shapes(shapes, classes):
        paths = shapes.objects(property_shape, sh("path"))
        if len(paths) != 1 or not isinstance(paths[0], NamedNode):
            continue  # a longer path is no property of the resource
        place = _place(shapes, property_shape)
        before = found.get(paths[0].value)
        if before is None or place.order < before.order:
            found[paths[0].value] = place
    return found


def _property_shapes(shapes: ShapesGraph, classes: Iterable[str]) -> Iterator[Term]:
    """Those of the shapes that have a class for their target; a class may be a shape itself."""
    for each in classes:
        class_ = NamedNode(each)
        for shape in (class_, *shapes.subjects(sh("targetClass"), class_)):
            yield from shapes.objects(shape, sh("property"))


def _place(shapes: ShapesGraph, property_shape: Term) -> Place:
    names = {
        name.language or "": name.value
        for name in shapes.objects(property_shape, sh("name"))
        if isinstance(name, Literal)
    }
    groups = [
        Group(_order(shapes, group), group.value)
        for group in shapes.objects(property_shape, sh("group"))
        if isinstance(group, NamedNode)
    ]
    return Place(_order(shapes, property_shape), names, min(groups, default=None))


def _order(shapes: ShapesGraph, node: Term) -> float:
    """The sh:order of a property shape or a group; what has none comes last."""
    order = next(iter(shapes.objects(node, sh("order"))), None)
    try:
        number = float(order.value) if isinstance(order, Literal) else math.inf
    except ValueError:
        return math.inf
    if math.isnan(number) or number == -math.inf:
        return math.inf
    return number
