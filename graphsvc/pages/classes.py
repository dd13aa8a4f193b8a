"""The classes of a release and their instances, as lists of links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graphsvc.pages.editions import Edition, Link

LISTED = 3  # classes whose instances stand on the home page
SHOWN = 50  # of these instances
ORDERED = 2_000  # a larger class is listed by IRI: its names are too many to sort at each request


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
    """A class with the number of its instances, the first of which may be listed, by name."""

    link: Link
    total: int
    instances: Sequence[Link]
    href: str  # of the page of the class

    @property
    def anchor(self) -> str:
        """What the listing is called in the address of its page."""
        return "class-" + re.sub(r"[^A-Za-z0-9]+", "-", self.link.iri.partition("://")[2])


def list_classes(edition: Edition) -> tuple[list[Listing], list[Listing]]:
    """Each class that has instances: the publication's own classes, and the others.

    Of its own, those come first whose instances others point to most: they are what the
    publication is about, and their instances are listed. Where it comes from is told last.
    """
    classes = edition.ordered(edition.release.manifest.classes)
    own = [link for link in classes if link.is_own]
    prominence = edition.release.resources.prominence()
    settings = edition.release.settings
    told_apart = {
        terms.class_ for terms in (settings.correction_terms, settings.statement_terms) if terms
    }
    own.sort(key=lambda link: (link.iri in told_apart, -prominence.get(link.iri, 0)))
    others = [link for link in classes if not link.is_own]
    listed = (own or others)[:LISTED]
    return _listings(edition, own, listed), _listings(edition, others, listed)


def _listings(edition: Edition, links: Sequence[Link], listed: Sequence[Link]) -> list[Listing]:
    """Those of the classes that have any instance left to list."""
    count = edition.release.resources.count_instances
    totals = ((link, count(link.iri)) for link in links)
    return [
        Listing(
            link,
            total,
            _first_of(edition, link.iri, total) if link in listed else (),
            edition.at(f"browse?{urlencode({'type': link.iri})}"),
        )
        for link, total in totals
        if total
    ]


def _first_of(edition: Edition, class_iri: str, total: int) -> list[Link]:
    resources = edition.release.resources
    if total <= ORDERED:
        return edition.ordered(resources.instances(class_iri, ORDERED), 0, SHOWN)
    return edition.ordered(resources.instances(class_iri, SHOWN))
