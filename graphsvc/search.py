"""Full-text search: a row of resources.db for each IRI, with its names and its texts.

All that is said of a resource is in one row, so the words of a query may stand in
different texts of it. A query is words and never the syntax of FTS5: each is
quoted, and read by the tokenizer that made the index, which ignores case and
diacritics.

SQLite cannot be interrupted while it gathers a row's words, so what a query costs
is bounded by what it may be: few words, and so many candidates of each rank.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from graphsvc.databases import Database
from graphsvc.errors import SearchRefused
from graphsvc.snippets import BEGIN, BLANKED, END, STOP, Part, read_marks, shorten

# The prefixes spare a query from gathering every word that begins with a letter or two.
SCHEMA = """
CREATE VIRTUAL TABLE search USING fts5(
    label, text, key, iri UNINDEXED, about UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
"""
TEXT_CHARACTERS = 10_000  # what is longer is searched in its beginning only
ROW_CHARACTERS = 100_000  # likewise all texts of a resource
QUERY_CHARACTERS = 200
QUERY_WORDS = 16
CANDIDATES = 10_000  # that are looked at for each rank
AT_ONCE = 1_000  # entries that are held in memory


class Place(IntEnum):
    """Where a resource stands among those that a search finds."""

    OWN = 0
    OTHERS = 1  # its IRI is not under the base
    APART = 2  # it is about the data: a shape, a query
    WITHDRAWN = 3


def _first(place: Place) -> int:
    """The number of the first row of a place; SQLite gives candidates by number."""
    return (place << 40) + 1


# The best first: the words are a whole name, are in names, begin words in names, are anywhere,
# begin words anywhere. All names that match hold the same words, so the shortest fits best;
# texts are weighed by BM25, which counts the names and texts of a row together.
_IN_NAMES = range(3)
_SCORES = ("length(label)",) * 3 + ("bm25(search, 10, 1, 0)",) * 2
_HITS = " UNION ALL ".join(
    f"SELECT * FROM (SELECT rowid, {rank}, {score} FROM search"
    f" WHERE search MATCH ?{rank + 1} LIMIT {CANDIDATES})"
    for rank, score in enumerate(_SCORES)
)
_FIND = f"""
WITH hit (number, rank, score) AS ({_HITS})
SELECT number, min(rank), score FROM hit GROUP BY number
ORDER BY (number >= {_first(Place.APART)}) + (number >= {_first(Place.WITHDRAWN)}), min(rank),
  number >= {_first(Place.OTHERS)}, score, number
"""


class Text(NamedTuple):
    """A literal that can be searched; `predicate` is "" for the end of an IRI."""

    text: str
    language: str
    predicate: str


@dataclass(frozen=True)
class Hit:
    """A resource that has all the words, and the text of it that shows them best."""

    iri: str
    classes: Sequence[str]
    predicate: str  # that the text is the value of; "" for the end of the IRI
    language: str
    snippet: Sequence[Part]
    is_withdrawn: bool


@dataclass(frozen=True)
class Entry:
    """What the index holds of a resource."""

    iri: str
    names: Sequence[Text]
    texts: Sequence[Text]
    classes: Sequence[str]


@dataclass(frozen=True)
class Hits:
    """Some of the resources that a query finds, the best first.

    `total` is how many there are, or CANDIDATES if there are that many or more.
    """

    total: int
    hits: Sequence[Hit] = ()

    @property
    def is_counted(self) -> bool:
        """Is `total` the number of all?"""
        return self.total < CANDIDATES


class SearchWriter:
    """Fills the index of a database that has the SCHEMA."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._next = {place: _first(place) for place in Place}

    def add(
        self,
        iri: str,
        names: Sequence[Text],
        texts: Sequence[Text],
        classes: Iterable[str],
        place: Place,
    ) -> None:
        """Add a resource. One without a name is called by the end of its IRI, and found by that."""
        classes = sorted(set(classes))
        names = names or [Text(_end(iri), "", "")]
        label, text = _join(names), _join(texts)
        kept = (*names[: label.count(END) + 1], *texts[: text.count(END) + 1])
        about = {
            "classes": classes,
            "texts": [(each.predicate, each.language) for each in kept],
        }
        row = (
            self._next[place],
            label,
            text,
            " ".join([*map(_key_of_class, classes), *(_key_of_name(each.text) for each in names)]),
            iri,
            json.dumps(about, ensure_ascii=False, separators=(",", ":")),
        )
        self._database.execute(
            "INSERT INTO search (rowid, label, text, key, iri, about) VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        self._next[place] += 1

    def finish(self) -> None:
        self._database.execute("INSERT INTO search (search) VALUES ('optimize')")


class SearchIndex:
    """Searches a resources.db, from any number of threads but in one at a time.

    It has a connection of its own, so that no other reader waits for a search.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        self._database.close()

    def search(
        self, text: str, limit: int, offset: int = 0, class_iri: str = "", language: str = ""
    ) -> Hits:
        """The resources that have every word of a text, or a word that begins with it.

        Those come first that are called so, then those that have the words in their
        names, whole words before beginnings, then those that have them in other texts;
        of equal ones, the publication's own. What is APART stands behind all others, and what
        is WITHDRAWN behind that. With
        `class_iri`, only its instances are found. Of the texts that show a match equally
        well, one in `language` is shown.

        Raises SearchRefused if the text is too long.
        """
        words = read_words(text)
        if not words:
            return Hits(0)
        matches = _matches(words, class_iri)
        found = self._database.rows(_FIND, *matches)[:CANDIDATES]
        page = found[offset : offset + limit]
        rows = self._marked(matches[-1], [number for number, *_ in page])
        hits = [
            _hit(rows[number], rank in _IN_NAMES, language, number >= _first(Place.WITHDRAWN))
            for number, rank, _ in page
        ]
        return Hits(len(found), hits)

    def entries(self) -> Iterator[Entry]:
        """All that is indexed and not withdrawn, the publication's own things first."""
        last = 0
        while rows := self._database.rows(
            "SELECT rowid, iri, about, label, text FROM search"
            " WHERE rowid > ? AND rowid < ? ORDER BY rowid LIMIT ?",
            last,
            _first(Place.WITHDRAWN),
            AT_ONCE,
        ):
            yield from (_entry(*row[1:]) for row in rows)
            last = rows[-1][0]

    def _marked(self, match: str, numbers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """The rows of these numbers, with what matches marked."""
        marks = ", ".join("?" * len(numbers))
        rows = self._database.rows(
            "SELECT rowid, iri, about, highlight(search, 0, ?, ?), highlight(search, 1, ?, ?)"
            f" FROM search WHERE search MATCH ? AND +rowid IN ({marks})",
            *(BEGIN, STOP) * 2,
            match,
            *numbers,
        )
        return {row[0]: row[1:] for row in rows}


def read_words(text: str) -> list[str]:
    """The words of a query, as they are written; what holds neither letter nor digit is none.

    Raises SearchRefused if there are more than QUERY_WORDS, or QUERY_CHARACTERS of text.
    """
    if len(text) > QUERY_CHARACTERS:
        raise SearchRefused(
            f"the text to search for has {len(text)} characters; at most {QUERY_CHARACTERS} go"
        )
    plain = text.encode("utf-8", "ignore").decode().translate(BLANKED)
    # SQLite takes the symbols that are younger than its tables, such as emoji, for letters.
    plain = "".join(" " if unicodedata.category(c) == "So" else c for c in plain)
    words = [word for word in dict.fromkeys(plain.split()) if any(map(str.isalnum, word))]
    if len(words) > QUERY_WORDS:
        raise SearchRefused(
            f"the text to search for has {len(words)} words; at most {QUERY_WORDS} go"
        )
    return words


def _matches(words: Sequence[str], class_iri: str) -> list[str]:
    """What each rank looks for, in the syntax of FTS5. The last finds all that the others do."""

    def all_of(columns: str, star: str) -> str:
        phrases = " AND ".join('"' + word.replace('"', '""') + '"' + star for word in words)
        return f"{{{columns}}} : ({phrases}){of_class}"

    of_class = f" AND key : {_key_of_class(class_iri)}" if class_iri else ""
    in_names, name = all_of("label", ""), _key_of_name(" ".join(words))
    return [
        f"{in_names} AND key : {name}",
        in_names,
        all_of("label", "*"),
        all_of("label text", ""),
        all_of("label text", "*"),
    ]


def _key_of_class(iri: str) -> str:
    """One word that stands for a class: of an IRI the tokenizer would make several."""
    return "c" + sha256(iri.encode()).hexdigest()[:20]


def _key_of_name(text: str) -> str:
    """One word that stands for a whole name, whatever its case and its diacritics."""
    plain = unicodedata.normalize("NFKD", text[:QUERY_CHARACTERS])
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "n" + sha256(" ".join(words).casefold().encode()).hexdigest()[:20]


def _end(iri: str) -> str:
    return re.split(r"[/#:]", iri.rstrip("/#"))[-1]


def _join(texts: Sequence[Text]) -> str:
    plain = (each.text[:TEXT_CHARACTERS].translate(BLANKED) for each in texts)
    return END.join(plain)[:ROW_CHARACTERS]


def _entry(iri: str, about: str, label: str, text: str) -> Entry:
    known = json.loads(about)
    names, texts = label.split(END), text.split(END) if text else []
    said = [
        Text(each, language, predicate)
        for each, (predicate, language) in zip([*names, *texts], known["texts"], strict=False)
    ]
    return Entry(iri, said[: len(names)], said[len(names) :], known["classes"])


def _hit(row: tuple[Any, ...], is_in_name: bool, language: str, is_withdrawn: bool) -> Hit:
    """A marked row as a hit: the text with most of its words marked stands for it."""
    iri, about, label, text = row
    known = json.loads(about)
    names, others = list(read_marks(label)), list(read_marks(text)) if text else []
    shown = list(zip(known["texts"], names if is_in_name else [*names, *others], strict=False))

    def fitness(each: tuple[tuple[str, str], list[Part]]) -> tuple[int, bool]:
        (_, tag), parts = each
        return len({part.text.casefold() for part in parts if part.is_match}), tag == language

    (predicate, tag), parts = max(shown, key=fitness)
    return Hit(iri, known["classes"], predicate, tag, shorten(parts), is_withdrawn)
