"""The score: 405 points, each of them lost by what it is for and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from pyoxigraph import Literal, NamedNode, Quad, parse

from graphsvc.formats import N_TRIPLES
from graphsvc.harvest.documents import document_path
from graphsvc.preflight import mqa
from graphsvc.preflight.addresses import Asked
from graphsvc.preflight.asking import Answer, Hop
from graphsvc.preflight.catalogues import Catalogue, expanded
from graphsvc.preflight.mqa import METRICS, Score
from graphsvc.release import Release
from preflight.sites import BASE

PROPERTIES = {
    "keywords": "dcat:keyword",
    "themes": "dcat:theme",
    "places": "dct:spatial",
    "time": "dct:temporal",
    "access rights": "dct:accessRights",
    "contact": "dcat:contactPoint",
    "publisher": "dct:publisher",
    "download address": "dcat:downloadURL",
    "format": "dct:format",
    "media type": "dcat:mediaType",
    "licence": "dct:license",
    "rights": "dct:rights",
    "size": "dcat:byteSize",
    "day of issue": "dct:issued",
    "day of change": "dct:modified",
}
ALSO_LOST = {  # with the property
    "access rights": {"access rights from the EU's list"},
    "download address": {"download address that works"},
    "format": {
        "format and media type from the lists",
        "format that nobody owns",
        "format that machines read",
    },
    "media type": {"format and media type from the lists"},
    "licence": {"licence that portals know"},
}
VALUES = {  # that are there, and no good
    "access rights from the EU's list": ("dct:accessRights", f"{BASE}everybody"),
    "format and media type from the lists": ("dcat:mediaType", f"{BASE}turtle"),
    "licence that portals know": ("dct:license", "https://data.library.se/licence"),
    "format that machines read": (
        "dct:format",
        "http://publications.europa.eu/resource/authority/file-type/PNG",
    ),
}


@pytest.fixture(scope="module")
def quads(release: Release) -> list[Quad]:
    path = document_path(release.folder, "catalog", N_TRIPLES)
    return list(parse(path=str(path), format=N_TRIPLES.rdf))


def score(
    quads: Sequence[Quad], statuses: Mapping[str, int] = {}, *, conforms: bool = True
) -> Score:
    """The score, if addresses that end so have these statuses and all others 200."""
    answers = {
        quad.object.value: Answer(quad.object.value, _status(quad.object.value, statuses))
        for quad in quads
        if isinstance(quad.object, NamedNode)
    }
    return mqa.score(Catalogue(quads), Asked(answers), conforms=conforms)


def _status(iri: str, statuses: Mapping[str, int]) -> int:
    return next((status for end, status in statuses.items() if iri.endswith(f".{end}")), 200)


def lost(found: Score) -> set[str]:
    return {loss.metric.what for loss in found.losses}


def test_the_dimensions_have_the_points_that_are_published(quads: list[Quad]) -> None:
    assert [mqa.most(each) for each in mqa.DIMENSIONS] == [100, 100, 110, 75, 20]
    assert mqa.MOST == 405
    assert score(quads).total == 405
    assert score(quads).losses == ()


@pytest.mark.parametrize("what", PROPERTIES)
def test_what_nobody_says_costs_its_points(quads: list[Quad], what: str) -> None:
    predicate = expanded(PROPERTIES[what])
    found = score([quad for quad in quads if quad.predicate.value != predicate])
    assert lost(found) == {what, *ALSO_LOST.get(what, ())}
    assert found.total == 405 - sum(each.points for each in METRICS if each.what in lost(found))
    (told, *_) = (each.message() for each in found.findings() if what in each.message())
    assert told.startswith("2 of 2 datasets lose ")


@pytest.mark.parametrize("what", VALUES)
def test_what_is_of_no_list_costs_its_points(quads: list[Quad], what: str) -> None:
    name, iri = VALUES[what]
    found = score(
        [
            Quad(q.subject, q.predicate, NamedNode(iri))
            if q.predicate.value == expanded(name)
            else q
            for q in quads
        ]
    )
    assert lost(found) == {what}


def test_a_format_that_somebody_owns_is_no_good_for_machines_or_people(quads: list[Quad]) -> None:
    doc = Literal("application/msword")
    format = expanded("dct:format")
    found = score(
        [Quad(q.subject, q.predicate, doc) if q.predicate.value == format else q for q in quads]
    )
    assert lost(found) == ALSO_LOST["format"]


def test_every_metric_is_tried() -> None:
    others = {"conformity to DCAT-AP", "access address that works"}
    tried = {*PROPERTIES, *others, *(each for lost in ALSO_LOST.values() for each in lost)}
    assert tried == {each.what for each in METRICS}


def test_what_does_not_conform_costs_thirty(quads: list[Quad]) -> None:
    found = score(quads, conforms=False)
    assert lost(found) == {"conformity to DCAT-AP"}
    assert found.total == 375


def test_the_best_distribution_counts(quads: list[Quad]) -> None:
    broken = dict.fromkeys(("ttl", "nt", "nq", "trig", "rdf", "jsonld"), 404)
    assert score(quads, broken).total == 405  # those that are compressed are there
    found = score(quads, {**broken, "gz": 404})
    assert lost(found) == {"access address that works", "download address that works"}
    assert found.total == 325
    assert found.rating == "good"


def test_a_dataset_without_a_distribution_has_none_of_its_points(quads: list[Quad]) -> None:
    part = f"<{BASE}catalog#dataset-data>"
    distribution = expanded("dcat:distribution")
    of_part = [q for q in quads if str(q.subject) == part and q.predicate.value == distribution]
    found = score([quad for quad in quads if quad not in of_part])
    assert {loss.iri for loss in found.losses} == {part.strip("<>")}
    # 100 + 80 + 30 + 20 of its points, and the average of the two is rounded down.
    assert found.points == {
        "Findability": 100,
        "Accessibility": 50,
        "Interoperability": 70,
        "Reusability": 60,
        "Contextuality": 10,
    }


def test_nothing_to_score_scores_nothing() -> None:
    found = mqa.score(Catalogue([]), Asked({}), conforms=True)
    assert (found.total, found.rating) == (0, "bad")


def test_an_address_that_leads_elsewhere_works_for_a_portal(quads: list[Quad]) -> None:
    away = Answer(BASE, 303, hops=(Hop(303, "https://elsewhere.se/"),), left=True)
    answers = {q.object.value: away for q in quads if isinstance(q.object, NamedNode)}
    assert mqa.score(Catalogue(quads), Asked(answers), conforms=True).total == 405
