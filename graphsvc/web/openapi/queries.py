"""What may be asked of the publication."""

from __future__ import annotations

from typing import Any

from graphsvc.formats import HTML, SOLUTIONS_FORMATS
from graphsvc.search import QUERY_CHARACTERS, QUERY_WORDS
from graphsvc.web import examples, search
from graphsvc.web.exchange import CONCEPT, DESCRIBE, EXAMPLE, LANGUAGE, PAGE, PROPERTY, TYPE
from graphsvc.web.openapi.operations import (
    NOT_MODIFIED,
    RDF,
    SEE_OTHER,
    TEXT,
    get,
    ok,
    operation,
    parameter,
)
from graphsvc.web.protocol import FORM, QUERY
from graphsvc.web.twins import FORMAT

_RESULTS = [*(each.media_type for each in SOLUTIONS_FORMATS), *RDF]
_QUERY_PROBLEMS = (400, 403, 406, 413, 415, 429, 500, 502, 503)


def paths() -> dict[str, Any]:
    """What may be asked of it."""
    language, path = (
        parameter(LANGUAGE, "The language of the page"),
        parameter("path", "", "path"),
    )
    graph = [
        parameter("graph", "The IRI of a named graph"),
        parameter("default", "Instead of a name: the default graph"),
    ]
    return {
        "/sparql": {"get": _query_by_get(), "post": _query_by_post()},
        "/sparql/terms": get(
            "The classes and properties that a query may name",
            ok(["application/json"]) | NOT_MODIFIED,
            503,
            of=[language],
        ),
        "/graph": get(
            "A graph by its name (`graph=`), or the default graph (`default`)",
            ok(RDF) | NOT_MODIFIED,
            *(400, 404, 406, 429, 503),
            of=graph,
        ),
        "/graph/{path}": get(
            "A named graph; for people, where its dumps are listed",
            ok(RDF) | SEE_OTHER | NOT_MODIFIED,
            *(404, 406, 503),
            of=[path],
        ),
        "/search": get("Full-text search", _hits(), 400, 404, 406, 429, 503, of=_search_fields()),
        examples.PATH: get("The example queries", ok(RDF) | NOT_MODIFIED, 404, 406, 503),
    }


def _query_by_get() -> dict[str, Any]:
    fields = [
        parameter("query", "A SPARQL 1.1 query; without one, the service describes itself"),
        parameter("default-graph-uri", "A graph of the default graph; may be repeated"),
        parameter("named-graph-uri", "A graph that can be named; may be repeated"),
        parameter("format", "The suffix of a format, which goes before the Accept header"),
        parameter("timeout", "After how many seconds to give up; no more than the server allows"),
        parameter(DESCRIBE, "The IRI of a resource that the query in the form shall describe"),
        parameter(PROPERTY, "The IRI of a property whose statements the query shall find"),
        parameter(CONCEPT, "The IRI of a concept whose uses the query shall find"),
        parameter(EXAMPLE, "The IRI of an example query that the form shall hold"),
    ]
    responses = ok([*_RESULTS, HTML.media_type]) | NOT_MODIFIED
    return operation("Query", responses, (*_QUERY_PROBLEMS, 404, 414), fields)


def _query_by_post() -> dict[str, Any]:
    fields = {"query": TEXT, "default-graph-uri": TEXT, "named-graph-uri": TEXT}
    form = {"type": "object", "properties": fields, "required": ["query"]}
    body = {"content": {FORM: {"schema": form}, QUERY: {"schema": TEXT}}, "required": True}
    return operation("Query", ok(_RESULTS), _QUERY_PROBLEMS, ()) | {"requestBody": body}


def _search_fields() -> list[dict[str, Any]]:
    return [
        parameter(
            search.TEXT,
            f"The words, of which a hit has all; at most {QUERY_WORDS} and "
            f"{QUERY_CHARACTERS} characters. Without them, people get a form",
        ),
        parameter(TYPE, "The IRI of a class, whose instances alone are to be found"),
        parameter(PAGE, "Which page of the hits"),
        parameter(LANGUAGE, "The language of the page, of labels, and of texts if there is one"),
        parameter(FORMAT, "json or html, which goes before the Accept header"),
    ]


def _hits() -> dict[str, Any]:
    media_types = {"application/json": _HITS, HTML.media_type: TEXT}
    content = {media_type: {"schema": schema} for media_type, schema in media_types.items()}
    return {"200": {"description": "A page of hits, the best first", "content": content}} | (
        NOT_MODIFIED
    )


_ADDRESS = {"type": "string", "format": "uri-reference", "description": "On this server"}
_NAMED = {"iri": TEXT, "label": TEXT, "label_language": TEXT}
_RESOURCE = {"type": "object", "properties": _NAMED}
_PART = {"type": "object", "properties": {"text": TEXT, "is_match": {"type": "boolean"}}}
_HIT = {
    "type": "object",
    "properties": _NAMED
    | {
        "url": {**_ADDRESS, "type": ["string", "null"]},
        "types": {"type": "array", "items": _RESOURCE},
        "predicate": {
            "description": "What the snippet is the value of; null: it is the end of the IRI",
            "oneOf": [_RESOURCE, {"type": "null"}],
        },
        "language": {"type": "string", "description": "Of the snippet; empty if it has none"},
        "snippet": {"type": "array", "items": _PART},
        "is_withdrawn": {"type": "boolean"},
    },
}
_HITS = {
    "type": "object",
    "properties": {
        "query": TEXT,
        "type": {"type": ["string", "null"]},
        "total": {"type": "integer"},
        "total_is_exact": {"type": "boolean", "description": "If not, there may be more"},
        "page": {"type": "integer"},
        "last_page": {"type": "integer"},
        "links": {
            "type": "object",
            "description": "self, first, previous, next and last, as far as there are any",
            "additionalProperties": _ADDRESS,
        },
        "hits": {"type": "array", "items": _HIT},
    },
}
