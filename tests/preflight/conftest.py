from __future__ import annotations

import pytest

from graphsvc.release import Release
from preflight import sites
from preflight.sites import Site, site_of


@pytest.fixture(scope="package")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release whose catalogue has nothing that preflight would find."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", "1780000000")
        return sites.release(tmp_path_factory.mktemp("books"))


@pytest.fixture
def site(release: Release) -> Site:
    """What a test may spoil."""
    return site_of(release)
