"""Publications with a history, and replicas made of their feeds by a reader of our own."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publications import BASE, BOOKS, TOML, write
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from graphsvc.build import BuildOptions, build
from graphsvc.canonical import Canonicalizer
from graphsvc.feed.deriving import Derived, derive
from graphsvc.feed.descriptions import GENID
from graphsvc.history import provenance
from graphsvc.release import Release
from graphsvc.settings import Settings
from graphsvc.sources import Publication, Reader
from graphsvc.validation import quiet

AS = "https://www.w3.org/ns/activitystreams#"
TREE = "https://w3id.org/tree#"
FEED = BASE + "feed"
START = 1_700_000_000  # the time of the first commit


@dataclass(frozen=True)
class Made:
    """A feed beside the quads that it ends with, and what a release tells of it."""

    folder: Path
    settings: Settings
    told: dict[str, Any] | None

    @property
    def feed(self) -> Path:
        return self.folder / "feed"

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.feed.iterdir()}

    def closed(self) -> dict[str, bytes]:
        """The files that shall never change."""
        logs = self.feed.glob("log-*.json")
        last = max(logs, key=lambda path: int(path.stem[4:]), default=self.feed)
        changing = {"feed.json", "root.nq", "members.nq", "told.tsv", last.name}
        return {name: content for name, content in self.files().items() if name not in changing}

    def fetch(self, iri: str) -> Iterable[Quad]:
        """A node, from its file."""
        name = iri.removeprefix(FEED).removeprefix("/") or "root"
        return parse(path=str(self.feed / f"{name}.nq"), format=RdfFormat.N_QUADS)

    def state(self) -> Dataset:
        """What a replica shall end with: the triples of the default graph, canonically."""
        return state(self.folder / "quads.nq", self.settings)


class History:
    """A publication in git; each commit is a minute after the one before."""

    def __init__(self, folder: Path, files: dict[str, str] | None = None, toml: str = TOML) -> None:
        self.root, self.releases = folder / "publication", folder / "releases"
        self.commits = self.feeds = 0
        write(self.root, BOOKS if files is None else files, toml)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("begin")

    def git(self, *arguments: str, seconds: int | None = None) -> str:
        time = f"{START + 60 * self.commits if seconds is None else seconds} +0100"
        people = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
        people |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
        environment = {**os.environ, **people, "GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
        environment["GIT_CONFIG_GLOBAL"] = os.devnull
        command = ["git", "-C", str(self.root), "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, env=environment)
        return done.stdout.decode(errors="replace").strip()

    def write(self, place: str, text: str) -> None:
        write(self.root, {place: text}, (self.root / "graphsvc.toml").read_text("utf-8"))

    def remove(self, place: str) -> None:
        (self.root / place).unlink()

    def commit(self, subject: str, seconds: int | None = None) -> str:
        """Commit whatever there is; gives what the feed's IRIs of it begin with."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject, seconds=seconds)
        self.commits += 1
        return self.git("rev-parse", "HEAD")[:16]

    def build(self) -> Release:
        return Release.open(build(self.root, self.releases, BuildOptions(shapes=False)))

    def derive(self, earlier: Made | None = None) -> Made:
        """The feed as a build derives it, which has made an earlier one before."""
        publication, origin = Publication.open(self.root), provenance(self.root)
        self.feeds += 1
        folder = self.releases / str(self.feeds)
        folder.mkdir(parents=True)
        canonical, reader = Canonicalizer(folder), Reader(publication.settings.base_iri)
        for file in publication.files:
            canonical.add(reader.quads(file), file.graph_name)
        assert not reader.faults
        n_quads = folder / "quads.nq"
        n_quads.write_text("".join(canonical), encoding="utf-8")
        source = Derived(
            self.root,
            publication.settings,
            n_quads,
            hashlib.sha256(n_quads.read_bytes()).hexdigest(),
            origin.commit,
            origin.issued,
            earlier.feed if earlier else None,
        )
        return Made(folder, publication.settings, derive(source, folder / "feed", quiet))


