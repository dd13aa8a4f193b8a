"""The client of those who made Linked Data Event Streams replicates the feed of a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from node_packages import installed
from publications import BASE, TOML
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from feed.histories import AS, History, canonical, free_address, replicate, served, state
from graphsvc.release import Release
from graphsvc.vocab import XSD
from hatch_build import runner

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
DOCS = (HERE.parents[1] / "docs/feed.md").read_text(encoding="utf-8")
ONTOLOGY = "<ns#Book> a rdfs:Class . <ns#by> a rdf:Property . <ns#note> a rdf:Property .\n"


def run_client(base: str, saved: Path) -> list[Quad]:
    """All quads of the members that it has not told of before."""
    client = installed(HERE, "ldes-client") / "dist/bin/cli.js"
    shown = re.search(r"^npx ldes-client@(\S+) \S+/feed (.*) --save state$", DOCS, re.MULTILINE)
    assert shown is not None
    assert json.loads((client.parents[2] / "package.json").read_text())["version"] == shown[1]
    arguments = [str(client), f"{base}feed", *shown[2].split(), "--save", str(saved)]
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
    tmp_path: Path,
) -> None:
    base = free_address()
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
