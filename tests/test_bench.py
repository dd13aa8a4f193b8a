"""The generator of scaled publications, and the page of results. Nothing here asserts a time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from publications import write

from bench import constraints, findings, histories, tasks, validating, validators
from bench.generator import BASE, Scale, generate
from bench.measurements import SHIPPED
from bench.processes import Failed, Sample, measure
from bench.rendering import render
from bench.results import Cell, Part, Results, ratio
from bench.workspace import Size, Workspace
from graphsvc.report import Severity, ValidationResult
from graphsvc.sources import Publication, Reader, graph_of
from graphsvc.validation import validate

ROOT = Path(__file__).parent.parent
TAKEN = {"date": "2026-01-01", "commit": "abc", "machine": "2 cores", "versions": "graphsvc 1"}


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand quads without an error."""
    root = tmp_path_factory.mktemp("bench") / "publication"
    generate(root, Scale(10_000))
    return root


def _violations(root: Path) -> list[ValidationResult]:
    report = validate(Publication.open(root)).report
    return [each for each in report.results if each.severity is Severity.VIOLATION]


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for hash_seed in ("1", "2"):
        out = tmp_path / hash_seed
        command = [sys.executable, "-m", "bench.generator", "--quads", "20000", "--errors", "0.01"]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([*command, "--out", out], check=True, cwd=tmp_path, env=environment)
        digests.add(_digest(out))
    assert len(digests) == 1


def test_another_seed_gives_other_facts(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(tmp_path / str(seed), Scale(8_000, seed=seed))
    assert _digest(tmp_path / "1") != _digest(tmp_path / "2")


@pytest.mark.parametrize("quads", [7_500, 10_000, 40_000])
def test_a_publication_has_the_quads_that_were_asked_for(tmp_path: Path, quads: int) -> None:
    told = generate(tmp_path / "publication", Scale(quads))
    opened = Publication.open(tmp_path / "publication")
    reader = Reader(opened.settings.base_iri)
    distinct = {
        (quad.triple, graph_of(quad, file))
        for file in opened.files
        for quad, _ in reader.read(file)
    }
    assert reader.faults == []
    assert len(distinct) == told
    assert told == pytest.approx(quads, rel=0.01)


def test_fewer_quads_than_the_shipped_publication_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="10 quads; at least"):
        generate(tmp_path / "publication", Scale(10))


def test_a_publication_without_seeded_errors_conforms(publication: Path) -> None:
    assert _violations(publication) == []
    assert not (publication / "errors.json").exists()


def test_each_seeded_error_is_found_where_it_is(tmp_path: Path) -> None:
    root = tmp_path / "publication"
    generate(root, Scale(10_000, errors=0.06))
    rows = json.loads((root / "errors.json").read_text(encoding="utf-8"))
    assert len({row["kind"] for row in rows}) >= 10
    found = set()
    for result in _violations(root):
        assert result.at is not None
        place = (result.at.path.relative_to(root).as_posix(), result.at.line)
        found.add((*place, result.focus_node.value, str(result.source_shape.value)))
    wanted = {(row["file"], row["line"], row["subject"], row["shape"]) for row in rows}
    assert wanted <= found
    assert {each[:2] for each in found} == {
        each[:2] for each in wanted
    }  # and nothing else is wrong


def test_the_shapes_are_as_many_as_a_comparison_wants() -> None:
    found = constraints.count(tasks.shapes_graph(ROOT))
    assert found["node shapes"] >= 12
    assert found["constraints"] >= 50
    assert found["constraints in SPARQL"] >= 3


SIBLINGS = {
    "data/books.ttl": """
id:one a :Book ; :shelf 1 .
id:two a :Book ; :shelf 1 .
id:three a :Book ; :shelf 2 .
id:four a :Book .
""",
    "shapes/book.ttl": """
shapes:Alone a sh:ConstraintComponent ;
    sh:parameter [ sh:path shapes:among ; sh:nodeKind sh:IRI ] , [ sh:path shapes:not ] ;
    sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:select '''
        SELECT DISTINCT $this ?value WHERE {
            $this $PATH ?value . ?other a $among ; $PATH ?value .
            FILTER ( ?other != $this && ?value != $not ) } ''' ] .
shapes:Book a sh:NodeShape ; sh:targetClass :Book ; sh:property shapes:Book-shelf .
shapes:Book-shelf a sh:PropertyShape ; sh:path :shelf ; sh:minCount 1 ;
    shapes:among :Book ; shapes:not 7 .
""",
}


@pytest.fixture
def siblings(tmp_path: Path) -> Path:
    """One book without a shelf, and two that share theirs, which a component of its own forbids."""
    return write(tmp_path / "siblings", SIBLINGS)


