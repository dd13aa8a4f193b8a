"""What the publication describes, and how good it is."""

from __future__ import annotations

from typing import Any

from graphsvc.formats import HTML
from graphsvc.pages.browse import NAME, PATH, SORT, WITH
from graphsvc.pages.quality import NARROWING
from graphsvc.web import browse
from graphsvc.web.exchange import ACCEPT_DATETIME, INCOMING, LANGUAGE, PAGE, TYPE
from graphsvc.web.openapi.operations import (
    ANOTHER_TIME,
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
    described, resource = described | ANOTHER_TIME, resource | ANOTHER_TIME
    time = parameter(ACCEPT_DATETIME, "The time that it shall be of", "header")
    language = parameter(LANGUAGE, "The language of the page")
    page = [language, parameter(INCOMING, "Which page of the links to the resource"), time]
    path, suffix = parameter("path", "", "path"), parameter("suffix", "", "path")
    return {
        "/": get("The publication as a whole", described, 400, 406, 503, of=[language, time]),
        "/index.{suffix}": get(
            "The same, in one format", described, 400, 404, 503, of=[suffix, time]
        ),
        "/id/{path}": get(
            "Where a thing is described",
            SEE_OTHER | withdrawn() | ANOTHER_TIME,
            *(400, 404, 503),
            of=[path, time],
        ),
        "/doc/{path}": get(
            "The description of a thing", resource, 400, 404, 406, 503, of=[path, *page]
        ),
        "/doc/{path}.{suffix}": get(
            "The same, in one format", resource, 400, 404, 503, of=[path, suffix, *page]
        ),
        "/{path}": get(
            "The description of any other IRI of the publication: vocabulary, schemes, shapes",
            resource,
            *(400, 404, 406, 503),
            of=[path, *page],
        ),
        PATH: get(
            "The instances of a class, narrowed and sorted",
            ok([each.media_type for each in browse.OFFERS]) | NOT_MODIFIED,
            *(400, 404, 406, 503),
            of=_browse_fields(),
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


def _browse_fields() -> list[dict[str, Any]]:
    return [
        parameter(TYPE, "The IRI of the class; without one, the answer leads to the start page"),
        parameter(
            WITH,
            "The IRI of a property, a space, and the IRI of a thing that instances shall point to "
            f"by it; may be there {browse.CHOICES} times",
        ),
        parameter(SORT, f"`{NAME}`, or the IRI of a column; a minus before it turns it round"),
        parameter(PAGE, "Which page; JSON and CSV hold the whole"),
        parameter(LANGUAGE, "The language of the page, and of labels and texts"),
        parameter(FORMAT, "html, json or csv, which goes before the Accept header"),
    ]


def _quality_fields() -> list[dict[str, Any]]:
    return [
        *(parameter(name, f"The IRI of the {name} to narrow it to") for name in NARROWING),
        parameter(PAGE, "Which page of the corrections"),
        parameter(STATEMENTS, "Which page of what the sources say"),
        parameter(LANGUAGE, "The language of the page, and of labels and reasons"),
        parameter(FORMAT, "json or html, which goes before the Accept header"),
    ]
