"""The FAIR metrics of F-UJI 0.8 that can be looked at without the network of others.

F-UJI itself asks registries and search engines; here a server is asked as F-UJI would ask it,
and each case looks at what its metric looks at.

Spec: https://www.f-uji.net/index.php?action=metrics
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, parse
from serving import serving

from graphsvc.formats import RDF_FORMATS, from_media_type
from graphsvc.vocab import PREFIXES, RDF_TYPE
from harvest.catalogues import BASE, Said

# Those of the catalogue of linked open vocabularies, which F-UJI compares with.
REGISTERED = {PREFIXES[name] for name in ("dcat", "dct", "foaf", "skos")}
PROVENANCE = ("dct:provenance", "dct:issued", "dct:modified", "dct:publisher")


@dataclass(frozen=True)
class Landing:
    """The start page, asked for by its persistent identifier, and what leads on from it.

    w3id.org sends who asks for the identifier to the server; here that is `site`.
    """

    site: httpx.Client

    def get(self, uri: str, accept: str = "*/*") -> httpx.Response:
        return self.site.get("/" + uri.removeprefix(BASE), headers={"Accept": accept})

    @cached_property
    def page(self) -> httpx.Response:
        return self.get(BASE, "text/html")

    @cached_property
    def dataset(self) -> dict[str, Any]:
        """The JSON-LD that the page embeds."""
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', self.page.text)
        table: dict[str, Any] = json.loads(found[0])
        return table

    @cached_property
    def links(self) -> list[tuple[str, str, str]]:
        """The relation, target and media type of each typed link."""
        found = re.findall(
            r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', self.page.headers["link"]
        )
        return [(relation, target, media_type) for target, relation, media_type in found]

    def targets(self, relation: str) -> dict[str, str]:
        return {target: kind for name, target, kind in self.links if name == relation}

    @cached_property
    def said(self) -> Said:
        """What the metadata in Turtle says, found by its typed link."""
        (uri,) = (uri for uri, kind in self.targets("describedby").items() if kind == "text/turtle")
        return Said(
            quad
            for quad in parse(self.get(uri).content, RDF_FORMATS[0].rdf)
            if isinstance(quad.subject, NamedNode)
        )


@pytest.fixture(scope="module")
def landing(shipped_release: Path) -> Iterator[Landing]:
    with serving("--release", str(shipped_release)) as server:
        yield Landing(server.client)


def f1_01md(landing: Landing) -> None:
    """The dataset has an identifier that is globally unique: an IRI with a host."""
    assert landing.dataset["@id"] == landing.dataset["identifier"] == BASE
    assert re.match(r"https://[\w.]+\.\w+/", BASE)


def f1_02md(landing: Landing) -> None:
    """It is of a persistent scheme, which w3id is, and the page is cited by it."""
    assert BASE.startswith("https://w3id.org/")
    assert list(landing.targets("cite-as")) == [BASE]


def f2_01m(landing: Landing) -> None:
    """Creator, title, identifier, publisher, date, summary and keywords."""
    core = ("creator", "name", "identifier", "publisher", "description", "keywords")
    assert all(landing.dataset.get(name) for name in core)
    is_dated = "datePublished" in landing.dataset  # as far as git knows when it was made
    assert is_dated == bool(landing.said.all(BASE, "dct:issued"))


def f3_01m(landing: Landing) -> None:
    """The metadata names the files of the data, and so do the typed links."""
    urls = {each["contentUrl"] for each in landing.dataset["distribution"]}
    assert urls
    assert set(landing.targets("item")) <= urls
    assert landing.targets("item")


def f4_01m(landing: Landing) -> None:
    """Search engines read it: JSON-LD of schema.org, and Open Graph."""
    assert landing.dataset["@context"]["@vocab"] == "https://schema.org/"
    assert landing.dataset["@type"] == "Dataset"
    assert 'property="og:title"' in landing.page.text
    assert "noindex" not in landing.page.text


def a1_01m(landing: Landing) -> None:
    """How far the data are open, as a code of the EU's list and as a flag."""
    assert landing.dataset["isAccessibleForFree"] is True
    assert landing.dataset["conditionsOfAccess"].endswith("access-right/PUBLIC")
    assert landing.said.one(BASE, "dct:accessRights") == landing.dataset["conditionsOfAccess"]


def a1_02md(landing: Landing) -> None:
    """The identifier leads to metadata, and that to data."""
    assert landing.page.status_code == 200
    for uri in (*landing.targets("describedby"), *landing.targets("item")):
        answer = landing.site.head("/" + uri.removeprefix(BASE))
        assert answer.status_code == 200, uri


def a1_1_01md(landing: Landing) -> None:
    """By HTTP, an open protocol, whatever the method of reading."""
    assert landing.site.head("/").status_code == 200
    for uri in (*landing.targets("item"), *landing.targets("describedby")):
        assert uri.startswith("https://")


def a1_2_01md(landing: Landing) -> None:
    """By a protocol that knows authentication, were any needed; none is asked for."""
    assert BASE.startswith("https://")
    assert "www-authenticate" not in landing.page.headers


