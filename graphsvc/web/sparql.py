"""The SPARQL endpoint: one query in, one complete answer out.

Queries have threads of their own, and few: pages stay quick however many ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from graphsvc import queries
from graphsvc.formats import BOOLEAN_FORMATS, HTML, RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.pages import rendering
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web.conditions import REVALIDATE, entity_tag, is_unchanged
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import Problem, choose, wants_html
from graphsvc.web.protocol import QueryRequest, read_request
from graphsvc.web.representations import HTML_HEADERS
from graphsvc.web.responses import Reply, ThreadedResponse
from graphsvc.web.threads import QUERY_BYTES, QueryThreads

THREADS = 4
WAITING = 64  # more than may wait for a thread are told to come again
RETRY_SECONDS = 5

_OFFERS: dict[str, Sequence[Format]] = {
    "SELECT": SOLUTIONS_FORMATS,
    "ASK": BOOLEAN_FORMATS,
    "CONSTRUCT": RDF_FORMATS,
    "DESCRIBE": RDF_FORMATS,
}


class SparqlEndpoint:
    """Answers queries in threads that it shares with nobody."""

    def __init__(self) -> None:
        self._threads = QueryThreads(THREADS)

    async def __call__(self, exchange: Exchange) -> Response:
        limits = exchange.release.settings
        query_bytes = min(limits.query_bytes, QUERY_BYTES)
        asked = await read_request(exchange.request, query_bytes, limits.body_bytes)
        if asked.text is None:
            return await run_in_threadpool(_form, exchange)
        query = await run_in_threadpool(queries.read_query, asked.text)
        if query.form in _OFFERS:  # what nobody could read need not be evaluated
            _choose(exchange, asked, _OFFERS[query.form])
        if self._threads.waiting >= WAITING:
            raise Problem(
                503,
                "too many queries are waiting; ask again in a moment",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        dataset = _dataset(exchange.release, asked)
        if asked.names_graphs:  # the protocol's dataset goes before the query's (2.1.4)
            query = replace(query, names_graphs=False)

        def answer(reply: Reply) -> None:
            results = queries.evaluate(exchange.release.store, query, dataset)
            format = _choose(exchange, asked, queries.offers(results))
            reply.begin(
                {
                    "Content-Type": format.content_type,
                    "Vary": "Accept",
                    "Cache-Control": REVALIDATE,
                }
            )
            queries.serialize(results, format, reply)

        return ThreadedResponse(answer, self._threads)


def _choose(exchange: Exchange, asked: QueryRequest, offers: Sequence[Format]) -> Format:
    """The format of the results: the one that the address names, else the client's choice."""
    if not asked.format:
        return choose(exchange.accept, offers)
    for format in offers:
        if asked.format in (format.suffix, format.media_type):
            return format
    suffixes = ", ".join(format.suffix for format in offers)
    raise Problem(
        400, f"format is {asked.format[:50]!r}; the results of this query come as {suffixes}"
    )


def _dataset(release: Release, asked: QueryRequest) -> queries.Dataset:
    prefixes = PREFIXES | dict(release.manifest.prefixes)
    if asked.names_graphs:
        return queries.Dataset(asked.default_graphs, asked.named_graphs, prefixes)
    graphs = [NamedNode(iri) for iri in release.default_graphs]
    return queries.Dataset(graphs, prefixes=prefixes)


def _form(exchange: Exchange) -> Response:
    """People who bring no query get a form for one."""
    if not wants_html(exchange.accept):
        raise Problem(400, "there is no query; send one as the parameter query, or as the body")
    edition = exchange.edition
    etag = entity_tag(exchange.release.manifest.digest, "form", edition.language)
    headers = HTML_HEADERS | {
        "ETag": etag,
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Language",
        "Content-Language": edition.language,
    }
    if is_unchanged(exchange.if_none_match, etag):
        return Response(status_code=304, headers=headers)
    page = rendering.sparql_form(edition, exchange.page_path)
    return Response(page, headers=headers, media_type=HTML.media_type)
