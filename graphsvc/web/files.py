"""Files that are sent as they are, or the parts of them that a client asks for.

Starlette's own response answers a unit of ranges that it does not know with 400, takes
ranges with HEAD, and takes the time of the file for a validator.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphsvc.web.problems import Problem
from graphsvc.web.ranges import ranges_of
from graphsvc.web.responses import EndedByLeaving

CHUNK_BYTES = 1 << 18  # in memory at a time, for each client


class FileResponse(Response):
    """A file of `size` bytes, with its ETag and Content-Type among the headers.

    It is open from the beginning, so that it is sent whole even if it is removed. Raises
    OSError if it is not there.
    """

    def __init__(self, path: Path, size: int, headers: Mapping[str, str]) -> None:
        super().__init__(headers={**headers, "Accept-Ranges": "bytes"})
        self._file, self._size = path.open("rb"), size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = self._parts(scope)
        headers = MutableHeaders(raw=list(self.raw_headers))
        pieces: list[range | bytes]
        if parts is None:
            status, pieces = 200, [range(self._size)]
        elif len(parts) == 1:
            status, pieces = 206, [parts[0]]
            headers["content-range"] = self._content_range(parts[0])
        else:
            status, pieces = 206, self._multipart(parts, headers)
        headers["content-length"] = str(sum(map(len, pieces)))
        start = {"type": "http.response.start", "status": status, "headers": headers.raw}
        if scope["method"] == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        async with EndedByLeaving(receive):
            await send(start)
            for piece in pieces:
                await _send_piece(piece, self._file, send)
            await send({"type": "http.response.body", "body": b""})

    def _parts(self, scope: Scope) -> list[range] | None:
        """The parts that are asked for; None for the whole. Raises Problem: 416 if it has none.

        Only with GET; and where If-Range names the very representation, by its tag: a date
        cannot tell two codings apart.
        Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
        """
        asked = Headers(scope=scope)
        if scope["method"] != "GET" or "range" not in asked:
            return None
        if asked.get("if-range", self.headers["etag"]).strip() != self.headers["etag"]:
            return None
        parts = ranges_of(asked["range"], self._size)
        if parts == []:
            beyond = f"the file has {self._size} bytes, and none of those asked for"
            raise Problem(416, beyond, {"Content-Range": f"bytes */{self._size}"})
        return parts

    def _content_range(self, part: range) -> str:
        return f"bytes {part.start}-{part.stop - 1}/{self._size}"

    def _multipart(self, parts: Sequence[range], headers: MutableHeaders) -> list[range | bytes]:
        """Several parts in one body.

        Spec: https://www.rfc-editor.org/rfc/rfc9110#section-14.6
        """
        boundary, content_type = secrets.token_hex(16), headers["content-type"]
        headers["content-type"] = f"multipart/byteranges; boundary={boundary}"
        pieces: list[range | bytes] = []
        for part in parts:
            head = f"Content-Type: {content_type}\r\nContent-Range: {self._content_range(part)}"
            pieces += f"\r\n--{boundary}\r\n{head}\r\n\r\n".encode(), part
        return [*pieces, f"\r\n--{boundary}--\r\n".encode()]


async def _send_piece(piece: range | bytes, file: IO[bytes], send: Send) -> None:
    """Raises OSError if the file has not so much, which breaks the answer off."""
    if isinstance(piece, bytes):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        return
    file.seek(piece.start)
    left = len(piece)
    while left:
        chunk = await run_in_threadpool(file.read, min(CHUNK_BYTES, left))
        if not chunk:
            raise OSError(f"{file.name}: {left} bytes fewer than there were")
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
