"""Each gate bites: the linter, the formatter and the type checker refuse a known-bad snippet."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str, snippet: str, name: str) -> subprocess.CompletedProcess[str]:
    """Run a tool as if the snippet stood in the package, with the project's own settings."""
    return subprocess.run(
        [sys.executable, "-m", *command, "--stdin-filename", f"graphsvc/{name}.py", "-"],
        input=textwrap.dedent(snippet),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize(
    ("rule", "snippet"),
    [
        ("F401", "import os\n"),
        ("T201", "print('x')\n"),
        ("BLE001", "try:\n    x = 1\nexcept Exception:\n    x = 2\n"),
        ("B006", "def f(x: list[int] = []) -> None: ...\n"),
        ("PTH123", "x = open('a')\n"),
        ("TID252", "from . import errors\n"),
        ("PLR0913", "def f(a: int, b: int, c: int, d: int, e: int, g: int) -> None: ...\n"),
        ("C901", "def f(x: int) -> int:\n" + "    if x: x += 1\n" * 9 + "    return x\n"),
        ("E501", f"x = '{'a' * 100}'\n"),
    ],
)
def test_ruff_refuses(rule: str, snippet: str) -> None:
    done = run("ruff", "check", "--output-format", "concise", snippet=snippet, name="snippet")
    assert done.returncode == 1
    assert rule in done.stdout


def test_ruff_lets_the_command_line_print() -> None:
    done = run("ruff", "check", snippet="print('x')\n", name="cli/snippet")
    assert done.returncode == 0, done.stdout


def test_the_formatter_refuses() -> None:
    assert run("ruff", "format", "--check", snippet="x = [1,2]\n", name="snippet").returncode == 1


@pytest.mark.parametrize(
    ("code", "snippet"),
    [
        ("no-untyped-def", "def f(x):\n    return x\n"),
        ("arg-type", "def f(x: int) -> None: ...\nf('x')\n"),
        ("unused-ignore", "x: int = 1  # type: ignore\n"),
        ("unreachable", "def f(x: int) -> int:\n    assert isinstance(x, str)\n    return 1\n"),
    ],
)
def test_mypy_refuses(code: str, snippet: str, tmp_path: Path) -> None:
    (tmp_path / "snippet.py").write_text(snippet, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "snippet.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 1
    assert f"[{code}]" in done.stdout
