"""Publications with a history: how long it takes to derive a feed from that."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.generator import BASE
from bench.processes import Contender, Sample, environment, graphsvc, interleave, measure, task
from bench.results import Cell
from bench.workspace import Size, Workspace

COMMITS = (250, 500, 1_000)
SMALL = Size("10k", 10_000)
LARGE_QUADS = 1_000_000  # from then on, one run tells enough
NOTES, NOTE_QUADS = 20, 100  # files that commits change, and what each holds
START = 1_600_000_000  # the time of the first commit
_PEOPLE = {f"GIT_{each}": "bench" for each in ("AUTHOR_NAME", "COMMITTER_NAME")} | {
    f"GIT_{each}": "bench@example.org" for each in ("AUTHOR_EMAIL", "COMMITTER_EMAIL")
}


def git(root: Path, *arguments: str, text: bytes = b"") -> None:
    dates = {f"GIT_{role}_DATE": f"{START} +0000" for role in ("AUTHOR", "COMMITTER")}
    command = ["git", "-C", str(root), "-c", "gc.auto=0", *arguments]
    own = {**environment(), **_PEOPLE, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(command, input=text, check=True, capture_output=True, env=own)


def commit_all(root: Path) -> None:
    """Make a publication a repository with one commit."""
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "begin")


def go_on(root: Path, commits: int, first: int = 0) -> None:
    """Add commits, each of which changes one statement of one of the files with notes."""
    git(root, "fast-import", "--quiet", text=b"".join(_commits(commits, first)))
    git(root, "reset", "--quiet", "--hard")


def write_notes(root: Path) -> None:
    (root / "data/notes").mkdir()
    for number in range(NOTES):
        (root / f"data/notes/{number}.ttl").write_bytes(_notes(number, 0))


def _notes(number: int, changes: int) -> bytes:
    titles = (changes if row == changes % NOTE_QUADS else 0 for row in range(NOTE_QUADS))
    return "".join(
        f'<{BASE}id/note/{number}-{row}> <http://purl.org/dc/terms/title> "note, {title}" .\n'
        for row, title in enumerate(titles)
    ).encode()


def _commits(commits: int, first: int) -> Iterator[bytes]:
    for number in range(first, first + commits):
        content = _notes(number % NOTES, number // NOTES + 1)
        yield b"commit refs/heads/main\n"
        yield f"committer bench <bench> {START + 60 * (number + 1)} +0000\n".encode()
        yield b"data 6\nchange\n"
        if number == first:
            yield b"from refs/heads/main^0\n"
        place = f"data/notes/{number % NOTES}.ttl"
        yield f"M 100644 inline {place}\ndata {len(content)}\n".encode() + content + b"\n"


def of_one_commit(workspace: Workspace, size: Size) -> tuple[list[Cell], list[str]]:
    """What a first feed and the next cost, beside the builds that they are a part of."""
    dated = workspace.fresh("dated", size)
    shutil.copytree(workspace.publication(size), dated)
    write_notes(dated)
    commit_all(dated)
    builds = {
        "graphsvc build --skip-shapes": workspace.building(size, "--skip-shapes"),
        "graphsvc build --skip-shapes, with a feed": _building(workspace, dated, size),
    }
    whole = interleave(builds, 1, warm_up=False)
    release = workspace.release(size)
    first = workspace.fresh("first", size)
    _derive(dated, first)
    later = workspace.fresh("later", size)
    shutil.copytree(dated, later)
    go_on(later, 1)
    second = workspace.fresh("second", size)
    _derive(later, second)
    contenders: dict[str, Contender] = {
        "catalogue and VoID": workspace.with_target(
            *task("write_catalogue", release, first / "quads.nq", "TARGET")
        ),
        "feed, one commit": workspace.with_target(
            *task("derive_feed", dated, first / "quads.nq", "TARGET")
        ),
        "feed, one commit more": workspace.with_target(
            *task("derive_feed", later, second / "quads.nq", "TARGET", first)
        ),
    }
    runs = size.runs if size.quads < LARGE_QUADS else 1
    samples = interleave(contenders, runs, warm_up=size.quads < LARGE_QUADS) | whole
    nodes = [path.stat().st_size for path in (first / "feed").glob("*.nq")]
    told = f"The feed takes {sum(nodes) / 2**20:,.0f} MiB of disk, in {len(nodes):,} files."
    return [Cell(name, each) for name, each in samples.items()], [told]


def of_many_commits(workspace: Workspace, size: Size) -> tuple[list[Cell], list[str]]:
    """What the feed of a small publication costs after ever more commits."""
    contenders: dict[str, Contender] = {}
    folder = workspace.fresh("histories", size)
    folder.mkdir()
    for commits in COMMITS:
        root, made = folder / f"{commits}", folder / f"{commits}-made"
        shutil.copytree(workspace.publication(SMALL), root)
        write_notes(root)
        commit_all(root)
        go_on(root, commits - 1)
        _derive(root, made)
        contenders[f"{commits:,} commits"] = workspace.with_target(
            *task("derive_feed", root, made / "quads.nq", "TARGET")
        )
    go_on(root, 1, first=commits - 1)
    again = folder / "again"
    _derive(root, again)
    contenders["one commit more"] = workspace.with_target(
        *task("derive_feed", root, again / "quads.nq", "TARGET", made)
    )
    samples = interleave(contenders, 5, warm_up=True)
    told = f"{SMALL.label} quads; each commit changes one statement of a file with {NOTE_QUADS}."
    return [Cell(name, each) for name, each in samples.items()], [told]


def _derive(root: Path, target: Path) -> None:
    """Make a feed, and the canonical N-Quads that it is made from, in a new folder."""
    target.mkdir()
    measure(task("write_canonical", root, target / "quads.nq"))
    measure(task("derive_feed", root, target / "quads.nq", target))


def _building(workspace: Workspace, root: Path, size: Size) -> Contender:
    def run() -> Sample:
        releases = workspace.fresh("releases-of-a-history", size)
        sample = measure(graphsvc("build", "--skip-shapes", "--releases", releases, root))
        shutil.rmtree(releases)
        return sample

    return run
