"""The terms that graphsvc itself knows by name."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_GEO = "http://www.opengis.net/ont/geosparql#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"

RDF_TYPE = NamedNode(_RDF + "type")
RDF_FIRST = NamedNode(_RDF + "first")
RDF_REST = NamedNode(_RDF + "rest")
RDF_NIL = NamedNode(_RDF + "nil")
RDF_LANG_STRING = NamedNode(_RDF + "langString")
RDFS_CLASS = NamedNode(_RDFS + "Class")
RDFS_SUBCLASS_OF = NamedNode(_RDFS + "subClassOf")
RDFS_LABEL = NamedNode(_RDFS + "label")
RDFS_COMMENT = NamedNode(_RDFS + "comment")
RDFS_DOMAIN = NamedNode(_RDFS + "domain")
RDFS_IS_DEFINED_BY = NamedNode(_RDFS + "isDefinedBy")
RDFS_LITERAL = NamedNode(_RDFS + "Literal")
RDFS_RANGE = NamedNode(_RDFS + "range")
RDFS_SUB_PROPERTY_OF = NamedNode(_RDFS + "subPropertyOf")
RDFS_SEE_ALSO = NamedNode(_RDFS + "seeAlso")
OWL_DEPRECATED = NamedNode(_OWL + "deprecated")
OWL_INTERSECTION_OF = NamedNode(_OWL + "intersectionOf")
OWL_INVERSE_OF = NamedNode(_OWL + "inverseOf")
OWL_UNION_OF = NamedNode(_OWL + "unionOf")
OWL_IMPORTS = NamedNode(_OWL + "imports")
OWL_ONTOLOGY = NamedNode(_OWL + "Ontology")
OWL_SAME_AS = NamedNode(_OWL + "sameAs")
OWL_VERSION_IRI = NamedNode(_OWL + "versionIRI")
DCT_IS_REPLACED_BY = NamedNode(_DCT + "isReplacedBy")
SKOS = _SKOS
SKOS_BROADER = NamedNode(_SKOS + "broader")
SKOS_CONCEPT = NamedNode(_SKOS + "Concept")
SKOS_CONCEPT_SCHEME = NamedNode(_SKOS + "ConceptScheme")
SKOS_DEFINITION = NamedNode(_SKOS + "definition")
SKOS_HAS_TOP_CONCEPT = NamedNode(_SKOS + "hasTopConcept")
SKOS_IN_SCHEME = NamedNode(_SKOS + "inScheme")
SKOS_NARROWER = NamedNode(_SKOS + "narrower")
SKOS_NOTATION = NamedNode(_SKOS + "notation")
SKOS_TOP_CONCEPT_OF = NamedNode(_SKOS + "topConceptOf")
SKOS_CHANGE_NOTE = NamedNode(_SKOS + "changeNote")
SKOS_EXACT_MATCH = NamedNode(_SKOS + "exactMatch")
SKOS_HISTORY_NOTE = NamedNode(_SKOS + "historyNote")
GEO_AS_WKT = NamedNode(_GEO + "asWKT")
GEO_HAS_GEOMETRY = NamedNode(_GEO + "hasGeometry")
SCHEMA_KEYWORDS = NamedNode("https://schema.org/keywords")
XSD_STRING = NamedNode(XSD + "string")

# What a vocabulary declares its terms as.
OWL_CLASSES = (RDFS_CLASS.value, _OWL + "Class")
OWL_PROPERTIES = (
    _RDF + "Property",
    _OWL + "ObjectProperty",
    _OWL + "DatatypeProperty",
    _OWL + "AnnotationProperty",
)
OWL_DEPRECATED_TERMS = (_OWL + "DeprecatedClass", _OWL + "DeprecatedProperty")
# What makes a resource a part of a vocabulary, which its document describes.
OWL_TERMS = frozenset(
    {
        *OWL_CLASSES,
        *OWL_PROPERTIES,
        *OWL_DEPRECATED_TERMS,
        OWL_ONTOLOGY.value,
        _RDFS + "Datatype",
        *(
            f"{_OWL}{kind}Property"
            for kind in (
                *("Ontology", "Functional", "InverseFunctional", "Reflexive", "Irreflexive"),
                *("Symmetric", "Asymmetric", "Transitive"),
            )
        ),
    }
)

# The properties that name a thing, the most telling first.
LABELS = tuple(
    NamedNode(iri)
    for iri in (
        _SKOS + "prefLabel",
        _RDFS + "label",
        _DCT + "title",
        "http://xmlns.com/foaf/0.1/name",
        "https://schema.org/name",
        "http://www.w3.org/2006/vcard/ns#fn",
        SH + "name",
    )
)

# What reports, pages and Turtle output abbreviate with.
PREFIXES = {
    "cc": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": _DCT,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": _GEO,
    "org": "http://www.w3.org/ns/org#",
    "owl": _OWL,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": _RDF,
    "rdfs": _RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "skos": _SKOS,
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": XSD,
}


@cache
def sh(name: str) -> NamedNode:
    """A term of SHACL."""
    return NamedNode(SH + name)
