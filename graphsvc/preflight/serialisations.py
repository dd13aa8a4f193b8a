"""The catalogue's IRI, asked for in each format that harvesters read: it says the same in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, parse

from graphsvc.formats import JSON_LD, RDF_XML, TURTLE, Format
from graphsvc.preflight.asking import Asker, Wanted
from graphsvc.preflight.catalogues import Catalogue
from graphsvc.preflight.documents import MOST_BYTES, xml_fault
from graphsvc.preflight.findings import finding
from graphsvc.report import ValidationResult

OFFERED = (TURTLE, JSON_LD, RDF_XML)


def check(asker: Asker, catalogue: Catalogue) -> Iterator[ValidationResult]:
    """Compare what the IRI answers, in each format, with what was harvested."""
    iri = catalogue.iri
    if iri is None or asker.server.url_of(iri) is None:
        return
    harvested = _canonical(catalogue.quads)
    for format in OFFERED:
        body = bytearray()
        wanted = Wanted("GET", {"Accept": format.media_type}, body.extend, MOST_BYTES)
        answer = asker.ask(iri, wanted)
        if answer.left:
            yield finding("leads-away", iri, answer.url)
            return
        if answer.status != 200 or answer.fault or answer.media_type != format.media_type:
            told = answer.fault or f"{answer.status} {answer.media_type}"
            yield finding("not-offered", iri, format.media_type, told)
            continue
        yield from _compare(iri, format, bytes(body), harvested)


def _compare(
    iri: str, format: Format, body: bytes, harvested: set[Quad]
) -> Iterator[ValidationResult]:
    try:
        if format is RDF_XML and (fault := xml_fault(body)):
            raise SyntaxError(fault)
        said = _canonical(parse(body, format.rdf, base_iri=iri))
    except SyntaxError as error:
        yield finding("not-offered", iri, format.media_type, str(error))
        return
    if different := len(said ^ harvested):
        yield finding("differs", iri, format.name, different)


def _canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Triples, with labels of blank nodes that depend on nothing but them."""
    found = list(quads)
    if not any(
        isinstance(term, BlankNode) for quad in found for term in (quad.subject, quad.object)
    ):
        return set(found)
    graph = Dataset(found)
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(graph)
