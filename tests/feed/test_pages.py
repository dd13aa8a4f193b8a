"""The pages of a feed: bounded, closed for ever, and valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from feed.histories import AS, FEED, START, History, canonical, replicate
from graphsvc.feed import writing
from graphsvc.shacl import reference

LDES = "https://w3id.org/ldes#"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


def books(count: int, title: str = "T") -> str:
    return "".join(f"id:b{n:03} a :Book ; dct:title '{title} {n}'@sv .\n" for n in range(count))


def root(history: History) -> dict[tuple[str, str], str]:
    """What the root says, where it says one thing only."""
    quads = history.derive().fetch(FEED)
    return {(q.subject.value, q.predicate.value): q.object.value for q in quads}  # type: ignore[union-attr]


def test_it_says_what_it_is(history: History) -> None:
    said = root(history)
    assert said[FEED + "#stream", "https://w3id.org/tree#view"] == FEED
    assert said[FEED + "#stream", LDES + "timestampPath"] == AS + "published"
    assert said[FEED + "#stream", LDES + "versionOfPath"] == AS + "object"
    assert int(said[FEED + "#stream", LDES + "pollingInterval"]) > 0
    policy = said[FEED, LDES + "retentionPolicy"]
    assert said[policy, LDES + "startingFrom"] == "2023-11-14T22:13:20.000Z"


def test_a_commit_of_more_members_than_a_page_holds_has_several(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE_MEMBERS", 7)
    monkeypatch.setattr(writing, "VOLUME_PAGES", 3)
    history.write("data/many.ttl", books(100))
    history.commit("many")
    made = history.derive()
    replica = replicate(made.fetch)
    assert canonical(replica.quads) == made.state()
    assert len(replica.news) == 105
    pages = {node: size for node, size in replica.sizes.items() if "volume" not in node}
    assert set(pages.values()) == {7}
    assert len(pages) == 15
    assert sum(size for node, size in replica.sizes.items() if "volume" in node) == 0
    assert len(replica.sizes) - len(pages) == 4
    leads = [q for q in made.fetch(FEED) if q.predicate.value.endswith("tree#relation")]
    assert len(leads) == 2 * (4 + 14 % 3)


def test_a_page_has_no_more_bytes_than_it_may_unless_one_member_has(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE_BYTES", 20_000)
    long = "x" * 50_000
    history.write("data/many.ttl", books(200) + f"id:b100 dct:description '{long}' .\n")
    history.commit("many")
    made = history.derive()
    replica = replicate(made.fetch)
    assert canonical(replica.quads) == made.state()
    sizes = {path.name: path.stat().st_size for path in made.feed.glob("[1-9]*.nq")}
    assert len(sizes) > 5
    assert len([size for size in sizes.values() if size > 22_000]) == 1
    assert 1 in [count for node, count in replica.sizes.items() if node != FEED]


def test_what_is_closed_stays_byte_for_byte_while_commits_come(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE_MEMBERS", 3)
    monkeypatch.setattr(writing, "VOLUME_PAGES", 2)
    monkeypatch.setattr(writing, "LOG_ENTRIES", 4)
    made = history.derive()
    for number in range(12):
        history.write("data/many.ttl", books(number % 5, f"at {number}"))
        history.commit(f"change {number}")
        before, made = made.closed(), history.derive(made)
        after = made.closed()
        assert {name: after.get(name) for name in before} == before
    assert len([name for name in after if name.startswith("volume-")]) > 2
    assert len([name for name in after if name.startswith("log-")]) == 2
    replica = replicate(made.fetch)
    assert canonical(replica.quads) == made.state()
    assert made.files() == history.derive().files()


def test_every_member_has_the_shape_that_is_told_and_nothing_has_it_by_chance(
    history: History,
) -> None:
    history.remove("data/books.ttl")
    history.write("data/w.ttl", "id:one a :Book ; dct:title 'Ett' .\n")
    history.commit("one of each kind")
    made = history.derive()
    quads = list(made.fetch(FEED))
    shapes = [quad for quad in quads if quad.subject.value.startswith(FEED + "#shape")]  # type: ignore[union-attr]
    members = replicate(made.fetch).members
    kinds = {str(q.object) for said in members.values() for q in said if "type" in str(q.predicate)}
    assert kinds == {f"<{AS}{kind}>" for kind in ("Create", "Update", "Delete")}
    data = [quad for said in members.values() for quad in said]
    assert reference.validate(data, shapes) == []
    subject = data[0].subject
    more = Quad(subject, NamedNode(AS + "summary"), Literal("not in the shape"))
    assert reference.validate([*data, more], shapes)


def test_hostile_subjects_stay_in_one_line(history: History) -> None:
    history.write("data/three.ttl", "id:three dct:title 'Tre' .\n")
    hostile = "]]> <script>alert(1)</script> \x07\x1b[31m \u202e :000000 100644 " + "long " * 9_999
    history.commit(hostile)
    made = history.derive()
    log = json.loads((made.feed / "log-0.json").read_text("utf-8"))
    subject = log[1]["subject"]
    assert subject.startswith("]]> <script>alert(1)</script> \\u0007\\u001B[31m \\u202E :000000")
    assert len(subject) < 300
    assert subject.isprintable()
    assert len(replicate(made.fetch).news) == 6


def test_a_subject_may_be_missing_or_no_utf_8(history: History) -> None:
    history.write("data/three.ttl", "id:three dct:title 'Tre' .\n")
    history.git("add", "--all")
    history.git("commit", "--quiet", "--allow-empty-message", "-m", "", seconds=START + 60)
    history.write("data/four.ttl", "id:four dct:title 'Fyra' .\n")
    history.git("add", "--all")
    tree = history.git("write-tree")
    parent = history.git("rev-parse", "HEAD")
    raw = f"tree {tree}\nparent {parent}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> x +0000\n\n"
    path = history.root / ".git/raw"
    path.write_bytes(raw.encode() + b"\xff\xfe odd\n")
    odd = history.git("hash-object", "-t", "commit", "-w", "--literally", str(path))
    history.git("reset", "--quiet", "--hard", odd)
    made = history.derive()
    log = json.loads((made.feed / "log-0.json").read_text("utf-8"))
    assert [entry["subject"] for entry in log] == ["begin", "", "\ufffd\ufffd odd"]
    assert canonical(replicate(made.fetch).quads) == made.state()


def test_nobodys_settings_of_git_reach_the_feed(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    (history.root / "data/books.ttl").rename(history.root / "data/other.ttl")
    history.write("data/three.ttl", "id:three dct:title 'Tre' .\n")
    history.commit("rename and add")
    plain = history.derive().files()
    for name, value in (
        *(("diff.renames", "copies"), ("log.showSignature", "true"), ("color.ui", "always")),
        *(("log.showRoot", "false"), ("diff.noprefix", "true"), ("log.date", "relative")),
        *(("diff.external", "false"), ("format.pretty", "fuller"), ("log.decorate", "full")),
        *(("diff.ignoreSubmodules", "all"), ("log.diffMerges", "combined")),
    ):
        history.git("config", name, value)
    monkeypatch.setenv("GIT_PAGER", "false")
    assert history.derive().files() == plain


def test_a_page_is_read_in_other_formats_as_well(history: History) -> None:
    from graphsvc.feed.files import FORMATS, read_node

    made = history.derive()
    plain = canonical(made.fetch(FEED))
    for format in FORMATS:
        assert canonical(parse(read_node(made.feed / "root.nq", format), format.rdf)) == plain
    assert len(plain) > 50
    assert RdfFormat.TRIG in [format.rdf for format in FORMATS]
