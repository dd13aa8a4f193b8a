"""What Oxigraph calls in place of the endpoints that a query names.

It listens on loopback in the worker's own process, so that it ends with the query,
and knows its caller by a token in the address. The same question of the same query
is passed on once, for Oxigraph may ask it for each of its solutions.

SERVICE SILENT hides that an endpoint does not answer, as it shall. It would hide as
well that we do not let it be asked; so that is remembered, and told.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from graphsvc.endpoints import Endpoint
from graphsvc.errors import QuerySyntaxError, ServiceFailed, ServiceRefused
from graphsvc.federation import reroute
from graphsvc.queries import Dataset, Query
from graphsvc.settings import Settings
from graphsvc.web import remote
from graphsvc.web.messages import OUT_OF_MEMORY
from graphsvc.web.remote import Reach

Answer = tuple[str, bytes]


class Gateway:
    """Calls the endpoints of one query at a time."""

    def __init__(self) -> None:
        token = secrets.token_urlsafe(16)
        self._server = _Server(("127.0.0.1", 0), f"/{token}/", self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/{token}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._lock = threading.Lock()
        self._answers: dict[tuple[int, bytes], Answer | ServiceFailed] = {}
        self._bytes = 0
        self._failure: ServiceFailed | None = None  # of the last call that failed
        self._refusal: ServiceRefused | None = None

    def close(self) -> None:
        """Listen no longer; a worker just ends."""
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def between(
        self, query: Query, dataset: Dataset, settings: Settings
    ) -> Iterator[tuple[Query, Dataset]]:
        """A query that calls this gateway instead of what it names, and its dataset.

        Raises QueryRefused if it names what may not be called; and, at the end,
        ServiceRefused if it called that all the same, by a detour.
        """
        reach = Reach(
            [Endpoint.of(each) for each in settings.service_allow],
            settings.service_private_addresses,
            settings.service_result_bytes,
        )
        rerouted = reroute(query, reach.allowed)
        self._begin(rerouted.endpoints, reach)
        prefixes = {**dataset.prefixes, **rerouted.prefixes(self.url)}
        screened = replace(query, text=rerouted.text, calls_service=False)
        try:
            yield screened, replace(dataset, prefixes=prefixes)
        except QuerySyntaxError as error:
            what = rerouted.restored(str(error))
            raise QuerySyntaxError(what, error.line, error.column) from error
        except (OSError, RuntimeError) as error:  # of Oxigraph, whose call did not succeed
            raise self._cause(error) from error
        if self._refusal is not None:
            raise self._refusal

    def _begin(self, endpoints: Sequence[Endpoint], reach: Reach) -> None:
        self._endpoints, self._reach = endpoints, reach
        self._answers.clear()
        self._bytes, self._failure, self._refusal = 0, None, None

    def _cause(self, error: Exception) -> Exception:
        if found := self._refusal or self._failure:
            return found
        if self._answers:
            return ServiceFailed("what an endpoint answered are no SPARQL results")
        return error

    def ask(self, number: int, query: bytes) -> Answer:
        """What an endpoint answers. Raises ServiceFailed if it does not."""
        with self._lock:
            if (number, query) not in self._answers:
                self._answers[number, query] = self._ask(self._endpoints[number], query)
            answer = self._answers[number, query]
        if isinstance(answer, ServiceFailed):
            raise answer
        return answer

    def _ask(self, endpoint: Endpoint, query: bytes) -> Answer | ServiceFailed:
        if self._refusal is not None:
            return self._refusal
        self._refusal = ServiceRefused(f"{endpoint.url}: the call failed")  # unless it is clear how
        reach = replace(self._reach, most_bytes=self._reach.most_bytes - self._bytes)
        try:
            answer = remote.ask(endpoint, query, reach)
        except ServiceRefused as error:
            self._refusal = error
            return error
        except ServiceFailed as error:
            self._failure, self._refusal = error, None
            return error
        self._bytes += len(answer[1])
        self._refusal = None
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], path: str, gateway: Gateway) -> None:
        super().__init__(address, _Handler)
        self.path, self.gateway = path, gateway

    def handle_error(self, *_: Any) -> None:
        """Say nothing: what fails in a call is told by the answer to the query."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Pass a query on, and its answer back."""
        token, _, number = self.path.rpartition("/")
        if not secrets.compare_digest(f"{token}/", self.server.path):
            self.send_error(404)
            return
        query = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            media_type, body = self.server.gateway.ask(int(number), query)
        except ServiceFailed:
            self.send_error(502)
            return
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: a worker's standard error holds its last words."""
