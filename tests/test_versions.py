"""The ledger of versions: what is built after what, and that nothing of it is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harvest.catalogues import Said
from repositories import DAYS, Repository, book
from test_build import bytes_of, published

from graphsvc.archive import find_holdings
from graphsvc.build import build
from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.documents import read_document
from graphsvc.harvest.versions import of_version, of_whole
from graphsvc.release import FORMAT, Manifest, Release
from graphsvc.settings.file import read_settings
from graphsvc.versions import Version, added, find, merge, read_versions, write_versions

BASE = "https://example.org/books/"


def row(version: str, issued: str | None = None) -> Version:
    return Version(version * 64, None, issued, 1, ())


DUMP = {"file": "x", "media_type": "", "gzip": False, "bytes": 1, "sha256": "0" * 64}
A, B, C = row("a", DAYS[0]), row("b", DAYS[1]), row("c", DAYS[2])


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return Repository(tmp_path)


def versions(folder: Path) -> list[str]:
    return [each.version for each in read_versions(folder)]


# ----- ledgers


@pytest.mark.parametrize(
    ("ledgers", "merged"),
    [
        ([], []),
        ([[B, A], [C, B, A], [A]], [C, B, A]),
        ([[A], [B], [C]], [C, B, A]),  # each of a release that had no ledger
        ([[A, B, A], [B, A]], [A, B, A]),  # a version that came back
        ([[C, A], [B, A]], [C, B, A]),
        ([[B, A], [row("d"), A]], [B, A, row("d")]),
        ([[B, A], [replace(B, issued=DAYS[2]), A]], [B, A]),  # the same content later
    ],
)
def test_ledgers_become_one(ledgers: list[list[Version]], merged: list[Version]) -> None:
    assert merge(ledgers) == merged


def test_only_another_version_adds_a_row() -> None:
    assert added([], A) == [A]
    assert added([A], replace(A, issued=DAYS[1])) == [A]
    assert added([B, A], A) == [A, B, A]


def test_a_version_is_found_by_its_name_and_by_the_beginning_of_it() -> None:
    other = replace(A, version="a" * 12 + "b" * 52)
    assert find([B, A], "a" * 64) == find([B, A], "a" * 12) == [A]
    assert find([B, A], "a" * 13) == find([B, A], "") == find([B, A], "c" * 12) == []
    assert find([A, B, other], "a" * 12) == [A, other]


@pytest.mark.parametrize(
    "change",
    [
        {"version": "a"},
        {"version": 1},
        {"commit": 1},
        {"issued": "yesterday"},
        {"quads": "many"},
        {"dumps": [{}]},
        {"dumps": [DUMP | {"file": "../x"}]},
        {"dumps": [DUMP | {"sha256": ""}]},
        {"dumps": [DUMP | {"codings": {"br": {**DUMP, "file": "../x"}}}]},
    ],
)
def test_what_is_no_ledger_is_not_read_as_one(tmp_path: Path, change: dict[str, Any]) -> None:
    write_versions(tmp_path, [A])
    assert read_versions(tmp_path) == [A]
    path = tmp_path / "versions.json"
    table = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps([table[0] | change]), encoding="utf-8")
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_versions(tmp_path)


# ----- builds


def test_each_build_of_new_content_is_a_version(books: Repository) -> None:
    first = books.build(DAYS[0])
    assert read_versions(first) == [Version.of(Manifest.read(first).table())]
    books.set("A few books", "Some books")
    retitled = books.build(DAYS[1])
    assert retitled != first
    assert read_versions(retitled) == read_versions(first)  # what it holds is the same
    books.add(book("three"))
    second = books.build(DAYS[2])
    assert versions(second) == [Manifest.read(second).version, *versions(first)]
    issued = [each.issued for each in read_versions(second)]
    assert issued == [DAYS[2], DAYS[0]]
    files = {dump["file"] for dump in read_versions(second)[1].dumps}
    assert "all.nq.gz" in files
    assert "data.nq" not in files  # whoever wants a graph takes the release, while it is kept


def test_what_is_not_kept_is_still_told(books: Repository) -> None:
    books.set("[title]", "[limits]\nkeep_releases = 1\n[title]")
    built = []
    for number, day in enumerate(DAYS):
        books.add(book(f"more{number}"))
        built.append(books.build(day).name)
    (kept,) = (path for path in books.releases.iterdir() if path.is_dir())
    assert kept.name == built[-1]
    assert [each[:12] for each in versions(kept)] == [name[:12] for name in reversed(built)]


def test_the_same_publication_after_the_same_releases_gives_the_same_bytes(
    books: Repository, tmp_path: Path
) -> None:
    books.build(DAYS[0])
    books.add(book("three"))
    books.build(DAYS[1])
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(books.releases, elsewhere, copy_function=shutil.copyfile)
    books.add(book("four"))
    books.commit(DAYS[2])
    here, there = build(books.root, books.releases), build(books.root, elsewhere)
    assert here.name == there.name
    assert published(here) == published(there)
    assert len(versions(here)) == 3


def damage_manifest(folder: Path) -> None:
    (folder / "release.json").write_text('{"version": 1}', encoding="utf-8")


def change_base(folder: Path) -> None:
    path = folder / "release.json"
    path.write_text(path.read_text("utf-8").replace(BASE, "https://other.example/"), "utf-8")


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def become_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"[")


@pytest.mark.parametrize("harm", [damage_manifest, change_base, empty, become_a_file])
def test_what_is_no_release_of_it_harms_no_build(
    books: Repository, harm: Callable[[Path], None]
) -> None:
    first = books.build(DAYS[0])
    books.add(book("three"))
    harm(first)
    second = books.build(DAYS[1])
    assert versions(second) == [Manifest.read(second).version]


def test_a_release_of_another_format_is_told_and_not_opened(books: Repository) -> None:
    first = books.build(DAYS[0])
    path = first / "release.json"
    table = json.loads(path.read_text("utf-8"))
    table = {name: told for name, told in table.items() if name != "versions"}
    path.write_text(json.dumps(table | {"format": FORMAT - 1}), encoding="utf-8")
    (first / "versions.json").unlink()
    shutil.rmtree(first / "store")
    (first / "resources.db").write_bytes(b"other")
    books.add(book("three"))
    second = books.build(DAYS[1])
    assert versions(second) == [Manifest.read(second).version, table["version"]]
    holdings = find_holdings(books.releases, BASE)
    assert [(each.name, each.can_be_opened) for each in holdings] == [
        (second.name, True),
        (first.name, False),
    ]
    assert holdings[1].dump("all.nq") is not None


def test_a_damaged_ledger_is_built_anew(books: Repository) -> None:
    folder = books.build(DAYS[0])
    before = bytes_of(folder)["versions.json"]
    (folder / "versions.json").write_bytes(b"{")
    assert build(books.root, books.releases) == folder
    assert bytes_of(folder)["versions.json"] == before


# ----- in RDF


def test_the_catalogue_tells_the_version_and_the_one_before(books: Repository) -> None:
    first = books.build(DAYS[0])
    books.add(book("three"))
    second = books.build(DAYS[1])
    now, then = (f"{BASE}version/{Manifest.read(each).version}" for each in (second, first))
    for folder, previous in ((first, []), (second, [then])):
        release = Release.open(folder)
        said = Said(read_document(release, CATALOGUE))
        own = f"{BASE}version/{release.manifest.version}"
        assert said.all(BASE, "dcat:hasCurrentVersion") == [own]
        assert said.all(BASE, "dcat:previousVersion") == previous
    # To a portal each dcat:Dataset is one to be listed.
    assert not {now, then} & set(said.of_class("dcat:Dataset"))


def test_versions_in_rdf_have_no_circle(books: Repository) -> None:
    settings = read_settings(books.root)
    rows = [A, C, B, A]
    said = Said(
        quad for version in (A, B, C) for quad in of_version(settings, rows, version.version)
    )
    assert [
        said.all(f"{BASE}version/{each.version}", "dcat:previousVersion") for each in (A, B, C)
    ] == [[], [f"{BASE}version/{A.version}"], [f"{BASE}version/{B.version}"]]
    whole = Said(of_whole(settings, rows, A.version))
    assert len(whole.all(BASE, "dcat:hasVersion")) == 3
    assert whole.one(BASE, "dcat:hasCurrentVersion") == f"{BASE}version/{A.version}"


def test_an_ontology_has_the_version_that_it_says_else_that_of_the_release(
    books: Repository,
) -> None:
    books.add("<ns> a owl:Ontology .\n<other#> a owl:Ontology ; owl:versionIRI <other/1> .\n")
    release = Release.open(books.build(DAYS[0]))
    said = Said(read_document(release, CATALOGUE))
    version = f"{BASE}version/{release.manifest.version}/ns"
    assert said.all(f"{BASE}ns", "owl:versionIRI") == [version]
    assert said.all(f"{BASE}other#", "owl:versionIRI") == []
