"""Who points to a resource, page by page: in pages for people, and as RDF.

A description is the first of several parts. Its page has the first of the links to the
resource; in RDF it has none of them, and they follow. What leads from part to part stands in
Link, so that a program that follows `next` to its end has all that is said of a resource.

Spec: https://www.rfc-editor.org/rfc/rfc8288#section-3
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Quad

from graphsvc.formats import HTML, Format
from graphsvc.pages.origin import kinds_of_origin
from graphsvc.pages.referrers import SHOWN
from graphsvc.resources.answers import Link
from graphsvc.resources.lookups import read_quads
from graphsvc.web.exchange import INCOMING, Exchange
from graphsvc.web.problems import Problem
from graphsvc.web.signposting import TypedLink

STATED = 1_000  # statements of a part in RDF


@dataclass(frozen=True)
class Part:
    """The part of a description that is asked for; the description itself is the first."""

    exchange: Exchange
    iri: str
    format: Format

    @cached_property
    def number(self) -> int:
        """The number that is asked for; in RDF 0 is the description. Raises Problem."""
        is_first = INCOMING not in self.exchange.request.query_params
        return self._first if is_first else self.exchange.page_number(INCOMING)

    @property
    def is_rdf(self) -> bool:
        """Is it one of statements that point to the resource?"""
        return self.number > self._first == 0

    def demand(self) -> None:
        """Raises Problem if there is no such part."""
        if self.number > 1 and not self._links(self.number):
            raise Problem(404, f"there is no page {self.number} of what points to this resource")

    def quads(self) -> list[Quad]:
        """The statements of this part, in the order of their properties and subjects."""
        return read_quads("".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        """Taken as they are written, for who points here may have much else to say."""
        for link in self._links(self.number):
            ending = f" <{link.predicate}> <{self.iri}> "
            for line in self.exchange.release.resources.written(link.subject).splitlines(True):
                _, space, rest = line.partition(" ")
                if f"{space}{rest}".startswith(ending):
                    yield line

    def typed_links(self) -> Iterator[TypedLink]:
        """To the parts before and after this one, as far as there are any."""
        if self.number > self._first:
            yield TypedLink("first", self._path(self._first))
            yield TypedLink("prev", self._path(self.number - 1))
        if self._links(self.number + 1, at_most=1):
            yield TypedLink("next", self._path(self.number + 1))

    @property
    def _first(self) -> int:
        return 1 if self.format is HTML else 0

    def _path(self, number: int) -> str:
        """The address of another part, in the same format and language."""
        head, _, query = self.exchange.page_path.partition("?")
        pairs = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != INCOMING]
        pairs += [f"{INCOMING}={number}"] if number > self._first else []
        return self.exchange.edition.href("?".join([head, *filter(None, ["&".join(pairs)])]))

    def _links(self, number: int, at_most: int = STATED) -> list[Link]:
        """The links of a part; a page leaves out what it tells as the resource's origin."""
        size = SHOWN if self.format is HTML else STATED
        told = kinds_of_origin(self.exchange.edition) if self.format is HTML else ()
        resources = self.exchange.release.resources
        limit, offset = min(size, at_most), (number - 1) * size
        return resources.incoming(self.iri, limit, offset, without=told)
