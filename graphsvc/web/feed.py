"""/feed: what has changed, as a Linked Data Event Stream, as a page, and as Atom.

What is closed never changes under its address, so it may be kept for ever; the root tells
by its ETag whether there is anything new.

Spec: https://w3id.org/ldes/specification
"""

from __future__ import annotations

from starlette.responses import Response

from graphsvc.feed.files import FORMATS, node_path, read_node
from graphsvc.feed.terms import PATH
from graphsvc.formats import HTML, Format, from_suffix
from graphsvc.iris import split_suffix, to_uri
from graphsvc.pages import rendering
from graphsvc.pages.changes import read_changes
from graphsvc.web import documents, signposting
from graphsvc.web.conditions import FOR_EVER, REVALIDATE, entity_tag
from graphsvc.web.exchange import PAGE, Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.twins import respond

ATOM = "application/atom+xml"


def feed(exchange: Exchange) -> Response:
    """The root, negotiated or by suffix; the page for who accepts that first."""
    suffix = exchange.request.path_params.get("suffix", "")
    format = from_suffix(suffix) if suffix else None
    if (suffix and format not in FORMATS) or exchange.edition.describes(PATH):
        return documents.document(exchange)
    _demand(exchange)
    if format is None:
        format = choose(exchange.accept, (*FORMATS, HTML))
    if format is HTML:
        return _page(exchange)
    return _node(exchange, "", format, is_negotiated=not suffix)


def node(exchange: Exchange) -> Response:
    """A page or a volume that is closed, negotiated or by suffix."""
    name = str(exchange.request.path_params["name"])
    head, suffix = split_suffix(name) or (name, "")
    format = from_suffix(suffix) if suffix else None
    known = exchange.release.manifest.feed and node_path(exchange.release.folder, head)
    if not known or (suffix and format not in FORMATS):
        return documents.document(exchange)
    if format is None:
        format = choose(exchange.accept, FORMATS)
    return _node(exchange, head, format, is_negotiated=not suffix)


def atom(exchange: Exchange) -> Response:
    """The latest changes for newsreaders.

    Spec: https://www.rfc-editor.org/rfc/rfc4287
    """
    _demand(exchange)
    edition = exchange.edition
    etag = entity_tag(exchange.release.manifest.digest, "atom", edition.language)
    headers = {
        "ETag": etag,
        "Cache-Control": REVALIDATE,
        "Content-Language": edition.language,
        "Link": exchange.dataset_link,
        "Vary": "Accept-Language",
    }
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    return Response(rendering.atom(edition), headers=headers, media_type=ATOM)


def _page(exchange: Exchange) -> Response:
    listed = read_changes(exchange.edition, exchange.page_number(PAGE))
    if listed.page.number > listed.page.last:
        raise Problem(404, f"the feed has {listed.page.last} pages")
    path = exchange.page_path
    return respond(exchange, HTML, lambda: rendering.feed(exchange.edition, path, listed))


def _demand(exchange: Exchange) -> None:
    if exchange.release.manifest.feed is None:
        what = "this release is not dated, so it has no feed"
        raise Problem(404, f"{what}; commit the publication, or set SOURCE_DATE_EPOCH")


def _node(exchange: Exchange, name: str, format: Format, *, is_negotiated: bool) -> Response:
    path = node_path(exchange.release.folder, name)
    told = exchange.release.manifest.feed
    assert path is not None
    assert told is not None
    local = f"{PATH}/{name}" if name else PATH
    headers = {
        "ETag": entity_tag(name or told["sha256"], PATH, format.suffix),
        "Cache-Control": FOR_EVER if name else REVALIDATE,
        "Link": signposting.field(_links(exchange, local)),
    }
    if is_negotiated:
        headers["Vary"] = "Accept"
        headers["Content-Location"] = f"{exchange.root_path}/{local}.{format.suffix}"
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(read_node(path, format), headers=headers, media_type=format.media_type)


def _links(exchange: Exchange, local: str) -> list[str]:
    iri = to_uri(exchange.release.settings.base_iri) + local
    return [
        f'<{iri}>; rel="canonical"',
        exchange.dataset_link,
        *(
            f'<{exchange.root_path}/{local}.{each.suffix}>; rel="alternate"; '
            f'type="{each.media_type}"'
            for each in FORMATS
        ),
    ]
