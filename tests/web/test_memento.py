"""Times of resources, asked of a server that is a process of its own."""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from repositories import DAYS, Repository, book
from serving import Server, serving

from graphsvc.archive import Archive
from graphsvc.build import BuildOptions, build
from graphsvc.errors import ReleaseError
from graphsvc.release import Release, prune
from graphsvc.web.app import create_app
from web.served import client_of, names, problem

FIRST, SECOND, THIRD = (
    "Thu, 01 Jan 2026 12:00:00 GMT",
    "Sun, 01 Feb 2026 12:00:00 GMT",
    "Sun, 01 Mar 2026 12:00:00 GMT",
)
MIDST = "Wed, 28 Jan 2026 00:00:00 GMT"
BASE = "https://example.org/books/"


@dataclass
class Library:
    """A server of three releases; `book1` is in the second and third, `gone` in the first."""

    names: list[str]
    client: httpx.Client

    def at(self, path: str, date: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={"accept-datetime": date, **headers})


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    books = Repository(tmp_path_factory.mktemp("library"))
    gone = book("gone")
    books.add(gone)
    books.build(DAYS[0])
    path = books.root / "data/books.ttl"
    path.write_text(path.read_text("utf-8").replace(gone, book("book1")), encoding="utf-8")
    books.build(DAYS[1])
    books.add(book("book2"))
    books.build(DAYS[2])
    return books


def names_of(releases: Path) -> list[str]:
    """The names of the releases, the earliest first."""
    found = [(path.stat().st_mtime_ns, path.name) for path in releases.iterdir() if path.is_dir()]
    return [name for _, name in sorted(found)]


@pytest.fixture(scope="module")
def library(books: Repository) -> Iterator[Library]:
    with serving(str(books.root), "--releases", str(books.releases)) as server:
        yield Library(names_of(books.releases), server.client)


def links(answer: httpx.Response) -> dict[str, str]:
    """The targets by relation; those of mementos with their dates."""
    found: dict[str, str] = {}
    for target, relations, rest in re.findall(
        r'<([^>]*)>; rel="([^"]*)"((?:; [a-z]+="[^"]*")*)', answer.headers["link"]
    ):
        date = re.search(r'datetime="([^"]*)"', rest)
        for each in relations.split():
            if each in ("original", "timegate", "timemap"):
                found[each] = target
            elif "memento" in relations.split():
                assert date is not None
                found[each] = f"{target} {date[1]}"
    return found


# ----- the gate


@pytest.mark.parametrize(
    ("date", "release"),
    [
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),  # before the first: the first
        (FIRST, 0),
        (MIDST, 0),
        (SECOND, 1),
        ("Sun, 01 Mar 2026 11:59:59 GMT", 1),
        (THIRD, 2),
        ("Tue, 01 Jan 2036 00:00:00 GMT", 2),
    ],
)
@pytest.mark.parametrize("path", ["/", "/doc/one", "/doc/one.ttl", "/id/one", "/ns", "/catalog"])
def test_who_asks_for_a_time_is_led_to_the_last_release_before(
    library: Library, date: str, release: int, path: str
) -> None:
    answer = library.at(path, date)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/version/{library.names[release]}{path}"
    assert "accept-datetime" in names(answer, "vary")
    assert "memento-datetime" not in answer.headers
    found = links(answer)
    assert found["original"] == found["timegate"] == path
    assert found["timemap"] == f"/timemap{path}"
    then = library.client.get(answer.headers["location"])
    assert then.status_code == (303 if path == "/id/one" else 200)
    assert then.headers["memento-datetime"] == (FIRST, SECOND, THIRD)[release]
    assert then.headers["graphsvc-release"][:12] == library.names[release][:12]


def test_a_client_that_follows_gets_what_was_there(library: Library) -> None:
    headers = {"accept-datetime": MIDST, "accept": "text/turtle"}
    answer = library.client.get("/id/gone", headers=headers, follow_redirects=True)
    assert answer.status_code == 200
    assert "gone" in answer.text
    assert answer.url.path == f"/version/{library.names[0]}/doc/gone"
    assert answer.headers["memento-datetime"] == FIRST
    assert library.client.get("/id/gone").status_code == 404


def test_head_is_answered_as_get(library: Library) -> None:
    for path in ("/doc/one", f"/version/{library.names[0]}/doc/one", "/timemap/doc/one"):
        headers = {"accept-datetime": MIDST}
        get, head = (library.client.request(each, path, headers=headers) for each in _METHODS)
        for each in (get, head):
            each.headers.pop("date")
        assert get.status_code == head.status_code
        assert get.headers == head.headers
        assert head.content == b""


_METHODS = ("GET", "HEAD")


