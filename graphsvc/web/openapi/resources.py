"""What the publication describes, and how good it is."""

from __future__ import annotations

from typing import Any

from graphsvc.formats import HTML
from graphsvc.pages.quality import NARROWING
from graphsvc.web.exchange import INCOMING, LANGUAGE, PAGE, TYPE
from graphsvc.web.openapi.operations import (
    DESCRIPTION,
    NOT_MODIFIED,
    SEE_OTHER,
    get,
    ok,
    parameter,
    withdrawn,
)
from graphsvc.web.quality import STATEMENTS
from graphsvc.web.twins import FORMAT


def paths() -> dict[str, Any]:
    """What the publication describes, and how good it is."""
    described = ok(DESCRIPTION) | NOT_MODIFIED
    resource = described | withdrawn()
    language = parameter(LANGUAGE, "The language of the page")
    page = [language, parameter(INCOMING, "Which page of the links to the resource")]
    listing = [parameter(TYPE, "A class whose instances to list"), parameter(PAGE, "Which page")]
    path, suffix = parameter("path", "", "path"), parameter("suffix", "", "path")
    return {
        "/": get("The publication as a whole", described, 406, 503, of=[language, *listing]),
        "/index.{suffix}": get("The same, in one format", described, 404, 503, of=[suffix]),
        "/id/{path}": get(
            "Where a thing is described", SEE_OTHER | withdrawn(), 404, 503, of=[path]
        ),
        "/doc/{path}": get("The description of a thing", resource, 404, 406, 503, of=[path, *page]),
        "/doc/{path}.{suffix}": get(
            "The same, in one format", resource, 404, 503, of=[path, suffix, *page]
        ),
        "/{path}": get(
            "The description of any other IRI of the publication: vocabulary, schemes, shapes",
            resource,
            *(404, 406, 503),
            of=[path, *page],
        ),
        "/quality": get(
            "Validation, corrections, and what the sources say",
            ok(["application/json", HTML.media_type]) | NOT_MODIFIED,
            *(400, 404, 406, 503),
            of=_quality_fields(),
        ),
        "/about": get(
            "What the publication is, in words",
            ok([HTML.media_type]) | NOT_MODIFIED,
            *(404, 406, 503),
            of=[language],
        ),
        "/quality/report.{suffix}": get(
            "The validation report: ttl, json or txt",
            ok(["text/turtle", "application/json", "text/plain"]) | NOT_MODIFIED,
            *(404, 503),
            of=[suffix],
        ),
    }


def _quality_fields() -> list[dict[str, Any]]:
    return [
        *(parameter(name, f"The IRI of the {name} to narrow it to") for name in NARROWING),
        parameter(PAGE, "Which page of the corrections"),
        parameter(STATEMENTS, "Which page of what the sources say"),
        parameter(LANGUAGE, "The language of the page, and of labels and reasons"),
        parameter(FORMAT, "json or html, which goes before the Accept header"),
    ]
