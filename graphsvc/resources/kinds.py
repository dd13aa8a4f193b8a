"""What the instances of each class have in common, counted while they are indexed.

A property of a class is a facet if its values are few and shared: things of the publication,
at least two of them, that more instances than values point to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

FACET_VALUES = 50

SCHEMA = """
CREATE TABLE class_property (
    class TEXT, predicate TEXT, instances INTEGER NOT NULL, quads INTEGER NOT NULL,
    PRIMARY KEY (class, predicate)
) WITHOUT ROWID;
CREATE TABLE facet (
    class TEXT, predicate TEXT, object TEXT, instances INTEGER NOT NULL,
    PRIMARY KEY (class, predicate, object)
) WITHOUT ROWID;
"""


@dataclass
class _Property:
    instances: int = 0
    quads: int = 0
    # The values and how often each is there; None once they are too many, or one is no thing of
    # the publication.
    values: Counter[str] | None = field(default_factory=Counter)

    @property
    def is_facet(self) -> bool:
        return self.values is not None and 1 < len(self.values) < self.instances


class Kinds:
    """Counts the properties of each class."""

    def __init__(self) -> None:
        self._properties: dict[tuple[str, str], _Property] = defaultdict(_Property)

    def add(self, classes: Iterable[str], statements: Sequence[tuple[str, str | None]]) -> None:
        """Count an instance of these classes, by its predicates and their values.

        None stands for a value that is no thing of the publication.
        """
        by_predicate: dict[str, set[str | None]] = {}
        for predicate, value in statements:
            by_predicate.setdefault(predicate, set()).add(value)
        numbers = Counter(predicate for predicate, _ in statements)
        for class_iri in classes:
            for predicate, values in by_predicate.items():
                told = self._properties[class_iri, predicate]
                told.instances += 1
                told.quads += numbers[predicate]
                if told.values is not None:
                    told.values.update(value for value in values if value is not None)
                    if None in values or len(told.values) > FACET_VALUES:
                        told.values = None

    def properties(self) -> Iterator[tuple[str, str, int, int]]:
        for (class_iri, predicate), told in sorted(self._properties.items()):
            yield class_iri, predicate, told.instances, told.quads

    def facets(self) -> Iterator[tuple[str, str, str, int]]:
        for (class_iri, predicate), told in sorted(self._properties.items()):
            if told.is_facet and told.values is not None:
                for value, count in sorted(told.values.items()):
                    yield class_iri, predicate, value, count
