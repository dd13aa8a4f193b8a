"""What a map counts: the things that point to its areas by one property, found in the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graphsvc.resources.lookups import Resources
from graphsvc.vocab import RDF_TYPE

SAMPLE = 1_000  # areas that are looked at


@dataclass(frozen=True)
class Theme:
    """IRIs: the class of the areas, the class of the things, and the property from these to those.

    "" stands for none: areas need have no class, and nothing need point to them.
    """

    areas: str = ""
    things: str = ""
    property: str = ""

    @classmethod
    def of(cls, resources: Resources, iris: Sequence[str], base_iri: str) -> Theme:
        """The class that most areas have, and the class whose instances point to these most.

        Of equal classes the publication's own counts, then the one with fewer instances.
        """
        types = {iri: _types(resources, iri) for iri in iris[:SAMPLE]}
        instances = resources.classes()

        def rank(number: int, class_iri: str) -> tuple[int, bool, int, str]:
            is_own = class_iri.startswith(base_iri)
            return number, is_own, -instances.get(class_iri, 0), class_iri

        classes = Counter(each for found in types.values() for each in found)
        areas = max(classes, key=lambda each: rank(classes[each], each), default="")
        links: Counter[tuple[str, str]] = Counter()
        for iri, found in types.items():
            if not areas or areas in found:
                links.update(resources.count_referrers(iri))
        for property_, things in [*links]:
            if things in classes or property_ == RDF_TYPE.value:  # areas may lie in areas
                del links[property_, things]
        if not links:
            return cls(areas)
        property_, things = max(links, key=lambda each: (*rank(links[each], each[1]), each[0]))
        return cls(areas, things, property_)


def _types(resources: Resources, iri: str) -> set[str]:
    return {
        quad.object.value
        for quad in resources.describe(iri)
        if quad.predicate == RDF_TYPE
        and quad.subject == NamedNode(iri)
        and isinstance(quad.object, NamedNode)
    }
