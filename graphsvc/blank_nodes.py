"""Blank nodes: the components that they form, and canonical labels within one.

Two blank nodes are of one component if a statement has both, or a third is of
one with each. No label of a blank node depends on another component, so each
can be labelled by itself, and two graphs agree on a component that both have.

Spec: https://www.w3.org/TR/rdf-canon/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import permutations
from math import factorial
from typing import NamedTuple, TypeVar, cast

from graphsvc.errors import BlankNodesError, printable

HASHES = 10_000_000  # of related blank nodes, for one component: a quarter of a minute of work
ISSUED = 32  # labels that pyoxigraph copies, once for each order, in the time of one hash
FEW_LINKS = 5  # of one component: however they are arranged, they are no matter
_LINE = re.compile(r'([^ ]+) ([^ ]+) (".*"[^ ]*|[^ ]+)( [^ ]+)? \.\n', re.DOTALL)


class Statement(NamedTuple):
    """A line of canonical N-Quads, taken apart."""

    subject: str
    predicate: str
    object: str
    graph: str  # with a space before it; empty for the default graph

    @classmethod
    def of(cls, line: str) -> Statement:
        """`line` ends in a line feed."""
        found = _LINE.fullmatch(line)
        assert found is not None, line
        return cls(found[1], found[2], found[3], found[4] or "")

    @property
    def blank_nodes(self) -> list[str]:
        """Those that it states something of, or that it leads to; no graph is named by one."""
        return [term for term in (self.subject, self.object) if is_blank(term)]

    def line(self, labels: Mapping[str, str]) -> str:
        """The line again, its blank nodes under other labels."""
        subject = labels.get(self.subject, self.subject)
        object_ = labels.get(self.object, self.object)
        return f"{subject} {self.predicate} {object_}{self.graph} .\n"


Component = Sequence[Statement]


def is_blank(term: str) -> bool:
    return term.startswith("_:")


def has_blank(line: str) -> bool:
    """Does a line of canonical N-Quads have a blank node?"""
    if "_:" not in line:  # nearly always, and a literal may have it too
        return False
    return is_blank(line) or is_blank(line.split(" ", 2)[2])


def components(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The components of the blank nodes of statements, each of which has at least one."""
    parents: dict[str, str] = {}
    statements = list(statements)
    for statement in statements:
        first, *others = statement.blank_nodes
        for other in others:
            parents[_top(parents, other)] = _top(parents, first)
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(_top(parents, statement.blank_nodes[0]), []).append(statement)
    yield from found.values()


def canonical_order(component: Component, hashes: int = HASHES) -> list[str]:
    """The blank nodes of a component in the order in which RDFC-1.0 labels them.

    Raises BlankNodesError if more than so many hashes are needed to tell them apart.
    """
    nodes = {node: None for statement in component for node in statement.blank_nodes}
    return list(nodes) if len(nodes) == 1 else _Labelling(component, hashes).order()


def refuse_symmetry(links: Iterable[str], statements: Callable[[], Iterable[Statement]]) -> None:
    """Raise BlankNodesError for a graph that RDFC-1.0 could take for ever to label.

    `links` are the quads, as N-Quads begin, that lead from one blank node to another; mostly they
    tell that all is well. `statements` gives all that mention a blank node, in any order.
    Work grows with the factorial of how many are alike at one place, and with the power
    of how often that is so along a way. Other components count in so far as
    they can be so much alike that a blank node has no hash of its own.
    """
    linked = _linked(link.split(" ", 3)[:3] for link in links)
    doubtful = [
        component
        for component in linked.values()
        if len(component) > FEW_LINKS and _most_hashes(component) > HASHES
    ]
    if not doubtful:
        return
    nodes = {node for links in linked.values() for one, _, other in links for node in (one, other)}
    mentioning = (each for each in statements() if not nodes.isdisjoint(each.blank_nodes))
    labellings = [_Labelling(component, HASHES) for component in components(sorted(mentioning))]
    counts = Counter(digest for labelling in labellings for digest in labelling.first.values())
    suspects = {component[0][0] for component in doubtful}
    for labelling in labellings:
        if not suspects.isdisjoint(labelling.first):
            labelling.order(counts)


def _linked(links: Iterable[list[str]]) -> dict[str, list[list[str]]]:
    """Subject, predicate and object of links, by component, one node of which is the key."""
    parents: dict[str, str] = {}
    links = list(links)
    for one, _, other in links:
        top = _top(parents, one)
        parents[_top(parents, other)] = top
    found: dict[str, list[list[str]]] = {}
    for link in links:
        found.setdefault(_top(parents, link[0]), []).append(link)
    return found


def _top(parents: dict[str, str], node: str) -> str:
    parent = parents.setdefault(node, node)
    while parent != node:
        parents[node] = node = parents[parent]
        parent = parents[node]
    return node


