"""What a page tells those who do not read it: its resource in schema.org, as embedded JSON-LD.

It says what the data say, in the words of schema.org as far as these are known; what the
data do not say is left out, save that whatever has no description is told by what it is.

Spec: https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.harvest.datasets import catalogue_iri
from graphsvc.harvest.extent import extent_of
from graphsvc.harvest.schema_org import CONTEXT, DESCRIPTION_CHARACTERS, read_landing
from graphsvc.harvest.schema_types import types_of
from graphsvc.maps.wkt import read_wkt
from graphsvc.pages.documents import Document
from graphsvc.pages.editions import Edition
from graphsvc.vocab import LABELS, OWL_SAME_AS, PREFIXES, SKOS_EXACT_MATCH

SUMMARY_CHARACTERS = 300  # that search engines show of a description
MOST_VALUES = 20  # of a property
_SCHEMA, _DCT, _DCAT = PREFIXES["schema"], PREFIXES["dct"], PREFIXES["dcat"]
_SKOS, _FOAF = PREFIXES["skos"], PREFIXES["foaf"]

# The properties that tell each thing, the most telling first.
_DESCRIPTIONS = (
    *(_DCT + "description", _SKOS + "definition", _SCHEMA + "description"),
    *(_DCT + "abstract", PREFIXES["rdfs"] + "comment"),
)
_IDENTIFIERS = (_DCT + "identifier", _SKOS + "notation", _SCHEMA + "identifier")
_HOMEPAGES = (_FOAF + "homepage", _SCHEMA + "url", _FOAF + "page")
_SAME = (SKOS_EXACT_MATCH.value, OWL_SAME_AS.value, _SCHEMA + "sameAs")
_POINTS = (_DCAT + "centroid", PREFIXES["geo"] + "asWKT")
_OF_THE_WEB = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`]+")
# What would end the element, or a line in scripts of old.
_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}

Table = dict[str, Any]


def embed(table: Mapping[str, Any]) -> Markup:
    """JSON-LD as the content of a script element.

    Spec: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))


def tell_whole(edition: Edition) -> Table:
    """The publication, for the start page: a Dataset."""
    return read_landing(edition.release, "dataset", edition.language)


def tell(edition: Edition, document: Document, quads: Sequence[Quad]) -> Table:
    """The page of a document, whose main entity is the resource that it describes.

    The page of the catalogue tells a DataCatalog.
    """
    settings, link = edition.release.settings, document.main.link
    if link.iri == catalogue_iri(settings):
        return read_landing(edition.release, "catalog", edition.language)
    page = edition.addresses.document_iri(link.iri)
    return {
        "@context": CONTEXT,
        "@type": "WebPage",
        "@id": page,
        "url": page,
        "name": link.name.text,
        "inLanguage": edition.language,
        "isPartOf": {"@id": settings.base_iri},
        "mainEntity": _entity(edition, document, quads),
    }


def summarize(edition: Edition, document: Document, quads: Iterable[Quad]) -> str:
    """A resource in a sentence or two, on one line: as it is described, else what it is."""
    described = _Said(edition, document.main.link.iri, quads).text(_DESCRIPTIONS)
    text = " ".join((described or _what_it_is(edition, document)).split())
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    return text[:SUMMARY_CHARACTERS].rpartition(" ")[0].rstrip(",;:") + "…"


def _what_it_is(edition: Edition, document: Document) -> str:
    """Its classes, its name, and what it is part of."""
    main, settings = document.main, edition.release.settings
    own = [each for each in main.types if each.is_own]
    classes = ", ".join(each.name.text for each in own or main.types)
    named = f"{classes}: {main.link.name.text}" if classes else main.link.name.text
    return f"{named}. {edition.localized(settings.title).text}."


def _entity(edition: Edition, document: Document, quads: Sequence[Quad]) -> Table:
    link = document.main.link
    said = _Said(edition, link.iri, quads)
    types = types_of(link.iri, quads, edition.release.manifest.schema_types)
    described = said.text(_DESCRIPTIONS) or _what_it_is(edition, document)
    names = said.literals([term.value for term in LABELS])
    entity: Table = {
        "@type": types[0] if len(types) == 1 else types,
        "@id": link.iri,
        "name": link.name.text,
        "description": described[:DESCRIPTION_CHARACTERS],
        "url": next(said.addresses(_HOMEPAGES), edition.addresses.document_iri(link.iri)),
        "identifier": [link.iri, *said.literals(_IDENTIFIERS)][:MOST_VALUES],
        "alternateName": [each for each in names if each != link.name.text][:MOST_VALUES],
        "sameAs": list(said.addresses(_SAME))[:MOST_VALUES],
        "geo": said.place(),
    }
    return {name: value for name, value in entity.items() if value not in (None, [])}


class _Said:
    """What quads say of one resource."""

    def __init__(self, edition: Edition, iri: str, quads: Iterable[Quad]) -> None:
        self._edition = edition
        self._objects: dict[str, list[Literal | NamedNode]] = {}
        subject = NamedNode(iri)
        for quad in quads:
            if quad.subject == subject and isinstance(quad.object, Literal | NamedNode):
                self._objects.setdefault(quad.predicate.value, []).append(quad.object)

    def text(self, predicates: Iterable[str]) -> str:
        """The text of the first property that has any, in the reader's language if it is there."""
        for each in predicates:
            terms = [term for term in self._objects.get(each, ()) if isinstance(term, Literal)]
            texts = {term.language or "": term.value for term in terms if term.value.strip()}
            if texts:
                return self._edition.localized(texts).text
        return ""

    def literals(self, predicates: Iterable[str]) -> list[str]:
        """The different values of properties that are no IRIs."""
        terms = (term for each in predicates for term in self._objects.get(each, ()))
        return list(dict.fromkeys(term.value for term in terms if isinstance(term, Literal)))

    def addresses(self, predicates: Iterable[str]) -> Iterator[str]:
        """The values of properties that are addresses of the web, as IRIs or as literals."""
        terms = (term for each in predicates for term in self._objects.get(each, ()))
        return (term.value for term in terms if _OF_THE_WEB.fullmatch(term.value))

    def place(self) -> Table | None:
        """Where it is: a point if one is told, else the rectangle around it."""
        for text in self.literals(_POINTS):
            if text.lstrip().upper().startswith("POINT"):
                try:
                    point = read_wkt(text).point
                except ValueError:
                    continue
                if point is not None:
                    longitude, latitude = point
                    coordinates = {"latitude": latitude, "longitude": longitude}
                    return {"@type": "GeoCoordinates", **coordinates}
        for text in self.literals([_DCAT + "bbox"]):
            if extent := extent_of(text):
                box = f"{extent.south} {extent.west} {extent.north} {extent.east}"
                return {"@type": "GeoShape", "box": box}
        return None
