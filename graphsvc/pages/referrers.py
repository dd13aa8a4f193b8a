"""Who points to a resource: by class and property, and what they say of it in concepts.

Where those who point to it point to concepts too, as an assessment does to its outcome, they
stand in a table that says so, with the number of each and what it means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from pyoxigraph import NamedNode, Quad

from graphsvc.pages.arrangement import Place, places
from graphsvc.pages.browse import PATH, Wanted
from graphsvc.pages.classes import Page
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.pages.meanings import Meaning, read_meanings
from graphsvc.pages.origin import DERIVATIONS, kinds_of_origin
from graphsvc.pages.statements import renamed
from graphsvc.vocab import RDF_TYPE

SHOWN = 100  # links to a resource that its page shows at a time
COLUMNS = 3
BRIEF_CHARACTERS = 20_000  # of a description in N-Quads; a longer one is not read for columns
TALLIED = 1_000  # links to a resource; of more, nobody counts those that point to each concept


@dataclass(frozen=True)
class Counted:
    """A concept, and how many of those who point to a resource point to it, too.

    `count` is None where nobody has counted them, `href` "" where no list of them can be had.
    """

    link: Link
    count: int | None
    href: str
    meaning: Name | None


@dataclass(frozen=True)
class Tally:
    """The concepts that those who point to a resource point to, by one property."""

    predicate: Link
    concepts: Sequence[Counted]


@dataclass(frozen=True)
class Referrer:
    """Someone who points to a resource, and what else it points to: a cell for each column."""

    link: Link
    cells: Sequence[Sequence[Link]] = ()


@dataclass(frozen=True)
class Referrers:
    """Those of one class that point to a resource by one property.

    A tally says what a column would, where all say the same.
    """

    kind: Link | None
    predicate: Link
    rows: Sequence[Referrer]
    columns: Sequence[Link]
    tallies: Sequence[Tally]
    href: str  # of the list of all of them; "" if they have no class


@dataclass(frozen=True)
class Incoming:
    """Who points to a resource: one page of it, without what its origin tells."""

    groups: Sequence[Referrers]
    page: Page


def read_incoming(edition: Edition, iri: str, number: int) -> Incoming:
    """The page of this number of those who point to a resource."""
    resources = edition.release.resources
    told = kinds_of_origin(edition)
    page = Page(number, SHOWN, resources.count_incoming(iri, without=told))
    found = [
        (link.predicate, link.subject)
        for link in resources.incoming(iri, page.size, page.offset, without=told)
        # A blank node has no page of its own, and the instances of a class have theirs.
        if not link.subject.startswith("_:") and link.predicate != RDF_TYPE.value
    ]
    reading = _Reading(edition, iri, [subject for _, subject in found])
    groups = [
        reading.group(predicate, kind, [subject for _, _, subject in each], page)
        for (predicate, kind), each in groupby(
            sorted((predicate, reading.kind_of(subject), subject) for predicate, subject in found),
            key=lambda each: each[:2],
        )
    ]
    groups.sort(key=lambda each: _key(edition, each))
    return Incoming(groups, page)


def _key(edition: Edition, group: Referrers) -> tuple[bool, tuple[str, str], str]:
    """What has a class of the publication's own comes first."""
    is_own = group.kind is not None and group.kind.is_own
    name = (group.kind or group.predicate).name.text
    return not is_own, edition.sort_key(name), group.predicate.iri


