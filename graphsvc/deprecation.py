"""Deprecation: what is withdrawn, what replaces it, and where replacements lead.

`owl:deprecated true` says two things. On a class, a property or an ontology it
deprecates a term, which stays in the document of its vocabulary. On anything else
it withdraws a resource: its IRI still answers, but says that it is gone.

Spec: https://www.w3.org/TR/owl2-syntax/#Annotation_Properties
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.vocab import (
    DCT_IS_REPLACED_BY,
    OWL_DEPRECATED,
    OWL_DEPRECATED_TERMS,
    OWL_SAME_AS,
    OWL_TERMS,
    RDF_TYPE,
    RDFS_COMMENT,
    SKOS_CHANGE_NOTE,
    SKOS_EXACT_MATCH,
    SKOS_HISTORY_NOTE,
    XSD,
)

_TRUE = [Literal(value, datatype=NamedNode(XSD + "boolean")) for value in ("true", "1")]
_EXACT = (SKOS_EXACT_MATCH, OWL_SAME_AS)
_NOTES = (SKOS_HISTORY_NOTE, SKOS_CHANGE_NOTE)


@dataclass(frozen=True)
class Deprecation:
    """What is said of a resource that is withdrawn, or of a term that is deprecated.

    `exact` is the one replacement that is also said to be the same thing: there is a
    single dct:isReplacedBy, and the same IRI is the object of skos:exactMatch or
    owl:sameAs. `reasons` are the texts of the first of skos:historyNote,
    skos:changeNote and rdfs:comment that there is; the comment of a term defines it.
    """

    is_withdrawal: bool
    replacements: tuple[str, ...]
    exact: str | None
    reasons: tuple[Literal, ...]


def read_deprecation(quads: Iterable[Quad]) -> Deprecation | None:
    """The deprecation of a resource, given what is said of it; None if there is none."""
    said: dict[NamedNode, list[object]] = {}
    for quad in quads:
        said.setdefault(quad.predicate, []).append(quad.object)
    types = {each.value for each in said.get(RDF_TYPE, ()) if isinstance(each, NamedNode)}
    is_deprecated = any(value in _TRUE for value in said.get(OWL_DEPRECATED, ()))
    if not is_deprecated and types.isdisjoint(OWL_DEPRECATED_TERMS):
        return None
    is_withdrawal = types.isdisjoint(OWL_TERMS)
    replacements = dict.fromkeys(said.get(DCT_IS_REPLACED_BY, ()))
    same = [each for predicate in _EXACT for each in said.get(predicate, ())]
    exact = [each.value for each in replacements if isinstance(each, NamedNode) and each in same]
    reasons: list[Literal] = []
    for predicate in (*_NOTES, RDFS_COMMENT) if is_withdrawal else _NOTES:
        values = dict.fromkeys(said.get(predicate, ()))
        reasons = reasons or [each for each in values if isinstance(each, Literal)]
    return Deprecation(
        is_withdrawal,
        tuple(sorted(each.value for each in replacements if isinstance(each, NamedNode))),
        exact[0] if exact and len(replacements) == 1 else None,
        tuple(reasons),
    )


def ends(replacements: Mapping[str, str]) -> dict[str, str]:
    """Where the chain of replacements ends that begins at each; a circle ends nowhere."""
    found: dict[str, str | None] = {}
    for start in replacements:
        passed: dict[str, None] = {}
        at = start
        while at in replacements and at not in found and at not in passed:
            passed[at] = None
            at = replacements[at]
        end = None if at in passed else found.get(at, at)
        found.update(dict.fromkeys(passed, end))
    return {start: end for start, end in found.items() if end is not None}


class Replacements:
    """Which resource is said to replace which; statements come and go."""

    def __init__(self) -> None:
        self._stated: Counter[Quad] = Counter()

    def add(self, quad: Quad) -> None:
        """Take note of a quad, if it names a replacement."""
        are_named = type(quad.subject) is type(quad.object) is NamedNode
        if are_named and quad.predicate == DCT_IS_REPLACED_BY:
            self._stated[quad] += 1

    def change(self, removed: Replacements, added: Replacements) -> None:
        """Take note of what others have seen to go and to come."""
        self._stated += added._stated
        self._stated -= removed._stated

    def circular(self) -> Iterator[Quad]:
        """The statements that lead round in a circle, or into one, in their order."""
        leading_to: dict[object, list[Quad]] = {}
        left: Counter[object] = Counter(quad.subject for quad in self._stated)
        for quad in self._stated:
            leading_to.setdefault(quad.object, []).append(quad)
        ending = [node for node in leading_to if node not in left]
        while ending:
            for quad in leading_to.get(ending.pop(), ()):
                left[quad.subject] -= 1
                if not left[quad.subject]:
                    ending.append(quad.subject)
        told: set[tuple[object, object]] = set()
        for quad in self._stated:
            if left[quad.subject] and left[quad.object] and (key := _ends_of(quad)) not in told:
                told.add(key)
                yield quad


def _ends_of(quad: Quad) -> tuple[object, object]:
    return quad.subject, quad.object
