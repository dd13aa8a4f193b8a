"""What keeps the service going."""

from __future__ import annotations

from typing import Any

from graphsvc.web.openapi.operations import NOT_MODIFIED, get, ok, parameter


def paths() -> dict[str, Any]:
    """What keeps the service going."""
    file = parameter("file", "", "path")
    return {
        "/healthz": get("Is the process alive?", ok(["text/plain"])),
        "/readyz": get("Is a release open?", ok(["application/json"]), 503),
        "/static/{file}": get(
            "What pages refer to",
            ok(["text/css", "text/javascript", "image/svg+xml", "text/plain"]) | NOT_MODIFIED,
            404,
            of=[file],
        ),
        "/openapi.json": get("This document", ok(["application/json"]) | NOT_MODIFIED),
    }
