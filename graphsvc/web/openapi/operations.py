"""How an operation is written in OpenAPI 3.1: its parameters, responses and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphsvc.formats import HTML, RDF_FORMATS
from graphsvc.web.problems import PROBLEM_JSON

RDF = [each.media_type for each in RDF_FORMATS]
DESCRIPTION = [*RDF, HTML.media_type]
TEXT = {"type": "string"}

_PROBLEMS = {
    400: "The request cannot be understood; for SPARQL with line and column",
    403: "An update, which is not offered; or a SERVICE that may not be called",
    404: "Nothing is published under this address",
    406: "None of the offered media types, or content codings, is acceptable; every offer is named",
    410: "The release of this version is not kept any more; `successor` names the next that is",
    413: "The body is larger than it may be; or the query wants more memory than it may have; "
    "or the answer is longer than it may be",
    500: "The server failed to answer; or the query ended the process that evaluated it",
    414: "The address, or the query in it, is longer than it may be",
    416: "The file has none of the parts that are asked for",
    415: "The body is in a form that is not read",
    429: "The client has asked too many queries; Retry-After says when to come again",
    502: "An endpoint that the query calls does not answer, or may not be called",
    503: "No release is open, or too many queries are waiting, and Retry-After says when to come "
    "again; or the query took longer than it may",
}


def get(
    summary: str,
    responses: Mapping[str, Any],
    *problems: int,
    of: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    return {"get": operation(summary, responses, problems, of)}


def operation(
    summary: str,
    responses: Mapping[str, Any],
    problems: Iterable[int],
    parameters: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    content = {
        PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
        HTML.media_type: {"schema": TEXT},
    }
    told = {
        str(status): {"description": _PROBLEMS[status], "content": content}
        for status in sorted(problems)
    }
    return {"summary": summary, "parameters": list(parameters), "responses": {**responses, **told}}


def parameter(name: str, description: str, place: str = "query") -> dict[str, Any]:
    told = {"name": name, "in": place, "required": place == "path", "schema": TEXT}
    return told | ({"description": description} if description else {})


def ok(media_types: Iterable[str]) -> dict[str, Any]:
    content = {media_type: {"schema": TEXT} for media_type in media_types}
    return {"200": {"description": "The whole of it", "content": content}}


def withdrawn() -> dict[str, Any]:
    gone = "It is withdrawn; its description names what replaces it"
    content = {media_type: {"schema": TEXT} for media_type in DESCRIPTION}
    return response(301, "It is withdrawn, and the same as what is at Location") | {
        "410": {"description": gone, "content": content}
    }


def response(status: int, description: str) -> dict[str, Any]:
    return {str(status): {"description": description}}


ANOTHER_TIME = response(302, "What Accept-Datetime asks for is at Location (Memento, RFC 7089)")
NOT_MODIFIED = response(304, "The client has it already")
SEE_OTHER = response(303, "It is at Location")
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "offers": {"type": "array", "items": TEXT},
        "nearest": {
            "type": "array",
            "items": TEXT,
            "description": "Published IRIs that may have been meant, the likeliest first",
        },
        "successor": {**TEXT, "description": "The same in the next later version that is kept"},
        "description": {**TEXT, "description": "Where the version is described"},
    },
    "required": ["type", "title", "status", "detail"],
}
