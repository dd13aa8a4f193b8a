"""The prefixes that a SPARQL query in RDF is read with: those that its sh:prefixes leads to.

Spec: https://www.w3.org/TR/shacl/#sparql-prefixes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import NamedNode

from graphsvc.paths import Term
from graphsvc.vocab import OWL_IMPORTS, sh

Objects = Callable[[Term, NamedNode], Iterable[Term]]


def declared(node: Term, objects: Objects) -> dict[str, str]:
    """The namespaces by prefix that sh:prefixes of a node declares, along owl:imports."""
    found: dict[str, str] = {}
    ontologies = list(objects(node, sh("prefixes")))
    for ontology in ontologies:
        ontologies += [each for each in objects(ontology, OWL_IMPORTS) if each not in ontologies]
        for declaration in objects(ontology, sh("declare")):
            for prefix in objects(declaration, sh("prefix")):
                for namespace in objects(declaration, sh("namespace")):
                    found[prefix.value] = namespace.value
    return found
