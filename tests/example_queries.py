"""A publication with a few example queries, in every form there is."""

from __future__ import annotations

from publications import BASE, BOOKS

_HEAD = """\
@prefix schema: <https://schema.org/> .
@prefix spex: <https://purl.expasy.org/sparql-examples/ontology#> .
"""
QUERIES = {
    "queries/prefixes.ttl": _HEAD.replace("@prefix spex", "# @prefix spex")
    + '<https://example.org/books/queries> sh:declare [ sh:prefix "b" ;\n'
    f'  sh:namespace "{BASE}ns#"^^xsd:anyURI ] .\n',
    "queries/titles.ttl": _HEAD
    + """\
<https://example.org/books/queries/titles>
  a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;
  rdfs:label "Titlar"@sv , "Titles"@en , "What they are called" ;
  rdfs:comment "Alla titlar."@sv , "All titles."@en ;
  schema:keywords "title" , "book" ;
  sh:prefixes <https://example.org/books/queries> ;
  schema:target <https://example.org/books/sparql> ;
  sh:select \"\"\"
SELECT ?title WHERE { ?book a b:Book ; dct:title ?title }
ORDER BY ?title
\"\"\" .
""",
    "queries/others.ttl": _HEAD
    + """\
<https://example.org/books/queries/any> a sh:SPARQLExecutable , sh:SPARQLAskExecutable ;
  sh:ask "ASK { ?book dct:title ?title }" .
<https://example.org/books/queries/authors> a sh:SPARQLConstructExecutable ;
  sh:construct "CONSTRUCT WHERE { ?book dct:title ?title }" .
<https://example.org/books/queries/one> a sh:SPARQLExecutable , spex:SPARQLDescribeExecutable ;
  spex:describe "DESCRIBE <https://example.org/books/id/one>" .
""",
}
FILES = BOOKS | QUERIES
# What is an executable in the shapes is no example; nor is what cannot be asked for.
FILES["shapes/book.ttl"] += (
    "shapes:q a sh:SPARQLExecutable , sh:SPARQLAskExecutable ; sh:ask 'ASK { ?s ?p ?o }' .\n"
)
FILES["data/books.ttl"] += "[] a sh:SPARQLExecutable ; sh:ask 'ASK { ?s ?p ?o }' .\n"
