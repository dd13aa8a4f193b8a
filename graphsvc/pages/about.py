"""The text about the publication, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from markupsafe import Markup

from graphsvc.about import FOLDER
from graphsvc.markdown import Target, write_html
from graphsvc.pages.editions import Edition


@dataclass(frozen=True)
class About:
    """The text in one language, which may not be the reader's."""

    language: str
    html: Markup


def has_about(edition: Edition) -> bool:
    """Is there a text? If the data describes a resource of that address, that goes before it."""
    return bool(edition.release.manifest.about) and not edition.describes(FOLDER)


def read_about(edition: Edition) -> About:
    """The text in the reader's language, else in the first there is one in."""
    languages = edition.release.manifest.about
    language = edition.language if edition.language in languages else languages[0]
    text = edition.release.about(language)
    return About(language, Markup(write_html(text, lambda href: _target(edition, href))))


def _target(edition: Edition, href: str) -> Target:
    """Where a link leads: relative ones are relative to the base IRI, as in all files."""
    base_iri = edition.release.settings.base_iri
    iri = urljoin(base_iri, href)
    is_own = iri.startswith(base_iri)
    path = edition.addresses.path(iri) if is_own else None
    return Target(edition.href(path) if path else iri, is_own)
