"""An ontology as documentation: its classes and properties, how they are used and constrained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, Quad

from graphsvc.pages.documents import SECTIONS, Section, fragment_of, read_sections
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.schemes import SchemeShown, list_schemes
from graphsvc.pages.shapes import PropertyRules, ShapesRead
from graphsvc.pages.statements import Row, Statements, Value
from graphsvc.vocab import (
    LABELS,
    OWL_CLASSES,
    OWL_INTERSECTION_OF,
    OWL_INVERSE_OF,
    OWL_ONTOLOGY,
    OWL_TERMS,
    OWL_UNION_OF,
    PREFIXES,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_COMMENT,
    RDFS_DOMAIN,
    RDFS_IS_DEFINED_BY,
    RDFS_RANGE,
    RDFS_SUB_PROPERTY_OF,
    RDFS_SUBCLASS_OF,
    SKOS_DEFINITION,
)

_DEFINITIONS = (SKOS_DEFINITION.value, PREFIXES["dct"] + "description", RDFS_COMMENT.value)
_CLASSES = {*OWL_CLASSES, PREFIXES["owl"] + "DeprecatedClass", PREFIXES["rdfs"] + "Datatype"}
# What a term says of its place among others, in the order that is told.
_RELATIONS = (RDFS_SUBCLASS_OF, RDFS_SUB_PROPERTY_OF, RDFS_DOMAIN, RDFS_RANGE, OWL_INVERSE_OF)
# What others say of it: the words differ, as in "Subclasses" beside "Subclass of".
_INVERSES = {
    RDFS_SUBCLASS_OF: "superclass",
    RDFS_SUB_PROPERTY_OF: "superproperty",
    RDFS_DOMAIN: "domain of",
    RDFS_RANGE: "range of",
    OWL_INVERSE_OF: "inverseOf",
}
_TOLD = {RDFS_IS_DEFINED_BY.value, *(label.value for label in LABELS), *_DEFINITIONS}


@dataclass(frozen=True)
class Relation:
    """How a term stands to others: `kind` is a local name of RDFS or OWL, or one of _INVERSES."""

    kind: str
    links: Sequence[Link]


@dataclass(frozen=True)
class Use:
    """How much the data uses a term, and the address where that can be seen."""

    number: int
    href: str


@dataclass(frozen=True)
class Term:
    """A class or a property; `section` has the rows of it that nothing else here tells."""

    section: Section
    anchor: str
    definitions: Sequence[Value]
    relations: Sequence[Relation]
    use: Use
    rules: Sequence[PropertyRules]


@dataclass(frozen=True)
class Ontology:
    """What the document of an ontology tells beside what is said of the ontology itself."""

    classes: Sequence[Term]
    properties: Sequence[Term]
    schemes: Sequence[SchemeShown]
    others: Sequence[Section]  # fragments that are no terms
    omitted: int


def is_ontology(iri: str, quads: Iterable[Quad]) -> bool:
    """Is a document that of an ontology: is there one, or terms that are fragments of it?"""
    return any(
        quad.predicate == RDF_TYPE
        and isinstance(quad.object, NamedNode)
        and isinstance(quad.subject, NamedNode)
        and (
            quad.object == OWL_ONTOLOGY
            or (quad.subject.value != iri and quad.object.value in OWL_TERMS)
        )
        for quad in quads
    )


def terms_apart(edition: Edition, quads: Sequence[Quad]) -> list[Quad]:
    """What is said of the terms of an ontology that have documents of their own.

    These are the terms that rdfs:isDefinedBy says so of, and those below its IRI and a slash.
    """
    resources = edition.release.resources
    known = {each.subject.value for each in quads if isinstance(each.subject, NamedNode)}
    ontologies = [
        quad.subject.value
        for quad in quads
        if quad.predicate == RDF_TYPE
        and quad.object == OWL_ONTOLOGY
        and isinstance(quad.subject, NamedNode)
    ]
    found: list[str] = []
    for each in ontologies:
        defined = resources.linking_by(each, RDFS_IS_DEFINED_BY.value, SECTIONS)
        found += [*defined, *resources.under(each.rstrip("#/") + "/", SECTIONS)]
    apart = [each for each in dict.fromkeys(found) if each not in known]
    described = [resources.describe(each) for each in apart[:SECTIONS]]
    return [quad for quads in described if _is_of_term(quads) for quad in quads]


def read_ontology(edition: Edition, iri: str, quads: Sequence[Quad]) -> Ontology:
    """Make the terms of an ontology ready to be shown, by name."""
    statements = Statements(edition, quads)
    types = {each: _types(statements, each) for each in statements.subjects() if each != iri}
    found = [each for each, own in types.items() if _are_of_term(own)]
    others = [each for each, own in types.items() if OWL_ONTOLOGY.value not in own]
    others = [each for each in others if each not in found and fragment_of(each, iri)]
    terms = read_sections(edition, statements, iri, found)
    terms.sort(key=lambda section: edition.sort_key(section.link.name.text))
    reading = _Reading(edition, statements, Relations(quads), terms)
    shown = [reading.term(each, f"term-{rank}") for rank, each in enumerate(terms[:SECTIONS], 1)]
    classes = {each.link.iri for each in terms if not types[each.link.iri].isdisjoint(_CLASSES)}
    return Ontology(
        [term for term in shown if term.section.link.iri in classes],
        [term for term in shown if term.section.link.iri not in classes],
        list_schemes(edition, iri),
        read_sections(edition, statements, iri, others[:SECTIONS]),
        max(0, len(terms) - SECTIONS),
    )


class Relations:
    """Which terms of a document lead to which, by RDFS and OWL."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[object, NamedNode], list[object]] = defaultdict(list)
        self._subjects: dict[tuple[str, NamedNode], list[str]] = defaultdict(list)
        quads = list(quads)
        for quad in quads:
            self._objects[quad.subject, quad.predicate].append(quad.object)
        for quad in quads:
            if quad.predicate in _RELATIONS and isinstance(quad.subject, NamedNode):
                for iri in self._members(quad.object):
                    self._subjects[iri, quad.predicate].append(quad.subject.value)

    def objects(self, iri: str, predicate: NamedNode) -> list[str]:
        """What a term leads to; a union or an intersection stands for its members."""
        found = self._objects.get((NamedNode(iri), predicate), ())
        return list(dict.fromkeys(chain.from_iterable(map(self._members, found))))

    def subjects(self, iri: str, predicate: NamedNode) -> list[str]:
        """The terms that lead to this one."""
        return list(dict.fromkeys(self._subjects.get((iri, predicate), ())))

    def _members(self, term: object) -> list[str]:
        if isinstance(term, NamedNode):
            return [term.value]
        found: list[str] = []
        for predicate in (OWL_UNION_OF, OWL_INTERSECTION_OF):
            for head in self._objects.get((term, predicate), ()):
                found += self._listed(head)
        return found

    def _listed(self, head: object) -> list[str]:
        found, seen = [], set()
        while isinstance(head, BlankNode) and head != RDF_NIL and head not in seen:
            seen.add(head)
            firsts = self._objects.get((head, RDF_FIRST), ())
            found += [each.value for each in firsts if isinstance(each, NamedNode)]
            head = next(iter(self._objects.get((head, RDF_REST), ())), None)
        return found


