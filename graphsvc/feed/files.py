"""What is read of a feed's files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, parse, serialize

from graphsvc.feed import terms
from graphsvc.feed.writing import LOG_ENTRIES, ROOT, log_path
from graphsvc.formats import JSON_LD, N_QUADS, TRIG, Format

FORMATS = (TRIG, N_QUADS, JSON_LD)  # in our own order of preference
_CLOSED = re.compile(r"(?:volume-)?[1-9][0-9]*-[0-9a-f]{16}", re.ASCII)
# Those of the publication may change, and what is closed may not.
_PREFIXES = {"as": terms.AS, "ldes": terms.LDES, "sh": terms.SH, "tree": terms.TREE}


@dataclass(frozen=True)
class Entry:
    """What a commit has changed, for people: not every resource is named."""

    name: str
    commit: str | None
    published: str
    subject: str
    counts: Mapping[str, int]  # by kind of activity
    resources: Mapping[str, Sequence[str]]  # IRIs, by kind of activity


def closed_nodes(release: Path) -> Iterator[str]:
    """The names of the pages and volumes that are closed."""
    for path in sorted((release / terms.PATH).glob(f"*.{N_QUADS.suffix}")):
        if _CLOSED.fullmatch(path.stem):
            yield path.stem


def node_path(release: Path, name: str) -> Path | None:
    """The file of a closed node, or of the root if the name is ""; None if there is none."""
    if not name:
        return release / terms.PATH / ROOT
    path = release / terms.PATH / f"{name}.{N_QUADS.suffix}"
    return path if _CLOSED.fullmatch(name) and path.is_file() else None


def read_node(path: Path, format: Format) -> bytes:
    """A node in a format: the same each time for one that is closed."""
    if format is N_QUADS:
        return path.read_bytes()
    quads: Iterable[Quad] = parse(path=str(path), format=N_QUADS.rdf)
    content = serialize(quads, format=format.rdf, prefixes=_PREFIXES)
    assert content is not None
    return content


def read_entries(release: Path, total: int, offset: int, limit: int) -> list[Entry]:
    """Some entries of the log, which has `total`; the last come first."""
    last = total - offset
    first = max(0, last - limit)
    entries: list[Entry] = []
    for number in range(first // LOG_ENTRIES, -(-last // LOG_ENTRIES)):
        table = json.loads(log_path(release / terms.PATH, number).read_text(encoding="utf-8"))
        begin = number * LOG_ENTRIES
        entries += (Entry(**row) for row in table[max(0, first - begin) : last - begin])
    return entries[::-1]
