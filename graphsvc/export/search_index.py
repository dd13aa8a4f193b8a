"""The index that a page searches by itself: the names and texts of what has a page.

It is one file in JSON, so it is bounded: beyond TEXTS resources there are names only, and
beyond NAMES none at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from graphsvc.release import Release
from graphsvc.search import Entry

TEXTS = 2_000
NAMES = 20_000
TEXT_CHARACTERS = 300  # of the texts of a resource


def search_index(release: Release, link: Callable[[str], str | None]) -> tuple[str, int]:
    """The index, and how many resources it leaves out. `link` leads to the page of an IRI."""
    linked = ((each, link(each.iri)) for each in release.resources.entries())
    found = ((entry, href) for entry, href in linked if href is not None)
    rows = [_row(*each, number) for number, each in enumerate(islice(found, NAMES))]
    omitted = sum(1 for _ in found)
    classes = sorted({iri for row in rows for iri in row["c"]})
    numbers = {iri: number for number, iri in enumerate(classes)}
    for row in rows:
        row["c"] = [numbers[iri] for iri in row["c"]]
    labels = release.resources.labels(classes)
    table = {
        "classes": [{"iri": iri, "names": labels.get(iri, {})} for iri in classes],
        "resources": rows,
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")), omitted


def _row(entry: Entry, href: str, number: int) -> dict[str, Any]:
    """Short names, for there are many: link, names with their languages, texts, classes."""
    row: dict[str, Any] = {
        "p": href,
        "n": [[text.text, text.language] for text in entry.names],
        "c": list(entry.classes),
    }
    if number < TEXTS and (text := " ".join(each.text for each in entry.texts)[:TEXT_CHARACTERS]):
        row["t"] = text
    return row
