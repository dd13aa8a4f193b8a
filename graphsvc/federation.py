"""SPARQL 1.1 Federated Query: where a query's SERVICE clauses lead, and leading them elsewhere.

Oxigraph calls whatever a query names. So in the query that it gets, the IRI of an
endpoint is a prefixed name that means a gateway of ours. The name is followed by
spaces up to the length of the IRI, so that errors are where the client sees them; and
it occurs nowhere else in the query, so that no PREFIX of the client's redefines it.

Spec: https://www.w3.org/TR/sparql11-federated-query/
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from graphsvc.endpoints import Endpoint
from graphsvc.errors import QueryRefused
from graphsvc.queries import BETWEEN, Query, lexemes

_LETTERS = "abcdefghijkmnpqrstuvwxyz"
MAX_ENDPOINTS = 99  # more would need names that are longer than the shortest IRI


@dataclass(frozen=True)
class Rerouted:
    """A query whose endpoints have names of ours; endpoints[0] is `{name}0:`, and so on."""

    text: str
    name: str
    endpoints: Sequence[Endpoint]
    written: Sequence[str]  # the IRIs as the query has them

    def prefixes(self, url: str) -> dict[str, str]:
        """What the names mean, for a gateway that has the endpoints at `{url}0` and so on."""
        return {f"{self.name}{number}": f"{url}{number}" for number in range(len(self.endpoints))}

    def restored(self, text: str) -> str:
        """A text that quotes the query, quoting the client's query instead."""
        for number, iri in enumerate(self.written):
            text = text.replace(f"{self.name}{number}:".ljust(len(iri)), iri)
        return text


def reroute(query: Query, allowed: Sequence[Endpoint]) -> Rerouted:
    """A query that calls nothing but names of ours, each for an endpoint that is allowed.

    Raises QueryRefused for any other endpoint, and for whatever is not plainly
    SERVICE, maybe SILENT, and an IRI.
    """
    if query.is_ambiguous:
        raise QueryRefused(
            "this query with SERVICE can be read in two ways: write no \\u escapes, put a space "
            "after each <, and close each string"
        )
    name, tokens = _name_not_in(query.text), [*lexemes(query.text)]
    parts = [token for _, token in tokens]
    endpoints: dict[str, Endpoint] = {}
    for index in _called(tokens):
        iri = parts[index]
        endpoints.setdefault(iri, _allowed(iri[1:-1], allowed))
        if len(endpoints) > MAX_ENDPOINTS:
            raise QueryRefused(f"more than {MAX_ENDPOINTS} endpoints in one query")
        parts[index] = f"{name}{list(endpoints).index(iri)}:".ljust(len(iri))
    return Rerouted("".join(parts), name, [*endpoints.values()], [*endpoints])


def _name_not_in(text: str) -> str:
    while True:
        name = "".join(secrets.choice(_LETTERS) for _ in range(4))
        if name not in text:
            return name


def _called(tokens: Sequence[tuple[str, str]]) -> list[int]:
    """The places of the IRIs that SERVICE is followed by."""
    found: list[int] = []
    depth = 0
    within: int | None = None  # the depth of the SERVICE that is open
    for index, (kind, token) in enumerate(tokens):
        if kind == "words" and token.upper() == "SERVICE":
            if within is not None:
                raise QueryRefused("a SERVICE within a SERVICE is not offered")
            found.append(_iri_after(index, tokens))
            within = depth
        elif kind in ("words", "name") and "SERVICE" in token.partition(":")[0].upper():
            raise QueryRefused(f"{token[:50]!r} may be read as SERVICE; write it otherwise")
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == "}" and depth == within:
            within = None
    return found


def _iri_after(service: int, tokens: Sequence[tuple[str, str]]) -> int:
    for index in range(service + 1, len(tokens)):
        kind, token = tokens[index]
        if kind == "iri":
            return index
        if kind not in BETWEEN and token.upper() != "SILENT":
            raise QueryRefused(
                f"after SERVICE stands {token[:50]!r}; the IRI of an endpoint is wanted, in full"
            )
    raise QueryRefused("the query ends after SERVICE; the IRI of an endpoint is wanted")


def _allowed(iri: str, allowed: Sequence[Endpoint]) -> Endpoint:
    offered = ", ".join(each.url for each in allowed)
    try:
        endpoint = Endpoint.of(iri)
    except ValueError as error:
        raise QueryRefused(f"SERVICE <{iri[:200]}>; wanted: {error}") from error
    if not any(each.covers(endpoint) for each in allowed):
        raise QueryRefused(f"SERVICE may not call <{iri[:200]}>; it may call {offered}")
    return endpoint
