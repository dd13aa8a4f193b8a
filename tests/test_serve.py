"""`graphsvc serve` as a process of its own, asked over HTTP."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import uvicorn
from publications import edit_books as edit
from serving import serving

from graphsvc.build import BuildOptions, build
from graphsvc.pages import rendering
from graphsvc.serve import Address, Serving, serve


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    subprocess.run([sys.executable, "-m", "graphsvc", "init", str(folder)], check=True)
    return folder


def test_it_builds_what_has_changed_and_serves_it(publication: Path) -> None:
    with serving(str(publication)) as server:
        assert server.titles() == ["Aniara", "Kallocain"]
    edit(publication, '"Aniara"', '"Aniara igen"')
    with serving(str(publication)) as server:
        assert server.titles() == ["Aniara igen", "Kallocain"]


def test_what_does_not_conform_is_not_served_but_the_last_release_is(publication: Path) -> None:
    build(publication, publication / "releases")
    edit(publication, "ns:pages 193", "ns:pages 0")
    with serving(str(publication)) as server:
        assert "data/books.ttl:20: violation" in server.said
        assert "the last release that conforms" in server.said
        assert server.titles() == ["Aniara", "Kallocain"]
        assert "193" in server.client.get("/doc/book/kallocain.nt").text


def test_without_any_valid_release_it_does_not_start(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    command = [sys.executable, "-m", "graphsvc", "serve", "--port", "0", str(publication)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "data/books.ttl:20: violation" in done.stderr


def test_a_release_that_nobody_validated_is_not_served_unasked(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    build(publication, publication / "releases", BuildOptions(shapes=False))
    command = [sys.executable, "-m", "graphsvc", "serve", "--port", "0", str(publication)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    with serving(str(publication), "--skip-shapes") as server:
        assert server.titles() == ["Aniara", "Kallocain"]


def test_a_release_is_served_without_its_publication(publication: Path, tmp_path: Path) -> None:
    folder = build(publication, tmp_path / "releases")
    replica = tmp_path / "replica"
    folder.rename(replica)
    with serving("--release", str(replica)) as server:
        assert server.titles() == ["Aniara", "Kallocain"]


def test_a_release_cannot_be_reloaded(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graphsvc", "serve", "--reload", "--release", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "a release never changes" in done.stderr


def test_reload_swaps_in_what_is_valid_and_keeps_the_last_such(publication: Path) -> None:
    with serving(str(publication), "--reload") as server:
        before = server.client.get("/doc/book/aniara.ttl").headers["etag"]
        time.sleep(1)  # the watcher needs a moment before its first look
        edit(publication, "ns:pages 193", "ns:pages 0")
        server.wait_for("not built; still serving")
        assert server.client.get("/doc/book/aniara.ttl").headers["etag"] == before
        edit(publication, "ns:pages 0", "ns:pages 194")
        server.wait_for(r"\nserving [0-9a-f]{12}-")
        assert "194" in server.client.get("/doc/book/kallocain.nt").text
        assert server.client.get("/doc/book/aniara.ttl").headers["etag"] != before


def test_a_port_that_is_taken_exits_with_2(publication: Path) -> None:
    release = str(build(publication, publication / "releases"))
    with serving("--release", release) as server:
        port = str(server.client.base_url.port)
        command = [sys.executable, "-m", "graphsvc", "serve", "--port", port, "--release", release]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "name another --port" in done.stderr


def test_it_ends_when_told_to(publication: Path) -> None:
    build(publication, publication / "releases")
    with serving(str(publication)) as server:
        assert server.client.get("/healthz").status_code == 200
    assert server.process.returncode in (0, -15)


def test_the_first_visitor_waits_for_no_template(
    publication: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = rendering._environment("en")
    assert environment.cache is not None
    environment.cache.clear()
    compiled: list[str] = []  # by the time that the server would listen

    def listen(*_: object, **__: object) -> None:
        assert environment.cache is not None
        compiled.extend(name for _, name in environment.cache.keys())  # noqa: SIM118 - no mapping

    monkeypatch.setattr(uvicorn, "run", listen)
    serve(Serving(build(publication, tmp_path / "releases")), Address())
    assert sorted(compiled) == environment.list_templates()
