"""The dataset and the catalogue in schema.org, as search engines for datasets read them.

They are read out of the catalogue, so they say what it says and nothing else. A page speaks
one language, so there is a description for each.

Spec: https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.harvest.datasets import catalogue_iri
from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.harvest.extent import extent_of
from graphsvc.harvest.schema_types import SCHEMA
from graphsvc.release import Release
from graphsvc.settings import Settings

NAME = "schema-org.json"  # of the file in a release
DESCRIPTION_CHARACTERS = 5_000  # search engines read no more
_IRIS = ("conditionsOfAccess", "contentUrl", "license", "sameAs", "url")
# All that is needed to read it as RDF, for a context elsewhere would have to be fetched.
CONTEXT = {"@vocab": SCHEMA, **{name: {"@type": "@id"} for name in _IRIS}}
_PERSON = "PrivateIndividual(s)"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

Table = dict[str, Any]


def write_landing(folder: Path, catalogue: Iterable[Quad], settings: Settings) -> None:
    """Write what the start page and the page of the catalogue embed, by language."""
    quads = list(catalogue)
    told = {
        language: {"dataset": each.dataset(), "catalog": each.catalog()}
        for language in settings.languages
        for each in [_Landing(quads, settings, language)]
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    (folder / NAME).write_text(text, encoding="utf-8")


def read_landing(release: Release, kind: str, language: str) -> Table:
    """What a release embeds in a landing page: `kind` is "dataset" or "catalog".

    In a language that the publication does not speak, it is that of its first one.
    """
    told = json.loads((release.folder / NAME).read_text(encoding="utf-8"))
    table: Table = told.get(language, next(iter(told.values())))[kind]
    return table


class _Landing:
    """Reads the quads of a catalogue in one language."""

    def __init__(self, quads: Iterable[Quad], settings: Settings, language: str) -> None:
        self._settings, self._language = settings, language
        self._said: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self._said[quad.subject.value, quad.predicate.value].append(quad.object)

    def dataset(self) -> Table:
        """The publication as a schema:Dataset: its title page as a search engine reads it."""
        iri = self._settings.base_iri
        return _without_gaps(
            {
                "@context": CONTEXT,
                "@type": "Dataset",
                **self._of_both(iri),
                "alternateName": self._other_titles(iri),
                "url": iri,
                "identifier": iri,
                "creator": self._publisher(),
                "keywords": self._all(iri, "dcat:keyword"),
                "version": self._one(iri, "dcat:version"),
                "temporalCoverage": self._period(iri),
                "isAccessibleForFree": True,
                "conditionsOfAccess": self._one(iri, "dct:accessRights"),
                "includedInDataCatalog": self._catalog_in_short(),
                "hasPart": [self._in_short(each) for each in self._all(iri, "dct:hasPart")],
                "distribution": [
                    self._download(each) for each in self._all(iri, "dcat:distribution")
                ],
            }
        )

    def catalog(self) -> Table:
        """The catalogue as a schema:DataCatalog; its datasets are named, and described elsewhere.

        So that there is one Dataset on one page.
        """
        iri = catalogue_iri(self._settings)
        datasets = [self._in_short(each) for each in self._all(iri, "dcat:dataset")]
        return _without_gaps(
            {
                "@context": CONTEXT,
                "@type": "DataCatalog",
                **self._of_both(iri),
                "url": iri,
                "identifier": iri,
                "dataset": datasets,
            }
        )

    def _of_both(self, iri: str) -> Table:
        description = self._one(iri, "dct:description") or ""
        return {
            "@id": iri,
            "name": self._one(iri, "dct:title"),
            "description": description[:DESCRIPTION_CHARACTERS],
            "publisher": self._publisher(),
            "license": self._one(iri, "dct:license"),
            "inLanguage": list(self._settings.languages),
            "datePublished": self._one(iri, "dct:issued"),
            "dateModified": self._one(iri, "dct:modified"),
            "spatialCoverage": [self._place(each) for each in self._all(iri, "dct:spatial")],
        }

    def _in_short(self, iri: str) -> Table:
        return {"@id": iri, "name": self._one(iri, "dct:title")}

    def _catalog_in_short(self) -> Table:
        iri = catalogue_iri(self._settings)
        return {"@type": "DataCatalog", **self._in_short(iri), "url": iri}

    def _publisher(self) -> Table:
        settings = self._settings
        contact = self._one(settings.base_iri, "dcat:contactPoint") or ""
        address = self._one(contact, "vcard:hasEmail") or ""
        return _without_gaps(
            {
                "@type": "Person" if settings.publisher_type == _PERSON else "Organization",
                "@id": settings.publisher_iri,
                "name": self._one(settings.publisher_iri, "foaf:name"),
                "url": settings.publisher_iri,
                "contactPoint": {
                    "@type": "ContactPoint",
                    "name": self._one(contact, "vcard:fn"),
                    "email": address.removeprefix("mailto:"),
                },
            }
        )

    def _download(self, iri: str) -> Table:
        """A file under its own media type: that of one that is compressed is gzip's."""
        packed = self._one(iri, "dcat:compressFormat")
        media_type = packed or self._one(iri, "dcat:mediaType") or ""
        checksum = self._one(iri, "spdx:checksum") or ""
        return _without_gaps(
            {
                "@type": "DataDownload",
                "name": self._one(iri, "dct:title"),
                "contentUrl": self._one(iri, "dcat:downloadURL"),
                "encodingFormat": media_type.removeprefix(_MEDIA_TYPES),
                "contentSize": self._one(iri, "dcat:byteSize"),  # in bytes
                "sha256": self._one(checksum, "spdx:checksumValue"),
            }
        )

    def _place(self, iri: str) -> Table:
        extent = extent_of(self._one(iri, "dcat:bbox") or "")
        box = extent and f"{extent.south} {extent.west} {extent.north} {extent.east}"
        return _without_gaps(
            {
                "@type": "Place",
                "@id": iri,
                "name": self._one(iri, "skos:prefLabel"),
                "geo": box and {"@type": "GeoShape", "box": box},
            }
        )

    def _period(self, iri: str) -> str | None:
        """An interval of ISO 8601, in which two dots stand for an end that is open."""
        period = self._one(iri, "dct:temporal")
        if period is None:
            return None
        start, end = (self._one(period, f"dcat:{name}Date") for name in ("start", "end"))
        return f"{start or '..'}/{end or '..'}"

    def _other_titles(self, iri: str) -> list[str]:
        name = self._one(iri, "dct:title")
        titles = (each.value for each in self._terms(iri, "dct:title"))
        return [each for each in dict.fromkeys(titles) if each != name]

    def _one(self, iri: str, name: str) -> str | None:
        return next(iter(self._all(iri, name)), None)

    def _all(self, iri: str, name: str) -> list[str]:
        """The values of a property; of texts, those in the language, else in the first there is."""
        terms = self._terms(iri, name)
        languages = [each.language for each in terms if isinstance(each, Literal)]
        wanted = (self._language, *self._settings.languages)
        spoken = next((each for each in wanted if each in languages), None)
        return [
            each.value
            for each in terms
            if isinstance(each, NamedNode) or each.language in (spoken, None)
        ]

    def _terms(self, iri: str, name: str) -> list[NamedNode | Literal]:
        prefix, _, local = name.partition(":")
        return self._said.get((iri, PREFIXES[prefix] + local), [])


def _without_gaps(table: Mapping[str, Any]) -> Table:
    """Only what is there: what nobody has said is not said here."""
    return {name: value for name, value in table.items() if value not in (None, "", [], {})}
