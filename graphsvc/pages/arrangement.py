"""How the shapes would have a resource shown: the order of its properties, and their names.

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


@dataclass(frozen=True)
class Place:
    """Where a property stands, and what it is called there, by language."""

    order: float
    names: Mapping[str, str]


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
    order = next(iter(shapes.objects(property_shape, sh("order"))), None)
    names = {
        name.language or "": name.value
        for name in shapes.objects(property_shape, sh("name"))
        if isinstance(name, Literal)
    }
    return Place(_number(order.value) if isinstance(order, Literal) else math.inf, names)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return math.inf if math.isnan(number) else number
