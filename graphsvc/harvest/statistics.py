"""What a release holds, counted in one pass over its canonical N-Quads.

All counts are of the union of its graphs: what two graphs state counts once, as in the dump
of the whole. Equal triples stand together there, so that nothing but the distinct objects
need be sorted.

Spec: https://www.w3.org/TR/void/#statistics
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, parse

from graphsvc.canonical import LineSorter
from graphsvc.harvest.extent import WKT_LITERAL, extent_of
from graphsvc.maps.extent import Extent
from graphsvc.vocab import RDF_TYPE

_TYPE = str(RDF_TYPE)


@dataclass(frozen=True)
class Target:
    """A dataset of others that data may link to, told by how its IRIs begin."""

    name: str
    title: str
    homepage: str
    spaces: tuple[str, ...]


TARGETS = (
    Target(
        "nuts",
        "NUTS: regions of the EU",
        "https://ec.europa.eu/eurostat/web/nuts",
        ("http://data.europa.eu/nuts/",),
    ),
    Target(
        "wikidata",
        "Wikidata",
        "https://www.wikidata.org/",
        ("http://www.wikidata.org/entity/", "https://www.wikidata.org/entity/"),
    ),
    Target(
        "geonames",
        "GeoNames",
        "https://www.geonames.org/",
        ("https://sws.geonames.org/", "http://sws.geonames.org/"),
    ),
)


@dataclass(frozen=True)
class Statistics:
    """`entities` are subjects under the base IRI; `classes` and `properties` count entities
    and triples by IRI; `links` count triples from the base by target's name and property;
    `examples` are the first instance of each class of the publication's own."""

    triples: int
    entities: int
    distinct_subjects: int
    distinct_objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    links: Mapping[tuple[str, str], int]
    examples: Mapping[str, str]
    extent: Extent | None


def count(n_quads: Path, base_iri: str, scratch: Path) -> Statistics:
    """Count what canonical N-Quads hold; the sort spills into the folder `scratch`."""
    counting = _Counting(base_iri, scratch)
    with n_quads.open(encoding="utf-8", newline="\n") as lines:
        for subject, described in groupby(_triples(lines), lambda triple: triple[0]):
            counting.add(subject, described)
    return counting.statistics()


def _triples(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    previous = None
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        triple = subject, predicate, rest.rsplit(" ", 2)[0]
        if triple != previous:
            yield triple
            previous = triple


class _Counting:
    def __init__(self, base_iri: str, scratch: Path) -> None:
        self._base = f"<{base_iri}"
        self._triples = self._entities = self._subjects = 0
        self._classes: Counter[str] = Counter()
        self._properties: Counter[str] = Counter()
        self._links: Counter[tuple[str, str]] = Counter()
        self._examples: dict[str, str] = {}
        self._objects = LineSorter(scratch)
        self._extent: Extent | None = None

    def add(self, subject: str, described: Iterable[tuple[str, str, str]]) -> None:
        is_own = subject.startswith(self._base)
        self._subjects += 1
        self._entities += is_own
        for _, predicate, object_ in described:
            self._triples += 1
            self._properties[predicate[1:-1]] += 1
            self._objects.add(object_ + "\n")
            if object_[0] == "<":
                self._refer(subject, predicate, object_, is_own=is_own)
            elif object_.endswith(f"^^<{WKT_LITERAL}>"):
                self._outline(object_)

    def _refer(self, subject: str, predicate: str, object_: str, *, is_own: bool) -> None:
        if predicate == _TYPE:
            self._classes[object_[1:-1]] += 1
            if is_own and object_.startswith(self._base):
                self._examples.setdefault(object_[1:-1], subject[1:-1])
        elif is_own:
            for target in TARGETS:
                if object_[1:].startswith(target.spaces):
                    self._links[target.name, predicate[1:-1]] += 1

    def _outline(self, literal: str) -> None:
        (quad,) = parse(f"<x:s> <x:p> {literal} .", RdfFormat.N_TRIPLES)
        assert isinstance(quad.object, Literal)
        if extent := extent_of(quad.object.value):
            self._extent = extent.around(self._extent)

    def statistics(self) -> Statistics:
        return Statistics(
            triples=self._triples,
            entities=self._entities,
            distinct_subjects=self._subjects,
            distinct_objects=sum(1 for _ in self._objects),
            classes=dict(sorted(self._classes.items())),
            properties=dict(sorted(self._properties.items())),
            links=dict(sorted(self._links.items())),
            examples=dict(sorted(self._examples.items())),
            extent=self._extent,
        )
