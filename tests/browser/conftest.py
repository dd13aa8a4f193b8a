"""What a visit takes: a server that is a process of its own, and Debian's Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from node_packages import installed
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from browser.kinds import KINDS, Kind, build_with_all_kinds
from graphsvc.release import Release

# Chromium's own calls home would fail in a closed network, many at a time.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


HERE = Path(__file__).parent


@contextmanager
def serving(release: Path) -> Iterator[str]:
    """A server of a release, by its address."""
    command = [sys.executable, "-m", "graphsvc", "serve", "--release", str(release)]
    with subprocess.Popen(
        [*command, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            raise AssertionError("the server did not start")
        yield found[1]
        server.terminate()
        server.stderr.read()


@pytest.fixture(scope="session")
def site(shipped_release: Path) -> Iterator[str]:
    """The address of a server of the shipped publication."""
    with serving(shipped_release) as address:
        yield address


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release that has a page of every kind."""
    return Release.open(build_with_all_kinds(tmp_path_factory.mktemp("kinds")))


@pytest.fixture(scope="session")
def all_kinds(release: Release) -> Iterator[str]:
    """The address of a server of that release."""
    with serving(release.folder) as address:
        yield address


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, release: Release) -> Kind:
    """Each kind of page in turn."""
    return KINDS[request.param].of(release)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, installed as the lock has it if it is not there yet."""
    return (installed(HERE, "axe-core") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=30_000)  # a busy machine is slow, and not wrong
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path is not None, "Debian's chromium is wanted; .ci/run installs it"
    launched = playwright.chromium.launch(executable_path=path, args=list(QUIET))
    yield launched
    launched.close()
