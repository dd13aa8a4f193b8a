"""Workers on real kernels: with no endpoint to call, they have no network."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graphsvc.release import Release
from graphsvc.web.confinement import can_confine
from web.test_evaluator import spoken

pytestmark = pytest.mark.skipif(
    not can_confine(), reason="only Linux on x86_64 or aarch64 confines"
)

TRY = """
import socket, sys
from pyoxigraph import Store
from graphsvc.web.confinement import confine
assert confine()
port = sys.argv[1]
for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family)
    except PermissionError:
        print("refused")
socket.socketpair()
try:
    list(Store().query("SELECT * { SERVICE <http://127.0.0.1:%s/> { ?s ?p ?o } }" % port))
except OSError:
    print("refused")
list(Store().query("SELECT * { SERVICE SILENT <http://127.0.0.1:%s/> { ?s ?p ?o } }" % port))
"""


def test_nothing_that_is_confined_reaches_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        command = [sys.executable, "-c", TRY, str(listener.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (done.stdout.split(), done.returncode) == (["refused"] * 3, 0), done.stderr
        with pytest.raises(TimeoutError):
            listener.accept()


def test_workers_are_confined(release: Release) -> None:
    with spoken(release) as worker:
        status = Path(f"/proc/{worker.process.pid}/status").read_text(encoding="utf-8")
    assert "Seccomp:\t2" in status
