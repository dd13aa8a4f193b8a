"""The SPARQL endpoint: one query in, one complete answer out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from graphsvc.formats import HTML, RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web import editor, service
from graphsvc.web.conditions import REVALIDATE, entity_tag, unchanged, weak
from graphsvc.web.evaluator import QUERY_BYTES
from graphsvc.web.exchange import Exchange
from graphsvc.web.messages import Question
from graphsvc.web.problems import Problem, choose, wants_html
from graphsvc.web.protocol import WITH_BODY, QueryRequest, read_request
from graphsvc.web.rate import Rate
from graphsvc.web.rdf import write_rdf
from graphsvc.web.responses import QueryResponse, Terms
from graphsvc.web.workers import Workers

_FORMATS = (*SOLUTIONS_FORMATS, *RDF_FORMATS)


class SparqlEndpoint:
    """Has queries answered by workers, and shows a form to people who bring none."""

    def __init__(self, workers: Workers, rate: Rate) -> None:
        self._workers, self._rate = workers, rate

    async def __call__(self, exchange: Exchange) -> Response:
        limits = exchange.release.settings
        query_bytes = min(limits.query_bytes, QUERY_BYTES)
        asked = await read_request(exchange.request, query_bytes, limits.body_bytes)
        if not asked.text:
            return await run_in_threadpool(_without_query, exchange, asked)
        question = _question(asked, asked.text, _suitable(exchange, asked))
        etag = _etag(exchange.release, question)
        if exchange.names(etag):
            return unchanged(weak(etag))
        seconds = min(asked.seconds or limits.query_seconds, limits.query_seconds)

        def refuse(media_types: Sequence[str]) -> None:
            offers = [each for each in _FORMATS if each.media_type in media_types]
            _choose(exchange, asked, offers)

        self._rate.admit(exchange.request.client, limits.queries_per_minute)
        terms = Terms(seconds, weak(etag), exchange.dataset_link, refuse)
        return QueryResponse(self._workers, exchange.release, question, terms)


def _suitable(exchange: Exchange, asked: QueryRequest) -> list[str]:
    """The media types that the client would have: of solutions, of graphs, or of both."""
    found = []
    for offers in (SOLUTIONS_FORMATS, RDF_FORMATS):
        with suppress(Problem):
            found.append(_choose(exchange, asked, offers).media_type)
    return found


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


def _question(asked: QueryRequest, text: str, media_types: Sequence[str]) -> Question:
    question = Question(text, media_types)
    if not asked.names_graphs:
        return question
    graphs = [graph.value for graph in asked.default_graphs]
    named = [graph.value for graph in asked.named_graphs]
    return replace(question, default_graphs=graphs, named_graphs=named, overrides=True)


def _etag(release: Release, question: Question) -> str:
    """Of the answer to a question; rows may come in any order, and blank nodes under any label."""
    asked = hashlib.sha256(question.payload).hexdigest()
    return entity_tag(release.manifest.digest, asked[:32])


def _without_query(exchange: Exchange, asked: QueryRequest) -> Response:
    """Programs that bring no query get the description of the service, people a form for one.

    Spec: https://www.w3.org/TR/sparql11-service-description/#accessing
    """
    if exchange.request.method in WITH_BODY or (
        asked.text is not None and not wants_html(exchange.accept)
    ):
        raise Problem(400, "there is no query; send one as the parameter query, or as the body")
    format = _choose(exchange, asked, (*RDF_FORMATS, HTML))
    return editor.page(exchange) if format is HTML else _description(exchange, format)


def _description(exchange: Exchange, format: Format) -> Response:
    release = exchange.release
    etag = entity_tag(release.manifest.digest, "service", format.suffix)
    if exchange.has(etag):
        return unchanged(etag)
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept"}
    headers["Link"] = exchange.dataset_link
    prefixes = PREFIXES | dict(release.manifest.prefixes) | service.PREFIXES
    body = write_rdf(service.description(release), format, prefixes)
    return Response(body, headers=headers, media_type=format.content_type)
