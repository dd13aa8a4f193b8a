"""The description of a release in VoID: what it holds, how much of it, and what it links to.

Spec: https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from pyoxigraph import Literal, Quad

from graphsvc import authorities
from graphsvc.formats import RDF_FORMATS
from graphsvc.harvest.content import Content
from graphsvc.harvest.datasets import parts, whole
from graphsvc.harvest.descriptions import Values, dated, describe, iris, texts, typed
from graphsvc.harvest.statistics import TARGETS
from graphsvc.release import Manifest
from graphsvc.settings import Settings

NAME = "void"  # of its documents in a release
PATH = "/.well-known/void"


def description(manifest: Manifest, content: Content) -> list[Quad]:
    """The quads of the VoID description; every node has an IRI."""
    return list(_Void(manifest, content).quads())


class _Void:
    def __init__(self, manifest: Manifest, content: Content) -> None:
        self._manifest, self._content = manifest, content
        self._statistics = content.statistics
        self._settings = Settings.of(manifest.settings)
        self._base = self._settings.base_iri
        self._iri = self._base + PATH.removeprefix("/")
        self._parts = parts(manifest, self._settings)

    def quads(self) -> Iterator[Quad]:
        modified: Values = dated(self._manifest.issued)
        yield from describe(
            self._iri,
            ["void:DatasetDescription"],
            {
                "dct:title": texts(self._settings.title),
                "dct:modified": modified,
                "foaf:primaryTopic": iris(self._base),
            },
        )
        yield from self._whole(modified)
        yield from self._partitions("class", "entities", self._statistics.classes)
        yield from self._partitions("property", "triples", self._statistics.properties)
        yield from self._graphs()
        yield from self._linksets()

    def _whole(self, modified: Values) -> Iterator[Quad]:
        settings, counts = self._settings, self._statistics
        dumps = whole(self._manifest, settings).dumps
        linksets = (self._linkset(*each) for each in counts.links)
        yield from describe(
            self._base,
            ["void:Dataset"],
            {
                "dct:title": texts(settings.title),
                "dct:description": texts(settings.description),
                "dct:license": iris(authorities.licence(settings.licence).iri),
                "dct:publisher": iris(settings.publisher_iri),
                "dct:modified": modified,
                "void:uriSpace": [Literal(self._base)],
                "void:sparqlEndpoint": iris(settings.endpoint_iri),
                "void:dataDump": iris(*(f"{self._base}dump/{dump['file']}" for dump in dumps)),
                "void:feature": iris(*(each.iri for each in RDF_FORMATS)),
                "void:vocabulary": iris(*self._vocabularies()),
                "void:exampleResource": iris(*dict.fromkeys(counts.examples.values())),
                "void:triples": typed(counts.triples, "integer"),
                "void:entities": typed(counts.entities, "integer"),
                "void:classes": typed(len(counts.classes), "integer"),
                "void:properties": typed(len(counts.properties), "integer"),
                "void:distinctSubjects": typed(counts.distinct_subjects, "integer"),
                "void:distinctObjects": typed(counts.distinct_objects, "integer"),
                "void:classPartition": iris(*self._nodes("class", counts.classes)),
                "void:propertyPartition": iris(*self._nodes("property", counts.properties)),
                "void:subset": iris(*(each.iri for each in self._parts), *linksets),
            },
        )

    def _vocabularies(self) -> list[str]:
        """The namespaces with a prefix that a class or a property is in."""
        terms = {*self._statistics.classes, *self._statistics.properties}
        namespaces = sorted(set(self._manifest.prefixes.values()))
        return [each for each in namespaces if any(term.startswith(each) for term in terms)]

    def _partitions(self, kind: str, unit: str, counts: Mapping[str, int]) -> Iterator[Quad]:
        """What has a class, or what is said with a property: each with how much there is."""
        for node, (iri, number) in zip(self._nodes(kind, counts), counts.items(), strict=True):
            yield from describe(
                node,
                ["void:Dataset"],
                {f"void:{kind}": iris(iri), f"void:{unit}": typed(number, "integer")},
            )

    def _graphs(self) -> Iterator[Quad]:
        for part in self._parts:
            dumps = (f"{self._base}dump/{dump['file']}" for dump in part.dumps)
            yield from describe(
                part.iri,
                ["void:Dataset"],
                {
                    "dct:title": texts(part.title),
                    "void:triples": typed(part.triples, "integer"),
                    "void:dataDump": iris(*dumps),
                },
            )

    def _linksets(self) -> Iterator[Quad]:
        """What links to the datasets of others, for each of these and each property."""
        for target in TARGETS:
            if any(name == target.name for name, _ in self._statistics.links):
                yield from describe(
                    self._node("target", target.name),
                    ["void:Dataset"],
                    {
                        "dct:title": texts({"en": target.title}),
                        "foaf:homepage": iris(target.homepage),
                        "void:uriSpace": [Literal(each) for each in target.spaces],
                    },
                )
        for (name, predicate), number in self._statistics.links.items():
            yield from describe(
                self._linkset(name, predicate),
                ["void:Linkset"],
                {
                    "void:subjectsTarget": iris(self._base),
                    "void:objectsTarget": iris(self._node("target", name)),
                    "void:linkPredicate": iris(predicate),
                    "void:triples": typed(number, "integer"),
                },
            )

    def _linkset(self, target: str, predicate: str) -> str:
        return self._node(f"links-{target}", predicate)

    def _nodes(self, kind: str, names: Iterable[str]) -> list[str]:
        return [self._node(kind, name) for name in names]

    def _node(self, kind: str, name: str) -> str:
        return f"{self._iri}#{kind}-{quote(name, safe='')}"
