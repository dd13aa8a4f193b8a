"""Who asks for what is not there is told what looks like it, at a bounded cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graphsvc.iris import Addresses
from graphsvc.resources.building import build_resources
from graphsvc.resources.lookups import Resources
from graphsvc.web.app import create_app
from graphsvc.web.nearest import BESIDE, CHARACTERS, ELSEWHERE, FOLDERS, NEAREST, nearest
from web.served import BASE, Client, client_of, make_release, problem

LINE = f'<{BASE}{{}}> <http://www.w3.org/2000/01/rdf-schema#label> "x" <{BASE}graph/data> .\n'
MORE = f"""
<doc/gamma1> rdfs:label "named like an address"@en .
<id/many/{"b" * CHARACTERS}> rdfs:label "long"@en .
"""
MORE += """
<id/many/alpha1> rdfs:label "1"@en . <id/many/alpha2> rdfs:label "2"@en .
<id/many/alpha3> rdfs:label "3"@en . <id/many/alpha4> rdfs:label "4"@en .
<id/many/alpha5> rdfs:label "5"@en . <id/many/alpha6> rdfs:label "6"@en .
<id/many/alpha0> rdfs:label "0"@en ; <http://www.w3.org/2002/07/owl#deprecated> true .
<id/other/alpha> rdfs:label "<i>other</i>"@en .
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    release = make_release(tmp_path_factory.mktemp("near"), MORE)
    with client_of(create_app(lambda: release)) as client:
        yield client


def near(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 404
    return [iri.removeprefix(BASE) for iri in problem(response).get("nearest", [])]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/id/cluster/compar", "id/cluster/compare"),
        ("/doc/cluster/kompare", "id/cluster/compare"),
        ("/doc/cluster/compar.ttl", "id/cluster/compare"),
        ("/doc/cluster/compar?lang=en", "id/cluster/compare"),
        ("/id/cluster/Compare", "id/cluster/compare"),
        ("/id/cluster/compare/", "id/cluster/compare"),
        ("/id/clusters/compare", "id/cluster/compare"),
        ("/id/region/compare", "id/cluster/compare"),
        ("/cluster/compare", "id/cluster/compare"),
        ("/id/compare", "id/cluster/compare"),
        ("/id/ns", "ns"),
        ("/def/level/bronz", "def/level/bronze"),
        ("/ns/Cluster", "ns#Cluster"),
        ("/id/cluster/%C3%A5ngstrom", "id/cluster/ångström"),
    ],
)
def test_what_was_meant_comes_first(client: Client, asked: str, meant: str) -> None:
    assert near(client, asked)[:1] == [meant]


def test_the_same_folder_comes_first_and_what_is_withdrawn_never(client: Client) -> None:
    found = near(client, "/id/many/alpha")
    assert found == [f"id/many/alpha{number}" for number in range(1, NEAREST + 1)]
    assert near(client, "/id/other/alpha1")[0] == "id/other/alpha"
    assert "id/many/alpha1" in near(client, "/id/other/alpha1")


@pytest.mark.parametrize(
    "path",
    [
        "/id/nobody",
        "/id/gamma",
        "/id/many/" + "b" * (CHARACTERS - 1),
        "/wp-login.php",
        "/id/cluster/%25",
        "/id/cluster/%2A%2A%2A",
        "/doc/%00",
        "/id/cluster/%F0%9F%A6%86",
        "/id/" + "a" * 60_000,
        "/" + "/".join("a" * 20_000),
        "/id/cluster/" + "%C3%A5" * 9_000,
    ],
)
def test_what_looks_like_nothing_is_told_nothing(client: Client, path: str) -> None:
    assert near(client, path) == []


def test_people_are_shown_links_to_what_may_have_been_meant(client: Client) -> None:
    page = client.html("/id/other/alpha1?lang=en")
    assert "Was one of these meant?" in page
    assert '<a href="/doc/other/alpha?lang=en">' in page
    assert "&lt;i&gt;other&lt;/i&gt;" in page
    assert "<i>" not in page
    assert "Menades någon av dessa?" in client.html("/id/other/alpha1", accept_language="sv")
    assert "Was one of these" not in client.html("/id/nobody?lang=en")


def test_what_was_asked_is_not_repeated_on_the_page_as_markup(client: Client) -> None:
    for path in ('/id/cluster/compare"><img src=x>', "/id/cluster/<b>compare"):
        assert "<img src=x" not in client.html(path)
        assert "<b>compare" not in client.html(path)


def test_behind_a_proxy_links_keep_its_path(tmp_path: Path) -> None:
    release = make_release(tmp_path)
    with client_of(create_app(lambda: release, "/at")) as client:
        for prefix in ("", "/at"):
            asked = f"{prefix}/id/cluster/compar"
            assert near(client, asked)[0] == "id/cluster/compare"
            assert '<a href="/at/doc/cluster/compare">' in client.html(asked)


def test_the_look_up_reads_no_more_for_a_large_publication(tmp_path: Path) -> None:
    def steps(asked: str, iris: list[str]) -> int:
        """How much SQLite does for a look-up, in hundreds of its instructions."""
        n_quads, path = tmp_path / "quads.nq", tmp_path / f"{len(iris)}.db"
        n_quads.write_text("".join(map(LINE.format, sorted(iris))), encoding="utf-8")
        if not path.exists():
            build_resources(path, n_quads, BASE)
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        with closing(Resources(path)) as resources:
            database: sqlite3.Connection = resources._database._connection
            database.set_progress_handler(count, 100)
            found = nearest(resources, Addresses(BASE), BASE + asked)
            assert len(found) <= NEAREST
            database.set_progress_handler(None, 0)
        return counted

    def many(number: int) -> list[str]:
        things = [f"id/thing/{i:06}" for i in range(number)]
        return [*things, *(f"id/{i:06}" for i in range(number)), *(f"f{i}/x" for i in range(99))]

    few, lot = many(500), many(5_000)
    for asked in ("id/thing/000333x", "id/000333x", "thing/0", "id/thing/x/y", "z", "%_*"):
        assert steps(asked, lot) <= steps(asked, few) + 5
    assert BESIDE * 2 + ELSEWHERE * 2 * (FOLDERS + 1) < 1_000
