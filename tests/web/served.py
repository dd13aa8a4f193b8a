"""A small publication with all that a server may stumble over, and a client to ask it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from graphsvc.build import BuildOptions, build
from graphsvc.release import Release
from graphsvc.web.kept import Kept

BASE = "https://example.org/pub/"

SETTINGS = """
base_iri = "https://example.org/pub/"
languages = ["sv", "en"]
licence = "http://creativecommons.org/publicdomain/zero/1.0/"
title = { sv = "Prov <b>", en = "Trial <b>" }
description = { sv = "Vad som helst.", en = "Anything." }
[publisher]
name = "Someone & sons"
iri = "https://example.org/pub/id/agent/someone"
[contact]
name = "Someone"
email = "someone@example.org"
[graphs]
"data/source" = "source"
[limits]
query_bytes = 2000
body_bytes = 5000
"""

ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <ns#> .
<ns> a owl:Ontology ; rdfs:label "Vocabulary"@en , "Vokabulär"@sv ; owl:versionIRI <ns/1.0.0> .
ex:Cluster a owl:Class ; rdfs:label "Cluster"@en , "Kluster"@sv .
ex:region a owl:ObjectProperty ; rdfs:label "region"@en , "region"@sv .
ex:note a owl:DatatypeProperty ; rdfs:label "note"@en , "anteckning"@sv .
<def/level> rdfs:label "Levels"@en .
<def/level/bronze> rdfs:label "bronze"@en , "brons"@sv .
"""

DATA = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<id/cluster/compare> a ex:Cluster ; rdfs:label "Compare"@en , "Jämför"@sv ;
  ex:region <id/region/å> ; ex:note "01"^^xsd:integer .
<id/cluster/ångström> a ex:Cluster ; rdfs:label "Ångström"@sv , "Angstrom"@en .
<id/cluster/zebra> a ex:Cluster ; rdfs:label "Zebra"@sv , "Zebra"@en .
<id/region/å> rdfs:label "Å"@sv ; dct:isPartOf <https://www.wikidata.org/entity/Q34> .
<id/a%2Fb> rdfs:label "slash"@en .
<id/asked?x=1> rdfs:label "with a query"@en .
<id/asked> rdfs:label "without a query"@en .
<id/file> rdfs:label "the file"@en .
<id/file.ttl> rdfs:label "the file in Turtle"@en .
<id/frag#it> rdfs:label "it"@en .
<id/only-german> rdfs:label "Nur auf Deutsch"@de .
<id/hostile> rdfs:label "<script>alert(1)</script>"@en ;
  ex:note "\\u202Egnp.exe" , "\\"><img src=x onerror=alert(2)>" , "{{ 7*7 }}" ;
  dct:relation <javascript:alert(3)> , <data:text/html,x> , <https://evil.example/'onmouseover='x> ;
  dct:source "javascript:alert(4)"^^xsd:anyURI , "https://ok.example/"^^xsd:anyURI .
<id/lists> ex:note ( "one" "two" <id/file> ) , () .
<id/nested> ex:note [ ex:note [ ex:note "deep" ] ] .
<id/circle> ex:note _:round . _:round ex:note _:about . _:about ex:note _:round .
<id/long> ex:note "POLYGON((0 0, %LONG%))" .
<id/shared> rdfs:label "said twice"@en , "said once"@en .
"""

SOURCE = '<id/shared> <http://www.w3.org/2000/01/rdf-schema#label> "said twice"@en .'

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <ns#> .
<shapes#ClusterShape> a sh:NodeShape ; sh:targetClass ex:Cluster ;
  sh:property [ sh:path ex:region ; sh:in ( 1 2 ) ] .
"""


def write_publication(root: Path, data: str = "", settings: str = "") -> Path:
    """The publication in a folder, with more data and settings if need be."""
    files = {
        "graphsvc.toml": SETTINGS + settings,
        "ontology/ns.ttl": ONTOLOGY,
        "data/data.ttl": DATA.replace("%LONG%", ", ".join(["1 1"] * 5_000)) + data,
        "data/source/source.ttl": SOURCE,
        "shapes/cluster.ttl": SHAPES,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def make_release(folder: Path, data: str = "", settings: str = "") -> Release:
    root = write_publication(folder / "publication", data, settings)
    return Release.open(build(root, folder / "releases", BuildOptions(shapes=False)))


@dataclass(frozen=True)
class Client:
    """Asks an application without a network."""

    portal: BlockingPortal
    app: Kept

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        return self.portal.call(self._ask, method, path, dict(headers or {}), content)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """GET with headers given as `if_none_match="*"`; Accept is */* unless given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, named)

    def raw(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        """GET; the content is what was sent, in its coding."""
        return self.portal.call(self._ask_raw, path, dict(headers))

    def html(self, path: str, **headers: str) -> str:
        response = self.get(path, accept="text/html", **headers)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return response.text

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, headers=headers, content=content)

    async def _ask_raw(self, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
            client.stream("GET", path, headers=headers) as response,
        ):
            response._content = b"".join([chunk async for chunk in response.aiter_raw()])
            return response


@contextmanager
def client_of(app: Kept) -> Iterator[Client]:
    inner = cast("FastAPI", app.app)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(inner.router.lifespan_context(inner)),
    ):
        yield Client(portal, app)


def names(response: httpx.Response, header: str) -> set[str]:
    """The members of a header that is a list."""
    return {part.strip().lower() for part in response.headers.get(header, "").split(",") if part}


def problem(response: httpx.Response) -> dict[str, Any]:
    """The problem document of a response, which must be one."""
    assert response.headers["content-type"] == "application/problem+json"
    table: dict[str, Any] = response.json()
    assert table["status"] == response.status_code
    assert table["detail"]
    return table
