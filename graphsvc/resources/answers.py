"""What a look-up in a resources.db can give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


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


@dataclass(frozen=True)
class Concept:
    """What a concept means, by language ("" where that is none), and its scheme ("" if none)."""

    scheme: str
    meanings: Mapping[str, str]
