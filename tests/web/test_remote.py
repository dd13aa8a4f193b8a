"""Calls of other endpoints over TLS: whose certificate is not the name's gets no query."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme

from graphsvc.endpoints import Endpoint
from graphsvc.errors import ServiceFailed
from graphsvc.formats import RESULTS_JSON
from graphsvc.web.remote import Reach, ask

QUERY = b"SELECT * {}"
ANSWER = b'{"head": {"vars": []}, "results": {"bindings": [{}]}}'


class _Handler(BaseHTTPRequestHandler):
    asked: list[bytes]

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", RESULTS_JSON.media_type)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        pass


class _TlsServer(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A handshake that the client gives up is what these tests are about."""


@contextmanager
def endpoint(authority: trustme.CA, name: str) -> Iterator[tuple[str, list[bytes]]]:
    """The address of an endpoint on loopback with a certificate for `name`, and what it heard."""
    asked: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    handler = type("Handler", (_Handler,), {"asked": asked})
    with _TlsServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}/sparql", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the authority, as an operator has it trust one of the house."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def call(url: str) -> tuple[str, bytes]:
    allowed = Endpoint.of(url)
    return ask(allowed, QUERY, Reach([allowed], private_addresses=True, most_bytes=1_000))


@pytest.mark.usefixtures("trusted")
def test_certificate_for_the_name_is_good(authority: trustme.CA) -> None:
    with endpoint(authority, "localhost") as (url, asked):
        assert call(url) == (RESULTS_JSON.media_type, ANSWER)
    assert asked == [QUERY]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", ["example.org", "127.0.0.1"])
def test_certificate_for_another_name_is_not(authority: trustme.CA, name: str) -> None:
    """Not even one for the very address that the name has."""
    refused = pytest.raises(ServiceFailed, match="certificate verify failed")
    with endpoint(authority, name) as (url, asked), refused:
        call(url)
    assert asked == []


def test_certificate_of_an_unknown_authority_is_not(authority: trustme.CA) -> None:
    refused = pytest.raises(ServiceFailed, match="certificate verify failed")
    with endpoint(authority, "localhost") as (url, asked), refused:
        call(url)
    assert asked == []
