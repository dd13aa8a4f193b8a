"""Which addresses are asked, and where: those of the server under test, and no others unasked."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Server:
    """The server under test: its address, which ends in a slash, or that of its catalogue.

    It stands for `base_iri`, if there is one, so what begins with that is asked of it.
    """

    url: str
    base_iri: str | None = None
    external: bool = False  # may other servers be asked for what is theirs?

    def url_of(self, iri: str) -> str | None:
        """Where an IRI is asked for, without its fragment; None if it is not to be asked for."""
        address = iri.partition("#")[0]
        if self.base_iri is not None and address.startswith(self.base_iri):
            return _sent(self.url + address[len(self.base_iri) :])
        if self.is_own(address) or self.external:
            return _sent(address)
        return None

    def is_own(self, address: str) -> bool:
        """Is an address one of the server under test?"""
        return _origin(address) is not None and _origin(address) == _origin(self.url)


def host_of(iri: str) -> str:
    """The name of the server that an address leads to; empty if it leads to none."""
    try:
        return (urlsplit(iri).hostname or "").lower()
    except ValueError:
        return ""


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or _has_user(parts):
        return None
    return parts.scheme, parts.hostname.lower(), port


def _has_user(parts: SplitResult) -> bool:
    return "@" in parts.netloc


def _sent(address: str) -> str | None:
    """An address as a request has it: in ASCII, and with a path."""
    if _origin(address) is None:
        return None
    try:
        parts = urlsplit(str(httpx.URL(address)))
        return urlunsplit(parts._replace(path=parts.path or "/"))
    except httpx.InvalidURL:
        return None
