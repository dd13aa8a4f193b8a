"""Content codings: answers are sent compressed to those who ask for that.

What is whole is compressed at once, and says its length. What is streamed is
compressed chunk by chunk, each of them sent whole, so that the first row waits
for no other and no more memory is taken for a long answer than for a short one. An
answer that breaks off gets no end of its coding either.

An ETag of ours says what a representation is, not how it is coded; on coded content
it is weak, as two codings share it.

Spec: https://www.rfc-editor.org/rfc/rfc9110#section-8.4
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphsvc.dumps import CODINGS as OF_DUMPS
from graphsvc.negotiation import negotiate_coding, refuses_identity
from graphsvc.web.conditions import AS_IT_IS, weak

IDENTITY = "identity"
LEAST_BYTES = 1_024  # what is shorter fits a packet anyway
INLINE_BYTES = 65_536  # what is longer is compressed by a thread, so that others are answered
# A step more costs twice the time for a hundredth of the bytes.
_BROTLI_QUALITY, _GZIP_LEVEL = 5, 6
_GZIP_WINDOW = 31  # zlib's word for 32 KiB, with gzip's head and tail
_SUBTYPES = ("json", "xml", "javascript", "n-triples", "n-quads", "trig")


class Encoder(Protocol):
    """A coding of one body, in parts."""

    def add(self, part: bytes) -> bytes:
        """What a receiver needs to have all of this part."""

    def end(self) -> bytes:
        """What tells a receiver that this was all."""


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=_BROTLI_QUALITY)

    def add(self, part: bytes) -> bytes:
        return bytes(self._compressor.process(part) + self._compressor.flush())

    def end(self) -> bytes:
        return bytes(self._compressor.finish())


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def add(self, part: bytes) -> bytes:
        return self._compressor.compress(part) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._compressor.flush()


# In our order, which breaks ties.
_ENCODERS: dict[str, Callable[[], Encoder]] = {"br": _Brotli, "gzip": _Gzip}
CODINGS = tuple(_ENCODERS)


def coding_of(scope: Scope) -> str:
    """The content coding that suits a request, of those that there are."""
    return _coding(_accepted(scope), CODINGS)


def coding_of_dump(scope: Scope) -> str:
    """The content coding of a dump that suits a request; nothing if none does."""
    accepted = _accepted(scope)
    coding = _coding(accepted, OF_DUMPS)
    return "" if coding == IDENTITY and _refuses_identity(accepted) else coding


def _accepted(scope: Scope) -> bytes:
    return b", ".join(value for name, value in scope["headers"] if name == b"accept-encoding")


@lru_cache(64)  # browsers say a few things between them
def _coding(accepted: bytes, offers: tuple[str, ...]) -> str:
    return negotiate_coding(accepted.decode("latin-1"), offers)


@lru_cache(64)
def _refuses_identity(accepted: bytes) -> bool:
    return refuses_identity(accepted.decode("latin-1"))


class Encoded:
    """Wraps an application; sends what it answers in the coding that suits the client."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, _Sender(scope, send) if scope["type"] == "http" else send)


class _Sender:
    """Passes one answer on, coded if it is worth it; its head waits for the first of its body."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._coding = coding_of(scope)
        self._encoder: Encoder | None = None
        self._start: Message | None = None  # that waits

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and self._start is not None:
            start, self._start = self._start, None
            await self._go_on(start, message)
        elif message["type"] == "http.response.body" and self._encoder is not None:
            is_last = not message.get("more_body", False)
            coded = await _encode(self._encoder, message.get("body", b""), is_last=is_last)
            await self._send({**message, "body": coded})
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        if message["status"] == 304:
            self._revalidate(headers)
        elif _is_compressible(headers):
            headers.add_vary_header("Accept-Encoding")
            if self._coding != IDENTITY:
                self._start = message
                return
        await self._send(message)

    def _revalidate(self, headers: MutableHeaders) -> None:
        """A 304 tells the tag that the client has, or the client would not find what it has.

        One that says but when it got it most likely got it coded.
        """
        if AS_IT_IS in headers.get("cache-control", ""):
            return
        headers.add_vary_header("Accept-Encoding")
        conditions = ", ".join(Headers(scope=self._scope).getlist("if-none-match"))
        tag = headers.get("etag", "")
        is_named = tag in conditions  # within a weak one, too
        if weak(tag) in conditions or (not is_named and self._coding != IDENTITY):
            headers["etag"] = weak(tag.removeprefix("W/"))

    async def _go_on(self, start: Message, message: Message) -> None:
        """Send the head, now that it is known whether the body is all there, and long enough."""
        headers, body = MutableHeaders(scope=start), message.get("body", b"")
        is_whole = self._is_whole(headers, message)
        if not is_whole or len(body) >= LEAST_BYTES:
            encoder = _ENCODERS[self._coding]()
            body = await _encode(encoder, body, is_last=is_whole)
            message = {**message, "body": body}
            headers["content-encoding"] = self._coding
            if (tag := headers.get("etag", "")).startswith('"'):
                headers["etag"] = weak(tag)
            del headers["content-length"]
            if is_whole:
                headers["content-length"] = str(len(body))
            else:
                self._encoder = encoder
        await self._send(start)
        await self._send(message)

    def _is_whole(self, headers: Headers, message: Message) -> bool:
        """Is this all of the body? To HEAD, what is streamed has none."""
        length = len(message.get("body", b""))
        if "content-length" in headers:
            return headers["content-length"] == str(length)
        is_last = not message.get("more_body", False)
        return is_last and (length > 0 or self._scope["method"] != "HEAD")


async def _encode(encoder: Encoder, part: bytes, *, is_last: bool) -> bytes:
    if len(part) > INLINE_BYTES:
        coded = await run_in_threadpool(encoder.add, part)
    else:
        coded = encoder.add(part) if part else b""
    return coded + encoder.end() if is_last else coded


def _is_compressible(headers: Headers) -> bool:
    """Is it text, in one piece, and free to be coded?"""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    _, _, subtype = media_type.partition("/")
    is_text = media_type.startswith("text/") or subtype.rpartition("+")[2] in _SUBTYPES
    is_bound = AS_IT_IS in headers.get("cache-control", "") or "content-range" in headers
    return is_text and not is_bound and "content-encoding" not in headers
