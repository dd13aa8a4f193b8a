"""What a SPARQL 1.1 Protocol request says, read from its address and its body.

Spec: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.requests import Request

from graphsvc.errors import QueryRefused
from graphsvc.web.problems import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
WITH_BODY = ("POST", "QUERY")
_FIELDS = 1_000
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class QueryRequest:
    """One query; `text` is None if there is none, and may be empty."""

    text: str | None
    default_graphs: tuple[NamedNode, ...]
    named_graphs: tuple[NamedNode, ...]
    format: str
    seconds: float | None = None  # that the client would wait for the evaluation

    @property
    def names_graphs(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


async def read_request(request: Request, query_bytes: int, body_bytes: int) -> QueryRequest:
    """Read a GET, or a form or a query by POST or QUERY.

    Raises Problem for what is none of them or too large, QueryRefused for an update.
    """
    fields = _decode_fields(request.scope["query_string"])
    if request.method in WITH_BODY:
        fields += await _read_body(request, body_bytes)
    if any(name == "update" for name, _ in fields):
        raise _no_update()
    queries = [value.strip() and value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise Problem(400, f"there are {len(queries)} queries; send one")
    text = queries[0] if queries else None
    if text is not None and len(text.encode()) > query_bytes:
        status = 413 if request.method in WITH_BODY else 414
        raise Problem(status, f"the query is longer than {query_bytes} bytes")
    return QueryRequest(
        text,
        _graphs(fields, "default-graph-uri"),
        _graphs(fields, "named-graph-uri"),
        next((value for name, value in fields if name == "format"), ""),
        _seconds(next((value for name, value in fields if name == "timeout"), "")),
    )


async def _read_body(request: Request, most: int) -> list[tuple[str, str]]:
    media_type, charset = _content_type(request)
    if media_type == UPDATE:
        raise _no_update()
    if media_type not in (FORM, QUERY) or charset not in ("", "utf-8", "utf8"):
        raise Problem(
            415,
            f"the body is {request.headers.get('content-type', 'of no type')!r}; "
            f"{FORM} or {QUERY} in UTF-8 is wanted",
            {"Accept-Post": f"{FORM}, {QUERY}"},
        )
    body = await _read_bytes(request, most)
    return [("query", _decode(body))] if media_type == QUERY else _decode_fields(body)


async def _read_bytes(request: Request, most: int) -> bytes:
    """The body, of which no more is held than may be."""
    too_large = Problem(413, f"the body is larger than {most} bytes", {"Connection": "close"})
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise too_large
    return bytes(body)


def _content_type(request: Request) -> tuple[str, str]:
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset


def _decode_fields(encoded: bytes) -> list[tuple[str, str]]:
    """Fields of a form, decoded once: `%2525` is `%25`."""
    try:
        return parse_qsl(
            _decode(encoded), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "an escape is not of UTF-8") from error
    except ValueError as error:
        raise Problem(400, f"there are more than {_FIELDS} parameters") from error


def _decode(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"byte {error.start} of the request is not UTF-8") from error


def _graphs(fields: list[tuple[str, str]], wanted: str) -> tuple[NamedNode, ...]:
    try:
        named = (NamedNode(value) for name, value in fields if name == wanted)
        return tuple(dict.fromkeys(named))  # Oxigraph would read a graph as often as it is named
    except ValueError as error:
        raise Problem(400, f"{wanted}: {error}; an IRI is wanted") from error


def _seconds(text: str) -> float | None:
    if not text:
        return None
    if not _SECONDS.fullmatch(text) or not float(text):
        raise Problem(400, f"timeout is {text[:50]!r}; seconds are wanted, such as 2 or 0.5")
    return float(text)


def _no_update() -> QueryRefused:
    return QueryRefused("there are no updates here: edit the publication's files in git instead")
