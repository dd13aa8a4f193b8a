"""The types of schema.org that stand for classes, by what is known of them or said of them.

A publication maps a class by a statement: it is a subclass of one of schema.org, or matches
one. Of what the superclasses tell, that of the nearest counts.

Spec: https://schema.org/docs/datamodel.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Quad

from graphsvc.resources.lookups import Resources
from graphsvc.vocab import PREFIXES, RDF_TYPE, RDFS_SUBCLASS_OF

SCHEMA = "https://schema.org/"
ANYTHING = "Thing"
MOST_ANCESTORS = 100  # of a class, that are looked at
_TYPE = re.compile(r"https?://schema\.org/([A-Z0-9]\w*)", re.ASCII)
_MATCHES = {
    *(PREFIXES["skos"] + name for name in ("exactMatch", "closeMatch", "broadMatch")),
    PREFIXES["owl"] + "equivalentClass",
}
_KNOWN = {
    "cc:PublicOrganisation": "GovernmentOrganization",
    "dcat:Catalog": "DataCatalog",
    "dcat:Dataset": "Dataset",
    "dcat:Distribution": "DataDownload",
    "dct:Location": "Place",
    "foaf:Document": "CreativeWork",
    "foaf:Organization": "Organization",
    "foaf:Person": "Person",
    "foaf:Project": "Project",
    "geo:Feature": "Place",
    "org:FormalOrganization": "Organization",
    "org:Organization": "Organization",
    "org:OrganizationalCollaboration": "Organization",
    "org:OrganizationalUnit": "Organization",
    "org:Site": "Place",
    "owl:Class": "DefinedTerm",
    "owl:DatatypeProperty": "DefinedTerm",
    "owl:ObjectProperty": "DefinedTerm",
    "owl:Ontology": "DefinedTermSet",
    "prov:Activity": "Action",
    "prov:Organization": "Organization",
    "prov:Person": "Person",
    "rdf:Property": "DefinedTerm",
    "rdfs:Class": "DefinedTerm",
    "skos:Concept": "DefinedTerm",
    "skos:ConceptScheme": "DefinedTermSet",
    "vcard:Individual": "Person",
    "vcard:Organization": "Organization",
}
_BY_IRI = {
    PREFIXES[prefix] + local: type
    for (prefix, _, local), type in ((name.partition(":"), type) for name, type in _KNOWN.items())
}


def schema_types(resources: Resources, classes: Iterable[str]) -> dict[str, list[str]]:
    """The types of each class that has any, without the namespace."""
    found = {each: _types(resources, each) for each in classes if not each.startswith("_:")}
    return {each: types for each, types in found.items() if types}


def types_of(iri: str, quads: Iterable[Quad], known: Mapping[str, Sequence[str]]) -> list[str]:
    """The types of a resource by its quads and what is known of classes: Thing, if nothing is."""
    classes = (
        quad.object.value
        for quad in quads
        if quad.predicate == RDF_TYPE
        and isinstance(quad.object, NamedNode)
        and quad.subject == NamedNode(iri)
    )
    types = sorted({type for each in classes for type in known.get(each, ())})
    return types or [ANYTHING]


def _types(resources: Resources, class_iri: str) -> list[str]:
    """Those of the class itself, else of its superclasses, the nearest first."""
    level, seen = [class_iri], {class_iri}
    while level and len(seen) <= MOST_ANCESTORS:
        above: list[str] = []
        types: set[str] = set()
        for each in level:
            types |= set(_type(each))
            for predicate, object_ in _said(resources, each):
                if predicate in _MATCHES:
                    types |= set(_type(object_))
                elif predicate == RDFS_SUBCLASS_OF.value and object_ not in seen:
                    seen.add(object_)
                    above.append(object_)
        if types:
            return sorted(types)
        level = above
    return []


def _type(iri: str) -> Iterator[str]:
    if match := _TYPE.fullmatch(iri):
        yield match[1]
    elif iri in _BY_IRI:
        yield _BY_IRI[iri]


def _said(resources: Resources, class_iri: str) -> Iterator[tuple[str, str]]:
    for quad in resources.describe(class_iri):
        if quad.subject == NamedNode(class_iri) and isinstance(quad.object, NamedNode):
            yield quad.predicate.value, quad.object.value
