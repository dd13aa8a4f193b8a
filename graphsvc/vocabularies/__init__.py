"""The terms that well-known vocabularies define, so that a misspelt one is found offline.

One text file for each vocabulary, named by its usual prefix: the namespace on
the first line, where the list comes from on further comment lines, then one
local name a line. A vocabulary without a file is not checked.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

_MEMBER = re.compile(r"_[1-9]\d*", re.ASCII)  # rdf:_1, rdf:_2 …


class Vocabulary:
    """The terms of one namespace."""

    def __init__(self, prefix: str, namespace: str, names: frozenset[str]) -> None:
        self.prefix, self.namespace, self.names = prefix, namespace, names

    def defines(self, name: str) -> bool:
        return name in self.names or (self.prefix == "rdf" and bool(_MEMBER.fullmatch(name)))

    def nearest(self, name: str) -> str | None:
        """The term that was most likely meant."""
        return next(iter(get_close_matches(name, sorted(self.names), n=1)), None)


@cache
def known() -> dict[str, Vocabulary]:
    """Every vocabulary that there is a list of, by namespace."""
    found = {}
    for file in files(__name__).iterdir():
        if file.name.endswith(".txt"):
            first, *lines = file.read_text(encoding="ascii").splitlines()
            names = frozenset(line for line in lines if line and not line.startswith("#"))
            namespace = first.removeprefix("# ")
            found[namespace] = Vocabulary(file.name.removesuffix(".txt"), namespace, names)
    return found


def split(iri: str) -> tuple[str, str]:
    """An IRI cut after its `#`, else its last `/`: where vocabularies end and terms begin."""
    cut = iri.rfind("#") + 1 or iri.rfind("/") + 1
    return iri[:cut], iri[cut:]
