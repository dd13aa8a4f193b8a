"""Memento: a resource as it was at a time, read from a release that is kept.

The address of a resource is its own TimeGate: who asks it with Accept-Datetime is led by 302 to
the same address below `/version/{name}`, where the release with that name answers (RFC 7089,
pattern 1.1). So no answer to who does not ask for a time has to be looked up anywhere.

Spec: https://www.rfc-editor.org/rfc/rfc7089
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import wraps
from hashlib import sha256

from starlette.responses import Response

from graphsvc.archive import Archive, Holding
from graphsvc.errors import ReleaseError
from graphsvc.harvest.datasets import catalogue_iri
from graphsvc.iris import to_uri
from graphsvc.release import Release
from graphsvc.web import documents
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import ACCEPT_DATETIME, FLEETING, ISSUED, Exchange, Moment
from graphsvc.web.problems import Problem
from graphsvc.web.signposting import field

TIMEMAP = "/timemap"
LINK_FORMAT = "application/link-format"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)

Endpoint = Callable[[Exchange], Response]
_Address = tuple[str, str]  # what stands before the name of a version, and what behind it


class TimeGates:
    """Answers who asks for another time, out of the releases that are kept."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def around(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, which leads to another time who asks for one. Without dates there is none.

        A header that is no date is refused with 400.
        """

        @wraps(endpoint)
        def answer(exchange: Exchange) -> Response:
            asked = ", ".join(exchange.request.headers.getlist(ACCEPT_DATETIME))
            if asked and (response := self._lead(exchange, _date(asked))) is not None:
                return response
            if exchange.is_static or exchange.release.manifest.issued is None:
                return endpoint(exchange)
            links = tuple(_of_original(exchange.server_path, _local(exchange, "")))
            return endpoint(replace(exchange, moment=Moment(links=links)))

        return answer

    def timemap(self, exchange: Exchange) -> Response:
        """All times of a resource, under the addresses that everybody knows: below the base IRI.

        Spec: https://www.rfc-editor.org/rfc/rfc7089#section-5
        """
        exchange.request.scope["state"] |= {FLEETING: True, ISSUED: None}
        local = _local(exchange, TIMEMAP)
        times = self._times(exchange, TIMEMAP)
        found = [place for place in range(len(times)) if times.has(place)]
        if not found:
            raise Problem(404, "no release that is kept has this resource and a date")
        base = to_uri(exchange.release.settings.base_iri).removesuffix("/")
        first, last = (_written(times.dates[found[at]]) for at in (0, -1))
        links = [
            f'<{base}{local}>; rel="original timegate"',
            f'<{base}{TIMEMAP}{local}>; rel="self"; type="{LINK_FORMAT}"; '
            f'from="{first}"; until="{last}"',
            *times.links((base, local), {"first": found[0], "last": found[-1]}, found),
        ]
        body = ",\n".join(links) + "\n"
        etag = entity_tag(sha256(body.encode()).hexdigest())
        headers = {"ETag": etag, "Cache-Control": REVALIDATE}
        if exchange.has(etag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=LINK_FORMAT)

    def moment(self, exchange: Exchange, holding: Holding, mount: str, *, has_gate: bool) -> Moment:
        """Where a release that is asked for by its version stands among the others.

        Where the resource has no TimeGate, it is only said what the resource is.
        """
        local = _local(exchange, mount)
        is_latest = holding.folder == exchange.release.folder
        if holding.date is None:
            return Moment(mount, is_latest=is_latest)
        date = _written(holding.date)
        if not has_gate:
            links = (f'<{exchange.server_path}{local}>; rel="original"',)
            return Moment(mount, date, links, is_latest)
        of_original = _of_original(exchange.server_path, local)
        times = self._times(exchange, mount)
        others = times.around((exchange.server_path, local), holding.date)
        return Moment(mount, date, (*of_original, *others), is_latest)

    def _lead(self, exchange: Exchange, date: datetime) -> Response | None:
        """To the last that was there at the time, else to the first; None if there is none."""
        times = self._times(exchange, "")
        at = bisect_right(times.dates, date)
        chosen = times.first((*reversed(range(at)), *range(at, len(times))))
        if chosen is None:
            return None
        local = _local(exchange, "")
        links = [*_of_original(exchange.server_path, local)]
        links += times.around((exchange.server_path, local), times.dates[chosen])
        headers = {
            "Location": exchange.server_path + times.mount(chosen) + local,
            "Vary": ACCEPT_DATETIME,
            "Link": field(links),
            "Cache-Control": REVALIDATE,
        }
        return Response(status_code=302, headers=headers)

    def _times(self, exchange: Exchange, mount: str) -> _Times:
        """The times of the resource at an address that begins with `mount`."""
        release = exchange.release
        by_date: dict[datetime, Holding] = {}
        for holding in reversed(self._archive.holdings(release)):
            if holding.can_be_opened and holding.date is not None:
                by_date[holding.date] = holding  # of one date the latest, or that which is served
        iris = _iris(exchange, mount)
        return _Times(by_date, lambda holding: self._publishes(release, holding, iris))

    def _publishes(self, release: Release, holding: Holding, iris: Sequence[str]) -> bool:
        settings = release.settings
        if not {settings.base_iri, catalogue_iri(settings)}.isdisjoint(iris):
            return True
        if holding.folder == release.folder:
            return any(documents.publishes(release, iri) for iri in iris)
        try:
            with self._archive.open(holding) as older:
                return any(documents.publishes(older, iri) for iri in iris)
        except (ReleaseError, sqlite3.Error):  # it has just been removed, or it is damaged
            return False


class _Times:
    """The releases that have a date, the earliest first, and which of them have a resource.

    A release is opened only when it must be known whether it has it.
    """

    def __init__(
        self, by_date: Mapping[datetime, Holding], publishes: Callable[[Holding], bool]
    ) -> None:
        self.dates = sorted(by_date)
        self._holdings = [by_date[date] for date in self.dates]
        self._publishes, self._known = publishes, dict[int, bool]()

    def __len__(self) -> int:
        return len(self.dates)

    def has(self, place: int) -> bool:
        """Does the release at this place have the resource?"""
        if place not in self._known:
            self._known[place] = self._publishes(self._holdings[place])
        return self._known[place]

    def first(self, places: Iterable[int]) -> int | None:
        """The first of these places at which there is the resource."""
        return next((place for place in places if self.has(place)), None)

    def mount(self, place: int) -> str:
        return f"/version/{self._holdings[place].name}"

    def around(self, address: _Address, date: datetime) -> Iterator[str]:
        """The links from a time to the first, the last, and those next to it."""
        start, end = bisect_left(self.dates, date), bisect_right(self.dates, date)
        whole = range(len(self))
        places = {
            "first": self.first(whole),
            "last": self.first(reversed(whole)),
            "prev": self.first(reversed(whole[:start])),
            "next": self.first(whole[end:]),
            "": self.first(whole[start:end]),
        }
        found = {place for place in places.values() if place is not None}
        yield from self.links(address, places, sorted(found))

    def links(
        self, address: _Address, relations: Mapping[str, int | None], places: Iterable[int]
    ) -> Iterator[str]:
        """The links to the times at some places, with what they are beside a memento."""
        for place in places:
            names = [name for name, at in relations.items() if name and at == place]
            target, date = self.mount(place).join(address), _written(self.dates[place])
            yield f'<{target}>; rel="{" ".join((*names, "memento"))}"; datetime="{date}"'


def _date(text: str) -> datetime:
    """The date of Accept-Datetime. Raises Problem if it is none."""
    if found := _DATE.fullmatch(text.strip()):
        day, month, *others = found.groups()
        try:
            year, hour, minute, second = map(int, others)
            at = _MONTHS.index(month) + 1
            return datetime(year, at, int(day), hour, minute, min(second, 59), tzinfo=UTC)
        except ValueError:
            pass
    wanted = "a date such as 'Thu, 31 May 2007 20:35:00 GMT' is wanted"
    raise Problem(400, f"{ACCEPT_DATETIME} is {text[:100]!r}; {wanted}")


def _local(exchange: Exchange, mount: str) -> str:
    """The address of the resource itself, without what stands before it, as it was sent."""
    address = exchange.addresses_asked()[0]
    return address.removeprefix(exchange.server_path + mount) or "/"


def _iris(exchange: Exchange, mount: str) -> list[str]:
    """The IRIs that the address may stand for."""
    start, server = exchange.server_path + mount, exchange.server_path
    paths = [server + each.removeprefix(start) for each in exchange.addresses_asked()]
    return documents.iris_asked(exchange.addresses, paths)


def _written(date: datetime) -> str:
    """A date as headers have it."""
    return format_datetime(date, usegmt=True)


def _of_original(server_path: str, local: str) -> Iterator[str]:
    """The links to a resource as it is now, where its times are negotiated and listed."""
    yield f'<{server_path}{local}>; rel="original timegate"'
    yield f'<{server_path}{TIMEMAP}{local}>; rel="timemap"; type="{LINK_FORMAT}"'
