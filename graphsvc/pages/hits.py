"""What a search has found, as it is shown: under names in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graphsvc.pages.classes import Page
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.search import Hits
from graphsvc.snippets import Part

PER_PAGE = 20
OFFERED = 100  # classes that a search can be narrowed to in its form


@dataclass(frozen=True)
class ShownHit:
    """A resource that was found, and the text of it that shows why.

    Of its types, those of the publication's own come first.
    """

    link: Link
    types: Sequence[Link]
    predicate: Link | None  # that the text is the value of; None: it is the end of the IRI
    language: str
    snippet: Sequence[Part]
    is_withdrawn: bool

    @property
    def is_name(self) -> bool:
        """Is the text the name that the resource is shown under?"""
        return Name("".join(part.text for part in self.snippet), self.language) == self.link.name


@dataclass(frozen=True)
class Found:
    """One page of what a search for a text has found."""

    text: str
    type: Link | None  # that the search is narrowed to
    page: Page
    is_counted: bool  # is `page.total` the number of all, or are there maybe more?
    hits: Sequence[ShownHit]

    def path(self, edition: Edition) -> str:
        """The address of the search, without the number of its page."""
        fields = {"q": self.text} | ({"type": self.type.iri} if self.type else {})
        return f"{edition.addresses.root_path}/search?{urlencode(fields)}"


def find(edition: Edition, text: str, class_iri: str, number: int) -> Found:
    """Search the release for a text: one page of the hits.

    Raises SearchRefused if the text is too long.
    """
    found = edition.release.resources.search(
        text, PER_PAGE, (number - 1) * PER_PAGE, class_iri, edition.language
    )
    kind = edition.links([class_iri])[class_iri] if class_iri else None
    page = Page(number, PER_PAGE, found.total)
    return Found(text, kind, page, found.is_counted, _show(edition, found))


def offered_classes(edition: Edition) -> list[Link]:
    """The publication's own classes, by name, that a search can be narrowed to."""
    classes = edition.ordered(edition.release.manifest.classes)
    return [link for link in classes if link.is_own][:OFFERED]


def _show(edition: Edition, found: Hits) -> list[ShownHit]:
    named = (iri for hit in found.hits for iri in (hit.iri, *hit.classes, hit.predicate))
    links = edition.links(iri for iri in named if iri)
    return [
        ShownHit(
            links[hit.iri],
            sorted((links[iri] for iri in hit.classes), key=lambda link: not link.is_own),
            links.get(hit.predicate),
            hit.language,
            hit.snippet,
            hit.is_withdrawn,
        )
        for hit in found.hits
    ]
