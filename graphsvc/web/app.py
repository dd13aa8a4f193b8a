"""The application: which path is answered by what.

A request takes the current release once, at its start, and keeps it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from graphsvc import __version__
from graphsvc.archive import Archive
from graphsvc.formats import HTML
from graphsvc.harvest import void
from graphsvc.pages import rendering
from graphsvc.pages.browse import PATH
from graphsvc.release import Release
from graphsvc.web import (
    about,
    browse,
    discovery,
    documents,
    dumps,
    editor,
    examples,
    feed,
    harvest,
    home,
    linksets,
    operations,
    quality,
    versions,
)
from graphsvc.web.codings import Encoded
from graphsvc.web.exchange import ISSUED, VERSION, Exchange
from graphsvc.web.frame import Frame
from graphsvc.web.graphs import GraphStore
from graphsvc.web.kept import Kept
from graphsvc.web.memento import TIMEMAP, Endpoint, TimeGates
from graphsvc.web.problems import Problem
from graphsvc.web.protocol import WITH_BODY
from graphsvc.web.rate import Rate
from graphsvc.web.representations import HTML_HEADERS
from graphsvc.web.search import SearchEndpoint
from graphsvc.web.sparql import SparqlEndpoint
from graphsvc.web.workers import Workers

Current = Callable[[], Release | None]


def create_app(current: Current, root_path: str = "") -> Kept:
    """The application that answers from whatever release `current` gives at the time.

    While that is None, it answers 503. `root_path` is where a proxy mounts it. Its
    lifespan ends the workers that evaluate queries.
    """
    workers = Workers()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await workers.close()

    def tell(request: Request, problem: Problem) -> Response:
        return _tell(current(), request, problem)

    app = _Application(
        lambda router: Encoded(Frame(router, tell, root_path)),
        lifespan=lifespan,
        title="graphsvc",
        version=__version__,
        openapi_url=None,  # ours has an ETag; and what FastAPI shows of it loads scripts
        redirect_slashes=False,  # that would build addresses from the Host header
    )
    app.router.routes.extend(_routes(current, workers))
    return Kept(app, current)  # around all else, for what is kept needs none of it


class _Application(FastAPI):
    """One with nothing around its router but what we put there."""

    def __init__(self, around: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        super().__init__(**options)
        self._around = around

    def build_middleware_stack(self) -> ASGIApp:
        return self._around(self.router)


def _routes(current: Current, workers: Workers) -> list[Route]:
    def answer(path: str, endpoint: Endpoint) -> Route:
        async def respond(request: Request) -> Response:
            return await run_in_threadpool(lambda: endpoint(_exchange(request, current)))

        return Route(path, respond, name=endpoint.__name__)

    def own(path: str, endpoint: Callable[[Request, Release | None], Response]) -> Route:
        """What the server has without a release."""

        async def respond(request: Request) -> Response:
            return endpoint(request, current())

        return Route(path, respond, name=endpoint.__name__)

    rate = Rate()
    sparql, graphs = SparqlEndpoint(workers, rate), GraphStore(workers, rate)
    searches = SearchEndpoint(rate)
    archive = Archive()
    gates = TimeGates(archive)
    home_then, document = gates.around(home.home), gates.around(documents.document)
    catalogue = gates.around(harvest.catalog)
    of_versions = versions.VersionsEndpoint(archive, gates, document)

    async def query(request: Request) -> Response:
        return await sparql(_exchange(request, current))

    async def graph(request: Request) -> Response:
        return await graphs(_exchange(request, current))

    async def search(request: Request) -> Response:
        return await searches(_exchange(request, current))

    return [
        Route("/sparql", query, methods=["GET", *WITH_BODY]),  # first, for routes are tried in turn
        answer("/", home_then),
        answer("/index.{suffix}", home_then),
        answer("/id/{path:path}", gates.around(documents.thing)),
        answer("/version", versions.to_list),
        answer("/version/", of_versions),
        answer("/version/{version}", of_versions),
        answer("/version/{version}/{path:path}", of_versions),
        answer(TIMEMAP + "/{path:path}", gates.timemap),
        answer("/sparql/terms", editor.terms),
        Route("/graph", graph),
        Route("/search", search),
        answer(PATH, browse.browse),
        answer(examples.PATH, examples.sparql_examples),
        answer("/catalog", catalogue),
        answer("/catalog.{suffix}", catalogue),
        answer(void.PATH, harvest.void_description),
        answer("/datasets/dcat", harvest.datasets_dcat),
        answer("/feed", feed.feed),
        answer("/feed.atom", feed.atom),
        answer("/feed.{suffix}", feed.feed),
        answer("/feed/{name}", feed.node),
        answer("/quality", quality.quality),
        answer("/quality/report.{suffix}", quality.report),
        answer("/about", about.about),
        answer("/dump", dumps.to_index),
        answer("/dump/", dumps.index),
        answer("/dump/{file}", dumps.dump),
        Route("/healthz", operations.healthz),
        answer("/readyz", operations.readyz),
        answer("/robots.txt", discovery.robots),
        answer("/sitemap.xml", discovery.sitemap),
        answer(discovery.API_CATALOG, discovery.api_catalog),
        answer("/linkset.json", linksets.linkset),
        answer("/opensearch.xml", discovery.opensearch),
        own("/openapi.json", operations.openapi),
        own("/static/{file}", operations.static),
        answer("/{path:path}", document),  # any other IRI under the base
    ]


def _tell(release: Release | None, request: Request, problem: Problem) -> Response:
    """A problem as a page, which only a release has the words for."""
    if release is None:
        return problem.response()
    exchange = Exchange(request, release)
    page = rendering.problem(exchange.edition, exchange.page_path, problem.table())
    headers = HTML_HEADERS | problem.all_headers() | {"Content-Language": exchange.edition.language}
    return Response(page, problem.status, headers, HTML.media_type)


def _exchange(request: Request, current: Current) -> Exchange:
    release = current()
    if release is None:
        raise Problem(503, "no release is open yet", {"Retry-After": "5"})
    most = release.settings.url_bytes
    if len(request.scope["query_string"]) + len(request.scope.get("raw_path", b"")) >= most:
        raise Problem(414, f"the address is longer than {most} bytes; POST the query")
    # For the frame, which says what the answer came from.
    told = {VERSION: release.manifest.version, ISSUED: release.manifest.issued}
    request.scope.setdefault("state", {}).update(told)
    return Exchange(request, release)
