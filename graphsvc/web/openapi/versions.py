"""The versions of the publication, and what each holds."""

from __future__ import annotations

from typing import Any

from graphsvc.web.exchange import LANGUAGE, PAGE
from graphsvc.web.memento import LINK_FORMAT, TIMEMAP
from graphsvc.web.openapi.operations import (
    DESCRIPTION,
    NOT_MODIFIED,
    RDF,
    SEE_OTHER,
    get,
    ok,
    parameter,
    response,
    withdrawn,
)


def paths() -> dict[str, Any]:
    """The versions of the publication, and what each holds."""
    described = ok(DESCRIPTION) | NOT_MODIFIED
    version = parameter(
        "version", "The version in full, its first twelve digits, or the name of a release", "path"
    )
    path, file = parameter("path", "", "path"), parameter("file", "", "path")
    language = parameter(LANGUAGE, "The language of the page")
    return {
        "/version": get("Where the versions are listed", response(308, "They are at /version/")),
        "/version/": get(
            "The versions, the latest first",
            described,
            *(400, 404, 406, 503),
            of=[language, parameter(PAGE, "Which page of the list; RDF holds the whole")],
        ),
        "/version/{version}": get(
            "The description of a version, which is there for ever",
            described,
            *(404, 406, 503),
            of=[version, language],
        ),
        "/version/{version}/{path}": get(
            "What the publication answered at this path in that version, while that is kept",
            described | SEE_OTHER | withdrawn(),
            *(404, 406, 410, 503),
            of=[version, path, language],
        ),
        "/version/{version}/dump/{file}": get(
            "A dump of that version, while that is kept",
            ok([*RDF, "application/gzip"]) | response(206, "A part of it") | NOT_MODIFIED,
            *(404, 410, 503),
            of=[version, file],
        ),
        f"{TIMEMAP}/{{path}}": get(
            "The times that there are of a resource: a TimeMap (RFC 7089)",
            ok([LINK_FORMAT]) | NOT_MODIFIED,
            *(404, 503),
            of=[path],
        ),
    }
