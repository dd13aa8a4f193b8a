"""The IRIs of the publication, answered: things by a redirection, documents by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from graphsvc.formats import HTML, RDF_FORMATS, Format, from_suffix
from graphsvc.iris import split_suffix
from graphsvc.pages import rendering
from graphsvc.vocab import OWL_VERSION_IRI, PREFIXES
from graphsvc.web import dumps
from graphsvc.web.conditions import REVALIDATE
from graphsvc.web.exchange import INCOMING, Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rdf import write_rdf
from graphsvc.web.representations import Representation

# Data first: who does not say what to send is a program more often than not.
OFFERS = (*RDF_FORMATS, HTML)


@dataclass(frozen=True)
class _Asked:
    """What a path stands for: an IRI, and a format where the path has a suffix."""

    iri: str
    format: Format | None


def thing(exchange: Exchange) -> Response:
    """A thing is not its document: the answer says where that is."""
    for path in exchange.addresses_asked():
        for iri in exchange.addresses.iris(path):
            if exchange.release.resources.is_described(iri):
                return _see_other(exchange, exchange.addresses.path(iri))
    raise Problem(404, "nothing is published under this IRI")


def document(exchange: Exchange) -> Response:
    """The description of an IRI, in the format of the suffix or the one that suits the client."""
    for asked in _readings(exchange):
        if asked.iri in exchange.release.manifest.graphs and not _is_described(exchange, asked.iri):
            return _graph(exchange, asked)
        if (described := _described(exchange, asked.iri)) is not None:
            return _describe(exchange, asked, described)
    raise Problem(404, "nothing is published under this address")


def _readings(exchange: Exchange) -> Iterator[_Asked]:
    """What the path may stand for. An IRI that ends in `.ttl` wins over a suffix."""
    asked = exchange.addresses_asked()
    for path in asked:
        for iri in exchange.addresses.iris(path):
            yield _Asked(iri, None)
    for path in asked:
        stem, suffix = split_suffix(path) or ("", "")
        format = from_suffix(suffix)
        if format in OFFERS:
            for iri in exchange.addresses.iris(stem):
                yield _Asked(iri, format)


def _is_described(exchange: Exchange, iri: str) -> bool:
    return exchange.release.resources.is_described(iri)


def _described(exchange: Exchange, iri: str) -> str | None:
    """The IRI to describe: the one asked for, or the ontology that has it for its version."""
    if _is_described(exchange, iri):
        return iri
    for link in exchange.release.resources.incoming(iri, 10):
        if link.predicate == OWL_VERSION_IRI.value and _is_described(exchange, link.subject):
            return link.subject
    return None


def _describe(exchange: Exchange, asked: _Asked, iri: str) -> Response:
    format = asked.format or choose(exchange.accept, OFFERS)
    shown = Representation(asked.iri, format, asked.format is None, OFFERS)
    number = exchange.page_number(INCOMING)

    def body() -> bytes | str:
        quads = exchange.release.resources.document(iri)
        if format is HTML:
            return rendering.document(exchange.edition, exchange.page_path, iri, quads, number)
        return write_rdf(quads, format, PREFIXES | dict(exchange.release.manifest.prefixes))

    return shown.response(exchange, body)


def _graph(exchange: Exchange, asked: _Asked) -> Response:
    """A named graph is a document: what its dump holds. For people, the list of its dumps."""
    rows = dumps.of_graph(exchange, asked.iri)
    format = asked.format or choose(exchange.accept, (*rows, HTML))
    if format is not HTML:
        return dumps.graph_response(exchange, rows[format])
    stem = next((row["file"].partition(".")[0] for row in rows.values()), "")
    return _see_other(exchange, f"{exchange.root_path}/dump/#{stem}")


def _see_other(exchange: Exchange, path: str | None) -> Response:
    if path is None:
        raise Problem(404, "this IRI has no address on this server")
    location = exchange.edition.href(path)
    headers = {
        "Location": location,
        "Link": f'<{location}>; rel="describedby"',
        "Vary": "Accept",
        "Cache-Control": REVALIDATE,
    }
    return Response(status_code=303, headers=headers)
