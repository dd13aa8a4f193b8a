"""`graphsvc validate --watch` as a process."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from publications import TOML
from test_revalidation import PREFIXES

SECONDS = 60  # to wait at most


class Watcher:
    """The process, whose lines come as they are written."""

    def __init__(self, root: Path, *options: str) -> None:
        command = [sys.executable, "-m", "graphsvc", "validate", str(root), "--watch", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def report(self) -> str:
        """All that is told up to the next wait."""
        told = ""
        while "waiting for changes" not in told:
            told += self.lines.get(timeout=SECONDS)
        return told

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=SECONDS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "publication"
    files = {
        "graphsvc.toml": TOML,
        "data/a.ttl": f"{PREFIXES}id:a a :Book ; :pages 1 .\nid:b a :Book ; :pages 2 .\n",
        "ontology/o.ttl": f"{PREFIXES}:Book a rdfs:Class .\n:pages a rdfs:Resource .\n",
        "shapes/s.ttl": f"{PREFIXES}shapes:S a sh:NodeShape ; sh:targetClass :Book ;"
        " sh:property [ sh:path :pages ; sh:minInclusive 1 ; sh:message 'Too few.' ] .\n",
    }
    for place, text in files.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def watcher(root: Path) -> Iterator[Watcher]:
    watcher = Watcher(root)
    yield watcher
    watcher.end()


def change(root: Path, old: str, new: str) -> None:
    """As an editor does: a new file takes the place of the old."""
    path = root / "data" / "a.ttl"
    text = path.read_text("utf-8")
    assert old in text
    beside = path.with_name(".a.ttl.new")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(path)


def test_what_is_new_and_what_is_mended_is_seen(root: Path, watcher: Watcher) -> None:
    assert "Too few." not in watcher.report()
    change(root, ":pages 2", ":pages 0")
    told = watcher.report()
    assert "data/a.ttl: 1 gone, 1 new" in told
    assert "a.ttl:8: violation: Too few." in told
    change(root, ":pages 0", ":pages")
    assert "a.ttl:8:" in (told := watcher.report())
    assert "error" in told
    change(root, ":pages .", ":pages 3 .")
    told = watcher.report()
    assert "a.ttl:8: mended: Too few." in told
    assert "0 violations" in told
    assert "error" not in told
    assert watcher.interrupt() == 0


def test_what_was_wrong_before_is_counted_and_not_told_again(root: Path, watcher: Watcher) -> None:
    watcher.report()
    change(root, ":pages 2", ":pages 0")
    watcher.report()
    change(root, ":pages 1", "# So.\n :pages -1")
    told = watcher.report()
    assert told.count("Too few.") == 1
    assert "a.ttl:8: violation: Too few." in told
    assert "2 violations" in told


def test_other_files_that_come_or_go_are_told_of_alone(root: Path, watcher: Watcher) -> None:
    watcher.report()
    path = root / "data" / "0.ttl"
    path.write_text(f"{PREFIXES}id:c a :Book ; :pages 0 .\n", encoding="utf-8")
    told = watcher.report()
    assert "data/0.ttl: 0 gone, 2 new" in told
    assert "a.ttl" not in told
    path.unlink()
    assert "mended: Too few." in watcher.report()
    assert watcher.interrupt() == 0


def test_a_shape_that_is_asked_about_may_go_and_come_back(root: Path) -> None:
    watcher = Watcher(root, "--shape", "shapes:S")
    try:
        watcher.report()
        path = root / "shapes" / "s.ttl"
        text = path.read_text("utf-8")
        path.unlink()
        assert "there is no shapes:S" in watcher.report()
        change(root, ":pages 2", ":pages 0")
        watcher.report()
        path.write_text(text, encoding="utf-8")
        assert "a.ttl:8: violation: Too few." in watcher.report()
        assert watcher.interrupt() == 1
    finally:
        watcher.end()


def test_when_nobody_reads_any_more_it_ends(root: Path, watcher: Watcher) -> None:
    command = [sys.executable, "-m", "graphsvc", "validate", str(root), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        watcher.report()
        change(root, ":pages 2", ":pages 0")
        assert process.wait(timeout=SECONDS) == 1


def test_the_exit_code_is_that_of_the_last_report(root: Path, watcher: Watcher) -> None:
    watcher.report()
    change(root, ":pages 2", ":pages 0")
    watcher.report()
    assert watcher.interrupt() == 1


def test_a_publication_that_cannot_be_read_yet_is_waited_for(root: Path) -> None:
    change(root, "id:b a", "id:b id:b a")
    watcher = Watcher(root)
    try:
        assert "error" in watcher.report()
        change(root, "id:b id:b a", "id:b a")
        assert "error" not in watcher.report()
        assert watcher.interrupt() == 0
    finally:
        watcher.end()


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "json"),
        ("--output", "x"),
        ("--changed-since", "HEAD"),
        ("--against", "HEAD"),
        ("--baseline", "known.json"),
        ("--engine", "pyshacl"),
    ],
)
def test_what_does_not_go_with_it_is_refused(root: Path, options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "graphsvc", "validate", str(root), "--watch", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 2
    assert "leave one of the two out" in done.stderr
