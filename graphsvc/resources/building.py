"""The writing of a resources.db, from canonical N-Quads."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from graphsvc import search
from graphsvc.canonical import LineSorter
from graphsvc.deprecation import ends, read_deprecation
from graphsvc.resources import kinds
from graphsvc.resources.lookups import DESCRIBED, read_quads
from graphsvc.search import Place, SearchWriter, Text
from graphsvc.vocab import (
    LABELS,
    OWL_DEPRECATED,
    RDF_TYPE,
    SKOS_CONCEPT,
    SKOS_DEFINITION,
    SKOS_IN_SCHEME,
)

_SCHEMA = """
CREATE TABLE resource (iri TEXT PRIMARY KEY, quads TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE incoming (
    object TEXT, predicate TEXT, subject TEXT, PRIMARY KEY (object, predicate, subject)
) WITHOUT ROWID;
CREATE TABLE label (
    iri TEXT, language TEXT, text TEXT NOT NULL, PRIMARY KEY (iri, language)
) WITHOUT ROWID;
CREATE TABLE class (
    iri TEXT PRIMARY KEY, instances INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
    prominence REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE property (iri TEXT PRIMARY KEY, quads INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE use (iri TEXT PRIMARY KEY, statements INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE concept (iri TEXT PRIMARY KEY, scheme TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE meaning (
    iri TEXT, language TEXT, text TEXT NOT NULL, PRIMARY KEY (iri, language)
) WITHOUT ROWID;
CREATE TABLE withdrawn (iri TEXT PRIMARY KEY, replacement TEXT) WITHOUT ROWID;
"""
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<(.*)>)?', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|(["\\tnrbf]))')
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_RANK = {str(predicate): rank for rank, predicate in enumerate(LABELS)}
_TYPE = str(RDF_TYPE)
SAMPLE = 20  # instances that are looked at to tell how much others point to a class
MEANING_CHARACTERS = 1_000  # of a definition; the page of the concept has all of it
_IN_SCHEME = SKOS_IN_SCHEME.value
_DEPRECATED = f" {OWL_DEPRECATED} "


def build_resources(path: Path, n_quads: Path, base_iri: str, apart: Collection[str] = ()) -> None:
    """Index canonical N-Quads, which stand sorted by subject, in a new database.

    Who points to a resource is kept for the IRIs under `base_iri`, which have pages,
    and for classes. What only the graphs `apart` describe is found after all else.
    """
    database = sqlite3.connect(path, isolation_level=None)
    # Nothing reads the file before it is whole, so nothing need be journalled.
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        + _SCHEMA
        + kinds.SCHEMA
        + search.SCHEMA
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
        self._kinds = kinds.Kinds()

    def add(self, iri: str, lines: Sequence[str]) -> None:
        names: list[Text] = []
        texts: list[Text] = []
        classes, graphs = [], set()
        statements: dict[tuple[str, str], None] = {}  # in several graphs, yet said once
        for line in lines:
            _, predicate, rest = line.split(" ", 2)
            object_, graph, _ = rest.rsplit(" ", 2)
            graphs.add(graph)
            self._properties[predicate[1:-1]] += 1
            if predicate != _TYPE:
                statements[predicate[1:-1], object_] = None
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
            self._define(iri, classes, texts, statements)
            is_withdrawn = self._withdraw(iri, lines, set(classes))
            place = Place.WITHDRAWN if is_withdrawn else self._place(iri, graphs)
            self._search.add(iri, names, [*dict.fromkeys(texts)], classes, place)
            if not is_withdrawn and classes:
                self._kinds.add(set(classes), [(p, self._thing(o)) for p, o in statements])

    def _define(
        self,
        iri: str,
        classes: Sequence[str],
        texts: Sequence[Text],
        statements: Iterable[tuple[str, str]],
    ) -> None:
        """Of a concept keep what it means, a text for each language, and its scheme."""
        if SKOS_CONCEPT.value not in classes:
            return
        schemes = [_key(value) for predicate, value in statements if predicate == _IN_SCHEME]
        scheme = min((each for each in schemes if each[0] not in '"_'), default="")
        self._database.execute("INSERT INTO concept VALUES (?, ?)", (iri, scheme))
        defined = [text for text in texts if text.predicate == SKOS_DEFINITION.value]
        by_language = {text.language: _shortened(text.text) for text in reversed(defined)}
        rows = ((iri, language, text) for language, text in sorted(by_language.items()))
        self._database.executemany("INSERT INTO meaning VALUES (?, ?, ?)", rows)

    def _withdraw(self, iri: str, lines: Sequence[str], classes: set[str]) -> bool:
        """Take note of a resource if it is withdrawn, and tell whether it is."""
        if not any(_DEPRECATED in line for line in lines):
            return False
        deprecation = read_deprecation(read_quads("".join(lines)))
        if deprecation is None or not deprecation.is_withdrawal:
            return False
        row = iri, deprecation.exact
        self._database.execute("INSERT INTO withdrawn VALUES (?, ?)", row)
        self._withdrawn.update(classes)
        return True

    def _thing(self, object_: str) -> str | None:
        """A value that is a thing of the publication."""
        return _key(object_) if object_.startswith(self._own) else None

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
        classes = [
            (iri, count, self._withdrawn[iri], self._prominence(iri))
            for iri, count in sorted(instances.items())
        ]
        self._database.executemany("INSERT INTO class VALUES (?, ?, ?, ?)", classes)
        properties = sorted(self._properties.items())
        self._database.executemany("INSERT INTO property VALUES (?, ?)", properties)
        rows_of_classes = self._kinds.properties()
        self._database.executemany(
            "INSERT INTO class_property VALUES (?, ?, ?, ?)", rows_of_classes
        )
        self._database.executemany("INSERT INTO facet VALUES (?, ?, ?, ?)", self._kinds.facets())
        self._follow_replacements()
        self._database.execute("COMMIT")
        self._search.finish()

    def _prominence(self, class_iri: str) -> float:
        """How many links lead to an instance of a class, on average of the first ones."""
        if not f"<{class_iri}".startswith(self._own):
            return 0
        rows = self._database.execute(
            "SELECT count(link.object) FROM (SELECT subject FROM incoming"
            " WHERE object = ? AND predicate = ? ORDER BY subject LIMIT ?) AS instance"
            " LEFT JOIN incoming AS link ON link.object = instance.subject"
            " GROUP BY instance.subject",
            (class_iri, RDF_TYPE.value, SAMPLE),
        ).fetchall()
        return float(sum(row[0] for row in rows)) / max(1, len(rows))

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
        return not is_own or self._database.execute(DESCRIBED, (iri,)).fetchone() is not None


def _rows(links: LineSorter, instances: Counter[str]) -> Iterator[list[str]]:
    for line in links:
        row = line[:-1].split("\t")
        if row[1] == RDF_TYPE.value:
            instances[row[0]] += 1
        yield row


def _shortened(text: str) -> str:
    if len(text) <= MEANING_CHARACTERS:
        return text
    return text[:MEANING_CHARACTERS].rstrip() + "…"


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
