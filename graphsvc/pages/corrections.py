"""Corrections and source statements, as pages tell of them.

Which terms the data states them with is the publication's to say, in its settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import NamedNode, Quad

from graphsvc.corrections import CorrectionTerms, StatementTerms
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.statements import Statements, Value
from graphsvc.resources.answers import Kind

COMPARED = 100  # corrections of a resource that a comparison may name

Changes = Mapping[tuple[str, str], Sequence[str]]  # corrections by resource and field


@dataclass(frozen=True)
class Correction:
    """What was changed, from what to what, why, how sure the editors are, and from which source."""

    link: Link
    resources: Sequence[Value]
    fields: Sequence[Value]
    before: Sequence[Value]
    after: Sequence[Value]
    reasons: Sequence[Value]
    defects: Sequence[Value]
    confidences: Sequence[Value]
    statements: Sequence[Value]


@dataclass(frozen=True)
class Comparison:
    """One field: what a statement says, what is published, and the corrections that tell why."""

    field: Link
    stated: Sequence[Value]
    published: Sequence[Value]
    corrections: Sequence[Link]


@dataclass(frozen=True)
class SourceStatement:
    """What a source says, and beside each part of it what is published of the resource."""

    link: Link
    texts: Sequence[Value]
    resources: Sequence[Value]
    comparisons: Sequence[Comparison]


def kind_of_corrections(terms: CorrectionTerms) -> Kind:
    """The links from corrections to what they correct."""
    return Kind(terms.resource, terms.class_)


def kind_of_statements(terms: StatementTerms) -> Kind:
    """The links from source statements to what they are about."""
    return Kind(terms.resource, terms.class_)


def read_corrections(
    edition: Edition, terms: CorrectionTerms, iris: Sequence[str]
) -> list[Correction]:
    """The corrections with these IRIs, in their order."""
    said = Statements(edition, _describe(edition, iris))
    links = edition.links(iris)
    return [_correction(said, terms, links[iri]) for iri in iris]


def read_statements(
    edition: Edition, terms: StatementTerms, iris: Sequence[str]
) -> list[SourceStatement]:
    """The source statements with these IRIs, in their order."""
    quads = _describe(edition, iris)
    resources = _objects(quads, terms.resource) if terms.fields else []
    said = Statements(edition, quads + _describe(edition, resources))
    changes = _changes(edition, resources)
    named = edition.links([*iris, *terms.fields, *chain.from_iterable(changes.values())])

    def compare(iri: str, about: Sequence[Value], stated: str, published: str) -> Comparison:
        abouts = [each.iri for each in about if isinstance(each, Link)]
        return Comparison(
            named[stated],
            said.values(iri, stated),
            [value for each in abouts for value in said.values(each, published)],
            [named[change] for each in abouts for change in changes.get((each, stated), ())],
        )

    def statement(iri: str) -> SourceStatement:
        about = said.values(iri, terms.resource)
        compared = [compare(iri, about, *pair) for pair in terms.fields.items()] if about else []
        return SourceStatement(named[iri], said.values(iri, terms.text), about, compared)

    return [statement(iri) for iri in iris]


def _correction(said: Statements, terms: CorrectionTerms, link: Link) -> Correction:
    return Correction(
        link,
        resources=said.values(link.iri, terms.resource),
        fields=said.values(link.iri, terms.field),
        before=said.values(link.iri, terms.before),
        after=said.values(link.iri, terms.after),
        reasons=said.values(link.iri, terms.reason),
        defects=said.values(link.iri, terms.defect),
        confidences=said.values(link.iri, terms.confidence),
        statements=said.values(link.iri, terms.statement),
    )


def _changes(edition: Edition, resources: Iterable[str]) -> Changes:
    """The corrections of resources, by what they correct."""
    terms = edition.release.settings.correction_terms
    found: dict[tuple[str, str], list[str]] = {}
    if terms is None or not terms.field:
        return found
    for resource in resources:
        kind = kind_of_corrections(terms)
        for iri in edition.release.resources.linking(resource, kind, COMPARED):
            for field in _objects(edition.release.resources.describe(iri), terms.field):
                found.setdefault((resource, field), []).append(iri)
    return found


def _describe(edition: Edition, iris: Iterable[str]) -> list[Quad]:
    return [quad for iri in iris for quad in edition.release.resources.describe(iri)]


def _objects(quads: Iterable[Quad], predicate: str) -> list[str]:
    """The IRIs that a predicate leads to, each once."""
    return list(
        dict.fromkeys(
            quad.object.value
            for quad in quads
            if quad.predicate.value == predicate and isinstance(quad.object, NamedNode)
        )
    )
