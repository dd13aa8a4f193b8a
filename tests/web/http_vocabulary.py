"""Requests and the responses demanded, as the manifests of the W3C's protocol suites have them.

Spec: https://www.w3.org/TR/HTTP-in-RDF10/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from manifests import MF, Graph

_HT = "http://www.w3.org/2011/http#"
_CNT = "http://www.w3.org/2011/content#"


@dataclass(frozen=True)
class Response:
    """What a response has to be; None and nothing where all will do."""

    statuses: frozenset[str]  # as http-statusCodes names them: StatusCode2xx, NotFound
    headers: Mapping[str, str]
    body: bytes | None
    format: str | None  # "boolean", "tabular" or "RDF"
    boolean: bool | None
    location: str | None  # what stands for the Location header in later requests

    def allows_status(self, answer: httpx.Response) -> bool:
        phrase = HTTPStatus(answer.status_code).phrase.replace(" ", "")
        return not self.statuses.isdisjoint({f"StatusCode{answer.status_code // 100}xx", phrase})


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # with its query
    headers: Mapping[str, str]
    content: bytes
    response: Response

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD")


def requests_of(graph: Graph, test: object) -> list[Request]:
    """The requests of a test, in their order."""
    connection = graph.the(test, MF + "action")
    requests = graph.list(graph.the(connection, _HT + "requests"))
    return [_request(graph, each) for each in requests]


def _request(graph: Graph, node: object) -> Request:
    return Request(
        graph.text(node, _HT + "methodName"),
        graph.text(node, _HT + "absolutePath"),
        _headers(graph, node),
        _body(graph, node) or b"",
        _response(graph, graph.the(node, _HT + "resp")),
    )


def _response(graph: Graph, node: object) -> Response:
    format, boolean, location = (
        None if (found := graph.one(node, MF + name)) is None else found.value
        for name in ("expectedFormat", "expectedBoolean", "expectedLocation")
    )
    return Response(
        frozenset(each.value.rpartition("#")[2] for each in graph.all(node, MF + "expectedStatus")),
        _headers(graph, node),
        _body(graph, node),
        format,
        None if boolean is None else boolean == "true",
        location,
    )


def _headers(graph: Graph, node: object) -> dict[str, str]:
    return {
        graph.text(each, _HT + "fieldName").lower(): graph.text(each, _HT + "fieldValue")
        for each in graph.list(graph.one(node, _HT + "headers"))
    }


def _body(graph: Graph, node: object) -> bytes | None:
    body = graph.one(node, _HT + "body")
    if body is None:
        return None
    encoding = graph.one(body, _CNT + "characterEncoding")
    return graph.text(body, _CNT + "chars").encode(encoding.value if encoding else "utf-8")