def test_the_engines_find_the_same(siblings: Path) -> None:
    written_out = siblings / "written-out.ttl"
    tasks.write_out(str(siblings), str(written_out))
    found = {
        name: sorted(engine(siblings, written_out)) for name, engine in validators.ENGINES.items()
    }
    assert found["compiled"] == found["pyshacl"] == found["pyrudof"]
    assert [focus_node.rpartition("/")[2] for focus_node, _ in found["compiled"]] == [
        "four",
        "one",
        "two",
    ]


def test_rudof_passes_over_components_of_the_shapes(siblings: Path) -> None:
    found = [focus_node.rpartition("/")[2] for focus_node, _ in validators.pyrudof(siblings)]
    assert found == ["four"]


def test_differences_of_the_engines_are_told(siblings: Path, tmp_path: Path) -> None:
    rows = [
        {"kind": "no-shelf", "subject": "one", "shape": f"{BASE}shapes#Shelf"},
        {"kind": "misspelt", "subject": "two", "shape": "urn:graphsvc:check:unknown-term"},
    ]
    (siblings / "errors.json").write_text(json.dumps(rows), encoding="utf-8")
    folder = tmp_path / "found"
    folder.mkdir()
    shelf, title = f"one\t{BASE}shapes#Shelf\n", f"one\t{BASE}shapes#Title\n"
    for name, text in (("compiled", shelf), ("other", title), ("same", shelf)):
        (folder / name).write_text(text, encoding="utf-8")
    told = findings.compare(siblings, folder)
    assert told["found"] == {"compiled": 1, "other": 1, "same": 1}
    assert told["notes"] == [
        "1 node shapes, 1 property shapes, 2 constraints, 1 constraints in SPARQL.",
        "1 errors are seeded for shapes to find. All are found by: compiled, same.",
        "other misses no-shelf (1).",
        "The same results as compiled, by focus node and shape: same.",
        "other lacks results of Shelf (1).",
        "other has more results of Title (1).",
    ]


def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Size, "runs", 1)
    monkeypatch.setattr(Size, "warm_up", False)


def test_engines_are_measured_with_what_they_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _once(monkeypatch)
    cells, notes = validating.run(Workspace(tmp_path, ["pySHACL"]), Size("8k", 8_000))
    found = {cell.contender: cell.found for cell in cells}
    assert list(found) == ["compiled", validating.COMMAND, "pyrudof", validating.WRITTEN_OUT]
    assert found["compiled"]
    assert found[validating.COMMAND] is None  # has more to find than shapes do
    assert "errors are seeded for shapes to find. All are found by: compiled" in " ".join(notes)
    page = render(Results({"validating": {"8k": Part(TAKEN, cells, notes)}}))
    assert f"| {found['compiled']} | 1.00 |" in page


def test_what_is_large_is_measured_with_our_engine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _once(monkeypatch)
    monkeypatch.setattr(validating, "OTHERS_QUADS", 1_000)
    cells, _ = validating.run(Workspace(tmp_path), Size("8k", 8_000))
    assert [cell.contender for cell in cells] == ["compiled"]


def test_a_process_ends_as_it_is_expected_to() -> None:
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    assert measure(command, ends=(1,)).seconds
    with pytest.raises(Failed, match="exit code 1"):
        measure(command)
    endless = [sys.executable, "-c", "while True: pass"]
    assert measure(endless, patience_seconds=0.2) == Sample(None)


SMALL = "small SELECT, again, 16"


def _cell(contender: str, *seconds: float | None, case: str = "", mib: float = 2048) -> Cell:
    return Cell(contender, [Sample(each, 0.1, mib) for each in seconds], case)


