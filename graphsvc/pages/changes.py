"""What has changed from commit to commit, as a page or a newsreader shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphsvc.feed.files import Entry, read_entries
from graphsvc.feed.writing import KINDS
from graphsvc.pages.classes import Page
from graphsvc.pages.editions import Edition, Link

ENTRIES = 20  # on a page
ATOM_ENTRIES = 50
NAMED = 10  # resources of a kind that an entry names
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Part:
    """The resources that have become of one kind: those that are named, and how many more."""

    kind: str
    links: Sequence[Link]
    more: int


@dataclass(frozen=True)
class Change:
    """An entry of the feed, with links to what is still there."""

    entry: Entry
    parts: Sequence[Part]


@dataclass(frozen=True)
class Changes:
    """Some entries of the feed, the last first."""

    page: Page
    changes: Sequence[Change]


def read_changes(edition: Edition, number: int, size: int = ENTRIES) -> Changes:
    """A page of the entries; a number beyond the last gives none."""
    told: Mapping[str, int] = edition.release.manifest.feed or {"entries": 0}
    page = Page(number, size, told["entries"])
    entries = read_entries(edition.release.folder, page.total, page.offset, size)
    wanted = (iri for entry in entries for kind in KINDS for iri in _named(entry, kind))
    links = edition.links(wanted)
    return Changes(page, [_change(edition, entry, links) for entry in entries])


def _named(entry: Entry, kind: str) -> Sequence[str]:
    return entry.resources[kind][:NAMED]


def _change(edition: Edition, entry: Entry, links: Mapping[str, Link]) -> Change:
    parts = []
    for kind in KINDS:
        if count := entry.counts[kind]:
            named = _named(entry, kind)
            own = [_as_it_is(edition, links[iri]) for iri in named]
            parts.append(Part(kind, own, count - len(named)))
    return Change(entry, parts)


def _as_it_is(edition: Edition, link: Link) -> Link:
    """The link to a resource, unless that has gone since: then only its name is shown."""
    is_there = not link.is_own or edition.release.resources.is_described(link.iri)
    return link if is_there else Link(link.iri, link.name, None, link.is_own)


def xml_text(text: str) -> str:
    """A text without the characters that XML cannot have, whatever they are written as."""
    return _NO_XML.sub("\ufffd", text)