def i1_01m(landing: Landing) -> None:
    """Metadata is RDF: in the page, by typed links, by negotiation, and by SPARQL."""
    assert parse(json.dumps(landing.dataset).encode(), RDF_FORMATS[1].rdf)
    for media_type in ("text/turtle", "application/ld+json", "application/rdf+xml"):
        answer = landing.get(BASE, media_type)
        format = from_media_type(media_type)
        assert format is not None
        assert next(iter(parse(answer.content, format.rdf)))
    assert landing.said.all(BASE, "void:sparqlEndpoint") == [BASE + "sparql"]
    assert landing.site.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"]


def i2_01m(landing: Landing) -> None:
    """The terms are of registered vocabularies."""
    answer = landing.get(BASE, "application/n-triples")
    used = {
        namespace
        for quad in parse(answer.content, RDF_FORMATS[3].rdf)
        for namespace in PREFIXES.values()
        if quad.predicate.value.startswith(namespace)
    }
    assert used & REGISTERED >= {PREFIXES["dcat"], PREFIXES["dct"]}


def i3_01m(landing: Landing) -> None:
    """Related things are linked to by properties that say how: parts, the catalogue, standards."""
    assert landing.dataset["hasPart"]
    assert landing.dataset["includedInDataCatalog"]["@id"] == BASE + "catalog"
    assert landing.said.all(BASE, "dct:conformsTo")
    assert any("#links-" in each for each in landing.said.all(BASE, "void:subset"))


def r1_01m(landing: Landing) -> None:
    """What kind of thing it is; and each file's type and size, which are those of the file."""
    assert "https://schema.org/Dataset" in landing.targets("type")
    assert NamedNode(PREFIXES["dcat"] + "Dataset") in {
        quad.object
        for quad in parse(landing.get(BASE, "text/turtle").content, RDF_FORMATS[0].rdf)
        if quad.predicate == RDF_TYPE
    }
    for each in landing.dataset["distribution"]:
        path = "/" + each["contentUrl"].removeprefix(BASE)
        file = landing.site.head(path, headers={"Accept-Encoding": "identity"})
        assert file.headers["content-length"] == each["contentSize"]
        assert file.headers["content-type"].partition(";")[0] == each["encodingFormat"]


def r1_1_01m(landing: Landing) -> None:
    """A licence that SPDX's list knows, by its address, alike in all three places."""
    licence = landing.dataset["license"]
    assert licence == "http://creativecommons.org/publicdomain/zero/1.0/"  # CC0-1.0
    assert list(landing.targets("license")) == [licence]
    assert landing.said.one(BASE, "dct:license") == licence


def r1_2_01m(landing: Landing) -> None:
    """Where the data come from: in the metadata, and in PROV in the data themselves."""
    assert any(landing.said.all(BASE, name) for name in PROVENANCE)
    query = "ASK { ?thing <http://www.w3.org/ns/prov#wasDerivedFrom> ?source }"
    assert landing.site.get("/sparql", params={"query": query}).json()["boolean"]


def r1_3_01m(landing: Landing) -> None:
    """The metadata follows a standard of its community, and says so: DCAT-AP."""
    answer = landing.get(landing.dataset["includedInDataCatalog"]["url"], "text/turtle")
    catalogue = Said(
        quad
        for quad in parse(answer.content, RDF_FORMATS[0].rdf)
        if isinstance(quad.subject, NamedNode)
    )
    (standard,) = catalogue.all(BASE + "catalog", "dct:conformsTo")
    assert standard.startswith("https://semiceu.github.io/DCAT-AP/")


def r1_3_02d(landing: Landing) -> None:
    """The data come in open formats of the W3C."""
    formats = {each["encodingFormat"] for each in landing.dataset["distribution"]}
    assert {each.media_type for each in RDF_FORMATS} <= formats


METRICS: dict[str, Callable[[Landing], None]] = {
    "FsF-F1-01MD": f1_01md,
    "FsF-F1-02MD": f1_02md,
    "FsF-F2-01M": f2_01m,
    "FsF-F3-01M": f3_01m,
    "FsF-F4-01M": f4_01m,
    "FsF-A1-01M": a1_01m,
    "FsF-A1-02MD": a1_02md,
    "FsF-A1.1-01MD": a1_1_01md,
    "FsF-A1.2-01MD": a1_2_01md,
    "FsF-I1-01M": i1_01m,
    "FsF-I2-01M": i2_01m,
    "FsF-I3-01M": i3_01m,
    "FsF-R1-01M": r1_01m,
    "FsF-R1.1-01M": r1_1_01m,
    "FsF-R1.2-01M": r1_2_01m,
    "FsF-R1.3-01M": r1_3_01m,
    "FsF-R1.3-02D": r1_3_02d,
}


@pytest.mark.parametrize("metric", METRICS)
def test_metric_is_met(metric: str, landing: Landing) -> None:
    METRICS[metric](landing)
