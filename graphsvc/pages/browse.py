"""The page of a class: its instances as a table, narrowed by facets and sorted by a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from graphsvc.pages.arrangement import places
from graphsvc.pages.classes import ORDERED, Page
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.pages.statements import Statements, Text, Value, renamed
from graphsvc.vocab import LABELS, RDF_TYPE

PATH = "/browse"
TYPE, WITH, SORT, PAGE = "type", "with", "sort", "page"
NAME = "name"  # the column that a listing is sorted by unless another is wanted
PER_PAGE = 100
COLUMNS = 4
COUNTED = 10_000  # of more instances those of each value are not counted anew when it is narrowed
AT_ONCE = 500  # instances that are read at a time
_DEFINITIONS = (
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.w3.org/2000/01/rdf-schema#comment",
)

Choice = tuple[str, str]  # a property, and the thing that it leads to


@dataclass(frozen=True)
class Wanted:
    """What a page of a class is asked for: the instances, and their order."""

    class_iri: str
    chosen: tuple[Choice, ...] = ()
    sort: str = NAME  # or the IRI of a column
    is_descending: bool = False

    def query(self, **changes: str) -> str:
        """The query of its address, with other parameters beside."""
        pairs = [(TYPE, self.class_iri)]
        pairs += [(WITH, " ".join(each)) for each in self.chosen]
        if self.is_descending or self.sort != NAME:
            pairs.append((SORT, "-" * self.is_descending + self.sort))
        return urlencode([*pairs, *changes.items()])

    def toggled(self, choice: Choice) -> Wanted:
        """The same with a choice more, or without it."""
        others = tuple(each for each in self.chosen if each != choice)
        chosen = (*others, *(() if choice in self.chosen else (choice,)))
        return Wanted(self.class_iri, chosen, self.sort, self.is_descending)

    def sorted_by(self, column: str) -> Wanted:
        """The same by another column; by the same one, the other way round."""
        is_descending = column == self.sort and not self.is_descending
        return Wanted(self.class_iri, self.chosen, column, is_descending)


@dataclass(frozen=True)
class Option:
    """A thing that a listing can be narrowed to, or no longer narrowed to."""

    link: Link
    count: int | None  # None where it is not counted
    is_chosen: bool
    href: str


@dataclass(frozen=True)
class Facet:
    link: Link
    options: Sequence[Option]


@dataclass(frozen=True)
class Column:
    link: Link | None  # None for the name
    href: str
    order: str  # "ascending", "descending" or "none", as aria-sort has it


@dataclass(frozen=True)
class Instance:
    link: Link
    cells: Sequence[Sequence[Value]]

    def texts(self) -> list[list[str]]:
        """The cells for programs: IRIs, and texts as they are."""
        return [[_text(value) for value in cell] for cell in self.cells]


@dataclass(frozen=True)
class Browsing:
    """One page of a class."""

    wanted: Wanted
    link: Link
    definition: Name | None
    total: int  # without any choice
    page: Page
    facets: Sequence[Facet]
    columns: Sequence[Column]
    instances: Sequence[Instance]
    is_in_order: bool  # of names; a large listing is in that of IRIs

    @property
    def path(self) -> str:
        return f"{PATH}?{self.wanted.query()}"


class Listing:
    """The instances of a class that are wanted, in one edition."""

    def __init__(self, edition: Edition, wanted: Wanted) -> None:
        self._edition, self._wanted = edition, wanted
        self._resources = edition.release.resources
        self.total = self._resources.count_instances(wanted.class_iri)

    @cached_property
    def predicates(self) -> list[str]:
        """The properties that are columns: most instances have them, and one value of each.

        Those that it can be narrowed by come first.
        """
        told = self._resources.properties_of(self._wanted.class_iri)
        hidden = {each.value for each in LABELS} | set(_DEFINITIONS) | {RDF_TYPE.value}
        common = [
            iri
            for iri, (instances, quads) in told.items()
            if iri not in hidden and 2 * instances >= self.total and quads <= 1.5 * instances
        ]
        facets = self._facets

        def rank(iri: str) -> tuple[bool, bool, int, str]:
            return iri not in facets, not self._is_own(iri), -told[iri][0], iri

        return sorted(common, key=rank)[:COLUMNS]

    @cached_property
    def iris(self) -> Sequence[str]:
        """All of them, in the order that is wanted if they are not too many."""
        if self._wanted.chosen:
            found = self._resources.narrowed(self._wanted.class_iri, self._wanted.chosen)
        else:
            found = self._resources.instances(self._wanted.class_iri, self.total)
        return self._sorted(found) if len(found) <= ORDERED else found

    def page(self, number: int) -> Browsing:
        count = len(self.iris)
        page = Page(number, PER_PAGE, count)
        named = self._edition.links([self._wanted.class_iri, *self.predicates, *self._facets])
        arranged = places(self._edition.release.shapes, [self._wanted.class_iri])
        named = {iri: renamed(self._edition, link, arranged) for iri, link in named.items()}
        shown = self.iris[page.offset : page.offset + page.size]
        return Browsing(
            self._wanted,
            named[self._wanted.class_iri],
            self._definition(),
            self.total,
            page,
            self._read_facets(named),
            [self._column(None), *(self._column(named[iri]) for iri in self.predicates)],
            list(self._read(shown)),
            count <= ORDERED,
        )

    def rows(self) -> Iterator[Instance]:
        """All of them, a few at a time."""
        for start in range(0, len(self.iris), AT_ONCE):
            yield from self._read(self.iris[start : start + AT_ONCE])

    @cached_property
    def _facets(self) -> dict[str, dict[str, int]]:
        return self._resources.facets(self._wanted.class_iri)

    def _is_own(self, iri: str) -> bool:
        return iri.startswith(self._edition.release.settings.base_iri)

    def _sorted(self, iris: Sequence[str]) -> list[str]:
        ordered = [link.iri for link in self._edition.ordered(iris)]
        if self._wanted.sort != NAME:
            key = self._wanted.sort
            statements = Statements(self._edition, self._resources.describe_all(ordered))
            texts = {iri: self._key(statements.values(iri, key)) for iri in ordered}
            has = [iri for iri in ordered if texts[iri] is not None]
            has.sort(key=lambda iri: texts[iri] or ("", ""), reverse=self._wanted.is_descending)
            return [*has, *(iri for iri in ordered if texts[iri] is None)]  # those are last
        return ordered[::-1] if self._wanted.is_descending else ordered

    def _key(self, values: Sequence[Value]) -> tuple[str, str] | None:
        return self._edition.sort_key(_shown(values[0])) if values else None

    def _read(self, iris: Sequence[str]) -> Iterator[Instance]:
        links = self._edition.links(iris)
        statements = Statements(self._edition, self._resources.describe_all(iris))
        for iri in iris:
            cells = [statements.values(iri, predicate) for predicate in self.predicates]
            yield Instance(links[iri], cells)

    def _column(self, link: Link | None) -> Column:
        key = link.iri if link else NAME
        order = "descending" if self._wanted.is_descending else "ascending"
        wanted = self._wanted.sorted_by(key)
        return Column(
            link,
            self._edition.at(f"{PATH[1:]}?{wanted.query()}"),
            order if key == self._wanted.sort else "none",
        )

    def _read_facets(self, named: Mapping[str, Link]) -> list[Facet]:
        values = self._edition.links(value for each in self._facets.values() for value in each)
        counts = self._counts()
        facets = [
            Facet(named[predicate], self._options(predicate, each, values, counts))
            for predicate, each in self._facets.items()
        ]
        facets.sort(key=lambda facet: (not facet.link.is_own, facet.link.name.text))
        return [facet for facet in facets if facet.options]

    def _options(
        self,
        predicate: str,
        values: Mapping[str, int],
        links: Mapping[str, Link],
        counts: Mapping[Choice, int] | None,
    ) -> list[Option]:
        options = []
        for value in values:
            choice = (predicate, value)
            count = counts[choice] if counts is not None else None
            is_chosen = choice in self._wanted.chosen
            if count or count is None or is_chosen:
                href = self._edition.at(f"{PATH[1:]}?{self._wanted.toggled(choice).query()}")
                options.append(Option(links[value], count, is_chosen, href))
        options.sort(key=lambda each: self._edition.sort_key(each.link.name.text))
        return options

    def _counts(self) -> Counter[Choice] | None:
        """How many of the wanted instances have each value; None if they are too many to ask."""
        if not self._wanted.chosen:
            pairs = ((p, v, count) for p, each in self._facets.items() for v, count in each.items())
            return Counter({(predicate, value): count for predicate, value, count in pairs})
        if len(self.iris) > COUNTED:
            return None
        wanted = set(self.iris)
        return Counter(
            {
                (predicate, value): len(wanted.intersection(found))
                for predicate, each in self._facets.items()
                for value in each
                for found in [
                    self._resources.narrowed(self._wanted.class_iri, [(predicate, value)])
                ]
            }
        )

    def _definition(self) -> Name | None:
        quads = self._resources.describe(self._wanted.class_iri)
        for predicate in _DEFINITIONS:
            for value in Statements(self._edition, quads).values(self._wanted.class_iri, predicate):
                if isinstance(value, Text):
                    return Name(value.whole, value.language)
        return None


def _text(value: Value) -> str:
    match value:
        case Link() as link:
            return link.iri
        case Text(whole):
            return whole
        case _:
            return ""


def _shown(value: Value) -> str:
    return value.name.text if isinstance(value, Link) else _text(value)
