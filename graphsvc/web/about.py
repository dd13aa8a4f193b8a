"""/about: what the publication is, in words."""

from __future__ import annotations

from starlette.responses import Response

from graphsvc.formats import HTML
from graphsvc.pages import rendering
from graphsvc.pages.about import has_about
from graphsvc.web import documents
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import choose
from graphsvc.web.twins import respond


def about(exchange: Exchange) -> Response:
    """The page; where there is none, the description of the resource with that IRI, if any."""
    if not has_about(exchange.edition):
        return documents.document(exchange)
    format = choose(exchange.accept, (HTML,))
    return respond(exchange, format, lambda: rendering.about(exchange.edition, exchange.page_path))
