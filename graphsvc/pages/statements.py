"""What a page says of a resource: rows of values, made from the quads of its document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc.corrections import resolve
from graphsvc.pages.amounts import is_moment, localized
from graphsvc.pages.arrangement import Place, places
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.meanings import Meaning, read_meanings
from graphsvc.vocab import (
    LABELS,
    RDF_FIRST,
    RDF_LANG_STRING,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    XSD,
    XSD_STRING,
)

SHOWN_CHARACTERS = 200  # of a literal that is too long to stand in a row
LONG_CHARACTERS = 1_000
MOST_CHARACTERS = 50_000  # what a page shows of a literal; the downloads hold all of it
NESTING = 8  # blank nodes within blank nodes

_DESCRIPTIONS = (
    "http://purl.org/dc/terms/description",
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.w3.org/2000/01/rdf-schema#comment",
)
_FIRST = {predicate.value: rank for rank, predicate in enumerate(LABELS)} | {
    iri: rank for rank, iri in enumerate(_DESCRIPTIONS, len(LABELS))
}


@dataclass(frozen=True)
class Text:
    """A literal; `datatype` is None where it is a plain string.

    `also` are other languages that it is the same in.
    """

    whole: str
    language: str
    datatype: Link | None
    href: str | None = None
    also: tuple[str, ...] = ()
    localized: str | None = None  # a date or a number as the reader's language writes it
    is_moment: bool = False

    kind = "text"

    @property
    def is_long(self) -> bool:
        return len(self.whole) > LONG_CHARACTERS

    @property
    def beginning(self) -> str:
        return self.whole[:SHOWN_CHARACTERS].rstrip()

    @property
    def shown(self) -> str:
        return self.whole[:MOST_CHARACTERS]


@dataclass(frozen=True)
class Node:
    """A blank node with what is said of it; empty where that stands elsewhere on the page."""

    rows: tuple[Row, ...]

    kind = "node"


@dataclass(frozen=True)
class Items:
    """The members of an RDF list, in order."""

    members: tuple[Value, ...]

    kind = "items"


Value = Link | Text | Node | Items


@dataclass(frozen=True)
class Statement:
    value: Value
    graphs: tuple[Link, ...]  # that say so
    meaning: Meaning | None = None  # of the value, if that is a concept


@dataclass(frozen=True)
class Row:
    """What one property says; `graphs` are given here if they are the same for all of it."""

    predicate: Link
    statements: tuple[Statement, ...]
    graphs: tuple[Link, ...]
    group: Link | None = None  # that the shapes show it in


class Statements:
    """The quads of one document, with a name for everything in them."""

    def __init__(self, edition: Edition, quads: Sequence[Quad]) -> None:
        self._edition = edition
        self._by_subject: dict[NamedNode | BlankNode, list[Quad]] = {}
        for quad in quads:
            if isinstance(quad.subject, NamedNode | BlankNode):
                self._by_subject.setdefault(quad.subject, []).append(quad)
        self._links = edition.links(_iris(quads))
        graphs = {quad.graph_name for quad in quads}
        self.graphs = edition.ordered(sorted(g.value for g in graphs if isinstance(g, NamedNode)))

    def subjects(self) -> list[str]:
        """The IRIs that the document describes, in its order."""
        return [subject.value for subject in self._by_subject if isinstance(subject, NamedNode)]

    def about(self, iri: str) -> list[Quad]:
        """The quads with this subject."""
        return self._by_subject.get(NamedNode(iri), [])

    def types(self, iri: str) -> list[Link]:
        """The classes of a resource, its publication's own first."""
        objects = {
            quad.object.value
            for quad in self.about(iri)
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode)
        }
        return sorted(self._edition.ordered(sorted(objects)), key=lambda link: not link.is_own)

    def rows(self, iri: str) -> tuple[Row, ...]:
        """All that is said of a resource but its types, in the order of the shapes of these.

        What they put into a group comes last, group by group; before it, what they have no
        place for. They name what has no label.
        """
        types = (link.iri for link in self.types(iri))
        arranged = places(self._edition.release.shapes, types)
        last = Place(math.inf, {})
        rows = list(self._rows(NamedNode(iri), ()))
        rows.sort(key=lambda row: arranged.get(row.predicate.iri, last).rank)
        groups = self._edition.links(
            each.group.iri for each in arranged.values() if each.group is not None
        )
        return tuple(self._arranged(row, arranged, groups) for row in rows)

    def _arranged(self, row: Row, arranged: Mapping[str, Place], groups: Mapping[str, Link]) -> Row:
        group = arranged.get(row.predicate.iri, Place(math.inf, {})).group
        predicate = renamed(self._edition, row.predicate, arranged)
        return replace(row, predicate=predicate, group=groups[group.iri] if group else None)

    def values(self, iri: str, predicate: str) -> tuple[Value, ...]:
        """What one property says of a resource or a blank node: texts in one language only.

        That is the reader's, if there is a text in it; texts without a language stay.
        """
        subject = BlankNode(iri[2:]) if iri.startswith("_:") else NamedNode(iri)
        quads = [q for q in self._by_subject.get(subject, ()) if q.predicate.value == predicate]
        values = [self._value(term, ()) for term in dict.fromkeys(quad.object for quad in quads)]
        texts = {each.language: each.whole for each in values if isinstance(each, Text)}
        spoken = {language: text for language, text in texts.items() if language}
        chosen = self._edition.localized(spoken).language if spoken else ""
        return tuple(
            each
            for each in sorted(values, key=self._value_key)
            if not isinstance(each, Text) or each.language in (chosen, "")
        )

    def _rows(
        self, subject: NamedNode | BlankNode, around: tuple[BlankNode, ...]
    ) -> tuple[Row, ...]:
        quads = [
            quad
            for quad in self._by_subject.get(subject, ())
            if around or quad.predicate != RDF_TYPE or not isinstance(quad.object, NamedNode)
        ]
        quads.sort(key=lambda quad: quad.predicate.value)
        grouped = groupby(quads, key=lambda quad: quad.predicate.value)
        rows = [self._row(predicate, list(group), around) for predicate, group in grouped]
        return tuple(sorted(rows, key=self._row_key))

    def _row_key(self, row: Row) -> tuple[int, bool, tuple[str, str]]:
        link = row.predicate
        rank = _FIRST.get(link.iri, len(_FIRST))
        return rank, not link.is_own, self._edition.sort_key(link.name.text)

    def _row(self, predicate: str, quads: list[Quad], around: tuple[BlankNode, ...]) -> Row:
        graphs: dict[object, list[str]] = {}
        for quad in quads:
            names = graphs.setdefault(quad.object, [])
            if isinstance(quad.graph_name, NamedNode):
                names.append(quad.graph_name.value)
        statements = [
            Statement(
                self._value(object_, around),
                self._graph_links(saying),
                self._meanings.get(object_.value) if isinstance(object_, NamedNode) else None,
            )
            for object_, saying in graphs.items()
        ]
        statements.sort(key=self._statement_key)
        statements = list(_together(statements))
        same = statements[0].graphs if len({each.graphs for each in statements}) == 1 else ()
        return Row(self._links[predicate], tuple(statements), same)

    @cached_property
    def _meanings(self) -> Mapping[str, Meaning]:
        """What the concepts mean that anything here points to."""
        quads = (quad for each in self._by_subject.values() for quad in each)
        objects = (quad.object.value for quad in quads if isinstance(quad.object, NamedNode))
        return read_meanings(self._edition, objects)

    def _graph_links(self, names: Iterable[str]) -> tuple[Link, ...]:
        """The graphs that say something; none where the whole page is of one graph."""
        if len(self.graphs) < 2:
            return ()
        return tuple(link for link in self.graphs if link.iri in set(names))

    def _statement_key(self, statement: Statement) -> tuple[int, tuple[str, str]]:
        return self._value_key(statement.value)

    def _value_key(self, value: Value) -> tuple[int, tuple[str, str]]:
        """The reader's language first, then other texts, then links by name, then the rest."""
        match value:
            case Text(whole, language):
                rank = 0 if language == self._edition.language else 1
                return rank, self._edition.sort_key(whole[:SHOWN_CHARACTERS])
            case Link() as link:
                return 2, self._edition.sort_key(link.name.text)
            case _:
                return 3, ("", "")

    def _value(self, term: object, around: tuple[BlankNode, ...]) -> Value:
        if term == RDF_NIL:
            return Items(())
        if isinstance(term, NamedNode):
            return self._links[term.value]
        if isinstance(term, Literal):
            return self._text(term)
        if not isinstance(term, BlankNode):  # a triple term of RDF 1.2
            return Text(str(term), "", None)
        if term in around or len(around) >= NESTING:
            return Node(())
        inside = (*around, term)
        members = self._members(term)
        if members is not None:
            return Items(tuple(self._value(member, inside) for member in members))
        return Node(self._rows(term, inside))

    def _members(self, head: NamedNode | BlankNode) -> list[object] | None:
        """The members of a well-formed list that begins here, or None."""
        members: list[object] = []
        seen = set()
        while head != RDF_NIL:
            cell = {quad.predicate: quad.object for quad in self._by_subject.get(head, ())}
            rest = cell.get(RDF_REST)
            is_cell = cell.keys() == {RDF_FIRST, RDF_REST} and head not in seen
            if not is_cell or not isinstance(rest, NamedNode | BlankNode):
                return None
            seen.add(head)
            members.append(cell[RDF_FIRST])
            head = rest
        return members

    def _text(self, literal: Literal) -> Text:
        datatype = literal.datatype
        is_plain = datatype in (XSD_STRING, RDF_LANG_STRING) or bool(literal.language)
        href = None
        if datatype.value == XSD + "anyURI" and literal.value.startswith(("https://", "http://")):
            href = literal.value
        link = None if is_plain else self._links[datatype.value]
        written = localized(literal.value, datatype.value, self._edition.interface)
        return Text(
            literal.value,
            literal.language or "",
            link,
            href,
            localized=written,
            is_moment=written is not None and is_moment(datatype.value),
        )


