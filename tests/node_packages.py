"""npm packages that tests run, installed as their locks have them."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

from hatch_build import runner


def installed(folder: Path, name: str) -> Path:
    """The folder of a package of the lock in `folder`; it is installed if it is not there yet."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    wanted = lock["packages"][f"node_modules/{name}"]["version"]
    package = folder / "node_modules" / name
    with (folder / "package.json").open() as guard:  # for tests may run in several processes
        fcntl.flock(guard, fcntl.LOCK_EX)
        if _version(package) != wanted:
            install = ("ci", "--no-progress", "--loglevel=error")
            done = runner("npm")(install, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return package


def _version(package: Path) -> str | None:
    """The version of an npm package in a folder; None if there is none."""
    try:
        return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        return None
