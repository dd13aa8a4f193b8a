"""The heads of requests, bounded: the parser takes a line of any length, and lines without end.

So are trailers and whatever else is in a request beside its body.

A head that is too long is answered before it is whole, and what else the client sends
of it is thrown away for a moment, or the answer would be lost with the connection.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graphsvc.web.corking import Corked
from graphsvc.web.problems import PROBLEM_JSON, Problem

URL_BYTES = 65_535  # the parser reads none that is longer
FIELDS_BYTES = 32_768
LINGER_SECONDS = 2


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, but a head that is too long is refused: with 414, or with 431.

    Spec: https://www.rfc-editor.org/rfc/rfc6585#section-5
    """

    _chunk_bytes = 0
    _is_in_head = False
    _unread_bytes = 0  # that have come since there was a head, or a part of a body
    _problem: Problem | None = None  # that this connection ends with

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; answers are sent in as few pieces as they can be."""
        super().connection_made(Corked(transport, self.loop))

    def data_received(self, data: bytes) -> None:
        """Parse what has come; on a connection that ends, throw it away."""
        if self._problem is not None:
            return
        self._chunk_bytes = len(data)
        super().data_received(data)
        self._unread_bytes += len(data)
        if self._unread_bytes > URL_BYTES + FIELDS_BYTES and self._problem is None:
            self._refuse(self._too_long())

    def on_message_begin(self) -> None:
        """A head begins; it may be in the chunk that ends a body, so that one does not count."""
        super().on_message_begin()
        self._is_in_head, self._unread_bytes = True, -self._chunk_bytes

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, which may be of any length."""
        self._unread_bytes = -self._chunk_bytes
        super().on_body(body)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head. Trailers are left out: what reads them had begun to answer.

        Spec: https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1
        """
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there. Raises Problem, on which the parser gives up, if it is too long."""
        fields_bytes = sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.url) > URL_BYTES or fields_bytes > FIELDS_BYTES:
            self._refuse(self._too_long())
            raise self._too_long()
        self._is_in_head, self._unread_bytes = False, -self._chunk_bytes
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer to what the parser gave up on."""
        if self._problem is None:
            self._refuse(Problem(400, msg))

    def _too_long(self) -> Problem:
        if self._is_in_head and len(self.url) > URL_BYTES:
            return Problem(414, f"the address is longer than {URL_BYTES} bytes; POST the query")
        return Problem(431, f"the header fields are longer than {FIELDS_BYTES} bytes")

    def _refuse(self, problem: Problem) -> None:
        self._problem = problem
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # the answer to the request before is cut, and seen to be
            return
        body = json.dumps(problem.table()).encode()
        head = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
            f"content-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
