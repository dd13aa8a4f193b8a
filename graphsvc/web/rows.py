"""How many solutions a document of results holds, counted as it is written, chunk by chunk.

Nothing is parsed: within a document that is well-formed, a row begins or ends with marks that
occur nowhere else once the strings are left out.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from graphsvc.formats import RESULTS_CSV, RESULTS_JSON, RESULTS_TSV, RESULTS_XML

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_ELEMENT = re.compile(rb"<result[ />]")


class Rows(ABC):
    """A count of the rows so far."""

    def __init__(self) -> None:
        self.count = 0
        self._kept = b""  # the end of a chunk that means nothing without the next

    @abstractmethod
    def read(self, chunk: bytes) -> None:
        """Count what one more chunk of the document holds."""


class _Unquoted:
    """What of a document is outside of quotation marks."""

    def __init__(self) -> None:
        self._is_within = False

    def read(self, text: bytes) -> bytes:
        """A mark that is doubled within a string ends it and begins another: that is the same."""
        parts = text.split(b'"')
        without = b"".join(parts[self._is_within :: 2])
        self._is_within ^= len(parts) % 2 == 0
        return without


class _JsonRows(Rows):
    """A row is an object in an array; an object that is a member follows a colon.

    Spec: https://www.w3.org/TR/sparql11-results-json/#select-bindings
    """

    def __init__(self) -> None:
        super().__init__()
        self._unquoted, self._last = _Unquoted(), b""

    def read(self, chunk: bytes) -> None:
        chunk = self._kept + chunk
        backslashes = len(chunk) - len(chunk.rstrip(b"\\"))
        self._kept = chunk[-1:] if backslashes % 2 else b""  # of an escape, the other half lacks
        whole = chunk.removesuffix(self._kept)
        text = self._last + self._unquoted.read(_ESCAPED.sub(b"", whole))
        self.count += text.count(b"[{") + text.count(b",{")
        self._last = text[-1:]


class _XmlRows(Rows):
    """A row is an element.

    Spec: https://www.w3.org/TR/rdf-sparql-XMLres/#results
    """

    def read(self, chunk: bytes) -> None:
        text = self._kept + chunk
        found = _ELEMENT.findall(text)
        self.count += len(found)
        self._kept = text[-len(b"<result") :]  # too short to hold one that is counted


class _CsvRows(Rows):
    """A row is a line, and so is the header. Strings may hold line breaks.

    Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/
    """

    def __init__(self) -> None:
        super().__init__()
        self._unquoted = _Unquoted()
        self.count = -1

    def read(self, chunk: bytes) -> None:
        self.count += self._unquoted.read(chunk).count(b"\n")


class _TsvRows(Rows):
    """A row is a line, and so is the header. Strings hold no line breaks.

    Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = -1

    def read(self, chunk: bytes) -> None:
        self.count += chunk.count(b"\n")


_KINDS: dict[str, type[Rows]] = {
    RESULTS_JSON.media_type: _JsonRows,
    RESULTS_XML.media_type: _XmlRows,
    RESULTS_CSV.media_type: _CsvRows,
    RESULTS_TSV.media_type: _TsvRows,
}


def rows_of(media_type: str) -> Rows | None:
    """What counts the rows of results in this media type; None for a graph, which has none."""
    return kind() if (kind := _KINDS.get(media_type)) else None
