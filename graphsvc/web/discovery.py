"""What others find a publication by: the sitemap, the catalogue of its APIs, its search.

Addresses are IRIs under the base: the Host header is nobody's word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from starlette.responses import Response

from graphsvc.about import FOLDER
from graphsvc.feed.terms import PATH as FEED
from graphsvc.formats import HTML, JSON
from graphsvc.harvest import void
from graphsvc.harvest.datasets import catalogue_iri
from graphsvc.iris import to_uri
from graphsvc.pages.about import has_about
from graphsvc.pages.browse import PATH, Wanted
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import PAGE, Exchange
from graphsvc.web.problems import Problem
from graphsvc.web.signposting import LINKSET_JSON

API_CATALOG = "/.well-known/api-catalog"
_API_CATALOG_JSON = f'{LINKSET_JSON}; profile="https://www.rfc-editor.org/info/rfc9727"'
SITEMAP_RESOURCES = 50_000  # in one file, by the protocol of sitemaps
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPENSEARCH_XML = "application/opensearchdescription+xml"
# What the specification allows for.
_SHORT_NAME_CHARACTERS, _LONG_NAME_CHARACTERS, _ABOUT_CHARACTERS = 16, 48, 1_024
_ENTRIES = ("", "catalog", "dump/", "sparql", "version/")  # pages that describe no IRI
_UNWANTED = (
    *("/sparql?", "/search?", "/quality?", "/browse?*with=", "/browse?*sort="),
    *("/*?incoming=", "/*&incoming="),
    *("/version/*/", "/timemap/"),
)


def robots(exchange: Exchange) -> Response:
    """Crawlers shall read the pages, not ask queries."""
    rules = [f"Disallow: {exchange.root_path}{path}" for path in _UNWANTED]
    sitemap = to_uri(exchange.release.settings.base_iri) + "sitemap.xml"
    lines = ["User-agent: *", *rules, f"Sitemap: {sitemap}", ""]
    tag = _tag(exchange, "robots", exchange.root_path)
    return _response(exchange, tag, "text/plain", lambda: "\n".join(lines))


def sitemap(exchange: Exchange) -> Response:
    """Every document of the publication; where one file cannot hold them, a list of files.

    Spec: https://www.sitemaps.org/protocol.html
    """
    number, is_part = exchange.page_number(PAGE), PAGE in exchange.request.query_params
    tag = _tag(exchange, "sitemap", str(number) if is_part else "")
    if exchange.names(tag):
        return Response(status_code=304, headers=_headers(exchange, tag))
    base = exchange.release.settings.base_iri
    resources = exchange.release.resources.count_under(base)
    pages = max(1, -(-resources // SITEMAP_RESOURCES))
    if number > pages:
        raise Problem(404, f"the sitemap has {pages} pages")

    def body() -> str:
        if is_part or pages == 1:
            return _xml("urlset", "url", _documents(exchange, number), exchange)
        files = (f"{base}sitemap.xml?{PAGE}={each + 1}" for each in range(pages))
        return _xml("sitemapindex", "sitemap", files, exchange)

    return _response(exchange, tag, "application/xml", body)


def api_catalog(exchange: Exchange) -> Response:
    """What may be asked here, and where each is described.

    Spec: https://www.rfc-editor.org/rfc/rfc9727
    """
    tag = _tag(exchange, "api-catalog")
    response = _response(exchange, tag, _API_CATALOG_JSON, lambda: _apis(exchange))
    own = f'<{exchange.root_path}{API_CATALOG}>; rel="api-catalog"'
    response.headers["Link"] = f"{exchange.dataset_link}, {own}"  # for who asks with HEAD
    return response


def _apis(exchange: Exchange) -> str:
    settings = exchange.release.settings
    base = to_uri(settings.base_iri)
    openapi = [{"href": f"{base}openapi.json", "type": "application/json"}]
    described = [
        {"href": to_uri(catalogue_iri(settings)), "type": "text/turtle"},
        {"href": base + void.PATH.removeprefix("/"), "type": "text/turtle"},
    ]
    apis = [
        {
            "anchor": base + path,
            "service-desc": openapi,
            "service-doc": [{"href": base + page, "type": "text/html"}],
            "service-meta": described,
        }
        for path, page in (
            *(("sparql", "sparql"), ("search", "search"), ("", "index.html")),
            *([(FEED, FEED)] if exchange.release.manifest.feed else []),
        )
    ]
    items = [{"href": api["anchor"]} for api in apis]
    whole = {"anchor": base + API_CATALOG.removeprefix("/"), "item": items}
    return json.dumps({"linkset": [whole, *apis]}, ensure_ascii=False, indent=1)


def opensearch(exchange: Exchange) -> Response:
    """How a browser asks the search here, for who searches from its address bar.

    Spec: https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
    """
    edition = exchange.edition
    language = edition.language if edition.is_chosen else f"any-{edition.language}"
    tag = _tag(exchange, "opensearch", language)
    response = _response(exchange, tag, OPENSEARCH_XML, lambda: _search(exchange))
    response.headers["Vary"] = "Accept-Language"
    return response


def _search(exchange: Exchange) -> str:
    edition, settings = exchange.edition, exchange.release.settings
    title = edition.localized(settings.title).text
    about = edition.localized(settings.description).text
    address = f"{to_uri(settings.base_iri)}search?q={{searchTerms}}"
    if edition.is_chosen:
        address += f"&lang={edition.language}"
    rows = [
        _element("ShortName", title[:_SHORT_NAME_CHARACTERS].strip()),
        _element("LongName", title[:_LONG_NAME_CHARACTERS].strip()),
        _element("Description", about[:_ABOUT_CHARACTERS]),
        _element("Contact", settings.contact_email),
        *(_element("Language", each) for each in settings.languages),
        _element("InputEncoding", "UTF-8"),
        f'<Url type="{HTML.media_type}" template={quoteattr(address)}/>',
        f'<Url type="{JSON.media_type}" template={quoteattr(address + "&format=json")}/>',
    ]
    body = f'{_XML}<OpenSearchDescription xmlns="{_OPENSEARCH}">\n{_lines(rows)}'
    return body + "</OpenSearchDescription>\n"


def _documents(exchange: Exchange, number: int) -> Iterator[str]:
    """The IRIs of the documents on a page, the pages of the server itself on the first."""
    base = exchange.release.settings.base_iri
    if number == 1:
        yield from (base + path for path in _ENTRIES)
        if exchange.release.manifest.feed is not None:
            yield base + FEED
        own = (iri for iri in exchange.release.manifest.classes if iri.startswith(base))
        yield from (f"{base}{PATH[1:]}?{Wanted(iri).query()}" for iri in own)
        if has_about(exchange.edition):
            yield base + FOLDER
    offset = (number - 1) * SITEMAP_RESOURCES
    found = exchange.release.resources.under(base, SITEMAP_RESOURCES, offset)
    shown = (iri for iri in found if exchange.addresses.path(iri) is not None)
    yield from dict.fromkeys(exchange.addresses.document_iri(iri) for iri in shown)


def _xml(root: str, element: str, iris: Iterable[str], exchange: Exchange) -> str:
    issued = exchange.release.manifest.issued
    modified = f"<lastmod>{issued}</lastmod>" if issued else ""
    rows = (f"<{element}><loc>{escape(to_uri(iri))}</loc>{modified}</{element}>\n" for iri in iris)
    return f'{_XML}<{root} xmlns="{_SITEMAPS}">\n{"".join(rows)}</{root}>\n'


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _tag(exchange: Exchange, *representation: str) -> str:
    return entity_tag(exchange.release.manifest.digest, *representation)


def _headers(exchange: Exchange, tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": REVALIDATE, "Link": exchange.dataset_link}


def _response(exchange: Exchange, tag: str, media_type: str, body: Callable[[], str]) -> Response:
    """Answer with the body, which is not made if the client has it already."""
    headers = _headers(exchange, tag)
    if exchange.has(tag):
        return Response(status_code=304, headers=headers)
    return Response(body(), headers=headers, media_type=media_type)
