"""The catalogue of a release in DCAT-AP: what portals harvest.

The publication as a whole is a dcat:Dataset, and so is each part of it; each dump is a
dcat:Distribution. Every node has an IRI, which is a fragment of the catalogue's, so that
the catalogue answers for it; the whole has the base IRI. What neither the data nor the
settings say is left out.

Spec: https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, Quad

from graphsvc.authorities import (
    ACCESS_RIGHTS,
    AVAILABILITIES,
    FILE_TYPES,
    FREQUENCIES,
    STATUSES,
    THEMES,
)
from graphsvc.feed.files import FORMATS as FEED_FORMATS
from graphsvc.feed.terms import PATH as FEED
from graphsvc.formats import from_media_type
from graphsvc.harvest.agents import contact, publisher
from graphsvc.harvest.content import Content
from graphsvc.harvest.datasets import Dataset, catalogue_iri, parts, whole
from graphsvc.harvest.descriptions import Values, dated, describe, iris, texts, typed
from graphsvc.harvest.stubs import Stubs
from graphsvc.harvest.versions import previous, version_iri
from graphsvc.harvest.wording import words
from graphsvc.release import Manifest
from graphsvc.settings import Settings
from graphsvc.versions import Version

_DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"
_SPARQL_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_LDES = "https://w3id.org/ldes/specification"
_COOL_URIS = "https://www.w3.org/TR/cooluris/"
_FILE_TYPES = {  # by suffix
    "ttl": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "rdf": "RDF_XML",
    "nt": "RDF_N_TRIPLES",
    "trig": "RDF_TRIG",
    "nq": "RDF_N_QUADS",
}


def catalogue(manifest: Manifest, content: Content, versions: Sequence[Version] = ()) -> list[Quad]:
    """The quads of the catalogue: dcat:Catalog and all that it leads to.

    `versions` are those up to this one, the latest first.
    """
    return list(dict.fromkeys(_Catalogue(manifest, content, versions).quads()))


class _Catalogue:
    def __init__(self, manifest: Manifest, content: Content, versions: Sequence[Version]) -> None:
        self._manifest, self._content, self._versions = manifest, content, versions
        self._settings = Settings.of(manifest.settings)
        self._base, self._iri = self._settings.base_iri, catalogue_iri(self._settings)
        self._stubs = Stubs(self._settings.languages)
        self._whole = whole(manifest, self._settings)
        self._parts = parts(manifest, self._settings)

    def quads(self) -> Iterator[Quad]:
        yield from self._catalog()
        for dataset in (self._whole, *self._parts):
            yield from self._dataset(dataset)
            for dump in dataset.dumps:
                yield from self._distribution(dataset, dump)
                yield from self._checksum(dump)
        yield from self._sparql()
        yield from self._pages()
        yield from self._feed()
        yield from publisher(self._settings, self._stubs)
        yield from contact(self._settings, self._node("contact"))
        yield from self._period()
        yield from self._provenance()
        yield from self._ontologies()
        yield from self._stubs

    def _node(self, kind: str, name: str = "") -> str:
        return f"{self._iri}#{kind}-{name}" if name else f"{self._iri}#{kind}"

    def _catalog(self) -> Iterator[Quad]:
        settings = self._settings
        title = words("catalogue", settings.languages, settings.title)
        description = words("catalogue of", settings.languages, settings.title)
        yield from describe(
            self._iri,
            ["dcat:Catalog"],
            {
                "dct:title": texts(title),
                "dct:description": texts(description),
                **self._of_all(),
                "dct:spatial": self._places(),
                "dct:conformsTo": self._stubs.standard(_DCAT_AP),
                "foaf:homepage": self._stubs.document(self._base + "index.html"),
                "dcat:themeTaxonomy": self._stubs.scheme(THEMES),
                "dcat:dataset": iris(*(each.iri for each in (self._whole, *self._parts))),
                "dcat:service": iris(
                    self._node("service", "sparql"),
                    self._node("service", "pages"),
                    self._node("service", "feed") if self._manifest.feed else None,
                ),
            },
        )

    def _dataset(self, dataset: Dataset) -> Iterator[Quad]:
        is_whole, parts = dataset is self._whole, self._parts
        page = "index.html" if is_whole else "dump/"
        distributions = (self._node("distribution", dump["file"]) for dump in dataset.dumps)
        yield from describe(
            dataset.iri,
            ["dcat:Dataset"],
            {
                "dct:title": texts(dataset.title),
                "dct:description": texts(dataset.description),
                **self._of_all(),
                **self._of_what_is_found(),
                "dct:spatial": self._places(),
                "dct:temporal": iris(self._settings.temporal and self._node("period")),
                "dct:accrualPeriodicity": self._stubs.concept(
                    FREQUENCIES, self._settings.frequency
                ),
                "dct:provenance": iris(
                    self._node("provenance") if self._settings.provenance else None
                ),
                "dct:conformsTo": self._standards(dataset),
                "dcat:version": [Literal(self._manifest.version)],
                **(self._of_versions() if is_whole else {}),
                "dcat:landingPage": self._stubs.document(self._base + page),
                "dct:hasPart": iris(*(each.iri for each in parts)) if is_whole else (),
                "dct:isPartOf": () if is_whole else iris(self._whole.iri),
                "dcat:distribution": iris(*distributions),
            },
        )

    def _distribution(self, dataset: Dataset, dump: Mapping[str, Any]) -> Iterator[Quad]:
        format = from_media_type(dump["media_type"])
        assert format is not None
        kind, packed = ("gzip", ", gzip") if dump["gzip"] else ("plain", "")
        titles = {each: f"{title}: {format.name}{packed}" for each, title in dataset.title.items()}
        address = f"{self._base}dump/{dump['file']}"
        yield from describe(
            self._node("distribution", dump["file"]),
            ["dcat:Distribution"],
            {
                "dct:title": texts(titles),
                "dct:description": texts(
                    words(kind, self._settings.languages, titles, format=format.name)
                ),
                "dcat:accessURL": self._stubs.resource(address),
                "dcat:downloadURL": self._stubs.resource(address),
                "dct:format": self._stubs.concept(FILE_TYPES, _FILE_TYPES[format.suffix]),
                "dcat:mediaType": self._stubs.media_type(format.media_type),
                "dcat:compressFormat": self._stubs.media_type("application/gzip")
                if dump["gzip"]
                else (),
                "dcat:byteSize": typed(dump["bytes"], "nonNegativeInteger"),
                "spdx:checksum": iris(self._node("checksum", dump["file"])),
                "dct:license": self._stubs.licence(self._settings.licence),
                "dct:rights": self._stubs.concept(ACCESS_RIGHTS, "PUBLIC"),
                "dct:language": self._stubs.languages(self._settings.languages),
                "dct:issued": self._issued(),
                "dct:modified": dated(self._manifest.issued),
                "dct:conformsTo": self._standards(dataset),
                "dcatap:availability": self._stubs.concept(
                    AVAILABILITIES, self._settings.availability
                ),
                "adms:status": self._stubs.concept(STATUSES, self._settings.status),
                "foaf:page": self._stubs.document(self._base + "dump/"),
            },
        )

    def _checksum(self, dump: Mapping[str, Any]) -> Iterator[Quad]:
        yield from describe(
            self._node("checksum", dump["file"]),
            ["spdx:Checksum"],
            {
                "spdx:algorithm": self._stubs.sha_256(),
                "spdx:checksumValue": typed(dump["sha256"], "hexBinary"),
            },
        )

    def _sparql(self) -> Iterator[Quad]:
        yield from self._service(
            "sparql",
            self._settings.endpoint_iri,
            {
                "dct:format": self._stubs.concept(FILE_TYPES, "SPARQLQRES"),
                "dct:conformsTo": self._stubs.standard(_SPARQL_PROTOCOL),
            },
        )

    def _pages(self) -> Iterator[Quad]:
        yield from self._service(
            "pages",
            self._base,
            {
                "dct:type": self._stubs.style_of_service(),
                "dct:format": self._stubs.concept(FILE_TYPES, *_FILE_TYPES.values(), "HTML"),
                "dct:conformsTo": self._stubs.standard(_COOL_URIS),
            },
        )

    def _feed(self) -> Iterator[Quad]:
        if self._manifest.feed is not None:
            formats = (_FILE_TYPES[each.suffix] for each in FEED_FORMATS)
            yield from self._service(
                "feed",
                self._base + FEED,
                {
                    "dct:format": self._stubs.concept(FILE_TYPES, *formats),
                    "dct:conformsTo": self._stubs.standard(_LDES),
                },
            )

    def _service(self, name: str, endpoint: str, more: Mapping[str, Values]) -> Iterator[Quad]:
        languages, titles = self._settings.languages, self._settings.title
        served = (each.iri for each in (self._whole, *self._parts))
        yield from describe(
            self._node("service", name),
            ["dcat:DataService"],
            {
                "dct:title": texts(words(name, languages, titles)),
                "dct:description": texts(words(f"{name} of", languages, titles)),
                "dct:publisher": iris(self._settings.publisher_iri),
                "dct:license": self._stubs.licence(self._settings.licence),
                **self._of_what_is_found(),
                "dcat:endpointURL": self._stubs.resource(endpoint),
                "dcat:endpointDescription": self._stubs.resource(self._base + "openapi.json"),
                "dcat:servesDataset": iris(*served),
                **more,
            },
        )

    def _period(self) -> Iterator[Quad]:
        if self._settings.temporal:
            start, _, end = self._settings.temporal.partition("/")
            yield from describe(
                self._node("period"),
                ["dct:PeriodOfTime"],
                {"dcat:startDate": _bound(start), "dcat:endDate": _bound(end)},
            )

    def _provenance(self) -> Iterator[Quad]:
        if self._settings.provenance:
            label: Mapping[str, Values] = {"rdfs:label": texts(self._settings.provenance)}
            yield from describe(self._node("provenance"), ["dct:ProvenanceStatement"], label)

    def _ontologies(self) -> Iterator[Quad]:
        """Where this version of an ontology is that says of no version of its own."""
        own = version_iri(self._settings, self._manifest.version)
        for iri in self._content.unversioned:
            local = iri.removeprefix(self._base).partition("#")[0]
            version = self._stubs.resource(f"{own}/{local}")
            yield from describe(iri, [], {"owl:versionIRI": version})

    # What several have in common

    def _of_all(self) -> dict[str, Values]:
        """What the catalogue and every dataset say alike."""
        return {
            "dct:publisher": iris(self._settings.publisher_iri),
            "dct:license": self._stubs.licence(self._settings.licence),
            "dct:language": self._stubs.languages(self._settings.languages),
            "dct:issued": self._issued(),
            "dct:modified": dated(self._manifest.issued),
        }

    def _of_what_is_found(self) -> dict[str, Values]:
        """What datasets and services are found by and may be used for."""
        keywords = self._settings.keywords.items()
        return {
            "dcat:contactPoint": iris(self._node("contact")),
            "dcat:keyword": [
                Literal(each, language=language) for language, found in keywords for each in found
            ],
            "dcat:theme": self._stubs.concept(THEMES, *self._settings.themes),
            "dct:accessRights": self._stubs.concept(ACCESS_RIGHTS, "PUBLIC"),
        }

    def _of_versions(self) -> dict[str, Values]:
        """The version that the whole is at, and that before; see harvest.versions."""
        if not self._versions:
            return {}
        own = self._manifest.version
        before = previous(self._versions, own)
        found = {"dcat:hasCurrentVersion": own, "dcat:previousVersion": before}
        return {
            name: self._stubs.resource(version_iri(self._settings, version))
            for name, version in found.items()
            if version
        }

    def _issued(self) -> Values:
        return dated(self._settings.issued or self._manifest.first_issued)

    def _places(self) -> Values:
        """The places that the settings name. The extent is that of the one, or a place itself."""
        extent, named = self._content.statistics.extent, self._settings.spatial
        is_of_it = self._settings.spatial_extent and len(named) == 1
        labels = self._content.labels
        places = [
            self._stubs.place(iri, labels.get(iri, {}), extent if is_of_it else None)
            for iri in named
        ]
        if extent is not None and not is_of_it:
            places.append(self._stubs.place(self._node("extent"), {}, extent))
        return places

    def _standards(self, dataset: Dataset) -> Values:
        """The vocabulary; and the shapes, if the release is known to conform to them."""
        shapes = self._settings.graph_iri("shapes")
        found = list(self._content.ontologies)
        if self._manifest.valid and shapes in self._manifest.graphs and dataset.graph != shapes:
            found.append(shapes)
        return [node for iri in found for node in self._stubs.standard(iri)]


def _bound(text: str) -> Values:
    return dated(text if text != ".." else None)
