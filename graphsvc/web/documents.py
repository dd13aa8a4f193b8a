"""The IRIs of the publication, answered: things by a redirection, documents by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, Quad
from starlette.responses import Response

from graphsvc.deprecation import read_deprecation
from graphsvc.formats import HTML, RDF_FORMATS, Format, from_suffix
from graphsvc.harvest.schema_types import types_of
from graphsvc.iris import Addresses, split_suffix, to_uri
from graphsvc.pages import rendering
from graphsvc.release import Release
from graphsvc.resources.answers import Withdrawal
from graphsvc.vocab import OWL_VERSION_IRI, PREFIXES
from graphsvc.web import dumps
from graphsvc.web.conditions import REVALIDATE
from graphsvc.web.exchange import Exchange
from graphsvc.web.incoming import Part
from graphsvc.web.nearest import nearest
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rdf import write_rdf
from graphsvc.web.representations import Representation

# Data first: who does not say what to send is a program more often than not.
OFFERS = (*RDF_FORMATS, HTML)
_OF_THE_WEB = re.compile(r"https?://")


@dataclass(frozen=True)
class _Asked:
    """What a path stands for: an IRI, and a format where the path has a suffix."""

    iri: str
    format: Format | None


def thing(exchange: Exchange) -> Response:
    """A thing is not its document: the answer says where that is."""
    for path in exchange.addresses_asked():
        for iri in exchange.addresses.iris(path):
            if not _is_described(exchange, iri):
                continue
            if (withdrawal := exchange.release.resources.withdrawal(iri)) is not None:
                return _withdrawn(exchange, _Asked(iri, None), iri, withdrawal)
            return _see_other(exchange, exchange.addresses.path(iri))
    raise _not_found(exchange, "nothing is published under this IRI")


def document(exchange: Exchange) -> Response:
    """The description of an IRI, in the format of the suffix or the one that suits the client."""
    for asked in _readings(exchange.addresses, exchange.addresses_asked()):
        if asked.iri in exchange.release.manifest.graphs and not _is_described(exchange, asked.iri):
            return _graph(exchange, asked)
        if (described := _described(exchange.release, asked.iri)) is not None:
            if (withdrawal := exchange.release.resources.withdrawal(described)) is not None:
                return _withdrawn(exchange, asked, described, withdrawal)
            return _describe(exchange, asked, described)
    raise _not_found(exchange, "nothing is published under this address")


def iris_asked(addresses: Addresses, paths: Sequence[str]) -> list[str]:
    """The IRIs that a path with more and less of its query may stand for, the likeliest first."""
    return list(dict.fromkeys(asked.iri for asked in _readings(addresses, paths)))


def publishes(release: Release, iri: str) -> bool:
    """Has a release a document for an IRI?"""
    return iri in release.manifest.graphs or _described(release, iri) is not None


def _not_found(exchange: Exchange, detail: str) -> Problem:
    """That there is nothing, and which IRIs there are that look like what was asked for."""
    resources, addresses = exchange.release.resources, exchange.addresses
    path = exchange.path
    stem, suffix = split_suffix(path) or (path, "")
    iris = addresses.iris(stem if from_suffix(suffix) in OFFERS else path)
    found = nearest(resources, addresses, iris[0]) if iris else []
    return Problem(404, detail, members={"nearest": found} if found else {})


def _readings(addresses: Addresses, paths: Sequence[str]) -> Iterator[_Asked]:
    """What the paths may stand for. An IRI that ends in `.ttl` wins over a suffix."""
    for path in paths:
        for iri in addresses.iris(path):
            yield _Asked(iri, None)
    for path in paths:
        stem, suffix = split_suffix(path) or ("", "")
        format = from_suffix(suffix)
        if format in OFFERS:
            for iri in addresses.iris(stem):
                yield _Asked(iri, format)


def _is_described(exchange: Exchange, iri: str) -> bool:
    return exchange.release.resources.is_described(iri)


def _described(release: Release, iri: str) -> str | None:
    """The IRI to describe: the one asked for, or the ontology that has it for its version."""
    is_described = release.resources.is_described
    if is_described(iri):
        return iri
    for link in release.resources.incoming(iri, 10):
        if link.predicate == OWL_VERSION_IRI.value and is_described(link.subject):
            return link.subject
    return None


def _describe(
    exchange: Exchange, asked: _Asked, iri: str, replacements: Sequence[str] | None = None
) -> Response:
    """The description of an IRI; where there are `replacements`, even none, it is gone."""
    format = asked.format or choose(exchange.accept, OFFERS)
    release, part = exchange.release, Part(exchange, iri, format)
    part.demand()

    @cache
    def quads() -> list[Quad]:
        return release.resources.document(iri)

    def types() -> list[str]:
        return types_of(iri, quads(), release.manifest.schema_types)

    def body() -> bytes | str:
        if format is HTML:
            edition, path = exchange.edition, exchange.page_path
            return rendering.document(edition, path, iri, quads(), part.number)
        stated = part.quads() if part.is_rdf else quads()
        return write_rdf(stated, format, PREFIXES | dict(release.manifest.prefixes))

    shown = Representation(
        asked.iri, format, asked.format is None, OFFERS, types=types, parts=part.typed_links
    )
    if replacements is not None:
        return shown.gone(exchange, replacements, body)
    return shown.response(exchange, body)


def _withdrawn(exchange: Exchange, asked: _Asked, iri: str, withdrawal: Withdrawal) -> Response:
    """What is withdrawn is redirected to what has taken its place, else it is gone: 410."""
    if location := _moved_to(exchange, asked, withdrawal.replacement):
        headers = {"Location": location, "Cache-Control": REVALIDATE}
        return Response(status_code=301, headers=headers)
    resources = exchange.release.resources
    deprecation = read_deprecation(
        quad for quad in resources.describe(iri) if quad.subject == NamedNode(iri)
    )
    replacements = deprecation.replacements if deprecation else ()
    return _describe(exchange, asked, iri, replacements)


def _moved_to(exchange: Exchange, asked: _Asked, replacement: str | None) -> str | None:
    """The address of what replaces a resource: from a thing to a thing, in the format asked for."""
    if replacement is None:
        return None
    addresses = exchange.addresses
    if not replacement.startswith(addresses.base_iri):
        return to_uri(replacement) if _OF_THE_WEB.match(replacement) else None
    if exchange.path.startswith(f"{addresses.root_path}/id/"):
        path = addresses.thing_path(replacement)
    else:
        path = addresses.path(replacement, asked.format.suffix if asked.format else "")
    return path and exchange.edition.href(path)


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
        "Link": ", ".join((f'<{location}>; rel="describedby"', *exchange.moment.links)),
        "Vary": ", ".join(("Accept", *exchange.moment.vary)),
        "Cache-Control": REVALIDATE,
    }
    return Response(status_code=303, headers=headers)
