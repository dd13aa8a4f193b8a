"""The verb that writes the site of a release as files."""

from __future__ import annotations

from pathlib import Path

from graphsvc.cli import terminal
from graphsvc.export.export import export as write
from graphsvc.release import Release

_TOLD = 10  # of the addresses that have no answer


def export(release: Path, out: Path, url: str) -> None:
    """Write it, and say what it holds."""
    with terminal.progress() as progress:
        done = write(Release.open(release), out, url, lambda n: progress(f"writing file {n}"))
    print(f"{out.as_posix()}: {done.pages} pages, {done.files} other files")
    if done.nowhere:
        shown = "".join(f"\n  {each}" for each in done.nowhere[:_TOLD])
        terminal.log(f"{len(done.nowhere)} addresses that pages name have no answer:{shown}")
    if done.not_searched:
        terminal.log(f"{done.not_searched} resources are not in the index of the search")
