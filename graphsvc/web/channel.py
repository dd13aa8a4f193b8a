"""The server's end of the socket to a worker: messages go out, and come in as they were sent."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast

from graphsvc.web.messages import CHUNK_BYTES, PREFIX

AHEAD_BYTES = 2 * CHUNK_BYTES  # that may have come before anybody wants them

Message = tuple[bytes, bytes]  # its kind, and what it says


class Channel(asyncio.Protocol):
    """Messages that have come wait here; when they are many, the worker waits."""

    def __init__(self) -> None:
        self.is_lost = False
        self._transport: asyncio.Transport | None = None
        self._parts = bytearray()  # of a message that is not whole
        self._messages: deque[Message] = deque()
        self._bytes = 0  # of those messages
        self._is_paused = False
        self._news = asyncio.Event()  # that a message has come, or none will
        self._may_write = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        """Take what has come apart into messages."""
        parts, start = self._parts, 0
        parts += data
        while len(parts) >= start + PREFIX.size:
            kind, size = PREFIX.unpack_from(parts, start)
            begin, end = start + PREFIX.size, start + PREFIX.size + size
            if len(parts) < end:
                break
            self._messages.append((kind, bytes(parts[begin:end])))
            self._bytes += size
            start = end
        del parts[:start]
        if self._messages:
            self._news.set()
        if self._bytes > AHEAD_BYTES and not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell those who wait that nothing comes any more."""
        self.is_lost = True
        self._news.set()
        self._may_write.set()

    def pause_writing(self) -> None:
        """Have the next message wait, as the worker does not take this one."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._may_write.set()

    def send(self, message: bytes) -> bool:
        """Hand over a message. Has the socket taken it? If not, `sent` tells when."""
        assert self._transport is not None
        self._transport.write(message)
        return self._may_write.is_set()

    async def sent(self) -> None:
        """Return when the worker has taken most of what it was sent, or is gone."""
        await self._may_write.wait()

    def take(self) -> Message | None:
        """The next message, if it is there."""
        if not self._messages:
            return None
        message = self._messages.popleft()
        self._bytes -= len(message[1])
        if self._is_paused and self._bytes <= AHEAD_BYTES and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()
        return message

    async def receive(self) -> Message:
        """The next message. Raises EOFError if none will come."""
        while (message := self.take()) is None:
            if self.is_lost:
                raise EOFError
            self._news.clear()
            await self._news.wait()
        return message

    def close(self) -> None:
        """Let go of the socket at once."""
        if self._transport is not None:
            self._transport.abort()
