"""The code lists that portals know values by: those of the EU, of ADMS and of Creative Commons.

Portals do not fetch a concept; whoever uses one publishes its label and its list beside it.
A list holds the codes that settings may name, not all that the authority has.

Spec: https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_EU = "http://publications.europa.eu/resource/authority/"
_ADMS = "http://purl.org/adms/"
_DCT = "http://purl.org/dc/terms/"
_CREATIVE_COMMONS = "creativecommons.org/"


@dataclass(frozen=True)
class CodeList:
    """A concept scheme and the English labels of its codes.

    `class_iri` is what its concepts are beside being concepts, as ranges of DCAT-AP want it.
    """

    iri: str
    title: str
    labels: Mapping[str, str] = field(default_factory=dict)
    class_iri: str = ""
    root: str = ""  # what the IRIs of its concepts begin with, where that is not its own IRI

    def concept_iri(self, code: str) -> str:
        return f"{self.root or self.iri + '/'}{code}"


THEMES = CodeList(
    _EU + "data-theme",
    "Data theme",
    {
        "AGRI": "Agriculture, fisheries, forestry and food",
        "ECON": "Economy and finance",
        "EDUC": "Education, culture and sport",
        "ENER": "Energy",
        "ENVI": "Environment",
        "GOVE": "Government and public sector",
        "HEAL": "Health",
        "INTR": "International issues",
        "JUST": "Justice, legal system and public safety",
        "REGI": "Regions and cities",
        "SOCI": "Population and society",
        "TECH": "Science and technology",
        "TRAN": "Transport",
    },
)
FREQUENCIES = CodeList(
    _EU + "frequency",
    "Frequency",
    {
        "ANNUAL": "annual",
        "AS_NEEDED": "as needed",
        "BIENNIAL": "biennial",
        "DAILY": "daily",
        "IRREG": "irregular",
        "MONTHLY": "monthly",
        "NEVER": "never",
        "QUARTERLY": "quarterly",
        "UNKNOWN": "unknown",
        "UPDATE_CONT": "continuously updated",
        "WEEKLY": "weekly",
    },
    _DCT + "Frequency",
)
AVAILABILITIES = CodeList(
    _EU + "planned-availability",
    "Planned availability",
    {
        "AVAILABLE": "available",
        "EXPERIMENTAL": "experimental",
        "STABLE": "stable",
        "TEMPORARY": "temporary",
    },
)
STATUSES = CodeList(
    _EU + "distribution-status",
    "Distribution status",
    {
        "COMPLETED": "completed",
        "DEPRECATED": "deprecated",
        "DEVELOP": "under development",
        "WITHDRAWN": "withdrawn",
    },
)
ACCESS_RIGHTS = CodeList(
    _EU + "access-right", "Access right", {"PUBLIC": "public"}, _DCT + "RightsStatement"
)
FILE_TYPES = CodeList(
    _EU + "file-type",
    "File type",
    {
        "HTML": "HTML",
        "JSON_LD": "JSON-LD",
        "RDF_N_QUADS": "RDF N-Quads",
        "RDF_N_TRIPLES": "RDF N-Triples",
        "RDF_TRIG": "RDF TriG",
        "RDF_TURTLE": "RDF Turtle",
        "RDF_XML": "RDF XML",
        "SPARQLQRES": "SPARQL query results",
    },
    _DCT + "MediaTypeOrExtent",
)
COUNTRIES = CodeList(_EU + "country", "Country", class_iri=_DCT + "Location")
PUBLISHER_TYPES = CodeList(
    _ADMS + "publishertype/1.0",
    "ADMS publisher type",
    {
        "Academia-ScientificOrganisation": "Academia/Scientific organisation",
        "Company": "Company",
        "IndustryConsortium": "Industry consortium",
        "LocalAuthority": "Local authority",
        "NationalAuthority": "National authority",
        "NonGovernmentalOrganisation": "Non-governmental organisation",
        "NonProfitOrganisation": "Non-profit organisation",
        "PrivateIndividual(s)": "Private individual(s)",
        "RegionalAuthority": "Regional authority",
        "StandardisationBody": "Standardisation body",
        "SupraNationalAuthority": "Supra-national authority",
    },
    root=_ADMS + "publishertype/",
)
LICENCE_TYPES = CodeList(
    _ADMS + "licencetype/1.0",
    "ADMS licence type",
    {"Attribution": "Attribution", "PublicDomain": "Work in the public domain"},
    root=_ADMS + "licencetype/",
)
LANGUAGES = CodeList(_EU + "language", "Language", class_iri=_DCT + "LinguisticSystem")

# The codes of LANGUAGES by the primary subtag of a language tag.
LANGUAGE_CODES = {
    **{"bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG"},
    **{"es": "SPA", "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "hr": "HRV"},
    **{"hu": "HUN", "is": "ISL", "it": "ITA", "lt": "LIT", "lv": "LAV", "mt": "MLT"},
    **{"nb": "NOB", "nl": "NLD", "nn": "NNO", "no": "NOR", "pl": "POL", "pt": "POR"},
    **{"ro": "RON", "se": "SME", "sk": "SLK", "sl": "SLV", "sv": "SWE", "uk": "UKR"},
}

# The countries that are divided into NUTS areas: those of the EU and of EFTA.
_NUTS = "http://data.europa.eu/nuts/code/"
_NUTS_COUNTRIES = frozenset(
    {
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI"),
        *("FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV"),
        *("MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
_NUTS_CODES = {"GR": "EL"}  # where it is not the code of the country


def nuts_iri(country: str) -> str | None:
    """The NUTS area that a country is, by its code of two letters; None if it is none."""
    return _NUTS + _NUTS_CODES.get(country, country) if country in _NUTS_COUNTRIES else None


@dataclass(frozen=True)
class Licence:
    """A licence under the IRI that portals compare, its type, and its IRI in the EU's list."""

    iri: str
    type: str | None = None  # a code of LICENCE_TYPES
    eu_iri: str | None = None
    name: str = ""  # as people know it: "CC BY 4.0"; "" where that is not known
    title: str | None = None  # by which CKAN knows it


_LICENCES = {
    "publicdomain/zero/1.0/": ("PublicDomain", "CC0", "Creative Commons CCZero"),
    "licenses/by/4.0/": ("Attribution", "CC_BY_4_0", "Creative Commons Attribution"),
}


def licence(iri: str) -> Licence:
    """What is known of a licence. Portals know those of Creative Commons with http and a slash."""
    scheme, _, rest = iri.partition("://")
    name = rest.removeprefix("www.").removeprefix(_CREATIVE_COMMONS)
    if scheme not in ("http", "https") or name == rest.removeprefix("www."):
        return Licence(iri)
    name = name if name.endswith("/") else name + "/"
    type, code, title = _LICENCES.get(name, (None, None, None))
    eu_iri = f"{_EU}licence/{code}" if code else None
    return Licence(f"http://{_CREATIVE_COMMONS}{name}", type, eu_iri, _name(name), title)


def _name(path: str) -> str:
    match path.split("/"):
        case ["publicdomain", "zero", version, ""]:
            return f"CC0 {version}"
        case ["licenses", code, version, ""]:
            return f"CC {code.upper()} {version}"
        case _:
            return ""
