"""SPARQL endpoints that a publication's operator allows queries to call.

Their addresses are written in one way only, so that two that look alike are alike:
no user, no escapes, no `..`, no query, and names of hosts in ASCII.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.\-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~\-]*)*)",
    re.ASCII,
)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """The address of an endpoint, or the beginning of the addresses of several."""

    scheme: str
    host: str
    port: int
    segments: tuple[str, ...]

    @classmethod
    def of(cls, iri: str) -> Endpoint:
        """Read an address. Raises ValueError, saying what is wanted."""
        scheme, separator, rest = iri.partition("://")
        authority, slash, path = rest.partition("/")
        found = _ADDRESS.fullmatch(f"{scheme}{separator}{authority}".lower() + slash + path)
        segments = tuple((found["path"] if found else "").split("/")[1:])
        port = int(found["port"] or _PORTS[found["scheme"]]) if found else 0
        if not found or not 0 < port < 65_536 or {".", ".."} & {*segments}:
            raise ValueError(
                "the address of an endpoint, without a user, escapes or a query, such as "
                "https://example.org/sparql"
            )
        return cls(found["scheme"], found["host"], port, segments)

    @property
    def authority(self) -> str:
        """The host, with the port if that is not the scheme's own."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        path = "".join(f"/{segment}" for segment in self.segments) or "/"
        return f"{self.scheme}://{self.authority}{path}"

    def covers(self, other: Endpoint) -> bool:
        """Is the other one this, or below it? A segment of a path counts whole or not at all."""
        own = self.segments[:-1] if self.segments[-1:] == ("",) else self.segments
        return (self.scheme, self.host, self.port, own) == (
            *(other.scheme, other.host, other.port),
            other.segments[: len(own)],
        )
