"""What goes wrong, told as RFC 9457 problem documents, or as a page to who reads HTML.

Every error is a status and a sentence; a table says which status each of our own
errors is. The type is always about:blank: the status tells the kind, and members
such as `line` or `offers` tell programs the rest.

Spec: https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from graphsvc.errors import (
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    SearchRefused,
    ServiceFailed,
)
from graphsvc.formats import HTML, Format
from graphsvc.negotiation import negotiate

PROBLEM_JSON = "application/problem+json"
STATUS: Mapping[type[Exception], int] = {
    QuerySyntaxError: 400,
    SearchRefused: 400,
    QueryRefused: 403,
    NotAcceptable: 406,
    ServiceFailed: 502,
}


@dataclass
class Problem(Exception):
    """A refusal: what to say, and what to say it with."""

    status: int
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: Exception) -> Problem:
        """The problem that an exception is; one that is not `FORESEEN` tells nothing of itself."""
        if isinstance(error, Problem):
            return error
        if isinstance(error, HTTPException):
            detail = _DETAILS.get(error.status_code, error.detail)
            return cls(error.status_code, detail, _ordered(error.headers or {}))
        for kind, status in STATUS.items():
            if isinstance(error, kind):
                return cls(status, str(error), members=_members(error))
        return cls(500, "the server failed to answer; its log says why")

    def table(self) -> dict[str, Any]:
        """The problem document."""
        title = HTTPStatus(self.status).phrase
        told = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        return told | dict(self.members)

    def response(self) -> Response:
        """The problem document as a response."""
        body = json.dumps(self.table(), ensure_ascii=False)
        return Response(body, self.status, self.all_headers(), PROBLEM_JSON)

    def all_headers(self) -> dict[str, str]:
        return {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language", **self.headers}


FORESEEN = (Problem, HTTPException, *STATUS)

_DETAILS = {
    404: "nothing is published under this address",
    405: "this method does nothing here",
}


def wants_html(accept: str | None) -> bool:
    """Does a client rather read HTML than JSON? One that does not say does not."""
    try:
        return negotiate(accept, (PROBLEM_JSON, HTML.media_type)) == HTML.media_type
    except NotAcceptable:
        return False


def choose(accept: str | None, offers: Sequence[Format]) -> Format:
    """The offered format that a client would rather have. Raises Problem: 406 with every offer."""
    by_media_type = {each.media_type: each for each in offers}
    try:
        return by_media_type[negotiate(accept, list(by_media_type))]
    except NotAcceptable as error:
        headers = {"Vary": "Accept"}
        raise Problem(406, str(error), headers, {"offers": list(by_media_type)}) from error


def _ordered(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers, the methods in Allow always in the same order."""
    return {
        name: ", ".join(sorted(value.split(", "))) if name == "Allow" else value
        for name, value in headers.items()
    }


def _members(error: Exception) -> dict[str, Any]:
    match error:
        case QuerySyntaxError(line=line, column=column) if line:
            return {"line": line, "column": column}
        case _:
            return {}
