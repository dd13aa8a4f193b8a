"""Concept schemes: their concepts as a tree, with what each means and how often it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad

from graphsvc.pages.documents import SECTIONS
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.statements import Statements, Value
from graphsvc.vocab import (
    OWL_ONTOLOGY,
    RDF_TYPE,
    RDFS_IS_DEFINED_BY,
    SKOS_BROADER,
    SKOS_CONCEPT_SCHEME,
    SKOS_DEFINITION,
    SKOS_HAS_TOP_CONCEPT,
    SKOS_IN_SCHEME,
    SKOS_NARROWER,
    SKOS_NOTATION,
    SKOS_TOP_CONCEPT_OF,
)

LISTED = 200  # schemes that the page of an ontology lists


@dataclass(frozen=True)
class Concept:
    """A concept with those below it; `uses` is None if nobody has counted them."""

    link: Link
    notations: Sequence[Value]
    definitions: Sequence[Value]
    uses: int
    href: str  # where the uses can be seen
    narrower: Sequence[Concept]


@dataclass(frozen=True)
class Scheme:
    """The concepts of a scheme, the highest ones with all that are narrower."""

    concepts: Sequence[Concept]
    shown: int
    omitted: int


@dataclass(frozen=True)
class SchemeShown:
    """A scheme as a list of schemes has it."""

    link: Link
    definitions: Sequence[Value]
    concepts: int


def is_scheme(iri: str, quads: Iterable[Quad]) -> bool:
    """Is a document that of a concept scheme?"""
    wanted = NamedNode(iri), RDF_TYPE, SKOS_CONCEPT_SCHEME
    return any((quad.subject, quad.predicate, quad.object) == wanted for quad in quads)


def read_scheme(edition: Edition, iri: str, quads: Sequence[Quad]) -> Scheme:
    """The concepts of a scheme in their tree; each stands once, below the first that is broader."""
    resources = edition.release.resources
    iris = _concepts_of(edition, iri, quads)
    found = resources.descriptions(iris[:SECTIONS])
    tree = _Tree(edition, iris[:SECTIONS], found)
    return Scheme(tree.concepts, len(iris[:SECTIONS]), max(0, len(iris) - SECTIONS))


def list_schemes(edition: Edition, ontology: str) -> list[SchemeShown]:
    """The concept schemes that an ontology's document lists: its own, or all if it is alone."""
    resources = edition.release.resources
    schemes = resources.instances(SKOS_CONCEPT_SCHEME.value, LISTED)
    ontologies = {iri.partition("#")[0] for iri in resources.instances(OWL_ONTOLOGY.value, LISTED)}
    is_main = edition.release.settings.vocabulary_iri == f"{ontology}#"
    if not is_main and len(ontologies) > 1:
        defined = set(resources.linking_by(ontology, RDFS_IS_DEFINED_BY.value, SECTIONS))
        schemes = [iri for iri in schemes if iri in defined]
    statements = Statements(edition, resources.descriptions(schemes))
    return [
        SchemeShown(
            link,
            statements.values(link.iri, SKOS_DEFINITION.value),
            len(_concepts_of(edition, link.iri, statements.about(link.iri))),
        )
        for link in edition.ordered(schemes)
    ]


def _concepts_of(edition: Edition, scheme: str, quads: Iterable[Quad]) -> list[str]:
    """The concepts of a scheme by IRI: those that say so, and those that it says it of."""
    resources = edition.release.resources
    found = {
        quad.object.value
        for quad in quads
        if quad.subject == NamedNode(scheme)
        and quad.predicate == SKOS_HAS_TOP_CONCEPT
        and isinstance(quad.object, NamedNode)
    }
    for predicate in (SKOS_IN_SCHEME, SKOS_TOP_CONCEPT_OF):
        found.update(resources.linking_by(scheme, predicate.value))
    return sorted(iri for iri in found if not iri.startswith("_:"))


class _Tree:
    """Puts each concept below one that is broader."""

    def __init__(self, edition: Edition, iris: Sequence[str], quads: Sequence[Quad]) -> None:
        self._edition = edition
        self._statements = Statements(edition, quads)
        self._uses = edition.release.resources.uses(iris)
        self._links = {link.iri: link for link in edition.ordered(iris)}
        self._narrower = _narrower(self._links, quads)
        self._placed: set[str] = set()
        below = {iri for narrower in self._narrower.values() for iri in narrower}
        roots = [iri for iri in self._links if iri not in below]
        self.concepts = [*self._below(roots), *self._below(self._links)]  # circles have no root

    def _below(self, iris: Iterable[str]) -> Iterator[Concept]:
        for iri in iris:
            if iri not in self._placed:
                self._placed.add(iri)
                yield self._concept(iri)

    def _concept(self, iri: str) -> Concept:
        narrower = [each for each in self._links if each in self._narrower.get(iri, ())]
        return Concept(
            self._links[iri],
            self._statements.values(iri, SKOS_NOTATION.value),
            self._statements.values(iri, SKOS_DEFINITION.value),
            self._uses.get(iri, 0),
            self._edition.at(f"sparql?concept={quote(iri, safe='')}"),
            list(self._below(narrower)),
        )


def _narrower(iris: Mapping[str, Link], quads: Iterable[Quad]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            above, below = quad.object.value, quad.subject.value
            if quad.predicate == SKOS_NARROWER:
                above, below = below, above
            if quad.predicate in (SKOS_BROADER, SKOS_NARROWER) and {above, below} <= iris.keys():
                found[above].add(below)
    return found