class _Reading:
    """Tells of terms one by one, of what has been looked up for all of them."""

    def __init__(
        self,
        edition: Edition,
        statements: Statements,
        relations: Relations,
        terms: Sequence[Section],
    ) -> None:
        self._edition, self._statements, self._relations = edition, statements, relations
        iris = [term.link.iri for term in terms]
        related = {
            other
            for iri in iris
            for predicate in _RELATIONS
            for other in (*relations.objects(iri, predicate), *relations.subjects(iri, predicate))
        }
        self._links = edition.links(related)
        self._uses = edition.release.resources.uses(iris)
        self._shapes = ShapesRead(edition)

    def term(self, section: Section, anchor: str) -> Term:
        """A term; it goes by the anchor if it is no fragment of the document."""
        iri = section.link.iri
        is_class = not _types(self._statements, iri).isdisjoint(_CLASSES)
        about = self._shapes.about_class if is_class else self._shapes.about_property
        return Term(
            replace(section, rows=self._others(section.rows)),
            section.fragment or anchor,
            next(filter(None, (self._statements.values(iri, each) for each in _DEFINITIONS)), ()),
            list(self._related(iri)),
            self._use(section, is_class=is_class),
            about(iri),
        )

    def _related(self, iri: str) -> Iterable[Relation]:
        for predicate in _RELATIONS:
            name = predicate.value.rpartition("#")[2]
            backwards = _INVERSES[predicate]
            out = self._relations.objects(iri, predicate)
            into = self._relations.subjects(iri, predicate)
            if name == backwards:  # the inverse of an inverse is one
                out, into = list(dict.fromkeys([*out, *into])), []
            for kind, iris in ((name, out), (backwards, into)):
                if iris:
                    yield Relation(kind, self._ordered(iris))

    def _ordered(self, iris: Iterable[str]) -> list[Link]:
        links = [self._links[iri] for iri in iris]
        return sorted(links, key=lambda link: self._edition.sort_key(link.name.text))

    def _use(self, section: Section, *, is_class: bool) -> Use:
        """Instances of a class that are listed, statements with a property that SPARQL finds."""
        iri = section.link.iri
        if is_class:
            return Use(section.instances, self._edition.at(f"browse?type={_quoted(iri)}"))
        return Use(self._uses.get(iri, 0), self._edition.at(f"sparql?property={_quoted(iri)}"))

    def _others(self, rows: Sequence[Row]) -> list[Row]:
        """What is said that has not been told: of relations only what leads to no term."""
        relations = {each.value for each in _RELATIONS}
        found = []
        for row in rows:
            if row.predicate.iri in relations:
                left = tuple(each for each in row.statements if each.value.kind != "link")
                row = replace(row, statements=left)
            if row.statements and row.predicate.iri not in _TOLD:
                found.append(row)
        return found


def _types(statements: Statements, iri: str) -> set[str]:
    return {_value(quad.object) for quad in statements.about(iri) if quad.predicate == RDF_TYPE}


def _is_of_term(quads: Iterable[Quad]) -> bool:
    return _are_of_term({_value(quad.object) for quad in quads if quad.predicate == RDF_TYPE})


def _are_of_term(types: set[str]) -> bool:
    return not types.isdisjoint(OWL_TERMS) and OWL_ONTOLOGY.value not in types


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _quoted(iri: str) -> str:
    return quote(iri, safe="")
