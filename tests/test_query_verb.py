"""`graphsvc query` as a user meets it: its output, its errors, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, parse_query_results
from serving import is_running, status

from graphsvc.build import build
from graphsvc.cli import query
from graphsvc.cli.app import main
from graphsvc.cli.results import TABLE_ROWS
from graphsvc.formats import RDF_FORMATS, RESULTS_CSV, SOLUTIONS_FORMATS, Format
from graphsvc.init import init

TITLES = "SELECT ?title { ?book a ns:Book ; dct:title ?title } ORDER BY ?title"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"  # 26⁵ rows
HOSTILE = 'BIND("\\u001B[2Jgone\\u202E" AS ?label)'
SECONDS = 60  # to wait at most
COMMAND = [sys.executable, "-m", "graphsvc", "query"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The publication that `graphsvc init` writes, with its release."""
    folder = tmp_path_factory.mktemp("library")
    init(folder)
    build(folder, folder / "releases")
    return folder


@dataclass(frozen=True)
class Done:
    code: object
    stdout: bytes
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(
    library: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Runs the command in this process, with a worker of its own."""

    def run(*arguments: str | Path) -> Done:
        monkeypatch.chdir(library)
        monkeypatch.setattr(sys, "argv", ["graphsvc", "query", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfdbinary.readouterr()
        return Done(ended.value.code, told.out, told.err.decode())

    return run


def execute(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs it in a process."""
    command = [*COMMAND, *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False)


def on_terminal(*arguments: str, cwd: Path) -> str:
    """What stands on the screen."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"}
    process = subprocess.Popen([*COMMAND, *arguments], cwd=cwd, stdout=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65_536):
            shown += chunk
    except OSError:  # how Linux says that the other side is gone
        pass
    finally:
        os.close(ours)
        process.wait()
    return shown.decode().replace("\r\n", "\n")


# What it answers


def test_solutions_are_csv_and_graphs_are_turtle(run: Run) -> None:
    assert run("-e", TITLES).stdout == b"title\r\nAniara\r\nKallocain\r\n"
    described = run("-e", "DESCRIBE <id/book/aniara>").stdout
    assert len(list(parse(described, RdfFormat.TURTLE))) == 6  # labels of what it points to too
    assert run("-e", "ASK { ?book a ns:Book }").stdout == b"true\n"


@pytest.mark.parametrize("format", SOLUTIONS_FORMATS + RDF_FORMATS, ids=lambda each: each.suffix)
@pytest.mark.parametrize("attribute", ["suffix", "media_type"])
def test_every_format_of_the_endpoint_can_be_had(
    library: Path, tmp_path: Path, format: Format, attribute: str
) -> None:
    text = TITLES if format in SOLUTIONS_FORMATS else "CONSTRUCT WHERE { ?s dct:title ?o }"
    wanted = query.Wanted(getattr(format, attribute), tmp_path / "answer", None, None)
    name = (library / "releases/current").read_text().strip()
    release = query.open_release(library / "releases" / name, wanted)
    query.run(release, query.typed(text), wanted)
    answer = (tmp_path / "answer").read_bytes()
    assert b"Kallocain" in answer
    if format is RESULTS_CSV:
        assert answer == b"title\r\nAniara\r\nKallocain\r\n"
    elif format.rdf:
        assert len(list(parse(answer, format.rdf))) == 3
    else:
        assert format.results
        assert parse_query_results(answer, format.results)


def test_a_query_comes_from_a_file_from_standard_input_or_from_the_examples(
    run: Run, library: Path, tmp_path: Path
) -> None:
    expected = run("-e", TITLES).stdout
    (tmp_path / "q.rq").write_bytes(b"\xef\xbb\xbf" + TITLES.encode())
    assert run(tmp_path / "q.rq").stdout == expected
    assert execute("-", cwd=library, stdin=TITLES.encode()).stdout == expected
    rows = run("--example", "longest-books").stdout.decode().splitlines()
    assert rows == ["title,author,pages", "Aniara,Harry Martinson,218", "Kallocain,Karin Boye,193"]


def test_the_examples_are_listed(run: Run) -> None:
    shown = run("--examples").stdout.decode()
    assert re.fullmatch(r"longest-books +SELECT +The longest books\n", shown)


def test_a_release_needs_no_publication(library: Path, run: Run, tmp_path: Path) -> None:
    name = (library / "releases/current").read_text().strip()
    done = run("-e", TITLES, "--release", library / "releases" / name, "--publication", tmp_path)
    assert done.stdout.startswith(b"title")


def test_example_queries_and_shapes_are_not_among_the_data(run: Run) -> None:
    done = run("-e", "SELECT ?s { ?s sh:select|sh:path ?o }")
    assert done.stdout == b"s\r\n"


# Where it goes


@pytest.mark.parametrize("suffix", ["csv", "srj"])
def test_a_file_s_suffix_names_the_format(
    run: Run, library: Path, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"titles.{suffix}"
    done = run("-e", TITLES, "--output", output)
    assert (done.code, done.stdout) == (0, b"")
    assert output.read_bytes() == run("-e", TITLES, "--format", suffix).stdout.strip(
        b"\n" if suffix == "srj" else b""
    )
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_a_file_stays_as_it_is_if_the_query_is_ended(
    run: Run, library: Path, tmp_path: Path
) -> None:
    output = tmp_path / "result.csv"
    output.write_text("before")
    done = run("-e", LONG, "--timeout", "0.2", "--output", output)
    assert done.code == 2
    assert output.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_a_file_that_cannot_be_written_is_told_of(run: Run, tmp_path: Path) -> None:
    done = run("-e", TITLES, "--output", tmp_path / "none/result.csv")
    assert done.code == 2
    assert "No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_device_is_written_to_and_not_replaced(library: Path) -> None:
    done = execute("-e", TITLES, "--format", "csv", "--output", "/dev/stdout", cwd=library)
    assert done.stdout == b"title\r\nAniara\r\nKallocain\r\n"


def test_on_a_terminal_solutions_are_a_table(library: Path) -> None:
    shown = on_terminal("--example", "longest-books", cwd=library)
    assert re.search(r"title +┃ author +┃ pages", shown)
    assert re.search(r'│ "Aniara"@en +│ "Harry Martinson" +│ +218 │', shown)
    assert on_terminal("-e", "ASK { }", cwd=library) == "true\n"
    graph = on_terminal("-e", "CONSTRUCT { ?book ns:title ?b } { ?book ?a ?b }", cwd=library)
    assert list(parse(graph.encode(), RdfFormat.TURTLE))


@pytest.mark.parametrize("format", ["table", "tsv", "ttl"])
def test_a_text_does_not_take_over_the_terminal(library: Path, format: str) -> None:
    form = "CONSTRUCT { <id/x> rdfs:label ?label }" if format == "ttl" else "SELECT ?label"
    text = f"{form} WHERE {{ {HOSTILE} }}"
    shown = on_terminal("-e", text, "--format", format, cwd=library)
    assert "[2Jgone" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_command_exits_with_0_and_says_nothing_else(library: Path) -> None:
    done = execute("-e", TITLES, cwd=library)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        b"title\r\nAniara\r\nKallocain\r\n",
        b"",
    )


def test_a_long_table_is_cut_and_says_so(library: Path) -> None:
    shown = on_terminal("-e", "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", cwd=library)
    assert shown.count("\n│") == TABLE_ROWS


def test_a_reader_that_leaves_is_no_error_worth_telling(library: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "-e", LONG], cwd=library, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"a,b,c,d,e,f,g,h,i,")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


# How it ends


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-e", ENDLESS, "--timeout", "0.3"), "ended after 0.3 seconds.*--timeout gives it longer"),
        (("-e", GREEDY, "--memory", "20"), "more than 20 MiB of memory.*--memory gives it more"),
        (("-e", "SELECT *\n{ ?s ?p "), r"^-e:2:\d+: error: the query does not parse"),
        (("-e", "SELECT * { ?s no:p ?o }"), r"^-e:1:.*; write PREFIX no: <…> before it"),
        (("-e", "DROP ALL"), "^-e: error: DROP is an update"),
        (("-e", "SELECT * { SERVICE <http://127.0.0.1:9/> { } }"), "^-e: error: SERVICE"),
        (("-e", f"ASK {{}} # {'x' * 100_000}"), "longer than 100000 bytes"),
        (("-e", "ASK {}", "--format", "ttl"), "come as srj, srx, csv, tsv"),
        (("-e", "ASK {}", "--format", "xlsx"), "xlsx is no format of results; they are table, srj"),
        (("-e", "ASK {}", "--examples"), "give one of FILE"),
        ((), "give one of FILE"),
        (("none.rq",), "none.rq: No such file"),
        (("--example", "longest-book"), "did you mean longest-books?"),
        (("-e", "ASK {}", "--release", "none"), "not a release"),
    ],
)
def test_what_goes_wrong_is_told_in_a_few_words(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert re.search(told, done.stderr, re.DOTALL), done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_utf_8_is_told_of_with_its_line(
    run: Run, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "q.rq").write_bytes(b"ASK {}\n# \xe5\n")
    done = run(tmp_path / "q.rq")
    assert done.code == 2
    assert done.stderr.startswith(f"{tmp_path}/q.rq:2: error: the byte 0xE5 is not UTF-8")


def test_a_fault_in_a_file_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("SELECT ?a\nWHERE ( ?a )\n")
    done = run(tmp_path / "q.rq")
    assert done.stderr.startswith(f"{tmp_path}/q.rq:2:")


def test_ctrl_c_ends_it_and_its_worker(library: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "-e", ENDLESS, "--timeout", "600"],
        cwd=library,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (workers := [int(pid) for pid in children.read_text().split()]):
        time.sleep(0.02)
    while int(status(workers[0], "Threads") or 2) < 2:  # it has begun to listen
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=SECONDS)
    assert (process.returncode, stderr) == (130, b"")
    assert not is_running(workers[0])


def test_a_table_may_be_asked_for_anywhere(run: Run) -> None:
    assert "│" in run("-e", TITLES, "--format", "table").stdout.decode()


def test_json_is_json(run: Run) -> None:
    done = run("-e", TITLES, "--format", "srj")
    assert json.loads(done.stdout)["head"] == {"vars": ["title"]}
