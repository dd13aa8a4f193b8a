"""The serializations graphsvc reads and writes: one table for RDF, one for query results."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True)
class Format:
    """A serialization under the names that people, files and HTTP know it by."""

    name: str
    suffix: str
    media_type: str
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None
    datasets: bool = False  # can it name graphs?

    @property
    def iri(self) -> str:
        """Its IRI in the W3C's list of formats.

        Raises KeyError if it is not one of RDF or of results.
        """
        return W3C_FORMATS + _W3C_NAMES[self.suffix]

    @property
    def content_type(self) -> str:
        """The header value: RDF and SPARQL text is UTF-8, and text/* must say so."""
        charset = "; charset=utf-8" if self.media_type.startswith("text/") else ""
        return self.media_type + charset


TURTLE = Format("Turtle", "ttl", "text/turtle", rdf=RdfFormat.TURTLE)
JSON_LD = Format("JSON-LD", "jsonld", "application/ld+json", rdf=RdfFormat.JSON_LD, datasets=True)
RDF_XML = Format("RDF/XML", "rdf", "application/rdf+xml", rdf=RdfFormat.RDF_XML)
N_TRIPLES = Format("N-Triples", "nt", "application/n-triples", rdf=RdfFormat.N_TRIPLES)
TRIG = Format("TriG", "trig", "application/trig", rdf=RdfFormat.TRIG, datasets=True)
N_QUADS = Format("N-Quads", "nq", "application/n-quads", rdf=RdfFormat.N_QUADS, datasets=True)

# In our own order of preference: the first one answers a client that does not say.
RDF_FORMATS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS)

RESULTS_JSON = Format(
    "SPARQL results in JSON",
    "srj",
    "application/sparql-results+json",
    results=QueryResultsFormat.JSON,
)
RESULTS_XML = Format(
    "SPARQL results in XML",
    "srx",
    "application/sparql-results+xml",
    results=QueryResultsFormat.XML,
)
RESULTS_CSV = Format("CSV", "csv", "text/csv", results=QueryResultsFormat.CSV)
RESULTS_TSV = Format("TSV", "tsv", "text/tab-separated-values", results=QueryResultsFormat.TSV)

SOLUTIONS_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
BOOLEAN_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)

HTML = Format("HTML", "html", "text/html")
JSON = Format("JSON", "json", "application/json")  # of our own making; RDF has JSON-LD

W3C_FORMATS = "http://www.w3.org/ns/formats/"
_W3C_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
    "nt": "N-Triples",
    "trig": "TriG",
    "nq": "N-Quads",
    "srj": "SPARQL_Results_JSON",
    "srx": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}

_BY_SUFFIX = {fmt.suffix: fmt for fmt in (*RDF_FORMATS, *SOLUTIONS_FORMATS, HTML)}
_BY_MEDIA_TYPE = {fmt.media_type: fmt for fmt in _BY_SUFFIX.values()}


def from_suffix(suffix: str) -> Format | None:
    """The format that files and addresses with this suffix have ("ttl", without a dot)."""
    return _BY_SUFFIX.get(suffix.lower())


def from_media_type(media_type: str) -> Format | None:
    """The format with exactly this media type, without parameters."""
    return _BY_MEDIA_TYPE.get(media_type.lower())


# What a folder of sources may hold. JSON-LD is read without fetching any context.
SOURCE_SUFFIXES = tuple(fmt.suffix for fmt in RDF_FORMATS)
