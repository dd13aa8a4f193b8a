"""What the page on quality tells: the validation of a release, and its corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urlencode

from graphsvc.checks import NAMESPACE
from graphsvc.pages.classes import ORDERED, Page
from graphsvc.pages.corrections import (
    Correction,
    SourceStatement,
    read_corrections,
    read_statements,
)
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.quality import ShapeResults
from graphsvc.resources.answers import Kind

PER_PAGE = 50
RESOURCE, DEFECT, CONFIDENCE = NARROWING = ("resource", "defect", "confidence")


@dataclass(frozen=True)
class Asked:
    """Which part is wanted: what it is narrowed to, if anything, and which pages of it.

    `narrowed_by` is one of NARROWING, `iri` what the corrections lead to by that.
    """

    narrowed_by: str = ""
    iri: str = ""
    corrections_page: int = 1
    statements_page: int = 1


@dataclass(frozen=True)
class ShapeFindings:
    """The results of a shape or a check; `shape` is None if it has no IRI, nor has one around it.

    `message`, `focus_node` and `at` are those of the first result.
    """

    severity: str
    shape: Link | None
    results: int
    message: Name | None
    focus_node: Link | None
    at: str | None

    @property
    def check(self) -> str:
        """The name of the check of graphsvc itself that found this; "" for a shape."""
        iri = self.shape.iri if self.shape else ""
        return iri.removeprefix(NAMESPACE) if iri.startswith(NAMESPACE) else ""


@dataclass(frozen=True)
class Bar:
    """A concept with the number of corrections that lead to it; `href` lists these."""

    link: Link
    corrections: int
    per_cent: float  # of the longest bar
    href: str | None


@dataclass(frozen=True)
class Corrections:
    """One page of the corrections, and how many there are of each kind in the whole."""

    page: Page
    shown: Sequence[Correction]
    defects: Sequence[Bar]
    confidences: Sequence[Bar]


@dataclass(frozen=True)
class SourceStatements:
    """One page of what the sources say, beside what is published."""

    page: Page
    shown: Sequence[SourceStatement]


@dataclass(frozen=True)
class Quality:
    """All that the page tells. A part is None where the publication states nothing of the kind."""

    narrowed_to: Link | None
    shapes: Link | None  # the graph that the data was held against
    shapes_quads: int
    findings: Sequence[ShapeFindings]
    corrections: Corrections | None
    statements: SourceStatements | None
    path: str  # of this page, whatever its numbers

    @property
    def is_found(self) -> bool:
        """Is there anything of what was asked for, and does it have that many pages?"""
        parts = [part.page for part in (self.corrections, self.statements) if part]
        has_pages = all(page.number <= page.last for page in parts)
        return has_pages and (self.narrowed_to is None or any(page.total for page in parts))


def read_quality(edition: Edition, asked: Asked) -> Quality:
    """Gather what is known of the quality of a release."""
    manifest, settings = edition.release.manifest, edition.release.settings
    shapes = settings.graph_iri(settings.graph_of(PurePosixPath("shapes")))
    query = f"?{urlencode({asked.narrowed_by: asked.iri})}" if asked.narrowed_by else ""
    return Quality(
        edition.links([asked.iri])[asked.iri] if asked.narrowed_by else None,
        edition.links([shapes])[shapes] if shapes in manifest.graphs else None,
        manifest.graphs.get(shapes, 0),
        _findings(edition),
        _corrections(edition, asked),
        _statements(edition, asked),
        f"{edition.addresses.root_path}/quality{query}",
    )


def _findings(edition: Edition) -> list[ShapeFindings]:
    rows = [ShapeResults(**row) for row in edition.release.manifest.findings_by_shape]
    iris = [iri for row in rows for iri in (row.shape, row.focus_node) if iri]
    links = edition.links(iris)
    return [
        ShapeFindings(
            row.severity,
            links.get(row.shape),
            row.results,
            edition.localized(row.messages) if row.messages else None,
            links.get(row.focus_node or ""),
            row.at,
        )
        for row in rows
    ]


def _corrections(edition: Edition, asked: Asked) -> Corrections | None:
    terms = edition.release.settings.correction_terms
    if terms is None:
        return None
    properties = {RESOURCE: terms.resource, DEFECT: terms.defect, CONFIDENCE: terms.confidence}
    kind = Kind(properties.get(asked.narrowed_by, ""), terms.class_)
    page, iris = _select(edition, kind, asked.iri, asked.corrections_page)
    return Corrections(
        page,
        read_corrections(edition, terms, iris),
        _bars(edition, DEFECT, edition.release.manifest.corrections_by_defect),
        _bars(edition, CONFIDENCE, edition.release.manifest.corrections_by_confidence),
    )


def _statements(edition: Edition, asked: Asked) -> SourceStatements | None:
    terms = edition.release.settings.statement_terms
    if terms is None or asked.narrowed_by not in ("", RESOURCE):
        return None
    kind = Kind(terms.resource, terms.class_)
    page, iris = _select(edition, kind, asked.iri, asked.statements_page)
    return SourceStatements(page, read_statements(edition, terms, iris))


def _select(edition: Edition, kind: Kind, iri: str, number: int) -> tuple[Page, list[str]]:
    """One page of the instances of a class: of all, or of those with a link to an IRI.

    By name; where they are too many to sort at each request, by IRI.
    """
    release = edition.release
    if iri:
        page = Page(number, PER_PAGE, release.resources.count_linking(iri, kind))
        find = partial(release.resources.linking, iri, kind)
    else:
        page = Page(number, PER_PAGE, release.resources.count_instances(kind.class_iri))
        find = partial(release.resources.instances, kind.class_iri)
    if page.total > ORDERED:
        return page, find(PER_PAGE, page.offset)
    ordered = [link.iri for link in edition.ordered(find(ORDERED))]
    return page, ordered[page.offset : page.offset + PER_PAGE]


def _bars(edition: Edition, narrowing: str, counts: Mapping[str, int]) -> list[Bar]:
    links = edition.links(counts)
    longest = max(counts.values(), default=1)
    return [
        Bar(
            links[iri],
            corrections,
            round(100 * corrections / longest, 2),
            # Who points to what is not the publication's own is kept nowhere.
            edition.at(f"quality?{urlencode({narrowing: iri})}") if links[iri].is_own else None,
        )
        for iri, corrections in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]