def _most_hashes(links: Sequence[list[str]]) -> int:
    """A number that labelling a component cannot need more hashes than.

    From each node all others may be visited once, in every order of those that are reached alike.
    """
    nodes: set[str] = set()
    alike: Counter[tuple[str, str, str]] = Counter()
    for subject, predicate, object_ in links:
        nodes.update((subject, object_))
        alike[subject, predicate, "to"] += 1
        alike[object_, predicate, "from"] += 1
    most = len(nodes) * (2 * len(links) + len(alike) * (1 + len(nodes) // ISSUED))
    for number in alike.values():
        if most > HASHES:
            break
        most *= factorial(number)
    return most


class _Issuer(dict[str, str]):
    """Labels given to blank nodes, in the order in which they were given."""

    def __init__(self, prefix: str, issued: Mapping[str, str] | None = None) -> None:
        super().__init__(issued or {})
        self._prefix = prefix

    def copy(self) -> _Issuer:
        return _Issuer(self._prefix, self)

    def issue(self, node: str) -> str:
        return self.setdefault(node, f"_:{self._prefix}{len(self)}")


Answer = TypeVar("Answer")
_Hashed = tuple[str, _Issuer]  # a hash or a path, and what was labelled on the way
_Exploring = Generator[tuple[str, _Issuer], _Hashed, Answer]  # asks for what another node hashes to


class _Labelling:
    """RDFC-1.0 of one component, under the names that the specification gives to its parts."""

    def __init__(self, component: Component, hashes: int) -> None:
        self._component = component
        self._left = hashes
        self._statements: dict[str, list[Statement]] = {}
        for statement in component:
            for node in dict.fromkeys(statement.blank_nodes):
                self._statements.setdefault(node, []).append(statement)
        self.first = {node: self._first_degree(node) for node in self._statements}
        self._canonical = _Issuer("c14n")

    def order(self, counts: Mapping[str, int] | None = None) -> list[str]:
        """The nodes as they are labelled; `counts` tells how many in the graph share a first hash.

        Spec: https://www.w3.org/TR/rdf-canon/#canon-algo-algo
        """
        alike: dict[str, list[str]] = {}
        for node, digest in self.first.items():
            alike.setdefault(digest, []).append(node)
        counts = counts or Counter(self.first.values())
        for digest in sorted(alike):
            if counts[digest] == 1:
                self._canonical.issue(*alike.pop(digest))
        for digest in sorted(alike):
            left = [node for node in alike[digest] if node not in self._canonical]
            found = [self._explore(node) for node in left]
            for _, issuer in sorted(found, key=lambda each: each[0]):
                for node in issuer:
                    self._canonical.issue(node)
        return list(self._canonical)

    def _first_degree(self, node: str) -> str:
        """Spec: https://www.w3.org/TR/rdf-canon/#hash-1d-quads"""
        labels = {other: "_:z" for each in self._statements[node] for other in each.blank_nodes}
        labels[node] = "_:a"
        lines = sorted(statement.line(labels) for statement in self._statements[node])
        return _digest("".join(lines))

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Spec: https://www.w3.org/TR/rdf-canon/#hash-related-blank-node"""
        found: dict[str, list[str]] = {}
        for statement in self._statements[node]:
            for position, other in (("s", statement.subject), ("o", statement.object)):
                if is_blank(other) and other != node:
                    known = self._canonical.get(other) or issuer.get(other) or self.first[other]
                    digest = _digest(f"{position}{statement.predicate}{known}")
                    found.setdefault(digest, []).append(other)
                    self._spend(1)
        return found

    def _explore(self, node: str) -> _Hashed:
        """Without recursion of Python's: a long list leads deeper than that goes."""
        exploring = self._n_degree(node, _Issuer("b", {node: "_:b0"}))
        waiting: list[_Exploring[_Hashed]] = []
        resume = partial(next, exploring)
        while True:
            try:
                deeper = resume()
            except StopIteration as done:
                if not waiting:
                    return cast("_Hashed", done.value)
                exploring = waiting.pop()
                resume = partial(exploring.send, done.value)
            else:
                waiting.append(exploring)
                exploring = self._n_degree(*deeper)
                resume = partial(next, exploring)

    def _n_degree(self, node: str, issuer: _Issuer) -> _Exploring[_Hashed]:
        """Spec: https://www.w3.org/TR/rdf-canon/#hash-nd-quads"""
        data = []
        for digest, nodes in sorted(self._related(node, issuer).items()):
            chosen: _Hashed | None = None
            for permutation in permutations(nodes):
                self._spend(1 + len(issuer) // ISSUED)
                path = chosen[0] if chosen else None
                own = issuer if len(nodes) == 1 else issuer.copy()
                found = yield from self._path(permutation, own, path)
                if found is not None and (chosen is None or found[0] < chosen[0]):
                    chosen = found
            assert chosen is not None
            path, issuer = chosen
            data += [digest, path]
        return _digest("".join(data)), issuer

    def _path(
        self, nodes: Sequence[str], issuer: _Issuer, chosen: str | None
    ) -> _Exploring[_Hashed | None]:
        """Where an order of related nodes leads to; None if the chosen path is before it."""
        path, deeper = "", []
        for node in nodes:
            if node in self._canonical:
                path += self._canonical[node]
            else:
                if node not in issuer:
                    deeper.append(node)
                path += issuer.issue(node)
            if _is_beyond(path, chosen):
                return None
        for node in deeper:
            digest, found = yield node, issuer
            path += f"{issuer.issue(node)}<{digest}>"
            issuer = found
            if _is_beyond(path, chosen):
                return None
        return path, issuer

    def _spend(self, hashes: int) -> None:
        self._left -= hashes
        if self._left < 0:
            raise _too_alike(self._component)


def _is_beyond(path: str, chosen: str | None) -> bool:
    return chosen is not None and len(path) >= len(chosen) and path > chosen


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _too_alike(component: Component) -> BlankNodesError:
    """That a component cannot be labelled, and where it is."""
    nodes = {node for statement in component for node in statement.blank_nodes}
    leading = min((each.subject for each in component if not is_blank(each.subject)), default="")
    where = f"{printable(leading)} leads to" if leading else "there are"
    what = f"{len(nodes)} blank nodes that are too much alike to be told apart; give them IRIs"
    return BlankNodesError(f"{where} {what}", frozenset(nodes))
