"""The feed of a history, replayed: it ends with what the release holds, whatever happened."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from publications import BASE, BOOKS, TOML

from feed.histories import FEED, START, History, Made, Replica, canonical, replicate
from graphsvc.blank_nodes import canonical_order
from graphsvc.feed import descriptions, writing

BOOK = "id:three a :Book ; dct:title 'Tre'@sv .\n"


def replay(made: Made) -> Replica:
    """The replica of a feed, which holds what the release would."""
    replica = replicate(made.fetch)
    assert canonical(replica.quads) == made.state()
    assert made.told is not None
    assert len(replica.news) == made.told["members"]
    return replica


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


def test_first_commit_creates_everything_with_its_blank_nodes(history: History) -> None:
    replica = replay(history.derive())
    assert {kind for kind, *_ in replica.news} == {"Create"}
    assert {iri.removeprefix(BASE) for iri in replica.resources} == {
        *("id/one", "id/two", "id/reader", "ns#Book", "ns#by")
    }
    assert len(replica.resources[BASE + "id/two"]) == 6  # with what its blank nodes say


def test_each_commit_tells_what_it_has_changed(history: History) -> None:
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    history.write("data/three.ttl", BOOK.replace("Tre", "Drei"))
    history.commit("change")
    history.remove("data/three.ttl")
    history.commit("remove")
    replica = replay(history.derive())
    assert replica.since(5) == [(kind, "id/three") for kind in ("Create", "Update", "Delete")]
    assert [published for *_, published in replica.news[5:]] == [
        *("2023-11-14T22:14:20.000Z", "2023-11-14T22:15:20.000Z", "2023-11-14T22:16:20.000Z")
    ]


def test_it_is_the_same_whether_it_was_built_at_each_commit_or_at_the_last(
    history: History,
) -> None:
    earlier = None
    for number in range(5):
        if number != 2:  # then two commits are to be told of
            earlier = history.derive(earlier)
        text = f"id:b{number} dct:title '{number}' ; :by [ :by id:one ] .\n"
        history.write(f"data/{number}.ttl", text)
        history.commit(f"add {number}")
    step_by_step = history.derive(earlier)
    replay(step_by_step)
    at_once = history.derive()
    assert step_by_step.files() == at_once.files()
    assert step_by_step.told == at_once.told


def test_a_file_that_moves_changes_nothing(history: History) -> None:
    (history.root / "data/books.ttl").rename(history.root / "data/bøker.ttl")
    history.commit("rename")
    history.write("data/sub/x.ttl", BOOK)
    history.commit("add")
    assert replay(history.derive()).since(5) == [("Create", "id/three")]


def test_what_moves_out_of_the_default_graph_is_removed_and_comes_back(tmp_path: Path) -> None:
    toml = TOML + '[graphs]\n"data/away" = "away"\n'
    toml = toml.replace("[title]", 'default_graph = ["data", "ontology"]\n[title]', 1)
    history = History(tmp_path, BOOKS | {"data/away/x.ttl": BOOK}, toml)
    (history.root / "data/away/x.ttl").rename(history.root / "data/x.ttl")
    (history.root / "data/away/y.ttl").write_text("<x> <y> <z> .", "utf-8")  # the graph stays
    history.commit("in")
    (history.root / "data/x.ttl").rename(history.root / "data/away/x.ttl")
    history.commit("out")
    made = history.derive()
    assert replay(made).since(5) == [("Create", "id/three"), ("Delete", "id/three")]


def test_settings_count_as_they_were(tmp_path: Path) -> None:
    history = History(tmp_path, BOOKS | {"data/away/x.ttl": BOOK})
    (history.root / "graphsvc.toml").write_text(
        TOML.replace("[title]", 'default_graph = ["data", "ontology"]\n[title]', 1)
        + '[graphs]\n"data/away" = "away"\n',
        "utf-8",
    )
    history.commit("a graph of its own")
    history.write("data/four.ttl", BOOK.replace("three", "four"))
    history.commit("add")
    assert replay(history.derive()).since(6) == [("Delete", "id/three"), ("Create", "id/four")]


def test_a_statement_of_two_files_goes_with_the_last_of_them(history: History) -> None:
    history.write("data/a.ttl", BOOK)
    history.write("data/b.ttl", BOOK + "# the same\n")
    history.commit("twice")
    history.remove("data/a.ttl")
    history.commit("once")
    history.write("data/c.ttl", BOOK.replace("three", "c"))
    history.commit("other")
    history.remove("data/b.ttl")
    history.commit("gone")
    news = replay(history.derive()).since(5)
    assert news == [("Create", "id/three"), ("Create", "id/c"), ("Delete", "id/three")]


def test_quads_of_a_file_that_names_graphs_count_if_their_graph_does(tmp_path: Path) -> None:
    files = BOOKS | {"data/x.trig": "id:t :by id:one .\n<graph/shapes> { id:hidden :by id:one }\n"}
    history = History(tmp_path, files)
    history.write("data/x.trig", "id:t :by id:two .\n<graph/shapes> { id:hidden :by id:two }\n")
    history.commit("change")
    history.write("data/x.trig", "id:t :by id:two .\n")
    history.commit("less")
    assert replay(history.derive()).since(6) == [("Update", "id/t")]


def test_a_broken_commit_is_passed_over_and_its_changes_come_with_the_next(
    history: History,
) -> None:
    history.write("data/three.ttl", BOOK)
    history.write("data/books.ttl", BOOKS["data/books.ttl"] + "broken")
    history.commit("break")
    history.write("data/four.ttl", BOOK.replace("three", "four"))
    history.commit("still broken")
    history.write("data/books.ttl", BOOKS["data/books.ttl"])
    mended = history.commit("mend")
    history.write("data/five.ttl", BOOK.replace("three", "five"))
    history.commit("go on")
    made = history.derive()
    replica = replay(made)
    assert replica.since(5) == [("Create", f"id/{name}") for name in ("four", "three", "five")]
    assert [name for name in replica.members if mended in name]


@pytest.mark.parametrize("toml", ["base_iri = 7\n", "[", "\xff", 'base_iri = "x"\n'])
def test_broken_settings_are_passed_over(history: History, toml: str) -> None:
    history.write("data/three.ttl", BOOK)
    (history.root / "graphsvc.toml").write_bytes(toml.encode("latin-1"))
    history.commit("break")
    (history.root / "graphsvc.toml").write_text(TOML, "utf-8")
    history.commit("mend")
    history.write("data/four.ttl", BOOK.replace("three", "four"))
    history.commit("go on")
    assert replay(history.derive()).since(5) == [("Create", "id/three"), ("Create", "id/four")]


def test_a_merge_counts_as_one_commit_of_the_branch(history: History) -> None:
    history.git("checkout", "--quiet", "-b", "side")
    for number in range(3):
        history.write(f"data/{number}.ttl", f"id:b{number} :by id:one .\n")
        history.commit(f"side {number}")
    history.git("checkout", "--quiet", "main")
    history.write("data/three.ttl", BOOK)
    history.commit("main")
    history.git("merge", "--quiet", "--no-ff", "side", "-m", "merge")
    history.commits += 1
    history.write("data/four.ttl", BOOK.replace("three", "four"))
    history.commit("after")
    made = history.derive()
    assert replay(made).since(5) == [
        ("Create", "id/three"),
        *(("Create", f"id/b{number}") for number in range(3)),
        ("Create", "id/four"),
    ]
    assert (made.told or {})["entries"] == 4


def test_a_withdrawn_resource_is_updated(history: History) -> None:
    history.write("data/w.ttl", "id:one owl:deprecated true ; dct:isReplacedBy id:two .\n")
    history.commit("withdraw")
    assert replay(history.derive()).since(5) == [("Update", "id/one")]


def test_blank_nodes_keep_their_names_while_all_that_is_tied_to_them_stays(
    history: History,
) -> None:
    history.write("data/shared.ttl", "id:a :by _:x . id:b :by _:x . _:x dct:title 'X' , 'Y' .\n")
    history.commit("shared")
    history.write("data/0.ttl", "id:c :by [ dct:title 'Z' ] .\n")  # another first file
    history.commit("other")
    history.write("data/shared.ttl", "id:a :by _:x . id:b :by _:x . _:x dct:title 'X' .\n")
    history.commit("less")
    history.write(
        "data/lone.ttl", "[] dct:title 'Nobody leads here' .\n _:p :by _:q . _:q :by _:p .\n"
    )
    history.commit("lone")
    news = replay(history.derive()).since(5)
    assert news[:-2] == [
        *(("Create", "id/a"), ("Create", "id/b"), ("Create", "id/c")),
        *(("Update", "id/a"), ("Update", "id/b")),
    ]
    assert {kind for kind, _ in news[-2:]} == {"Create"}


def test_times_follow_one_another_whatever_clocks_told(history: History) -> None:
    for number, seconds in enumerate((START, START - 500, 4_000_000_000, START)):
        history.write(f"data/{number}.ttl", f"id:b{number} :by id:one .\n")
        history.commit("odd", seconds=seconds)
    times = [published for *_, published in replay(history.derive()).news[5:]]
    assert times[:2] == ["2023-11-14T22:13:20.001Z", "2023-11-14T22:13:20.002Z"]
    assert times[3] == times[2].replace(".000Z", ".001Z")


def test_links_and_submodules_are_met(history: History, tmp_path: Path) -> None:
    (history.root / "notes.nt").write_text(f"<{BASE}id/linked> <{BASE}ns#by> <{BASE}id/one> .\n")
    (history.root / "data/link.nt").symlink_to("../notes.nt")
    (history.root / "data/README.md").write_text("# no data")
    history.write("data/four.ttl", BOOK.replace("three", "four"))
    link = history.commit("link")
    other = tmp_path / "other"
    other.mkdir()
    module = History(other)
    history.git("submodule", "add", "--quiet", str(module.root), "elsewhere/module")
    history.git("mv", "elsewhere/module", "data/module.ttl")
    history.commit("submodule")
    history.git("rm", "--quiet", "-f", "data/module.ttl")
    history.commit("no submodule")
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    replica = replay(history.derive())
    news = [("Create", f"id/{name}") for name in ("four", "linked", "three")]
    assert replica.since(5) == news  # what only a checkout shows comes with the release
    assert [iri for iri in replica.members if f"#{link}-" in iri] == [f"{FEED}#{link}-0"]


def test_a_publication_may_be_a_folder_of_a_repository(history: History) -> None:
    (history.root / ".git").rename(history.root.parent / ".git")
    (history.root.parent / "data").mkdir()
    (history.root.parent / "data/other.ttl").write_text("no part of it", "utf-8")
    nested = history.commit("nest")
    earlier = history.derive()
    for name in ("three", "four"):
        history.write(f"data/{name}.ttl", BOOK.replace("three", name))
        history.commit(f"add {name}")
    made = history.derive(earlier)
    replica = replay(made)
    assert replica.since(5) == [("Create", "id/three"), ("Create", "id/four")]
    assert f"{FEED}#{nested}-0" in replica.members
    assert made.files() == history.derive().files()


def test_a_feed_begins_when_its_base_did(history: History) -> None:
    other = TOML.replace("/books/", "/volumes/")
    (history.root / "graphsvc.toml").write_text(other, "utf-8")
    history.commit("another base")
    (history.root / "graphsvc.toml").write_text(TOML, "utf-8")
    back = history.commit("back")
    history.write("data/three.ttl", BOOK)
    add = history.commit("add")
    made = history.derive()
    replica = replay(made)
    assert replica.since(5) == [("Create", "id/three")]
    assert {iri.partition("#")[2].partition("-")[0] for iri in replica.members} == {back, add}


def test_a_rewritten_history_is_one_more_change(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE_MEMBERS", 2)
    history.write("data/three.ttl", BOOK + BOOK.replace("three", "four"))
    history.commit("add")
    earlier = history.derive()
    history.git("reset", "--hard", "--quiet", "HEAD~1")
    history.write("data/three.ttl", BOOK.replace("Tre", "Drei"))
    history.commit("add otherwise")
    made = history.derive(earlier)
    known = len(replay(earlier).news)
    assert replay(made).since(known) == [("Delete", "id/four"), ("Update", "id/three")]
    assert earlier.closed().items() <= made.closed().items()
    history.write("data/five.ttl", BOOK.replace("three", "five"))
    history.commit("and then")
    assert replay(history.derive(made)).since(known + 2) == [("Create", "id/five")]


def test_a_branch_that_goes_back_is_heard_of(history: History) -> None:
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    earlier = history.derive()
    history.git("reset", "--hard", "--quiet", "HEAD~1")
    replica = replay(history.derive(earlier))
    assert replica.since(len(replay(earlier).news)) == [("Delete", "id/three")]
    assert len(set(replica.members)) == len(replica.news)


def test_a_merge_that_makes_a_side_of_the_branch_tells_nothing_twice(history: History) -> None:
    """As `git pull` does it: what the branch was until then is no first parent any more."""
    history.git("switch", "--quiet", "--create", "mine")
    history.write("data/mine.ttl", BOOK.replace("three", "mine"))
    history.commit("mine")
    history.git("switch", "--quiet", "main")
    history.write("data/theirs.ttl", BOOK.replace("three", "theirs"))
    history.commit("theirs")
    earlier = history.derive()
    history.git("switch", "--quiet", "mine")
    history.git("merge", "--quiet", "--no-edit", "main")
    replica = replay(history.derive(earlier))
    assert replica.since(len(replay(earlier).news)) == [("Create", "id/mine")]


def test_a_release_that_is_built_again_tells_nothing_new(history: History) -> None:
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    earlier = history.derive()
    assert history.derive(earlier).files() == earlier.files()


def test_without_git_each_release_goes_on_from_the_one_before(
    history: History, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (history.root / ".git").rename(tmp_path / "away")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + 60))
    earlier = history.derive()
    history.write("data/three.ttl", BOOK)
    replica = replay(history.derive(earlier))
    assert replica.since(len(replay(earlier).news)) == [("Create", "id/three")]


@pytest.mark.parametrize("where", ["shallow", "dirty", "no git"])
def test_without_a_history_it_begins_with_the_state(
    history: History, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    if where == "shallow":
        clone = tmp_path / "clone"
        history.git("clone", "--quiet", "--depth=1", f"file://{history.root}", str(clone))
        history.root = clone
    else:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + 60))
    if where == "dirty":
        history.write("data/four.ttl", BOOK.replace("three", "four"))
    if where == "no git":
        (history.root / ".git").rename(tmp_path / "away")
    made = history.derive()
    replica = replay(made)
    assert {(kind, published) for kind, _, published in replica.news} == {
        ("Create", "2023-11-14T22:14:20.000Z")
    }
    assert (made.told or {})["since"] == "2023-11-14T22:14:20.000Z"
    history.write("data/five.ttl", BOOK.replace("three", "five"))
    assert where == "shallow" or {kind for kind, *_ in replay(history.derive()).news} == {"Create"}


def test_what_is_not_dated_has_no_feed(history: History) -> None:
    history.write("data/three.ttl", BOOK)
    made = history.derive()
    assert made.told is None
    assert not made.feed.exists()


def test_a_release_without_resources_has_an_empty_feed(tmp_path: Path) -> None:
    history = History(tmp_path, {"shapes/book.ttl": BOOKS["shapes/book.ttl"]})
    made = history.derive()
    assert replay(made).news == []
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    assert replay(history.derive()).since(0) == [("Create", "id/three")]


def test_a_damaged_earlier_feed_is_made_anew(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE_MEMBERS", 2)
    earlier = history.derive()
    next(earlier.feed.glob("1-*.nq")).unlink()
    history.write("data/three.ttl", BOOK)
    history.commit("add")
    replay(history.derive(earlier))


def test_its_log_names_some_of_what_changed(history: History) -> None:
    rows = "".join(f"id:b{number} :by id:one .\n" for number in range(99))
    history.write("data/many.ttl", rows)
    name = history.commit("many")
    made = history.derive()
    replay(made)
    log = json.loads((made.feed / "log-0.json").read_text("utf-8"))
    assert (log[1]["name"], log[1]["subject"]) == (name, "many")
    assert log[1]["counts"] == {"Create": 99, "Update": 0, "Delete": 0}
    assert len(log[1]["resources"]["Create"]) == writing.LOGGED_RESOURCES


def test_blank_nodes_that_cannot_be_told_apart_break_no_build(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descriptions, "canonical_order", partial(canonical_order, hashes=0))
    alike = "_:a :by _:b . _:b :by _:a . id:alike :by _:a , _:b .\n"
    history.write("data/alike.ttl", alike)
    history.commit("alike")
    history.write("data/three.ttl", BOOK)
    history.commit("go on")
    assert replay(history.derive()).since(5) == [("Create", "id/alike"), ("Create", "id/three")]
