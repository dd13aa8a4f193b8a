"""What was published once is described for ever, or a finding tells that it is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from publications import BASE, BOOKS, HEAD, TOML, write

from graphsvc.build import build
from graphsvc.cli.validate import Wanted
from graphsvc.cli.validate import validate as verb
from graphsvc.errors import HistoryError, ReleaseError
from graphsvc.persistence import compare
from graphsvc.report import ValidationResult
from graphsvc.reports.formats import FORMATS
from graphsvc.sources import Publication
from graphsvc.validation import validate

CHECK = "no-longer-described"
MORE = {
    "data/more.ttl": "id:three a :Book ; dct:title 'Tre'@sv .\nid:three :by id:reader .\n"
    "<https://elsewhere.example/x> rdfs:label 'x' .\n[] rdfs:label 'nobody' .\n",
    "data/part.ttl": "<https://example.org/books/id/one#part> rdfs:label 'part' .\n",
}


@pytest.fixture(autouse=True)
def _only_the_repositories_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)


def commit(root: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write(tmp_path / "books", {**BOOKS, **MORE})
    commit(root)
    return root


def gone(root: Path, against: str = "HEAD") -> list[ValidationResult]:
    publication = Publication.open(root)
    found = compare(publication, validate(publication), against)
    results = found.report.results
    return [each for each in results if each.source_shape.value.endswith(CHECK)]


def names(results: list[ValidationResult]) -> list[str]:
    return [str(each.focus_node).strip("<>").removeprefix(BASE) for each in results]


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_is_gone_while_all_is_described(root: Path) -> None:
    assert gone(root) == []
    rewrite(root / "data/more.ttl", "id:three a :Book ; dct:title 'Tre'@sv .\n", "")
    rewrite(root / "data/more.ttl", "<https://elsewhere.example/x> rdfs:label 'x' .\n", "")
    rewrite(root / "data/more.ttl", "[] rdfs:label 'nobody' .\n", "")
    (root / "data/part.ttl").rename(root / "data/renamed.ttl")
    assert gone(root) == []


def test_what_is_gone_is_told_with_where_it_stood(root: Path) -> None:
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    (root / "data/part.ttl").unlink()
    rewrite(root / "ontology/books.ttl", ":by a rdf:Property .\n", "")
    rewrite(root / "shapes/book.ttl", "shapes:Book-title", "shapes:Book-name")
    found = gone(root)
    assert names(found) == ["id/three", "id/one#part", "ns#by", "shapes#Book-title"]
    assert [(each.at and each.at.path.relative_to(root).as_posix()) for each in found] == [
        "data/more.ttl",
        "data/part.ttl",
        "ontology/books.ttl",
        "shapes/book.ttl",
    ]
    assert found[0].at is not None
    assert found[0].at.line == HEAD + 1
    assert f"<{BASE}id/three> owl:deprecated true ; dct:isReplacedBy <…>" in found[0].message()
    assert "HEAD" in found[0].message()


def test_what_is_withdrawn_is_not_gone(root: Path) -> None:
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    withdrawn = f"<{BASE}id/three> <http://www.w3.org/2002/07/owl#deprecated> true ."
    (root / "data/withdrawn.ttl").write_text(withdrawn, encoding="utf-8")
    assert gone(root) == []


def test_another_base_takes_all_iris_away(root: Path) -> None:
    (root / "data/relative.ttl").write_text("<id/here> a <ns#Book> .\n", encoding="utf-8")
    commit(root)
    toml = (root / "graphsvc.toml").read_text("utf-8")
    moved = toml.replace(
        'base_iri = "https://example.org/books/"', 'base_iri = "https://new.example/"'
    )
    (root / "graphsvc.toml").write_text(moved, encoding="utf-8")
    found = gone(root)
    assert names(found) == ["id/here"]  # all others are written whole
    assert found[0].at is not None
    assert found[0].at.path.name == "relative.ttl"


def test_a_publication_may_be_a_folder_of_its_repository(root: Path) -> None:
    (root / ".git").rename(root.parent / ".git")
    commit(root.parent)
    (root / "data/part.ttl").unlink()
    found = gone(root)
    assert names(found) == ["id/one#part"]
    assert found[0].at is not None
    assert found[0].at.path == root / "data/part.ttl"


def test_what_could_not_be_read_then_is_no_hindrance(root: Path) -> None:
    (root / "data/more.ttl").write_text("id:a id:b .", encoding="utf-8")
    (root / "graphsvc.toml").write_text("base_iri = 'x'", encoding="utf-8")
    commit(root)
    (root / "data/more.ttl").unlink()
    (root / "graphsvc.toml").write_text(TOML, encoding="utf-8")
    assert gone(root) == []


def test_a_release_tells_what_was_published(root: Path, tmp_path: Path) -> None:
    release = build(root, tmp_path / "releases")
    assert gone(root, str(release)) == []
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    (root / "data/part.ttl").unlink()
    for against in (str(release), "releases"):
        found = gone(root, against)
        assert names(found) == ["id/one#part", "id/three"]
        assert all(each.at is None and against in each.message() for each in found)


def test_what_was_withdrawn_stays_so(root: Path, tmp_path: Path) -> None:
    withdrawn = f"<{BASE}id/old> <http://www.w3.org/2002/07/owl#deprecated> true ."
    (root / "data/withdrawn.ttl").write_text(withdrawn, encoding="utf-8")
    release = build(root, tmp_path / "releases")
    (root / "data/withdrawn.ttl").unlink()
    assert names(gone(root, str(release))) == ["id/old"]


def test_what_is_neither_a_revision_nor_a_release_is_an_error(root: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for against in ("nothing", "folder", "", "--output=x", str(root / "graphsvc.toml")):
        with pytest.raises(HistoryError, match="neither a folder with a release nor a revision"):
            gone(root, against)
    assert not (root / "x").exists()
    (tmp_path / "folder/release.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(ReleaseError, match="format 1"):
        gone(root, "folder")


def test_the_command_fails_and_names_the_line(root: Path) -> None:
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    command = [sys.executable, "-m", "graphsvc", "validate", "--against", "HEAD"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"data/more.ttl:{HEAD + 1}: violation: <{BASE}id/three> was published" in done.stdout


WANTED = Wanted(
    format="text",
    output=None,
    fail_on="violation",
    shape=None,
    focus=None,
    changed_since=None,
    against="HEAD",
    baseline=None,
    write_baseline=False,
    prune_baseline=False,
    max_results=None,
    engine="compiled",
)
Run = Callable[..., str]


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The verb with other options: what it prints, if it gives the exit code."""

    def run(code: int, **options: Any) -> str:
        capsys.readouterr()
        assert verb(root, replace(WANTED, **options)) == code
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_tells_it(root: Path, run: Run, format: str) -> None:
    run(0, format=format)
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    told = run(1, format=format)
    assert CHECK in told
    assert "id/three" in told
    assert "more.ttl" in told or format == "turtle"  # which has no places


def test_a_baseline_knows_it(root: Path, run: Run, tmp_path: Path) -> None:
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    baseline = tmp_path / "known.json"
    run(0, baseline=baseline, write_baseline=True)
    run(0, baseline=baseline)
    (root / "data/part.ttl").unlink()
    told = run(1, baseline=baseline)
    assert "id/one#part> was published" in told
    assert "id/three> was published" not in told


def test_it_can_be_narrowed_and_cut(root: Path, run: Run) -> None:
    (root / "data/part.ttl").unlink()
    rewrite(root / "data/more.ttl", "id:three", "id:four")
    cut = json.loads(run(1, format="json", max_results=1))
    assert len(cut["results"]) == cut["cut_at"] == 1
    told = run(1, focus=f"{BASE}id/one#part")
    assert "id/one#part> was published" in told
    assert "id/three> was published" not in told
    for options in ({"changed_since": "HEAD"}, {"shape": f"urn:graphsvc:check:{CHECK}"}):
        told = run(1, **options)
        assert "id/one#part> was published" in told
        assert "id/three> was published" in told
