"""What --changed-since tells: what is wrong in changed files, and what they broke elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from publications import TOML
from test_revalidation import PREFIXES, Chance, begun, statement

from graphsvc.errors import GraphsvcError
from graphsvc.report import ValidationResult
from graphsvc.revalidation.since import validate_since
from graphsvc.sources import Publication
from graphsvc.validation import validate


@pytest.fixture(autouse=True)
def _only_the_repositories_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A reader")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "reader@example.org")


def commit(root: Path) -> None:
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def told(root: Path) -> list[ValidationResult]:
    found, selection = validate_since(Publication.open(root), "HEAD")
    return list(found.select(selection).report.results)


def whole(root: Path) -> list[ValidationResult]:
    return list(validate(Publication.open(root)).report.results)


def places(results: list[ValidationResult]) -> list[str]:
    return [f"{each.at.path.name}:{each.at.line}" for each in results if each.at]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two books that must have an author with a name, and one that has none."""
    root = tmp_path / "publication"
    files = {
        "graphsvc.toml": TOML,
        "data/authors.ttl": "id:boye a :Author ; :name 'Karin Boye' .\nid:x a :Author .\n",
        "data/books.ttl": "id:kallocain a :Book ; :by id:boye .\nid:y a :Book ; :by id:x .\n",
        "ontology/terms.ttl": "".join(
            f":{n} a rdfs:Resource .\n" for n in ["Author", "Book", "by", "name"]
        ),
        "shapes/s.ttl": "shapes:B a sh:NodeShape ; sh:targetClass :Book ;"
        " sh:property [ sh:path ( :by :name ) ; sh:minCount 1 ; sh:message 'Name it.' ] .\n",
    }
    for place, text in files.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        prefixes = "" if place.endswith("toml") else PREFIXES
        (root / place).write_text(prefixes + text, encoding="utf-8")
    commit(root)
    return root


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_changed_and_nothing_is_told(root: Path) -> None:
    assert len(whole(root)) == 1
    assert told(root) == []


def test_a_finding_in_an_unchanged_file_is_told_if_a_change_caused_it(root: Path) -> None:
    rewrite(root / "data/authors.ttl", " ; :name 'Karin Boye'", "")
    assert len(whole(root)) == 2
    assert places(told(root)) == ["books.ttl:7"]


def test_old_findings_in_a_changed_file_are_told_too(root: Path) -> None:
    rewrite(root / "data/books.ttl", "id:kallocain a", "# More to come.\nid:kallocain a")
    assert places(told(root)) == ["books.ttl:9"]


def test_a_removed_file_breaks_what_leads_there(root: Path) -> None:
    (root / "data/authors.ttl").unlink()
    found = told(root)
    assert {each.source_shape.value.rpartition(":")[2] for each in found} >= {"not-described"}
    assert set(places(found)) == {"books.ttl:7", "books.ttl:8"}


def test_a_changed_shape_tells_all_that_it_finds(root: Path) -> None:
    rewrite(root / "shapes/s.ttl", "Name it.", "Name the author.")
    assert places(told(root)) == ["books.ttl:8"]


def test_a_file_that_was_broken_then_is_no_hindrance(root: Path) -> None:
    rewrite(root / "data/authors.ttl", "id:boye a", "id:boye id:boye a")
    commit(root)
    rewrite(root / "data/authors.ttl", "id:boye id:boye a", "id:boye a")
    assert told(root) == []


def test_what_is_broken_now_is_an_error(root: Path) -> None:
    rewrite(root / "data/authors.ttl", "id:boye a", "id:boye id:boye a")
    with pytest.raises(GraphsvcError):
        told(root)


def until_readable(root: Path, make: Callable[[], None]) -> list[ValidationResult]:
    """What is wrong, once something has been made that can be read."""
    for _ in range(200):
        make()
        with suppress(GraphsvcError):
            return whole(root)
    raise AssertionError("nothing that can be read")


def test_a_finding_with_other_reasons_than_before_is_not_new(root: Path) -> None:
    rewrite(root / "shapes/s.ttl", "sh:property [ sh:path", "sh:node [ sh:property [ sh:path")
    rewrite(
        root / "shapes/s.ttl", "'Name it.' ]", "'Name it.' ] , [ sh:path :by ; sh:maxCount 1 ] ]"
    )
    commit(root)
    more = "id:y :by id:z .\n"
    (root / "data/more.ttl").write_text(PREFIXES + more, encoding="utf-8")
    assert [place for place in places(told(root)) if place.startswith("books")] == []


@pytest.mark.parametrize("seed", range(20))
def test_it_tells_what_two_whole_validations_tell(seed: int, tmp_path: Path) -> None:
    root = tmp_path / "publication"
    chance = Chance(seed)

    def begin() -> None:
        shutil.rmtree(root, ignore_errors=True)
        begun(root, chance)

    before = until_readable(root, begin)
    commit(root)
    path = root / "data" / chance.choice(("a.ttl", "b.ttl"))
    text = path.read_text("utf-8")

    def edit() -> None:
        lines = text.splitlines(keepends=True)
        place = chance.randrange(PREFIXES.count("\n"), len(lines))
        lines[place : place + chance.choice((0, 1))] = [statement(chance)]
        path.write_text("".join(lines) + "# Edited.\n", encoding="utf-8")

    after = until_readable(root, edit)
    known = Counter(map(key, before))
    expected = []
    for each in after:
        is_there = each.at is not None and each.at.path.name == path.name
        known[key(each)] -= 1
        if is_there or known[key(each)] < 0:
            expected.append(each)
    assert Counter(map(key, told(root))) == Counter(map(key, expected))


def key(result: ValidationResult) -> object:
    if result.source_shape.value.endswith(("undefined-term", "not-described")):
        return result.source_shape, result.messages
    return replace(result, at=None, shape_at=None, details=(), messages=())
