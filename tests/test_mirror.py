"""docs/mirror.sh keeps a folder like a publication, and a night without changes costs nothing."""

from __future__ import annotations

import hashlib
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from publications import BASE, BOOKS, TOML, write
from serving import Server, serving
from wire import Wire, wire

from graphsvc.build import build
from graphsvc.release import Release

SCRIPT = Path(__file__).parents[1] / "docs/mirror.sh"
NIGHT_BYTES = 2_000  # of a harvest that finds nothing new
MANY = 400


def publish(root: Path, port: int, title: str, books: int = MANY) -> Release:
    """A release under an address that leads to the server."""
    many = "".join(f"id:book{n} a :Book ; dct:title '{title} {n}'@en .\n" for n in range(books))
    write(root, BOOKS | {"data/many.ttl": many}, TOML)
    for path in root.rglob("*.t*l"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(BASE, f"http://127.0.0.1:{port}/"), encoding="utf-8")
    return Release.open(build(root, root.parent / "releases"))


@contextmanager
def served(release: Release, passing: Wire) -> Iterator[Server]:
    with serving("--release", str(release.folder)) as server:
        passing.to_port = server.client.base_url.port or 0
        yield server


def mirror(passing: Wire, folder: Path, *pattern: str) -> subprocess.CompletedProcess[str]:
    passing.forget()
    address = f"http://127.0.0.1:{passing.port}/catalog.nt"
    command = ["sh", str(SCRIPT), address, str(folder), *pattern]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and path.name != "catalog.nt"
    }


def told(release: Release) -> dict[str, str]:
    return {row["file"]: row["sha256"] for row in release.manifest.dumps}


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1770091506")
    with wire() as between:
        yield between


