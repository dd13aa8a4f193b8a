"""A catalogue as it was harvested: its triples, to be looked up with prefixed names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad

from graphsvc.harvest.descriptions import PREFIXES
from graphsvc.paths import Term
from graphsvc.vocab import RDF_TYPE

Node = NamedNode | BlankNode


class Catalogue:
    """Looks up what is said; classes and properties are prefixed names, such as dcat:Dataset."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self.quads = quads
        self._objects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self._instances: dict[str, dict[Node, None]] = defaultdict(dict)
        for quad in quads:
            subject, object_ = quad.subject, quad.object
            if not (isinstance(subject, Node) and isinstance(object_, Term)):
                continue  # a statement about a statement, which no profile has
            self._objects[subject, quad.predicate.value].append(object_)
            if quad.predicate == RDF_TYPE and isinstance(object_, NamedNode):
                self._instances[object_.value][subject] = None

    def instances(self, name: str) -> list[Node]:
        """The subjects of a class, in the order of the document."""
        return [*self._instances.get(expanded(name), {})]

    def all(self, node: Term, name: str) -> list[Term]:
        """The values of a property of a node."""
        return self._objects.get((node, expanded(name)), [])

    def nodes(self, node: Term, name: str) -> list[Node]:
        """Those that are no literals."""
        return [each for each in self.all(node, name) if isinstance(each, Node)]

    def iris(self, node: Term, name: str) -> list[str]:
        """Those that are IRIs."""
        return [each.value for each in self.all(node, name) if isinstance(each, NamedNode)]

    def text(self, node: Term, name: str) -> str | None:
        """The first value as a text, None if there is none."""
        found = self.all(node, name)
        return found[0].value if found else None

    def values(self, name: str) -> list[Term]:
        """Every value of a property, once."""
        predicate = expanded(name)
        found = (quad.object for quad in self.quads if quad.predicate.value == predicate)
        return [each for each in dict.fromkeys(found) if isinstance(each, Term)]

    @property
    def iri(self) -> str | None:
        """The IRI of the catalogue; of several, of that which is no part of another."""
        parts = {each for node in self.instances("dcat:Catalog") for each in self._parts(node)}
        named = [each for each in self.instances("dcat:Catalog") if isinstance(each, NamedNode)]
        first = [each.value for each in named if each not in parts] or [e.value for e in named]
        return first[0] if first else None

    def _parts(self, node: Term) -> Iterator[Node]:
        yield from self.nodes(node, "dct:hasPart")
        yield from self.nodes(node, "dcat:catalog")


@dataclass(frozen=True)
class Link:
    """An address that a catalogue names: whose it is, and by which property."""

    node: Node
    property: str  # prefixed
    iri: str


def links(catalogue: Catalogue, kinds: Iterable[tuple[str, str]]) -> Iterator[Link]:
    """The addresses that instances of a class have in a property, for each of these pairs."""
    for class_name, property in kinds:
        for node in catalogue.instances(class_name):
            for iri in catalogue.iris(node, property):
                yield Link(node, property, iri)


def expanded(name: str) -> str:
    """The IRI that a prefixed name stands for."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
