"""/version/ and what is below it, with releases made from commits of a small publication."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from harvest.catalogues import Said
from pyoxigraph import RdfFormat, parse
from repositories import DAYS, Repository, book

from graphsvc.formats import from_media_type
from graphsvc.release import FORMAT, Release, prune
from graphsvc.versions import read_versions, write_versions
from graphsvc.web.app import create_app
from web.served import Client, client_of, names, problem

BASE = "https://example.org/books/"


@dataclass
class Library:
    """Three releases of three versions in a folder, the latest of them served."""

    folders: list[Path]  # the earliest first
    release: Release
    client: Client

    @property
    def versions(self) -> list[str]:
        return [row.version for row in reversed(self.release.versions)]

    def said(self, path: str) -> Said:
        answer = self.client.get(path, accept="text/turtle")
        assert answer.status_code == 200
        return Said(parse(answer.content, RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the releases, which no test changes."""
    books = Repository(tmp_path_factory.mktemp("library"))
    for number, day in enumerate(DAYS):
        if number:
            books.add(book(f"book{number}"))
        books.build(day)
    return books.releases


def open_library(releases: Path, root_path: str = "") -> Iterator[Library]:
    """Any test may change the folder that it is given."""
    folders = sorted(
        (path for path in releases.iterdir() if path.is_dir()),
        key=lambda path: json.loads((path / "release.json").read_text("utf-8"))["issued"],
    )
    release = Release.open(folders[-1])
    with client_of(create_app(lambda: release, root_path)) as client:
        yield Library(folders, release, client)


@pytest.fixture(scope="module")
def library(built: Path) -> Iterator[Library]:
    yield from open_library(built)


