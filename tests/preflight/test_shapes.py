"""Our shapes of DCAT-AP and DCAT-AP-SE: each finds what it is for in a catalogue spoilt so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, parse

from graphsvc.formats import N_TRIPLES
from graphsvc.harvest.documents import document_path
from graphsvc.preflight.profiles import OWN, own_shapes, validate
from graphsvc.release import Release
from graphsvc.report import Severity
from graphsvc.shacl.model import ShapesGraph
from graphsvc.vocab import RDF_TYPE, sh

WRONG = NamedNode("https://data.library.se/books/wrong")


@pytest.fixture(scope="module")
def quads(release: Release) -> list[Quad]:
    path = document_path(release.folder, "catalog", N_TRIPLES)
    return list(parse(path=str(path), format=N_TRIPLES.rdf))


class Shapes:
    """What the shapes of a profile say of themselves."""

    def __init__(self, name: str) -> None:
        self.quads = own_shapes(name)
        self.graph = ShapesGraph(self.quads)

    def one(self, node: object, name: str) -> object:
        return next(iter(self.graph.objects(node, sh(name))), None)  # type: ignore[arg-type]

    def constrained(self) -> list[str]:
        """The IRIs of those that have a message, hence find something."""
        return [
            quad.subject.value
            for quad in self.quads
            if quad.predicate == sh("message") and isinstance(quad.subject, NamedNode)
        ]


@pytest.mark.parametrize("name", OWN)
def test_a_good_catalogue_conforms(quads: list[Quad], name: str) -> None:
    assert validate(quads) == ([], True)


def faults(shapes: Shapes, shape: NamedNode, quads: list[Quad]) -> Iterator[list[Quad]]:
    """Catalogues that a shape must not accept, one for each of its constraints."""
    path = shapes.one(shape, "path") or shapes.one(shape, "targetObjectsOf")
    assert isinstance(path, NamedNode)
    subject = focus_node(shapes, shape, path, quads)
    without = [quad for quad in quads if quad.predicate != path]
    if shapes.one(shape, "minCount") or shapes.one(shape, "qualifiedMinCount"):
        yield without
    if shapes.one(shape, "maxCount"):
        yield [*quads, Quad(subject, path, WRONG), Quad(subject, path, RDF_TYPE)]
    if shapes.one(shape, "nodeKind") == sh("IRI"):
        yield [*without, Quad(subject, path, Literal("https://data.library.se/"))]
    if shapes.one(shape, "datatype") or shapes.one(shape, "or"):
        yield [*without, Quad(subject, path, Literal("some day"))]
    is_text = shapes.one(shape, "nodeKind") == sh("Literal")
    if is_text or shapes.one(shape, "class") or shapes.one(shape, "pattern"):
        yield [*without, Quad(subject, path, WRONG)]
    if shapes.one(shape, "not"):
        yield [*without, Quad(subject, path, NamedNode("https://creativecommons.org/x/"))]
    if disjoint := shapes.one(shape, "disjoint"):
        assert isinstance(disjoint, NamedNode)
        both = (Quad(subject, each, WRONG) for each in (path, disjoint))
        yield [*quads, *both]


def focus_node(
    shapes: Shapes, shape: NamedNode, path: NamedNode, quads: list[Quad]
) -> NamedNode | BlankNode:
    """A node of the catalogue that the shape is for."""
    owners = [q.subject for q in shapes.quads if (q.predicate, q.object) == (sh("property"), shape)]
    target = shapes.one(owners[0], "targetClass") if owners else None
    for quad in quads:
        is_it = target is None or (quad.predicate, quad.object) == (RDF_TYPE, target)
        if is_it and isinstance(quad.subject, NamedNode):
            return quad.subject
    raise AssertionError(f"nothing of the class {target}")


@pytest.mark.parametrize("shape", [shape for name in OWN for shape in Shapes(name).constrained()])
def test_every_shape_bites(quads: list[Quad], shape: str) -> None:
    shapes = Shapes(shape.split(":")[2])
    spoilt = list(faults(shapes, NamedNode(shape), quads))
    assert spoilt
    for catalogue in spoilt:
        results, conforms = validate(catalogue)
        found = [each for each in results if each.source_shape == NamedNode(shape)]
        assert found
        assert {bool(each.message()) for each in found} == {True}
        if any(e.severity == Severity.VIOLATION for e in found) and ":dcat-ap:" in shape:
            assert not conforms


def test_shapes_have_no_blank_nodes_but_in_lists(quads: list[Quad]) -> None:
    """So that every finding has a name."""
    for name in OWN:
        for quad in own_shapes(name):
            if quad.predicate == sh("message"):
                assert not isinstance(quad.subject, BlankNode)
