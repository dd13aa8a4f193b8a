"""What portals and tools harvest: the documents that a release keeps for them.

/datasets/dcat is where Swedish portals look: RDF/XML whatever they accept, in one document.

Spec: https://docs.dataportal.se/dcat/en/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pyoxigraph import Literal, Quad
from starlette.responses import Response

from graphsvc.formats import HTML, RDF_FORMATS, RDF_XML, Format, from_suffix
from graphsvc.harvest import void
from graphsvc.harvest.datasets import CATALOGUE, catalogue_iri
from graphsvc.harvest.documents import document_path, read_document
from graphsvc.iris import split_suffix
from graphsvc.pages import rendering
from graphsvc.vocab import LABELS
from graphsvc.web import documents
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import INCOMING, Exchange
from graphsvc.web.problems import choose
from graphsvc.web.representations import Representation
from graphsvc.web.signposting import field, of_metadata

OFFERS = (*RDF_FORMATS, HTML)


def catalog(exchange: Exchange) -> Response:
    """The catalogue, negotiated or by suffix."""
    _, suffix = split_suffix(exchange.path) or ("", "")
    format = from_suffix(suffix) if suffix else choose(exchange.accept, OFFERS)
    if format not in OFFERS:
        return documents.document(exchange)  # it may be an IRI of the publication
    return _catalog(exchange, format, is_negotiated=not suffix)


def datasets_dcat(exchange: Exchange) -> Response:
    """The catalogue in RDF/XML."""
    return _catalog(exchange, RDF_XML, is_negotiated=False)


def void_description(exchange: Exchange) -> Response:
    """What the data hold and link to, in VoID."""
    format = choose(exchange.accept, RDF_FORMATS)
    base_iri = exchange.release.settings.base_iri
    path = document_path(exchange.release.folder, void.NAME, format)
    headers = {
        "ETag": entity_tag(exchange.release.manifest.digest, void.NAME, format.suffix),
        "Cache-Control": REVALIDATE,
        "Link": field([exchange.dataset_link, of_metadata(exchange.release, base_iri)]),
        "Vary": "Accept",
    }
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(path.read_bytes(), headers=headers, media_type=format.media_type)


def _catalog(exchange: Exchange, format: Format, *, is_negotiated: bool) -> Response:
    release = exchange.release
    iri = catalogue_iri(release.settings)
    if format is HTML:
        shown = Representation(iri, format, is_negotiated, OFFERS)
        return shown.response(exchange, lambda: _page(exchange, iri))
    path = document_path(release.folder, CATALOGUE, format)
    shown = Representation(iri, format, is_negotiated, OFFERS)
    return shown.response(exchange, path.read_bytes)


def _page(exchange: Exchange, iri: str) -> str:
    """What it says of itself and of its fragments, without the stubs of what others define."""
    quads = read_document(exchange.release, CATALOGUE)
    own = [
        quad for quad in quads if str(quad.subject).removesuffix(">").partition("#")[0] == f"<{iri}"
    ]
    number = exchange.page_number(INCOMING)
    edition = replace(exchange.edition, names=_names(quads))
    return rendering.document(edition, exchange.page_path, iri, own, number)


def _names(quads: Iterable[Quad]) -> dict[str, dict[str, str]]:
    """What the catalogue calls what it describes, by IRI and language."""
    names: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.predicate in LABELS and isinstance(quad.object, Literal):
            iri = str(quad.subject).strip("<>")
            names.setdefault(iri, {})[quad.object.language or ""] = quad.object.value
    return names