def values_of(
    edition: Edition, iri: str, quads: Sequence[Quad], predicate: str
) -> tuple[Value, ...]:
    """What a property, whose IRI may be relative, says of a resource; see Statements.values."""
    wanted = resolve(predicate, edition.release.settings.base_iri)
    return Statements(edition, quads).values(iri, wanted)


def _together(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same with each text once, in however many languages, where the same graphs say it."""
    kept: dict[object, Statement] = {}
    for statement in statements:
        text = statement.value
        is_spoken = isinstance(text, Text) and bool(text.language)
        key = (text.whole, statement.graphs) if isinstance(text, Text) and is_spoken else object()
        first = kept.setdefault(key, statement)
        if first is not statement and isinstance(first.value, Text) and isinstance(text, Text):
            spoken = replace(first.value, also=(*first.value.also, text.language))
            kept[key] = replace(first, value=spoken)
    yield from kept.values()


def renamed(edition: Edition, predicate: Link, arranged: Mapping[str, Place]) -> Link:
    """A property under the name that shapes give it, if it has no label."""
    place = arranged.get(predicate.iri)
    if place is None or not place.names or edition.is_labelled(predicate.iri):
        return predicate
    return replace(predicate, name=edition.localized(place.names))


def _iris(quads: Iterable[Quad]) -> Iterator[str]:
    """Every IRI that a page of these quads mentions."""
    for quad in quads:
        yield quad.predicate.value
        if isinstance(quad.object, NamedNode):
            yield quad.object.value
        elif isinstance(quad.object, Literal):
            yield quad.object.datatype.value
        if isinstance(quad.subject, NamedNode):
            yield quad.subject.value
