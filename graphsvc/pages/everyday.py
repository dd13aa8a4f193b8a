"""Everyday names for terms of well-known vocabularies, where the data has no label for them.

Who reads about a thing need not know what skos:inScheme is. Documents that are about terms
themselves, an ontology or shapes, show them as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphsvc.vocab import PREFIXES

# By prefixed name: in English, in Swedish.
_NAMES = {
    "cc:Criterion": ("criterion", "kriterium"),
    "cc:Evidence": ("evidence", "underlag"),
    "cc:isDerivedFrom": ("derived from", "härledd ur"),
    "cc:PublicOrganisation": ("public organisation", "offentlig organisation"),
    "cc:ReferenceFramework": ("framework", "ramverk"),
    "cc:Requirement": ("requirement", "krav"),
    "dcat:byteSize": ("size in bytes", "storlek i byte"),
    "dcat:centroid": ("centre", "mittpunkt"),
    "dcat:endDate": ("ends", "slutar"),
    "dcat:startDate": ("begins", "börjar"),
    "dct:created": ("created", "skapad"),
    "dct:creator": ("creator", "upphov"),
    "dct:description": ("description", "beskrivning"),
    "dct:identifier": ("identifier", "identifierare"),
    "dct:isPartOf": ("part of", "del av"),
    "dct:isReplacedBy": ("replaced by", "ersatt av"),
    "dct:issued": ("issued", "utgiven"),
    "dct:language": ("language", "språk"),
    "dct:license": ("licence", "licens"),
    "dct:Location": ("place", "plats"),
    "dct:modified": ("changed", "ändrad"),
    "dct:PeriodOfTime": ("period", "tidsperiod"),
    "dct:publisher": ("publisher", "utgivare"),
    "dct:source": ("source", "källa"),
    "dct:temporal": ("period", "tidsperiod"),
    "dct:title": ("title", "titel"),
    "foaf:Agent": ("agent", "aktör"),
    "foaf:Document": ("document", "dokument"),
    "foaf:homepage": ("home page", "webbplats"),
    "foaf:name": ("name", "namn"),
    "foaf:page": ("page about it", "sida om detta"),
    "foaf:Person": ("person", "person"),
    "org:hasMember": ("has as a member", "har som medlem"),
    "org:memberOf": ("member of", "medlem i"),
    "org:Organization": ("organisation", "organisation"),
    "org:OrganizationalCollaboration": ("collaboration", "samarbete"),
    "owl:deprecated": ("no longer in use", "används inte längre"),
    "owl:sameAs": ("same as", "samma som"),
    "owl:versionInfo": ("version", "version"),
    "prov:Activity": ("activity", "aktivitet"),
    "prov:Agent": ("agent", "aktör"),
    "prov:Entity": ("entity", "entitet"),
    "prov:used": ("used", "använde"),
    "prov:wasAssociatedWith": ("carried out by", "utförd av"),
    "prov:wasDerivedFrom": ("derived from", "härledd ur"),
    "prov:wasQuotedFrom": ("quoted from", "citerad ur"),
    "rdfs:comment": ("comment", "kommentar"),
    "rdfs:isDefinedBy": ("defined in", "definierad i"),
    "rdfs:label": ("name", "namn"),
    "rdfs:seeAlso": ("see also", "se även"),
    "skos:altLabel": ("other name", "annat namn"),
    "skos:broader": ("broader concept", "överordnat begrepp"),
    "skos:closeMatch": ("close to", "nära"),
    "skos:Concept": ("concept", "begrepp"),
    "skos:ConceptScheme": ("concept scheme", "begreppsschema"),
    "skos:definition": ("definition", "definition"),
    "skos:editorialNote": ("editors' note", "redaktörernas anmärkning"),
    "skos:exactMatch": ("same as", "samma som"),
    "skos:hasTopConcept": ("top concept", "toppbegrepp"),
    "skos:inScheme": ("in the scheme", "i schemat"),
    "skos:narrower": ("narrower concept", "underordnat begrepp"),
    "skos:notation": ("notation", "beteckning"),
    "skos:note": ("note", "anmärkning"),
    "skos:prefLabel": ("name", "namn"),
    "skos:related": ("related concept", "besläktat begrepp"),
    "skos:scopeNote": ("scope", "omfattning"),
    "skos:topConceptOf": ("top concept of", "toppbegrepp i"),
    "spdx:algorithm": ("algorithm", "algoritm"),
    "spdx:checksum": ("checksum", "kontrollsumma"),
    "spdx:Checksum": ("checksum", "kontrollsumma"),
    "spdx:checksumValue": ("value of the checksum", "kontrollsummans värde"),
    "vcard:fn": ("name", "namn"),
    "vcard:Individual": ("person", "person"),
}


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


NAMES: Mapping[str, Mapping[str, str]] = {
    _iri(name): {"en": english, "sv": swedish} for name, (english, swedish) in _NAMES.items()
}
