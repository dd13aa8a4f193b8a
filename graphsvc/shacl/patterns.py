"""The triple patterns of a query, each with its place among OPTIONAL, UNION and the like.

Only as much of SPARQL is read as tells which triples a query looks at. What is
not understood raises Unreadable, and the query then counts as looking at any.

Spec: https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from pyoxigraph import NamedNode

from graphsvc.paths import Alternative, Inverse, Path, Repeated, Sequence
from graphsvc.shacl.tokens import Token, Tokens, Unreadable
from graphsvc.shacl.ways import Anything, Hop
from graphsvc.vocab import RDF_TYPE

Node = str | NamedNode | None  # a variable's name, an IRI, or another constant
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Pattern:
    """A triple pattern."""

    subject: Node
    step: Hop
    object: Node

    @property
    def variables(self) -> Iterator[str]:
        return (node for node in (self.subject, self.object) if isinstance(node, str))


@dataclass(frozen=True)
class Child:
    """A group within a group."""

    kind: str  # "JOIN", "OPTIONAL", "MINUS", "EXISTS", or "BIND" for an EXISTS in a BIND
    group: Group


@dataclass
class Group:
    """A group graph pattern; its elements are in the order of the text."""

    elements: list[Pattern | Child] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)  # variables, those of groups within too
    projected: frozenset[str] | None = None  # of a subquery; None is no subquery


def read_patterns(
    text: str, prefixes: Mapping[str, str], bound: Mapping[str, Path | None]
) -> Group:
    """The pattern of a SELECT or ASK query.

    `bound` are the variables that stand for a path or a constant, which is None
    if it is no IRI. Raises Unreadable.
    """
    reader = _Reader(text, dict(prefixes), bound)
    return reader.query()


class _Reader(Tokens):
    """Reads a query from its first token to its last."""

    def __init__(
        self, text: str, prefixes: dict[str, str], bound: Mapping[str, Path | None]
    ) -> None:
        super().__init__(text)
        self._prefixes = prefixes
        self._bound = bound
        self._unnamed = count()

    def query(self) -> Group:
        while self.next.keyword not in ("SELECT", "ASK"):
            if self.take().keyword != "PREFIX":
                raise Unreadable("a prologue or form that is not looked into")
            name = self.take().text
            self._prefixes[name.removesuffix(":")] = self.take().text[1:-1]
        group = self._subquery() if self.next.keyword == "SELECT" else self._ask()
        if self.next.kind != "end":
            raise Unreadable("more than a query")
        return group

    def _ask(self) -> Group:
        self.expect("ASK")
        self.take_if("WHERE")
        return self._group()

    def _subquery(self) -> Group:
        """SELECT … up to what follows its modifiers."""
        self.expect("SELECT")
        projected: set[str] = set()
        all_of_them = False
        while self.next.keyword not in ("WHERE", "{"):
            token = self.take()
            if token.text == "(":
                self._skip_to(")", None)
            elif token.kind == "variable":
                projected.add(token.text[1:])
            all_of_them = all_of_them or token.text == "*"
        self.take_if("WHERE")
        group = self._group()
        group.projected = frozenset(group.mentioned if all_of_them else projected)
        while self.next.kind != "end" and self.next.text != "}":
            word = self.take().keyword
            if word in ("LIMIT", "OFFSET"):
                group.projected &= {"this"}
            if word in ("EXISTS", "VALUES"):
                raise Unreadable("an EXISTS or VALUES behind a pattern")
        return group

    def _group(self) -> Group:
        self.expect("{")
        if self.next.keyword == "SELECT":
            group = self._subquery()
        else:
            group = Group()
            while self.next.text != "}":
                self._element(group)
        self.expect("}")
        return group

    def _element(self, group: Group) -> None:
        keyword = self.next.keyword
        if keyword == ".":
            self.take()
        elif keyword == "{":
            self._child(group, "JOIN")
        elif keyword in _ELEMENTS:
            self.take()
            _ELEMENTS[keyword](self, group)
        else:
            self._triples(group)

    def _child(self, group: Group, kind: str) -> None:
        inner = self._group()
        group.mentioned |= inner.mentioned
        group.elements.append(Child(kind, inner))

    def _filter(self, group: Group) -> None:
        while self.next.text != "(":
            if self.next.text == "{":
                self._child(group, "EXISTS")
                return
            self._mention(group, self.take())
        self.take()
        self._skip_to(")", group)

    def _bind(self, group: Group) -> None:
        self.expect("(")
        self._skip_to(")", group, "BIND")

    def _values(self, group: Group) -> None:
        while self.next.text != "{":
            self._mention(group, self.take())
        self.take()
        self._skip_to("}", group)

    def _in_graph(self, group: Group) -> None:
        """A group about the shapes graph, which no triple of the data is in."""
        token = self.take()
        if token.kind == "variable" and token.text[1:] not in self._bound:
            raise Unreadable("any graph")
        self.expect("{")
        self._skip_to("}", group)

    def _skip_to(self, end: str, group: Group | None, kind: str = "EXISTS") -> None:
        """Up to the bracket that closes the one taken; groups of EXISTS on the way are read."""
        ends = [end]
        while ends:
            token = self.next
            if token.keyword == "EXISTS" and end == ")":
                self.take()
                if group is None:
                    raise Unreadable("an EXISTS outside of a pattern")
                self._child(group, kind)
                continue
            self.take()
            if token.text == ends[-1]:
                ends.pop()
            elif token.text in _BRACKETS:
                ends.append(_BRACKETS[token.text])
            elif group is not None:
                self._mention(group, token)

    @staticmethod
    def _mention(group: Group, token: Token) -> None:
        if token.kind == "variable":
            group.mentioned.add(token.text[1:])

    def _refuse(self, what: str) -> None:
        raise Unreadable(what)

    # Triples

    def _triples(self, group: Group) -> None:
        is_list = self.next.text == "["
        subject = self._node(group)
        if not is_list or self.next.text not in (".", "}"):
            self._properties(group, subject)

    def _properties(self, group: Group, subject: Node) -> None:
        while True:
            step = self._verb(group)
            while True:
                group.elements.append(Pattern(subject, step, self._node(group)))
                if not self.take_if(","):
                    break
            if not self.take_if(";"):
                return
            while self.take_if(";"):
                pass
            if self.next.text in (".", "}", "]"):
                return

    def _node(self, group: Group) -> Node:
        token = self.take()
        if token.kind == "variable":
            name = token.text[1:]
            if name in self._bound:
                value = self._bound[name]
                return value if isinstance(value, NamedNode) else None
            group.mentioned.add(name)
            return name
        if token.text == "[":
            own = f"[{next(self._unnamed)}]"
            if not self.take_if("]"):
                self._properties(group, own)
                self.expect("]")
            return own
        if token.text.startswith("_:"):
            return token.text
        return self._constant(token)

    def _constant(self, token: Token) -> Node:
        if token.kind in ("iri", "name"):
            return self._iri(token)
        if token.text in "+-":
            token = self.take()
        if token.kind == "string":
            if self.next.kind == "tag":
                self.take()
            elif self.take_if("^"):
                self.expect("^")
                self._iri(self.take())
        elif token.kind != "number" and token.text not in ("true", "false"):
            raise Unreadable(f"{token.text} in a triple pattern")
        return None

    def _iri(self, token: Token) -> NamedNode:
        if token.kind == "iri" and ":" in token.text:
            return NamedNode(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if token.kind != "name" or prefix not in self._prefixes or "\\" in local:
            raise Unreadable(f"{token.text}, which is no plain name")
        return NamedNode(self._prefixes[prefix] + local)

    def _verb(self, group: Group) -> Hop:
        token = self.next
        if token.kind != "variable":
            return self._alternative()
        self.take()
        name = token.text[1:]
        if name not in self._bound:
            group.mentioned.add(name)
            return Anything()
        value = self._bound[name]
        if value is None:
            raise Unreadable(f"{name} as a predicate")
        return self._repeated(value)

    def _alternative(self) -> Path:
        members = [self._sequence()]
        while self.take_if("|"):
            members.append(self._sequence())
        return members[0] if len(members) == 1 else Alternative(tuple(members))

    def _sequence(self) -> Path:
        members = [self._part()]
        while self.take_if("/"):
            members.append(self._part())
        return members[0] if len(members) == 1 else Sequence(tuple(members))

    def _part(self) -> Path:
        if self.take_if("^"):
            return Inverse(self._part())
        token = self.take()
        if token.text == "(":
            inner = self._alternative()
            self.expect(")")
        elif token.kind == "variable":
            value = self._bound.get(token.text[1:])
            if value is None:
                raise Unreadable(f"{token.text} in a path")
            inner = value
        else:
            inner = RDF_TYPE if token.text == "a" else self._iri(token)
        return self._repeated(inner)

    def _repeated(self, inner: Path) -> Path:
        sign = self.take_if("*", "+", "?")
        return Repeated(inner, sign) if sign else inner


_ELEMENTS: dict[str, Callable[[_Reader, Group], None]] = {
    "OPTIONAL": lambda reader, group: reader._child(group, "OPTIONAL"),
    "UNION": lambda reader, group: reader._child(group, "JOIN"),
    "MINUS": lambda reader, group: reader._child(group, "MINUS"),
    "FILTER": _Reader._filter,
    "BIND": _Reader._bind,
    "VALUES": _Reader._values,
    "GRAPH": _Reader._in_graph,
    "SERVICE": lambda reader, _: reader._refuse("a SERVICE"),
}
