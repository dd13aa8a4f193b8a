"""Where a text of statements mentions a node, in whatever form.

What a name may look like follows from the prefixes, unless it can be written
with escapes. What is found may be more than there is, never less.

Spec: https://www.w3.org/TR/turtle/#sec-iri
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.vocab import RDF_NIL

FEW = 50  # names; each of more would take longer to look for than all of them together
_STRING = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
_TOKEN = rb"<[^<>\s]*>|[^\s<>\"'(),;\[\]#^][^\s<>\"',;()\[\]^]*"
_TOKENS = re.compile(_TOKEN)
_FIRST_TOKENS = re.compile(rb"(?:^|\.)[ \t]*(" + _TOKEN + rb")", re.MULTILINE)
_LESS = ord("<")
_TAIL = re.compile(r"[^/#?]*\Z")
NAME_BYTES = frozenset(b"-_%:0123456789") | {
    *range(ord("A"), ord("Z") + 1),
    *range(ord("a"), ord("z") + 1),
    *range(0x80, 0x100),
}
_MAY_END_IN_NOTHING = (b"/>", b"#>", b"?>", b"<>", b".>")

Term = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Names:
    """A text and how names are written in it."""

    text: bytes
    base_iri: str
    prefixes: Mapping[str, str]
    has_escapes: bool
    is_plain: bool  # are names without escapes?

    @classmethod
    def of(cls, text: bytes, base_iri: str, prefixes: Mapping[str, str]) -> Names:
        has_escapes = b"\\" in text
        return cls(text, base_iri, prefixes, has_escapes, not _has_escaped_names(text))

    def edited(self, text: bytes, part: Names) -> Names:
        """The names of a text with another part."""
        return replace(
            self,
            text=text,
            has_escapes=self.has_escapes or part.has_escapes,
            is_plain=self.is_plain and part.is_plain,
        )

    def places(self, nodes: Iterable[Term], *, subjects: bool) -> Iterable[int] | None:
        """Where nodes are mentioned, or may be subjects, in order; None if it cannot be told."""
        if not self.is_plain:
            return None
        names: set[bytes] = set()
        for node in nodes:
            forms = self._forms(node)
            if forms is None:
                return None
            names.update(forms)
        is_name = all(b">" in name or b":" in name for name in names)
        if is_name and len(names) > 2 * FEW:
            return self._scan(names, subjects)
        return sorted(place for name in names for place in self._find(name, subjects))

    def _forms(self, node: Term) -> list[bytes] | None:
        """What a text must hold that mentions a node; None if it need hold nothing."""
        if isinstance(node, BlankNode):
            return None
        if isinstance(node, Literal):
            plain = node.value.isprintable() and not self.has_escapes
            return [node.value.encode()] if node.value and plain else None
        iri = node.value
        tail = _TAIL.search(iri)
        forms = [tail[0].encode() + b">"] if tail and tail[0] else [*_MAY_END_IN_NOTHING]
        if iri == self.base_iri:
            forms.append(b"<>")
        if node == RDF_NIL:
            forms.append(b")")
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                forms.append(f"{prefix}:{iri.removeprefix(namespace)}".encode())
        return forms

    def _find(self, form: bytes, subjects: bool) -> Iterator[int]:
        """Where a form stands."""
        text = self.text
        is_reference = form.endswith(b">")
        at = text.find(form)
        while at >= 0:
            start = text.rfind(b"<", 0, at + 1) if is_reference else at
            is_whole = is_reference or self._is_whole(at, at + len(form))
            if is_whole and (not subjects or self._may_be_subject(start)):
                yield at
            at = text.find(form, at + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        """Is it no part of a longer name?"""
        text = self.text
        return not (
            (start > 0 and text[start - 1] in NAME_BYTES)
            or (end < len(text) and text[end] in NAME_BYTES)
        )

    def _may_be_subject(self, start: int) -> bool:
        """Does it begin its line, or follow a dot there?"""
        before = self.text[self.text.rfind(b"\n", 0, start) + 1 : start].strip()
        return not before or before.endswith(b".")

    def _scan(self, names: set[bytes], subjects: bool) -> list[int]:
        """Where names stand, all of them in one go."""
        pattern, group = (_FIRST_TOKENS, 1) if subjects else (_TOKENS, 0)
        tails = {name for name in names if name.endswith(b">")}
        odd = not tails.isdisjoint(_MAY_END_IN_NOTHING)
        are_named = [
            token in names
            or ((token[0] == _LESS or b"." in token) and _is_named(token, names, tails, odd))
            for token in pattern.findall(self.text)
        ]
        found = compress(pattern.finditer(self.text), are_named)
        return [match.start(group) for match in found]


def _has_escaped_names(text: bytes) -> bool:
    """Is there an escape that stands in no string?"""
    at = text.find(b"\\")
    while at >= 0:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line = text[text.rfind(b"\n", 0, at) + 1 : end]
        if b"\\" in _STRING.sub(b"", line):
            return True
        at = text.find(b"\\", end)
    return False


def _is_named(token: bytes, names: set[bytes], tails: set[bytes], odd: bool) -> bool:
    if token.startswith(b"<"):
        start = max(map(token.rfind, (b"/", b"#", b"?", b"<"))) + 1
        return token[start:] in tails or (odd and token.endswith(_MAY_END_IN_NOTHING))
    token = token.rstrip(b".")
    if token in names:
        return True
    while (dot := token.find(b".")) >= 0:
        token = token[dot + 1 :]
        if token in names:
            return True
    return False
