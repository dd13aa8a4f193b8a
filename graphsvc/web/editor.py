"""The page to ask queries on: a form, which the editor takes the place of where scripts run."""

from __future__ import annotations

import hashlib
import json

from starlette.responses import Response

from graphsvc.examples import Example, examples_of
from graphsvc.formats import HTML
from graphsvc.pages import rendering
from graphsvc.pages.terms import terms_of
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import DESCRIBE, EXAMPLE, Exchange
from graphsvc.web.problems import Problem
from graphsvc.web.representations import HTML_HEADERS

# Scripts of this server may run on this page, and may ask nobody but this server.
_POLICY = HTML_HEADERS["Content-Security-Policy"] + "; connect-src 'self'; script-src 'self'"

# In an export the queries are evaluated by a worker of the page, in WebAssembly.
_OF_FILES = " 'wasm-unsafe-eval'; worker-src 'self'"


def page(exchange: Exchange) -> Response:
    """The page; `?example=` names the example query in it, `?describe=` what a query describes."""
    examples = examples_of(exchange.release)
    example, described = _wanted(exchange, examples), _described(exchange)
    iri = described or (example.iri if example else "")
    named = hashlib.sha256(f"{bool(described)} {iri}".encode()).hexdigest()[:16] if iri else ""
    etag = entity_tag(exchange.release.manifest.digest, "form", exchange.edition.language, named)
    headers = _headers(exchange, etag) | {
        "Content-Security-Policy": _POLICY + (_OF_FILES if exchange.is_static else ""),
        "Vary": "Accept, Accept-Language",
    }
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    if described:
        text = rendering.describe(exchange.edition, exchange.page_path, examples, described)
    else:
        text = rendering.sparql(exchange.edition, exchange.page_path, examples, example)
    return Response(text, headers=headers, media_type=HTML.media_type)


def terms(exchange: Exchange) -> Response:
    """The classes and properties that the editor completes, with labels in one language."""
    etag = entity_tag(exchange.release.manifest.digest, "terms", exchange.edition.language)
    headers = _headers(exchange, etag) | {"Vary": "Accept-Language"}
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    body = json.dumps(terms_of(exchange.edition), ensure_ascii=False)
    return Response(body, headers=headers, media_type="application/json")


def _wanted(exchange: Exchange, examples: tuple[Example, ...]) -> Example | None:
    iri = exchange.request.query_params.get(EXAMPLE)
    if iri is None:
        return None
    found = next((each for each in examples if each.iri == iri), None)
    if found is None:
        raise Problem(404, f"there is no example query {iri[:200]!r}")
    return found


def _described(exchange: Exchange) -> str | None:
    iri = exchange.request.query_params.get(DESCRIBE)
    if iri is None:
        return None
    if iri.startswith("_:") or not exchange.release.resources.is_described(iri):
        raise Problem(404, f"nothing is said of {iri[:200]!r}")
    return iri


def _headers(exchange: Exchange, etag: str) -> dict[str, str]:
    language = exchange.edition.language
    policy = HTML_HEADERS | {"ETag": etag, "Cache-Control": REVALIDATE}
    return policy | {"Content-Language": language}
