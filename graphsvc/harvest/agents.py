"""Who publishes the data, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, Quad

from graphsvc.authorities import PUBLISHER_TYPES
from graphsvc.harvest.descriptions import describe, iris
from graphsvc.harvest.stubs import Stubs
from graphsvc.settings import Settings

_IN_MAILTO = "@!$&'*+=/"  # all else is escaped


def publisher(settings: Settings, stubs: Stubs) -> Iterator[Quad]:
    return describe(
        settings.publisher_iri,
        ["foaf:Agent"],
        {
            "foaf:name": [Literal(settings.publisher_name)],
            "dct:type": stubs.concept(PUBLISHER_TYPES, settings.publisher_type),
        },
    )


def contact(settings: Settings, iri: str) -> Iterator[Quad]:
    """Spec: https://www.rfc-editor.org/rfc/rfc6068 for the address."""
    address = quote(settings.contact_email, safe=_IN_MAILTO)
    return describe(
        iri,
        ["vcard:Kind", "vcard:Organization"],
        {
            "vcard:fn": [Literal(settings.contact_name)],
            "vcard:hasEmail": iris(f"mailto:{address}"),
        },
    )
