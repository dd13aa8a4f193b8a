"""The example queries of a release, as the SIB's model has them.

Each is an executable that the data, not the shapes, describes. Its prefixes are those
that its sh:prefixes leads to; where these say nothing, the publication's own, which the
endpoint knows as well.

Spec: https://github.com/sib-swiss/sparql-examples
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc import prefixes
from graphsvc.executables import CLASSES, FORM_OF_PROPERTY, runnable
from graphsvc.paths import Term
from graphsvc.queries import undeclared_prefixes
from graphsvc.release import Release
from graphsvc.vocab import (
    OWL_ONTOLOGY,
    PREFIXES,
    RDF_TYPE,
    RDFS_COMMENT,
    RDFS_LABEL,
    SCHEMA_KEYWORDS,
    XSD,
    sh,
)


@dataclass(frozen=True)
class Example:
    """One example query.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE. Labels and comments are by language, ""
    where they have none. `text` is the query, with the PREFIX lines that it needs.
    """

    iri: str
    form: str
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    keywords: tuple[str, ...]
    text: str


def examples_of(release: Release) -> tuple[Example, ...]:
    """The example queries of a release, by IRI."""
    described = _Described(release)
    known = PREFIXES | dict(release.manifest.prefixes)
    found = (_read(node, described, known) for node in _nodes(described, release))
    return tuple(example for example in found if example)


def has_examples(release: Release) -> bool:
    """Has a release any?"""
    return bool(_nodes(_Described(release), release))


def quads_of_examples(release: Release, document_iri: str) -> list[Quad]:
    """What is said of the example queries and of the prefixes that they name, as written.

    Prefixes of the publication that a query relies on are declared in addition, for who
    runs it elsewhere, under IRIs of the document that the quads are to be.
    """
    described = _Described(release)
    known = PREFIXES | dict(release.manifest.prefixes)
    relied_on: dict[str, str] = {}
    added = []
    for node in _nodes(described, release):
        own = prefixes.declared(node, described.objects)
        texts = [text for each in FORM_OF_PROPERTY for text in described.objects(node, each)]
        used = {prefix for text in texts for prefix in undeclared_prefixes(text.value)}
        if missing := {prefix: known[prefix] for prefix in used - own.keys() if prefix in known}:
            relied_on |= missing
            added.append(Quad(node, sh("prefixes"), NamedNode(f"{document_iri}#prefixes")))
    declared = _declarations(NamedNode(f"{document_iri}#prefixes"), relied_on)
    return [*dict.fromkeys(described.quads), *added, *declared]


def _declarations(ontology: NamedNode, namespaces: Mapping[str, str]) -> Iterator[Quad]:
    """Spec: https://www.w3.org/TR/shacl/#sparql-prefixes."""
    if namespaces:
        yield Quad(ontology, RDF_TYPE, OWL_ONTOLOGY)
    for prefix, namespace in sorted(namespaces.items()):
        node = NamedNode(f"{ontology.value}-{prefix}")
        yield Quad(ontology, sh("declare"), node)
        yield Quad(node, sh("prefix"), Literal(prefix))
        yield Quad(node, sh("namespace"), Literal(namespace, datatype=NamedNode(XSD + "anyURI")))


def _nodes(described: _Described, release: Release) -> list[NamedNode]:
    """What is an executable outside the shapes, by IRI; a blank node cannot be asked for."""
    counts, find = release.manifest.classes, release.resources.instances
    iris = {iri for each in CLASSES for iri in find(each.value, counts.get(each.value, 0))}
    nodes = [NamedNode(iri) for iri in sorted(iris) if not iri.startswith("_:")]
    return [node for node in nodes if described.is_executable(node)]


def _read(node: NamedNode, described: _Described, known: Mapping[str, str]) -> Example | None:
    for predicate, form in FORM_OF_PROPERTY.items():
        for text in described.objects(node, predicate):
            own = prefixes.declared(node, described.objects)
            return Example(
                node.value,
                form,
                described.texts(node, RDFS_LABEL),
                described.texts(node, RDFS_COMMENT),
                tuple(sorted(each.value for each in described.objects(node, SCHEMA_KEYWORDS))),
                runnable(text.value.strip(), {**known, **own}),
            )
    return None


class _Described:
    """Looks up what a release says of nodes, and remembers it."""

    def __init__(self, release: Release) -> None:
        self._resources = release.resources
        self._shapes = NamedNode(release.settings.graph_iri("shapes"))
        self._quads: dict[NamedNode, list[Quad]] = {}
        self._objects: dict[tuple[Term, NamedNode], list[Term]] = {}

    @property
    def quads(self) -> Iterator[Quad]:
        """All that was looked up."""
        for quads in self._quads.values():
            yield from quads

    def is_executable(self, node: NamedNode) -> bool:
        """Is it one outside the shapes?"""
        return any(
            quad.subject == node
            and quad.predicate == RDF_TYPE
            and quad.object in CLASSES
            and quad.graph_name != self._shapes
            for quad in self._resources.describe(node.value)
        )

    def objects(self, node: Term, predicate: NamedNode) -> list[Term]:
        """The objects, in the canonical order of the release."""
        if isinstance(node, NamedNode) and node not in self._quads:
            self._quads[node] = self._resources.describe(node.value)
            for quad in self._quads[node]:
                subject, value = cast("Term", quad.subject), cast("Term", quad.object)
                found = self._objects.setdefault((subject, quad.predicate), [])
                if value not in found:
                    found.append(value)
        return self._objects.get((node, predicate), [])

    def texts(self, node: Term, predicate: NamedNode) -> dict[str, str]:
        """The texts by language, the first where there are several."""
        literals = [each for each in self.objects(node, predicate) if isinstance(each, Literal)]
        return {each.language or "": each.value for each in reversed(literals)}
