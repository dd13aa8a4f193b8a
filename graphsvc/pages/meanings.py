"""What concepts mean, told where others point to them: nobody has to leave the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphsvc.pages.editions import Edition, Link, Name


@dataclass(frozen=True)
class Meaning:
    """A concept, the scheme that it is in, and its definition."""

    link: Link
    scheme: Link | None
    text: Name


def read_meanings(edition: Edition, iris: Iterable[str]) -> dict[str, Meaning]:
    """The definitions of those that are concepts and have one, by IRI, in the order given."""
    wanted = list(dict.fromkeys(iris))
    concepts = edition.release.resources.concepts(wanted)
    defined = {iri: concepts[iri] for iri in wanted if iri in concepts and concepts[iri].meanings}
    if not defined:
        return {}
    links = edition.links([*defined, *(each.scheme for each in defined.values() if each.scheme)])
    return {
        iri: Meaning(links[iri], links.get(concept.scheme), edition.localized(concept.meanings))
        for iri, concept in defined.items()
    }
