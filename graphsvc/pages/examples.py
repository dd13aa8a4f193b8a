"""The example queries of a release, as a page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from graphsvc.examples import Example
from graphsvc.pages.editions import Edition, Name


@dataclass(frozen=True)
class ListedExample:
    """An example query under its name; `href` leads to the form with the query in it."""

    iri: str
    title: Name
    comment: Name | None
    keywords: tuple[str, ...]
    form: str
    text: str
    href: str


def list_examples(edition: Edition, examples: Iterable[Example]) -> list[ListedExample]:
    """The example queries in the order of their names in the reader's language."""
    by_iri = {each.iri: each for each in examples}
    return [_listed(edition, link.name, by_iri[link.iri]) for link in edition.ordered(by_iri)]


def _listed(edition: Edition, title: Name, example: Example) -> ListedExample:
    return ListedExample(
        iri=example.iri,
        title=title,
        comment=edition.localized(example.comments) if example.comments else None,
        keywords=example.keywords,
        form=example.form,
        text=example.text,
        href=edition.at(f"sparql?example={quote(example.iri, safe='')}"),
    )
