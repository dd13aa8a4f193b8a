"""The queries of a plan, for people to read: `graphsvc validate --explain`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Quad

from graphsvc.paths import Term
from graphsvc.shacl import wellformed
from graphsvc.shacl.compiler import compile_shapes
from graphsvc.shacl.model import ShapesGraph
from graphsvc.vocab import PREFIXES

_IRI = re.compile(r'"(?:[^"\\]|\\.)*"|^PREFIX .*|<([^<>"{}|^`\\\s]*)>', re.MULTILINE)
_LOCAL_NAME = re.compile(r"[A-Za-z_]([\w-]*\w)?", re.ASCII)


def explain(
    shapes_graph: Sequence[Quad], prefixes: Mapping[str, str], shape: Term | None = None
) -> str:
    """Every query that a shapes graph becomes, or those of one shape that has targets.

    Raises ShapesError if the shapes graph is wrong, or needs what the engine lacks.
    """
    wellformed.demand(shapes_graph)
    plans = compile_shapes(ShapesGraph(shapes_graph))
    parts = [plan.explain() for plan in plans if shape in (None, plan.shape.node)]
    return _Abbreviation(prefixes).apply("\n".join(parts))


class _Abbreviation:
    """Writes IRIs as prefixed names, and declares the prefixes that this takes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {iri: name for name, iri in {**PREFIXES, **prefixes}.items()}
        self._used: dict[str, str] = {}

    def apply(self, text: str) -> str:
        short = _IRI.sub(self._shorten, text)
        return "\n".join([*self._declared(), "", short])

    def _shorten(self, found: re.Match[str]) -> str:
        iri = found[1]
        if iri is None:  # a string, or a prefix that the query declares itself
            return found[0]
        end = max(iri.rfind("#"), iri.rfind("/")) + 1
        name = self._prefixes.get(iri[:end])
        if name is None or not _LOCAL_NAME.fullmatch(iri, end):
            return found[0]
        self._used[name] = iri[:end]
        return f"{name}:{iri[end:]}"

    def _declared(self) -> Iterator[str]:
        for name, iri in sorted(self._used.items()):
            yield f"PREFIX {name}: <{iri}>"
