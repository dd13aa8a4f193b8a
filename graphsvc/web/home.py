"""The start page, and the description of the whole as a dataset."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad
from starlette.responses import Response

from graphsvc.formats import HTML, RDF_FORMATS, Format, from_suffix
from graphsvc.harvest import void
from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.descriptions import PREFIXES as OF_DESCRIPTIONS
from graphsvc.harvest.documents import read_document
from graphsvc.harvest.versions import of_whole
from graphsvc.iris import split_suffix
from graphsvc.pages import rendering
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web import browse
from graphsvc.web.exchange import TYPE, Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rdf import write_rdf
from graphsvc.web.representations import Representation

OFFERS = (HTML, *RDF_FORMATS)  # the front door is for people
_PREFIXES = PREFIXES | OF_DESCRIPTIONS


def home(exchange: Exchange) -> Response:
    """What this is: a page for people, a dataset for programs; a class was at `?type=` once."""
    if TYPE in exchange.request.query_params:
        return browse.from_home(exchange)
    _, suffix = split_suffix(exchange.path) or ("", "")
    format = from_suffix(suffix) if suffix else choose(exchange.accept, OFFERS)
    if format not in OFFERS:
        raise Problem(404, "nothing is published under this address")
    iri = exchange.release.settings.base_iri
    shown = Representation(iri, format, not suffix, OFFERS)
    return shown.response(exchange, lambda: _body(exchange, format))


def _body(exchange: Exchange, format: Format) -> bytes | str:
    if format is HTML:
        return rendering.home(exchange.edition, exchange.page_path)
    release = exchange.release
    quads = [*_dataset(release), *release.resources.document(release.settings.base_iri)]
    return write_rdf(quads, format, _PREFIXES | dict(release.manifest.prefixes))


def _dataset(release: Release) -> Iterator[Quad]:
    """What the catalogue and the VoID description say of the publication as a whole."""
    subject = NamedNode(release.settings.base_iri)
    yield from of_whole(release.settings, release.versions, release.manifest.version)
    for name in (CATALOGUE, void.NAME):
        yield from (quad for quad in read_document(release, name) if quad.subject == subject)
