"""What `init` writes works as its workflows run it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from graphsvc.init import init

WORKFLOWS = ("validate", "publish")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("publication")
    init(root, "https://someone.github.io/books/")
    git = ["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "begin"]):
        subprocess.run([*git, *arguments], cwd=root, check=True)
    with (root / "data/books.ttl").open("a", encoding="utf-8") as books:
        books.write('book:aniara dct:title "Aniara"@sv .\n')
    subprocess.run([*git, "commit", "-qam", "a title in Swedish"], cwd=root, check=True)
    return root


def workflow(root: Path, name: str) -> dict[str, Any]:
    text = (root / f".github/workflows/{name}.yml").read_text("utf-8")
    table: dict[str, Any] = yaml.safe_load(text)
    return table


def steps(root: Path, name: str) -> list[dict[str, Any]]:
    (job,) = workflow(root, name)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_commands_of_a_workflow_succeed_in_order(
    root: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    commands = [step["run"] for step in steps(root, name) if "run" in step]
    install, *others = commands
    assert install == "pip install -r requirements.txt"
    assert "graphsvc" in (root / "requirements.txt").read_text("utf-8").split()
    assert others
    for command in others:
        said = command.replace(
            "${{ steps.pages.outputs.base_url }}", "https://someone.github.io/books"
        )
        program, *arguments = shlex.split(os.path.expandvars(said))
        assert program == "graphsvc"
        done = subprocess.run(
            [sys.executable, "-m", program, *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "GITHUB_ACTIONS": "true"},
        )
        assert done.returncode == 0, done.stderr
    if name == "validate":
        assert '+   dct:title "Aniara"@sv' in summary.read_text("utf-8")


def test_what_is_uploaded_is_what_was_exported(root: Path) -> None:
    (upload,) = [s for s in steps(root, "publish") if "upload-pages" in s.get("uses", "")]
    assert (root / upload["with"]["path"] / "index.html").is_file()
    sitemap = (root / upload["with"]["path"] / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://someone.github.io/books/</loc>" in sitemap


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_do_no_more_than_it_must_and_pins_its_actions(root: Path, name: str) -> None:
    wanted = {"contents": "read"}
    if name == "publish":
        wanted |= {"pages": "write", "id-token": "write"}
    assert workflow(root, name)["permissions"] == wanted
    actions = [step["uses"] for step in steps(root, name) if "uses" in step]
    assert actions
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in actions)


def test_each_pull_request_is_validated_and_the_default_branch_published(root: Path) -> None:
    # YAML 1.1 reads the key `on` as true.
    assert "pull_request" in workflow(root, "validate")[True]  # type: ignore[index]
    assert "main" in workflow(root, "publish")[True]["push"]["branches"]  # type: ignore[index]