@dataclass
class Replica:
    """What a reader of a feed has, and how it came to that."""

    news: list[tuple[str, str, str]] = field(default_factory=list)  # kind, resource, published
    members: dict[str, list[Quad]] = field(default_factory=dict)  # what is said of each
    resources: dict[str, set[Quad]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)  # members by node

    @property
    def quads(self) -> set[Quad]:
        return set().union(*self.resources.values())

    def since(self, count: int) -> list[tuple[str, str]]:
        """The kinds and resources of all but the first members, without the base IRI."""
        return [(kind, iri.removeprefix(BASE)) for kind, iri, _ in self.news[count:]]


def replicate(fetch: Callable[[str], Iterable[Quad]], feed: str = FEED) -> Replica:
    """Read a feed from its root, member by member in the order of their times.

    Each member must be where the relations that lead to it say.
    """
    replica, waiting, known = Replica(), [(feed, "", "9")], {feed}
    found: list[tuple[str, str, str, str, set[Quad]]] = []
    while waiting:
        node, since, until = waiting.pop()
        page = Dataset(fetch(node))
        members = [quad.object for quad in _of(page, feed + "#stream", TREE + "member")]
        replica.sizes[node] = len(members)
        for member in members:
            assert isinstance(member, NamedNode)
            said = list(page.quads_for_subject(member))
            told = {q.predicate.value: q.object.value for q in said}  # type: ignore[union-attr]
            assert since <= told[AS + "published"] < until
            payload = {
                Quad(quad.subject, quad.predicate, quad.object)
                for quad in page.quads_for_graph_name(member)
            }
            kind = told["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"].removeprefix(AS)
            news = (told[AS + "published"], member.value, kind, told[AS + "object"], payload)
            assert member.value not in replica.members
            replica.members[member.value] = [q for q in said if q.graph_name == DefaultGraph()]
            found.append(news)
        for target, bounds in _relations(page, node).items():
            if target not in known:
                known.add(target)
                waiting.append((target, *bounds))
    for published, _, kind, resource, payload in sorted(found, key=_in_order):
        assert (kind == "Create") == (resource not in replica.resources), (kind, resource)
        assert (kind == "Delete") == (not payload)
        replica.news.append((kind, resource, published))
        if payload:
            replica.resources[resource] = payload
        else:
            del replica.resources[resource]
    return replica


def _in_order(news: tuple[str, str, str, str, set[Quad]]) -> tuple[str, int]:
    return news[0], int(news[1].rpartition("-")[2])


def _of(page: Dataset, subject: str, predicate: str) -> list[Quad]:
    quads = page.quads_for_subject(NamedNode(subject))
    return [quad for quad in quads if quad.predicate.value == predicate]


def _relations(page: Dataset, node: str) -> dict[str, tuple[str, str]]:
    """The nodes that a node leads to, each with the times that its members are of."""
    found: dict[str, dict[str, str]] = {}
    for quad in _of(page, node, TREE + "relation"):
        assert isinstance(quad.object, NamedNode)
        told = {each.predicate.value: each.object for each in page.quads_for_subject(quad.object)}
        values = {name: each.value for name, each in told.items()}  # type: ignore[union-attr]
        assert values[TREE + "path"] == AS + "published"
        kind = values["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"].removeprefix(TREE)
        found.setdefault(values[TREE + "node"], {})[kind] = values[TREE + "value"]
    return {
        target: (bounds["GreaterThanOrEqualToRelation"], bounds["LessThanRelation"])
        for target, bounds in found.items()
    }


def state(n_quads: Path, settings: Settings, base_iri: str = BASE) -> Dataset:
    """The triples of the default graph, canonically."""
    triples = (
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in parse(path=str(n_quads), format=RdfFormat.N_QUADS)
        if isinstance(quad.graph_name, NamedNode)
        and settings.is_in_default_graph(quad.graph_name.value)
    )
    return canonical(triples, base_iri)


def canonical(quads: Iterable[Quad], base_iri: str = BASE) -> Dataset:
    """Quads with blank nodes where the feed has IRIs for them, canonically."""
    lines = "".join(f"{quad} .\n" for quad in quads)
    own = re.compile(f"<{re.escape(base_iri + GENID)}([0-9a-f]+)-([0-9]+)>")
    dataset = Dataset(parse(own.sub(r"_:b\1x\2", lines), RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def free_address() -> str:
    """An address for a server to come: nodes lead to one another under the base IRI."""
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
