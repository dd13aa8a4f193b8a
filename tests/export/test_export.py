"""An export as a host of static files would serve it: whole, linked, and the same each time."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from pyoxigraph import parse
from repositories import DAYS, Repository, book
from web.served import BASE, make_release

from graphsvc.export.export import MARKER, Exported, ExportError, export
from graphsvc.formats import RDF_FORMATS
from graphsvc.iris import Addresses
from graphsvc.release import Release

TOP = "https://pages.example.org/some/where/"
HOSTILE = """
<id/a%2Fb> <ns#note> "a slash that is none" .
<id/CASE> <ns#note> "upper case" . <id/case> <ns#note> "lower case" .
<id/file.ttl> <ns#note> "an IRI with a suffix" . <id/file> <ns#note> "one without" .
<id/index.html> <ns#note> "like a page" .
<en/doc/case> <ns#note> "like a language" .
<id/x> <ns#note> "</script><script>alert(1)</script>" ; <ns#region> <id/nobody> .
<id/old> <http://www.w3.org/2002/07/owl#deprecated> true .
"""


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "data-terms", "data-dump"):
                self.links.append(value or "")
            if name == "id":
                self.ids.add(value or "")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("small"), HOSTILE)


@pytest.fixture(scope="module")
def made(release: Release, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    out = tmp_path_factory.mktemp("out") / "site"
    return out, export(release, out, TOP)


@pytest.fixture(scope="module")
def site(made: tuple[Path, Exported]) -> Path:
    return made[0]


def pages(site: Path) -> Iterator[Path]:
    yield from site.rglob("*.html")


def file_of(site: Path, url: str) -> Path:
    path = site / unquote(urlsplit(url).path.removeprefix("/top/"))
    return path / "index.html" if path.is_dir() else path


def test_every_link_leads_to_a_file_and_every_fragment_to_a_part_of_it(site: Path) -> None:
    """Read with another parser than that of the export, from the files alone."""
    read = {page: _Reader(page.read_text("utf-8")) for page in pages(site)}
    count = 0
    for page, reader in read.items():
        here = f"/top/{page.relative_to(site).as_posix()}"
        for link in reader.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = file_of(site, urljoin(here, link))
            assert target.is_file(), (page, link)
            if parts.fragment and target in read and target.name != MARKER:
                assert unquote(parts.fragment) in read[target].ids, (page, link)
            count += 1
    assert count > 500
    assert not any(link.startswith("/") for reader in read.values() for link in reader.links)


def test_every_resource_has_its_page_in_each_language_and_its_data_in_each_format(
    site: Path, release: Release
) -> None:
    addresses = Addresses(BASE)
    iris = {iri.partition("#")[0] for iri in release.resources.iris(BASE)}
    assert f"{BASE}id/a%2Fb" in iris
    found = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in site.rglob("*") if path.is_file()
    }
    assert len(found) > len(iris)
    for iri in (f"{BASE}id/cluster/compare", f"{BASE}id/region/å", f"{BASE}id/x"):
        path = unquote((addresses.path(iri) or "").removeprefix("/"))
        for folder in (site, site / "en"):
            assert (folder / path / "index.html").is_file()
        for format in RDF_FORMATS:
            quads = list(parse((site / f"{path}.{format.suffix}").read_bytes(), format.rdf))
            assert any(quad.subject.value == iri for quad in quads)


def test_a_thing_leads_to_its_document(site: Path) -> None:
    text = (site / "id/cluster/compare/index.html").read_text("utf-8")
    assert 'content="0; url=../../../doc/cluster/compare/"' in text


def test_names_that_a_file_system_would_confuse_are_kept_apart(site: Path) -> None:
    folders = [each.name for each in (site / "doc").iterdir()]
    assert len({name.lower() for name in folders}) == len(folders)
    texts = [page.read_text("utf-8") for page in pages(site)]
    notes = [text for text in texts if '<html lang="sv">' in text and "http-equiv" in text]
    for note in (
        "upper case",
        "lower case",
        "an IRI with a suffix",
        "one without",
        "a slash that is none",
    ):
        assert sum(f">{note}</span>" in text for text in notes) == 1, note


def test_pages_carry_the_policy_that_the_server_sends(site: Path) -> None:
    for page in pages(site):
        text = page.read_text("utf-8")
        if 'http-equiv="refresh"' in text:
            continue
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy is not None, page
        assert "default-src &#x27;none&#x27;" in policy[1], page
        assert "unsafe-inline" not in policy[1]
        assert "<script>alert" not in text


def test_withdrawn_resources_have_a_page_that_says_so(site: Path) -> None:
    assert 'class="notice"' in (site / "en/doc/old/index.html").read_text("utf-8")


def test_what_has_no_answer_is_told_and_not_linked(made: tuple[Path, Exported]) -> None:
    site, told = made
    nobody, someone = "/doc/nobody", "/doc/agent/someone"  # the publisher, of whom nothing is said
    assert sorted(told.nowhere) == [someone, f"{someone}?lang=en", nobody, f"{nobody}?lang=en"]
    assert "nobody" in (site / "doc/x/index.html").read_text("utf-8")


def test_sitemap_lists_the_pages_where_they_will_be(site: Path) -> None:
    locations = re.findall("<loc>([^<]+)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert f"{TOP}doc/cluster/compare/" in locations
    assert f"{TOP}en/" in locations
    for each in locations:
        assert file_of(site, "/top/" + each.removeprefix(TOP)).is_file(), each
    assert f"Sitemap: {TOP}sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_the_index_of_the_search_names_every_own_resource(site: Path, release: Release) -> None:
    for folder in ("search", "en/search"):
        index = json.loads((site / folder / "index.json").read_text("utf-8"))
        names = {name for row in index["resources"] for name, _ in row["n"]}
        assert {"Compare", "Jämför", "Ångström", "Zebra"} <= names
        for row in index["resources"]:
            assert file_of(site, urljoin(f"/top/{folder}/", row["p"])).is_file(), row
        assert not any("doc/old" in row["p"] for row in index["resources"])


def test_an_export_is_the_same_each_time(release: Release, site: Path, tmp_path: Path) -> None:
    export(release, tmp_path / "again", TOP)
    assert contents(tmp_path / "again") == contents(site)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_only_what_an_export_wrote_is_replaced(release: Release, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="it holds something else; a folder that is empty"):
        export(release, mine)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]
    assert (mine / "thesis.txt").read_text() == "years of work"
    (mine / "thesis.txt").rename(tmp_path / "thesis.txt")
    export(release, mine)
    (mine / "stale").write_text("of an earlier export")
    export(release, mine)
    assert not (mine / "stale").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine", "thesis.txt"]


def test_versions_are_told_whatever_stands_beside_the_release(tmp_path: Path) -> None:
    books = Repository(tmp_path)
    first = books.build(DAYS[0])
    books.add(book("three"))
    folder = books.build(DAYS[1])
    release = Release.open(folder)
    export(release, tmp_path / "beside")
    shutil.rmtree(first)
    export(release, tmp_path / "alone")
    alone, beside = (
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        for site in (tmp_path / "alone", tmp_path / "beside")
    )
    assert alone == beside
    for row in release.versions:
        page = (tmp_path / f"alone/version/{row.version}/index.html").read_text("utf-8")
        assert row.version in page
        assert (tmp_path / f"alone/version/{row.version}.ttl").is_file()
        assert ('href="../../dump/all.nq"' in page) == (row.version == release.manifest.version)
