"""/browse: the instances of a class, for people and as tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from graphsvc.formats import HTML, JSON, RESULTS_CSV, Format
from graphsvc.pages import rendering
from graphsvc.pages.browse import NAME, PAGE, PATH, SORT, TYPE, WITH, Choice, Listing, Wanted
from graphsvc.pages.classes import Page
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import LANGUAGE, Exchange
from graphsvc.web.problems import Problem, choose
from graphsvc.web.representations import HTML_HEADERS
from graphsvc.web.twins import FORMAT

OFFERS = (JSON, HTML, RESULTS_CSV)
CHOICES = 8  # facets that a listing may be narrowed by at once
_BETWEEN = " | "  # values of a cell in CSV


def browse(exchange: Exchange) -> Response:
    """One page of a class; as JSON or CSV the whole of it. Without a class: to the start page."""
    if TYPE not in exchange.request.query_params:
        return _moved(exchange, "")
    wanted, format = _wanted(exchange), _format(exchange)
    headers = _headers(exchange, format)
    if exchange.names(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    listing, number = _listing(exchange, wanted), exchange.page_number(PAGE)
    if format is HTML:
        return _page(exchange, listing, number, headers)
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    write = _csv if format is RESULTS_CSV else _json
    return StreamingResponse(write(exchange, listing), 200, headers, format.content_type)


def _listing(exchange: Exchange, wanted: Wanted) -> Listing:
    """Raises Problem if it cannot be sorted so."""
    listing = Listing(exchange.edition, wanted)
    if wanted.sort not in (NAME, *listing.predicates):
        columns = ", ".join((NAME, *listing.predicates))
        raise Problem(400, f"{SORT} is {wanted.sort[:200]!r}; it may be one of {columns}")
    return listing


def _page(exchange: Exchange, listing: Listing, number: int, headers: dict[str, str]) -> Response:
    browsing = listing.page(number)
    if number > browsing.page.last:
        raise Problem(404, f"there is no page {number}; the last is {browsing.page.last}")
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if links := _paging(exchange, browsing.path, browsing.page):
        headers["Link"] = ", ".join((headers["Link"], *links))
    text = rendering.browse(exchange.edition, exchange.page_path, browsing)
    return Response(text, headers=headers, media_type=HTML.media_type)


def from_home(exchange: Exchange) -> Response:
    """Where `/?type=` leads, which was the address of such pages."""
    kept = ((n, v) for n, v in exchange.request.query_params.multi_items() if n != LANGUAGE)
    return _moved(exchange, f"{PATH}?{urlencode(list(kept))}")


def _moved(exchange: Exchange, path: str) -> Response:
    location = exchange.edition.href(exchange.server_path + (path or "/"))
    return Response(status_code=301, headers={"Location": location, "Cache-Control": REVALIDATE})


def _wanted(exchange: Exchange) -> Wanted:
    """Raises Problem if there is no such class, or a choice cannot be read."""
    fields = exchange.request.query_params
    class_iri = fields[TYPE]
    if class_iri not in exchange.release.manifest.classes:
        raise Problem(404, f"there is no instance of the class {class_iri[:200]!r}")
    chosen = tuple(dict.fromkeys(map(_choice, fields.getlist(WITH))))
    if len(chosen) > CHOICES:
        raise Problem(400, f"{WITH} is there {len(chosen)} times; at most {CHOICES} go")
    sort = fields.get(SORT, "") or NAME
    return Wanted(class_iri, chosen, sort.removeprefix("-"), sort.startswith("-"))


def _choice(text: str) -> Choice:
    predicate, space, value = text.partition(" ")
    if not space or not value or " " in value:
        wanted = "the IRI of a property, a space, and the IRI of a thing are wanted"
        raise Problem(400, f"{WITH} is {text[:200]!r}; {wanted}")
    return predicate, value


def _format(exchange: Exchange) -> Format:
    asked = exchange.request.query_params.get(FORMAT)
    if not asked:
        return choose(exchange.accept, OFFERS)
    for format in OFFERS:
        if asked == format.suffix:
            return format
    raise Problem(400, f"{FORMAT} is {asked[:50]!r}; html, json or csv is wanted")


def _headers(exchange: Exchange, format: Format) -> dict[str, str]:
    language = exchange.edition.language
    asked = sha256(f"{exchange.page_path} {exchange.edition.is_chosen}".encode()).hexdigest()[:32]
    digest = exchange.digest
    headers = {
        "ETag": entity_tag(digest, asked, format.suffix, language),
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Language",
        "Content-Language": language,
        "Link": exchange.dataset_link,
    }
    if format is HTML:
        return headers | HTML_HEADERS
    if FORMAT in exchange.request.query_params:  # it was asked for as a file
        headers["Content-Disposition"] = f'attachment; filename="list.{format.suffix}"'
    return headers


def _paging(exchange: Exchange, path: str, page: Page) -> list[str]:
    numbers = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.last}
    if page.last == 1:
        return []
    return [
        f'<{exchange.edition.href(f"{exchange.root_path}{path}&{PAGE}={each}")}>; rel="{relation}"'
        for relation, each in numbers.items()
        if 1 <= each <= page.last
    ]


def _csv(_: Exchange, listing: Listing) -> Iterator[str]:
    """A row for each instance, values as they are: a program is meant, not a spreadsheet.

    Spec: https://www.rfc-editor.org/rfc/rfc4180
    """
    written = StringIO()
    table = csv.writer(written)
    table.writerow(["iri", NAME, *listing.predicates])
    for number, each in enumerate(listing.rows(), 1):
        cells = (_BETWEEN.join(texts) for texts in each.texts())
        table.writerow([each.link.iri, each.link.name.text, *cells])
        if number % 500 == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()


def _json(exchange: Exchange, listing: Listing) -> Iterator[str]:
    """The class, how many there are, and each of them, a line each."""
    link = exchange.edition.links([exchange.request.query_params[TYPE]])
    (type_,) = link.values()
    head = {"type": type_.table(), "total": len(listing.iris), "columns": listing.predicates}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',\n"instances": ['
    between = "\n"
    for each in listing.rows():
        cells = dict(zip(listing.predicates, each.texts(), strict=True))
        yield between + json.dumps({**each.link.table(), "values": cells}, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"
