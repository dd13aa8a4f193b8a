"""What goes around every answer: the headers that all have, preflights, problems.

The headers stand on every response, also without an Origin in the request: a
cache may hand the response to somebody who has one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphsvc.web.conditions import OF_UNCHANGED, last_modified
from graphsvc.web.exchange import ISSUED, VERSION, accepted
from graphsvc.web.problems import FORESEEN, Problem, wants_html

RELEASE = "Graphsvc-Release"  # the version of the release that an answer was taken from

_ALWAYS = {
    "Access-Control-Allow-Origin": "*",  # without credentials: there are none
    "Access-Control-Expose-Headers": (
        f"Content-Location, Content-Range, ETag, {RELEASE}, Link, Location, Memento-Datetime, "
        "Retry-After"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}

logger = logging.getLogger(__name__)


class Frame:
    """Wraps the application; `tell` makes the page that tells people what is raised within.

    A `root_path` goes before the one that the server says.
    """

    def __init__(
        self, app: ASGIApp, tell: Callable[[Request, Problem], Response], root_path: str = ""
    ) -> None:
        self._app, self._tell, self._root_path = app, tell, root_path
        self._telling = asyncio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._root_path:
            scope["root_path"] = self._root_path
        framed = _FramedSend(scope, send)
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, framed)
            return
        try:
            await self._app(scope, receive, framed)
        except ClientDisconnect:
            logger.debug("the client left before its request was whole")
        except Exception as error:
            if framed.has_begun:  # the server cuts the connection: nobody takes this for a whole
                raise
            if not isinstance(error, FORESEEN):
                logger.exception("%s %s failed", scope["method"], scope["path"])
            response = await self._response(Request(scope), Problem.of(error))
            await response(scope, receive, framed)

    async def _response(self, request: Request, problem: Problem) -> Response:
        """Only a page is worth a thread, and one of them: many may be refused at one time."""
        if not wants_html(accepted(request)):
            return problem.response()
        try:
            async with self._telling:
                return await run_in_threadpool(self._tell, request, problem)
        except Exception:  # what broke the answer may break the page that tells of it
            logger.exception("there is no page about a problem: %s", problem.detail)
            return problem.response()


class _FramedSend:
    """Sends a response with the headers that all have."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            headers.update(_ALWAYS)
            state = self._scope.get("state", {})
            if version := state.get(VERSION):
                headers[RELEASE] = version
                _date(headers, state.get(ISSUED))
            if message["status"] == 304:
                for name in set(headers).difference(OF_UNCHANGED):
                    del headers[name]
        await self._send(message)


def _date(headers: MutableHeaders, issued: str | None) -> None:
    """Say since when this is so, of what a tag says is the same to the byte: files' times do not.

    Of the answer to a query that is not known: whether it may be another each time is found
    by evaluating it, so a date alone could not decide.
    """
    if not headers.get("etag", "").startswith('"'):
        return
    del headers["last-modified"]
    if modified := last_modified(issued):
        headers["last-modified"] = modified
