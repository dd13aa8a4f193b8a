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
    listed = [_listed(edition, each) for each in examples]
    return sorted(listed, key=lambda each: edition.sort_key(each.title.text))


def _listed(edition: Edition, example: Example) -> ListedExample:
    labels = example.labels or {"": edition.short(example.iri) or example.iri}
    return ListedExample(
        iri=example.iri,
        title=edition.localized(labels),
        comment=edition.localized(example.comments) if example.comments else None,
        keywords=example.keywords,
        form=example.form,
        text=example.text,
        href=edition.at(f"sparql?example={quote(example.iri, safe='')}"),
    )