def test_a_folder_is_kept_like_the_publication(passing: Wire, tmp_path: Path) -> None:
    root, folder = tmp_path / "publication", tmp_path / "mirror"
    old = publish(root, passing.port, "old")
    with served(old, passing) as server:
        done = mirror(passing, folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert digests(folder) == told(old)
        catalogue = server.client.get("/catalog.nt").content
        assert (folder / "catalog.nt").read_bytes() == catalogue
        whole_bytes, before = passing.moved, inodes(folder)

        assert mirror(passing, folder).returncode == 0
        assert 0 < passing.moved < NIGHT_BYTES
        assert inodes(folder) == before

        (folder / "all.nt").write_bytes(b"damaged")
        (folder / "all.ttl").unlink()
        assert mirror(passing, folder).returncode == 0
        assert digests(folder) == told(old)
        before = inodes(folder)

    new = publish(root, passing.port, "new")
    changed = {name for name, digest in told(new).items() if told(old).get(name) != digest}
    assert {"all.nt", "data.nt"} <= changed < told(new).keys()
    with served(new, passing):
        passing.cut_bytes = 30_000  # of each answer, which is more than some dumps are long
        for _ in range(2):
            broken = mirror(passing, folder)
            assert broken.returncode != 0
            assert digests(folder) == told(old)  # nothing is replaced by a half
            assert (folder / "catalog.nt").read_bytes() == catalogue
        passing.cut_bytes = None
        assert mirror(passing, folder).returncode == 0
        assert b"range: bytes=" in passing.asked.lower()  # it went on where it broke off
        assert digests(folder) == told(new)
        assert passing.moved < whole_bytes
        after = inodes(folder)
        assert {name for name in told(new) if after[name] != before[name]} == changed
        assert list((folder / ".part").iterdir()) == [folder / ".part/etag"]
        assert mirror(passing, folder).returncode == 0
        assert passing.moved < NIGHT_BYTES


def test_a_night_without_changes_moves_next_to_nothing(passing: Wire, tmp_path: Path) -> None:
    """What a harvester asks for that keeps the catalogue, a dump and the feed: all in one."""
    release = publish(tmp_path / "publication", passing.port, "old", books=1)
    shown = "%{http_code} %{size_request} %{size_header} %{size_download}\\n"
    curl = ["curl", "--silent", "--write-out", shown, "--output", str(tmp_path / "body")]
    counted = 0
    with served(release, passing) as server:
        for path in ("/datasets/dcat", "/dump/all.nq.gz", "/feed.trig"):
            url = str(server.client.base_url.join(path))
            etag = ["--etag-compare", str(tmp_path / "etag"), "--etag-save", str(tmp_path / "etag")]
            (tmp_path / "etag").write_text("")
            for night in range(2):
                done = subprocess.run([*curl, *etag, url], capture_output=True, check=True)
                status, *sizes = map(int, done.stdout.split())
                assert status == (304 if night else 200)
            counted += sum(sizes)
            since = ["-z", str(tmp_path / "body"), "--remote-time"]  # who keeps dates, not tags
            for night in range(2):
                done = subprocess.run(
                    [*curl, *(since if night else since[2:]), url], capture_output=True, check=True
                )
                assert int(done.stdout.split()[0]) == (304 if night else 200)
    assert counted < NIGHT_BYTES


def test_what_the_documentation_shows_is_a_harvest(passing: Wire, tmp_path: Path) -> None:
    """The commands of docs/harvest.md, in turn, and again the next night."""
    release = publish(tmp_path / "publication", passing.port, "old", books=1)
    page = (SCRIPT.parent / "harvest.md").read_text(encoding="utf-8")
    _, _, section = page.partition("## Every night")
    blocks = re.findall(
        r"^```sh\n(.*?)^```", section.partition("\n## ")[0], re.DOTALL | re.MULTILINE
    )
    commands = "".join(blocks).replace("https://example.org/", f"http://127.0.0.1:{passing.port}/")
    assert "mirror.sh" in commands
    (tmp_path / "mirror.sh").write_bytes(SCRIPT.read_bytes())
    with served(release, passing) as server:
        for _night in range(2):
            passing.forget()
            done = subprocess.run(
                ["sh", "-e"], input=commands, cwd=tmp_path, text=True, check=False
            )
            assert done.returncode == 0
            assert (tmp_path / "catalog.rdf").read_bytes() == server.client.get(
                "/datasets/dcat"
            ).content
            assert digests(tmp_path)["all.nq.gz"] == told(release)["all.nq.gz"]
            assert digests(tmp_path / "mirror").items() >= told(release).items()
    assert passing.moved < 2 * NIGHT_BYTES


# ----- any catalogue, on any server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address where Python's own server has it."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def catalogue(*dumps: tuple[str, bytes | str]) -> str:
    """A catalogue of addresses, each with what is there, or with what is told as its SHA-256."""
    lines: list[str] = []
    for number, (url, content) in enumerate(dumps):
        hex_ = content if isinstance(content, str) else hashlib.sha256(content).hexdigest()
        lines += (
            f"<x:d{number}> <http://www.w3.org/ns/dcat#downloadURL> <{url}> .",
            f"<x:d{number}> <http://spdx.org/rdf/terms#checksum> <x:c{number}> .",
            f'<x:c{number}> <http://spdx.org/rdf/terms#checksumValue> "{hex_}"^^<x:hex> .',
        )
    return "\n".join(lines) + "\n"


def run(address: str, folder: Path, *pattern: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(SCRIPT), f"{address}catalog.nt", str(folder), *pattern]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_no_more_is_removed_and_what_is_not_wanted_not_fetched(
    site: tuple[Path, str], tmp_path: Path
) -> None:
    there, address = site
    folder = tmp_path / "mirror"
    contents = {"a.nq": b"a", "b.nq": b"b", "c.ttl": b"c"}
    for name, content in contents.items():
        (there / name).write_bytes(content)
    dumps = [(address + name, content) for name, content in contents.items()]
    (there / "catalog.nt").write_text(catalogue(*dumps))
    assert run(address, folder, "*.nq").returncode == 0
    (folder / "own.nq").write_text("mine")
    assert {path.name for path in folder.glob("[!.]*")} == {"catalog.nt", "own.nq", "a.nq", "b.nq"}
    (there / "catalog.nt").write_text(catalogue(*dumps[1:]))
    assert run(address, folder, "*.nq").returncode == 0
    assert {path.name for path in folder.glob("[!.]*")} == {"catalog.nt", "own.nq", "b.nq"}


@pytest.mark.parametrize(
    ("dumps", "said"),
    [
        ([], "names no dump"),
        ([("http://127.0.0.1/..", b"")], "not the name of a file"),
        ([("http://127.0.0.1/.profile", b"")], "not the name of a file"),
        ([("http://127.0.0.1/-rf", b"")], "not the name of a file"),
        ([("http://127.0.0.1/a$(touch${IFS}x)", b"")], "not the name of a file"),
        ([("http://127.0.0.1/catalog.nt", b"")], "not the name of a file"),
        ([("http://127.0.0.1/a", "../../a")], "not a SHA-256"),
        ([("ftp://127.0.0.1/a", b"")], "broke off"),
        ([("file:///etc/hostname", b"")], "broke off"),
        ([("HERE/a", b"another")], "not what the catalogue tells"),
        ([("HERE/a", b"a"), ("HERE/x/a", b"b")], "two dumps of this name"),
    ],
)
def test_a_catalogue_that_cannot_be_believed_changes_nothing(
    site: tuple[Path, str], tmp_path: Path, dumps: list[tuple[str, bytes | str]], said: str
) -> None:
    there, address = site
    folder = tmp_path / "mirror"
    (there / "x").mkdir()
    for name, content in (("a", b"a"), ("x/a", b"b")):
        (there / name).write_bytes(content)
    here = [(url.replace("HERE/", address), content) for url, content in dumps]
    (there / "catalog.nt").write_text(catalogue(*here) or "\n")
    done = run(address, folder)
    assert done.returncode == 1
    assert said in done.stderr
    assert [path.name for path in folder.iterdir()] == [".part"]


def test_who_does_not_say_what_to_mirror_is_told_how() -> None:
    done = subprocess.run(["sh", str(SCRIPT), "x"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.split()[0]) == (2, "usage:")
