"""The crawl of a site: whatever its pages lead to becomes a file, and its links lead to files."""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath

from graphsvc.export.asking import Answer, ask
from graphsvc.export.links import Page
from graphsvc.export.places import BY_SCRIPT, Address, Places, exported, relative
from graphsvc.export.search_index import search_index
from graphsvc.formats import HTML, from_media_type
from graphsvc.iris import Addresses
from graphsvc.release import Release
from graphsvc.web.app import create_app

_PAGE_STATUS = (200, 410)
_MOVED = (301, 302, 303, 307, 308)
_UNKNOWN = "/~/nothing-is-here"
NOT_FOUND = PurePosixPath("404.html")
_ROOT = "data-root"  # what a script puts before the paths that it knows
SEARCH = "/search"
INDEX = "index.json"  # beside the page that searches
_CHARSET = '<meta charset="utf-8">'


@dataclass
class Found:
    """What a crawl has met."""

    pages: dict[Address, set[str]] = field(default_factory=dict)  # with the fragments of each
    moved: dict[Address, str] = field(default_factory=dict)
    files: int = 0
    nowhere: list[str] = field(default_factory=list)  # addresses that have no answer


class Site:
    """A release as the files of a folder."""

    def __init__(self, release: Release, folder: Path, progress: Callable[[int], None]) -> None:
        self._release, self._folder, self._progress = release, folder, progress
        self._app = create_app(lambda: release).app  # nothing is asked twice, so nothing kept
        self._first, *self._others = release.settings.languages
        self._places = Places()
        self._dumps = {f"/dump/{row['file']}": row["file"] for row in release.manifest.dumps}
        self._wanted: set[Address] = set()  # whatever their queries
        self.found = Found()

    async def crawl(self, seeds: Iterable[str]) -> None:
        """Write what is at these paths in each language, and all that pages lead to."""
        await self._not_found()
        links = (Address("/").link(path, self._first) for path in dict.fromkeys(seeds))
        self._wanted = {link[0] for link in links if link}
        waiting = deque(
            replace(each, language=language)
            for each in sorted(self._wanted)
            for language in ("", *self._others)
        )
        known = set(waiting)
        while waiting:
            address = waiting.popleft()
            for target in await self._take(address):
                if target not in known:
                    known.add(target)
                    waiting.append(target)
            self._progress(len(known) - len(waiting))

    def finish(self) -> list[str]:
        """Make the links of all pages lead to files, and tell those that name no fragment there."""
        broken: list[str] = []
        for address in self.found.pages:
            file = self._places.of(address)
            assert file is not None
            path = self._folder / file
            page = Page(path.read_text(encoding="utf-8"))
            path.write_text(self._linked(page, address, file, broken), "utf-8", newline="\n")
        for address, location in self.found.moved.items():
            self._redirect(address, location)
        return broken

    def write_indexes(self) -> int:
        """Write what the page of each language searches; gives how many resources are left out."""
        addresses = Addresses(self._release.settings.base_iri)
        omitted = 0
        for language in ("", *self._others):
            search = self._places.of(Address(SEARCH, language=language))
            assert search is not None
            link = partial(self._link, addresses, language, search)
            index, omitted = search_index(self._release, link)
            self._write(search.with_name(INDEX), index.encode())
        return omitted

    def _link(
        self, addresses: Addresses, language: str, start: PurePosixPath, iri: str
    ) -> str | None:
        """The link from a file to the page of an IRI, if it has one in that language."""
        path, _, fragment = (addresses.path(iri) or "").partition("#")
        place = self._places.of(Address(path, language=language))
        if place is None:
            return None
        return relative(place, start) + (f"#{fragment}" if fragment else "")

    def pages(self) -> list[PurePosixPath]:
        """The files of all pages, in the order of their names."""
        return sorted(file for each in self.found.pages if (file := self._places.of(each)))

    async def _take(self, address: Address) -> list[Address]:
        """Write the answer to an address as a file; gives where it leads."""
        if (dump := self._dumps.get(address.path)) is not None:
            target = self._place(address, is_page=False)
            shutil.copyfile(self._release.folder / "dumps" / dump, target)
            return []
        answer = await self._ask(address)
        if answer.status in _MOVED:
            return self._moved(address, answer.headers["location"])
        if answer.status not in _PAGE_STATUS:
            self.found.nowhere.append(address.url)
            return []
        if answer.media_type != HTML.media_type:
            if not address.language or _varies_by_language(answer):
                self._file(address, answer)
            return []
        text = _with_policy(answer)
        page = Page(text)
        self._place(address, is_page=True).write_text(text, "utf-8", newline="\n")
        self.found.pages[address] = page.ids
        return self._targets(page, address)

    def _targets(self, page: Page, address: Address) -> list[Address]:
        links = (address.link(each.target, self._first) for each in page.links())
        targets = (self._exported(link[0]) for link in links if link)
        return [target for target in dict.fromkeys(targets) if target and self._is_wanted(target)]

    def _exported(self, address: Address) -> Address | None:
        return address if replace(address, language="") in self._wanted else exported(address)

    def _is_wanted(self, target: Address) -> bool:
        """Has it an answer of its own? What `add` wrote has been given one."""
        return self._places.of(target) is None

    async def _ask(self, address: Address) -> Answer:
        return await ask(self._app, address.url, address.language or self._first)

    def _moved(self, address: Address, location: str) -> list[Address]:
        if address.language:  # one page leads on, whatever the language
            return []
        self._place(address, is_page=True)
        self.found.moved[address] = location
        link = address.link(location, self._first)
        target = self._exported(link[0]) if link else None
        return [target] if target and self._is_wanted(target) else []

    def _file(self, address: Address, answer: Answer) -> None:
        """A file under the very address; where that has no suffix, beside it one that has."""
        target = self._place(address, is_page=False)
        target.write_bytes(answer.body)
        self.found.files += 1
        format = from_media_type(answer.media_type)
        if format and not target.suffix:
            named = self._places.give(Address(f"{address.path}.{format.suffix}"), is_page=False)
            self._write(named, answer.body)

    def _place(self, address: Address, *, is_page: bool) -> Path:
        path = self._folder / self._places.give(address, is_page=is_page)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _write(self, file: PurePosixPath, content: bytes) -> None:
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.found.files += 1

    def _linked(self, page: Page, address: Address, file: PurePosixPath, broken: list[str]) -> str:
        def change(name: str, href: str) -> str | None:
            if name == _ROOT:
                top = self._places.of(Address("/", language=address.language))
                return relative(top, file).rstrip("/") + href if top else None
            link = address.link(href, self._first)
            if link and name == "action":  # its language is in a field of the form
                link = replace(link[0], language=address.language), link[1]
            if link is None or href.startswith("#"):
                self._check(address, href.removeprefix("#") if link else "", href, address, broken)
                return href
            target = self._exported(link[0])
            place = self._places.of(target) if target else None
            if target is None or place is None:
                return None
            self._check(target, link[1], href, address, broken)
            query = f"?{link[0].query}" if link[0].path in BY_SCRIPT and link[0].query else ""
            fragment = f"#{link[1]}" if link[1] else ""
            return relative(place, file) + query + fragment

        return page.changed(change)

    def _check(
        self, target: Address, fragment: str, href: str, source: Address, broken: list[str]
    ) -> None:
        ids = self.found.pages.get(target)
        if fragment and ids is not None and fragment not in ids:
            broken.append(f"{source.url}: {href} leads to no part of that page")

    def _redirect(self, address: Address, location: str) -> None:
        file = self._places.of(address)
        assert file is not None
        href = location
        if (link := address.link(location, self._first)) is not None:
            place = self._places.of(self._exported(link[0]) or link[0])
            if place is not None:
                href = relative(place, file) + (f"#{link[1]}" if link[1] else "")
        self._write(file, _redirection(escape(href), self._first).encode())

    async def _not_found(self) -> None:
        """What a host shows for an address that is not there; its links lead from the top."""
        answer = await ask(self._app, _UNKNOWN, self._first)
        self._places.reserve(NOT_FOUND)
        for language in ("", *self._others):
            self._places.reserve(PurePosixPath(language, SEARCH[1:], INDEX))
        address = Address("/404.html")
        self._places.put(address, NOT_FOUND)
        text = _with_policy(answer)
        (self._folder / NOT_FOUND).write_text(text, "utf-8", newline="\n")
        self.found.pages[address] = Page(text).ids


def _redirection(href: str, language: str) -> str:
    return f'''<!doctype html>
<html lang="{language}">
{_CHARSET}
<title>{href}</title>
<meta http-equiv="refresh" content="0; url={href}">
<link rel="canonical" href="{href}">
<p><a href="{href}">{href}</a></p>
</html>
'''


def _varies_by_language(answer: Answer) -> bool:
    return "accept-language" in answer.headers.get("vary", "").lower()


def _with_policy(answer: Answer) -> str:
    """The page with its Content-Security-Policy within, for hosts that send no headers of ours."""
    text = answer.body.decode("utf-8")
    policy = answer.headers.get("content-security-policy", "")
    rules = "; ".join(
        rule
        for rule in re.split(r";\s*", policy)
        if rule and not rule.startswith("frame-ancestors")
    )
    if '<script type="module"' in text and "script-src" not in rules:
        rules += "; script-src 'self'; connect-src 'self'"
    meta = f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
    return text.replace(_CHARSET, meta, 1) if rules else text
