from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.release import Release
from graphsvc.web.app import create_app
from web.documented import release_of
from web.served import Client, client_of, make_release


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_release(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def releases_folder(release: Release) -> Path:
    return release.folder.parent


@pytest.fixture(scope="session")
def client(release: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: release)) as client:
        yield client


@pytest.fixture(scope="session")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with ontologies, shapes and concept schemes to be documented."""
    return release_of(tmp_path_factory.mktemp("documented"))


@pytest.fixture(scope="session")
def documentation(documented: Release) -> Iterator[Client]:
    with client_of(create_app(lambda: documented)) as client:
        yield client