def _results() -> Results:
    results = Results()
    load = [_cell("oxigraph load, TriG", 10.0), _cell("oxigraph load, N-Quads", 8.0)]
    results.put("storing", "1M", Part(TAKEN, [_cell("graphsvc", 10.0), *load]))
    results.put("building", "10M", Part(TAKEN, [_cell("graphsvc build --skip-shapes", 900.0)]))
    results.put("commands", SHIPPED, Part(TAKEN, [_cell("graphsvc --help", 0.5, 0.2, 0.4)]))
    cells = [_cell("oxigraph", 0.001, case="COUNT"), _cell("rdflib", None, case="COUNT")]
    results.put("querying", "1M", Part(TAKEN, cells, ["COUNT: the answers differ."]))
    own = _cell("compiled", 5.0, 4.0, 6.0, mib=600)
    others = [_cell("pySHACL", 245.0), _cell("pyrudof", 45.0, 40.0, 48.0, mib=10_000)]
    others.append(_cell("pyrudof with sh:sparql", None))
    served = [
        Cell("graphsvc", [Sample(1 / 900, p50_seconds=0.01, p99_seconds=0.02)], SMALL),
        Cell("oxigraph", [Sample(1 / 1_000, p50_seconds=0.01, p99_seconds=0.02)], SMALL),
    ]
    results.put("serving", "1M", Part(TAKEN, served))
    shown = [
        _cell("graphsvc", 0.01, case="home"),
        _cell("graphsvc", 0.06, 0.05, 0.07, case="class"),
    ]
    results.put("pages", "1M", Part(TAKEN, shown))
    painted = [_cell("graphsvc", 0.8, case="home"), _cell("graphsvc", 0.9, case="resource")]
    painted.append(_cell("graphsvc", 1.2, case="vocabulary"))
    results.put("painting", SHIPPED, Part(TAKEN, painted))
    results.put("validating", "1M", Part(TAKEN, [own, *others]))
    results.put("validating", "10M", Part(TAKEN, [_cell("compiled", 60.0)]))
    return results


def test_bars_are_computed_from_the_figures() -> None:
    lines = [line for line in render(_results()).splitlines() if line.endswith(("met |", "ured |"))]
    bars = {line.split("|")[1].strip(): line for line in lines}
    storing = next(line for claim, line in bars.items() if claim.startswith("Reading and storing"))
    assert "| 1.25 | met |" in storing  # against the faster of the two
    assert "| 0.40 | not met |" in bars["`graphsvc --help`"]
    assert "| 2.00 | met |" in bars["Peak memory of `build` on 10 M quads"]
    assert "| 60.00 | not met |" in next(bar for bar in bars.values() if "the slowest" in bar)
    assert "not measured" in bars["`graphsvc validate` on the shipped publication"]
    assert (
        "| 0.90 | met |"
        in bars["First paint of the start page and a resource on a slow connection"]
    )
    small = next(line for claim, line in bars.items() if claim.startswith("A small SELECT again"))
    assert "| 0.90 | not met |" in small
    assert [line.split("|")[2:5] for claim, line in bars.items() if "alidating" in claim] == [
        [" at least 50 times ", " 49.00 ", " not met "],  # of the medians: pySHACL ran once
        [" at least 8 times ", " 60.00 ", " met "],  # of the patience that ended
        [" at least 8 times ", " 9.00 ", " met "],
        [" at most 0.1 times ", " 0.06 ", " met "],
        [" at most 1.5 times ", " 1.20 ", " met "],
        [" at most 6 GiB ", " 2.00 ", " met "],
    ]


def test_the_page_shows_spread_notes_and_what_was_given_up() -> None:
    page = render(_results())
    assert "0.40 (0.20–0.50)" in page
    assert "| COUNT | 1.00 ×1 | given up |" in page
    assert f"| {SMALL} | 900 (10.0, 20.0) | 1,000 (10.0, 20.0) | 0.90 |" in page
    assert "COUNT: the answers differ." in page
    assert "2026-01-01, commit abc; 2 cores; graphsvc 1." in page


def test_a_ratio_is_taken_round_by_round() -> None:
    assert ratio(_cell("a", 2.0, 8.0, 3.0), _cell("b", 1.0, 4.0, 3.0)) == 2.0
    assert ratio(_cell("a", 6.0), _cell("b", 1.0, 3.0, 2.0)) == 3.0
    assert ratio(_cell("a", None), _cell("b", 1.0)) is None


def test_figures_survive_being_written(tmp_path: Path) -> None:
    _results().write(tmp_path / "results.json")
    read = Results.read(tmp_path / "results.json")
    assert render(read) == render(_results())
    read.put("storing", "10k", Part(TAKEN, [_cell("graphsvc", 0.3)]))
    assert read.find("storing", "1M") == _results().find("storing", "1M")


def test_the_published_page_is_made_of_the_published_figures() -> None:
    path = ROOT / "bench" / "results.json"
    if path.exists():
        page = (ROOT / "bench" / "RESULTS.md").read_text(encoding="utf-8")
        assert page == render(Results.read(path))


def test_a_history_has_as_many_commits_as_are_asked_for_and_each_changes_one_statement(
    tmp_path: Path,
) -> None:
    root = write(tmp_path / "publication", {})
    histories.write_notes(root)
    histories.commit_all(root)
    histories.go_on(root, 3)
    histories.go_on(root, 2, first=3)

    def told(*arguments: str) -> list[str]:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert told("rev-list", "--count", "HEAD") == ["6"]
    assert told("status", "--porcelain") == []
    changed = told("log", "--numstat", "--format=", "-n5")
    assert changed[0::3] == changed[1::3] == ["1"] * 5
