"""Ask a server as a harvester does, and take no more from it than is wanted.

A request takes so many seconds all in all, however slowly its bytes come, and so many
bytes. A redirection to a server that may not be asked is told, not followed. On other
servers than the one under test, only public addresses are called.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin

import httpcore

from graphsvc import __version__
from graphsvc.errors import GraphsvcError
from graphsvc.preflight.servers import Server
from graphsvc.web.remote import CheckedBackend

REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTIONS = 5
Take = Callable[[bytes], object]


@dataclass(frozen=True)
class Hop:
    """A redirection: its status, and where it leads."""

    status: int
    url: str


@dataclass(frozen=True)
class Answer:
    """What a server answers in the end, after the redirections.

    `fault` says why the answer is not whole; without a status there was none. `left` tells
    that the address, or the last redirection, leads to a server that may not be asked.
    """

    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # by names in lower case
    bytes: int = 0
    fault: str = ""
    hops: tuple[Hop, ...] = ()
    left: bool = False

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_good(self) -> bool:
        """Would a portal take the address for one that works?"""
        return not self.fault and 200 <= self.status < 400


@dataclass(frozen=True)
class Wanted:
    """What is asked for, and what becomes of it: `take` is given the bytes of a 200."""

    method: str = "HEAD"
    headers: Mapping[str, str] = field(default_factory=dict)
    take: Take = len
    most_bytes: int = 1_000_000


class Asker:
    """Asks one server, and others if that may be."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.server, self._seconds = server, seconds
        self._clock = _Clock()
        inner = httpcore.SyncBackend()
        self._own = httpcore.ConnectionPool(network_backend=_Backend(inner, self._clock))
        checked = CheckedBackend(private_addresses=False)
        self._others = httpcore.ConnectionPool(network_backend=_Backend(checked, self._clock))

    def close(self) -> None:
        self._own.close()
        self._others.close()

    def ask(self, iri: str, wanted: Wanted) -> Answer:
        """The answer to a request, wherever redirections lead it."""
        hops: list[Hop] = []
        self._clock.start(self._seconds)
        target = iri
        while (url := self.server.url_of(target)) is not None:
            answer = self._once(url, wanted)
            if not answer.status:  # a connection may have been closed since the last request
                answer = self._once(url, wanted)
            answer = replace(answer, hops=tuple(hops))
            location = answer.headers.get("location")
            if answer.status not in REDIRECTIONS or not location:
                return answer
            if len(hops) == MOST_REDIRECTIONS:
                return replace(answer, fault=f"it redirects more than {MOST_REDIRECTIONS} times")
            target = _joined(url, location)
            hops.append(Hop(answer.status, target))
        status = hops[-1].status if hops else 0
        return Answer(target, status, hops=tuple(hops), left=True)

    def _once(self, url: str, wanted: Wanted) -> Answer:
        pool = self._own if self.server.is_own(url) else self._others
        headers = [
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("User-Agent", f"graphsvc-preflight/{__version__}"),
        ]
        names = {name for name in wanted.headers}
        sent = [(name, value) for name, value in headers if name not in names]
        answer = Answer(url)
        try:
            with pool.stream(
                wanted.method,
                url,
                headers=[*sent, *wanted.headers.items()],
                extensions={"timeout": dict.fromkeys(("connect", "read", "write"), self._seconds)},
            ) as response:
                told = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                answer = Answer(url, response.status, told)
                return self._read(answer, response.iter_stream(), wanted)
        except (
            *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException),
            *(httpcore.UnsupportedProtocol, OSError, UnicodeError, GraphsvcError),
        ) as error:
            return replace(answer, fault=_why(error))

    def _read(self, answer: Answer, chunks: Iterable[bytes], wanted: Wanted) -> Answer:
        taken = 0
        for chunk in chunks:
            taken += len(chunk)
            if taken > wanted.most_bytes:
                return replace(answer, bytes=taken, fault=f"more than {wanted.most_bytes} bytes")
            if answer.status == 200:
                wanted.take(chunk)
            self._clock.left(self._seconds)
        return replace(answer, bytes=taken)


def _joined(url: str, location: str) -> str:
    with suppress(ValueError):
        return urljoin(url, location)
    return location


def _why(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "it takes too long"
    text = str(error) or type(error).__name__
    return text if isinstance(error, GraphsvcError) else text[:1].lower() + text[1:]


class _Clock:
    """How much time a request has left, which is asked at every read and write."""

    def start(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Raises ReadTimeout once there is none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class _Backend(httpcore.NetworkBackend):
    """Connects as another backend does, within the time that there is."""

    def __init__(self, inner: httpcore.NetworkBackend, clock: _Clock) -> None:
        self._inner, self._clock = inner, clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._clock.left(timeout)
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._clock)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._clock.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
