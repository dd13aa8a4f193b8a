"""Which file holds what an address of the server answers.

A page is the index.html of a folder, so that its address is the same on a static host but for a
slash at the end. In the publication's first language it stands at the top, in the others below
a folder of that language. What has a suffix is a file of that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

LANGUAGE = "lang"
BY_SCRIPT = ("/search", "/sparql")  # pages that read their query themselves
_LEFT_OUT = ("/healthz", "/readyz", "/openapi.json", "/.well-known/api-catalog")
_PAGING = {"incoming", "page", "statements", "type"}  # what a page that has a file may ask for
_FILE = re.compile(
    r"[^/]\.(?:ttl|jsonld|rdf|nt|nq|trig|json|csv|txt|xml|atom|gz|zst|br|css|js|svg|wasm)$"
)
_HOSTILE = re.compile(r'[\x00-\x1f\x7f"*<>?\\|]|^\.{1,2}$|[. ]$|^~|^(?i:index\.html)$')
_LONGEST = 200  # bytes of a name
_APART = "~"  # a folder for what would be in the way elsewhere; no path has that name


@dataclass(frozen=True, order=True)
class Address:
    """What is asked of the server: a path as it is sent, its query, and the language of a page."""

    path: str
    query: str = ""
    language: str = ""  # "" for the publication's first

    @property
    def url(self) -> str:
        pairs = [self.query] if self.query else []
        pairs += [f"{LANGUAGE}={self.language}"] if self.language else []
        return f"{self.path}?{'&'.join(pairs)}" if pairs else self.path

    def link(self, href: str, first_language: str) -> tuple[Address, str] | None:
        """Where a link leads that stands in the answer, and its fragment; None: out of the site."""
        parts = urlsplit(urljoin(self.url, href))
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return None
        pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
        language = next((value for name, _, value in pairs if name == LANGUAGE), "")
        if language == first_language or _FILE.search(parts.path):
            language = ""
        query = "&".join("".join(pair) for pair in pairs if pair[0] != LANGUAGE)
        return Address(parts.path, query, language), parts.fragment


def exported(address: Address) -> Address | None:
    """The address whose answer stands for this one in an export; None if none does."""
    if address.path in BY_SCRIPT:
        return replace(address, query="")
    if any(f"{address.path}/".startswith(f"{each}/") for each in _LEFT_OUT):
        return None
    names = {pair.partition("=")[0] for pair in address.query.split("&") if pair}
    return address if names <= _PAGING else None


class Places:
    """The files of an export; no two addresses have one, on whatever file system."""

    def __init__(self) -> None:
        self._files: dict[Address, PurePosixPath] = {}
        self._taken: set[str] = set()  # by names in lower case
        self._folders: set[str] = set()

    def of(self, address: Address) -> PurePosixPath | None:
        """The file that holds the answer, if it has been given one."""
        return self._files.get(address)

    def give(self, address: Address, *, is_page: bool) -> PurePosixPath:
        """A file for the answer to an address, which is its own from then on."""
        names = [_name(each) for each in address.path.split("/") if each] or (
            [] if is_page else ["index"]
        )
        if address.query:
            names.append(_of_query(address.query))
        if address.language:
            names.insert(0, address.language)
        wanted = PurePosixPath(*names, "index.html") if is_page else PurePosixPath(*names)
        if self._is_taken(wanted):
            mark = sha256(f"{address.url} {address.language}".encode()).hexdigest()[:16]
            wanted = PurePosixPath(_APART, mark, *(["index.html"] if is_page else [wanted.name]))
        self._files[address] = wanted
        self.reserve(wanted)
        return wanted

    def put(self, address: Address, file: PurePosixPath) -> None:
        """Say which file an address has that was reserved."""
        self._files[address] = file

    def reserve(self, file: PurePosixPath) -> None:
        """Take a file that no address has."""
        self._taken.add(file.as_posix().lower())
        self._folders.update(each.as_posix().lower() for each in file.parents)

    def _is_taken(self, file: PurePosixPath) -> bool:
        """Is there a file of that name, or a folder, or a file where a folder is wanted?"""
        names = {file.as_posix().lower(), *(each.as_posix().lower() for each in file.parents)}
        return not names.isdisjoint(self._taken) or file.as_posix().lower() in self._folders


def relative(target: PurePosixPath, start: PurePosixPath) -> str:
    """The link from one file of an export to another; to a page, by its folder."""
    here, there = start.parent.parts, target.parts
    common = 0
    while common < min(len(here), len(there) - 1) and here[common] == there[common]:
        common += 1
    names = [*[".."] * (len(here) - common), *there[common:]]
    if names[-1] == "index.html":
        names[-1] = ""
    return quote("/".join(names), safe="/-._~!$&'()*+,;=:@") or "./" if names != [""] else "./"


def _name(segment: str) -> str:
    """A segment of a path as the name of a file: hosts look for what its escapes stand for."""
    name = unquote(segment, errors="strict") if _is_text(segment) else segment
    if "/" in name or _HOSTILE.search(name) or len(name.encode()) > _LONGEST:
        mark = sha256(segment.encode()).hexdigest()[:16]
        return f"{re.sub(r'[^A-Za-z0-9]+', '-', name)[:40].strip('-')}~{mark}"
    return name


def _is_text(segment: str) -> bool:
    try:
        unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _of_query(query: str) -> str:
    """A name for one of several pages: `incoming=2` is `incoming-2`."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", query).strip("-")
    if len(query) <= 30 and re.fullmatch(r"[a-z]+=[0-9]+", query):
        return plain
    end = re.sub(r"[^A-Za-z0-9]+", "-", re.split(r"[/#]|%2F|%23", query)[-1])[:40].strip("-")
    return f"{end}~{sha256(query.encode()).hexdigest()[:8]}"
