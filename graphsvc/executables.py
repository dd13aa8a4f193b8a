"""Queries that RDF holds: SHACL calls them executables, and keeps their text in one property.

SHACL has no DESCRIBE; for that, the terms are those of the SIB's example queries.

Spec: https://github.com/sib-swiss/sparql-examples
"""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from graphsvc.queries import undeclared_prefixes
from graphsvc.vocab import sh

_SPEX = "https://purl.expasy.org/sparql-examples/ontology#"

EXECUTABLE = sh("SPARQLExecutable")  # of any form
# The form by the property that holds the text, and by the class.
FORM_OF_PROPERTY: Mapping[NamedNode, str] = {
    sh("select"): "SELECT",
    sh("ask"): "ASK",
    sh("construct"): "CONSTRUCT",
    NamedNode(_SPEX + "describe"): "DESCRIBE",
}
FORM_OF_CLASS: Mapping[NamedNode, str] = {
    sh("SPARQLSelectExecutable"): "SELECT",
    sh("SPARQLAskExecutable"): "ASK",
    sh("SPARQLConstructExecutable"): "CONSTRUCT",
    NamedNode(_SPEX + "SPARQLDescribeExecutable"): "DESCRIBE",
}
CLASSES = (EXECUTABLE, *FORM_OF_CLASS)


def runnable(text: str, prefixes: Mapping[str, str]) -> str:
    """A query that declares by itself those of these prefixes that it uses."""
    used = sorted(prefix for prefix in undeclared_prefixes(text) if prefix in prefixes)
    head = "".join(f"PREFIX {prefix}: <{prefixes[prefix]}>\n" for prefix in used)
    return f"{head}\n{text}" if head else text
