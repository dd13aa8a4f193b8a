"""The classes and properties that a query may name, for completion in the editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphsvc.pages.editions import Edition
from graphsvc.vocab import OWL_CLASSES, OWL_PROPERTIES

DECLARED = 10_000  # of each kind, which is more than an editor can show


def terms_of(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """What is used in the data or declared in its vocabulary; what is used most comes first.

    Each has its IRI, its label in the reader's language, if it has one, and how
    often it is used: instances of a class, quads with a property.
    """
    resources = edition.release.resources
    return {
        "classes": _terms(edition, edition.release.manifest.classes, OWL_CLASSES),
        "properties": _terms(edition, resources.properties(), OWL_PROPERTIES),
    }


def _terms(
    edition: Edition, used: Mapping[str, int], kinds: tuple[str, ...]
) -> list[dict[str, Any]]:
    resources = edition.release.resources
    declared = (iri for kind in kinds for iri in resources.instances(kind, DECLARED))
    uses = {iri: used.get(iri, 0) for iri in (*used, *declared) if not iri.startswith("_:")}
    labels = resources.labels(uses)
    ordered = sorted(uses, key=lambda iri: (-uses[iri], iri))
    return [
        {
            "iri": iri,
            "label": edition.localized(labels[iri]).text if iri in labels else "",
            "uses": uses[iri],
        }
        for iri in ordered
    ]
