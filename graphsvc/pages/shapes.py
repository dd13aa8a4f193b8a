"""The shapes of a release as pages tell of them: what each targets, demands, and has found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.pages.documents import SECTIONS, Section, fragment_of, read_sections
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.pages.rules import Rule, Rules, Step
from graphsvc.pages.statements import Statements
from graphsvc.paths import Term
from graphsvc.quality import SHAPES
from graphsvc.vocab import LABELS, OWL_CLASSES, OWL_TERMS, RDF_TYPE, RDFS_IS_DEFINED_BY, sh

_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_NAMES = {RDFS_IS_DEFINED_BY.value, *(label.value for label in LABELS)}
_SHAPES = {sh("NodeShape"), sh("PropertyShape")}


@dataclass(frozen=True)
class Target:
    """Where focus nodes come from: `kind` is the local name of the property of SHACL."""

    kind: str
    link: Link | None
    text: str = ""  # of a node that is a literal


@dataclass(frozen=True)
class PropertyRules:
    """A property shape. `results` is how many it has in this release, None if that is not known."""

    link: Link | None  # None if the shape has no IRI
    path: tuple[Step, ...]
    name: Name | None
    description: Name | None
    rules: Sequence[Rule]
    message: Name | None
    severity: str  # a local name of SHACL, or an IRI
    results: int | None
    targets: Sequence[Target]
    is_deactivated: bool


@dataclass(frozen=True)
class ShapeRules:
    """A shape with targets, or one that others refer to; `results` are those of its parts too."""

    link: Link
    targets: Sequence[Target]
    rules: Sequence[Rule]
    properties: Sequence[PropertyRules]
    message: Name | None
    results: int | None
    is_deactivated: bool


class ShapesRead:
    """The shapes of a release, to be looked up by what they are about."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._graph = edition.release.shapes
        self._rules = Rules(edition, self._graph)
        self._read: dict[Term, PropertyRules] = {}  # a class and a property tell of the same ones

    def shape(self, iri: str) -> ShapeRules:
        """A shape by its IRI, with its property shapes in their order."""
        node = NamedNode(iri)
        parts = self._graph.objects(node, sh("property"))
        properties = [self._property(each) for each in sorted(parts, key=self._rank)]
        path = self._rules.path(node)
        if path:  # a property shape that stands by itself
            properties.insert(0, self._property(node))
        known = [each.results for each in properties if each.link and each.link.iri != iri]
        own = self._results(iri)
        return ShapeRules(
            self._rules.link(iri),
            self._targets(node),
            () if path else self._rules.of(node),
            properties,
            self._text(node, "message"),
            None if own is None else own + sum(each or 0 for each in known),
            self._graph.is_true(node, sh("deactivated")),
        )

    def about_class(self, iri: str) -> list[PropertyRules]:
        """What instances of a class must be like, by the shapes that target it."""
        found = []
        for node in self._by_class.get(iri, ()):
            parts = sorted(self._graph.objects(node, sh("property")), key=self._rank)
            found += [self._property(each) for each in parts]
        return [each for each in found if each.path and not each.is_deactivated]

    def about_property(self, iri: str) -> list[PropertyRules]:
        """What values of a property must be like, by each shape that has it in its path."""
        found = [self._property(node) for node in self._by_property.get(iri, ())]
        return [each for each in found if not each.is_deactivated]

    def _property(self, node: Term) -> PropertyRules:
        if node not in self._read:
            self._read[node] = self._read_property(node)
        return self._read[node]

    def _read_property(self, node: Term) -> PropertyRules:
        name = self._text(node, "name")
        severity = next(iter(self._graph.objects(node, sh("severity"))), sh("Violation"))
        iri = node.value if isinstance(node, NamedNode) else None
        owners = [node, *self._graph.subjects(sh("property"), node)]
        return PropertyRules(
            self._rules.link(iri) if iri else None,
            self._rules.path(node),
            name,
            self._text(node, "description"),
            self._rules.of(node),
            self._text(node, "message"),
            str(severity.value).removeprefix(sh("").value),
            self._results(iri) if iri else None,
            [target for each in dict.fromkeys(owners) for target in self._targets(each)],
            any(self._graph.is_true(each, sh("deactivated")) for each in owners),
        )

    def _text(self, node: Term, name: str) -> Name | None:
        texts = self._rules.texts(node, sh(name))
        return self._edition.localized(texts) if texts else None

    def _rank(self, node: Term) -> tuple[float, str]:
        """By sh:order, then by path."""
        orders = [_number(each) for each in self._graph.objects(node, sh("order"))]
        steps = self._rules.path(node)
        path = "".join(each if isinstance(each, str) else each.iri for each in steps)
        return min(orders, default=float("inf")), path

    def _targets(self, node: Term) -> list[Target]:
        found = []
        for kind in _TARGETS:
            for term in self._graph.objects(node, sh(kind)):
                if isinstance(term, NamedNode):
                    found.append(Target(kind, self._rules.link(term.value)))
                elif isinstance(term, Literal):
                    found.append(Target(kind, None, term.value))
        if isinstance(node, NamedNode) and self._is_class(node):
            found.append(Target("targetClass", self._rules.link(node.value)))
        return found

    def _is_class(self, node: Term) -> bool:
        """Spec: https://www.w3.org/TR/shacl/#implicit-targetClass."""
        types = {str(each.value) for each in self._graph.objects(node, RDF_TYPE)}
        return not types.isdisjoint(OWL_CLASSES) and sh("NodeShape").value in types

    def _results(self, iri: str) -> int | None:
        if self._edition.release.manifest.valid is None:
            return None
        return self._results_by_shape.get(iri, 0 if self._knows_all else None)

    @cached_property
    def _results_by_shape(self) -> Mapping[str, int]:
        found: dict[str, int] = defaultdict(int)
        for row in self._edition.release.manifest.findings_by_shape:
            found[row["shape"]] += row["results"]
        return dict(found)

    @property
    def _knows_all(self) -> bool:
        return len(self._edition.release.manifest.findings_by_shape) < SHAPES

    @cached_property
    def _by_class(self) -> Mapping[str, Sequence[Term]]:
        found: dict[str, list[Term]] = defaultdict(list)
        for node in self._graph.nodes():
            for term in self._graph.objects(node, sh("targetClass")):
                found[str(term.value)].append(node)
            if isinstance(node, NamedNode) and self._is_class(node):
                found[node.value].append(node)
        return found

    @cached_property
    def _by_property(self) -> Mapping[str, Sequence[Term]]:
        found: dict[str, list[Term]] = defaultdict(list)
        for node in self._graph.nodes():
            if self._graph.subjects(sh("property"), node) or self._targets(node):
                for iri in dict.fromkeys(self._rules.predicates(node)):
                    found[iri].append(node)
        return found


