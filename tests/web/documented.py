"""A publication with ontologies, shapes and schemes of several kinds, some of them hostile."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from graphsvc.build import BuildOptions, build
from graphsvc.release import Release
from web.served import SETTINGS

PREFIXES = """
@prefix : <ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <shapes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = r"""
<ns> a owl:Ontology ; dct:title "Words"@en , "Ord"@sv .
:Ship a owl:Class ; rdfs:label "ship"@en , "fartyg"@sv ; rdfs:subClassOf org:Organization ;
  skos:definition "What floats."@en , "Det som flyter."@sv .
:Ferry a owl:Class ; rdfs:label "ferry"@en , "färja"@sv ; rdfs:subClassOf :Ship ;
  rdfs:comment "Goes to and fro."@en ; skos:example "Kiel"@en .
:Port a owl:Class ; rdfs:label "port"@en , "hamn"@sv .
:Gone a owl:DeprecatedClass ; rdfs:label "gone"@en ; dct:isReplacedBy :Port .
:Evil a owl:Class ; rdfs:subClassOf :Ship ;
  rdfs:label "\"><script>alert(1)</script></text></svg><img src=x onerror=alert(2)>\u202Egnp"@en .
:home a owl:ObjectProperty ; rdfs:label "home port"@en , "hemmahamn"@sv ;
  rdfs:domain [ a owl:Class ; owl:unionOf ( :Ferry :Evil ) ] ; rdfs:range :Port ;
  owl:inverseOf :houses .
:houses a owl:ObjectProperty ; rdfs:label "houses"@en ; rdfs:subPropertyOf dct:relation .
:tows a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:label "tows"@en ;
  rdfs:domain :Ship ; rdfs:range :Ship .
:tonnes a owl:DatatypeProperty ; rdfs:label "tonnes"@en ; rdfs:domain :Ship ;
  rdfs:range xsd:integer .
:bare a rdf:Property .
<def/flag> a skos:ConceptScheme ; dct:title "Flags"@en ; skos:definition "Whose they are."@en ;
  skos:hasTopConcept <def/flag/north> .
<def/flag/north> a skos:Concept ; skos:prefLabel "north"@en ; skos:inScheme <def/flag> .
<def/flag/sweden> a skos:Concept ; skos:prefLabel "Sweden"@en ; skos:inScheme <def/flag> ;
  skos:broader <def/flag/north> ; skos:notation "SE" ; skos:definition "A flag of two colours."@en .
<def/flag/round> a skos:Concept ; skos:prefLabel "round"@en ; skos:inScheme <def/flag> ;
  skos:broader <def/flag/trip> .
<def/flag/trip> a skos:Concept ; skos:prefLabel "trip"@en ; skos:inScheme <def/flag> ;
  skos:broader <def/flag/round> .
<def/empty> a skos:ConceptScheme ; dct:title "Nothing yet"@en .
<other#> a owl:Ontology ; rdfs:label "Other words"@en .
<other#Thing> a rdfs:Class ; rdfs:isDefinedBy <other#> .
<apart> a owl:Ontology ; rdfs:label "Words apart"@en .
<apart/Leaf> a owl:Class ; rdfs:label "leaf"@en ; rdfs:subClassOf <apart/Tree> .
<apart/Tree> a owl:Class ; rdfs:label "tree"@en .
<elsewhere/Root> a owl:Class ; rdfs:label "root"@en ; rdfs:isDefinedBy <apart> .
<apart/note> rdfs:label "no term"@en .
"""
DATA = """
<id/ferry/1> a :Ferry ; rdfs:label "one"@en ; :home <id/port/1> ; :tonnes 5 , 6 ;
  :flag <def/flag/sweden> .
<id/ferry/2> a :Ferry ; rdfs:label "two"@en ; :home <id/port/1> ; :tonnes 7 ;
  :flag <def/flag/sweden> , <def/flag/north> .
<id/ferry/3> a :Ferry ; owl:deprecated true ; rdfs:label "three"@en .
<id/port/1> a :Port ; rdfs:label "port one"@en .
:flag a owl:ObjectProperty ; rdfs:label "flag"@en .
"""
AGAIN = "<id/ferry/1> :home <id/port/1> ."
SHAPES = r"""
shapes:Ferry a sh:NodeShape ; rdfs:label "Ferries"@en , "Färjor"@sv ; sh:targetClass :Ferry ;
  sh:severity sh:Info ; sh:closed true ; sh:ignoredProperties ( rdf:type rdfs:label ) ;
  dct:source <https://a.example/> ;
  sh:property shapes:Ferry-home , shapes:Ferry-tonnes , shapes:Ferry-flag ,
    [ sh:path ( :home [ sh:inversePath :home ] ) ; sh:minCount 1 ; sh:severity sh:Info ] .
shapes:Ferry-home a sh:PropertyShape ; sh:path :home ; sh:order 1 ; sh:minCount 1 ; sh:maxCount 1 ;
  sh:class :Port ; sh:name "home"@en , "hem"@sv ; sh:severity sh:Warning ;
  sh:message "Give the ferry <b>one</b> home."@en , "Ge färjan ett hem."@sv .
shapes:Ferry-tonnes a sh:PropertyShape ; sh:severity sh:Info ;
  sh:path :tonnes ; sh:order 2 ; sh:datatype xsd:integer ;
  sh:minInclusive 1 ; sh:maxExclusive 100 ; sh:pattern "^<b>\\d+" ; sh:minCount 0 ; sh:maxCount 3 ;
  sh:or ( [ sh:minLength 1 ] [ sh:hasValue 6 ] ) ; sh:not [ sh:in ( 1 2 "<i>" ) ] .
shapes:Ferry-flag a sh:PropertyShape ; sh:severity sh:Info ;
  sh:path :flag ; sh:order 3 ; sh:nodeKind sh:IRI ;
  sh:and ( [ sh:path skos:inScheme ; sh:hasValue <def/flag> ] ) ;
  sh:qualifiedValueShape [ sh:class skos:Concept ] ; sh:qualifiedMinCount 1 .
shapes:Port a sh:NodeShape ; sh:targetObjectsOf :home ; sh:targetNode <id/port/1> ;
  sh:property shapes:Port-label .
shapes:Port-label sh:severity sh:Info ;
  sh:path rdfs:label ; sh:uniqueLang true ; sh:languageIn ( "en" "sv" ) .
shapes:Off a sh:NodeShape ; sh:deactivated true ; sh:targetClass :Port ;
  sh:property [ sh:path :home ; sh:maxCount 0 ] .
"""
FILES = {
    "ontology/ns.ttl": ONTOLOGY,
    "data/data.ttl": DATA,
    "data/source/again.ttl": AGAIN,
    "shapes/ferry.ttl": SHAPES,
}


def release_of(
    folder: Path, files: dict[str, str] | None = None, *, shapes: bool = True
) -> Release:
    """A release of the publication, with other files beside it or in its files' place."""
    root = folder / "publication"
    for name, text in {"graphsvc.toml": SETTINGS, **FILES, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = PREFIXES if path.suffix == ".ttl" else ""
        path.write_text(head + text, encoding="utf-8")
    return Release.open(build(root, folder / "releases", BuildOptions(shapes=shapes)))


def part(page: str, anchor: str) -> str:
    """The section of a page with this id, without what stands behind it."""
    at = page.index(f'id="{anchor}"')
    return page[at:].partition("</section>")[0]


def text(html: str) -> str:
    """What a reader sees of it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def query_in(form: str) -> str:
    """The query that a page to ask queries on holds."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)
    assert found is not None
    return unescape(found[1])
