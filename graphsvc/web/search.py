"""/search: full-text search, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from graphsvc.formats import HTML, JSON, Format
from graphsvc.pages import rendering
from graphsvc.pages.editions import Link
from graphsvc.pages.hits import Found, ShownHit, find
from graphsvc.web.conditions import REVALIDATE, entity_tag, is_unchanged
from graphsvc.web.exchange import PAGE, TYPE, Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rate import Rate
from graphsvc.web.representations import HTML_HEADERS

TEXT, FORMAT = "q", "format"
THREADS = 2  # one searches while the other writes; pages have all the other threads
WAITING = 64  # searches that may wait for a thread
_OFFERS = (JSON, HTML)


class SearchEndpoint:
    """Answers searches in threads of their own, so that pages need not wait for them."""

    def __init__(self, rate: Rate) -> None:
        self._rate, self._threads = rate, CapacityLimiter(THREADS)

    async def __call__(self, exchange: Exchange) -> Response:
        format, text = _format(exchange), _text(exchange)
        if format is JSON and not text:
            what = f"there is nothing to search for; send words as the parameter {TEXT}"
            raise Problem(400, what)
        headers = _headers(exchange, format)
        if is_unchanged(exchange.if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        if self._threads.statistics().tasks_waiting >= WAITING:
            raise Problem(503, f"{WAITING} searches wait already", {"Retry-After": "1"})
        if text:
            limits = exchange.release.settings
            self._rate.admit(exchange.request.client, limits.queries_per_minute)
        body = await to_thread.run_sync(_search, exchange, format, limiter=self._threads)
        return Response(body, headers=headers, media_type=format.media_type)


def _text(exchange: Exchange) -> str:
    return exchange.request.query_params.get(TEXT, "").strip()


def _headers(exchange: Exchange, format: Format) -> dict[str, str]:
    edition, digest = exchange.edition, exchange.release.manifest.digest
    asked = sha256(f"{exchange.page_path} {edition.is_chosen}".encode()).hexdigest()[:32]
    return {
        "ETag": entity_tag(digest, asked, format.suffix, edition.language),
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Language",
        "Content-Language": edition.language,
        **(HTML_HEADERS if format is HTML else {}),
    }


def _search(exchange: Exchange, format: Format) -> str:
    """The hits, as a page or as JSON; people who bring no words get a form for them."""
    edition, number = exchange.edition, exchange.page_number(PAGE)
    class_iri = exchange.request.query_params.get(TYPE, "")
    found = find(edition, _text(exchange), class_iri, number)
    if number > found.page.last:
        raise Problem(404, f"there is no page {number}; the last is {found.page.last}")
    if format is HTML:
        return rendering.search(edition, exchange.page_path, found)
    return json.dumps(_table(exchange, found), ensure_ascii=False, indent=1)


def _format(exchange: Exchange) -> Format:
    """The format that the address names, else the client's choice."""
    asked = exchange.request.query_params.get(FORMAT)
    if not asked:
        return choose(exchange.accept, _OFFERS)
    for format in _OFFERS:
        if asked == format.suffix:
            return format
    suffixes = " or ".join(format.suffix for format in _OFFERS)
    raise Problem(400, f"{FORMAT} is {asked[:50]!r}; {suffixes} is wanted")


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
        "links": _links(exchange, found),
        "hits": [_hit(exchange, hit) for hit in found.hits],
    }


def _links(exchange: Exchange, found: Found) -> Mapping[str, str]:
    """The addresses of this page and of others, in this format."""
    number, last = found.page.number, found.page.last
    numbers = {"self": number, "first": 1, "previous": number - 1, "next": number + 1, "last": last}
    path = found.path(exchange.edition)
    return {
        name: exchange.edition.href(f"{path}&{FORMAT}={JSON.suffix}&{PAGE}={each}")
        for name, each in numbers.items()
        if 1 <= each <= last
    }


def _hit(exchange: Exchange, hit: ShownHit) -> dict[str, Any]:
    return {
        **_resource(hit.link),
        "url": exchange.addresses.path(hit.link.iri),
        "types": [_resource(each) for each in hit.types],
        "predicate": _resource(hit.predicate) if hit.predicate else None,
        "language": hit.language,
        "is_withdrawn": hit.is_withdrawn,
        "snippet": [{"text": part.text, "is_match": part.is_match} for part in hit.snippet],
    }


def _resource(link: Link) -> dict[str, str]:
    return {"iri": link.iri, "label": link.name.text, "label_language": link.name.language}
