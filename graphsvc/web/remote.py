"""Calls to the SPARQL endpoints of others, for queries with SERVICE.

A name is resolved once, and the connection goes to the very address that was
checked, so that no name can mean another address a moment later; over TLS the
certificate is still asked for the name. A redirection is a call like the first. What
is returned is a whole answer of a bounded length, or an error.

Time is not bounded here: whoever calls is ended when the query's time is up.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

import httpcore

from graphsvc.endpoints import Endpoint
from graphsvc.errors import ServiceFailed, ServiceRefused
from graphsvc.formats import RESULTS_JSON, RESULTS_XML

_MEDIA_TYPES = (RESULTS_JSON.media_type, RESULTS_XML.media_type)
_REDIRECTIONS = 3
_IPV6_UNICAST = IPv6Network("2000::/3")  # all else is of one network, or of none
_IPV4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))  # of protocols, and of relays
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Reach:
    """What may be called, and how much may come of it."""

    allowed: Sequence[Endpoint]
    private_addresses: bool  # may they be in a network that is not public?
    most_bytes: int


def ask(endpoint: Endpoint, query: bytes, reach: Reach) -> tuple[str, bytes]:
    """The media type of the solutions that an endpoint has for a query, and the solutions.

    Raises ServiceFailed if it has none, ServiceRefused if it may not be called.
    """
    backend = CheckedBackend(private_addresses=reach.private_addresses)
    with httpcore.ConnectionPool(network_backend=backend) as pool:
        for _ in range(_REDIRECTIONS + 1):
            found = _post(pool, endpoint, query, reach.most_bytes)
            if isinstance(found, tuple):
                return found
            endpoint = _target(endpoint, found, reach)
    raise ServiceFailed(f"{endpoint.url}: it redirects more than {_REDIRECTIONS} times")


def _post(
    pool: httpcore.ConnectionPool, endpoint: Endpoint, query: bytes, most_bytes: int
) -> tuple[str, bytes] | str:
    """The answer, or where it is to be found instead."""
    headers: list[tuple[bytes | str, bytes | str]] = [
        ("Host", endpoint.authority),
        ("Accept", ", ".join(_MEDIA_TYPES)),
        ("Accept-Encoding", "identity"),
        ("Content-Type", "application/sparql-query"),
        ("Content-Length", str(len(query))),
        ("User-Agent", "graphsvc"),
    ]
    try:
        with pool.stream("POST", endpoint.url, headers=headers, content=query) as response:
            told = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            if response.status in (307, 308) and "location" in told:
                return told["location"]
            media_type = _media_type(endpoint, response.status, told)
            return media_type, _body(endpoint, response.iter_stream(), most_bytes)
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:
        raise ServiceFailed(f"{endpoint.url}: {error or type(error).__name__}") from error


def _media_type(endpoint: Endpoint, status: int, headers: dict[str, str]) -> str:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status != 200:
        raise ServiceFailed(f"{endpoint.url}: it answers with {status}; 200 is wanted")
    if media_type not in _MEDIA_TYPES or headers.get("content-encoding", "identity") != "identity":
        what = media_type[:100] or "of no type"
        raise ServiceFailed(f"{endpoint.url}: its answer is {what}; SPARQL results are wanted")
    return media_type


def _body(endpoint: Endpoint, chunks: Iterable[bytes], most_bytes: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise ServiceRefused(
                f"{endpoint.url}: its answer passes the {most_bytes} bytes that are left"
            )
    return bytes(body)


def _target(endpoint: Endpoint, location: str, reach: Reach) -> Endpoint:
    """Where a redirection leads, if that may be called as well."""
    try:
        target = Endpoint.of(urljoin(endpoint.url, location))
    except ValueError as error:
        raise ServiceRefused(f"{endpoint.url}: it redirects to {location[:200]!r}") from error
    if not any(each.covers(target) for each in reach.allowed):
        raise ServiceRefused(
            f"{endpoint.url}: it redirects to {target.url}, which may not be called"
        )
    return target


class CheckedBackend(httpcore.SyncBackend):
    """Connects to addresses that may be called, and looks each name up but once."""

    def __init__(self, *, private_addresses: bool) -> None:
        self._private_addresses = private_addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises ServiceRefused if a name has as much as one address that may not be called."""
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
        if not self._private_addresses and not all(map(is_public, addresses)):
            raise ServiceRefused(f"{host} has an address that is not public: it may not be called")
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def is_public(address: str) -> bool:
    """Is an address one that the whole internet reaches, however it is written?"""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        return found in _IPV6_UNICAST and found.is_global
    return found.is_global and not found.is_multicast and not any(found in each for each in _IPV4)
