"""Memento: a resource as it was at a time, read from a release that is kept.

The address of a resource is its own TimeGate: who asks it with Accept-Datetime is led by 302 to
the same address below `/version/{name}`, where the release with that name answers (RFC 7089,
pattern 1.1). So no answer to who does not ask for a time has to be looked up anywhere.

Spec: https://www.rfc-editor.org/rfc/rfc7089
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class _Memento:
    """A release in which a resource is published, and when it was issued."""

    holding: Holding
    date: datetime


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
        mementos = self._mementos(exchange.release, _iris(exchange, TIMEMAP))
        if not mementos:
            raise Problem(404, "no release that is kept has this resource and a date")
        base = to_uri(exchange.release.settings.base_iri).removesuffix("/")
        first, last = (format_datetime(mementos[at].date, usegmt=True) for at in (0, -1))
        links = [
            f'<{base}{local}>; rel="original timegate"',
            f'<{base}{TIMEMAP}{local}>; rel="self"; type="{LINK_FORMAT}"; '
            f'from="{first}"; until="{last}"',
            *_of_mementos((base, local), mementos, range(len(mementos)), None),
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
        if not has_gate:
            date = format_datetime(holding.date, usegmt=True)
            links = (f'<{exchange.server_path}{local}>; rel="original"',)
            return Moment(mount, date, links, is_latest)
        mementos = self._mementos(exchange.release, _iris(exchange, mount))
        date = format_datetime(holding.date, usegmt=True)
        of_original = _of_original(exchange.server_path, local)
        others = _around((exchange.server_path, local), mementos, holding.date)
        return Moment(mount, date, (*of_original, *others), is_latest)

    def _lead(self, exchange: Exchange, date: datetime) -> Response | None:
        """To the last that was there at the time, else to the first; None if there is none."""
        mementos = self._mementos(exchange.release, _iris(exchange, ""))
        if not mementos:
            return None
        chosen = next((each for each in reversed(mementos) if each.date <= date), mementos[0])
        local = _local(exchange, "")
        links = [*_of_original(exchange.server_path, local)]
        links += _around((exchange.server_path, local), mementos, chosen.date)
        headers = {
            "Location": exchange.server_path + _mount(chosen.holding) + local,
            "Vary": ACCEPT_DATETIME,
            "Link": field(links),
            "Cache-Control": REVALIDATE,
        }
        return Response(status_code=302, headers=headers)

    def _mementos(self, release: Release, iris: Sequence[str]) -> list[_Memento]:
        """The releases that have a resource and a date, the earliest first, one for each date."""
        by_date: dict[datetime, Holding] = {}
        for holding in reversed(self._archive.holdings(release)):
            if holding.can_be_opened and holding.date is not None:
                known = by_date.get(holding.date)
                if known is None or known.folder != release.folder:
                    by_date[holding.date] = holding
        return [
            _Memento(holding, date)
            for date, holding in sorted(by_date.items(), key=lambda pair: pair[0])
            if self._publishes(release, holding, iris)
        ]

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


def _mount(holding: Holding) -> str:
    return f"/version/{holding.name}"


def _of_original(server_path: str, local: str) -> Iterator[str]:
    """The links to a resource as it is now, where its times are negotiated and listed."""
    yield f'<{server_path}{local}>; rel="original timegate"'
    yield f'<{server_path}{TIMEMAP}{local}>; rel="timemap"; type="{LINK_FORMAT}"'


def _around(address: _Address, mementos: Sequence[_Memento], date: datetime) -> Iterator[str]:
    """The links from a time to the first, the last, and those next to it."""
    dates = [each.date for each in mementos]
    earlier = sum(each < date for each in dates)
    here = earlier if earlier < len(dates) and dates[earlier] == date else None
    following = earlier if here is None else earlier + 1
    wanted = {0, len(dates) - 1, earlier - 1, earlier, following}
    shown = sorted(at for at in wanted if 0 <= at < len(dates))
    yield from _of_mementos(address, mementos, shown, (earlier - 1, following))


def _of_mementos(
    address: _Address,
    mementos: Sequence[_Memento],
    shown: Sequence[int],
    beside: tuple[int, int] | None,
) -> Iterator[str]:
    """The links to some mementos; `beside` are the places of the previous and the next one."""
    places = {"first": 0, "last": len(mementos) - 1}
    if beside is not None:
        places |= {"prev": beside[0], "next": beside[1]}
    for at in shown:
        relations = [name for name, place in places.items() if place == at]
        target = _mount(mementos[at].holding).join(address)
        date = format_datetime(mementos[at].date, usegmt=True)
        yield f'<{target}>; rel="{" ".join((*relations, "memento"))}"; datetime="{date}"'
