"""A request, and the release that it is answered from: taken once, at its start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from urllib.parse import quote

from starlette.requests import Request

from graphsvc.iris import Addresses
from graphsvc.negotiation import negotiate_language
from graphsvc.pages.editions import Edition
from graphsvc.release import Release
from graphsvc.web.conditions import is_known, is_unchanged, last_modified
from graphsvc.web.problems import Problem

STATIC = "is_static"  # in the state of a request
FLEETING = "is_fleeting"  # likewise: the answer depends on more than the release that is served
VERSION, ISSUED = "version", "issued"  # likewise: of the release that the answer is taken from
LANGUAGE = "lang"
INCOMING = "incoming"  # which page of the links to a resource
TYPE, PAGE = "type", "page"  # a class whose instances the start page shall list, and which page
DESCRIBE = "describe"  # what a query in the editor shall describe
PROPERTY, CONCEPT = "property", "concept"  # what a query in the editor shall find the uses of
EXAMPLE = "example"  # the example query that the editor shall begin with
ACCEPT_DATETIME = "Accept-Datetime"
_PARAMETERS = (LANGUAGE, INCOMING)  # of pages; any other may be part of an IRI
_IN_PATHS = "-._~!$&'()*+,;=:@/%"
_PAGE = re.compile(r"[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """Where an answer stands in time; see `memento`.

    `mount` is what the paths of a release begin with that is asked for by its version; `date` is
    its date, as headers have it. `links` lead to other times.
    """

    mount: str = ""
    date: str = ""
    links: tuple[str, ...] = ()
    is_latest: bool = True

    @property
    def vary(self) -> tuple[str, ...]:
        """The header that chooses among the times, where there is a choice."""
        return (ACCEPT_DATETIME,) if self.links and not self.mount else ()


@dataclass(frozen=True)
class Exchange:
    request: Request
    release: Release
    moment: Moment = Moment()

    @property
    def accept(self) -> str | None:
        return accepted(self.request)

    @property
    def if_none_match(self) -> str | None:
        return ", ".join(self.request.headers.getlist("if-none-match")) or None

    def names(self, etag: str) -> bool:
        """Does the client name this very representation? Then there is one: it was given to it.

        So this may be asked before anything is looked up.
        """
        return self.if_none_match != "*" and is_unchanged(self.if_none_match, etag)

    def has(self, etag: str) -> bool:
        """Has the client the representation with this ETag, or any of the time of the release?

        To be asked of what is there; conditions do not apply to what is not.
        """
        modified = last_modified(self.request.scope["state"].get(ISSUED))
        return is_known(self.request.scope["headers"], etag, modified)

    @property
    def is_static(self) -> bool:
        """Is the answer to become a file of an export?"""
        return bool(self.request.scope.get("state", {}).get(STATIC))

    @property
    def server_path(self) -> str:
        """What the addresses of the server begin with."""
        return str(self.request.scope.get("root_path", ""))

    @property
    def root_path(self) -> str:
        """What the addresses of the release begin with."""
        return self.server_path + self.moment.mount

    @property
    def digest(self) -> str:
        """What the representations of the release depend on, and how it is shown."""
        digest = self.release.manifest.digest
        if not self.moment.mount:
            return digest
        return sha256(f"{digest} {self.root_path} {self.moment.is_latest}".encode()).hexdigest()

    @property
    def dataset_link(self) -> str:
        """The value of Link that leads from an answer to the description of the dataset."""
        return f'<{self.root_path}/>; rel="describedby"'

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.release.settings.base_iri, self.root_path)

    @cached_property
    def path(self) -> str:
        """The path as it was sent, escapes and all: `%2F` is no slash.

        With the root path, whether the proxy took that away or not.
        """
        scope = self.request.scope
        path = quote(scope.get("raw_path") or quote(scope["path"]).encode(), safe=_IN_PATHS)
        is_whole = f"{path}/".startswith(f"{self.server_path}/")
        return path if is_whole else self.server_path + path

    def addresses_asked(self) -> list[str]:
        """The path with its query, which may be part of an IRI, then with less of it."""
        query = quote(self.request.scope["query_string"], safe=_IN_PATHS + "?")
        pairs = [pair for pair in query.split("&") if pair.partition("=")[0] not in _PARAMETERS]
        queries = dict.fromkeys((query, "&".join(pairs), ""))
        return [f"{self.path}?{each}" if each else self.path for each in queries]

    @property
    def shows_part(self) -> bool:
        """Is this one page of several that the same address without a query begins?"""
        return not self.request.query_params.keys().isdisjoint((INCOMING, TYPE, PAGE))

    @property
    def page_path(self) -> str:
        """The address of this page, whatever its language; what leads elsewhere is not repeated."""
        pairs = quote(self.request.scope["query_string"], safe=_IN_PATHS + "?").split("&")
        kept = "&".join(pair for pair in pairs if pair and pair.partition("=")[0] != LANGUAGE)
        path = self.path if not self.path.startswith("//") else "/"
        return f"{path}?{kept}" if kept else path

    @cached_property
    def edition(self) -> Edition:
        """The release in the language that the address says, else that the client prefers."""
        languages = self.release.settings.languages
        asked = self.request.query_params.get(LANGUAGE)
        chosen = asked if asked in languages else None
        accepted = ", ".join(self.request.headers.getlist("accept-language"))
        return Edition(
            self.release,
            self.addresses,
            chosen or negotiate_language(accepted or None, languages),
            is_chosen=chosen is not None,
            is_static=self.is_static,
            mount=self.moment.mount,
            is_latest=self.moment.is_latest,
        )

    def page_number(self, parameter: str) -> int:
        """The number of a page in the query, 1 where there is none."""
        text = self.request.query_params.get(parameter, "1")
        if not _PAGE.fullmatch(text):
            raise Problem(400, f"{parameter} is {text[:50]!r}; the number of a page is wanted")
        return int(text)


def accepted(request: Request) -> str | None:
    """The Accept header, its lines joined as RFC 9110 §5.3 has it."""
    return ", ".join(request.headers.getlist("accept")) or None
