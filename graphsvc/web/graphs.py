"""The Graph Store Protocol, as far as it reads: graphs by name, and the default graph.

A graph under the base answers under its own IRI as well (see `documents`).

Spec: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from graphsvc.formats import RDF_FORMATS
from graphsvc.web import dumps
from graphsvc.web.conditions import entity_tag, last_modified, unchanged, weak
from graphsvc.web.exchange import Exchange
from graphsvc.web.messages import Question
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rate import Rate
from graphsvc.web.responses import QueryResponse, Terms
from graphsvc.web.workers import Workers

_PARAMETERS = ("graph", "default")
_ALL = "CONSTRUCT { ?subject ?predicate ?object } WHERE { ?subject ?predicate ?object }"


class GraphStore:
    """Hands out graphs: a named one as its dump, the default graph as workers write it."""

    def __init__(self, workers: Workers, rate: Rate) -> None:
        self._workers, self._rate = workers, rate

    async def __call__(self, exchange: Exchange) -> Response:
        name = _asked(exchange)
        if name is not None:
            return await run_in_threadpool(_named, exchange, name)
        release = exchange.release
        format = choose(exchange.accept, RDF_FORMATS)
        etag = entity_tag(release.manifest.digest, "default-graph", format.suffix)
        limits, modified = release.settings, last_modified(release.manifest.issued)
        if exchange.has(etag):
            return unchanged(weak(etag), modified)
        self._rate.admit(exchange.request.client, limits.queries_per_minute)
        question = Question(_ALL, [format.media_type])
        link = exchange.dataset_link
        terms = Terms(limits.query_seconds, weak(etag), link, _refuse, modified)
        return QueryResponse(self._workers, release, question, terms)


def _asked(exchange: Exchange) -> str | None:
    """The name of the graph that is meant; None for the default graph."""
    asked = [each for each in exchange.request.query_params.multi_items() if each[0] in _PARAMETERS]
    if len(asked) != 1:
        raise Problem(400, "name one graph: /graph?graph= with its IRI, or /graph?default")
    name, value = asked[0]
    return value if name == "graph" else None


def _named(exchange: Exchange, name: str) -> Response:
    rows = dumps.of_graph(exchange, name)
    if not rows:
        graphs = ", ".join(exchange.release.manifest.graphs)
        raise Problem(404, f"there is no graph {name[:200]!r}; the graphs are {graphs}")
    return dumps.graph_response(exchange, rows[choose(exchange.accept, tuple(rows))])


def _refuse(_: Sequence[str]) -> None:
    raise AssertionError("a graph comes in every format of RDF")
