"""What a catalogue refers to that is not its own: each with as much as a portal must know of it.

Portals look nothing up: a concept without its list, or a document without its class, is a
finding to them. So everything referred to is described in place, once.

Spec: https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from babel import Locale
from babel.core import get_global
from pyoxigraph import Literal, NamedNode, Quad

from graphsvc import authorities
from graphsvc.authorities import COUNTRIES, LANGUAGE_CODES, LANGUAGES, LICENCE_TYPES, CodeList
from graphsvc.harvest.descriptions import Values, describe, iris, texts
from graphsvc.harvest.extent import WKT_LITERAL
from graphsvc.harvest.wording import spoken
from graphsvc.maps.extent import Extent

_IANA = "https://www.iana.org/assignments/media-types/"
_REST = "http://www.wikidata.org/entity/Q749568"
_SHA_256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


class Stubs:
    """Gives the terms to refer with, and keeps the description of each."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._languages = spoken(languages)
        self._quads: dict[Quad, None] = {}

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._quads)

    def concept(self, codes: CodeList, *names: str) -> Values:
        """Concepts of a list; a code that is empty refers to none."""
        found = [name for name in names if name]
        for name in found:
            self._concept(codes, name, {"en": codes.labels[name]})
        return iris(*map(codes.concept_iri, found))

    def scheme(self, codes: CodeList) -> Values:
        """A code list itself."""
        self._keep(codes.iri, ["skos:ConceptScheme"], {"dct:title": texts({"en": codes.title})})
        return iris(codes.iri)

    def languages(self, tags: Iterable[str]) -> Values:
        """Languages by their tags; those that are not in the EU's table are left out."""
        primary = dict.fromkeys(tag.partition("-")[0] for tag in tags)
        known = [tag for tag in primary if tag in LANGUAGE_CODES]
        for tag in known:
            labels = {each: Locale(each).languages[tag] for each in self._languages}
            self._concept(LANGUAGES, LANGUAGE_CODES[tag], labels)
        return iris(*(LANGUAGES.concept_iri(LANGUAGE_CODES[tag]) for tag in known))

    def place(self, iri: str, labels: Mapping[str, str], extent: Extent | None = None) -> NamedNode:
        """A place, with the extent that is told of it; countries are concepts of a list.

        A country that is a NUTS area is told to be that as well.
        """
        code = iri.removeprefix(COUNTRIES.concept_iri(""))
        country = _country(code) if code != iri else ""
        names = self._country_names(country)
        if names:
            self._concept(COUNTRIES, code, names)
        outline: dict[str, Values] = {
            "skos:prefLabel": texts(labels if not names else {}),
            "skos:exactMatch": iris(authorities.nuts_iri(country)),
        }
        if extent is not None:
            outline["dcat:bbox"] = _wkt(extent.bbox)
            outline["dcat:centroid"] = _wkt(extent.centroid)
        self._keep(iri, ["dct:Location"], outline)
        return NamedNode(iri)

    def licence(self, iri: str) -> Values:
        known = authorities.licence(iri)
        types = self.concept(LICENCE_TYPES, known.type) if known.type else ()
        self._keep(
            known.iri,
            ["dct:LicenseDocument"],
            {
                "dct:title": texts({"en": known.title} if known.title else {}),
                "dct:type": types,
                "skos:exactMatch": iris(known.eu_iri),
            },
        )
        return iris(known.iri)

    def media_type(self, name: str) -> Values:
        """A media type of IANA's register, such as "text/turtle"."""
        return self._only(_IANA + name, "dct:MediaType")

    def document(self, iri: str) -> Values:
        return self._only(iri, "foaf:Document")

    def standard(self, iri: str) -> Values:
        return self._only(iri, "dct:Standard")

    def resource(self, iri: str) -> Values:
        """What an address leads to, of no class in particular."""
        return self._only(iri, "rdfs:Resource")

    def style_of_service(self) -> Values:
        """REST, under the IRI by which DCAT-AP-SE tells APIs of that style."""
        label = texts({"en": "Representational state transfer"})
        self._keep(_REST, ["skos:Concept"], {"skos:prefLabel": label})
        return iris(_REST)

    def sha_256(self) -> Values:
        return self._only(_SHA_256, "spdx:ChecksumAlgorithm")

    def _only(self, iri: str, class_name: str) -> Values:
        self._keep(iri, [class_name], {})
        return iris(iri)

    def _concept(self, codes: CodeList, name: str, labels: Mapping[str, str]) -> None:
        classes = ["skos:Concept", *filter(None, [codes.class_iri])]
        known = {"skos:prefLabel": texts(labels), "skos:inScheme": self.scheme(codes)}
        self._keep(codes.concept_iri(name), classes, known)

    def _country_names(self, country: str) -> dict[str, str]:
        """A country's names by its code of two letters; none if there is no such country."""
        locales = {language: Locale(language).territories for language in self._languages}
        return {language: names[country] for language, names in locales.items() if country in names}

    def _keep(self, iri: str, classes: Iterable[str], values: Mapping[str, Values]) -> None:
        self._quads |= dict.fromkeys(describe(iri, classes, values))


def _country(code: str) -> str:
    """The code of two letters for one of three; empty if there is no such country."""
    (short, *_) = get_global("territory_aliases").get(code) or [""]
    return str(short)


def _wkt(text: str) -> Values:
    return [Literal(text, datatype=NamedNode(WKT_LITERAL))]
