"""/linkset.json: all typed links of the publication, or with `?iri=` those of a resource.

What is withdrawn has links, too: they lead to what replaces it.

Spec: https://www.rfc-editor.org/rfc/rfc9264
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from pyoxigraph import NamedNode
from starlette.responses import Response

from graphsvc.deprecation import read_deprecation
from graphsvc.harvest.schema_types import types_of
from graphsvc.web import signposting
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import Problem


def linkset(exchange: Exchange) -> Response:
    """The links that headers have, without a bound on how many."""
    release = exchange.release
    iri = exchange.request.query_params.get(signposting.IRI) or release.settings.base_iri
    asked = sha256(iri.encode()).hexdigest()[:32]
    headers = {
        "ETag": entity_tag(release.manifest.digest, "linkset", asked),
        "Cache-Control": REVALIDATE,
        "Link": exchange.dataset_link,
    }
    if exchange.names(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    fixed = signposting.fixed_types(release, iri)
    links = signposting.contexts(release, iri, fixed, ()) if fixed else _contexts(exchange, iri)
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = json.dumps({"linkset": list(links)}, ensure_ascii=False, indent=1)
    return Response(body, headers=headers, media_type=signposting.LINKSET_JSON)


def _contexts(exchange: Exchange, iri: str) -> Iterator[dict[str, Any]]:
    """The links of a resource. Raises Problem if it has no page, nor one that says it is gone."""
    release, resources = exchange.release, exchange.release.resources
    if exchange.addresses.path(iri) is None or not resources.is_described(iri):
        raise Problem(404, f"nothing is published under the IRI {iri[:200]!r}")
    quads = resources.describe(iri)
    types = types_of(iri, quads, release.manifest.schema_types)
    deprecation = read_deprecation(quad for quad in quads if quad.subject == NamedNode(iri))
    replacements = deprecation.replacements if deprecation else ()
    return signposting.contexts(release, iri, types, replacements)
