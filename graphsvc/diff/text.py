"""Plain text for a terminal: what breaks, then every change, then the counts.

! shapes:BookShape-pages (pages): sh:minCount is 1, was not demanded
  book:kallocain (Kallocain)
-   ns:pages "193"^^xsd:integer
+   ns:pages "194"^^xsd:integer
1 breaking change; 0 created, 1 updated, 0 deleted; …
"""

from __future__ import annotations

from collections.abc import Iterator

from graphsvc.diff import body
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.wording import Words


def write(comparison: Comparison, language: str | None = None) -> Iterator[str]:
    """The lines, each with its line feed; the first character says what a line is."""
    words = Words(comparison, language)
    for breaking in comparison.breaking:
        yield f"! {words.resource(breaking.resource)}: {words.why(breaking)}\n"
    for change in comparison:
        yield from (f"{line}\n" for line in body.lines(change, words))
    yield f"{words.title()}: {words.summary()}\n"
