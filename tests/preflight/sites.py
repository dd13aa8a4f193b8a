"""A small server whose answers a test can spoil, with a catalogue that has no fault."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from harvest.catalogues import release_of
from publications import TOML

from graphsvc.formats import JSON_LD, RDF_XML, TURTLE, from_media_type
from graphsvc.preflight.preflight import Checks, Preflight, check
from graphsvc.release import Release

BASE = "https://data.library.se/books/"
COMPLETE = (
    TOML.replace("example.org", "data.library.se").replace(
        "[contact]", 'type = "LocalAuthority"\n[contact]'
    )
    + """
[catalog]
themes = ["EDUC"]
keywords.en = ["books"]
spatial = ["http://publications.europa.eu/resource/authority/country/SWE"]
temporal = "2018/2021"
issued = 2018-03-26
frequency = "ANNUAL"
availability = "STABLE"
provenance.en = "Read from the shelves."
[parts.data]
title.en = "The books themselves"
description.en = "Every book."
"""
)
MORE = {
    "ontology/about.ttl": "<https://data.library.se/books/ns> a owl:Ontology .\n",
    "shapes/about.ttl": "<https://data.library.se/books/graph/shapes> a owl:Ontology .\n",
}


@dataclass(frozen=True)
class Reply:
    """What is answered to a path: `head` to HEAD, if that differs."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    head: Reply | None = None
    sent: int | None = None  # bytes of the body before the connection is cut
    pause_seconds: float = 0.0  # before each byte of it
    closes: bool = False  # the connection, without saying so


class Site:
    """Replies by path, and what was asked."""

    def __init__(self, replies: dict[str, Reply]) -> None:
        self.replies = replies
        self.negotiated: dict[str, dict[str, Reply]] = {}  # by path and media type
        self.asked: list[tuple[str, str]] = []
        self.ignores_conditions = False

    def edit(self, path: str, old: bytes, new: bytes) -> None:
        """Change the body of what is answered to a path."""
        reply = self.replies[path]
        assert old in reply.body, old
        self.replies[path] = replace(reply, body=reply.body.replace(old, new))

    def edit_catalogue(self, old: str, new: str) -> None:
        """Change the catalogue in every format."""
        for path in ("/datasets/dcat",):
            self.edit(path, old.encode(), new.encode())
        self.negotiated["/catalog"][RDF_XML.media_type] = self.replies["/datasets/dcat"]

    def reply(self, path: str, accept: str) -> Reply:
        if accept in self.negotiated.get(path, {}):
            return self.negotiated[path][accept]
        return self.replies.get(path, Reply(status=404))


def site_of(release: Release) -> Site:
    """All that the catalogue of a release leads to, as its files are."""
    headers = {"Access-Control-Allow-Origin": "*", "ETag": '"1"'}
    replies = {
        f"/{path}": Reply() for path in ("", "index.html", "ns", "graph/shapes", "dump/", "feed")
    }
    replies["/sparql"] = Reply()
    openapi = {**headers, "Content-Type": "application/json"}
    replies["/openapi.json"] = Reply(b'{"openapi": "3.1.0"}', headers=openapi)
    for row in release.manifest.dumps:
        body = (release.folder / "dumps" / row["file"]).read_bytes()
        media_type = "application/gzip" if row["gzip"] else row["media_type"]
        replies[f"/dump/{row['file']}"] = Reply(body, headers={"Content-Type": media_type})
    formats = {}
    for format in (TURTLE, JSON_LD, RDF_XML):
        body = (release.folder / f"catalog.{format.suffix}").read_bytes()
        formats[format.media_type] = Reply(
            body, headers={**headers, "Content-Type": format.content_type}
        )
    replies["/datasets/dcat"] = formats[RDF_XML.media_type]
    site = Site(replies)
    site.negotiated["/catalog"] = formats
    assert from_media_type("text/turtle") is TURTLE
    return site


@contextmanager
def listening(site: Site) -> Iterator[str]:
    """The address of a server that answers as the site says."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def checked(site: Site, **checks: Any) -> Preflight:
    """What preflight finds there, the server standing for the base IRI."""
    with listening(site) as url:
        return check(url, Checks(**{"stands_for_base": True, "seconds": 5.0, **checks}))


def rules(found: Preflight) -> set[str]:
    """The names of the rules that have found something."""
    return {re.sub(".*:", "", str(each.source_shape)).strip("<>") for each in found.report.results}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that leave."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece, or each waits for the other's receipt
    server: _Server

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        site, accept = self.server.site, self.headers["Accept"]
        site.asked.append((self.command, self.path))
        reply = site.reply(self.path, accept)
        if self.command == "HEAD" and reply.head is not None:
            reply = reply.head
        tag = reply.headers.get("ETag")
        if tag and self.headers["If-None-Match"] == tag and not site.ignores_conditions:
            reply = Reply(status=304)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self._send(reply)
        if reply.sent is not None or reply.closes:
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        if not reply.pause_seconds:
            self.wfile.write(reply.body[: reply.sent])
            return
        with suppress(OSError):  # of a client that does not wait
            for byte in reply.body:
                time.sleep(reply.pause_seconds)
                self.wfile.write(bytes([byte]))
                self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def release(root: Path) -> Release:
    """A release whose catalogue has nothing that preflight would find."""
    return release_of(root, more=MORE, toml=COMPLETE)
