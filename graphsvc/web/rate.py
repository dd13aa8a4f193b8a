"""How often a client may ask: a token bucket for each, kept as the moment when it is full again.

A bucket holds a minute's worth of queries, which may be asked all at once. Only what
costs an evaluation is counted: an answer that is kept, a 304 and a page are not.

A client is an address, in IPv6 a network of 64 bits, for that is what one household has.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Address

from graphsvc.web.problems import Problem

MINUTE = 60.0
CLIENTS = 20_000  # of whom who asked last is remembered
_NETWORK_BITS = 64


class Rate:
    """Who has asked how much. `clock` tells seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # by client, who asked last at last

    def admit(self, address: Address | None, per_minute: int) -> None:
        """Count a query of the client at an address; 0 a minute is any number.

        Raises Problem: 429, with the seconds until there is a token again.
        """
        if not per_minute:
            return
        client, now = client_of(address), self._clock()
        full_at = max(self._full_at.get(client, now), now) + MINUTE / per_minute
        if (excess := full_at - now - MINUTE) > 1e-6:  # which is less than floats can go astray
            raise Problem(
                429,
                f"more than {per_minute} queries a minute from {client}; ask again later, "
                "or download a dump",
                {"Retry-After": str(math.ceil(excess))},
                {"queries_per_minute": per_minute},
            )
        self._full_at[client] = full_at
        self._full_at.move_to_end(client)
        if len(self._full_at) > CLIENTS:
            self._full_at.popitem(last=False)


def client_of(address: Address | None) -> str:
    """Who is behind an address: the address itself, or the network that it is in."""
    if address is None:
        return "nowhere"
    try:
        found = ip_address(address.host.partition("%")[0])
    except ValueError:  # of a proxy that does not tell
        return address.host[:100]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found, _NETWORK_BITS), strict=False))
        found = found.ipv4_mapped
    return str(found)
