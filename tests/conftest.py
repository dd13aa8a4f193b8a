"""Puts this folder on the path, so that tests in folders below can share modules with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphsvc.build import build

pytest_plugins = ("earl", "pytester")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the publication in this repository; nobody may change it."""
    return build(ROOT, tmp_path_factory.mktemp("shipped") / "releases")
