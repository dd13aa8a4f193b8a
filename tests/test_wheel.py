"""What a user installs: the wheel, without anything that only developers need."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUNDLED = ("editor.js", "editor.css", "local.js", "worker.js", "oxigraph.wasm", "NOTICES.txt")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return build_wheel(ROOT, folder)


def build_wheel(project: Path, folder: Path, **environment: str) -> Path:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command = [*pip, "--wheel-dir", str(folder), str(project)]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_what_the_package_reads_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    within = [name.removeprefix("graphsvc/") for name in names if name.startswith("graphsvc/")]
    editor = {f"pages/editor/{name}" for name in BUNDLED}
    wanted = editor | {
        "py.typed",
        "starter/graphsvc.toml",
        "starter/gitignore",
        "starter/github/workflows/publish.yml",
        "vocabularies/skos.txt",
    }
    assert wanted <= set(within)
    assert all(name.startswith(("graphsvc/", "graphsvc-")) for name in names)


@pytest.mark.slow
def test_a_wheel_of_the_source_distribution_is_the_same_and_needs_no_npm(
    wheel: Path, tmp_path: Path
) -> None:
    hatchling = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    subprocess.run([*hatchling, "--directory", str(tmp_path)], cwd=ROOT, check=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        assert not any("node_modules" in name for name in archive.getnames())
        archive.extractall(tmp_path / "unpacked", filter="data")
    project = next((tmp_path / "unpacked").iterdir())
    again = build_wheel(project, tmp_path / "wheels", PATH=str(tmp_path))
    assert contents(again) == contents(wheel)


def contents(wheel: Path) -> dict[str, int]:
    """The names in a wheel and the checksums of what they hold."""
    return {each.filename: each.CRC for each in zipfile.ZipFile(wheel).infolist()}


@pytest.mark.slow
def test_an_installed_wheel_publishes_a_new_folder(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python, graphsvc = str(tmp_path / "venv/bin/python"), str(tmp_path / "venv/bin/graphsvc")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = str(ROOT / "requirements.lock")
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    for arguments in (["--help"], ["init", "p"], ["validate", "p"], ["build", "p"]):
        subprocess.run([graphsvc, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "p/releases/current").exists()
