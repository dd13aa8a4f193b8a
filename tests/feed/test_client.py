"""The client of those who made Linked Data Event Streams replicates the feed of a server."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from node_packages import installed
from publications import BASE, TOML
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from feed.histories import AS, History, canonical, replicate, state
from graphsvc.release import Release
from graphsvc.vocab import XSD
from hatch_build import runner

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ONTOLOGY = "<ns#Book> a rdfs:Class . <ns#by> a rdf:Property . <ns#note> a rdf:Property .\n"


@pytest.fixture
def base() -> str:
    """The address that a server will have: nodes lead to one another under the base IRI."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


@contextmanager
def served(history: History, base: str, log: Path) -> Iterator[None]:
    """The current release, served at the base IRI by a process that logs each request."""
    release = (history.releases / "current").read_text().strip()
    command = [sys.executable, "-m", "graphsvc", "serve", "--access-log", "--release"]
    port = base.rstrip("/").rpartition(":")[2]
    command += [str(history.releases / release), "--port", port]
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True) as server,
    ):
        assert server.stderr is not None
        assert any("running on" in line for line in server.stderr)
        try:
            yield
        finally:
            server.terminate()
            server.stderr.read()


def run_client(base: str, saved: Path) -> list[Quad]:
    """All quads of the members that it has not told of before."""
    client = installed(HERE, "ldes-client") / "dist/bin/cli.js"
    arguments = [str(client), f"{base}feed", "--ordered", "ascending", "--save", str(saved)]
    done = runner("node")(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # Its writer has N-Quads but for one liberty, which it takes from Turtle.
    liberty = r" (true|false)(?= <[^>]*> \.$)"
    text = re.sub(liberty, rf' "\1"^^<{XSD}boolean>', done.stdout, flags=re.MULTILINE)
    return list(parse(text, RdfFormat.N_QUADS))


def apply(quads: list[Quad], resources: dict[str, set[Quad]]) -> list[tuple[str, str]]:
    """Do to resources what members say, in the order in which they came."""
    said: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.graph_name == DefaultGraph():
            subject, object_ = quad.subject.value, quad.object.value  # type: ignore[union-attr]
            said.setdefault(subject, {})[quad.predicate.value.partition("#")[2]] = object_
    payloads: dict[str, set[Quad]] = {}
    for quad in quads:
        if quad.graph_name != DefaultGraph():
            name = quad.graph_name.value  # type: ignore[union-attr]
            payloads.setdefault(name, set()).add(Quad(quad.subject, quad.predicate, quad.object))
    for member, told in said.items():
        if told["type"] == AS + "Delete":
            del resources[told["object"]]
        else:
            resources[told["object"]] = payloads[member]
    return [(told["type"].removeprefix(AS), told["object"]) for told in said.values()]


def asked(log: Path) -> list[str]:
    return re.findall(r'"GET (\S+) HTTP/1.1" 200', log.read_text())


def check(release: Release, resources: dict[str, set[Quad]], base: str) -> None:
    quads = set().union(*resources.values())
    path = release.folder / "dumps/all.nq"
    assert canonical(quads, base) == state(path, release.settings, base)


def test_it_ends_with_the_current_state_and_fetches_only_what_is_new(
    tmp_path: Path, base: str
) -> None:
    history = History(tmp_path, {"ontology/ns.ttl": ONTOLOGY}, TOML.replace(BASE, base))
    many = [f"<id/{n}> a <ns#Book> ; <ns#by> [ <ns#note> 'note {n}' ] .\n" for n in range(450)]
    for subject, text in (
        ("add many", "".join(many)),
        ("change some, and remove some", "".join(many[10:]).replace("note 2", "Note 2")),
        ("withdraw one", "".join(many[10:]) + "<id/99> owl:deprecated true .\n"),
    ):
        history.write("data/books.ttl", text)
        history.commit(subject)
    release = history.build()
    resources: dict[str, set[Quad]] = {}
    with served(history, base, tmp_path / "first.log"):
        news = apply(run_client(base, tmp_path / "saved"), resources)
        check(release, resources, base)
        assert {kind for kind, _ in news} == {"Create", "Update", "Delete"}
        assert len(news) == len(set(replicate_over_http(base))) == release.manifest.feed["members"]  # type: ignore[index]
        assert len({path for path in asked(tmp_path / "first.log") if "/feed/" in path}) > 2
        assert run_client(base, tmp_path / "saved") == []
    history.write("data/more.ttl", "<id/more> a <ns#Book> .\n")
    history.commit("one more")
    release = history.build()
    with served(history, base, tmp_path / "second.log"):
        news = apply(run_client(base, tmp_path / "saved"), resources)
    assert news == [("Create", f"{base}id/more")]
    check(release, resources, base)
    assert set(asked(tmp_path / "second.log")) == {"/feed"}


def replicate_over_http(base: str) -> dict[str, list[Quad]]:
    """The members as a reader of our own finds them, in TriG."""

    def fetch(iri: str) -> Iterator[Quad]:
        answer = httpx.get(iri, headers={"accept": "application/trig"})
        assert answer.headers["content-type"] == "application/trig"
        return parse(answer.content, RdfFormat.TRIG)

    return replicate(fetch, f"{base}feed").members
