"""The page to ask queries on: a form, which the editor takes the place of where scripts run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from starlette.responses import Response

from graphsvc.examples import Example, examples_of
from graphsvc.formats import HTML
from graphsvc.pages import rendering
from graphsvc.pages.terms import terms_of
from graphsvc.resources.uses import OF_CONCEPT
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import CONCEPT, DESCRIBE, EXAMPLE, PROPERTY, Exchange
from graphsvc.web.problems import Problem
from graphsvc.web.representations import HTML_HEADERS, SCRIPTED_HEADERS

_POLICY = SCRIPTED_HEADERS["Content-Security-Policy"]
# In an export the queries are evaluated by a worker of the page, in WebAssembly.
_OF_FILES = " 'wasm-unsafe-eval'; worker-src 'self'"


# Only IRIs of the release come to stand in these, and those need no escapes.
_OPENED: dict[str, Callable[[str], str]] = {
    DESCRIBE: lambda iri: f"DESCRIBE <{iri}>",
    PROPERTY: lambda iri: f"SELECT ?subject ?value {{\n  ?subject <{iri}> ?value .\n}}\nLIMIT 1000",
    CONCEPT: lambda iri: (
        f"SELECT ?subject ?property {{\n  ?subject ?property <{iri}> .\n  {OF_CONCEPT}\n}}"
        "\nLIMIT 1000"
    ),
}


def page(exchange: Exchange) -> Response:
    """The page; `?example=` names the example query in it, and _OPENED what a query is about."""
    examples = examples_of(exchange.release)
    example, opened = _wanted(exchange, examples), _opened(exchange)
    kind, iri = opened or (EXAMPLE, example.iri if example else "")
    named = hashlib.sha256(f"{kind} {iri}".encode()).hexdigest()[:16] if iri else ""
    etag = entity_tag(exchange.release.manifest.digest, "form", exchange.edition.language, named)
    headers = _headers(exchange, etag) | HTML_HEADERS
    headers |= {
        "Content-Security-Policy": _POLICY + (_OF_FILES if exchange.is_static else ""),
        "Vary": "Accept, Accept-Language",
    }
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    if opened:
        query, path = _OPENED[kind](iri), exchange.page_path
        text = rendering.opened(exchange.edition, path, examples, iri, query)
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


def _opened(exchange: Exchange) -> tuple[str, str] | None:
    """What a query shall be about: the name of the parameter, and the IRI that it gives."""
    resources = exchange.release.resources
    for kind in _OPENED:
        iri = exchange.request.query_params.get(kind)
        if iri is not None:
            if iri.startswith("_:") or not (resources.is_described(iri) or resources.uses([iri])):
                raise Problem(404, f"nothing is said of {iri[:200]!r}")
            return kind, iri
    return None


def _headers(exchange: Exchange, etag: str) -> dict[str, str]:
    language = exchange.edition.language
    policy = HTML_HEADERS | {"ETag": etag, "Cache-Control": REVALIDATE}
    return policy | {"Content-Language": language}
