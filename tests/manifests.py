"""The W3C's suites of tests: where they are, and their manifests as graphs to look things up in.

Spec: https://www.w3.org/2001/sw/DataAccess/tests/README
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graphsvc.paths import Term
from graphsvc.vocab import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE

PROJECT = Path(__file__).resolve().parents[1]
CONFORMANCE = Path(os.environ.get("GRAPHSVC_CONFORMANCE", PROJECT.parent / "shared/conformance"))

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"


class Graph:
    """The triples of a file, to be looked up."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self.subjects: dict[NamedNode, list[Term]] = defaultdict(list)  # by their type
        for quad in quads:
            object_ = cast("Term", quad.object)
            self._objects[quad.subject, quad.predicate.value].append(object_)
            if quad.predicate == RDF_TYPE and isinstance(object_, NamedNode):
                self.subjects[object_].append(cast("Term", quad.subject))

    def all(self, subject: object, predicate: str) -> list[Term]:
        return self._objects.get((subject, predicate), [])

    def one(self, subject: object, predicate: str) -> Term | None:
        return next(iter(self.all(subject, predicate)), None)

    def the(self, subject: object, predicate: str) -> Term:
        """The only object that there is."""
        (found,) = self.all(subject, predicate)
        return found

    def text(self, subject: object, predicate: str) -> str:
        found = self.the(subject, predicate)
        assert isinstance(found, Literal)
        return found.value

    def list(self, head: object) -> Iterator[Term]:
        while head is not None and head != RDF_NIL:
            yield self.the(head, RDF_FIRST.value)
            head = self.the(head, RDF_REST.value)


@dataclass(frozen=True)
class Suite:
    """A suite: its name, the IRI under which its files are on the web, and where they are here."""

    name: str
    base_iri: str
    folder: Path

    def path(self, iri: str) -> Path:
        return self.folder / iri.removeprefix(self.base_iri)

    def quads(self, iri: str) -> tuple[Quad, ...]:
        """A file of Turtle, by its IRI."""
        return _quads(self.path(iri), iri)

    def graph(self, iri: str) -> Graph:
        return _graph(self.path(iri), iri)

    @property
    def marks(self) -> list[pytest.MarkDecorator]:
        """For each module that runs tests of it."""
        reason = f"no suite at {self.folder}; point GRAPHSVC_CONFORMANCE to the folder that has it"
        return [
            pytest.mark.conformance,
            pytest.mark.skipif(not self.folder.is_dir(), reason=reason),
        ]

    def mark(self, iri: str, in_part: str | None = None) -> pytest.MarkDecorator:
        """Says which test of the suite a test is; and why only part of it is run, if so."""
        return pytest.mark.conformance(iri, suite=self.name, in_part=in_part)

    def case(
        self, iri: str, *values: object, exception: str | None = None, in_part: str | None = None
    ) -> Any:
        """A test of the suite as a parameter; with an exception, the reason why it has to fail."""
        marks = [self.mark(iri, in_part)]
        if exception is not None:
            marks.append(pytest.mark.xfail(strict=True, reason=exception))
        return pytest.param(*values, id=iri.removeprefix(self.base_iri), marks=marks)


@cache
def _quads(path: Path, iri: str) -> tuple[Quad, ...]:
    return tuple(parse(path=path, format=RdfFormat.TURTLE, base_iri=iri))


@cache
def _graph(path: Path, iri: str) -> Graph:
    return Graph(_quads(path, iri))


SPARQL = Suite(
    "SPARQL 1.1",
    "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
    CONFORMANCE / "sparql11",
)
SHACL = Suite(
    "SHACL",
    "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/",
    CONFORMANCE / "shacl",
)
