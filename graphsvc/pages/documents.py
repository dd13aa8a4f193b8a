"""What stands on the page of a document: its sections, and who points to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Quad

from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.notices import Notice, read_notice
from graphsvc.pages.origin import Origin, read_origin
from graphsvc.pages.referrers import Incoming, read_incoming
from graphsvc.pages.statements import Row, Statements

SECTIONS = 500  # of a document that its page shows


@dataclass(frozen=True)
class Section:
    """One resource of a document."""

    link: Link
    fragment: str  # "" for the resource that the document is of
    types: Sequence[Link]
    rows: Sequence[Row]
    instances: int
    notice: Notice | None

    @property
    def groups(self) -> list[tuple[Link | None, Sequence[Row]]]:
        """The rows by their groups; at least one, which may be empty and have no link."""
        grouped = groupby(self.rows, key=lambda row: row.group)
        return [(group, list(rows)) for group, rows in grouped] or [(None, ())]


@dataclass(frozen=True)
class Document:
    """All that a page shows of a resource and of those that are fragments of it."""

    main: Section
    sections: Sequence[Section]
    omitted: int  # sections that the page leaves out
    graphs: Sequence[Link]
    incoming: Incoming
    origin: Origin | None


def read_document(edition: Edition, iri: str, quads: Sequence[Quad], number: int) -> Document:
    """Make the description of a resource ready to be shown, with one page of its links."""
    statements = Statements(edition, quads)
    main, *sections = read_sections(edition, statements, iri)
    return Document(
        main,
        sections[:SECTIONS],
        max(0, len(sections) - SECTIONS),
        statements.graphs,
        read_incoming(edition, iri, number),
        read_origin(edition, iri, quads),
    )


def read_sections(
    edition: Edition, statements: Statements, iri: str, wanted: Iterable[str] | None = None
) -> list[Section]:
    """The resource, then all else that is described, by IRI: a shape before its property shapes.

    If some are `wanted`, then only these, as they come.
    """
    if wanted is None:
        wanted = [iri, *(each for each in statements.subjects() if each != iri)]
    links = edition.links(wanted)
    count_instances = edition.release.resources.count_instances
    return [
        Section(
            link,
            fragment_of(link.iri, iri),
            statements.types(link.iri),
            statements.rows(link.iri),
            count_instances(link.iri),
            read_notice(edition, statements.about(link.iri)),
        )
        for link in links.values()
    ]


def fragment_of(iri: str, document: str) -> str:
    """What the section of an IRI goes by in a document; "" if it is no fragment of that.

    The fragment of `<ns#>`, which is empty, becomes `_`.
    """
    return (iri.removeprefix(f"{document}#") or "_") if iri.startswith(f"{document}#") else ""
