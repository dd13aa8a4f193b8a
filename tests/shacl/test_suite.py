"""The W3C's SHACL suite, whole: every test of its manifests, every report compared as a graph."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from shacl_reports import CONFORMANCE, compared, report_graph

from graphsvc.errors import ShapesError
from graphsvc.paths import Term
from graphsvc.report import ValidationReport
from graphsvc.shacl import compiled, reference
from graphsvc.vocab import RDF_FIRST, RDF_NIL, RDF_REST

SUITE = CONFORMANCE / "shacl"
BASE = "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"

ENGINES = {"compiled": compiled.validate, "pyshacl": reference.validate}

# Each test that an engine fails, with the reason. One that passes again fails here.
EXCEPTIONS = {
    ("pyshacl", BASE + "sparql/pre-binding/shapesGraph-001"): "$shapesGraph is optional; pySHACL "
    "refuses it, as those without it must, because its query sees the data graph alone",
}

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(
        not SUITE.is_dir(),
        reason=f"no SHACL suite at {SUITE}; point GRAPHSVC_CONFORMANCE to the folder that holds it",
    ),
]


@cache
def read(iri: str) -> tuple[Quad, ...]:
    """A file of the suite, by the IRI that it has on the web."""
    path = SUITE / iri.removeprefix(BASE)
    return tuple(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=iri))


def objects(quads: tuple[Quad, ...], subject: object, predicate: NamedNode) -> list[Term]:
    return [
        quad.object
        for quad in quads
        if (quad.subject, quad.predicate) == (subject, predicate) and isinstance(quad.object, Term)
    ]


def entries(part: str) -> Iterator[tuple[str, str]]:
    """Every test of a part, with the file that it stands in.

    A manifest of manifests forgets sparql/component/nodeValidator-001, so the files are asked.
    """
    for path in sorted((SUITE / part).rglob("*.ttl")):
        file = BASE + path.relative_to(SUITE).as_posix()
        quads = read(file)
        for quad in quads:
            if quad.predicate == NamedNode(MF + "entries") and isinstance(quad.object, Term):
                yield from ((test.value, file) for test in members(quads, quad.object))


def members(quads: tuple[Quad, ...], head: Term) -> Iterator[Term]:
    while head != RDF_NIL:
        yield from objects(quads, head, RDF_FIRST)
        (head,) = objects(quads, head, RDF_REST)


CORE, SPARQL = list(entries("core")), list(entries("sparql"))


def test_the_suite_is_whole() -> None:
    assert (len(set(CORE)), len(set(SPARQL))) == (98, 23)


def test_exceptions_are_tests_of_the_suite() -> None:
    tests = {test for test, _ in CORE + SPARQL}
    assert {test for _, test in EXCEPTIONS} <= tests


@pytest.mark.parametrize(
    ("engine", "test", "file"),
    [
        pytest.param(
            engine,
            test,
            file,
            id=f"{engine}-{test.removeprefix(BASE)}",
            marks=[pytest.mark.xfail(strict=True, reason=EXCEPTIONS[engine, test])]
            if (engine, test) in EXCEPTIONS
            else [],
        )
        for engine in ENGINES
        for test, file in CORE + SPARQL
    ],
)
def test_the_report_is_the_expected_one(engine: str, test: str, file: str) -> None:
    validate = ENGINES[engine]
    quads = read(file)
    (action,) = objects(quads, NamedNode(test), NamedNode(MF + "action"))
    (expected,) = objects(quads, NamedNode(test), NamedNode(MF + "result"))
    (data_graph,) = objects(quads, action, NamedNode(SHT + "dataGraph"))
    (shapes_graph,) = objects(quads, action, NamedNode(SHT + "shapesGraph"))

    if expected == NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            validate(read(data_graph.value), read(shapes_graph.value))
    else:
        found = validate(read(data_graph.value), read(shapes_graph.value))
        actual, wanted = compared(ValidationReport.of(found), report_graph(quads, expected))
        assert actual == wanted
