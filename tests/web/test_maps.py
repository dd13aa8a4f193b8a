"""The maps on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from graphsvc.maps.drawing import MOST_MARKS, MOST_POINTS
from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.served import BASE, Client, client_of, make_release

S3P = "https://w3id.org/s3-cluster-pilot/"
COUNTS = f"""
PREFIX s3p: <{S3P}ns#>
SELECT ?region ?name (COUNT(DISTINCT ?cluster) AS ?clusters) {{
  ?region a s3p:Region ; skos:prefLabel ?name . FILTER (lang(?name) = "sv")
  OPTIONAL {{ ?cluster a s3p:Cluster ; s3p:region ?region }}
}} GROUP BY ?region ?name
"""
AREA = re.compile(r'<a class="area shade-(\d)" href="([^"]+)"><title>([^<]+)</title><path d="M')
MARK = re.compile(r'<a class="mark" href="([^"]+)"><title>([^<]+)</title><circle ')
GEOMETRY = """
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix ex: <ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Region a rdfs:Class ; rdfs:label "Region"@en .
ex:Thing a rdfs:Class ; rdfs:label "Thing"@en .
ex:Point a rdfs:Class .
<id/west> a ex:Region ; rdfs:label "\\"><script>alert(5)</script>"@en ;
  geo:hasGeometry [ geo:asWKT "POLYGON((10 59,11 59,11 61,10 61,10 59))" ] .
<id/bad> a ex:Region ; geo:hasGeometry [ geo:asWKT "POLYGON((</path><script>" ] .
<id/in-the-west> ex:region <id/west> .
"""


@pytest.fixture(scope="module")
def shipped(shipped_release: Path) -> Iterator[Client]:
    release = Release.open(shipped_release)
    with client_of(create_app(lambda: release)) as client:
        yield client


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """More points than are drawn, and more things than are marked."""
    things = [f"<id/t{n}> a ex:Thing ; ex:region <id/west> ." for n in range(MOST_MARKS + 1)]
    points = [
        f'<id/p{n}> a ex:Point ; geo:hasGeometry [ geo:asWKT "POINT({10 + n / 1000} 60)" ] .'
        for n in range(MOST_POINTS + 100)
    ]
    data = GEOMETRY + "\n".join(things + points)
    release = make_release(tmp_path_factory.mktemp("crowded"), data)
    with client_of(create_app(lambda: release)) as client:
        yield client


def test_every_region_is_a_link_with_its_number_of_clusters(
    shipped: Client, shipped_release: Path
) -> None:
    page = shipped.html("/", accept_language="sv")
    shown = {href: (shade, unescape(title)) for shade, href, title in AREA.findall(page)}
    counted = Release.open(shipped_release).store.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" + COUNTS,
        use_default_graph_as_union=True,
    )
    assert isinstance(counted, QuerySolutions)
    expected = {}
    for solution in counted:
        href = solution["region"].value.replace(S3P + "id/", "/doc/")
        number = int(solution["clusters"].value)
        expected[href] = (str(2 * number), f"{solution['name'].value} – Kluster: {number}")
    assert len(shown) == 21
    assert shown == expected
    assert re.findall(r"</span> (\d)</li>", page) == ["0", "1", "2"]


def test_every_cluster_is_a_mark_that_leads_to_its_page(shipped: Client) -> None:
    marks = dict(MARK.findall(shipped.html("/", accept_language="en")))
    assert len(marks) == 22
    assert marks["/doc/cluster/compare"] == "Compare, Värmland"


def test_the_map_has_a_table_for_a_twin(shipped: Client) -> None:
    page = shipped.html("/", accept_language="en")
    table = page[page.index("<table>") : page.index("</table>")]
    rows = [re.sub(r"<[^>]*>", "|", row) for row in table.split("</tr>")[1:-1]]
    assert len(rows) == 21
    cells = [[each for each in row.split("|") if each.strip(" \n,")] for row in rows]
    assert ["Värmland", "2", "Compare", "Paper Province"] in cells
    assert ["Gotland", "0"] in cells


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_the_home_page_is_a_hundred_kilobytes_at_most_with_all_it_needs(
    shipped: Client, coding: str
) -> None:
    page = shipped.html("/")
    paths = ["/", *re.findall(r'(?:href|src)="(/static/[^"]+)"', page)]
    answers = [shipped.get(path, accept="text/html, */*", accept_encoding=coding) for path in paths]
    assert answers[0].headers["content-encoding"] == coding
    assert len(answers) == 3
    assert sum(int(answer.headers["content-length"]) for answer in answers) < 100_000


def test_nothing_on_a_map_needs_a_style_or_a_script_of_the_page(shipped: Client) -> None:
    for path in ("/", "/doc/cluster/compare"):
        svg = re.findall(r"<svg.*?</svg>", shipped.html(path), re.DOTALL)
        assert svg
        assert not re.search(r"style=|<script|<style|<image|https?:", svg[0])


def test_a_page_shows_where_its_resource_is(shipped: Client) -> None:
    cluster = shipped.html("/doc/cluster/compare", accept_language="en")
    assert '<a class="area" href="/doc/region/SE311"><title>Värmland</title>' in cluster
    assert '<g class="mark" role="img"><title>Compare, Värmland</title>' in cluster
    region = shipped.html("/doc/region/SE311", accept_language="en")
    assert '<g class="area" role="img"><title>Värmland</title>' in region


def test_a_page_of_what_has_no_place_has_no_map(shipped: Client) -> None:
    for path in ("/doc/statement/line-44", "/doc/programme/s3-cluster-pilot", "/ns"):
        assert 'class="map' not in shipped.html(path)


def test_a_publication_without_geometry_has_no_map_and_no_heading(client: Client) -> None:
    page = client.html("/", accept_language="en")
    assert "Ways in" in page
    assert "<svg" not in page
    assert ">Map<" not in page
    assert "<svg" not in client.html("/doc/cluster/compare")


def test_labels_are_text_on_the_map(crowded: Client) -> None:
    page = crowded.html("/", accept_language="en")
    assert "<script>" not in page
    title = "&#34;&gt;&lt;script&gt;alert(5)&lt;/script&gt; – Thing: 301"
    assert f'<a class="area shade-4" href="/doc/west"><title>{title}</title>' in page
    assert "<script>" not in crowded.html("/doc/west")


def test_what_is_not_drawn_is_told(crowded: Client) -> None:
    page = crowded.html("/", accept_language="en")
    assert f"The map shows {MOST_POINTS + 1} of {MOST_POINTS + 101} places." in page
    assert f"{MOST_MARKS + 1} are too many to be marked one by one" in page
    assert re.search(r'<text [^>]*aria-hidden="true">301</text>', page)
    assert len(MARK.findall(page)) == MOST_POINTS
    assert '<td class="amount">301</td></tr>' in page
    assert len(page) < 300_000


def test_a_place_that_is_not_drawn_is_on_its_own_page(crowded: Client) -> None:
    drawn = {href for href, _ in MARK.findall(crowded.html("/"))}
    left = next(f"/doc/p{n}" for n in range(MOST_POINTS + 100) if f"/doc/p{n}" not in drawn)
    assert '<g class="mark" role="img">' in crowded.html(left)


def test_what_points_to_an_area_shows_where_that_is(crowded: Client) -> None:
    assert '<a class="area" href="/doc/west">' in crowded.html("/doc/in-the-west")
    assert "<svg" not in crowded.html(f"/doc/{BASE.rpartition('/')[2]}hostile")
