"""Turtle as the generator writes it: one predicate a line, so that a line can be named.

Text is put together here without an RDF library: at ten million quads that is
what keeps the generator to a minute or two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO

FILE_QUADS = 250_000  # a file of a kind holds at most so many

PREFIXES = {
    "agent": "id/agent/",
    "assessment": "id/assessment/",
    "cc": "http://data.europa.eu/m8g/",
    "certification": "id/certification/",
    "certification-status": "def/certification-status/",
    "checksum": "id/checksum/",
    "cluster": "id/cluster/",
    "confidence": "def/confidence/",
    "correction": "id/correction/",
    "criterion": "id/criterion/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "defect": "def/defect/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "label-scheme": "def/label-scheme/",
    "level": "def/level/",
    "org": "http://www.w3.org/ns/org#",
    "outcome": "def/outcome/",
    "period": "id/period/",
    "programme": "id/programme/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "region": "id/region/",
    "s3p": "ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "source": "id/source/",
    "spdx": "http://spdx.org/rdf/terms#",
    "statement": "id/statement/",
    "topic": "def/topic/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def text(value: str, language: str = "") -> str:
    """A string as a Turtle literal; JSON's escapes are Turtle's."""
    quoted = json.dumps(value, ensure_ascii=False).replace("\u00a0", "\\u00A0")
    return f"{quoted}@{language}" if language else quoted


def labels(english: str, swedish: str) -> list[str]:
    """The two literals of a label."""
    return [text(english, "en"), text(swedish, "sv")]


@dataclass
class Description:
    """A subject and its properties, by predicate in the order of their lines."""

    subject: str  # a prefixed name, as all terms here
    properties: dict[str, list[str]]

    @property
    def quads(self) -> int:
        return sum(map(len, self.properties.values()))

    def line_of(self, predicate: str | None) -> int:
        """How far below the first line a predicate stands; without one, the first line."""
        return 0 if predicate is None else list(self.properties).index(predicate)

    def __str__(self) -> str:
        lines = (f"{name} {' , '.join(values)}" for name, values in self.properties.items())
        return f"{self.subject} " + " ;\n  ".join(lines) + " .\n\n"


@dataclass(frozen=True)
class Place:
    """Where a description begins: a file below the publication's folder, and a line."""

    file: str
    line: int


class Shelf:
    """The files of one kind, opened one after the other as they fill."""

    def __init__(self, root: Path, stem: str) -> None:
        self._root, self._stem = root, stem
        self._number = self._line = self._quads = 0
        self._file: IO[str] | None = None

    def write(self, description: Description) -> Place:
        """Append a description, and say where it begins."""
        quads = description.quads
        if self._file is None or self._quads + quads > FILE_QUADS:
            self._open_next()
        assert self._file is not None
        place = Place(self._name, self._line)
        self._file.write(str(description))
        self._line += len(description.properties) + 1
        self._quads += quads
        return place

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def _name(self) -> str:
        return f"{self._stem}-{self._number:04}.ttl"

    def _open_next(self) -> None:
        self.close()
        self._number += 1
        path = self._root / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="\n")
        header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
        self._file.write(f"# Written by bench/generator.py.\n{header}\n")
        self._line, self._quads = len(PREFIXES) + 3, 0
