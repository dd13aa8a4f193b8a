"""A build makes a whole and valid release, or none; the same publication, the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from publications import BASE, BOOKS, HEAD, TOML, write
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from graphsvc import release
from graphsvc.build import BuildOptions, build
from graphsvc.canonical import Canonicalizer
from graphsvc.errors import ReleaseError, ShapesError, SourceErrors
from graphsvc.formats import RDF_FORMATS
from graphsvc.release import Manifest, Release, current, staging
from graphsvc.sources import Publication
from graphsvc.validation import NotConforming

ROOT = Path(__file__).resolve().parent.parent
ONE_MORE = "id:three a :Book ; dct:title 'Tre'@sv .\n"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return write(tmp_path / "books", BOOKS)


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


def edit(books: Path, text: str = ONE_MORE) -> None:
    with (books / "data" / "books.ttl").open("a", encoding="utf-8") as file:
        file.write(text)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def published(folder: Path) -> dict[str, bytes]:
    """What the same publication must give again: all but the two databases and the digest of it."""
    return {
        name: content
        for name, content in bytes_of(folder).items()
        if not name.startswith(("store/", "resources.db"))
    }


def in_named_graphs(release: Release) -> int:
    """The quads of a release; the default graph has some of their triples again."""
    return sum(quad.graph_name != DefaultGraph() for quad in release.store)


def assert_whole(folder: Path) -> None:
    """A release that opens, answers, and whose dumps are what its manifest says of them."""
    opened = Release.open(folder)
    assert in_named_graphs(opened) == opened.manifest.quads
    assert folder.name == opened.manifest.name
    assert opened.resources.is_described(BASE + "id/one")
    opened.resources.close()
    for dump in opened.manifest.dumps:
        content = (folder / "dumps" / dump["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            dump["bytes"],
            dump["sha256"],
        )


def left_over(releases: Path) -> list[str]:
    return sorted(path.name for path in releases.iterdir() if path.name.startswith(".building"))


def test_a_release_holds_what_is_promised(books: Path, releases: Path) -> None:
    folder = build(books, releases)
    assert folder == current(releases)
    assert_whole(folder)
    assert {path.name for path in folder.iterdir()} == {
        "release.json",
        "versions.json",
        "store",
        "resources.db",
        "atlas.db",
        "shapes.nt",
        "dumps",
        "report.ttl",
        "report.json",
        "report.txt",
        "schema-org.json",
        *(f"{name}.{each.suffix}" for name in ("catalog", "void") for each in RDF_FORMATS),
    }
    suffixes = ("ttl", "trig", "nt", "nq", "rdf", "jsonld")
    assert {path.name for path in (folder / "dumps").iterdir()} == {
        f"{stem}.{suffix}{packed}"
        for stem in ("all", "ontology", "data", "shapes")
        for suffix in suffixes
        for packed in ("", ".gz", ".zst")
    }


def test_the_manifest_tells_what_the_release_is(books: Path, releases: Path) -> None:
    folder = build(books, releases)
    manifest = Manifest.read(folder)
    n_quads = (folder / "dumps" / "all.nq").read_bytes()
    assert manifest.version == hashlib.sha256(n_quads).hexdigest()
    assert manifest.quads == n_quads.count(b"\n") == sum(manifest.graphs.values())
    assert set(manifest.graphs) == {
        f"{BASE}graph/{name}" for name in ("ontology", "data", "shapes")
    }
    assert manifest.valid is True
    assert manifest.findings == {"violation": 0, "warning": 0, "info": 0}
    assert manifest.classes[BASE + "ns#Book"] == 2
    assert (manifest.commit, manifest.issued) == (None, None)


def test_the_shipped_publication_is_built(tmp_path: Path) -> None:
    folder = build(ROOT, tmp_path / "releases")
    manifest = Manifest.read(folder)
    assert (manifest.valid, manifest.findings["violation"]) == (True, 0)
    assert manifest.classes["https://w3id.org/s3-cluster-pilot/ns#Cluster"] == 22
    assert in_named_graphs(Release.open(folder)) == manifest.quads


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("id:four a :Book .\n", NotConforming),  # without a title
        ("id:four :bye id:one .\n", NotConforming),  # no such term
        ("id:four a :Book\n", SourceErrors),
    ],
)
def test_what_is_wrong_leaves_everything_untouched(
    books: Path, releases: Path, text: str, error: type[Exception]
) -> None:
    build(books, releases)
    before = bytes_of(releases)
    edit(books, text)
    with pytest.raises(error):
        build(books, releases)
    assert bytes_of(releases) == before


def test_what_never_conformed_makes_no_folder(books: Path, releases: Path) -> None:
    edit(books, "id:four a :Book .\n")
    with pytest.raises(NotConforming) as caught:
        build(books, releases)
    assert not releases.exists()
    (found,) = caught.value.validation.report.results
    assert found.focus_node == NamedNode(BASE + "id/four")
    assert str(found.at).endswith(f"data/books.ttl:{HEAD + 4}")


def test_ill_shapes_leave_everything_untouched(books: Path, releases: Path) -> None:
    build(books, releases)
    before = bytes_of(releases)
    (books / "shapes" / "bad.ttl").write_text(
        "<urn:s> a <http://www.w3.org/ns/shacl#PropertyShape> ;"
        " <http://www.w3.org/ns/shacl#targetNode> <urn:x> .",
        encoding="utf-8",
    )
    with pytest.raises(ShapesError):
        build(books, releases)
    assert bytes_of(releases) == before


def test_warnings_do_not_stop_a_build_and_are_counted(books: Path, releases: Path) -> None:
    edit(books, "id:four a :Book ; dct:title 'Fyra'@sv ; :by id:nobody ; :by '01'^^xsd:integer .\n")
    folder = build(books, releases)
    assert Manifest.read(folder).findings == {"violation": 0, "warning": 1, "info": 1}
    assert f"data/books.ttl:{HEAD + 4}: warning" in (folder / "report.txt").read_text("utf-8")


def test_nothing_is_built_when_nothing_changed(books: Path, releases: Path) -> None:
    steps: list[str] = []

    def note(step: str, done: int = 0, of: int = 0) -> None:
        steps.append(step)

    first = build(books, releases)
    before = bytes_of(releases)
    assert build(books, releases, progress=note) == first
    assert (steps, bytes_of(releases)) == ([], before)


def test_a_build_can_be_forced_and_gives_the_same_release(books: Path, releases: Path) -> None:
    first = build(books, releases)
    before = bytes_of(releases)
    assert build(books, releases, BuildOptions(force=True)) == first
    assert bytes_of(releases) == before


@pytest.mark.parametrize(
    "place", ["store", "resources.db", "atlas.db", "release.json", "dumps/all.nq"]
)
def test_a_damaged_release_is_built_anew(books: Path, releases: Path, place: str) -> None:
    folder = build(books, releases)
    whole = (folder / "dumps/all.nq").read_bytes()
    damaged = folder / place
    if damaged.is_dir():
        shutil.rmtree(damaged)
    else:
        damaged.write_bytes(b"[]")
    force = place == "dumps/all.nq"  # which nothing looks at before it is asked for
    assert build(books, releases, BuildOptions(force=force)) == folder
    assert Release.open(folder).manifest.name == folder.name
    assert (folder / "dumps/all.nq").read_bytes() == whole


def test_a_file_that_cannot_be_read_is_no_reason_to_keep_the_release(
    books: Path, releases: Path
) -> None:
    build(books, releases)
    (books / "data" / "table.csv").write_text("a,b\n")
    (books / "data" / "more.ttl").write_text("<a b> .")
    with pytest.raises(SourceErrors) as caught:
        build(books, releases)
    assert {error.at.path.name for error in caught.value.errors} == {"table.csv", "more.ttl"}


@pytest.mark.parametrize("change", ["data", "settings", "new file", "a file less", "a file moved"])
def test_any_change_is_built(books: Path, releases: Path, change: str) -> None:
    before = build(books, releases)
    if change == "data":
        edit(books)
    elif change == "settings":
        toml = TOML.replace("A few books", "Some books")
        (books / "graphsvc.toml").write_text(toml, encoding="utf-8")
    elif change == "new file":
        (books / "data" / "more.nt").write_text(f"<{BASE}id/x> <{BASE}ns#by> <{BASE}id/x> .\n")
    elif change == "a file less":
        (books / "shapes" / "book.ttl").unlink()
    else:
        (books / "data" / "books.ttl").rename(books / "data" / "library.ttl")
    folder = build(books, releases)
    assert folder != before
    assert current(releases) == folder
    assert_whole(folder)


def test_a_changed_title_makes_another_release_of_the_same_quads(
    books: Path, releases: Path
) -> None:
    first = Manifest.read(build(books, releases))
    (books / "graphsvc.toml").write_text(TOML.replace("A few", "Some"), encoding="utf-8")
    second = Manifest.read(build(books, releases))
    assert second.version == first.version
    assert second.digest != first.digest


def test_old_releases_are_kept_up_to_a_number(books: Path, releases: Path) -> None:
    toml = TOML + "[limits]\nkeep_releases = 3\n"
    (books / "graphsvc.toml").write_text(toml, encoding="utf-8")
    built = []
    for number in range(5):
        edit(books, f"id:more{number} a :Book ; dct:title 'Fler'@sv .\n")
        built.append(build(books, releases))
    kept = {path for path in releases.iterdir() if not path.name.startswith((".", "current"))}
    assert kept == set(built[-3:])
    for folder in kept:
        assert_whole(folder)


def test_an_earlier_state_is_made_current_again(books: Path, releases: Path) -> None:
    first = build(books, releases)
    original = (books / "data" / "books.ttl").read_bytes()
    edit(books)
    second = build(books, releases)
    (books / "data" / "books.ttl").write_bytes(original)
    again = build(books, releases)
    assert current(releases) == again
    for folder in (first, second, again):
        assert_whole(folder)
    # The version is the same; another release is it for its ledger, which tells of the second.
    versions = [Manifest.read(folder).version for folder in (first, second, again)]
    assert versions[2] == versions[0] != versions[1]
    assert [row.version for row in Release.open(again).versions] == versions[::-1]
    assert bytes_of(again / "dumps") == bytes_of(first / "dumps")


def test_a_release_without_shapes_is_never_taken_for_a_validated_one(
    books: Path, releases: Path
) -> None:
    edit(books, "id:four a :Book .\n")
    unvalidated = build(books, releases, BuildOptions(shapes=False))
    assert Manifest.read(unvalidated).valid is None
    assert build(books, releases, BuildOptions(shapes=False)) == unvalidated
    with pytest.raises(NotConforming):
        build(books, releases)
    assert current(releases) == unvalidated
    (books / "data" / "books.ttl").write_text("<urn:x> <urn:y:y> 1 .", encoding="utf-8")
    validated = build(books, releases)
    assert Manifest.read(validated).valid is True
    # What is validated is good enough for who does not ask.
    assert build(books, releases, BuildOptions(shapes=False)) == validated


def test_the_same_data_validated_makes_another_release(books: Path, releases: Path) -> None:
    unvalidated = build(books, releases, BuildOptions(shapes=False))
    validated = build(books, releases)
    assert validated != unvalidated
    assert Manifest.read(validated).version == Manifest.read(unvalidated).version


def test_checks_that_need_no_shapes_stop_an_unvalidated_build_too(
    books: Path, releases: Path
) -> None:
    edit(books, "id:four rdfs:labl 'x' .\n")
    with pytest.raises(NotConforming):
        build(books, releases, BuildOptions(shapes=False))


@pytest.mark.parametrize("moment", ["indexing for SPARQL", "writing the dumps", "sorting"])
@pytest.mark.parametrize("how", ["edited", "added", "removed"])
def test_a_file_that_changes_during_the_build_is_noticed(
    books: Path, releases: Path, moment: str, how: str
) -> None:
    first = build(books, releases)
    before = bytes_of(releases)
    edit(books)
    extra = books / "data" / "extra.ttl"
    extra.write_text("<urn:x> <urn:y:y> 1 .", encoding="utf-8")

    def meddle(step: str, done: int = 0, of: int = 0) -> None:
        if step.startswith(moment):
            if how == "edited":
                edit(books, "id:four a :Book .\n")
            elif how == "added":
                (books / "data" / "another.ttl").write_text("<urn:x> <urn:y:y> 2 .", "utf-8")
            else:
                extra.unlink(missing_ok=True)

    with pytest.raises((ReleaseError, SourceErrors, FileNotFoundError)):
        build(books, releases, progress=meddle)
    assert current(releases) == first
    assert bytes_of(releases) == before


def test_two_builds_do_not_meet(books: Path, releases: Path) -> None:
    with (
        staging(releases),
        pytest.raises(ReleaseError, match=f"{releases.as_posix()}: another build is at work"),
    ):
        build(books, releases)
    assert left_over(releases) == []
    assert_whole(build(books, releases))


def test_of_two_builds_at_once_one_is_told(books: Path, releases: Path) -> None:
    refused: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def wait(step: str, done: int = 0, of: int = 0) -> None:
        if step == "writing the dumps":
            inside.set()
            assert go_on.wait(30)

    first = threading.Thread(target=build, args=(books, releases), kwargs={"progress": wait})
    first.start()
    assert inside.wait(30)
    try:
        build(books, releases)
    except ReleaseError as error:
        refused.append(str(error))
    go_on.set()
    first.join()
    assert len(refused) == 1
    folder = current(releases)
    assert folder is not None
    assert_whole(folder)


def environment(**changes: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ["HOME"]}
    return kept | {"PYTHONWARNINGS": "error"} | changes


def build_elsewhere(books: Path, releases: Path, umask: int, **changes: str) -> Path:
    code = (
        f"import os; os.umask({umask})\n"
        "from pathlib import Path; from graphsvc.build import build\n"
        "print(build(Path('.'), Path(os.environ['RELEASES'])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=books,
        env=environment(RELEASES=str(releases), **changes),
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def test_another_machine_makes_the_same_bytes(books: Path, tmp_path: Path) -> None:
    edit(
        books, "id:four a :Book ; dct:title 'Åäö ☃'@sv ; :by id:nobody ; :by '01'^^xsd:integer .\n"
    )
    other = tmp_path / "elsewhere" / "böcker och annat"
    shutil.copytree(books, other)
    for path in sorted(other.rglob("*"), reverse=True):
        os.utime(path, (1, 1))
    here = build_elsewhere(
        books, tmp_path / "r1", 0o022, LC_ALL="C", TZ="UTC", PYTHONHASHSEED="0", LANG="C"
    )
    there = build_elsewhere(
        other,
        tmp_path / "r2",
        0o077,
        LC_ALL="sv_SE.UTF-8",
        TZ="Pacific/Kiritimati",
        PYTHONHASHSEED="1",
        LANGUAGE="sv",
        PYTHONUTF8="0",
    )
    assert here.name == there.name
    assert published(here) == published(there)


def test_dates_come_from_source_date_epoch(
    books: Path, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1535630400")
    first = Manifest.read(build(books, releases))
    assert first.issued == "2018-08-30T12:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1535630401")
    second = Manifest.read(build(books, releases))
    assert second.issued == "2018-08-30T12:00:01Z"
    assert first.version == second.version


def canonical(quads: list[Quad], folder: Path, base_iri: str) -> list[str]:
    assert all(isinstance(quad.graph_name, NamedNode) for quad in quads)
    canonicalizer = Canonicalizer(folder)
    canonicalizer.add(quads, NamedNode("urn:x:none"))
    return [line.replace(base_iri, "base:") for line in canonicalizer]


def test_two_bases_give_the_same_graphs_but_for_the_base(tmp_path: Path) -> None:
    found = []
    for number, base_iri in enumerate((BASE, "http://localhost:8000/other/")):
        toml = TOML.replace(BASE, base_iri)
        root = write(tmp_path / str(number), {}, toml)
        (root / "data" / "a.ttl").write_text(
            "<id/a> <ns#by> [ <ns#by> <id/b> , <id/ä> ] . <id/b> <ns#at> '01' .", encoding="utf-8"
        )
        (root / "ontology" / "a.ttl").write_text(
            "<ns#by> a <ns#X> . <ns#at> a <ns#X> . <ns#X> a <ns#X> .", encoding="utf-8"
        )
        folder = build(root, tmp_path / f"r{number}")
        quads = list(parse(path=str(folder / "dumps" / "all.nq"), format=RdfFormat.N_QUADS))
        found.append(sorted(canonical(quads, tmp_path, base_iri)))
    assert found[0] == found[1]
    assert len(found[0]) == 7


def test_blank_nodes_survive_to_dumps_and_descriptions(books: Path, releases: Path) -> None:
    opened = Release.open(build(books, releases))
    described = opened.resources.describe(BASE + "id/two")
    assert len(described) == 6
    assert [quad for quad in described if quad.object == Literal("Någon", language="sv")]
    n_quads = gzip.decompress((opened.folder / "dumps" / "all.nq.gz").read_bytes())
    assert set(described) <= set(parse(n_quads, RdfFormat.N_QUADS))
    opened.resources.close()


KILLS = 24  # so many builds are killed before they end
BUILD = """
import sys
from pathlib import Path
from graphsvc.build import build
from graphsvc.shacl import reference
print("ready", flush=True)
build(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def start(books: Path, releases: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(books), str(releases)],
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def finish(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(60)


def test_a_kill_at_any_moment_leaves_a_whole_release(books: Path, releases: Path) -> None:
    for number in range(40):  # some more work
        edit(
            books, f"id:more{number} a :Book ; dct:title 'Bok {number}'@sv ; :by [ :by id:two ] .\n"
        )
    text = (books / "data" / "books.ttl").read_text(encoding="utf-8")
    process = start(books, releases)
    began = time.monotonic()
    assert finish(process) == 0
    seconds = time.monotonic() - began

    moments = random.Random(0)
    killed, half = 0, 0
    for number in range(4 * KILLS):
        what = "one" if number % 2 else "other"
        (books / "data" / "books.ttl").write_text(
            f"{text}id:kill{number} a :Book ; dct:title '{what}'@sv .\n", encoding="utf-8"
        )
        process = start(books, releases)
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        killed += finish(process) != 0
        half += len(left_over(releases)) > 0

        folder = current(releases)
        assert folder is not None
        for path in releases.iterdir():
            if not path.name.startswith((".", release.CURRENT)):
                assert_whole(path)
        if killed == KILLS:
            break
    assert killed == KILLS
    assert half > 0

    folder = build(books, releases)
    assert current(releases) == folder
    assert_whole(folder)
    assert left_over(releases) == []


def test_what_a_killed_build_left_goes_even_if_nothing_is_to_be_built(
    books: Path, releases: Path
) -> None:
    folder = build(books, releases)
    (releases / ".building-doomed").mkdir()  # as a kill within the pruning leaves it
    assert build(books, releases) == folder
    assert left_over(releases) == []


def test_a_build_at_work_keeps_its_folder(books: Path, releases: Path) -> None:
    folder = build(books, releases)
    with staging(releases) as at_work:
        assert build(books, releases) == folder
        assert at_work.is_dir()


def test_the_reports_are_those_of_the_validation(books: Path, releases: Path) -> None:
    edit(books, "id:four a :Book ; dct:title 'Fyra'@sv ; :by id:nobody .\n")
    folder = build(books, releases)
    told: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    assert "nobody" in json.dumps(told)
    assert str(books) not in json.dumps(told)
    parsed = list(parse(path=str(folder / "report.ttl"), format=RdfFormat.TURTLE))
    assert NamedNode(BASE + "id/nobody") in [quad.object for quad in parsed]
    assert Publication.open(books).settings.keep_releases == 5
