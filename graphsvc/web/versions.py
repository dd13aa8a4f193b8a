"""/version/: the versions of the publication, and below the name of one what its release says.

A version has a description for ever. Its dumps and its pages are there as long as its release is
kept; then they answer 410, and name the next later version that is. The name is that of the
version, its first twelve digits, or that of a release, which several may have of one version.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from pyoxigraph import Quad
from starlette.responses import Response

from graphsvc import versions
from graphsvc.archive import Archive, Holding
from graphsvc.errors import ReleaseError
from graphsvc.formats import HTML, RDF_FORMATS, Format, from_suffix
from graphsvc.harvest.versions import FOLDER, PREFIXES, of_dumps, of_version, of_whole, version_iri
from graphsvc.pages import rendering
from graphsvc.pages.versions import MOST_ON_PAGE, describe_version, list_versions
from graphsvc.versions import Version
from graphsvc.web import about, documents, dumps, harvest, home
from graphsvc.web.exchange import FLEETING, ISSUED, PAGE, VERSION, Exchange, Moment
from graphsvc.web.memento import Endpoint, TimeGates
from graphsvc.web.problems import Problem, choose
from graphsvc.web.rdf import write_rdf
from graphsvc.web.representations import Representation
from graphsvc.web.signposting import field

PATH = f"/{FOLDER}"
OFFERS = (HTML, *RDF_FORMATS)
_REMOVED = "its release is not kept any more"
_NAME = r"[0-9a-f]{12}(?:[0-9a-f]{52}|-[0-9a-f]{12})?"
_LIST = re.compile(r"(?:index\.(?P<suffix>[a-z]+))?")
_DESCRIPTION = re.compile(rf"(?P<name>{_NAME})(?:\.(?P<suffix>[a-z]+))?")
_OF_RELEASE = re.compile(rf"(?P<name>{_NAME})/(?P<local>.*)", re.DOTALL)
# What else than documents there is in a release.
_PAGES: dict[str, Endpoint] = {
    "": home.home,
    "dump": dumps.to_index,
    "dump/": dumps.index,
    "about": about.about,
    "catalog": harvest.catalog,
}
_WITHOUT_GATE = ("dump", "about")
_SUFFIXED: dict[str, Endpoint] = {"index": home.home, "catalog": harvest.catalog}


def to_list(exchange: Exchange) -> Response:
    """`/version` is `/version/`."""
    return Response(status_code=308, headers={"Location": exchange.server_path + PATH})


class VersionsEndpoint:
    """Answers whatever is below /version/; `otherwise` answers what is no name of a version."""

    __name__ = "versions"

    def __init__(self, archive: Archive, gates: TimeGates, otherwise: Endpoint) -> None:
        self._archive, self._gates, self._otherwise = archive, gates, otherwise

    def __call__(self, exchange: Exchange) -> Response:
        local = exchange.path.removeprefix(exchange.server_path + PATH)
        kinds: dict[re.Pattern[str], Callable[[_Asked, re.Match[str]], Response | None]] = {
            _LIST: self._list,
            _DESCRIPTION: self._description,
            _OF_RELEASE: self._of_release,
        }
        for pattern, answer in kinds.items():
            if found := pattern.fullmatch(local):
                # What is there may change, so its date would not tell whether it is the same.
                exchange.request.scope["state"] |= {FLEETING: True, ISSUED: None}
                response = answer(_Asked(exchange, self._archive), found)
                if response is not None:
                    return response
        return self._otherwise(exchange)

    def _list(self, asked: _Asked, found: re.Match[str]) -> Response | None:
        exchange, rows = asked.exchange, asked.rows
        format = _format(exchange, found["suffix"])
        number = exchange.page_number(PAGE)
        if number > max(1, -(-len(rows) // MOST_ON_PAGE)):
            raise Problem(404, f"there is no page {number} of the versions")
        settings, current = exchange.release.settings, exchange.release.manifest.version

        def body() -> bytes | str:
            if format is HTML:
                told = list_versions(exchange.edition, rows, asked.holdings, number)
                return rendering.versions(exchange.edition, exchange.page_path, told)
            known = dict.fromkeys(row.version for row in rows)
            quads = [*of_whole(settings, rows, current)]
            quads += (quad for each in known for quad in of_version(settings, rows, each))
            return write_rdf(quads, format, PREFIXES)

        state = sha256(f"{asked.state} {number}".encode()).hexdigest()[:16]
        iri = settings.base_iri + FOLDER
        shown = Representation(iri, format, not found["suffix"], OFFERS, state=state)
        return shown.response(exchange, body)

    def _description(self, asked: _Asked, found: re.Match[str]) -> Response | None:
        exchange = asked.exchange
        version = asked.version(found["name"])
        if version is None:
            return None
        format = _format(exchange, found["suffix"])
        settings, holding = exchange.release.settings, asked.holding(found["name"])

        def quads() -> Iterator[Quad]:
            yield from of_version(settings, asked.rows, version)
            files = holding.dumps if holding else versions.find(asked.rows, version)[-1].dumps
            folder = f"{FOLDER}{version}/dump/" if holding else None
            yield from of_dumps(settings, version, files, folder)

        def body() -> bytes | str:
            if format is HTML:
                told = describe_version(exchange.edition, asked.rows, version, holding)
                return rendering.version(exchange.edition, exchange.page_path, told)
            return write_rdf([*quads()], format, PREFIXES)

        iri = version_iri(settings, version)
        shown = Representation(iri, format, not found["suffix"], OFFERS, state=asked.state)
        return shown.response(exchange, body)

    def _of_release(self, asked: _Asked, found: re.Match[str]) -> Response | None:
        """What a release answers that is kept."""
        name, local = found["name"], found["local"]
        version = asked.version(name)
        if version is None:
            return None
        holding = asked.holding(name)
        if holding is None:
            raise asked.gone(version, local, _REMOVED)
        exchange = asked.exchange
        exchange.request.scope["state"][VERSION] = version
        file = local.removeprefix("dump/")
        try:
            has_gate = not local.startswith("dump/") and local not in _WITHOUT_GATE
            moment = self._gates.moment(exchange, holding, PATH + name, has_gate=has_gate)
            if file and file != local:
                exchange.request.scope["state"][ISSUED] = holding.row.issued
                response = _dump(replace(exchange, moment=moment), holding, file)
            elif holding.folder == exchange.release.folder:
                response = _answer(replace(exchange, moment=moment), local)
            else:
                response = self._read(asked, holding, moment, local)
        except (ReleaseError, OSError, sqlite3.Error) as error:
            raise asked.gone(version, local, "its release cannot be read any more") from error
        if moment.date:
            response.headers["Memento-Datetime"] = moment.date
        if not has_gate:
            response.headers["Link"] = field(
                filter(None, [*moment.links, response.headers.get("link")])
            )
        return response

    def _read(self, asked: _Asked, holding: Holding, moment: Moment, local: str) -> Response:
        if not holding.can_be_opened:
            what = "its release is of another format; its dumps are there"
            raise asked.gone(holding.row.version, local, what)
        with self._archive.open(holding) as release:
            return _answer(replace(asked.exchange, release=release, moment=moment), local)


class _Asked:
    """A request, with what is known of the versions and of their releases."""

    def __init__(self, exchange: Exchange, archive: Archive) -> None:
        self.exchange = exchange
        # An export holds one release, wherever that stands.
        self.holdings = [] if exchange.is_static else archive.holdings(exchange.release)
        self.rows: Sequence[Version] = exchange.release.versions
        known = {row.version for row in self.rows}
        later = [each for each in self.holdings if each.row.version not in known]
        if later:  # the server has gone back to an older release
            self.rows = versions.merge([self.rows, *(each.ledger() for each in later)])

    @property
    def state(self) -> str:
        """What descriptions depend on beside the release."""
        told = " ".join(f"{each.name} {each.can_be_opened}" for each in self.holdings)
        return sha256(told.encode()).hexdigest()[:16]

    def version(self, name: str) -> str | None:
        """The version with a name; None if there is none. Raises Problem if there are several."""
        short = name.partition("-")[0]
        found = {row.version for row in versions.find(self.rows, short)}
        if len(found) > 1:
            raise Problem(404, f"{len(found)} versions begin with {short}; write one in full")
        return next(iter(found), None)

    def holding(self, name: str) -> Holding | None:
        """The release with a name, or of a version: that which is served, else the latest."""
        own = self.exchange.release.folder
        found = [
            each for each in self.holdings if name in (each.name, each.row.version, each.row.short)
        ]
        return next((each for each in found if each.folder == own), next(iter(found), None))

    def gone(self, version: str, local: str, why: str) -> Problem:
        """What tells that a version is described and no more, and which later one is kept."""
        at = min(place for place, row in enumerate(self.rows) if row.version == version)
        kept = {each.row.version for each in self.holdings if each.can_be_opened} - {version}
        own = self.exchange.release.manifest.version
        successor = next((row.version for row in self.rows[:at][::-1] if row.version in kept), own)
        start = self.exchange.server_path + PATH
        described, later = f"{start}{version}", f"{start}{successor}/{local}"
        links = f'<{later}>; rel="successor-version", <{described}>; rel="describedby"'
        members = {"description": described, "successor": later}
        detail = f"version {version[:12]} is described only: {why}"
        return Problem(410, detail, {"Link": links}, members)


def _dump(exchange: Exchange, holding: Holding, file: str) -> Response:
    """A file of a release that is kept, of whatever format that is."""
    row = holding.dump(file)
    if row is None:
        raise Problem(404, "there is no dump of this name in this version")
    return dumps.file_response(exchange, row, folder=holding.folder)


def _answer(exchange: Exchange, local: str) -> Response:
    """What a release says at an address below its own name."""
    if local.startswith("id/"):
        return documents.thing(exchange)
    stem, _, suffix = local.partition(".")
    if stem in _SUFFIXED and from_suffix(suffix) in OFFERS:
        return _SUFFIXED[stem](exchange)
    return _PAGES.get(local, documents.document)(exchange)


def _format(exchange: Exchange, suffix: str | None) -> Format:
    """The format of the suffix, or the one that suits the client."""
    if suffix is None:
        return choose(exchange.accept, OFFERS)
    format = from_suffix(suffix)
    if format not in OFFERS:
        raise Problem(404, "nothing is published under this address")
    assert format is not None
    return format
