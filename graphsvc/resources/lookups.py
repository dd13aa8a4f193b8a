"""What a page looks up in a resources.db."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from graphsvc.databases import Database
from graphsvc.resources.answers import Concept, Kind, Link, Withdrawal
from graphsvc.search import Entry, Hits, SearchIndex
from graphsvc.vocab import RDF_TYPE

# A document is there if it is described, or anything that adds a fragment to its IRI.
DESCRIBED = (
    "SELECT 1 FROM resource WHERE iri = ?1 OR (iri >= ?1 || '#' AND iri < ?1 || '$') LIMIT 1"
)
AT_ONCE = 10_000  # IRIs that one query reads
_LAST = "\U0010ffff"  # behind every character of an IRI
_IS_INSTANCE = (  # is the subject of an incoming link an instance of a class?
    "EXISTS (SELECT 1 FROM incoming AS type WHERE type.object = class.iri"
    f" AND type.predicate = '{RDF_TYPE.value}' AND type.subject = incoming.subject)"
)
_IS_OF_KIND = (
    "predicate = ? AND EXISTS (SELECT 1 FROM incoming AS typing WHERE typing.object = ?"
    f" AND typing.predicate = '{RDF_TYPE.value}' AND typing.subject = incoming.subject)"
)


class Resources:
    """Read access to a resources.db, from any number of threads.

    Raises OSError if it is not one.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._rows = self._database.rows
        try:
            self._rows("SELECT iri FROM resource LIMIT 1")  # nothing was read so far
            self._search = SearchIndex(path)
        except sqlite3.Error as error:
            raise OSError(f"{path.name}: {error}") from error

    def close(self) -> None:
        self._database.close()
        self._search.close()

    def describe(self, iri: str) -> list[Quad]:
        """The quads with this subject and those of the blank nodes that they lead to.

        Empty if nothing is said of it.
        """
        return read_quads(self._description([iri]))

    def written(self, iri: str) -> str:
        """The quads with this subject, in canonical N-Quads."""
        rows = self._rows("SELECT quads FROM resource WHERE iri = ?", iri)
        return str(rows[0][0]) if rows else ""

    def document(self, iri: str) -> list[Quad]:
        """The description of an IRI and of every IRI that adds a fragment to it."""
        fragments = self._rows(
            "SELECT iri FROM resource WHERE iri >= ? AND iri < ? ORDER BY iri", iri + "#", iri + "$"
        )
        return read_quads(self._description([iri, *(row[0] for row in fragments)]))

    def is_described(self, iri: str) -> bool:
        """Does a document with this IRI have anything to say?"""
        return bool(self._rows(DESCRIBED, iri))

    def withdrawal(self, iri: str) -> Withdrawal | None:
        """Whether a resource is withdrawn, and what has taken its place."""
        rows = self._rows("SELECT replacement FROM withdrawn WHERE iri = ?", iri)
        return Withdrawal(rows[0][0]) if rows else None

    def iris(self, beginning: str) -> Iterator[str]:
        """Every IRI that is described and begins so and goes on, in order."""
        last = beginning
        while rows := self._rows(
            "SELECT iri FROM resource WHERE iri > ? AND iri < ? ORDER BY iri LIMIT ?",
            last,
            beginning + _LAST,
            AT_ONCE,
        ):
            yield from (row[0] for row in rows)
            last = rows[-1][0]

    def around(self, iri: str, beginning: str, limit: int) -> list[str]:
        """The IRIs that stand next to one in order, and begin so; `limit` on each side of it.

        Withdrawn ones among these are left out.
        """
        below, above = (
            self._rows(
                # The limit is within: it bounds what is looked at, not what is left of that.
                f"SELECT iri FROM (SELECT iri FROM resource WHERE {range_} ORDER BY iri {order}"
                " LIMIT ?) AS near"
                " WHERE NOT EXISTS (SELECT 1 FROM withdrawn WHERE withdrawn.iri = near.iri)",
                *bounds,
                limit,
            )
            for range_, order, bounds in (
                ("iri > ? AND iri < ?", "DESC", (beginning, iri)),
                ("iri >= ? AND iri < ?", "ASC", (max(iri, beginning), beginning + _LAST)),
            )
        )
        return [row[0] for row in (*below, *above)]

    def next(self, iri: str, beginning: str) -> str | None:
        """The first IRI behind one that begins so."""
        sql = "SELECT iri FROM resource WHERE iri >= ? AND iri < ? ORDER BY iri LIMIT 1"
        rows = self._rows(sql, iri, beginning + _LAST)
        return rows[0][0] if rows else None

    def incoming(
        self, iri: str, limit: int, offset: int = 0, without: Sequence[Kind] = ()
    ) -> list[Link]:
        """Who points to a resource, by predicate and subject, `without` links of some kinds."""
        rows = self._rows(
            f"SELECT predicate, subject FROM incoming WHERE object = ?{_but(without)}"
            " ORDER BY predicate, subject LIMIT ? OFFSET ?",
            iri,
            *chain.from_iterable(without),
            limit,
            offset,
        )
        return [Link(*row) for row in rows]

    def count_incoming(self, iri: str, without: Sequence[Kind] = ()) -> int:
        sql = f"SELECT count(*) FROM incoming WHERE object = ?{_but(without)}"
        return int(self._rows(sql, iri, *chain.from_iterable(without))[0][0])

    def count_both(self, iri: str, predicate: str, other: tuple[str, str]) -> int:
        """How many point to a resource by a property, and to another one by another.

        `other` are that property and that resource.
        """
        sql = (
            "SELECT count(*) FROM incoming AS it WHERE object = ? AND predicate = ?"
            " AND EXISTS (SELECT 1 FROM incoming"
            " WHERE predicate = ? AND object = ? AND subject = it.subject)"
        )
        return int(self._rows(sql, iri, predicate, *other)[0][0])

    def linking(self, iri: str, kind: Kind, limit: int | None = None, offset: int = 0) -> list[str]:
        """Who points to a resource by a link of this kind, by IRI; without a limit, all."""
        rows = self._rows(
            f"SELECT subject FROM incoming WHERE object = ? AND {_IS_OF_KIND}"
            " ORDER BY subject LIMIT ? OFFSET ?",
            iri,
            *kind,
            -1 if limit is None else limit,  # -1 is none to SQLite
            offset,
        )
        return [row[0] for row in rows]

    def linking_by(self, iri: str, predicate: str, limit: int | None = None) -> list[str]:
        """Who points to a resource by a property, by IRI; without a limit, all."""
        rows = self._rows(
            "SELECT subject FROM incoming WHERE object = ? AND predicate = ?"
            " ORDER BY subject LIMIT ?",
            iri,
            predicate,
            -1 if limit is None else limit,  # -1 is none to SQLite
        )
        return [row[0] for row in rows]

    def count_linking(self, iri: str, kind: Kind) -> int:
        sql = f"SELECT count(*) FROM incoming WHERE object = ? AND {_IS_OF_KIND}"
        return int(self._rows(sql, iri, *kind)[0][0])

    def count_referrers(self, iri: str) -> dict[tuple[str, str], int]:
        """How many instances of each class point to a resource, by property and class."""
        rows = self._rows(
            "SELECT predicate, class.iri, count(*) FROM incoming CROSS JOIN class WHERE object = ?"
            f" AND {_IS_INSTANCE} GROUP BY predicate, class.iri",
            iri,
        )
        return {(predicate, class_iri): count for predicate, class_iri, count in rows}

    def classes(self) -> dict[str, int]:
        """Every class that has instances, with their number."""
        return dict(self._rows("SELECT iri, instances FROM class ORDER BY iri"))

    def prominence(self) -> dict[str, float]:
        """How many links lead to an instance of each class of the publication's own, about."""
        return dict(self._rows("SELECT iri, prominence FROM class WHERE prominence > 0"))

    def properties(self) -> dict[str, int]:
        """Every predicate, with the number of quads that it stands in."""
        return dict(self._rows("SELECT iri, quads FROM property ORDER BY iri"))

    def uses(self, iris: Iterable[str]) -> dict[str, int]:
        """How many statements use each of the properties and concepts; see uses.count_uses."""
        return {
            iri: statements
            for part in _parts(iris)
            for iri, statements in self._rows(
                f"SELECT iri, statements FROM use WHERE iri IN ({_marks(part)})", *part
            )
        }

    def descriptions(self, iris: Iterable[str]) -> list[Quad]:
        """What is said of several resources, and of the blank nodes that it leads to."""
        return read_quads(self._description(list(dict.fromkeys(iris))))

    def count_instances(self, class_iri: str) -> int:
        """How many instances of a class are not withdrawn."""
        rows = self._rows("SELECT instances - withdrawn FROM class WHERE iri = ?", class_iri)
        return int(rows[0][0]) if rows else 0

    def is_instance(self, iri: str, class_iri: str) -> bool:
        sql = "SELECT 1 FROM incoming WHERE object = ? AND predicate = ? AND subject = ?"
        return bool(self._rows(sql, class_iri, RDF_TYPE.value, iri))

    def instances(self, class_iri: str, limit: int, offset: int = 0) -> list[str]:
        """The instances of a class that are not withdrawn, by IRI."""
        rows = self._rows(
            "SELECT subject FROM incoming WHERE object = ? AND predicate = ?"
            " AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE iri = subject)"
            " ORDER BY subject LIMIT ? OFFSET ?",
            class_iri,
            RDF_TYPE.value,
            limit,
            offset,
        )
        return [row[0] for row in rows]

    def properties_of(self, class_iri: str) -> dict[str, tuple[int, int]]:
        """The properties of a class: how many instances have each, and in how many statements."""
        sql = "SELECT predicate, instances, quads FROM class_property WHERE class = ?"
        return {row[0]: (row[1], row[2]) for row in self._rows(sql, class_iri)}

    def facets(self, class_iri: str) -> dict[str, dict[str, int]]:
        """The properties that a class can be narrowed by: their values, and how many have each."""
        rows = self._rows(
            "SELECT predicate, object, instances FROM facet WHERE class = ?"
            " ORDER BY predicate, object",
            class_iri,
        )
        found: dict[str, dict[str, int]] = {}
        for predicate, value, count in rows:
            found.setdefault(predicate, {})[value] = count
        return found

    def narrowed(self, class_iri: str, chosen: Sequence[tuple[str, str]]) -> list[str]:
        """The instances of a class that point to each of these things by this property, by IRI.

        Withdrawn ones are not among them. `chosen` are pairs of a property and a thing.
        """
        (predicate, value), *others = [*chosen, (RDF_TYPE.value, class_iri)]
        also = (
            " AND EXISTS (SELECT 1 FROM incoming"
            " WHERE object = ? AND predicate = ? AND subject = it.subject)"
        )
        rows = self._rows(
            "SELECT subject FROM incoming AS it WHERE object = ? AND predicate = ?"
            f"{also * len(others)}"
            " AND NOT EXISTS (SELECT 1 FROM withdrawn WHERE iri = it.subject) ORDER BY subject",
            *(value, predicate),
            *chain.from_iterable((value, predicate) for predicate, value in others),
        )
        return [row[0] for row in rows]

    def describe_all(self, iris: Sequence[str], characters: int = sys.maxsize) -> list[Quad]:
        """The quads with these subjects, without those of blank nodes that they lead to.

        What has more `characters` in N-Quads is left out.
        """
        found: list[Quad] = []
        for start in range(0, len(iris), AT_ONCE):
            part = iris[start : start + AT_ONCE]
            sql = f"SELECT quads FROM resource WHERE iri IN ({_marks(part)}) AND length(quads) <= ?"
            found += read_quads("".join(row[0] for row in self._rows(sql, *part, characters)))
        return found

    def under(self, base_iri: str, limit: int, offset: int = 0) -> list[str]:
        """What is described that begins with an IRI, in order, without what is withdrawn.

        That counts for `limit` and `offset` all the same.
        """
        rows = self._rows(
            "SELECT iri FROM (SELECT iri FROM resource WHERE iri >= ? AND iri < ?"
            " ORDER BY iri LIMIT ? OFFSET ?) AS page"
            " WHERE NOT EXISTS (SELECT 1 FROM withdrawn WHERE withdrawn.iri = page.iri)",
            base_iri,
            base_iri + _LAST,
            limit,
            offset,
        )
        return [row[0] for row in rows]

    def count_under(self, base_iri: str) -> int:
        sql = "SELECT count(*) FROM resource WHERE iri >= ? AND iri < ?"
        return int(self._rows(sql, base_iri, base_iri + _LAST)[0][0])

    def labels(self, iris: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The labels of each of the IRIs that has one, by language ("" where it has none)."""
        found: dict[str, dict[str, str]] = {}
        for part in _parts(iris):
            sql = f"SELECT iri, language, text FROM label WHERE iri IN ({_marks(part)})"
            for iri, language, text in self._rows(sql, *part):
                found.setdefault(iri, {})[language] = text
        return dict(found)

    def concepts(self, iris: Iterable[str]) -> dict[str, Concept]:
        """Those of the IRIs that are concepts, with what each means."""
        found: dict[str, tuple[str, dict[str, str]]] = {}
        for part in _parts(iris):
            sql = (
                "SELECT concept.iri, scheme, language, text"
                " FROM concept LEFT JOIN meaning ON meaning.iri = concept.iri"
                f" WHERE concept.iri IN ({_marks(part)})"
            )
            for iri, scheme, language, text in self._rows(sql, *part):
                _, meanings = found.setdefault(iri, (scheme, {}))
                if text is not None:
                    meanings[language] = text
        return {iri: Concept(scheme, meanings) for iri, (scheme, meanings) in found.items()}

    def entries(self) -> Iterator[Entry]:
        """All that a search may find, but for what is withdrawn."""
        return self._search.entries()

    def search(
        self, text: str, limit: int, offset: int = 0, class_iri: str = "", language: str = ""
    ) -> Hits:
        """The resources that have every word of a text; see SearchIndex.search.

        Raises SearchRefused if the text is too long.
        """
        return self._search.search(text, limit, offset, class_iri, language)

    def _description(self, keys: Sequence[str]) -> str:
        """The N-Quads of resources and of the blank nodes reached from them."""
        wanted = list(keys)
        known = set(wanted)
        parts = []
        for key in wanted:
            parts.append(self.written(key))
            for label in re.findall(r" (_:\S+) (?:<[^>]*>|_:\S+) \.\n", parts[-1]):
                if label not in known:
                    known.add(label)
                    wanted.append(label)
        return "".join(parts)


def _parts(iris: Iterable[str]) -> Iterator[list[str]]:
    """The IRIs, each once, in parts that one query can have as parameters."""
    wanted = list(dict.fromkeys(iris))
    for start in range(0, len(wanted), 500):
        yield wanted[start : start + 500]


def _marks(part: Sequence[str]) -> str:
    return ", ".join("?" * len(part))


def _but(kinds: Sequence[Kind]) -> str:
    """The part of a condition that leaves out links of these kinds."""
    return f" AND NOT ({_IS_OF_KIND})" * len(kinds)


def read_quads(n_quads: str) -> list[Quad]:
    """The quads of a text in N-Quads."""
    return list(parse(n_quads.encode(), RdfFormat.N_QUADS))
