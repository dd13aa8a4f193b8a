"""Small publications to test with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graphsvc.settings import FOLDERS

BASE = "https://example.org/books/"
TOML = """\
base_iri = "https://example.org/books/"
languages = ["sv", "en"]
licence = "http://creativecommons.org/publicdomain/zero/1.0/"
[title]
en = "Books"
[description]
en = "A few books."
[publisher]
name = "A reader"
iri = "https://example.org/books/id/reader"
[contact]
name = "A reader"
email = "reader@example.org"
"""
PREFIXES = """\
@prefix : <https://example.org/books/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/books/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shapes: <https://example.org/books/shapes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEAD = PREFIXES.count("\n")  # so many lines stand before what a test has written

# Books with titles, nothing wrong with them.
BOOKS = {
    "ontology/books.ttl": ":Book a rdfs:Class ; rdfs:label 'Bok'@sv , 'Book'@en .\n"
    ":by a rdf:Property .\n",
    "data/books.ttl": "id:one a :Book ; dct:title 'Ett'@sv , 'One'@en ; :by id:reader .\n"
    "id:two a :Book ; dct:title 'Två'@sv ; :by [ dct:title 'Någon'@sv ; :by [ :by id:one ] ] .\n"
    "id:reader rdfs:label 'A reader' .\n",
    "shapes/book.ttl": "shapes:Book a sh:NodeShape ; sh:targetClass :Book ;\n"
    "    sh:property shapes:Book-title .\n"
    "shapes:Book-title a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 ;\n"
    "    sh:message 'Give the book a title.'@en .\n",
}


def write(root: Path, files: Mapping[str, str], toml: str = TOML) -> Path:
    """Write a publication; Turtle and TriG files get the prefixes above for their first lines."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "graphsvc.toml").write_text(toml, encoding="utf-8")
    for place, text in files.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        head = PREFIXES if path.suffix in (".ttl", ".trig") else ""
        path.write_text(head + text, encoding="utf-8")
    return root


def edit_books(publication: Path, old: str, new: str) -> None:
    """Change the data of the publication that `graphsvc init` writes."""
    path = publication / "data/books.ttl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