class _Reading:
    """What some resources say that point to one."""

    def __init__(self, edition: Edition, iri: str, subjects: Sequence[str]) -> None:
        self._edition, self._iri = edition, iri
        self._said: dict[str, dict[str, list[str]]] = {}
        for quad in edition.release.resources.describe_all(subjects, BRIEF_CHARACTERS):
            self._take(quad)
        objects = {each for said in self._said.values() for each in chain(*said.values())}
        self._links = edition.links([*subjects, *objects])
        self._concepts = edition.release.resources.concepts(objects)

    def _take(self, quad: Quad) -> None:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            said = self._said.setdefault(quad.subject.value, {})
            objects = said.setdefault(quad.predicate.value, [])
            if quad.object.value not in objects:  # several graphs may say so
                objects.append(quad.object.value)

    def kind_of(self, subject: str) -> str:
        """The class that a resource is told by, "" if it has none: one of the publication's own."""
        classes = (self._links[each] for each in self._objects(subject, RDF_TYPE.value))
        ordered = sorted(classes, key=lambda each: (not each.is_own, each.iri))
        return ordered[0].iri if ordered else ""

    def group(self, predicate: str, kind: str, subjects: Sequence[str], page: Page) -> Referrers:
        arranged = places(self._edition.release.shapes, [kind] if kind else [])
        columns = self._columns(predicate, subjects, arranged)
        named = self._edition.links([predicate, *columns, *([kind] if kind else [])])
        links = {iri: renamed(self._edition, each, arranged) for iri, each in named.items()}
        wanted = Wanted(kind, ((predicate, self._iri),))
        tallies = [
            self._tally(wanted, links[each], subjects, page)
            for each in columns
            if self._is_of_concepts(subjects, each)
        ]
        telling = [tally.predicate.iri for tally in tallies]
        shown = [each for each in columns if not self._is_the_same(subjects, each)]
        rows = [
            Referrer(self._links[subject], [self._cell(subject, each) for each in shown])
            for subject in sorted(subjects, key=lambda each: self._rank(each, telling))
        ]
        return Referrers(
            named.get(kind),
            links[predicate],
            rows,
            [links[each] for each in shown],
            tallies,
            self._edition.at(f"{PATH[1:]}?{wanted.query()}") if kind else "",
        )

    def _objects(self, subject: str, predicate: str) -> Sequence[str]:
        return self._said.get(subject, {}).get(predicate, ())

    def _columns(
        self, pointing: str, subjects: Sequence[str], arranged: Mapping[str, Place]
    ) -> list[str]:
        """The properties that most have, of mostly one thing; none if there is no concept."""
        counts: Counter[str] = Counter()
        values: Counter[str] = Counter()
        for subject in subjects:
            for predicate, objects in self._said.get(subject, {}).items():
                if all(self._links[each].is_own for each in objects):
                    counts[predicate] += 1
                    values[predicate] += len(objects)
        hidden = {pointing, RDF_TYPE.value, *DERIVATIONS}
        found = [
            each
            for each, count in counts.items()
            if each not in hidden and 2 * count >= len(subjects) and values[each] <= 1.5 * count
        ]
        if not any(self._is_of_concepts(subjects, each) for each in found):
            return []
        last = Place(float("inf"), {})
        found.sort(key=lambda each: (arranged.get(each, last).rank, each))
        return found[:COLUMNS]

    def _is_of_concepts(self, subjects: Iterable[str], predicate: str) -> bool:
        objects = chain.from_iterable(self._objects(each, predicate) for each in subjects)
        return next((each in self._concepts for each in objects), False)

    def _cell(self, subject: str, predicate: str) -> list[Link]:
        return [self._links[each] for each in self._objects(subject, predicate)]

    def _is_the_same(self, subjects: Sequence[str], predicate: str) -> bool:
        """Do all point to one and the same concept?"""
        found = {tuple(self._objects(each, predicate)) for each in subjects}
        return len(found) == 1 and self._is_of_concepts(subjects, predicate)

    def _rank(self, subject: str, telling: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """What sorts them: those of one concept stand together, by name."""
        cells = (self._cell(subject, each) for each in telling)
        names = [cell[0].name.text if cell else "" for cell in cells]
        return tuple(map(self._edition.sort_key, [*names, self._links[subject].name.text]))

    def _tally(self, wanted: Wanted, column: Link, subjects: Sequence[str], page: Page) -> Tally:
        """The concepts, each with the number of all on whatever page."""
        ((pointing, _),) = wanted.chosen
        here = Counter(each for one in subjects for each in self._objects(one, column.iri))
        counts: Mapping[str, int | None] = here
        if page.total > TALLIED:
            counts = dict.fromkeys(here)
        elif page.last > 1:
            resources = self._edition.release.resources
            known = resources.facets(wanted.class_iri).get(column.iri, {})
            counts = {
                each: resources.count_both(self._iri, pointing, (column.iri, each))
                for each in {**here, **known}
            }
        links = self._edition.ordered(each for each, count in counts.items() if count != 0)
        meanings = read_meanings(self._edition, [link.iri for link in links])
        return Tally(
            column, [self._counted(wanted, column, each, counts, meanings) for each in links]
        )

    def _counted(
        self,
        wanted: Wanted,
        column: Link,
        link: Link,
        counts: Mapping[str, int | None],
        meanings: Mapping[str, Meaning],
    ) -> Counted:
        query = wanted.toggled((column.iri, link.iri)).query()
        href = self._edition.at(f"{PATH[1:]}?{query}") if wanted.class_iri else ""
        meaning = meanings.get(link.iri)
        return Counted(link, counts[link.iri], href, meaning.text if meaning else None)
