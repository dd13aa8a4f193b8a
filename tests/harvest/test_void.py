"""The counts of VoID, held against a count of the dump."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from publications import BASE as BOOKS_BASE
from publications import BOOKS, write
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graphsvc.build import build
from graphsvc.harvest import statistics, void
from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.documents import read_document
from graphsvc.harvest.schema_org import read_landing
from graphsvc.release import Release
from graphsvc.vocab import RDF_TYPE
from graphsvc.web.service import description as service_description
from harvest.catalogues import BASE, Said

VOID = BASE + ".well-known/void"
EXACT_MATCH = "http://www.w3.org/2004/02/skos/core#exactMatch"


@pytest.fixture(scope="module")
def release(shipped_release: Path) -> Release:
    return Release.open(shipped_release)


@pytest.fixture(scope="module")
def said(release: Release) -> Said:
    return Said(read_document(release, void.NAME))


@pytest.fixture(scope="module")
def dump(release: Release) -> list[Quad]:
    return list(parse(path=str(release.folder / "dumps/all.nt"), format=RdfFormat.N_TRIPLES))


def iris_of(nodes: set[object]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, NamedNode)]


def test_counts_are_those_of_the_dump(said: Said, dump: list[Quad]) -> None:
    subjects, objects = {quad.subject for quad in dump}, {quad.object for quad in dump}
    own = [iri for iri in iris_of({*subjects}) if iri.startswith(BASE)]
    counts = {
        "triples": len(dump),
        "entities": len(own),
        "classes": len({quad.object for quad in dump if quad.predicate == RDF_TYPE}),
        "properties": len({quad.predicate for quad in dump}),
        "distinctSubjects": len(subjects),
        "distinctObjects": len(objects),
    }
    assert {name: said.one(BASE, f"void:{name}") for name in counts} == {
        name: str(number) for name, number in counts.items()
    }


@pytest.mark.parametrize(("kind", "unit"), [("class", "entities"), ("property", "triples")])
def test_partitions_are_those_of_the_dump(
    said: Said, dump: list[Quad], kind: str, unit: str
) -> None:
    counted: Counter[str] = Counter(
        quad.predicate.value if kind == "property" else str(quad.object).strip("<>")
        for quad in dump
        if kind == "property" or quad.predicate == RDF_TYPE
    )
    told = {
        said.one(node, f"void:{kind}"): int(said.one(node, f"void:{unit}"))
        for node in said.all(BASE, f"void:{kind}Partition")
    }
    assert told == counted


def test_linksets_are_the_links_of_the_dump(said: Said, dump: list[Quad]) -> None:
    for target, space in (("nuts", "http://data.europa.eu/nuts/"), ("wikidata", "http://www.wiki")):
        links = [
            quad
            for quad in dump
            if str(quad.subject).startswith(f"<{BASE}")
            and str(quad.object).startswith(f"<{space}")
            and quad.predicate.value == EXACT_MATCH
        ]
        (linkset,) = (
            node
            for node in said.of_class("void:Linkset")
            if said.one(node, "void:objectsTarget") == f"{VOID}#target-{target}"
            and said.one(node, "void:linkPredicate") == EXACT_MATCH
        )
        assert int(said.one(linkset, "void:triples")) == len(links) > 0
        assert linkset in said.all(BASE, "void:subset")
    assert f"{VOID}#target-geonames" not in said.of_class("void:Dataset")


def test_the_service_and_the_catalogue_tell_the_same_counts(said: Said, release: Release) -> None:
    sd, void_triples = "http://www.w3.org/ns/sparql-service-description#", "void:triples"
    service = service_description(release)
    names = {quad.subject: quad.object for quad in service if quad.predicate.value == sd + "name"}
    graphs = {quad.subject: quad.object for quad in service if quad.predicate.value == sd + "graph"}
    counts = Said(service)
    told = {
        str(name).strip("<>"): int(counts.one(str(graphs[node]).strip("<>"), void_triples))
        for node, name in names.items()
    }
    assert told == dict(release.manifest.graphs)
    catalogue = Said(read_document(release, CATALOGUE))
    for part in catalogue.all(BASE, "dct:hasPart"):
        dumps = said.all(part, "void:dataDump")
        assert len(dumps) > 3
        assert {
            f"{BASE}dump/{each.partition('#distribution-')[2]}"
            for each in catalogue.all(part, "dcat:distribution")
        } == set(dumps)
        n_quads = next(each for each in dumps if each.endswith(".nq"))
        lines = (release.folder / "dumps" / Path(n_quads).name).read_text("utf-8").splitlines()
        assert int(said.one(part, void_triples)) == len(lines)
        assert len(lines) in (*told.values(), *release.manifest.parts.values())
    whole = read_landing(release, "dataset", "en")
    assert {each["contentUrl"] for each in whole["distribution"]} == set(
        said.all(BASE, "void:dataDump")
    )


def test_what_is_referred_to_is_described(said: Said, release: Release) -> None:
    for node in (*said.all(BASE, "void:subset"), *said.all(BASE, "void:classPartition")):
        assert said.one(node, "void:" + ("entities" if "#class-" in node else "triples"))
    for example in said.all(BASE, "void:exampleResource"):
        assert release.resources.is_described(example)
    assert said.one(VOID, "foaf:primaryTopic") == BASE


def test_data_without_links_has_no_linkset(tmp_path: Path) -> None:
    publication = write(tmp_path / "publication", BOOKS)
    said = Said(read_document(Release.open(build(publication, tmp_path / "r")), void.NAME))
    assert said.of_class("void:Linkset") == []
    assert said.one(BOOKS_BASE, "void:entities")


N_QUADS = """\
<https://b/> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> _:c14n0 <https://b/g> .
<https://b/> <https://p/> "a b\\" <x> \\n" <https://b/g> .
<https://b/> <https://p/> "a b\\" <x> \\n" <https://b/h> .
<https://b/> <https://p/> "a b\\" <x> \\n"@en <https://b/h> .
<https://b/> <https://p/> <https://sws.geonames.org/1/> <https://b/g> .
_:c14n0 <https://p/> <https://sws.geonames.org/1/> <https://b/g> .
"""


def test_what_two_graphs_state_counts_once_and_blank_nodes_are_no_entities(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq"
    path.write_text(N_QUADS, encoding="utf-8")
    counts = statistics.count(path, "https://b/", tmp_path)
    assert (counts.triples, counts.entities) == (5, 1)
    assert (counts.distinct_subjects, counts.distinct_objects) == (2, 4)
    assert counts.classes == {}
    assert counts.links == {("geonames", "https://p/"): 1}
