"""Pages with a twin in JSON: which of the two is meant, and the headers that both bear."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from starlette.responses import Response

from graphsvc.formats import HTML, JSON, Format
from graphsvc.pages.classes import Page
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.representations import HTML_HEADERS

FORMAT = "format"
_OFFERS = (JSON, HTML)


def twin(exchange: Exchange) -> Format:
    """The format that the address names, else the client's choice: JSON or HTML."""
    asked = exchange.request.query_params.get(FORMAT)
    if not asked:
        return choose(exchange.accept, _OFFERS)
    for format in _OFFERS:
        if asked == format.suffix:
            return format
    suffixes = " or ".join(format.suffix for format in _OFFERS)
    raise Problem(400, f"{FORMAT} is {asked[:50]!r}; {suffixes} is wanted")


def respond(
    exchange: Exchange,
    format: Format,
    body: Callable[[], str | Mapping[str, Any]],
    of_page: Mapping[str, str] = HTML_HEADERS,
) -> Response:
    """Answer with a page or a table, which is not made if the client names it by its tag.

    `of_page` are the headers that only the page bears.
    """
    edition = exchange.edition
    asked = sha256(f"{exchange.page_path} {edition.is_chosen}".encode()).hexdigest()[:32]
    digest = exchange.digest
    headers = {
        "ETag": entity_tag(digest, asked, format.suffix, edition.language),
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Language",
        "Content-Language": edition.language,
        **(of_page if format is HTML else {}),
    }
    if exchange.names(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    made = body()  # raises what is wrong with the address
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=1)
    return Response(text, headers=headers, media_type=format.media_type)


def links(exchange: Exchange, path: str, parameter: str, page: Page) -> dict[str, str]:
    """The addresses of this page in JSON and of others, as far as there are any."""
    mark = "&" if "?" in path else "?"
    numbers = {
        "self": page.number,
        "first": 1,
        "previous": page.number - 1,
        "next": page.number + 1,
        "last": page.last,
    }
    return {
        name: exchange.edition.href(f"{path}{mark}{FORMAT}={JSON.suffix}&{parameter}={each}")
        for name, each in numbers.items()
        if 1 <= each <= page.last
    }
