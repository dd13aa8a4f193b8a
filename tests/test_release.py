"""A folder is a release once it is whole and has its name; what is not one says so."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from publications import BASE, BOOKS, TOML, write

from graphsvc.build import build
from graphsvc.errors import ReleaseError
from graphsvc.release import FORMAT, Manifest, Release, current, prune, publish, staging
from graphsvc.settings.file import read_settings


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    build(write(folder / "books", BOOKS), folder / "releases")
    return folder / "releases"


@pytest.fixture
def manifest(releases: Path) -> Manifest:
    folder = current(releases)
    assert folder is not None
    return Manifest.read(folder)


def other(manifest: Manifest, number: int) -> Manifest:
    return replace(manifest, version=f"{number:064x}"[::-1])


def test_a_manifest_is_read_as_it_was_written(manifest: Manifest, tmp_path: Path) -> None:
    manifest.write(tmp_path)
    assert Manifest.read(tmp_path) == manifest
    text = (tmp_path / "release.json").read_text(encoding="utf-8")
    assert json.loads(text)["format"] == FORMAT
    assert text.endswith("}\n")


def test_a_release_is_named_by_what_it_holds_and_how_it_is_presented(manifest: Manifest) -> None:
    assert manifest.name == f"{manifest.version[:12]}-{manifest.digest[:12]}"
    assert replace(manifest, digest="f" * 64).name != manifest.name


def test_a_release_keeps_the_settings_of_its_publication(releases: Path) -> None:
    folder = current(releases)
    assert folder is not None
    assert Release.open(folder).settings == read_settings(releases.parent / "books")


@pytest.mark.parametrize(
    ("setting", "graphs"),
    [("", ["data", "ontology"]), ('default_graph = ["shapes", "data"]\n', ["data", "shapes"])],
)
def test_the_default_graph_is_all_but_the_shapes_or_what_is_set(
    tmp_path: Path, setting: str, graphs: list[str]
) -> None:
    root = write(tmp_path / "books", BOOKS, setting + TOML)
    opened = Release.open(build(root, tmp_path / "releases"))
    assert opened.default_graphs == [f"{BASE}graph/{name}" for name in graphs]


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b"\xff\xfe",
        b"{}",
        json.dumps({"format": FORMAT + 1}).encode(),
        json.dumps({"format": FORMAT}).encode(),
        json.dumps({"format": FORMAT, "dumps": [], "surprise": 1}).encode(),
        b"[" * 100_000,
    ],
    ids=str,
)
def test_what_is_not_a_manifest_is_told_with_its_path(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "release.json"
    if content is not None:
        path.write_bytes(content)
    for read in (Manifest.read, Release.open):
        with pytest.raises(ReleaseError, match=f"^{re.escape(path.as_posix())}: "):
            read(tmp_path)


def damaged(release: Path, manifest: Manifest, tmp_path: Path, what: str) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    manifest.write(folder)
    for name in ("store", "resources.db", "atlas.db"):
        if name != what:
            (folder / name).symlink_to(release / name)
    return folder


@pytest.mark.parametrize("what", ["store", "resources.db", "atlas.db"])
def test_a_release_that_lacks_a_part_is_told_with_its_path(
    releases: Path, manifest: Manifest, tmp_path: Path, what: str
) -> None:
    folder = damaged(releases / manifest.name, manifest, tmp_path, what)
    with pytest.raises(ReleaseError, match=f"^{re.escape(folder.as_posix())}: "):
        Release.open(folder)


@pytest.mark.parametrize("what", ["store", "resources.db", "atlas.db"])
def test_a_release_with_a_ruined_part_is_told_with_its_path(
    releases: Path, manifest: Manifest, tmp_path: Path, what: str
) -> None:
    folder = damaged(releases / manifest.name, manifest, tmp_path, what)
    (folder / what).write_bytes(b"ruined " * 1000)
    with pytest.raises(ReleaseError, match=f"^{re.escape(folder.as_posix())}: "):
        Release.open(folder)


@pytest.mark.parametrize(
    "pointer",
    ["", "\n", "../elsewhere", "/etc", "nothing", ".building-x", "0123456789ab-0123456789ab/.."],
)
def test_a_pointer_to_what_cannot_be_a_release_points_nowhere(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "current").write_text(pointer, encoding="ascii")
    assert current(tmp_path) is None


def test_there_is_no_release_before_the_first(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    assert current(tmp_path / "nowhere") is None


def test_a_staging_folder_is_gone_after_an_error(tmp_path: Path) -> None:
    def fill() -> None:
        with staging(tmp_path) as folder:
            (folder / "half").write_text("x", encoding="ascii")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fill()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_staging_removes_what_a_killed_build_left(tmp_path: Path) -> None:
    left = tmp_path / ".building-left" / "store"
    left.mkdir(parents=True)
    (left / "file").write_text("x", encoding="ascii")
    with staging(tmp_path) as folder:
        assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder]


def test_what_others_may_read_does_not_depend_on_mkdtemp(tmp_path: Path) -> None:
    with staging(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o755


def test_publishing_renames_the_folder_and_points_to_it(tmp_path: Path, manifest: Manifest) -> None:
    with staging(tmp_path) as folder:
        (folder / "some").write_text("x", encoding="ascii")
        target = publish(folder, manifest)
    assert current(tmp_path) == target == tmp_path / manifest.name
    assert sorted(path.name for path in target.iterdir()) == ["release.json", "some"]
    assert not folder.exists()


def test_what_is_no_whole_release_gives_way_to_one(tmp_path: Path, manifest: Manifest) -> None:
    for text in ("first", "second"):
        with staging(tmp_path) as folder:
            (folder / "some").write_text(text, encoding="ascii")
            target = publish(folder, manifest)
    assert (target / "some").read_text(encoding="ascii") == "second"
    assert current(tmp_path) == target


def test_a_folder_of_that_name_that_is_no_release_gives_way(
    tmp_path: Path, manifest: Manifest
) -> None:
    ruin = tmp_path / manifest.name
    ruin.mkdir()
    (ruin / "half").write_text("x", encoding="ascii")
    with staging(tmp_path) as folder:
        (folder / "some").write_text("x", encoding="ascii")
        target = publish(folder, manifest)
    assert sorted(path.name for path in target.iterdir()) == ["release.json", "some"]


@pytest.mark.parametrize("keep", [1, 2, 3, 10])
def test_the_current_release_and_the_latest_others_are_kept(
    tmp_path: Path, manifest: Manifest, keep: int
) -> None:
    names = []
    for number in range(5):
        with staging(tmp_path) as folder:
            target = publish(folder, other(manifest, number + 1))
        os.utime(target, (number, number))
        names.append(target.name)
    (tmp_path / "current").write_text(names[1] + "\n", encoding="ascii")
    stranger = tmp_path / "notes"
    stranger.mkdir()

    latest = [name for name in reversed(names) if name != names[1]]
    kept = {names[1], *latest[: keep - 1]}
    assert prune(tmp_path, keep) == sorted(set(names) - kept)
    assert {path.name for path in tmp_path.iterdir()} == kept | {"current", ".lock", "notes"}


def test_manifests_hold_nothing_of_the_machine(manifest: Manifest) -> None:
    text = json.dumps(vars(manifest), default=dict[str, Any])
    assert str(Path.home()) not in text or str(Path.home()) == "/"
    assert os.uname().nodename not in text
