"""/search: full-text search, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from graphsvc.formats import HTML, JSON
from graphsvc.pages import rendering
from graphsvc.pages.hits import Found, ShownHit, find
from graphsvc.web.exchange import PAGE, TYPE, Exchange
from graphsvc.web.problems import Problem
from graphsvc.web.rate import Rate
from graphsvc.web.representations import SCRIPTED_HEADERS
from graphsvc.web.twins import links, respond, twin

TEXT = "q"
THREADS = 2  # one searches while the other writes; pages have all the other threads
WAITING = 64  # searches that may wait for a thread


class SearchEndpoint:
    """Answers searches in threads of their own, so that pages need not wait for them."""

    def __init__(self, rate: Rate) -> None:
        self._rate, self._threads = rate, CapacityLimiter(THREADS)

    async def __call__(self, exchange: Exchange) -> Response:
        if self._threads.statistics().tasks_waiting >= WAITING:
            raise Problem(503, f"{WAITING} searches wait already", {"Retry-After": "1"})
        if exchange.request.query_params.get(TEXT, "").strip():
            limits = exchange.release.settings
            self._rate.admit(exchange.request.client, limits.queries_per_minute)
        return await to_thread.run_sync(_search, exchange, limiter=self._threads)


def _search(exchange: Exchange) -> Response:
    """The hits, as a page or as JSON; people who bring no words get a form for them."""
    format, text = twin(exchange), exchange.request.query_params.get(TEXT, "").strip()
    if format is JSON and not text:
        raise Problem(400, f"there is nothing to search for; send words as the parameter {TEXT}")
    number = exchange.page_number(PAGE)

    def body() -> str | Mapping[str, Any]:
        class_iri = exchange.request.query_params.get(TYPE, "")
        found = find(exchange.edition, text, class_iri, number)
        if number > found.page.last:
            raise Problem(404, f"there is no page {number}; the last is {found.page.last}")
        if format is HTML:
            return rendering.search(exchange.edition, exchange.page_path, found)
        return _table(exchange, found)

    return respond(exchange, format, body, SCRIPTED_HEADERS)


def _table(exchange: Exchange, found: Found) -> dict[str, Any]:
    """What was found, for programs."""
    page = found.page
    return {
        "query": found.text,
        "type": found.type.iri if found.type else None,
        "total": page.total,
        "total_is_exact": found.is_counted,
        "page": page.number,
        "last_page": page.last,
        "links": links(exchange, found.path(exchange.edition), PAGE, page),
        "hits": [_hit(exchange, hit) for hit in found.hits],
    }


def _hit(exchange: Exchange, hit: ShownHit) -> dict[str, Any]:
    return {
        **hit.link.table(),
        "url": exchange.addresses.path(hit.link.iri),
        "types": [each.table() for each in hit.types],
        "predicate": hit.predicate.table() if hit.predicate else None,
        "language": hit.language,
        "is_withdrawn": hit.is_withdrawn,
        "snippet": [{"text": part.text, "is_match": part.is_match} for part in hit.snippet],
    }
