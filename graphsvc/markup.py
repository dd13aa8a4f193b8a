"""What XML asks of a document, as Python's own parser (expat) has it.

pyoxigraph takes an unfinished RDF/XML document for a whole one, tells no
column, and copies an entity as often as it is named. And it writes element
names of XML 1.0's fifth edition, which many readers refuse.

Spec: https://www.w3.org/TR/xml/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

MAX_DEPTH = 1_000  # of elements; a reader's time grows with the square of it
_ENTITY_CHARACTERS = 1_000


@dataclass
class MarkupError(Exception):
    """Where a document is not well-formed, or would grow when it is read."""

    what: str
    line: int
    column: int


def check(document: IO[bytes]) -> None:
    """Read a document from where it stands; nothing outside of it is ever read.

    Raises MarkupError at the first fault, which is as far as XML lets a reader go.
    """
    _Checker().run(document)


def is_element_name(name: str) -> bool:
    """May an element have this name, by every edition of XML 1.0?"""
    try:
        expat.ParserCreate().Parse(f"<{name}/>", True)
    except expat.ExpatError:
        return False
    return True


class _Checker:
    def __init__(self) -> None:
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._declare

    def run(self, document: IO[bytes]) -> None:
        try:
            self._parser.ParseFile(document)
        except expat.ExpatError as error:
            what = f"{expat.ErrorString(error.code)}; well-formed XML is wanted"
            raise MarkupError(what, error.lineno, error.offset + 1) from error

    def _start(self, *_: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH:,} elements in each other; write them apart")

    def _end(self, *_: object) -> None:
        self._depth -= 1

    def _declare(self, name: str, is_parameter: int, value: str | None, *_: object) -> None:
        # An entity that holds others or is long multiplies what a small file makes a reader hold.
        grows = value is None or len(value) > _ENTITY_CHARACTERS or not {"&", "%"}.isdisjoint(value)
        if is_parameter or grows:
            raise self._error(f"the entity {name} could grow; write its text in place")

    def _error(self, what: str) -> MarkupError:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return MarkupError(what, line, column + 1)