def test_a_resource_has_the_times_that_it_was_there_at(library: Library) -> None:
    assert (
        library.at("/doc/book1", FIRST)
        .headers["location"]
        .startswith(f"/version/{library.names[1]}/")
    )
    assert (
        library.at("/doc/gone", THIRD)
        .headers["location"]
        .startswith(f"/version/{library.names[0]}/")
    )
    assert library.at("/doc/never", FIRST).status_code == 404


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "2026-01-01T00:00:00Z",
        "Thu, 01 Jan 2026 12:00:00",
        "Thu, 01 Jan 2026 12:00:00 CET",
        "Thu, 32 Jan 2026 12:00:00 GMT",
        "Thu, 01 Foo 2026 12:00:00 GMT",
        "Thu, 01 Jan 2026 25:00:00 GMT",
        "Thursday, 01-Jan-26 12:00:00 GMT",
        "Thu, 01 Jan 0000 12:00:00 GMT",
        "Thu, ٠١ Jan 2026 12:00:00 GMT",
        f"{FIRST}, {FIRST}",
        "x" * 10_000,
    ],
)
@pytest.mark.parametrize("path", ["/", "/doc/one", "/id/one"])
def test_what_is_no_date_is_refused(library: Library, date: str, path: str) -> None:
    headers = {b"accept-datetime": date.encode()}
    answer = library.client.get(path, headers=headers)
    assert answer.status_code == 400
    assert "Accept-Datetime" in problem(answer)["detail"]


def test_what_was_kept_in_memory_does_not_answer_for_another_time(library: Library) -> None:
    """Nor does what was asked for another time answer for now."""
    now = [library.client.get("/doc/one", headers={"accept": "text/turtle"}) for _ in range(2)]
    assert library.at("/doc/one", MIDST, accept="text/turtle").status_code == 302
    again = library.client.get("/doc/one", headers={"accept": "text/turtle"})
    assert {each.status_code for each in (*now, again)} == {200}
    assert again.headers["etag"] == now[0].headers["etag"]
    etag = now[0].headers["etag"]
    assert library.at("/doc/one", MIDST, **{"if-none-match": etag}).status_code == 302


def test_an_answer_of_now_tells_where_other_times_are(library: Library) -> None:
    for path in ("/", "/doc/one", "/doc/one.ttl", "/id/one", "/ns"):
        answer = library.client.get(path)
        found = links(answer)
        assert found["original"] == found["timegate"] == path
        assert "accept-datetime" in names(answer, "vary")
        assert "memento-datetime" not in answer.headers
        timemap = library.client.get(found["timemap"])
        assert timemap.status_code == 200
        assert timemap.headers["content-type"] == "application/link-format"
    for path in ("/version/", "/sparql?query=ASK%7B%7D", "/dump/all.nq"):
        assert "timegate" not in library.client.get(path).headers["link"]


def test_an_address_cannot_add_to_the_links(library: Library) -> None:
    hostile = '/doc/one?x=>;rel="original",<https://evil.example/>;rel="timegate"'
    for path in (hostile, f"/version/{library.names[0]}{hostile}"):
        answer = library.at(path, MIDST)
        assert "<https://evil" not in answer.headers["link"]
        assert links(answer)["timegate"].startswith("/doc/one?x=%3E")


# ----- mementos


def test_an_old_answer_leads_to_those_around_it(library: Library) -> None:
    first, second, third = (
        f"/version/{name}/doc/one {date}"
        for name, date in zip(library.names, (FIRST, SECOND, THIRD), strict=True)
    )
    assert links(library.client.get(second.partition(" ")[0])) == {
        **{"original": "/doc/one", "timegate": "/doc/one", "timemap": "/timemap/doc/one"},
        **{"first": first, "prev": first, "next": third, "last": third, "memento": third},
    }
    found = links(library.client.get(first.partition(" ")[0]))
    assert "prev" not in found
    assert found["next"] == second


def test_an_old_answer_has_no_other_time(library: Library) -> None:
    """A client that follows still says what it wants."""
    path = f"/version/{library.names[0]}/doc/one"
    answer = library.at(path, THIRD)
    assert answer.status_code == 200
    assert answer.headers["memento-datetime"] == FIRST
    assert "accept-datetime" not in names(answer, "vary")
    etag = answer.headers["etag"]
    unchanged = library.at(path, THIRD, **{"if-none-match": etag})
    assert unchanged.status_code == 304


def test_dumps_and_texts_of_old_releases_have_their_date(library: Library) -> None:
    for path in ("/dump/all.nq", "/dump/"):
        answer = library.client.get(f"/version/{library.names[0]}{path}")
        assert answer.headers["memento-datetime"] == FIRST
        assert links(answer) == {"original": path}


# ----- the time map


