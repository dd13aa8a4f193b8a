"""How often the data uses the terms of vocabularies and the concepts of schemes.

Counted once, as a release is built, by SPARQL on the default graph: a query of a reader
finds as many.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from graphsvc.vocab import PREFIXES

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rdf", "rdfs", "skos"))

# What a concept is placed in its scheme by is no use of it.
OF_CONCEPT = (
    "FILTER(?property NOT IN (rdf:type, rdfs:isDefinedBy)"
    " && !STRSTARTS(STR(?property), STR(skos:)))"
)
_OF_PROPERTIES = "SELECT ?iri (COUNT(*) AS ?statements) { ?subject ?iri ?value } GROUP BY ?iri"
_OF_CONCEPTS = f"""
SELECT ?iri (COUNT(*) AS ?statements) {{
  ?iri a skos:Concept .
  ?subject ?property ?iri .
  {OF_CONCEPT}
}} GROUP BY ?iri
"""


def count_uses(database: Path, store: Store) -> None:
    """Write into a resources.db how many statements have each property, and each concept.

    A concept is used by a statement that has it for its object, and whose property is none of
    SKOS. What nothing uses is left out.
    """
    connection = sqlite3.connect(database, isolation_level=None)
    # The release is not there yet, so nothing need be journalled.
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
    for query in (_OF_PROPERTIES, _OF_CONCEPTS):
        solutions = store.query(_PREFIXES + query)
        assert isinstance(solutions, QuerySolutions)
        for solution in solutions:
            iri, statements = solution["iri"], solution["statements"]
            if isinstance(iri, NamedNode) and isinstance(statements, Literal):
                row = iri.value, int(statements.value)
                connection.execute("INSERT OR IGNORE INTO use VALUES (?, ?)", row)
    connection.execute("COMMIT")
    connection.close()
