"""The representations of a description: which one is meant, and the headers it bears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from graphsvc.formats import HTML, Format
from graphsvc.iris import to_uri
from graphsvc.web import signposting
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.discovery import API_CATALOG
from graphsvc.web.exchange import Exchange

LINKED = 10  # replacements that a header names; the body names all
# No script, no frame, nothing from elsewhere: what a publication's texts may hold stays text.
HTML_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # A page asks the browser for nothing; neither may what somebody gets into it.
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("camera", "display-capture", "geolocation", "microphone", "midi", "payment"),
            *("screen-wake-lock", "usb", "xr-spatial-tracking"),
        )
    ),
}
# Scripts of this server may run on such a page, and may ask nobody but this server.
SCRIPTED_HEADERS = HTML_HEADERS | {
    "Content-Security-Policy": HTML_HEADERS["Content-Security-Policy"]
    + "; connect-src 'self'; script-src 'self'",
}


@dataclass(frozen=True)
class Representation:
    """A description of `iri` in a format, asked for by its suffix or chosen among `offers`."""

    iri: str
    format: Format
    is_negotiated: bool
    offers: tuple[Format, ...]
    state: str = ""  # what it depends on beside the release
    # The types of the resource in schema.org, looked up only for who has not the page already.
    types: Callable[[], Sequence[str]] = tuple
    # The links to the parts before and after it, where it is one of several.
    parts: Callable[[], Iterable[signposting.TypedLink]] = tuple

    def response(self, exchange: Exchange, body: Callable[[], bytes | str]) -> Response:
        """Answer with the body, which is not made if the client has it already."""
        headers = self._headers(exchange)
        if exchange.has(headers["ETag"]):
            return Response(status_code=304, headers=headers)
        headers["Link"] = signposting.field(
            [*self.parts(), *self._links(exchange), *self._signposts(exchange)]
        )
        return Response(body(), headers=headers, media_type=self.format.media_type)

    def gone(
        self, exchange: Exchange, replacements: Sequence[str], body: Callable[[], bytes | str]
    ) -> Response:
        """Answer with the body and 410, naming what replaces the resource in Link.

        Conditions do not apply to it, so it has no ETag.
        Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1
        """
        headers = self._headers(exchange)
        del headers["ETag"]
        links = [
            *signposting.replaced_by(replacements[:LINKED]),
            signposting.linkset(exchange.release, self.iri),
        ]
        headers["Link"] = signposting.field([*links, *self._links(exchange)])
        return Response(body(), 410, headers, self.format.media_type)

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        links = signposting.field(self._links(exchange))
        headers = {"Cache-Control": REVALIDATE, "Link": links}
        language = ""
        if self.format is HTML:
            language = exchange.edition.language
            headers |= HTML_HEADERS | {"Content-Language": language}
        if self.is_negotiated and (location := self._location(exchange, language)):
            headers["Content-Location"] = location
        if vary := ", ".join(self._deciding(exchange, language)):
            headers["Vary"] = vary
        tag = entity_tag(exchange.digest, self.state, self.format.suffix, language)
        return headers | {"ETag": tag}

    def _deciding(self, exchange: Exchange, language: str) -> Iterator[str]:
        """The headers that the answer varies by."""
        if self.is_negotiated:
            yield "Accept"
        if language:
            yield "Accept-Language"
        yield from exchange.moment.vary

    def _location(self, exchange: Exchange, language: str) -> str | None:
        """The address of this very representation, if it has one."""
        path = exchange.addresses.path(self.iri, self.format.suffix)
        if path is None or exchange.shows_part:
            return None
        return exchange.edition.in_language(path, language) if language else path

    def _links(self, exchange: Exchange) -> list[str]:
        addresses = exchange.addresses
        document = addresses.document_iri(self.iri)
        links = [f'<{to_uri(document)}>; rel="canonical"']
        if document != self.iri:
            links.append(f'<{to_uri(self.iri)}>; rel="describes"')
        links += exchange.moment.links
        if self.iri != exchange.release.settings.base_iri:
            links.append(exchange.dataset_link)
        else:
            links.append(f'<{exchange.server_path}{API_CATALOG}>; rel="api-catalog"')
        for each in self.offers:
            if (path := addresses.path(self.iri, each.suffix)) is not None:
                links.append(f'<{path}>; rel="alternate"; type="{each.media_type}"')
        return links

    def _signposts(self, exchange: Exchange) -> Iterator[signposting.TypedLink]:
        """The page is what one lands on; the other representations are metadata of it."""
        release = exchange.release
        if self.format is not HTML:
            yield signposting.of_metadata(release, self.iri)
            return
        types = signposting.fixed_types(release, self.iri) or self.types()
        yield from signposting.landing(release, self.iri, types)
        if self.iri == release.settings.base_iri:
            yield from signposting.items(release)
