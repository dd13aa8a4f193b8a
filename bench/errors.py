"""Errors that the generator seeds, each of a kind that `graphsvc validate` must find and place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.descriptions import Bundle
from bench.turtle import Description


@dataclass(frozen=True)
class SeededError:
    """What is wrong with a description, and who finds it.

    The finding stands on the line of `predicate`, or without one on the first
    line of the description.
    """

    kind: str
    finder: str  # a shape below shapes#, or a check of graphsvc's own
    description: Description
    predicate: str | None = None


Seeder = Callable[[Bundle], list[SeededError]]  # an empty list: the bundle has no place for it


def _missing_region(bundle: Bundle) -> list[SeededError]:
    del bundle.cluster.properties["s3p:region"]
    return [SeededError("missing-region", "ClusterShape-region", bundle.cluster)]


def _missing_dot(bundle: Bundle) -> list[SeededError]:
    cluster = bundle.cluster
    iri = cluster.properties["foaf:homepage"][0]
    cluster.properties["foaf:homepage"] = [iri.replace("www.", "www", 1)]
    return [SeededError("url-missing-dot", "ClusterShape-homepageDot", cluster, "foaf:homepage")]


def _label_in_one_language(bundle: Bundle) -> list[SeededError]:
    del bundle.cluster.properties["skos:prefLabel"][1]
    return [SeededError("label-in-one-language", "ClusterShape-prefLabel", bundle.cluster)]


def _no_statement(bundle: Bundle) -> list[SeededError]:
    del bundle.statement.properties["s3p:aboutCluster"]
    return [SeededError("cluster-without-statement", "ClusterShape-statement", bundle.cluster)]


def _line_zero(bundle: Bundle) -> list[SeededError]:
    statement = bundle.statement
    statement.properties["s3p:sourceLine"] = ["0"]
    finder = "SourceStatementShape-sourceLine"
    return [SeededError("source-line-zero", finder, statement, "s3p:sourceLine")]


def _misspelt_predicate(bundle: Bundle) -> list[SeededError]:
    statement = bundle.statement
    statement.properties["rdfs:coment"] = ['"Kontrollerad."@sv']
    return [SeededError("misspelt-predicate", "unknown-term", statement, "rdfs:coment")]


def _ill_typed_date(bundle: Bundle) -> list[SeededError]:
    dated = _dated(bundle)
    if not dated:
        return []
    dated[-1].properties["s3p:awardedOn"] = ['"2019-02-30"^^xsd:date']
    return [SeededError("ill-typed-date", "ill-typed-literal", dated[-1], "s3p:awardedOn")]


def _reversed_validity(bundle: Bundle) -> list[SeededError]:
    dated = _dated(bundle)
    if not dated:
        return []
    dated[0].properties["s3p:validFrom"] = ['"2031-01-01"^^xsd:date']
    finder = "CertificationShape-validPeriod"
    return [SeededError("valid-from-after-until", finder, dated[0], "s3p:validFrom")]


def _two_active(bundle: Bundle) -> list[SeededError]:
    dated = _dated(bundle)
    if not dated:
        return []
    dated[0].properties["s3p:certificationStatus"] = ["certification-status:active"]
    finder = "CertificationShape-oneActive"
    return [
        SeededError("two-active-certifications", finder, each, "s3p:certifiedCluster")
        for each in dated
    ]


def _dangling_reference(bundle: Bundle) -> list[SeededError]:
    if not bundle.assessments:
        return []
    assessment = bundle.assessments[0]
    assessment.properties["s3p:criterion"] = ["criterion:99"]
    finder = "CriterionAssessmentShape-criterion"
    return [SeededError("dangling-reference", finder, assessment, "s3p:criterion")]


def _met_without_evidence(bundle: Bundle) -> list[SeededError]:
    if not bundle.assessments:
        return []
    assessment = bundle.assessments[-1]
    assessment.properties["s3p:outcome"] = ["outcome:met"]
    assessment.properties.pop("s3p:evidence", None)
    return [SeededError("met-without-evidence", "JudgedAssessmentShape", assessment)]


def _corrects_nothing(bundle: Bundle) -> list[SeededError]:
    properties = bundle.corrections[0].properties
    properties["s3p:after"] = properties["s3p:before"]
    finder = "CorrectionShape-changed"
    return [SeededError("corrects-nothing", finder, bundle.corrections[0], "s3p:after")]


SEEDERS: tuple[Seeder, ...] = (
    _missing_region,
    _missing_dot,
    _label_in_one_language,
    _ill_typed_date,
    _reversed_validity,
    _dangling_reference,
    _misspelt_predicate,
    _met_without_evidence,
    _two_active,
    _no_statement,
    _corrects_nothing,
    _line_zero,
)


def _dated(bundle: Bundle) -> list[Description]:
    return [each for each in bundle.certifications if "s3p:awardedOn" in each.properties]


class ErrorSource:
    """Deals errors to bundles: a share of all descriptions, each kind in its turn."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._due = 0.0
        self._turns = list(SEEDERS)

    def seed(self, bundle: Bundle) -> list[SeededError]:
        """Spoil a bundle as far as its share goes, with at most one error of a kind."""
        self._due += self._rate * sum(1 for _ in bundle.by_kind())
        seeded: list[SeededError] = []
        for seeder in tuple(self._turns):
            if self._due < 1:
                break
            if found := seeder(bundle):
                self._due -= 1
                self._turns.remove(seeder)
                self._turns.append(seeder)
                seeded += found
        return seeded
