"""The OpenAPI document as a whole."""

from __future__ import annotations

from typing import Any

from graphsvc import __version__
from graphsvc.web.openapi import harvest, queries, resources, upkeep, versions
from graphsvc.web.openapi.operations import PROBLEM


def describe(root_path: str) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "graphsvc",
            "version": __version__,
            "description": "Linked data: every IRI answers, in HTML and in RDF, and SPARQL 1.1. "
            "Every GET route answers HEAD as well.",
        },
        "servers": [{"url": root_path or "/"}],
        "paths": {
            **resources.paths(),
            **queries.paths(),
            **harvest.paths(),
            **versions.paths(),
            **upkeep.paths(),
        },
        "components": {"schemas": {"Problem": PROBLEM}},
    }
