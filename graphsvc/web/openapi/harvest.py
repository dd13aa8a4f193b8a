"""What is taken as a whole, and where that is found."""

from __future__ import annotations

from typing import Any

from graphsvc.feed.files import FORMATS
from graphsvc.formats import HTML, RDF_XML
from graphsvc.harvest import void
from graphsvc.web import discovery, feed, signposting
from graphsvc.web.exchange import ACCEPT_DATETIME, LANGUAGE, PAGE
from graphsvc.web.openapi.operations import (
    ANOTHER_TIME,
    DESCRIPTION,
    NOT_MODIFIED,
    RDF,
    get,
    ok,
    parameter,
    response,
)

_FEED = [each.media_type for each in FORMATS]


def paths() -> dict[str, Any]:
    """What is taken as a whole, and where that is found."""
    described = ok(DESCRIPTION) | NOT_MODIFIED
    time = parameter(ACCEPT_DATETIME, "The time that it shall be of", "header")
    page = [parameter(LANGUAGE, "The language of the page")]
    suffix, file = parameter("suffix", "", "path"), parameter("file", "", "path")
    return {
        "/catalog": get(
            "The catalogue of the data in DCAT-AP",
            described | ANOTHER_TIME,
            *(400, 406, 503),
            of=[*page, time],
        ),
        "/catalog.{suffix}": get(
            "The same, in one format", described | ANOTHER_TIME, 400, 404, 503, of=[suffix, time]
        ),
        "/datasets/dcat": get(
            "The same in RDF/XML, where Swedish portals look",
            ok([RDF_XML.media_type]) | NOT_MODIFIED,
            503,
        ),
        void.PATH: get("What the data hold, in VoID", ok(RDF) | NOT_MODIFIED, 406, 503),
        "/dump": get("Where the dumps are listed", response(308, "The list is at /dump/"), 503),
        "/dump/": get(
            "The dumps", ok(["application/json", HTML.media_type]) | NOT_MODIFIED, 406, 503
        ),
        "/dump/{file}": get(
            "A file that holds the whole or a graph; in zstd or gzip by Accept-Encoding",
            ok([*RDF, "application/gzip"])
            | response(206, "Parts of it, in bytes, by Range")
            | NOT_MODIFIED,
            *(404, 406, 416, 503),
            of=[file],
        ),
        "/feed": get(
            "What has changed: the root of a Linked Data Event Stream, or a page",
            ok([*_FEED, HTML.media_type]) | NOT_MODIFIED,
            *(400, 404, 406, 503),
            of=[*page, parameter(PAGE, "Which page of the changes")],
        ),
        "/feed.{suffix}": get(
            "The same stream in one format", ok(_FEED) | NOT_MODIFIED, 404, 503, of=[suffix]
        ),
        "/feed/{name}": get(
            "A page of the stream that is closed: it never changes",
            ok(_FEED) | NOT_MODIFIED,
            *(404, 406, 503),
            of=[parameter("name", "Its name, as the stream links to it", "path")],
        ),
        "/feed.atom": get(
            "The latest changes, for newsreaders", ok([feed.ATOM]) | NOT_MODIFIED, 404, 503, of=page
        ),
        "/sitemap.xml": get(
            "The documents of the publication, or the files that list them",
            ok(["application/xml"]) | NOT_MODIFIED,
            *(400, 404, 503),
            of=[parameter(PAGE, "Which of these files")],
        ),
        discovery.API_CATALOG: get(
            "What may be asked here (RFC 9727)",
            ok(["application/linkset+json"]) | NOT_MODIFIED,
            503,
        ),
        "/linkset.json": get(
            "All typed links of the publication, or of a resource (RFC 9264)",
            ok([signposting.LINKSET_JSON]) | NOT_MODIFIED,
            *(404, 503),
            of=[parameter(signposting.IRI, "The IRI of a resource")],
        ),
        "/opensearch.xml": get(
            "How a browser asks the search",
            ok([discovery.OPENSEARCH_XML]) | NOT_MODIFIED,
            503,
            of=page,
        ),
        "/robots.txt": get(
            "What crawlers shall leave alone", ok(["text/plain"]) | NOT_MODIFIED, 503
        ),
    }
