"""resources.db: for each IRI what is said of it, who points to it, its labels and texts.

A page is a look-up here, exact and independent of the SPARQL engine: the quads
are kept as they were written, in N-Quads.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Quad, RdfFormat, parse

from graphsvc import search
from graphsvc.canonical import LineSorter
from graphsvc.deprecation import ends, read_deprecation
from graphsvc.search import Hits, Place, SearchIndex, SearchWriter, Text
from graphsvc.vocab import LABELS, OWL_DEPRECATED, RDF_TYPE

_SCHEMA = """
CREATE TABLE resource (iri TEXT PRIMARY KEY, quads TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incoming (
    object TEXT, predicate TEXT, subject TEXT, PRIMARY KEY (object, predicate, subject)
) WITHOUT ROWID;
CREATE TABLE label (
    iri TEXT, language TEXT, text TEXT NOT NULL, PRIMARY KEY (iri, language)
) WITHOUT ROWID;
CREATE TABLE class (
    iri TEXT PRIMARY KEY, instances INTEGER NOT NULL, withdrawn INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE property (iri TEXT PRIMARY KEY, quads INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE withdrawn (iri TEXT PRIMARY KEY, replacement TEXT) WITHOUT ROWID;
"""
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<(.*)>)?', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|(["\\tnrbf]))')
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_UNDER = "iri >= ?1 AND iri < ?1 || char(0x10FFFF)"
_RANK = {str(predicate): rank for rank, predicate in enumerate(LABELS)}
_TYPE = str(RDF_TYPE)
_DEPRECATED = f" {OWL_DEPRECATED} "
# A document is there if it is described, or anything that adds a fragment to its IRI.
_DESCRIBED = (
    "SELECT 1 FROM resource WHERE iri = ?1 OR (iri > ?1 || '#' AND iri < ?1 || '$') LIMIT 1"
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


def build_resources(path: Path, n_quads: Path, base_iri: str, apart: Collection[str] = ()) -> None:
    """Index canonical N-Quads, which stand sorted by subject, in a new database.

    Who points to a resource is kept for the IRIs under `base_iri`, which have pages,
    and for classes. What only the graphs `apart` describe is found after all else.
    """
    database = sqlite3.connect(path, isolation_level=None)
    # Nothing reads the file before it is whole, so nothing need be journalled.
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA + search.SCHEMA
    )
    database.execute("BEGIN")
    writer = _Writer(database, LineSorter(path.parent), f"<{base_iri}", apart)
    with n_quads.open(encoding="utf-8", newline="\n") as lines:
        for subject, described in groupby(lines, lambda line: line[: line.index(" ")]):
            writer.add(_key(subject), list(described))
    writer.finish()
    database.close()


class _Writer:
    """Fills a resources.db, a subject at a time; `own` is how IRIs of the publication begin."""

    def __init__(
        self, database: sqlite3.Connection, links: LineSorter, own: str, apart: Collection[str]
    ) -> None:
        self._database, self._links, self._own = database, links, own
        self._apart = {f"<{graph}>" for graph in apart}
        self._search = SearchWriter(database)
        self._properties: Counter[str] = Counter()
        self._withdrawn: Counter[str] = Counter()  # by class

    def add(self, iri: str, lines: Sequence[str]) -> None:
        names: list[Text] = []
        texts: list[Text] = []
        classes, graphs = [], set()
        for line in lines:
            _, predicate, rest = line.split(" ", 2)
            object_, graph, _ = rest.rsplit(" ", 2)
            graphs.add(graph)
            self._properties[predicate[1:-1]] += 1
            if object_[0] != '"':
                self._link(iri, predicate, object_)
                if predicate == _TYPE:
                    classes.append(_key(object_))
            elif text := _read_text(object_):
                found = Text(*text, predicate[1:-1])
                (names if predicate in _RANK else texts).append(found)
        self._database.execute("INSERT INTO resource VALUES (?, ?)", (iri, "".join(lines)))
        names = sorted(dict.fromkeys(names), key=lambda name: _RANK[f"<{name.predicate}>"])
        self._name(iri, names)
        if not iri.startswith("_:"):  # a blank node has no page that a hit could lead to
            is_withdrawn = self._withdraw(iri, lines, set(classes))
            place = Place.WITHDRAWN if is_withdrawn else self._place(iri, graphs)
            self._search.add(iri, names, [*dict.fromkeys(texts)], classes, place)

    def _withdraw(self, iri: str, lines: Sequence[str], classes: set[str]) -> bool:
        """Take note of a resource if it is withdrawn, and tell whether it is."""
        if not any(_DEPRECATED in line for line in lines):
            return False
        deprecation = read_deprecation(_parse("".join(lines)))
        if deprecation is None or not deprecation.is_withdrawal:
            return False
        row = iri, deprecation.exact
        self._database.execute("INSERT INTO withdrawn VALUES (?, ?)", row)
        self._withdrawn.update(classes)
        return True

    def _place(self, iri: str, graphs: set[str]) -> Place:
        if graphs <= self._apart:
            return Place.APART
        return Place.OWN if f"<{iri}".startswith(self._own) else Place.OTHERS

    def _link(self, iri: str, predicate: str, object_: str) -> None:
        if object_.startswith(self._own) or predicate == _TYPE:
            self._links.add(f"{_key(object_)}\t{predicate[1:-1]}\t{iri}\n")

    def _name(self, iri: str, names: Sequence[Text]) -> None:
        """Keep a name in each language: the first there is."""
        by_language = {name.language: name.text for name in reversed(names)}
        self._database.executemany(
            "INSERT INTO label VALUES (?, ?, ?)",
            [(iri, language, text) for language, text in sorted(by_language.items())],
        )

    def finish(self) -> None:
        instances: Counter[str] = Counter()
        rows = _rows(self._links, instances)
        self._database.executemany("INSERT INTO incoming VALUES (?, ?, ?)", rows)
        classes = ((iri, count, self._withdrawn[iri]) for iri, count in sorted(instances.items()))
        self._database.executemany("INSERT INTO class VALUES (?, ?, ?)", classes)
        properties = sorted(self._properties.items())
        self._database.executemany("INSERT INTO property VALUES (?, ?)", properties)
        self._follow_replacements()
        self._database.execute("COMMIT")
        self._search.finish()

    def _follow_replacements(self) -> None:
        """Let each exact replacement be the last of its chain; what leads nowhere is none."""
        rows = self._database.execute("SELECT * FROM withdrawn WHERE replacement IS NOT NULL")
        last = ends({iri: replacement for iri, replacement in rows if self._is_there(replacement)})
        self._database.execute("UPDATE withdrawn SET replacement = NULL")
        self._database.executemany(
            "UPDATE withdrawn SET replacement = ?2 WHERE iri = ?1", last.items()
        )

    def _is_there(self, iri: str) -> bool:
        """Is it for others to describe, or described here?"""
        is_own = f"<{iri}".startswith(self._own)
        return not is_own or self._database.execute(_DESCRIBED, (iri,)).fetchone() is not None


def _rows(links: LineSorter, instances: Counter[str]) -> Iterator[list[str]]:
    for line in links:
        row = line[:-1].split("\t")
        if row[1] == RDF_TYPE.value:
            instances[row[0]] += 1
        yield row


def _key(term: str) -> str:
    return term[1:-1] if term[0] == "<" else term


def _read_text(literal: str) -> tuple[str, str] | None:
    """The text and the language of a canonical literal, if it is text."""
    match = _LITERAL.fullmatch(literal)
    if match is None or match[3]:
        return None
    text = match[1]
    return (_ESCAPE.sub(_unescape, text) if "\\" in text else text), match[2] or ""


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])


class Kind(NamedTuple):
    """A kind of link: its predicate, and a class that its subject is an instance of."""

    predicate: str
    class_iri: str


@dataclass(frozen=True)
class Withdrawal:
    """That a resource is withdrawn; `replacement` is what the same thing is called now, if any."""

    replacement: str | None


@dataclass(frozen=True)
class Link:
    """A triple that points to a resource."""

    predicate: str
    subject: str


class Resources:
    """Read access to a resources.db, from any number of threads.

    Raises OSError if it is not one.
    """

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._rows("SELECT iri FROM resource LIMIT 1")  # nothing was read so far
            self._search = SearchIndex(path)
        except sqlite3.Error as error:
            raise OSError(f"{path.name}: {error}") from error

    def close(self) -> None:
        with self._lock:
            self._database.close()
        self._search.close()

    def describe(self, iri: str) -> list[Quad]:
        """The quads with this subject and those of the blank nodes that they lead to.

        Empty if nothing is said of it.
        """
        return _parse(self._description([iri]))

    def document(self, iri: str) -> list[Quad]:
        """The description of an IRI and of every IRI that adds a fragment to it."""
        fragments = self._rows(
            "SELECT iri FROM resource WHERE iri > ? AND iri < ? ORDER BY iri", iri + "#", iri + "$"
        )
        return _parse(self._description([iri, *(row[0] for row in fragments)]))

    def is_described(self, iri: str) -> bool:
        """Does a document with this IRI have anything to say?"""
        return bool(self._rows(_DESCRIBED, iri))

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

    def linking(self, iri: str, kind: Kind, limit: int, offset: int = 0) -> list[str]:
        """Who points to a resource by a link of this kind, by IRI."""
        rows = self._rows(
            f"SELECT subject FROM incoming WHERE object = ? AND {_IS_OF_KIND}"
            " ORDER BY subject LIMIT ? OFFSET ?",
            iri,
            *kind,
            limit,
            offset,
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

    def referrers(self, iri: str, predicate: str, class_iri: str) -> list[str]:
        """The instances of a class that point to a resource by a property, by IRI."""
        rows = self._rows(
            "SELECT subject FROM incoming JOIN class ON class.iri = ? WHERE object = ?"
            f" AND predicate = ? AND {_IS_INSTANCE} ORDER BY subject",
            class_iri,
            iri,
            predicate,
        )
        return [row[0] for row in rows]

    def classes(self) -> dict[str, int]:
        """Every class that has instances, with their number."""
        return dict(self._rows("SELECT iri, instances FROM class ORDER BY iri"))

    def properties(self) -> dict[str, int]:
        """Every predicate, with the number of quads that it stands in."""
        return dict(self._rows("SELECT iri, quads FROM property ORDER BY iri"))

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

    def under(self, base_iri: str, limit: int, offset: int = 0) -> list[str]:
        """What is described that begins with an IRI, in order."""
        rows = self._rows(
            f"SELECT iri FROM resource WHERE {_UNDER} ORDER BY iri LIMIT ?2 OFFSET ?3",
            base_iri,
            limit,
            offset,
        )
        return [row[0] for row in rows]

    def count_under(self, base_iri: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM resource WHERE {_UNDER}", base_iri)[0][0])

    def labels(self, iris: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The labels of each of the IRIs that has one, by language ("" where it has none)."""
        found: dict[str, dict[str, str]] = {}
        wanted = list(dict.fromkeys(iris))
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT iri, language, text FROM label WHERE iri IN ({marks})"
            for iri, language, text in self._rows(sql, *part):
                found.setdefault(iri, {})[language] = text
        return dict(found)

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
            for (quads,) in self._rows("SELECT quads FROM resource WHERE iri = ?", key):
                parts.append(quads)
                for label in re.findall(r" (_:\S+) (?:<[^>]*>|_:\S+) \.\n", quads):
                    if label not in known:
                        known.add(label)
                        wanted.append(label)
        return "".join(parts)

    def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(sql, parameters).fetchall()


def _but(kinds: Sequence[Kind]) -> str:
    """The part of a condition that leaves out links of these kinds."""
    return f" AND NOT ({_IS_OF_KIND})" * len(kinds)


def _parse(n_quads: str) -> list[Quad]:
    return list(parse(n_quads.encode(), RdfFormat.N_QUADS))
