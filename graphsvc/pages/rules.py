"""What shapes demand, as rules that a template puts into plain words.

Read from the graph as it stands: a release that was built without running its shapes may
hold shapes that no engine would take, and what cannot be understood is left out.

Spec: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc import paths
from graphsvc.errors import ShapesError
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.statements import Text
from graphsvc.paths import Term
from graphsvc.shacl.model import ShapesGraph
from graphsvc.vocab import RDF_LANG_STRING, XSD_STRING, sh

NESTING = 5  # shapes within shapes
LISTED = 30  # members of a list that a rule names

# Parameters that say all by their values, in the order that they are told.
_PLAIN = (
    *("class", "datatype", "nodeKind", "hasValue", "node", "uniqueLang", "pattern"),
    *("minLength", "maxLength", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
)
_LISTS = ("in", "languageIn")
_OF_SHAPES = ("and", "or", "xone")

Step = str | Link


@dataclass(frozen=True)
class Rule:
    """One demand. `kind` is the local name of the parameter of SHACL that makes it, but for

    - count: sh:minCount and sh:maxCount, of values, or of those that keep all of `parts`
    - property: what the values of `path` must be
    - component: a constraint component of the shapes' own, and its parameters

    `parts` are rules that belong together, one list for each shape; `left` of the
    values are too many to be named.
    """

    kind: str
    values: tuple[Link | Text, ...] = ()
    parts: tuple[tuple[Rule, ...], ...] = ()
    path: tuple[Step, ...] = ()
    least: int = 0
    most: int | None = None
    left: int = 0


class Rules:
    """Reads the rules of shapes, under the names that a reader knows things by."""

    def __init__(self, edition: Edition, graph: ShapesGraph) -> None:
        self.edition, self.graph = edition, graph
        self._links: dict[str, Link] = {}
        self._components = {
            node.value: [
                path
                for parameter in graph.objects(node, sh("parameter"))
                for path in graph.objects(parameter, sh("path"))
                if isinstance(path, NamedNode)
            ]
            for node in graph.instances(sh("ConstraintComponent"))
            if isinstance(node, NamedNode)
        }

    def link(self, iri: str) -> Link:
        """A resource by its name."""
        if iri not in self._links:
            self._links |= self.edition.links([iri])
        return self._links[iri]

    def path(self, node: Term) -> tuple[Step, ...]:
        """The path of a property shape as SPARQL writes it; empty if there is none."""
        path = self._path(node)
        return () if path is None else tuple(self._steps(path))

    def predicates(self, node: Term) -> list[str]:
        """The properties in the path of a property shape."""
        path = self._path(node)
        return [] if path is None else [each.value for each in paths.predicates(path)]

    def _path(self, node: Term) -> paths.Path | None:
        for each in self.graph.objects(node, sh("path")):
            with suppress(ShapesError):
                return paths.read_path(each, self.graph.objects)
        return None

    def of(self, node: Term, within: tuple[Term, ...] = ()) -> tuple[Rule, ...]:
        """What a shape demands of a node or a value, without its property shapes."""
        return tuple(self._rules(node, (*within, node)))

    def texts(self, node: Term, predicate: NamedNode) -> dict[str, str]:
        """The texts that a property gives, by language."""
        literals = [each for each in self.graph.objects(node, predicate) if _is_text(each)]
        return {each.language or "": each.value for each in literals if isinstance(each, Literal)}

    def _rules(self, node: Term, within: tuple[Term, ...]) -> Iterator[Rule]:
        yield from self._count(node, "minCount", "maxCount")
        for name in _PLAIN:
            for value in self.graph.objects(node, sh(name)):
                yield from self._plain(name, value, node, within)
        yield from self._of_lists(node)
        yield from self._of_shapes(node, within)
        if self.graph.is_true(node, sh("closed")):
            yield Rule("closed", tuple(self._values(self._members(node, "ignoredProperties"))))
        yield from self._own(node)

    def _of_lists(self, node: Term) -> Iterator[Rule]:
        for name in _LISTS:
            if self.graph.objects(node, sh(name)):
                members = list(self._members(node, name))
                values = tuple(self._values(members[:LISTED]))
                yield Rule(name, values, left=max(0, len(members) - LISTED))

    def _of_shapes(self, node: Term, within: tuple[Term, ...]) -> Iterator[Rule]:
        for name in _OF_SHAPES:
            inner = (self._inside(each, within) for each in self._members(node, name))
            if parts := tuple(part for part in inner if part):
                yield Rule(name, parts=parts)
        for each in self.graph.objects(node, sh("not")):
            yield Rule("not", parts=(self._inside(each, within),))
        for each in self.graph.objects(node, sh("qualifiedValueShape")):
            qualified = (self._inside(each, within),)
            yield from self._count(node, "qualifiedMinCount", "qualifiedMaxCount", qualified)

    def _members(self, node: Term, name: str) -> Iterator[Term]:
        """The members of the lists that a property leads to."""
        for head in self.graph.objects(node, sh(name)):
            yield from self.graph.members(head)

    def _plain(
        self, name: str, value: Term, node: Term, within: tuple[Term, ...]
    ) -> Iterator[Rule]:
        if name == "node" and isinstance(value, BlankNode):
            yield from self._inside(value, within)
        elif name != "uniqueLang" or self.graph.is_true(node, sh(name)):
            flags = self.graph.objects(node, sh("flags")) if name == "pattern" else ()
            if values := tuple(self._values((value, *flags))):
                yield Rule(name, values)

    def _count(
        self, node: Term, least: str, most: str, parts: tuple[tuple[Rule, ...], ...] = ()
    ) -> Iterator[Rule]:
        fewest, many = (
            [int(each.value) for each in self.graph.objects(node, sh(name)) if _is_count(each)]
            for name in (least, most)
        )
        if any(fewest) or many:
            yield Rule("count", parts=parts, least=max(fewest or [0]), most=min(many, default=None))

    def _inside(self, node: Term, within: tuple[Term, ...]) -> tuple[Rule, ...]:
        """What a shape within another demands: one with a name is told of by that alone."""
        if isinstance(node, NamedNode):
            return (Rule("node", (self.link(node.value),)),)
        if node in within or len(within) > NESTING:
            return ()
        rules = self.of(node, within)
        if path := self.path(node):
            rules = (Rule("property", path=path, parts=(rules,)),)
        inner = self.graph.objects(node, sh("property"))
        return (*rules, *(rule for each in inner for rule in self._inside(each, (*within, node))))

    def _own(self, node: Term) -> Iterator[Rule]:
        """Queries, and constraint components that are not SHACL's."""
        for query in self.graph.objects(node, sh("sparql")):
            texts = self.texts(query, sh("message"))
            name = self.edition.localized(texts) if texts else None
            yield Rule("sparql", (Text(name.text, name.language, None),) if name else ())
        for component, parameters in self._components.items():
            given = {each: self.graph.objects(node, each) for each in parameters}
            parts = tuple(
                (Rule("parameter", tuple(self._values((parameter, *values)))),)
                for parameter, values in given.items()
                if values
            )
            if parts:
                yield Rule("component", (self.link(component),), parts)

    def _values(self, terms: Iterable[Term]) -> Iterator[Link | Text]:
        for term in terms:
            if isinstance(term, NamedNode):
                yield self.link(term.value)
            elif isinstance(term, Literal):
                plain = term.datatype in (XSD_STRING, RDF_LANG_STRING)
                datatype = None if plain else self.link(term.datatype.value)
                yield Text(term.value, term.language or "", datatype)

    def _steps(self, path: paths.Path, nested: bool = False) -> Iterator[Step]:
        match path:
            case NamedNode():
                yield self.link(path.value)
                return
            case paths.Inverse(inner):
                steps: Sequence[Step] = ["^", *self._steps(inner, nested=True)]
            case paths.Repeated(inner, sign):
                steps = [*self._steps(inner, nested=True), sign]
            case paths.Sequence(members):
                steps = self._joined(members, " / ")
            case paths.Alternative(members):
                steps = self._joined(members, " | ")
        yield from ("(", *steps, ")") if nested else steps

    def _joined(self, members: Iterable[paths.Path], sign: str) -> list[Step]:
        steps: list[Step] = []
        for member in members:
            steps += [*((sign,) if steps else ()), *self._steps(member, nested=True)]
        return steps


def _is_text(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype in (XSD_STRING, RDF_LANG_STRING)


def _is_count(term: Term) -> bool:
    """Is it a count that can be told? One of more digits than these nobody means."""
    return isinstance(term, Literal) and term.value.isdecimal() and len(term.value) < 10
