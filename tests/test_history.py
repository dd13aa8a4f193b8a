from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from graphsvc.errors import HistoryError, SettingsError
from graphsvc.history import Provenance, changed_files, provenance

WHEN = "2024-02-29T12:00:00Z"


@pytest.fixture(autouse=True)
def _only_the_repositories_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither what git is set to, nor a hook that runs these tests, nor a repository above."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A reader")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "reader@example.org")
        monkeypatch.setenv(f"GIT_{role}_DATE", WHEN)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A publication in a repository of its own, committed."""
    root = tmp_path / "publication"
    (root / "data").mkdir(parents=True)
    (root / "graphsvc.toml").write_text("x")
    (root / "data" / "a.ttl").write_text("x")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root)
    return root


# Where a publication comes from


def test_files_as_committed_come_from_that_commit_and_its_time(root: Path) -> None:
    assert provenance(root) == Provenance(git(root, "rev-parse", "HEAD"), WHEN, WHEN)


@pytest.mark.parametrize("place", ["graphsvc.toml", "data/a.ttl", "shapes/new.ttl", "data/å b.ttl"])
def test_a_file_that_differs_or_is_new_comes_from_no_commit(root: Path, place: str) -> None:
    (root / place).parent.mkdir(exist_ok=True)
    (root / place).write_text("changed")
    assert provenance(root) == Provenance(None, None, None)


def test_a_removed_file_is_a_difference(root: Path) -> None:
    (root / "data" / "a.ttl").unlink()
    assert provenance(root) == Provenance(None, None, None)


def test_a_staged_file_is_a_difference(root: Path) -> None:
    (root / "data" / "b.ttl").write_text("x")
    git(root, "add", "--all")
    assert provenance(root) == Provenance(None, None, None)


def test_files_beside_the_publication_do_not_matter(root: Path) -> None:
    published = git(root, "rev-parse", "HEAD")
    (root / "README.md").write_text("x")
    assert provenance(root) == Provenance(published, WHEN, WHEN)
    assert commit(root) != published
    assert provenance(root) == Provenance(published, WHEN, WHEN)


def test_a_publication_may_stand_in_a_folder_of_a_repository(tmp_path: Path, root: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    inner = outer / "my data"
    (inner / "data").mkdir(parents=True)
    (inner / "graphsvc.toml").write_text("x")
    published = commit(outer)
    (outer / "data").mkdir()
    (outer / "data" / "other.ttl").write_text("x")
    assert provenance(inner) == Provenance(published, WHEN, WHEN)


def test_the_first_commit_of_a_publication_is_told_where_the_clone_has_it(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "2025-01-01T00:00:00Z"
    monkeypatch.setenv("GIT_COMMITTER_DATE", later)
    (root / "data" / "b.ttl").write_text("x")
    second = commit(root)
    assert provenance(root) == Provenance(second, later, WHEN)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), str(shallow))
    assert provenance(shallow) == Provenance(second, later, None)


@pytest.mark.parametrize("kind", ["no repository", "no commit"])
def test_without_history_nothing_is_claimed(tmp_path: Path, kind: str) -> None:
    (tmp_path / "graphsvc.toml").write_text("x")
    if kind == "no commit":
        git(tmp_path, "init", "--quiet")
    assert provenance(tmp_path) == Provenance(None, None, None)


def test_without_git_nothing_is_claimed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    assert provenance(root) == Provenance(None, None, None)
    with pytest.raises(HistoryError, match="what compares with a revision needs it"):
        changed_files(root, "HEAD")


def test_source_date_epoch_overrides_the_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    epoch = "1970-01-01T00:00:00Z"
    assert provenance(root) == Provenance(git(root, "rev-parse", "HEAD"), epoch, epoch)
    (root / "data" / "a.ttl").write_text("changed")
    assert provenance(root) == Provenance(None, "1970-01-01T00:00:00Z", None)


@pytest.mark.parametrize("value", ["", "now", "1.5", "9" * 30, "nan"])
def test_a_wrong_source_date_epoch_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(SettingsError, match=r"SOURCE_DATE_EPOCH is '.*'; seconds since 1970"):
        provenance(root)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_times_do_not_depend_on_the_zone(
    root: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert provenance(root).issued == WHEN


# What has changed


def test_what_differs_from_a_revision_is_changed_and_what_is_new(root: Path) -> None:
    names = ["a.ttl", "a b.ttl", "å.ttl", "line\nfeed.ttl", '"quoted".ttl', "-dash.ttl"]
    for name in names:
        (root / "data" / name).write_text("changed")
    (root / ".gitignore").write_text("*.log\n")
    (root / "x.log").write_text("x")
    found = {path.relative_to(root.resolve()).as_posix() for path in changed_files(root, "HEAD")}
    assert found == {".gitignore", *(f"data/{name}" for name in names)}


def test_removed_and_renamed_files_are_changed(root: Path) -> None:
    (root / "data" / "a.ttl").rename(root / "data" / "b.ttl")
    git(root, "add", "--all")
    assert {path.name for path in changed_files(root, "HEAD")} == {"a.ttl", "b.ttl"}


def test_the_whole_repository_is_compared_from_a_folder_within(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    (root / "graphsvc.toml").write_text("changed")
    commit(root)
    assert changed_files(root / "data", first) == {(root / "graphsvc.toml").resolve()}
    assert changed_files(root / "data", "HEAD") == set()


@pytest.mark.parametrize(
    "revision", ["nowhere", "", "--output=owned", "-p", "HEAD..nowhere", "data"]
)
def test_an_unknown_revision_is_told_and_is_no_option(root: Path, revision: str) -> None:
    with pytest.raises(HistoryError, match=r"^git diff: \S") as caught:
        changed_files(root, revision)
    assert "\n" not in str(caught.value)
    assert not (root / "owned").exists()


def test_a_branch_that_begins_with_a_dash_is_a_revision(root: Path) -> None:
    git(root, "update-ref", "refs/heads/-odd", "HEAD")
    (root / "data" / "a.ttl").write_text("changed")
    assert {path.name for path in changed_files(root, "-odd")} == {"a.ttl"}


def test_no_repository_has_no_changes_to_tell(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"git rev-parse: .*not a git repository"):
        changed_files(tmp_path, "HEAD")