def shapes_in(quads: Iterable[Quad]) -> list[str]:
    """The shapes that a document is about; none if it is about the terms of a vocabulary.

    What is a shape and a term at once counts as a term, and property shapes count only if
    there is neither a node shape nor a term.
    """
    shapes, terms, parts = {}, set(), set()
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            if quad.predicate == RDF_TYPE and quad.object in _SHAPES:
                shapes[quad.subject.value] = quad.object == sh("NodeShape")
            elif quad.predicate == RDF_TYPE and quad.object.value in OWL_TERMS:
                terms.add(quad.subject.value)
            elif quad.predicate == sh("property"):
                parts.add(quad.object.value)
    own = [iri for iri in shapes if iri not in terms]
    nodes = sum(shapes[iri] for iri in own)
    is_about_shapes = nodes > len(terms) or (own and not terms)
    return list(_heads(own, parts)) if is_about_shapes else []


def _heads(shapes: Iterable[str], parts: set[str]) -> Iterator[str]:
    return (iri for iri in shapes if iri not in parts)


def _number(term: Term) -> float:
    try:
        return float(term.value)
    except ValueError:
        return float("inf")


@dataclass(frozen=True)
class ShapesDocument:
    """The shapes of a document, each with its section; `fragments` are of all that is in it."""

    shapes: Sequence[tuple[ShapeRules, Section]]
    others: Sequence[Section]  # such as constraint components
    fragments: Mapping[str, str]
    omitted: int


def read_shapes(edition: Edition, iri: str, quads: Sequence[Quad]) -> ShapesDocument:
    """Make the shapes of a document ready to be shown, in the order of their IRIs."""
    statements = Statements(edition, quads)
    shapes = shapes_in(quads)
    told = {iri, *shapes, *(part.value for part in _parts(quads))}
    others = [each for each in statements.subjects() if each not in told]
    shown = [*shapes[:SECTIONS], *others[:SECTIONS]]
    sections = {each.link.iri: each for each in read_sections(edition, statements, iri, shown)}
    reading = ShapesRead(edition)
    return ShapesDocument(
        [(reading.shape(each), _beside(sections[each])) for each in shapes[:SECTIONS]],
        [sections[each] for each in others[:SECTIONS]],
        {each: fragment for each in statements.subjects() if (fragment := fragment_of(each, iri))},
        max(0, len(shapes) - SECTIONS),
    )


def _parts(quads: Iterable[Quad]) -> Iterator[NamedNode]:
    for quad in quads:
        if quad.predicate == sh("property") and isinstance(quad.object, NamedNode):
            yield quad.object


def _beside(section: Section) -> Section:
    """A section with what is said of a shape that is not of SHACL."""
    rows = [row for row in section.rows if not row.predicate.iri.startswith(sh("").value)]
    return replace(section, rows=[row for row in rows if row.predicate.iri not in _NAMES])
