"""What the catalogue says of small publications, and of what they leave open."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from publications import BASE, TOML
from pyoxigraph import Quad

from graphsvc.harvest import datasets
from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.dcat import catalogue
from graphsvc.harvest.documents import read_document
from graphsvc.release import Release
from graphsvc.settings.file import read_settings
from harvest.catalogues import Said, content_of, release_of

CATALOG = BASE + "catalog"
GEO = "http://www.opengis.net/ont/geosparql#"
SWEDEN = "http://publications.europa.eu/resource/authority/country/SWE"
CITY = (
    f'id:city <{GEO}asWKT> "POINT(18 59)"^^<{GEO}wktLiteral> , "POINT(x)"^^<{GEO}wktLiteral> ;'
    ' dct:title "POINT(1 1)" .\n'
)


def said_by(release: Release) -> Said:
    return Said(read_document(release, CATALOGUE))


def retold(release: Release, folder: Path, settings: str = "", toml: str = TOML) -> Said:
    """The catalogue of a release, had it been built with other settings."""
    (folder / "graphsvc.toml").write_text(toml + settings, encoding="utf-8")
    manifest = replace(release.manifest, settings=asdict(read_settings(folder)))
    return Said(catalogue(manifest, content_of(release, folder)))


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of(tmp_path_factory.mktemp("books"))


def test_what_nobody_has_said_is_left_out(books: Release) -> None:
    said = said_by(books)
    for name in (
        *("dcat:theme", "dcat:keyword", "dct:spatial", "dct:temporal", "dct:issued"),
        *("dct:modified", "dct:accrualPeriodicity", "dct:provenance"),
    ):
        assert said.all(BASE, name) == [], name
    for node in said.of_class("dcat:Distribution"):
        assert said.all(node, "dcatap:availability") == []
        assert said.all(node, "adms:status") == []
    assert said.all(f"{BASE}id/reader", "dct:type") == []
    assert said.of_class("dct:PeriodOfTime") == []


def test_every_graph_is_a_part_of_the_whole(books: Release) -> None:
    said = said_by(books)
    parts = [f"{CATALOG}#dataset-{name}" for name in ("data", "ontology", "shapes")]
    assert said.all(BASE, "dct:hasPart") == parts
    assert said.all(CATALOG, "dcat:dataset") == [BASE, *parts]
    for part in parts:
        assert said.one(part, "dct:isPartOf") == BASE
    assert said.texts(parts[0], "dct:title") == {"en": "Books: data"}
    triples = books.manifest.graphs[BASE + "graph/data"]
    assert said.texts(parts[0], "dct:description") == {
        "sv": f"{triples} påståenden: den namngivna grafen <{BASE}graph/data>.",
        "en": f"{triples} statements: the named graph <{BASE}graph/data>.",
    }


def test_parts_that_the_settings_name_are_all_the_parts(books: Release, tmp_path: Path) -> None:
    parts = '[parts.data]\ntitle = { en = "The books" }\ndescription = { en = "All." }\n'
    gone = '[parts.gone]\ntitle = { en = "Gone" }\ndescription = { en = "Gone." }\n'
    said = retold(books, tmp_path, parts + gone)
    (part,) = said.all(BASE, "dct:hasPart")
    assert said.texts(part, "dct:title") == {"en": "The books"}
    assert said.texts(part, "dct:description") == {"en": "All."}
    assert not any("shapes" in node for node in said.of_class("dcat:Distribution"))


BY_CLASS = """
[parts.books]
title = { en = "Only the books" }
description = { en = "Every book." }
classes = ["https://example.org/books/ns#Book", "ns#Leaflet"]
[parts.unicorns]
title = { en = "Unicorns" }
description = { en = "None." }
classes = ["ns#Unicorn"]
[parts.shapes]
title = { en = "Shapes" }
description = { en = "All." }
"""


def test_the_instances_of_classes_may_be_a_part_with_dumps_of_its_own(tmp_path: Path) -> None:
    release = release_of(tmp_path, BY_CLASS)
    said = said_by(release)
    part, shapes = said.all(BASE, "dct:hasPart")
    assert part == f"{CATALOG}#dataset-books"
    assert shapes.endswith("-shapes")  # there are no unicorns, and no graph of that name
    assert said.texts(part, "dct:title") == {"en": "Only the books"}
    addresses = [said.one(node, "dcat:downloadURL") for node in said.all(part, "dcat:distribution")]
    assert f"{BASE}dump/books.ttl.gz" in addresses
    assert len(addresses) == len(said.all(BASE, "dcat:distribution")) == 12
    assert release.manifest.parts == {"books": 10}
    text = (release.folder / "dumps/books.nt").read_text(encoding="utf-8")
    assert text.count("\n") == 10
    assert "id/two" in text  # with the blank nodes that it leads to
    assert "A reader" not in text
    void = Said(read_document(release, "void"))
    assert void.one(part, "void:triples") == "10"
    assert part in void.all(BASE, "void:subset")


def test_a_graph_with_any_iri_is_a_part(tmp_path: Path) -> None:
    trig = "<https://elsewhere.example/g'x?y#z> { id:three dct:title 'Tre'@sv }\n"
    release = release_of(tmp_path, more={"data/x.trig": trig})
    said = said_by(release)
    (file,) = {
        row["file"].partition(".")[0]
        for row in release.manifest.dumps
        if "elsewhere" in (row["graph"] or "")
    }
    assert f"{CATALOG}#dataset-{file}" in said.all(BASE, "dct:hasPart")


def test_many_graphs_are_no_parts(books: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MOST_PARTS", 2)
    assert datasets.parts(books.manifest, books.settings) == []


def test_a_distribution_for_every_dump_with_its_size_and_checksum(books: Release) -> None:
    said = said_by(books)
    nodes = said.of_class("dcat:Distribution")
    assert len(nodes) == len(books.manifest.dumps)
    for row in books.manifest.dumps:
        node = f"{CATALOG}#distribution-{row['file']}"
        assert said.one(node, "dcat:downloadURL") == f"{BASE}dump/{row['file']}"
        assert said.one(node, "dcat:byteSize") == str(row["bytes"])
        checksum = said.one(node, "spdx:checksum")
        assert said.one(checksum, "spdx:checksumValue") == row["sha256"]
        assert said.one(node, "dcat:mediaType").endswith("/" + row["media_type"])
        packed = [each.rpartition("/")[2] for each in said.all(node, "dcat:compressFormat")]
        assert packed == (["gzip"] if row["gzip"] else [])
        (dataset,) = (
            each
            for each in said.of_class("dcat:Dataset")
            if node in said.all(each, "dcat:distribution")
        )
        assert (dataset == BASE) == (row["graph"] is None)


def test_geometries_have_an_extent_that_is_a_place_by_itself(tmp_path: Path) -> None:
    said = said_by(release_of(tmp_path, more={"data/city.ttl": CITY}))
    place = said.one(BASE, "dct:spatial")
    assert place == f"{CATALOG}#extent"
    assert said.one(place, "dcat:centroid") == "POINT(18 59)"


def test_the_extent_is_that_of_the_one_place_that_the_settings_name(tmp_path: Path) -> None:
    settings = f'[catalog]\nspatial = ["{SWEDEN}"]\nspatial_extent = true\n'
    said = said_by(release_of(tmp_path, settings, {"data/city.ttl": CITY}))
    assert said.all(BASE, "dct:spatial") == [SWEDEN]
    assert said.one(SWEDEN, "dcat:bbox") == "POLYGON((18 59,18 59,18 59,18 59,18 59))"
    assert said.texts(SWEDEN, "skos:prefLabel") == {"sv": "Sverige", "en": "Sweden"}
    assert said.one(SWEDEN, "skos:exactMatch") == "http://data.europa.eu/nuts/code/SE"


def test_a_place_of_no_list_is_told_under_the_labels_that_the_data_has(tmp_path: Path) -> None:
    settings = f'[catalog]\nspatial = ["{BASE}id/city", "{SWEDEN}X"]\nspatial_extent = true\n'
    more = {"data/city.ttl": CITY + 'id:city rdfs:label "Staden"@sv .\n'}
    said = said_by(release_of(tmp_path, settings, more))
    assert said.all(BASE, "dct:spatial") == [BASE + "id/city", SWEDEN + "X", CATALOG + "#extent"]
    assert said.texts(BASE + "id/city", "skos:prefLabel")["sv"] == "Staden"
    assert said.all(SWEDEN + "X", "skos:inScheme") == []


@pytest.mark.parametrize(
    ("code", "nuts"), [("GRC", "EL"), ("NOR", "NO"), ("FIN", "FI"), ("USA", None), ("XXX", None)]
)
def test_a_country_is_told_as_the_nuts_area_that_it_is(
    books: Release, tmp_path: Path, code: str, nuts: str | None
) -> None:
    country = SWEDEN.replace("SWE", code)
    said = retold(books, tmp_path, f'[catalog]\nspatial = ["{country}"]\n')
    areas = said.all(country, "skos:exactMatch")
    assert areas == ([f"http://data.europa.eu/nuts/code/{nuts}"] if nuts else [])


def test_a_period_may_be_open(books: Release, tmp_path: Path) -> None:
    said = retold(books, tmp_path, '[catalog]\ntemporal = "2018-03/.."\n')
    period = said.one(BASE, "dct:temporal")
    assert said.one(period, "dcat:startDate") == "2018-03"
    assert said.all(period, "dcat:endDate") == []


def test_the_day_of_issue_may_be_given(books: Release, tmp_path: Path) -> None:
    said = retold(books, tmp_path, "[catalog]\nissued = 2018-03-26\n")
    assert said.one(BASE, "dct:issued") == "2018-03-26"


def test_data_conforms_to_its_vocabulary_and_to_shapes_that_were_run(tmp_path: Path) -> None:
    more = {
        "ontology/about.ttl": "<https://example.org/books/ns> a owl:Ontology .\n",
        "shapes/prefixes.ttl": "<https://example.org/books/shapes> a owl:Ontology .\n",
    }
    release = release_of(tmp_path, more=more)
    said = said_by(release)
    assert said.all(BASE, "dct:conformsTo") == [BASE + "ns", BASE + "graph/shapes"]
    assert said.all(CATALOG + "#dataset-shapes", "dct:conformsTo") == [BASE + "ns"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("https://creativecommons.org/licenses/by/4.0", "by/4.0"),
        ("http://creativecommons.org/licenses/by/4.0/", "by/4.0"),
        ("https://www.creativecommons.org/licenses/by/4.0/", "by/4.0"),
        ("https://creativecommons.org.example.com/licenses/by/4.0/", None),
    ],
)
def test_a_licence_of_creative_commons_is_told_as_portals_know_it(
    books: Release, tmp_path: Path, given: str, told: str | None
) -> None:
    toml = TOML.replace("http://creativecommons.org/publicdomain/zero/1.0/", given)
    said = retold(books, tmp_path, toml=toml)
    licence = said.one(BASE, "dct:license")
    assert licence == (f"http://creativecommons.org/licenses/{told}/" if told else given)
    assert len(said.all(licence, "dct:type")) == (1 if told else 0)
    titles = ["Creative Commons Attribution"]  # by which CKAN knows it
    assert said.all(licence, "dct:title") == (titles if told else [])


def test_an_odd_address_makes_an_iri(books: Release, tmp_path: Path) -> None:
    toml = TOML.replace("reader@example.org", 'a"{b}å%c?d@example.org'.replace('"', '\\"'))
    said = retold(books, tmp_path, toml=toml)
    address = said.one(CATALOG + "#contact", "vcard:hasEmail")
    assert address == "mailto:a%22%7Bb%7D%C3%A5%25c%3Fd@example.org"


def test_languages_of_no_table_are_left_out(books: Release, tmp_path: Path) -> None:
    toml = TOML.replace('["sv", "en"]', '["tlh", "pt-br"]')
    said = retold(books, tmp_path, toml=toml)
    (language,) = said.all(BASE, "dct:language")
    assert language.endswith("/POR")
    assert said.texts(CATALOG, "dct:title") == {"en": "Catalogue: Books"}


def test_the_same_release_has_the_same_catalogue(books: Release, tmp_path: Path) -> None:
    again: list[Quad] = catalogue(books.manifest, content_of(books, tmp_path), books.versions)
    assert again == read_document(books, CATALOGUE)
    other = release_of(tmp_path)
    for path in sorted(books.folder.glob("catalog.*")):
        assert (other.folder / path.name).read_bytes() == path.read_bytes()
