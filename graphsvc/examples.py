"""The example queries of a release, as the SIB's model has them.

Each is an executable that the data, not the shapes, describes. Its prefixes are those
that its sh:prefixes leads to; where these say nothing, the publication's own, which the
endpoint knows as well.

Spec: https://github.com/sib-swiss/sparql-examples
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc import prefixes
from graphsvc.executables import CLASSES, FORM_OF_PROPERTY, runnable
from graphsvc.paths import Term
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES, RDFS_COMMENT, RDFS_LABEL, SCHEMA_KEYWORDS


@dataclass(frozen=True)
class Example:
    """One example query.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE. Labels and comments are by language, ""
    where they have none. `text` is the query, with the PREFIX lines that it needs.
    """

    iri: str
    form: str
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    keywords: tuple[str, ...]
    text: str


def examples_of(release: Release) -> tuple[Example, ...]:
    """The example queries of a release, by IRI."""
    described = _Described(release)
    known = PREFIXES | dict(release.manifest.prefixes)
    found = (_read(NamedNode(iri), described, known) for iri in _iris(release))
    return tuple(example for example in found if example)


def quads_of_examples(release: Release) -> list[Quad]:
    """What is said of the example queries and of the prefixes that they name, as written."""
    described = _Described(release)
    for iri in _iris(release):
        prefixes.declared(NamedNode(iri), described.objects)
    return list(dict.fromkeys(described.quads))


def _iris(release: Release) -> list[str]:
    """The IRIs of what is an executable; a blank node cannot be asked for."""
    counts = release.manifest.classes
    found = {
        iri
        for each in CLASSES
        for iri in release.resources.instances(each.value, counts.get(each.value, 0))
    }
    return sorted(iri for iri in found if not iri.startswith("_:"))


def _read(node: NamedNode, described: _Described, known: Mapping[str, str]) -> Example | None:
    for predicate, form in FORM_OF_PROPERTY.items():
        for text in described.objects(node, predicate):
            own = prefixes.declared(node, described.objects)
            return Example(
                node.value,
                form,
                described.texts(node, RDFS_LABEL),
                described.texts(node, RDFS_COMMENT),
                tuple(sorted(each.value for each in described.objects(node, SCHEMA_KEYWORDS))),
                runnable(text.value.strip(), {**known, **own}),
            )
    return None


class _Described:
    """Looks up what a release says of nodes outside its shapes, and remembers it."""

    def __init__(self, release: Release) -> None:
        self._resources = release.resources
        self._shapes = NamedNode(release.settings.graph_iri("shapes"))
        self._asked: set[str] = set()
        self.quads: list[Quad] = []
        self._objects: dict[tuple[Term, NamedNode], list[Term]] = {}

    def objects(self, node: Term, predicate: NamedNode) -> list[Term]:
        """The objects, in the canonical order of the release."""
        if isinstance(node, NamedNode) and node.value not in self._asked:
            self._asked.add(node.value)
            for quad in self._resources.describe(node.value):
                if quad.graph_name != self._shapes:
                    self._take(quad)
        return self._objects.get((node, predicate), [])

    def texts(self, node: Term, predicate: NamedNode) -> dict[str, str]:
        """The texts by language, the first where there are several."""
        literals = [each for each in self.objects(node, predicate) if isinstance(each, Literal)]
        return {each.language or "": each.value for each in reversed(literals)}

    def _take(self, quad: Quad) -> None:
        self.quads.append(quad)
        subject, object_ = cast("Term", quad.subject), cast("Term", quad.object)
        found = self._objects.setdefault((subject, quad.predicate), [])
        if object_ not in found:
            found.append(object_)
