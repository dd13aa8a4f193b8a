"""What the documentation shows is what the software does."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

import graphsvc
from graphsvc import queries
from graphsvc.checks import _CHECKS
from graphsvc.release import Release
from graphsvc.reports.formats import FORMATS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


_DOZEN = "abcdefghijkl"


def read(place: str) -> str:
    return (ROOT / place).read_text(encoding="utf-8")


def blocks(language: str) -> list[tuple[str, str]]:
    """The code blocks of a language in every page, with the page's name."""
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return [(page.name, block) for page in PAGES for block in fence.findall(read(str(page)))]


def test_pages_written_from_the_code_are_fresh() -> None:
    command = [sys.executable, "scripts/docs.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize(("page", "query"), blocks("sparql"))
def test_every_query_shown_has_an_answer(page: str, query: str, shipped_release: Path) -> None:
    release = Release.open(shipped_release)
    dataset = queries.Dataset(prefixes=dict(release.manifest.prefixes))
    results = queries.evaluate(release.store, queries.read_query(query), dataset)
    assert isinstance(results, QuerySolutions)
    assert next(results, None) is not None


def test_the_finding_that_the_readme_shows_is_the_one_that_is_found(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "graphsvc", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout

    run("init")
    books = tmp_path / "data/books.ttl"
    books.write_text(books.read_text("utf-8").replace("193", "0"), encoding="utf-8")
    shown = [block for _, block in blocks("text") if block.startswith("data/books.ttl")]
    assert shown == [run("validate")]


def test_the_changes_that_are_shown_are_those_that_are_found(tmp_path: Path) -> None:
    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout

    def edit(place: str, *edits: tuple[str, str]) -> None:
        text = (tmp_path / place).read_text("utf-8")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / place).write_text(text, encoding="utf-8")

    graphsvc = (sys.executable, "-m", "graphsvc")
    run(*graphsvc, "init")
    someone = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (["init", "-q"], ["add", "."], [*someone, "commit", "-qm", "begin"]):
        run("git", *arguments)
    edit(
        "data/books.ttl",
        ('"Aniara"@en', '"Aniara"@en , "Aniara"@sv'),
        ("193", "194"),
        ('agent:library a foaf:Agent ;\n  foaf:name "The library"@en .\n', ""),
    )
    edit("shapes/book.ttl", ("sh:maxCount 1 ;", "sh:minCount 1 ; sh:maxCount 1 ;"))
    assert run(*graphsvc, "diff") in [block for _, block in blocks("text")]


def test_blank_nodes_that_are_refused_are_as_shown(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graphsvc"]
    subprocess.run([*command, "init"], cwd=tmp_path, capture_output=True, check=True)
    links = "".join(
        f"_:{one} :p _:{other} .\n" for one in _DOZEN for other in _DOZEN if one != other
    )
    text = f"@prefix : <ns#> .\n\n<id/x> :q 1 ;\n  :p _:a .\n{links}:p a :Property .\n"
    (tmp_path / "data/clique.ttl").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*command, "build"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr in [block for _, block in blocks("text")]


def test_the_readme_s_commands_are_in_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE)
    commands = re.findall(r"^make ([a-z]+) ", read("README.md"), re.MULTILINE)
    assert commands == ["serve", "test"]
    assert set(commands) <= set(targets)


def test_the_readme_opens_with_three_sentences_and_two_commands() -> None:
    text = read("README.md").split("\n\n")
    assert len(re.findall(r"[.](?:\s|$)", text[1])) == 3
    assert text[2].startswith("```sh\nmake serve")


def test_every_report_format_is_documented() -> None:
    page = read("docs/validate.md")
    assert all(f"`{name}`" in page for name in FORMATS)


def test_every_check_is_documented_with_its_severity() -> None:
    page = read("docs/validate.md")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", page, re.MULTILINE))
    checks = {name.removesuffix("-alone"): row[0] for name, row in _CHECKS.items()}
    assert rows == {name: severity.name.capitalize() for name, severity in checks.items()}


def test_the_layers_in_contributing_are_the_ones_that_are_tested() -> None:
    from test_layers import LAYERS

    picture = re.findall(r"^```\n(.*?)^```", read("CONTRIBUTING.md"), re.DOTALL | re.MULTILINE)[0]
    rows = [line.split("   ")[0] for line in picture.splitlines()]
    drawn = [{name.rstrip("/") for name in row.split()} for row in reversed(rows)]
    rooms = [set(names) - {"__init__", "__main__"} for names in LAYERS]
    assert drawn == [names for names in rooms if names]


def test_contributing_fits_on_a_screen_or_two() -> None:
    assert read("CONTRIBUTING.md").count("\n") <= 60


def test_version_and_changelog_agree() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == graphsvc.__version__


@pytest.mark.parametrize(
    "lock",
    sorted(
        path.relative_to(ROOT).as_posix()
        for pattern in ("requirements*.lock", "tests/*/*/requirements.lock")
        for path in ROOT.glob(pattern)
    ),
)
def test_locks_have_hashes_and_no_address(lock: str) -> None:
    text = read(lock)
    packages = re.findall(r"^[a-z0-9]", text, re.MULTILINE)
    assert "://" not in text
    assert "--index" not in text
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(packages)


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    lock = read("requirements.lock")
    for requirement in project["dependencies"]:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert f"\n{name}==" in f"\n{lock}", name
