"""/.well-known/sparql-examples: the example queries, where programs look for them.

Spec: https://github.com/sib-swiss/sparql-guidelines
"""

from __future__ import annotations

from starlette.responses import Response

from graphsvc.examples import has_examples, quads_of_examples
from graphsvc.formats import RDF_FORMATS
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES
from graphsvc.web.conditions import REVALIDATE, entity_tag, unchanged
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rdf import write_rdf

PATH = "/.well-known/sparql-examples"


def address(release: Release) -> str:
    """The IRI of the document."""
    return release.settings.base_iri + PATH.removeprefix("/")


def sparql_examples(exchange: Exchange) -> Response:
    """The example queries in RDF, with all the prefixes that they need."""
    release, format = exchange.release, choose(exchange.accept, RDF_FORMATS)
    etag = entity_tag(release.manifest.digest, "examples", format.suffix)
    if exchange.names(etag):
        return unchanged(etag)
    if not has_examples(release):
        raise Problem(404, "there are no example queries; the folder queries/ would hold them")
    if exchange.has(etag):
        return unchanged(etag)
    quads = quads_of_examples(release, address(release))
    body = write_rdf(quads, format, PREFIXES | dict(release.manifest.prefixes))
    headers = {
        "ETag": etag,
        "Cache-Control": REVALIDATE,
        "Link": exchange.dataset_link,
        "Vary": "Accept",
    }
    return Response(body, headers=headers, media_type=format.content_type)
