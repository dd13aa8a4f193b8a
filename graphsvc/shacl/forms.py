"""From the literals that a query of a shapes graph tells back to how they were written.

Such a query sees `1` where the data has "01"^^xsd:integer, and one value node
where it has both. SHACL's results are about terms, so each of them is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal

from graphsvc.literals import as_stored
from graphsvc.paths import Term
from graphsvc.shacl.plan import Query, Scope, Source, Trail, trail_of
from graphsvc.shacl.written import OURS
from graphsvc.vocab import XSD, XSD_STRING

_OBJECTS = """\
SELECT DISTINCT ?this ?value WHERE {
  ?this ?predicate ?value .
  FILTER (isLiteral(?value))
}"""


def stored(term: Term) -> Term:
    """A term as the query of a shapes graph sees it."""
    return as_stored(term) if isinstance(term, Literal) else term


def _may_change(literal: Literal) -> bool:
    return literal.datatype != XSD_STRING and literal.datatype.value.startswith(XSD)


class Trails:
    """The trails of a scope as they were written, by the ones that a query tells."""

    def __init__(self, scope: Scope, source: Source) -> None:
        self._known: dict[Trail, list[Trail]] | None = None
        if scope.literals and self._any(scope, source):
            self._known = {}
            for row in source.select(scope.query):
                trail = trail_of(row, len(scope.trail))
                self._known.setdefault(tuple(map(stored, trail)), []).append(trail)

    def __getitem__(self, trail: Trail) -> list[Trail]:
        return [trail] if self._known is None else self._known.get(trail, [])

    @staticmethod
    def _any(scope: Scope, source: Source) -> bool:
        """Is any literal on a trail kept as it was written?"""
        kept = (f'STRSTARTS(STR(DATATYPE({name})), "{OURS}")' for name in scope.trail)
        is_kept = " || ".join(f"COALESCE({condition}, false)" for condition in kept)
        query = scope.select((f"FILTER ({is_kept})",))
        one = Query(f"{query.text}\nLIMIT 1", query.columns)
        return next(iter(source.select(one)), None) is not None


def values(focus_node: Term, value: Term | None, source: Source) -> Iterator[Term | None]:
    """The objects of a focus node that a query may mean by a value; itself if there is none."""
    found = [value]
    if isinstance(value, Literal) and _may_change(value):
        rows = source.select(Query(_OBJECTS, ("?value",), this=focus_node))
        objects = [term for (term,) in rows if isinstance(term, Literal)]
        found = [term for term in objects if as_stored(term) == value] or found
    yield from found
