"""Where a resource comes from: what sources say of it, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Quad

from graphsvc.pages.corrections import (
    Correction,
    SourceStatement,
    kind_of_corrections,
    kind_of_statements,
    read_corrections,
    read_statements,
)
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.meanings import Meaning, read_meanings
from graphsvc.resources.answers import Kind
from graphsvc.vocab import PREFIXES

TOLD = 20  # statements, and corrections, that the page of a resource tells of

# Spec: https://www.w3.org/TR/prov-o/#wasDerivedFrom and its subproperties
DERIVATIONS = {
    PREFIXES["prov"] + name
    for name in ("wasDerivedFrom", "wasQuotedFrom", "hadPrimarySource", "wasRevisionOf")
}


@dataclass(frozen=True)
class Origin:
    """The first source statements and corrections of a resource; `href` leads to all of them.

    A statement is one of it if it is about it, or if it is derived from it by PROV. `meanings`
    are those of the concepts that the corrections are told in.
    """

    statements: Sequence[SourceStatement]
    corrections: Sequence[Correction]
    href: str | None  # None if all of it is only derived
    meanings: Sequence[Meaning] = ()


def kinds_of_origin(edition: Edition) -> list[Kind]:
    """The links to a resource that its origin tells of."""
    settings = edition.release.settings
    corrections, statements = settings.correction_terms, settings.statement_terms
    kinds = [kind_of_corrections(corrections)] if corrections else []
    return [*kinds, kind_of_statements(statements)] if statements else kinds


def read_origin(edition: Edition, iri: str, quads: Sequence[Quad]) -> Origin | None:
    """The origin of a resource of which these are the quads, or None if nothing is known of it."""
    resources, settings = edition.release.resources, edition.release.settings
    corrections: Sequence[Correction] = ()
    statements: Sequence[SourceStatement] = ()
    about: Sequence[str] = ()
    if terms := settings.correction_terms:
        found = resources.linking(iri, kind_of_corrections(terms), TOLD)
        corrections = read_corrections(edition, terms, found)
    if stating := settings.statement_terms:
        about = resources.linking(iri, kind_of_statements(stating), TOLD)
        sources = islice(_sources(edition, iri, quads, stating.class_), TOLD)
        # The page itself has what is published.
        alone = replace(stating, fields={})
        statements = read_statements(edition, alone, list(dict.fromkeys([*about, *sources])))
    if not statements and not corrections:
        return None
    href = edition.at(f"quality?{urlencode({'resource': iri})}")
    told = (value for each in corrections for value in (*each.defects, *each.confidences))
    meanings = read_meanings(edition, (value.iri for value in told if isinstance(value, Link)))
    shown = href if corrections or about else None
    return Origin(statements, corrections, shown, list(meanings.values()))


def _sources(edition: Edition, iri: str, quads: Sequence[Quad], class_iri: str) -> Iterator[str]:
    """The source statements that a resource is derived from."""
    for quad in quads:
        if (
            quad.subject == NamedNode(iri)
            and quad.predicate.value in DERIVATIONS
            and isinstance(quad.object, NamedNode)
            and edition.release.resources.is_instance(quad.object.value, class_iri)
        ):
            yield quad.object.value
