"""The command line as a user meets it: what stands on stdout and stderr, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from publications import edit_books as edit
from typer.main import get_command

import graphsvc
from graphsvc.cli.app import app
from graphsvc.reports.formats import FORMATS

VERBS = list(get_command(app).commands)  # type: ignore[attr-defined]  # a group of them


def run(
    *arguments: str | Path, cwd: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "graphsvc", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "100", "GIT_CONFIG_GLOBAL": os.devnull},
        check=False,
    )


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    assert run("init", folder).returncode == 0
    return folder


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"graphsvc {graphsvc.__version__}\n"


def test_help_names_every_verb() -> None:
    shown = run("--help").stdout
    assert all(f"\n  {verb} " in shown for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_has_help(verb: str) -> None:
    done = run(verb, "--help")
    assert done.returncode == 0
    options = [line for line in done.stdout.splitlines() if line.startswith("  -")]
    described = [line for line in options if len(line.split("  ")) > 2]
    # A long option has its text on the next line.
    assert len(described) + done.stdout.count("\n                ") >= len(options)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['graphsvc', '--help']\n"
        "from graphsvc.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'rdflib', 'pyshacl', 'fastapi', 'uvicorn', 'rich', 'jinja2', 'pyoxigraph'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("typed", "offered"), [("graphsvc va", "validate"), ("graphsvc build --ski", "--skip-shapes")]
)
def test_completion_offers_verbs_and_options(typed: str, offered: str) -> None:
    environment = {"_GRAPHSVC_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": typed}
    done = subprocess.run(
        [Path(sys.executable).with_name("graphsvc")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert offered in done.stdout


def test_a_new_publication_conforms_without_a_finding(publication: Path) -> None:
    done = run("validate", cwd=publication)
    assert (done.returncode, done.stdout) == (0, "0 violations, 0 warnings, 0 infos; conforms\n")


def test_a_new_publication_has_the_base_it_was_given(tmp_path: Path) -> None:
    run("init", tmp_path / "p", "--base-iri", "https://id.example/böcker/")
    run("build", tmp_path / "p")
    done = run(
        "query",
        "--publication",
        tmp_path / "p",
        "-e",
        "SELECT ?s { ?s a ns:Book } ORDER BY ?s",
        "--format",
        "csv",
    )
    assert done.stdout.splitlines()[1:] == [
        "https://id.example/böcker/id/book/aniara",
        "https://id.example/böcker/id/book/kallocain",
    ]  # fmt: skip


@pytest.mark.parametrize("base", ["library", "https://example.org/x", 'https://x/"\n', "ftp://x/"])
def test_an_unfit_base_writes_nothing(base: str, tmp_path: Path) -> None:
    done = run("init", tmp_path / "p", "--base-iri", base)
    assert done.returncode == 2
    assert "wanted: an http(s) IRI that ends in /" in done.stderr
    assert not (tmp_path / "p").exists()


def test_init_overwrites_nothing(publication: Path) -> None:
    before = {path: path.read_bytes() for path in publication.rglob("*") if path.is_file()}
    done = run("init", publication)
    assert done.returncode == 2
    assert "it is there already" in done.stderr
    assert {path: path.read_bytes() for path in publication.rglob("*") if path.is_file()} == before


def test_a_violation_exits_with_1_and_names_its_line(publication: Path) -> None:
    edit(publication, "ns:pages 193", 'ns:pages "many"')
    done = run("validate", cwd=publication)
    assert done.returncode == 1
    assert done.stdout.startswith("data/books.ttl:20: violation: Say with a whole number how many")
    assert "(shapes/book.ttl:" in done.stdout
    assert "focus book:kallocain, path ns:pages" in done.stdout


def test_a_syntax_error_exits_with_2_and_names_every_fault(publication: Path) -> None:
    edit(publication, "dct:creator agent:karin-boye", "dct:creator agnet:karin-boye")
    edit(publication, "ns:pages 218", "ns:pages <a b>")
    done = run("validate", cwd=publication)
    assert done.returncode == 2
    assert "data/books.ttl:19:15: error: The prefix agnet: has not been declared" in done.stdout
    assert "data/books.ttl:25:12: error: Invalid IRI" in done.stdout


def test_a_folder_without_settings_exits_with_2(tmp_path: Path) -> None:
    done = run("validate", tmp_path)
    assert done.returncode == 2
    assert "graphsvc.toml: error: there is no such file" in done.stdout


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("graphsvc.toml", 'base_iri = "library"\n'),
        ("shapes/more.ttl", "<#P> a <http://www.w3.org/ns/shacl#PropertyShape> ."),
        ("data/more.ttl", "<a b> <c> <d> ."),
        ("data/table.csv", "a,b\n"),
    ],
)
def test_whatever_cannot_be_validated_is_told_of_in_every_format(
    place: str, text: str, publication: Path
) -> None:
    (publication / place).write_text(text, encoding="utf-8")
    for format in ("github", "sarif"):
        done = run("validate", "--format", format, "--output", "report", cwd=publication)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
        assert place.split("/")[0] in (publication / "report").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("format", "beginning"),
    [
        ("text", "data/books.ttl:20: violation:"),
        ("json", "{"),
        ("turtle", "@prefix"),
        ("sarif", "{"),
        ("junit", "<?xml"),
        ("github", "::error file=data/books.ttl,line=20"),
        ("markdown", "#"),
    ],
)
def test_every_format_goes_to_stdout_or_a_file(
    format: str, beginning: str, publication: Path
) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    shown = run("validate", "--format", format, cwd=publication)
    run("validate", "--format", format, "--output", "report", cwd=publication)
    assert shown.returncode == 1
    assert shown.stdout.startswith(beginning)
    assert (publication / "report").read_text(encoding="utf-8") == shown.stdout


def test_an_output_that_cannot_be_written_exits_with_2(publication: Path) -> None:
    assert run("validate", "--output", "no/such/folder", cwd=publication).returncode == 2


@pytest.mark.parametrize(("threshold", "code"), [("violation", 0), ("warning", 0), ("info", 1)])
def test_fail_on_sets_the_threshold(threshold: str, code: int, publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0193")  # SPARQL shows it as 193: an Info
    assert run("validate", "--fail-on", threshold, cwd=publication).returncode == code


def test_findings_can_be_narrowed_to_a_shape_and_a_focus(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    edit(publication, 'dct:title "Aniara"@en ;', "")

    def found(*options: str) -> list[str]:
        shown = run("validate", "--format", "json", *options, cwd=publication).stdout
        return [result["focus_node"]["value"] for result in json.loads(shown)["results"]]

    base = "https://example.org/library/"
    aniara, kallocain = f"{base}id/book/aniara", f"{base}id/book/kallocain"
    assert sorted(found()) == [aniara, kallocain]
    assert found("--focus", "book:aniara") == [aniara]
    assert found("--focus", kallocain) == [kallocain]
    assert found("--shape", "shapes:BookShape-pages") == [kallocain]
    assert sorted(found("--shape", f"{base}shapes#BookShape")) == [aniara, kallocain]


@pytest.mark.parametrize(
    ("option", "name", "meant"),
    [
        ("--shape", "shapes:BookShape-page", "shapes#BookShape-pages"),
        ("--shape", "nosuch:Shape", ""),
        ("--focus", "book:anaira", "id/book/aniara"),
        ("--changed-since", "", ""),
    ],
)
def test_a_name_that_nothing_has_exits_with_2_and_names_the_nearest(
    option: str, name: str, meant: str, publication: Path
) -> None:
    done = run("validate", option, name, cwd=publication)
    assert (done.returncode, done.stdout) == (2, "")
    assert meant in done.stderr


def test_changed_since_leaves_findings_in_other_files_out(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    git(publication, "init", "-q")
    git(publication, "add", ".")
    git(publication, "commit", "-qm", "with a finding")
    assert run("validate", "--changed-since", "HEAD", cwd=publication).returncode == 0
    (publication / "data/more.ttl").write_text("<id/book/x> a <ns#Book> .", encoding="utf-8")
    done = run("validate", "--changed-since", "HEAD", cwd=publication)
    assert done.returncode == 1
    assert "data/more.ttl:1:" in done.stdout
    assert "data/books.ttl" not in done.stdout


def test_an_unknown_revision_exits_with_2(publication: Path) -> None:
    git(publication, "init", "-q")
    done = run("validate", "--changed-since", "--output=x", cwd=publication)
    assert done.returncode == 2
    assert not (publication / "x").exists()


# Known findings


def validate(publication: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run("validate", "--baseline", "known.json", *options, cwd=publication)


@pytest.fixture
def adopted(publication: Path) -> Path:
    """A publication with two violations that its baseline knows."""
    edit(publication, "ns:pages 193", "ns:pages 0")
    edit(publication, 'dct:title "Aniara"@en ;', "")
    done = validate(publication, "--write-baseline")
    assert done.returncode == 0
    assert done.stderr == (
        "known.json: written: 2 added, 0 removed, 2 known now; commit the file\n"
    )
    return publication


NEW = "\nbook:new a ns:Book ; dct:title 'New'@en ; dct:creator agent:karin-boye ; ns:pages 0 .\n"


def add(publication: Path, text: str = NEW) -> None:
    with (publication / "data/books.ttl").open("a", encoding="utf-8") as file:
        file.write(text)


def test_what_a_baseline_knows_does_not_fail_wherever_it_moves(adopted: Path) -> None:
    edit(adopted, "book:kallocain a", "\n\n\nbook:kallocain a")
    done = validate(adopted, "--fail-on", "info")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "0 violations, 0 warnings, 0 infos, 2 known; nothing new is as grave as info\n"
    )
    assert run("validate", cwd=adopted).returncode == 1


def test_what_is_new_fails_and_is_all_that_is_shown(adopted: Path) -> None:
    add(adopted)
    done = validate(adopted)
    assert done.returncode == 1
    assert "focus book:new, path ns:pages" in done.stdout
    assert "book:kallocain" not in done.stdout
    assert done.stdout.endswith("\n1 violation, 0 warnings, 0 infos, 2 known; does not conform\n")


def test_what_is_mended_is_told_and_does_not_fail_and_can_be_removed(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    before = (adopted / "known.json").read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(before, 1) if "book:kallocain" in text)
    done = validate(adopted)
    assert done.returncode == 0
    assert done.stdout.startswith(f"known.json:{line}: mended; remove this line: Say with a whole")
    assert done.stderr == "known.json: holds what is mended; --prune-baseline removes it\n"
    pruned = validate(adopted, "--prune-baseline")
    assert pruned.returncode == 0
    assert pruned.stderr == (
        "known.json: written: 0 added, 1 removed, 1 known now; commit the file\n"
    )
    after = (adopted / "known.json").read_text(encoding="utf-8")
    assert "book:kallocain" not in after
    assert "book:aniara" in after
    again = validate(adopted, "--prune-baseline")
    assert again.stderr == "known.json: nothing in it is mended; it stays as it is\n"


def test_pruning_lets_nothing_new_in(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    add(adopted)
    assert validate(adopted, "--prune-baseline").returncode == 1
    assert validate(adopted).returncode == 1


def test_writing_anew_makes_everything_known(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    add(adopted)
    done = validate(adopted, "--write-baseline")
    assert done.returncode == 0
    assert ": written: 1 added, 1 removed, 2 known now;" in done.stderr
    assert validate(adopted).stdout.startswith("0 violations, 0 warnings, 0 infos, 2 known;")


def test_a_narrowed_write_adds_what_it_leaves_and_removes_nothing(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    add(adopted, NEW.replace("dct:title 'New'@en ;", ""))
    done = validate(adopted, "--write-baseline", "--shape", "shapes:BookShape-pages")
    assert done.returncode == 0
    assert ": written: 1 added, 0 removed, 3 known now;" in done.stderr
    left = validate(adopted)
    assert left.returncode == 1
    assert "path dct:title" in left.stdout
    assert "1 violation, 0 warnings, 0 infos, 2 known, 1 mended;" in left.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--shape", "shapes:BookShape-title"),
        ("--focus", "book:aniara"),
        ("--changed-since", "HEAD"),
    ],
)
def test_a_narrowed_report_declares_nothing_mended(options: tuple[str, ...], adopted: Path) -> None:
    git(adopted, "init", "-q")
    git(adopted, "add", ".")
    git(adopted, "commit", "-qm", "adopted")
    edit(adopted, "ns:pages 0", "ns:pages 193")
    done = validate(adopted, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 infos, 1 known; nothing new" in done.stdout


def test_every_format_tells_what_is_known_and_what_is_mended(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    told = {
        "text": "0 violations, 0 warnings, 0 infos, 1 known, 1 mended; nothing new",
        "json": '"known": true',
        "turtle": "# Of these results 1 is known in known.json.",
        "sarif": '"baselineState": "unchanged"',
        "junit": 'failures="0" errors="0" skipped="2"',
        "github": "::notice file=known.json,line=",
        "markdown": "| <code>known.json:",
    }
    for format in FORMATS:
        done = validate(adopted, "--format", format, "--output", "report")
        report = (adopted / "report").read_text(encoding="utf-8")
        assert (done.returncode, done.stdout) == (0, "")
        assert told[format] in report
        assert "::error" not in report
        assert "mended; remove this line" in report or '"mended": [\n    {' in report


def test_the_same_findings_give_the_same_bytes(adopted: Path) -> None:
    before = (adopted / "known.json").read_bytes()
    add(adopted, "[] a ns:Book .\n")
    validate(adopted, "--write-baseline")
    edit(adopted, "[] a ns:Book .\n", "")
    validate(adopted, "--write-baseline")
    assert (adopted / "known.json").read_bytes() == before


@pytest.mark.parametrize("format", ["text", "github"])
def test_a_baseline_that_is_damaged_or_not_there_exits_with_2(format: str, adopted: Path) -> None:
    path = adopted / "known.json"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(3, "<<<<<<< HEAD")
    path.write_text("\n".join(lines), encoding="utf-8")
    for options in ((), ("--write-baseline",), ("--prune-baseline",)):
        done = validate(adopted, "--format", format, *options)
        assert done.returncode == 2
        assert "known.json:4" in done.stdout.replace(",line=", ":")
        assert "not JSON: " in done.stdout
    path.unlink()
    done = validate(adopted, "--format", format)
    assert done.returncode == 2
    assert "there is no such file; --write-baseline writes one" in done.stdout
    assert not path.exists()


def test_what_is_no_baseline_is_never_written_over(publication: Path) -> None:
    books = publication / "data/books.ttl"
    before = books.read_bytes()
    done = run("validate", "--baseline", books, "--write-baseline", cwd=publication)
    assert done.returncode == 2
    assert "not a baseline" in done.stdout
    assert books.read_bytes() == before


def test_nothing_is_written_if_a_file_cannot_be_read(adopted: Path) -> None:
    before = (adopted / "known.json").read_bytes()
    add(adopted, "<a b> .")
    for option in ("--write-baseline", "--prune-baseline"):
        assert validate(adopted, option).returncode == 2
    assert (adopted / "known.json").read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ("--write-baseline",),
        ("--prune-baseline",),
        ("--baseline", "known.json", "--write-baseline", "--prune-baseline"),
        ("--baseline", "known.json", "--write-baseline", "--max-results", "1"),
        ("--baseline", "known.json", "--prune-baseline", "--focus", "book:aniara"),
    ],
)
def test_options_that_contradict_each_other_write_nothing(
    options: tuple[str, ...], publication: Path
) -> None:
    done = run("validate", *options, cwd=publication)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for --" in done.stderr
    assert not (publication / "known.json").exists()


# Reports that are cut


def test_every_format_says_that_it_is_cut(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    edit(publication, "ns:pages 218", "ns:pages 0")
    for format in FORMATS:
        done = run("validate", "--max-results", "1", "--format", format, cwd=publication)
        assert done.returncode == 1
        assert "cut at 1 finding" in done.stdout or '"cut_at": 1' in done.stdout
    whole = run("validate", "--max-results", "2", cwd=publication)
    assert whole.stdout == run("validate", cwd=publication).stdout


def test_a_cut_hides_no_violation(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0193")
    edit(publication, "ns:pages 218", "ns:pages 0")
    done = run("validate", "--max-results", "1", cwd=publication)
    assert done.returncode == 1
    assert "book:aniara" in done.stdout
    assert "1 violation, 0 warnings, 0 infos; cut at 1 finding, there may be" in done.stdout


def test_a_cut_leaves_what_was_asked_for(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    edit(publication, "ns:pages 218", "ns:pages 0")
    done = run("validate", "--max-results", "1", "--focus", "book:aniara", cwd=publication)
    assert "focus book:aniara" in done.stdout
    assert "cut at" not in done.stdout


def test_known_findings_take_no_place_from_new_ones(adopted: Path) -> None:
    edit(adopted, "ns:pages 0", "ns:pages 193")
    assert "1 known, 1 mended;" in validate(adopted, "--max-results", "1").stdout
    add(adopted)
    add(adopted, NEW.replace("book:new", "book:newer"))
    done = validate(adopted, "--max-results", "1")
    assert (done.returncode, done.stderr) == (1, "")
    assert "focus book:new," in done.stdout
    assert "1 known; cut at 1 finding, there may be more; does not conform" in done.stdout


def test_a_report_of_none_is_refused(publication: Path) -> None:
    assert run("validate", "--max-results", "0", cwd=publication).returncode == 2


def test_build_prints_the_release_and_builds_once(publication: Path) -> None:
    first, second = run("build", cwd=publication), run("build", cwd=publication)
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert (publication / first.stdout.strip() / "release.json").is_file()


def test_build_refuses_what_does_not_conform(publication: Path) -> None:
    edit(publication, "ns:pages 193", "ns:pages 0")
    done = run("build", cwd=publication)
    assert (done.returncode, done.stdout) == (1, "")
    assert "data/books.ttl:20: violation" in done.stderr
    assert not (publication / "releases/current").exists()


def test_query_answers_from_the_release(publication: Path, tmp_path: Path) -> None:
    run("build", cwd=publication)
    text = "SELECT ?title { ?book a ns:Book ; dct:title ?title } ORDER BY ?title"
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    expected = "title\nAniara\nKallocain\n"
    for arguments in (("-e", text), (str(tmp_path / "q.rq"),), ("-",)):
        done = run("query", *arguments, "--format", "csv", cwd=publication, stdin=text)
        assert done.stdout.replace("\r\n", "\n") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { ?s ?p ", "-e:1:18: error: the query does not parse"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "INSERT is an update; this service only reads"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is not offered"),
    ],
)
def test_a_query_that_cannot_be_answered_exits_with_2(
    text: str, message: str, publication: Path
) -> None:
    run("build", cwd=publication)
    done = run("query", "-e", text, cwd=publication)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_format_that_does_not_suit_the_query_names_those_that_do(publication: Path) -> None:
    run("build", cwd=publication)
    done = run("query", "-e", "ASK {}", "--format", "ttl", cwd=publication)
    assert done.returncode == 2
    assert "srj, srx, csv, tsv" in done.stderr


def test_query_without_a_release_says_how_to_get_one(publication: Path) -> None:
    done = run("query", "-e", "ASK {}", cwd=publication)
    assert done.returncode == 2
    assert "`graphsvc build` makes one" in done.stderr


def test_no_verb_colours_or_animates_a_pipe(publication: Path) -> None:
    for verb in ("validate", "build"):
        done = run(verb, cwd=publication)
        assert "\x1b" not in done.stdout + done.stderr
