"""The W3C's SHACL suite: the tests of its manifests as cases.

Spec: https://w3c.github.io/data-shapes/data-shapes-test-suite/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from manifests import MF, SHACL
from pyoxigraph import NamedNode, Quad

from graphsvc.paths import Term

_SHT = "http://www.w3.org/ns/shacl-test#"
_FAILURE = NamedNode(_SHT + "Failure")
PARTS = ("core", "sparql")


@dataclass(frozen=True)
class Case:
    """A test, and the file that it stands in."""

    iri: str
    file: str

    @property
    def expected(self) -> Term:
        """The node of the report that is to come of it, or sht:Failure."""
        return SHACL.graph(self.file).the(NamedNode(self.iri), MF + "result")

    @property
    def fails(self) -> bool:
        """Are its shapes to be refused?"""
        return self.expected == _FAILURE

    def data_graph(self) -> tuple[Quad, ...]:
        return self._of_action("dataGraph")

    def shapes_graph(self) -> tuple[Quad, ...]:
        return self._of_action("shapesGraph")

    def _of_action(self, name: str) -> tuple[Quad, ...]:
        graph = SHACL.graph(self.file)
        action = graph.the(NamedNode(self.iri), MF + "action")
        return SHACL.quads(graph.the(action, _SHT + name).value)


def cases(*parts: str) -> Iterator[Case]:
    """Every test of some parts, or of all.

    A manifest of manifests forgets sparql/component/nodeValidator-001, so the files are asked.
    """
    for part in parts or PARTS:
        for path in sorted((SHACL.folder / part).rglob("*.ttl")):
            file = SHACL.base_iri + path.relative_to(SHACL.folder).as_posix()
            graph = SHACL.graph(file)
            for manifest in graph.subjects[NamedNode(MF + "Manifest")]:
                for test in graph.list(graph.one(manifest, MF + "entries")):
                    yield Case(test.value, file)