@pytest.fixture
def own_library(built: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(built, tmp_path / "releases")
    yield from open_library(tmp_path / "releases")


@pytest.fixture
def mounted(built: Path) -> Iterator[Library]:
    yield from open_library(built, "/pilot")


def link(answer: httpx.Response, relation: str) -> str:
    """The target of the only link with a relation."""
    found = re.findall(
        rf'<([^>]*)>; rel="(?:[^"]* )?{relation}(?: [^"]*)?"', answer.headers["link"]
    )
    assert len(found) == 1, (relation, answer.headers["link"])
    return str(found[0])


# ----- the list


def test_all_versions_are_listed_the_latest_first(library: Library) -> None:
    for language, title in (("sv", "Versioner"), ("en", "Versions")):
        page = library.client.html("/version/", accept_language=language)
        assert f"<h1>{title}</h1>" in page
        at = [page.index(f'"/version/{each}"') for each in reversed(library.versions)]
        assert at == sorted(at)
    said = library.said("/version/")
    assert said.all(BASE, "dcat:hasVersion") == [
        f"{BASE}version/{each}" for each in reversed(library.versions)
    ]
    assert said.one(BASE, "dcat:hasCurrentVersion") == f"{BASE}version/{library.versions[-1]}"


def test_the_list_is_found_from_everywhere(library: Library) -> None:
    assert library.client.get("/version").headers["location"] == "/version/"
    for path in ("/", "/doc/one", "/dump/"):
        page = library.client.html(path)
        assert 'href="/version/"' in page
        assert f'href="/version/{library.versions[-1]}"' in page
    whole = library.said("/")
    assert len(whole.all(BASE, "dcat:hasVersion")) == 3


def test_the_list_has_pages(library: Library) -> None:
    assert library.client.get("/version/?page=1").status_code == 200
    assert library.client.get("/version/?page=2").status_code == 404
    assert library.client.get("/version/?page=x").status_code == 400


# ----- descriptions


def test_a_version_is_described(library: Library) -> None:
    first, second, _ = library.versions
    said = library.said(f"/version/{second}")
    iri = f"{BASE}version/{second}"
    assert said.one(iri, "dct:issued") == DAYS[1]
    assert said.one(iri, "dcat:version") == second
    assert said.one(iri, "dcat:isVersionOf") == BASE
    assert said.one(iri, "dcat:previousVersion") == f"{BASE}version/{first}"
    n_quads = f"{iri}#all.nq"
    assert said.one(n_quads, "dcat:downloadURL") == f"{iri}/dump/all.nq"
    assert said.one(said.one(n_quads, "spdx:checksum"), "spdx:checksumValue") == second
    page = library.client.html(f"/version/{second}", accept_language="en")
    for told in (second, first[:12], "2026-02-01", f'href="/version/{second}/dump/all.nq"'):
        assert told in page
    commit = json.loads((library.folders[1] / "release.json").read_text("utf-8"))["commit"]
    assert commit in page


def test_a_cited_address_is_the_one_that_everybody_knows(library: Library) -> None:
    version = library.versions[-1]
    page = library.client.html("/doc/one", accept_language="en")
    assert f'<a href="/version/{version}"><bdi>{BASE}version/{version}</bdi></a>' in page


@pytest.mark.parametrize("suffix", ["", ".ttl", ".rdf", ".jsonld", ".nt", ".trig", ".nq", ".html"])
def test_a_version_answers_by_each_of_its_names_and_formats(library: Library, suffix: str) -> None:
    version, name = library.versions[0], library.folders[0].name
    for each in (version, version[:12], name):
        answer = library.client.get(f"/version/{each}{suffix}")
        head = library.client.ask("HEAD", f"/version/{each}{suffix}")
        assert answer.status_code == head.status_code == 200
        assert head.headers == answer.headers
        assert link(answer, "canonical") == f"{BASE}version/{version}"
        etag = answer.headers["etag"]
        again = library.client.get(f"/version/{each}{suffix}", if_none_match=etag)
        assert again.status_code == 304
        if suffix:
            format = from_media_type(answer.headers["content-type"].partition(";")[0])
            assert format is not None
            assert format.suffix == suffix[1:]


@pytest.mark.parametrize(
    "name", ["0" * 64, "0" * 12, "0" * 13, "0" * 12 + "-" + "0" * 12, "x", "../x", "ABCDEF012345"]
)
def test_what_is_no_version_is_404(library: Library, name: str) -> None:
    for path in (f"/version/{name}", f"/version/{name}/doc/one", f"/version/{name}/dump/all.nq"):
        assert library.client.get(path).status_code == 404


def test_the_beginning_of_two_versions_is_404(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "releases")
    folder = next(open_library(tmp_path / "releases")).folders[-1]
    first, *others = read_versions(folder)
    twin = replace(others[0], version=others[0].version[:12] + "0" * 52)
    write_versions(folder, [first, twin, *others])
    release = Release.open(folder)
    with client_of(create_app(lambda: release)) as client:
        answer = client.get(f"/version/{twin.short}")
        assert answer.status_code == 404
        assert "in full" in problem(answer)["detail"]
        assert client.get(f"/version/{others[0].version}").status_code == 200
        assert client.get(f"/version/{twin.version}").status_code == 200


def test_an_iri_of_the_publication_is_no_version(tmp_path: Path) -> None:
    books = Repository(tmp_path)
    books.add(f"<{BASE}version/1.0> rdfs:label 'One'@en .\n")
    release = Release.open(books.build(DAYS[0]))
    with client_of(create_app(lambda: release)) as client:
        assert "One" in client.get("/version/1.0.ttl").text


# ----- dumps


def test_dumps_of_a_version_are_those_of_its_release(library: Library) -> None:
    for folder, version in zip(library.folders, library.versions, strict=True):
        release = Release.open(folder)
        for row in release.manifest.dumps:
            path = f"/version/{version}/dump/{row['file']}"
            answer = library.client.get(path, accept_encoding="identity")
            assert answer.status_code == 200
            assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
            assert answer.headers["etag"] == f'"{row["sha256"]}"'
            assert answer.headers["graphsvc-release"] == version
        release.close()


def test_dumps_of_a_version_are_sent_as_others_are(library: Library) -> None:
    path = f"/version/{library.versions[0]}/dump/all.nt"
    plain = {"accept-encoding": "identity"}
    whole, head = (library.client.ask(method, path, plain) for method in ("GET", "HEAD"))
    assert head.headers == whole.headers
    assert head.content == b""
    assert whole.headers["content-type"] == "application/n-triples"
    assert whole.headers["content-length"] == str(len(whole.content))
    part = library.client.ask("GET", path, plain | {"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    etag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert modified == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert library.client.ask("GET", path, plain | {"if-none-match": etag}).status_code == 304
    assert library.client.get(path, if_modified_since=modified).status_code == 304
    assert library.client.get(path.replace("all.nt", "nothing.nt")).status_code == 404
    for hostile in ("..%2Frelease.json", "%2e%2e/release.json", "../release.json"):
        assert library.client.get(path.replace("all.nt", hostile)).status_code == 404


# ----- what is not kept any more


def test_what_was_removed_is_gone_and_its_description_stays(own_library: Library) -> None:
    client, (first, second, third) = own_library.client, own_library.versions
    paths = [f"/version/{second}/dump/all.nt", f"/version/{second}/doc/one.ttl"]
    described = f"/version/{second}.ttl"
    before = {path: client.get(path) for path in (*paths, described, "/version/")}
    tags = {path: answer.headers["etag"] for path, answer in before.items()}
    for path in (described, "/version/"):  # a date would not tell that something was removed
        assert "last-modified" not in before[path].headers
    modified = before[paths[0]].headers["last-modified"]
    assert prune(own_library.folders[1].parent, 2) == [own_library.folders[0].name]
    shutil.rmtree(own_library.folders[1])
    for path in paths:
        answer = client.get(path, if_none_match=tags[path])  # who had it shall know as well
        assert answer.status_code == client.get(path, if_modified_since=modified).status_code == 410
        rest = path.removeprefix(f"/version/{second}/")
        told = problem(answer)
        assert told["successor"] == f"/version/{third}/{rest}"
        assert link(answer, "successor-version") == told["successor"]
        assert told["description"] == f"/version/{second}"
        assert client.get(told["successor"]).status_code == 200
        assert client.ask("HEAD", path).status_code == 410
    for path in (described, "/version/"):
        answer = client.get(path, if_none_match=tags[path])
        assert answer.status_code == 200
        assert answer.headers["etag"] != tags[path]
    iri = f"{BASE}version/{second}"
    said = own_library.said(described)
    assert said.all(f"{iri}#all.nq", "dcat:downloadURL") == []
    checksum = said.one(f"{iri}#all.nq", "spdx:checksum")
    assert said.one(checksum, "spdx:checksumValue") == second
    page = client.html(f"/version/{second}/doc/one", accept_language="sv")
    assert "Sparas inte längre" in page
    assert f'href="/version/{third}/doc/one"' in page
    assert client.get(f"/version/{first}/doc/one").status_code == 410


def test_the_next_version_that_is_kept_is_named(own_library: Library) -> None:
    first, second, _ = own_library.versions
    shutil.rmtree(own_library.folders[0])
    told = problem(own_library.client.get(f"/version/{first}/dump/all.nq"))
    assert told["successor"] == f"/version/{second}/dump/all.nq"


@pytest.mark.parametrize("harm", ["manifest", "database", "foreign"])
def test_what_is_damaged_beside_it_harms_nothing(own_library: Library, harm: str) -> None:
    client, folder = own_library.client, own_library.folders[0]
    manifest = folder / "release.json"
    if harm == "manifest":
        manifest.write_text("[" * 100_000, encoding="utf-8")
    elif harm == "database":
        (folder / "resources.db").write_bytes(b"no database" * 1000)
    else:
        text = manifest.read_text("utf-8").replace(BASE, "https://other.example/")
        manifest.write_text(text, encoding="utf-8")
    first = own_library.versions[0]
    assert client.get("/version/").status_code == 200
    assert client.get(f"/version/{first}").status_code == 200
    assert client.get(f"/version/{first}/doc/one").status_code == 410
    date = "Thu, 01 Jan 2026 12:00:00 GMT"
    answer = client.get("/doc/one", accept_datetime=date)
    assert own_library.folders[1].name in answer.headers["location"]


def test_a_release_of_another_format_has_its_dumps_and_no_pages(own_library: Library) -> None:
    client, folder, first = own_library.client, own_library.folders[0], own_library.versions[0]
    table = json.loads((folder / "release.json").read_text("utf-8"))
    (folder / "release.json").write_text(json.dumps(table | {"format": FORMAT + 1}), "utf-8")
    assert client.get(f"/version/{first}/dump/all.nq").status_code == 200
    assert "another format" in problem(client.get(f"/version/{first}/doc/one"))["detail"]
    assert folder.name not in client.get("/timemap/doc/one").text
    assert f'href="/version/{folder.name}/"' not in client.html("/version/")
    assert first in client.html("/version/")


# ----- several releases, going back, behind a proxy


def test_a_version_may_have_several_releases(tmp_path: Path) -> None:
    books = Repository(tmp_path)
    first = books.build(DAYS[0])
    books.set("A few books", "Some books")
    second = books.build(DAYS[1])
    books.add(book("three"))
    release = Release.open(books.build(DAYS[2]))
    version = release.versions[1].version
    assert len(release.versions) == 2
    with client_of(create_app(lambda: release)) as client:
        for name, title in (
            (version, "Some books"),
            (first.name, "A few books"),
            (second.name, "Some books"),
        ):
            assert title in client.get(f"/version/{name}/index.ttl").text
        shutil.rmtree(second)
        assert "A few books" in client.get(f"/version/{version}/index.ttl").text
        assert client.get(f"/version/{second.name}/index.ttl").status_code == 410
        assert client.get(f"/version/{second.name}").status_code == 200


def test_whoever_went_back_still_describes_the_later_versions(own_library: Library) -> None:
    before, _, last = own_library.versions
    older = Release.open(own_library.folders[0])
    with client_of(create_app(lambda: older)) as client:
        assert client.get(f"/version/{last}").status_code == 200
        assert client.get(f"/version/{last}/doc/one").status_code == 200
        said = Said(parse(client.get("/version/index.ttl").content, RdfFormat.TURTLE))
        assert len(said.all(BASE, "dcat:hasVersion")) == 3
        assert said.one(BASE, "dcat:hasCurrentVersion") == f"{BASE}version/{before}"


def test_links_keep_the_place_that_a_proxy_mounts_it_at(mounted: Library) -> None:
    client, folder = mounted.client, mounted.folders[0]
    assert client.get("/version").headers["location"] == "/pilot/version/"
    for path in (f"/version/{folder.name}/doc/one", "/version/", f"/version/{mounted.versions[0]}"):
        for each in (path, "/pilot" + path):
            page = client.html(each)
            targets = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
            assert targets
            assert all(target.startswith("/pilot/") for target in targets), targets
    page = client.html(f"/version/{folder.name}/doc/one")
    assert f'href="/pilot/version/{folder.name}/doc/reader"' in page
    assert 'href="/pilot/doc/one"' in page


# ----- pages as they were


def test_a_page_says_that_it_is_old_and_leads_to_the_current_one(library: Library) -> None:
    old = f"/version/{library.folders[0].name}"
    new = f"/version/{library.folders[2].name}"
    page = library.client.html(f"{old}/doc/one", accept_language="en")
    assert "This is an old version." in page
    assert '<a href="/doc/one">To the current version of this page</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert f'rel="canonical" href="{BASE}doc/one"' in page
    assert "gammal version" in library.client.html(f"{old}/doc/one", accept_language="sv")
    assert "an address that does not change" in library.client.html(
        f"{new}/doc/one", accept_language="en"
    )
    assert "old version" not in library.client.html("/doc/one", accept_language="en")
    assert "noindex" not in library.client.html("/doc/one")


def test_every_link_of_an_old_page_leads_somewhere(library: Library) -> None:
    old = f"/version/{library.folders[0].name}"
    for path in ("/", "/doc/one", "/ns", "/shapes", "/dump/", "/catalog", "/graph/data"):
        page = library.client.get(old + path, accept="text/html")
        if page.status_code == 303:
            page = library.client.get(
                page.headers["location"].partition("#")[0], accept="text/html"
            )
        assert page.status_code == 200
        targets = set(re.findall(r'(?:href|src|action)="(/[^"#]*)[^"]*"', page.text))
        for target in targets:
            address = target.replace("&amp;", "&")
            answer = library.client.get(address, accept="text/html, */*;q=0.1")
            assert answer.status_code in (200, 301, 302, 303, 308), (path, target)
        assert any(target.startswith(old) for target in targets)


def test_an_old_release_answers_from_what_it_holds(library: Library) -> None:
    old = f"/version/{library.folders[0].name}"
    assert library.client.get(f"{old}/doc/book1").status_code == 404
    assert library.client.get("/doc/book1").status_code == 200
    answer = library.client.get(f"{old}/id/one")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{old}/doc/one")
    answer = library.client.get(f"{old}/doc/one", accept="text/turtle")
    assert answer.headers["graphsvc-release"] == library.versions[0]
    assert answer.headers["content-location"] == f"{old}/doc/one.ttl"
    assert "accept-datetime" not in names(answer, "vary")
    assert "Book" in library.client.get(f"{old}/catalog.ttl").text
    assert library.versions[0] in library.client.get(f"{old}/catalog.ttl").text


def test_the_version_of_an_ontology_is_a_document(tmp_path: Path) -> None:
    books = Repository(tmp_path)
    books.add("<ns> a owl:Ontology ; rdfs:label 'Words'@en .\n", "ontology/books.ttl")
    release = Release.open(books.build(DAYS[0]))
    with client_of(create_app(lambda: release)) as client:
        said = Said(parse(client.get("/catalog.ttl").content, RdfFormat.TURTLE))
        version = said.one(BASE + "ns", "owl:versionIRI")
        answer = client.get("/" + version.removeprefix(BASE), accept="text/turtle")
    assert answer.status_code == 200
    assert "Words" in answer.text


def test_a_page_that_becomes_old_is_another_page(own_library: Library) -> None:
    before, after = (Release.open(each) for each in own_library.folders[1:])
    served = [before]
    path = f"/version/{own_library.folders[1].name}/doc/one"
    with client_of(create_app(lambda: served[0])) as client:
        first = client.get(path, accept="text/html", accept_language="en")
        assert "an address that does not change" in first.text
        served[0] = after
        known = {"if_none_match": first.headers["etag"]}
        again = client.get(path, accept="text/html", accept_language="en", **known)
        assert again.status_code == 200
        assert "This is an old version." in again.text


def test_times_keep_the_place_that_a_proxy_mounts_it_at(mounted: Library) -> None:
    name = mounted.folders[0].name
    for path in ("/doc/one", "/pilot/doc/one"):
        answer = mounted.client.get(path, accept_datetime="Sat, 10 Jan 2026 00:00:00 GMT")
        assert answer.headers["location"] == f"/pilot/version/{name}/doc/one"
        assert link(answer, "timegate") == "/pilot/doc/one"
        assert link(answer, "timemap") == "/pilot/timemap/doc/one"
    for path in ("/timemap/doc/one", "/pilot/timemap/doc/one"):
        assert f"<{BASE}version/{name}/doc/one>" in mounted.client.get(path).text
