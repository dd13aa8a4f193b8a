"""/linkset.json: all typed links of the publication, or with `?iri=` those of a resource.

Spec: https://www.rfc-editor.org/rfc/rfc9264
"""

from __future__ import annotations

import json
from hashlib import sha256

from starlette.responses import Response

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
    types = signposting.fixed_types(release, iri) or _types(exchange, iri)
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    told = {"linkset": list(signposting.contexts(release, iri, types))}
    body = json.dumps(told, ensure_ascii=False, indent=1)
    return Response(body, headers=headers, media_type=signposting.LINKSET_JSON)


def _types(exchange: Exchange, iri: str) -> list[str]:
    """The types of a resource. Raises Problem if it has no page, or one that says it is gone."""
    resources = exchange.release.resources
    if exchange.addresses.path(iri) is None or not resources.is_described(iri):
        raise Problem(404, f"nothing is published under the IRI {iri[:200]!r}")
    if resources.withdrawal(iri) is not None:
        raise Problem(404, f"{iri[:200]!r} is withdrawn; its own address tells why")
    return types_of(iri, resources.describe(iri), exchange.release.manifest.schema_types)
