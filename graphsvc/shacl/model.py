"""A shapes graph as shapes: what each one targets, and what it states.

A shape keeps its parameters as they are written; what they mean is for the
constraint components to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc import prefixes
from graphsvc.paths import Path, Term, read_path
from graphsvc.report import Severity
from graphsvc.vocab import (
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_CLASS,
    RDFS_SUBCLASS_OF,
    XSD,
    sh,
)

ShapeNode = NamedNode | BlankNode
Step = Callable[[Term], Iterable[Term]]
_NOTHING: Mapping[NamedNode, tuple[Term, ...]] = {}
_BOOLEAN = NamedNode(XSD + "boolean")
_TRUE = Literal("true", datatype=_BOOLEAN)  # SHACL means the term; "1" is another of its value
_TARGETS = tuple(map(sh, ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")))
_SHAPE_CLASSES = (sh("NodeShape"), sh("PropertyShape"))


@dataclass(frozen=True)
class Targets:
    """Where the focus nodes of a shape come from.

    Spec: https://www.w3.org/TR/shacl/#targets
    """

    nodes: tuple[Term, ...] = ()
    classes: tuple[NamedNode, ...] = ()  # the implicit one included
    subjects_of: tuple[NamedNode, ...] = ()
    objects_of: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, eq=False)
class Shape:
    """One shape; a property shape has a path.

    Spec: https://www.w3.org/TR/shacl/#shapes
    """

    node: ShapeNode
    path: Path | None
    targets: Targets
    severity_iri: NamedNode
    messages: tuple[Literal, ...]
    deactivated: bool
    graph: ShapesGraph

    def values(self, predicate: NamedNode) -> tuple[Term, ...]:
        """What the shape states, in the order of the files."""
        return self.graph.objects(self.node, predicate)

    def value(self, predicate: NamedNode) -> Term | None:
        return next(iter(self.values(predicate)), None)

    def is_true(self, predicate: NamedNode) -> bool:
        """Is a switch on?"""
        return self.graph.is_true(self.node, predicate)


class ShapesGraph:
    """Looks triples of a shapes graph up, and reads shapes from them."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[Term, dict[NamedNode, tuple[Term, ...]]] = {}
        self._subjects: dict[tuple[NamedNode, Term], list[ShapeNode]] = {}
        for quad in quads:
            subject, object_ = quad.subject, quad.object
            assert isinstance(subject, ShapeNode)
            assert isinstance(object_, Term)
            stated = self._objects.setdefault(subject, {})
            before = stated.get(quad.predicate, ())
            if object_ not in before:
                stated[quad.predicate] = (*before, object_)
                self._subjects.setdefault((quad.predicate, object_), []).append(subject)
        self._shapes: dict[ShapeNode, Shape] = {}

    def __iter__(self) -> Iterator[Shape]:
        """The shapes that have targets, in the order of the files."""
        for node in self._objects:
            if isinstance(node, ShapeNode):
                shape = self.shape(node)
                if shape.targets:
                    yield shape

    def nodes(self) -> Iterator[Term]:
        """Whatever something is said of, in the order of the files."""
        return iter(self._objects)

    def objects(self, subject: Term, predicate: NamedNode) -> tuple[Term, ...]:
        return self._objects.get(subject, _NOTHING).get(predicate, ())

    def is_true(self, subject: Term, predicate: NamedNode) -> bool:
        """Does it have a switch, and is that on?"""
        return _TRUE in self.objects(subject, predicate)

    def subjects(self, predicate: NamedNode, object_: Term) -> list[ShapeNode]:
        return self._subjects.get((predicate, object_), [])

    def instances(self, class_: NamedNode) -> Iterator[ShapeNode]:
        """The SHACL instances of a class: of its subclasses too."""
        for each in self._closure(class_, lambda iri: self.subjects(RDFS_SUBCLASS_OF, iri)):
            yield from self.subjects(RDF_TYPE, each)

    def members(self, head: Term) -> Iterator[Term]:
        """The members of a SHACL list."""
        seen = set()
        while head != RDF_NIL and head not in seen:
            seen.add(head)
            yield from self.objects(head, RDF_FIRST)
            head = next(iter(self.objects(head, RDF_REST)), RDF_NIL)

    def shape(self, node: Term) -> Shape:
        """The shape that a node is; raises ShapesError if its path is none."""
        assert isinstance(node, ShapeNode)
        if node not in self._shapes:
            self._shapes[node] = self._read(node)
        return self._shapes[node]

    def prefixes(self, node: Term) -> dict[str, str]:
        """What sh:prefixes of a SPARQL constraint declares, along owl:imports."""
        return prefixes.declared(node, self.objects)

    def _read(self, node: ShapeNode) -> Shape:
        path = next(iter(self.objects(node, sh("path"))), None)
        severity = next(iter(self.objects(node, sh("severity"))), Severity.VIOLATION.iri)
        assert isinstance(severity, NamedNode)
        messages = self.objects(node, sh("message"))
        return Shape(
            node,
            None if path is None else read_path(path, self.objects),
            self._targets(node),
            severity,
            tuple(message for message in messages if isinstance(message, Literal)),
            self.is_true(node, sh("deactivated")),
            self,
        )

    def _targets(self, node: ShapeNode) -> Targets:
        nodes, classes, subjects_of, objects_of = (
            self.objects(node, predicate) for predicate in _TARGETS
        )
        return Targets(
            nodes,
            (*_iris(classes), *self._implicit(node)),
            _iris(subjects_of),
            _iris(objects_of),
        )

    def _implicit(self, node: ShapeNode) -> tuple[NamedNode, ...]:
        """Spec: https://www.w3.org/TR/shacl/#implicit-targetClass."""
        if isinstance(node, BlankNode):
            return ()
        above = {
            each
            for type_ in self.objects(node, RDF_TYPE)
            for each in self._closure(type_, lambda iri: self.objects(iri, RDFS_SUBCLASS_OF))
        }
        is_shape = not above.isdisjoint(_SHAPE_CLASSES)
        return (node,) if is_shape and RDFS_CLASS in above else ()

    @staticmethod
    def _closure(start: Term, step: Step) -> list[Term]:
        found = [start]
        for each in found:
            found += [new for new in step(each) if new not in found]
        return found


def _iris(terms: Iterable[Term]) -> tuple[NamedNode, ...]:
    return tuple(term for term in terms if isinstance(term, NamedNode))
