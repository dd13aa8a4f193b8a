"""The classes of a release and their instances, as lists of links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphsvc.pages.editions import Edition, Link

SHOWN = 50  # instances of a class of the publication's own on the home page
SHOWN_OF_OTHERS = 20
ORDERED = 2_000  # a larger class is listed by IRI: its names are too many to sort at each request
SAMPLE = 20  # instances that are looked at to tell how much others point to a class


@dataclass(frozen=True)
class Page:
    """One page of something that has several; pages count from 1."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Listing:
    """A class and one page of its instances, by name."""

    link: Link
    instances: Sequence[Link]
    page: Page

    @property
    def anchor(self) -> str:
        """What the listing is called in the address of its page."""
        return "class-" + re.sub(r"[^A-Za-z0-9]+", "-", self.link.iri.partition("://")[2])


def list_classes(edition: Edition) -> tuple[list[Listing], list[Listing]]:
    """Each class with its first instances: the publication's own classes, and the others.

    Of its own, those come first whose instances others point to most: they are
    what the publication is about.
    """
    classes = edition.ordered(edition.release.manifest.classes)
    own = [link for link in classes if link.is_own]
    own.sort(key=lambda link: -_prominence(edition, link.iri))
    others = [link for link in classes if not link.is_own]
    return _first_of(edition, own, SHOWN), _first_of(edition, others, SHOWN_OF_OTHERS)


def _first_of(edition: Edition, links: Sequence[Link], size: int) -> list[Listing]:
    """The first page of each class that has any instance left to list."""
    count = edition.release.resources.count_instances
    pages = ((link, Page(1, size, count(link.iri))) for link in links)
    return [_list(edition, link, page) for link, page in pages if page.total]


def _list(edition: Edition, link: Link, page: Page) -> Listing:
    resources = edition.release.resources
    if page.total <= ORDERED:
        every = resources.instances(link.iri, ORDERED)
        found = edition.ordered(every, page.offset, page.offset + page.size)
    else:
        found = edition.ordered(resources.instances(link.iri, page.size, page.offset))
    return Listing(link, found, page)


def _prominence(edition: Edition, class_iri: str) -> float:
    """How many links an instance has that lead to it, on average."""
    resources = edition.release.resources
    sample = resources.instances(class_iri, SAMPLE)
    return sum(resources.count_incoming(iri) for iri in sample) / max(1, len(sample))