def test_a_time_map_lists_the_times_of_a_resource(library: Library) -> None:
    answer = library.client.get("/timemap/doc/book1")
    found = [f"{BASE}version/{name}/doc/book1" for name in library.names[1:]]
    assert answer.text.splitlines() == [
        f'<{BASE}doc/book1>; rel="original timegate",',
        f'<{BASE}timemap/doc/book1>; rel="self"; type="application/link-format"; '
        f'from="{SECOND}"; until="{THIRD}",',
        f'<{found[0]}>; rel="first memento"; datetime="{SECOND}",',
        f'<{found[1]}>; rel="last memento"; datetime="{THIRD}"',
    ]
    etag = answer.headers["etag"]
    headers = {"if-none-match": etag}
    assert library.client.get("/timemap/doc/book1", headers=headers).status_code == 304
    assert library.client.get("/timemap/doc/never").status_code == 404
    assert library.client.get("/timemap/").text.count("memento") == 3


# ----- what changes while it serves


def test_what_is_built_and_removed_while_it_serves_is_answered_at_once(tmp_path: Path) -> None:
    """Nobody gets anything but the whole old answer, or that it is gone, or the new."""
    books = Repository(tmp_path)
    books.set("[title]", "[limits]\nkeep_releases = 2\n[title]")
    first = books.build(DAYS[0])
    books.add(book("book1"))
    second = books.build(DAYS[1])
    path, dump = f"/version/{first.name}/doc/one.ttl", f"/version/{first.name}/dump/all.nq"
    with serving(str(books.root), "--releases", str(books.releases), "--reload") as server:
        before = {each: server.client.get(each) for each in (path, dump)}
        assert {each.status_code for each in before.values()} == {200}
        wholes = {each: answer.content for each, answer in before.items()}
        with asked_all_the_time(server, (path, dump, "/doc/one.ttl")) as answers:
            books.add(book("book2"))
            server.wait_for(r"\nserving [0-9a-f]{12}-")  # the build has removed the first
            for each in (path, dump):
                etag = before[each].headers["etag"]
                answer = server.client.get(each, headers={"if-none-match": etag})
                assert answer.status_code == 410
                assert problem(answer)["successor"].startswith(f"/version/{second.name[:12]}")
        assert {status for _, status, _ in answers} == {200, 410}
        for asked, status, content in answers:
            if asked in wholes and status == 200:
                assert content == wholes[asked]
        assert not first.exists()
        assert "Traceback" not in server.said


class asked_all_the_time:
    """Asks a server for some paths by turns, in threads, until the block ends."""

    def __init__(self, server: Server, paths: tuple[str, ...]) -> None:
        self._url, self._paths = server.client.base_url, paths
        self._ends = threading.Event()
        self._answers: list[tuple[str, int, bytes]] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def __enter__(self) -> list[tuple[str, int, bytes]]:
        for thread in self._threads:
            thread.start()
        return self._answers

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            while not self._ends.is_set():
                for path in self._paths:
                    answer = client.get(path)
                    self._answers.append((path, answer.status_code, answer.content))


def test_without_dates_there_are_no_times(tmp_path: Path) -> None:
    books = Repository(tmp_path)
    shutil.rmtree(books.root / ".git")
    release = Release.open(build(books.root, books.releases, BuildOptions(shapes=False)))
    with client_of(create_app(lambda: release)) as client:
        answer = client.get("/doc/one", accept_datetime=FIRST)
        assert answer.status_code == 200
        assert "timegate" not in answer.headers["link"]
        assert "accept-datetime" not in names(answer, "vary")
        assert client.get("/timemap/doc/one").status_code == 404
        old = client.get(f"/version/{release.manifest.name}/doc/one")
        assert old.status_code == 200
        assert "memento-datetime" not in old.headers


# ----- the releases that are open


def test_no_more_are_open_than_may_be(books: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Counter[str] = Counter()
    opens, closes = Release.open_to_read, Release.close

    def note_open(folder: Path) -> Release:
        opened[folder.name] += 1
        assert sum(opened.values()) <= 1
        return opens(folder)

    def note_close(release: Release) -> None:
        opened[release.folder.name] -= 1
        closes(release)

    current = Release.open(books.releases / names_of(books.releases)[-1])
    monkeypatch.setattr(Release, "open_to_read", note_open)
    monkeypatch.setattr(Release, "close", note_close)
    archive = Archive(most_open=1)
    older = [each for each in archive.holdings(current) if each.folder != current.folder]
    assert len(older) == 2

    def read() -> None:
        for _ in range(50):
            for each in older:
                with archive.open(each) as release:
                    assert release.resources.is_described(f"{BASE}id/one")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(opened.values()) == 1


def test_what_is_removed_is_closed(books: Repository, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(books.releases, releases)
    current = Release.open(releases / names_of(books.releases)[-1])
    archive = Archive()
    older = archive.holdings(current)[-1]
    with archive.open(older) as release:
        prune(releases, 1)
        assert [each.folder for each in archive.holdings(current)] == [current.folder]
        assert release.resources.is_described(f"{BASE}id/one")  # who reads it may go on
    with pytest.raises(Exception, match="closed"):
        release.resources.is_described(f"{BASE}id/one")
    with pytest.raises(ReleaseError), archive.open(older):
        pass
