"""Changes in words: resources and values with their names, and why a change breaks something."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.changes import Kind
from graphsvc.diff.breaking import Breach, Breaking
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.narrowing import Narrowing
from graphsvc.diff.trees import Value
from graphsvc.paths import Term
from graphsvc.reports.wording import prose, term_text
from graphsvc.vocab import PREFIXES, XSD, sh

LABEL_CHARACTERS = 80
MEMBERS = 20  # of a list, or statements of a blank node, that are told on one line

_WHY = {
    Breach.REMOVED: "was published and is gone; withdraw it with owl:deprecated true",
    Breach.REMOVED_CLASS: "was a class and is none now; deprecate it with owl:deprecated true",
    Breach.REMOVED_PROPERTY: (
        "was a property and is none now; deprecate it with owl:deprecated true"
    ),
}


_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]{1,40}"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]{1,40}\.[0-9]{1,40}"),
    XSD + "boolean": re.compile(r"true|false"),
}


@dataclass(frozen=True)
class Words:
    """The words of one comparison, in the languages that the reader wants most."""

    comparison: Comparison
    language: str | None = None

    def label(self, iri: str) -> str | None:
        """The name of an IRI; one in no language or in any is better than none."""
        names = self.comparison.labels.get(iri)
        if not names:
            return None
        after = self.comparison.after
        wanted = (
            *([self.language] if self.language else ()),
            *after.languages,
            "en",
            "",
            *sorted(names),
        )
        return next(names[each] for each in wanted if each in names)

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return {**PREFIXES, **self.comparison.prefixes}

    def term(self, term: Term) -> str:
        """A term on one line, as Turtle has it."""
        if isinstance(term, BlankNode):
            return "[]"
        if isinstance(term, Literal) and _is_bare(term):
            return term.value
        return term_text(term, self._prefixes)

    def named(self, term: Term) -> str:
        """A term with its name behind it."""
        label = self.label(term.value) if isinstance(term, NamedNode) else None
        return f"{self.term(term)}{f' ({prose(label, LABEL_CHARACTERS)})' if label else ''}"

    def resource(self, resource: str) -> str:
        if resource.startswith("_:"):
            return "a blank node that nothing leads to"
        return self.named(NamedNode(resource))

    def value(self, value: Value) -> str:
        """A value on one line, blank nodes as Turtle has them."""
        if value.members is not None:
            return self._enclosed("(", [self.value(each) for each in value.members], ")", " ")
        if value.properties is None:
            return self.named(value.term)
        said = [f"{self.term(p)} {self.value(each)}" for p, each in value.properties]
        return self._enclosed("[", said or ["…"], "]", " ; ")

    def _enclosed(self, opening: str, parts: Sequence[str], closing: str, between: str) -> str:
        shown = between.join(parts[:MEMBERS])
        more = f"{between}… {len(parts) - MEMBERS} more" if len(parts) > MEMBERS else ""
        return f"{opening} {shown}{more} {closing}" if parts else f"{opening}{closing}"

    def why(self, breaking: Breaking) -> str:
        """What is broken, and what would be right."""
        if breaking.narrowing is None:
            return _WHY[breaking.breach]
        return self._narrowed(breaking.narrowing)

    def _narrowed(self, narrowing: Narrowing) -> str:
        within = "".join(f"{self.value(path)}: " for path in narrowing.within)
        parameter = self.term(narrowing.parameter)
        before = ", ".join(self.value(each) for each in narrowing.before)
        after = ", ".join(self.value(each) for each in narrowing.after)
        if narrowing.parameter == sh("severity"):
            return (
                f"{within}{parameter} is {after or 'sh:Violation'}, was {before or 'sh:Violation'}"
            )
        if narrowing.parameter == sh("closed") and narrowing.before:
            return f"{within}{parameter} no longer allows a property that it did"
        if not after:
            return f"{within}{parameter} {before} is gone"
        return f"{within}{parameter} is {after}, was {before or 'not demanded'}"

    def summary(self) -> str:
        """The counts: "1 breaking change; 1 created, 2 updated, 0 deleted; …"."""
        comparison = self.comparison
        if comparison.is_empty:
            return "no difference"
        breaking = len(comparison.breaking)
        counts = ", ".join(f"{comparison.counts[kind]:,} {kind.value}" for kind in Kind)
        removed, added = comparison.quads
        plural = "" if breaking == 1 else "s"
        statements = f"{added:,} statements added, {removed:,} removed"
        return f"{breaking:,} breaking change{plural}; {counts}; {statements}"

    def title(self) -> str:
        before, after = (
            prose(side.name) for side in (self.comparison.before, self.comparison.after)
        )
        return f"{before} → {after}"

    def graph(self, iri: str) -> str:
        """The name of a graph: short for those of the publication's own."""
        base_iri = self.comparison.after.base_iri or self.comparison.before.base_iri
        own = f"{base_iri}graph/"
        if base_iri and iri.startswith(own):
            return prose(iri.removeprefix(own))
        return self.term(NamedNode(iri)) if iri else "default graph"


def _is_bare(literal: Literal) -> bool:
    """Does Turtle have it without quotes?"""
    form = _BARE.get(literal.datatype.value)
    return form is not None and form.fullmatch(literal.value) is not None
