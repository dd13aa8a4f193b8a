"""/openapi.json: every route with its parameters, media types and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphsvc import __version__
from graphsvc.formats import HTML, RDF_FORMATS, RDF_XML, SOLUTIONS_FORMATS
from graphsvc.harvest import void
from graphsvc.pages.quality import NARROWING
from graphsvc.search import QUERY_CHARACTERS, QUERY_WORDS
from graphsvc.web import discovery, examples, search
from graphsvc.web.exchange import DESCRIBE, EXAMPLE, INCOMING, LANGUAGE, PAGE, TYPE
from graphsvc.web.problems import PROBLEM_JSON
from graphsvc.web.protocol import FORM, QUERY
from graphsvc.web.quality import STATEMENTS
from graphsvc.web.twins import FORMAT

_RDF = [each.media_type for each in RDF_FORMATS]
_DESCRIPTION = [*_RDF, HTML.media_type]
_RESULTS = [*(each.media_type for each in SOLUTIONS_FORMATS), *_RDF]
_TEXT = {"type": "string"}

_PROBLEMS = {
    400: "The request cannot be understood; for SPARQL with line and column",
    403: "An update, which is not offered; or a SERVICE that may not be called",
    404: "Nothing is published under this address",
    406: "None of the offered media types is acceptable; every offer is named",
    413: "The body is larger than it may be; or the query wants more memory than it may have; "
    "or the answer is longer than it may be",
    500: "The server failed to answer; or the query ended the process that evaluated it",
    414: "The address, or the query in it, is longer than it may be",
    415: "The body is in a form that is not read",
    429: "The client has asked too many queries; Retry-After says when to come again",
    502: "An endpoint that the query calls does not answer, or may not be called",
    503: "No release is open, or too many queries are waiting, and Retry-After says when to come "
    "again; or the query took longer than it may",
}
_QUERY_PROBLEMS = (400, 403, 406, 413, 415, 429, 500, 502, 503)


def describe(root_path: str) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "graphsvc",
            "version": __version__,
            "description": "Linked data: every IRI answers, in HTML and in RDF, and SPARQL 1.1. "
            "Every GET route answers HEAD as well.",
        },
        "servers": [{"url": root_path or "/"}],
        "paths": _paths(),
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _paths() -> dict[str, Any]:
    return _of_resources() | _of_queries() | _of_harvest() | _of_operations()


def _of_resources() -> dict[str, Any]:
    """What the publication describes, and how good it is."""
    described = _ok(_DESCRIPTION) | _NOT_MODIFIED
    resource = described | _withdrawn()
    language = _parameter(LANGUAGE, "The language of the page")
    page = [language, _parameter(INCOMING, "Which page of the links to the resource")]
    listing = [_parameter(TYPE, "A class whose instances to list"), _parameter(PAGE, "Which page")]
    path, suffix = _parameter("path", "", "path"), _parameter("suffix", "", "path")
    return {
        "/": _get("The publication as a whole", described, 406, 503, of=[language, *listing]),
        "/index.{suffix}": _get("The same, in one format", described, 404, 503, of=[suffix]),
        "/id/{path}": _get(
            "Where a thing is described", _SEE_OTHER | _withdrawn(), 404, 503, of=[path]
        ),
        "/doc/{path}": _get(
            "The description of a thing", resource, 404, 406, 503, of=[path, *page]
        ),
        "/doc/{path}.{suffix}": _get(
            "The same, in one format", resource, 404, 503, of=[path, suffix, *page]
        ),
        "/{path}": _get(
            "The description of any other IRI of the publication: vocabulary, schemes, shapes",
            resource,
            *(404, 406, 503),
            of=[path, *page],
        ),
        "/quality": _get(
            "Validation, corrections, and what the sources say",
            _ok(["application/json", HTML.media_type]) | _NOT_MODIFIED,
            *(400, 404, 406, 503),
            of=_quality_fields(),
        ),
        "/quality/report.{suffix}": _get(
            "The validation report: ttl, json or txt",
            _ok(["text/turtle", "application/json", "text/plain"]) | _NOT_MODIFIED,
            *(404, 503),
            of=[suffix],
        ),
    }


def _of_queries() -> dict[str, Any]:
    """What may be asked of it."""
    language, path = (
        _parameter(LANGUAGE, "The language of the page"),
        _parameter("path", "", "path"),
    )
    graph = [
        _parameter("graph", "The IRI of a named graph"),
        _parameter("default", "Instead of a name: the default graph"),
    ]
    return {
        "/sparql": {"get": _query_by_get(), "post": _query_by_post()},
        "/sparql/terms": _get(
            "The classes and properties that a query may name",
            _ok(["application/json"]) | _NOT_MODIFIED,
            503,
            of=[language],
        ),
        "/graph": _get(
            "A graph by its name (`graph=`), or the default graph (`default`)",
            _ok(_RDF) | _NOT_MODIFIED,
            *(400, 404, 406, 429, 503),
            of=graph,
        ),
        "/graph/{path}": _get(
            "A named graph; for people, where its dumps are listed",
            _ok(_RDF) | _SEE_OTHER | _NOT_MODIFIED,
            *(404, 406, 503),
            of=[path],
        ),
        "/search": _get("Full-text search", _hits(), 400, 404, 406, 429, 503, of=_search_fields()),
        examples.PATH: _get("The example queries", _ok(_RDF) | _NOT_MODIFIED, 404, 406, 503),
    }


def _of_harvest() -> dict[str, Any]:
    """What is taken as a whole, and where that is found."""
    described = _ok(_DESCRIPTION) | _NOT_MODIFIED
    page = [_parameter(LANGUAGE, "The language of the page")]
    suffix, file = _parameter("suffix", "", "path"), _parameter("file", "", "path")
    return {
        "/catalog": _get("The catalogue of the data in DCAT-AP", described, 406, 503, of=page),
        "/catalog.{suffix}": _get("The same, in one format", described, 404, 503, of=[suffix]),
        "/datasets/dcat": _get(
            "The same in RDF/XML, where Swedish portals look",
            _ok([RDF_XML.media_type]) | _NOT_MODIFIED,
            503,
        ),
        void.PATH: _get("What the data hold, in VoID", _ok(_RDF) | _NOT_MODIFIED, 406, 503),
        "/dump": _get("Where the dumps are listed", _responses(308, "The list is at /dump/"), 503),
        "/dump/": _get("The dumps", _ok(["application/json", HTML.media_type]), 406, 503),
        "/dump/{file}": _get(
            "A file that holds the whole or a graph",
            _ok([*_RDF, "application/gzip"]) | _responses(206, "A part of it") | _NOT_MODIFIED,
            *(404, 503),
            of=[file],
        ),
        "/sitemap.xml": _get(
            "The documents of the publication, or the files that list them",
            _ok(["application/xml"]) | _NOT_MODIFIED,
            *(400, 404, 503),
            of=[_parameter(PAGE, "Which of these files")],
        ),
        discovery.API_CATALOG: _get(
            "What may be asked here (RFC 9727)",
            _ok(["application/linkset+json"]) | _NOT_MODIFIED,
            503,
        ),
        "/robots.txt": _get("What crawlers shall leave alone", _ok(["text/plain"]), 503),
    }


def _of_operations() -> dict[str, Any]:
    """What keeps the service going."""
    file = _parameter("file", "", "path")
    return {
        "/healthz": _get("Is the process alive?", _ok(["text/plain"])),
        "/readyz": _get("Is a release open?", _ok(["application/json"]), 503),
        "/static/{file}": _get(
            "What pages refer to",
            _ok(["text/css", "text/javascript", "image/svg+xml", "text/plain"]),
            404,
            of=[file],
        ),
        "/openapi.json": _get("This document", _ok(["application/json"])),
    }


def _query_by_get() -> dict[str, Any]:
    fields = [
        _parameter("query", "A SPARQL 1.1 query; without one, the service describes itself"),
        _parameter("default-graph-uri", "A graph of the default graph; may be repeated"),
        _parameter("named-graph-uri", "A graph that can be named; may be repeated"),
        _parameter("format", "The suffix of a format, which goes before the Accept header"),
        _parameter("timeout", "After how many seconds to give up; no more than the server allows"),
        _parameter(DESCRIBE, "The IRI of a resource that the query in the form shall describe"),
        _parameter(EXAMPLE, "The IRI of an example query that the form shall hold"),
    ]
    responses = _ok([*_RESULTS, HTML.media_type]) | _NOT_MODIFIED
    return _operation("Query", responses, (*_QUERY_PROBLEMS, 404, 414), fields)


def _search_fields() -> list[dict[str, Any]]:
    return [
        _parameter(
            search.TEXT,
            f"The words, of which a hit has all; at most {QUERY_WORDS} and "
            f"{QUERY_CHARACTERS} characters. Without them, people get a form",
        ),
        _parameter(TYPE, "The IRI of a class, whose instances alone are to be found"),
        _parameter(PAGE, "Which page of the hits"),
        _parameter(LANGUAGE, "The language of the page, of labels, and of texts if there is one"),
        _parameter(FORMAT, "json or html, which goes before the Accept header"),
    ]


def _quality_fields() -> list[dict[str, Any]]:
    return [
        *(_parameter(name, f"The IRI of the {name} to narrow it to") for name in NARROWING),
        _parameter(PAGE, "Which page of the corrections"),
        _parameter(STATEMENTS, "Which page of what the sources say"),
        _parameter(LANGUAGE, "The language of the page, and of labels and reasons"),
        _parameter(FORMAT, "json or html, which goes before the Accept header"),
    ]


def _hits() -> dict[str, Any]:
    media_types = {"application/json": _HITS, HTML.media_type: _TEXT}
    content = {media_type: {"schema": schema} for media_type, schema in media_types.items()}
    return {"200": {"description": "A page of hits, the best first", "content": content}} | (
        _NOT_MODIFIED
    )


def _query_by_post() -> dict[str, Any]:
    fields = {"query": _TEXT, "default-graph-uri": _TEXT, "named-graph-uri": _TEXT}
    form = {"type": "object", "properties": fields, "required": ["query"]}
    body = {"content": {FORM: {"schema": form}, QUERY: {"schema": _TEXT}}, "required": True}
    return _operation("Query", _ok(_RESULTS), _QUERY_PROBLEMS, ()) | {"requestBody": body}


def _get(
    summary: str,
    responses: Mapping[str, Any],
    *problems: int,
    of: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    return {"get": _operation(summary, responses, problems, of)}


def _operation(
    summary: str,
    responses: Mapping[str, Any],
    problems: Iterable[int],
    parameters: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    content = {
        PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
        HTML.media_type: {"schema": _TEXT},
    }
    told = {
        str(status): {"description": _PROBLEMS[status], "content": content}
        for status in sorted(problems)
    }
    return {"summary": summary, "parameters": list(parameters), "responses": {**responses, **told}}


def _parameter(name: str, description: str, place: str = "query") -> dict[str, Any]:
    told = {"name": name, "in": place, "required": place == "path", "schema": _TEXT}
    return told | ({"description": description} if description else {})


def _ok(media_types: Iterable[str]) -> dict[str, Any]:
    content = {media_type: {"schema": _TEXT} for media_type in media_types}
    return {"200": {"description": "The whole of it", "content": content}}


def _withdrawn() -> dict[str, Any]:
    gone = "It is withdrawn; its description names what replaces it"
    content = {media_type: {"schema": _TEXT} for media_type in _DESCRIPTION}
    return _responses(301, "It is withdrawn, and the same as what is at Location") | {
        "410": {"description": gone, "content": content}
    }


def _responses(status: int, description: str) -> dict[str, Any]:
    return {str(status): {"description": description}}


_NOT_MODIFIED = _responses(304, "The client has it already")
_SEE_OTHER = _responses(303, "It is at Location")
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "offers": {"type": "array", "items": _TEXT},
        "nearest": {
            "type": "array",
            "items": _TEXT,
            "description": "Published IRIs that may have been meant, the likeliest first",
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_ADDRESS = {"type": "string", "format": "uri-reference", "description": "On this server"}
_NAMED = {"iri": _TEXT, "label": _TEXT, "label_language": _TEXT}
_RESOURCE = {"type": "object", "properties": _NAMED}
_PART = {"type": "object", "properties": {"text": _TEXT, "is_match": {"type": "boolean"}}}
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
        "query": _TEXT,
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
