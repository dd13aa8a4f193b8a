"""What can be compared, and what is said of what cannot."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from publications import BOOKS, HEAD, write
from repositories import DAYS, Repository, book

from graphsvc.cli.app import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path)
    repository.commit(DAYS[0])
    repository.add(book("three"))
    repository.commit(DAYS[1])
    return repository


@pytest.fixture
def run(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
        monkeypatch.chdir(cwd or repository.root)
        monkeypatch.setattr(sys, "argv", ["graphsvc", "diff", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        text, error = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, text, error

    return run


def test_the_command_says_what_the_library_finds(repository: Repository) -> None:
    command = [sys.executable, "-m", "graphsvc", "diff", "HEAD~1"]
    done = subprocess.run(command, cwd=repository.root, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr == b""
    assert created(done.stdout.decode()) == ["+ id:three (three)"]


def created(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("+ id:")]


def test_without_a_word_head_is_compared_with_the_working_tree(
    run: Run, repository: Repository
) -> None:
    assert run() == (0, "HEAD → working tree: no difference\n", "")
    repository.add(book("four"))
    code, text, _ = run()
    assert (code, created(text)) == (0, ["+ id:four (four)"])
    assert created(run("HEAD~1")[1]) == ["+ id:four (four)", "+ id:three (three)"]


def test_revisions_are_read_as_they_were_and_nothing_is_touched(
    run: Run, repository: Repository
) -> None:
    repository.add("this is no Turtle")
    before = {path: path.stat().st_mtime_ns for path in repository.root.rglob("*")}
    code, text, _ = run("HEAD~1", "HEAD")
    assert (code, created(text)) == (0, ["+ id:three (three)"])
    assert {path: path.stat().st_mtime_ns for path in repository.root.rglob("*")} == before


def test_a_release_folders_and_dumps_are_compared_alike(
    run: Run, repository: Repository, tmp_path: Path
) -> None:
    release = repository.build(DAYS[2])
    dumps = release / "dumps"
    packed = tmp_path / "copy.ttl.gz"
    shutil.copyfile(dumps / "all.ttl.gz", packed)
    plain = tmp_path / "copy.nq"
    plain.write_bytes(gzip.decompress((dumps / "all.nq.gz").read_bytes()))
    same = [release, repository.releases, repository.root, plain, packed, dumps / "all.trig"]
    for each in same:
        code, text, error = run(str(each), "HEAD")
        assert (code, error) == (0, "")
        assert text.endswith("no difference\n")
        assert created(run("HEAD~2", str(each))[1]) == ["+ id:three (three)"]


def test_the_exit_code_is_1_for_what_breaks_or_for_anything_if_that_is_wanted(
    run: Run, repository: Repository
) -> None:
    assert [run("HEAD~1", "HEAD", "--fail-on", each)[0] for each in ("breaking", "any")] == [0, 1]
    code, text, _ = run("HEAD", "HEAD~1")
    assert code == 1
    assert text.startswith("! id:three (three): was published and is gone; withdraw it")
    assert run("HEAD", "HEAD~1", "--fail-on", "never")[0] == 0
    assert run("HEAD", "HEAD", "--fail-on", "any")[0] == 0


def test_what_is_withdrawn_or_deprecated_is_not_removed(run: Run, repository: Repository) -> None:
    path = repository.root / "data/books.ttl"
    text = path.read_text("utf-8")
    path.write_text(text.replace(book("three"), "id:three owl:deprecated true .\n"), "utf-8")
    assert run()[0] == 0
    ontology = repository.root / "ontology/books.ttl"
    text = ontology.read_text("utf-8")
    ontology.write_text(text.replace(":by a rdf:Property .", ":by rdfs:label 'by' ."), "utf-8")
    code, shown, _ = run()
    assert code == 1
    assert "was a property and is none now" in shown.splitlines()[0]
    ontology.write_text(
        text.replace(":by a rdf:Property .", ":by owl:deprecated true ."), encoding="utf-8"
    )
    assert run()[0] == 0


def test_a_folder_below_the_repository_s_top_is_a_publication_too(
    run: Run, repository: Repository, tmp_path: Path
) -> None:
    write(repository.root / "inner", BOOKS)
    repository.commit(DAYS[2])
    with (repository.root / "inner/data/books.ttl").open("a") as file:
        file.write(book("five"))
    assert created(run(cwd=repository.root / "inner")[1]) == ["+ id:five (five)"]
    code, text, _ = run("--publication", str(repository.root / "inner"), cwd=tmp_path)
    assert (code, created(text)) == (0, ["+ id:five (five)"])


def test_output_goes_to_a_file_and_json_is_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "diff.json"
    assert run("HEAD~1", "HEAD", "--format", "json", "--output", str(path)) == (0, "", "")
    assert json.loads(path.read_text("utf-8"))["counts"]["created"] == 1


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("nope", "nope: neither a file, a folder nor a revision of git: git knows no such commit"),
        ("--output=x", ""),
        ("HEAD:data", "git knows no such commit"),
    ],
)
def test_an_unknown_word_is_an_error(run: Run, word: str, error: str) -> None:
    code, text, said = run("--", word)
    assert (code, text) == (2, "")
    assert error in said
    assert "Traceback" not in said


def test_what_cannot_be_read_is_told_with_its_place(
    run: Run, repository: Repository, tmp_path: Path
) -> None:
    repository.add("this is no Turtle")
    repository.commit(DAYS[2])
    line = HEAD + 5
    code, _, error = run("HEAD", "HEAD~1")
    assert code == 2
    assert error.startswith(f"HEAD:data/books.ttl:{line}")
    assert run()[0] == 2
    broken = tmp_path / "broken.nt.gz"
    broken.write_bytes(gzip.compress(b"<a:b> <a:b> <a:b> .\n")[:-9])
    assert "broken.nt.gz: error: cannot be unzipped" in run(str(broken), "HEAD~1")[2]
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b")
    assert "broken.csv: error: not a known RDF file" in run(str(broken), "HEAD~1")[2]
    broken = tmp_path / "broken.nt"
    broken.write_text("<a:b> <a:b> <a:b> .\n<a:b>")
    assert f"{broken}:2" in run(str(broken), "HEAD~1")[2]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "there is no such file; a publication is a folder" in run(str(empty), "HEAD~1")[2]


def test_before_there_was_a_publication_there_is_nothing_to_compare(
    run: Run, repository: Repository
) -> None:
    (repository.root / "graphsvc.toml").rename(repository.root / "later.toml")
    repository.commit(DAYS[2])
    (repository.root / "later.toml").rename(repository.root / "graphsvc.toml")
    assert run("HEAD")[0] == 2
    assert "there was no publication then" in run("HEAD")[2]


def test_a_shallow_clone_says_that_it_is(run: Run, repository: Repository, tmp_path: Path) -> None:
    url = f"file://{repository.root}"
    subprocess.run(["git", "clone", "-q", "--depth=1", url, "shallow"], cwd=tmp_path, check=True)
    code, _, error = run("HEAD~1", cwd=tmp_path / "shallow")
    assert code == 2
    assert "a shallow clone; `git fetch --unshallow` gets the rest" in error


def test_without_git_a_working_tree_cannot_be_compared_with_head(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "alone", BOOKS)
    code, _, error = run(cwd=tmp_path / "alone")
    assert code == 2
    assert "not a git repository" in error
