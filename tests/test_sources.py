from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publications import TOML
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc.formats import from_suffix
from graphsvc.settings.file import read_settings
from graphsvc.sources import ERRORS_PER_FILE, Reader, SourceFile, find_files, graph_of

BASE = "http://e/"
GRAPH = NamedNode("http://e/graph/data")
RDF = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://e/'>"
NOBODY = 65_534  # the user who owns nothing, by custom
EVERY_LINE_SYNTAX = ("ttl", "trig", "nt", "nq")


def source(path: Path, text: str | bytes, number: int = 0) -> SourceFile:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    format = from_suffix(path.suffix[1:])
    assert format
    return SourceFile(path, PurePosixPath("data") / path.name, number, format, GRAPH)


def located(path: Path, text: str | bytes) -> list[tuple[int, str]]:
    """The line of each quad, with the last part of its object, by lines."""
    reader = Reader(BASE)
    read = [(line, _last_part(quad)) for quad, line in reader.read(source(path, text))]
    assert reader.faults == []
    return sorted(read, key=lambda each: each[0])


def _last_part(quad: Quad) -> str:
    if isinstance(quad.object, BlankNode):
        return "[]"
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def quads(path: Path, text: str | bytes, number: int = 0) -> list[Quad]:
    reader = Reader(BASE)
    found = list(reader.quads(source(path, text, number)))
    assert reader.faults == []
    return found


def faults(path: Path, text: str | bytes) -> list[str]:
    """What is wrong with a file, as `line:column: error: what is; what would be right`."""
    located, quick = Reader(BASE), Reader(BASE)
    file = source(path, text)
    list(located.read(file))
    list(quick.quads(file))
    assert quick.faults == located.faults
    assert all(str(fault).isprintable() for fault in quick.faults)
    return [str(fault).removeprefix(f"{path.as_posix()}:") for fault in quick.faults]


@pytest.fixture
def ttl(tmp_path: Path) -> Path:
    return tmp_path / "a.ttl"


# Lines


def test_each_object_of_a_turtle_file_has_the_line_it_ends_on(ttl: Path) -> None:
    text = """\
@prefix : <> . # a comment
:a :p :one ,
    :two ; # 'comment' "with" quotes

    :q 'three'@sv , 4
    , 'five'^^:t ;
    :r [ :p :six ;
         :q 'seven' ] ;
    :s 'eight'
    # another
    .
:b :p '''nine
nine''' . :b :q :ten .
:b
  :p
  :eleven
."""
    assert located(ttl, text) == [
        (2, "one"),
        (3, "two"),
        (5, "three"),
        (5, "4"),
        (6, "five"),
        (7, "six"),
        (8, "[]"),
        (8, "seven"),
        (9, "eight"),
        (13, "nine\nnine"),
        (13, "ten"),
        (16, "eleven"),
    ]


def test_each_member_of_a_collection_has_its_own_line(ttl: Path) -> None:
    found = located(ttl, "<a> <b> (\n1\n'x'\n<c>\n) .")
    assert [each for each in found if each[1] != "[]"] == [(2, "1"), (3, "x"), (4, "c"), (5, "nil")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_kind_of_line_end_counts_once(ttl: Path, end: str) -> None:
    text = f"# one{end}<a> <b> 'two' .{end}{end}<a> <b> 'four' ,{end}'five' .{end}"
    assert located(ttl, text) == [(2, "two"), (4, "four"), (5, "five")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_faults_count_lines_as_quads_do(ttl: Path, end: str) -> None:
    text = f"<a> <b> 'one' .{end}<a> <b> nope:x .{end}<a> <b> 'three' .{end}<a> <b> nope:y ."
    assert [fault.partition(":")[0] for fault in faults(ttl, text)] == ["2", "4"]


def test_lines_longer_than_a_read_count_once(ttl: Path) -> None:
    long = "x" * 10_000
    text = f"<a> <b> '{long}1' .\n<a> <b> '{long}' , '''{long}\n{long}2''' .\n<a> <b> 3 ."
    assert [line for line, _ in located(ttl, text)] == [1, 2, 3, 4]


@pytest.mark.parametrize("size", range(2030, 2060, 3))
def test_characters_of_several_bytes_survive_the_border_of_a_read(ttl: Path, size: int) -> None:
    text = "x" * size + "åЖ€😀" * 600
    assert located(ttl, f"<a> <b> '{text}' .\n<a> <b> 2 .") == [(1, text), (2, "2")]


@pytest.mark.parametrize("suffix", EVERY_LINE_SYNTAX)
def test_a_statement_a_line_has_that_line_in_every_syntax(tmp_path: Path, suffix: str) -> None:
    text = "".join(f"<http://e/s> <http://e/p> 'x{n}' .\n# c\n\n".replace("'", '"') for n in "abc")
    expected = [(1, "xa"), (4, "xb"), (7, "xc")]
    assert located(tmp_path / f"a.{suffix}", text) == expected


@given(st.lists(st.sampled_from(["\n", " ", "#x'\n", '#"\n', "\r\n", "\t"]), max_size=12))
def test_no_white_space_or_comment_misleads_the_lines(
    tmp_path_factory: pytest.TempPathFactory, between: list[str]
) -> None:
    gap = "\n".join(between) + "\n"
    path = tmp_path_factory.getbasetemp() / "lines.ttl"
    text = f"<a>{gap}<b>{gap}'1'{gap},{gap}'2'@en{gap};{gap}<c>{gap}3{gap}.{gap}<a> <b> '4'{gap}."
    found = located(path, text)
    rows = text.split("\n")
    assert [value for _, value in found] == ["1", "2", "3", "4"]
    for line, value in found:
        assert value in rows[line - 1].partition("#")[0]


@pytest.mark.parametrize("quotes", ["'''", '"""'])
def test_a_string_that_ends_on_what_looks_like_a_comment_ends_there(ttl: Path, quotes: str) -> None:
    text = f"<a> <b> {quotes}x\n# don't\n  # y{quotes}\n# don't\n ; <c> 2 ."
    assert located(ttl, text) == [(3, " y"), (5, "2")]


def test_trig_tells_the_lines_in_each_graph(tmp_path: Path) -> None:
    text = "<g> {\n<a> <b> 'two'\n}\nGRAPH <h> { <a> <b> 4 .\n<a> <b> 'five' }\n<a> <b> 6 ."
    found = located(tmp_path / "a.trig", text)
    assert found == [(2, "two"), (4, "4"), (5, "five"), (6, "6")]


def test_rdf_xml_tells_the_line_on_which_a_property_ends(tmp_path: Path) -> None:
    text = (
        f"{RDF}\n<rdf:Description rdf:about='a'>\n<e:p>three</e:p>\n"
        "<e:p rdf:resource='four'/>\n<e:p>\nsix</e:p>\n</rdf:Description>\n</rdf:RDF>"
    )
    assert located(tmp_path / "a.rdf", text) == [(3, "three"), (4, "four"), (6, "\nsix")]


# Terms


def test_literals_are_kept_as_written(ttl: Path) -> None:
    text = (
        "@prefix x: <http://www.w3.org/2001/XMLSchema#> . <a> <b> 01, 5.50, 1.0E3, '300'^^x:byte,"
        " '2020-01-01T00:00:00.000Z'^^x:dateTime, '1'^^x:boolean ."
    )
    values = [quad.object.value for quad in quads(ttl, text) if isinstance(quad.object, Literal)]
    assert values == ["01", "5.50", "1.0E3", "300", "2020-01-01T00:00:00.000Z", "1"]


def test_relative_iris_are_resolved_against_the_base(ttl: Path) -> None:
    assert [str(quad.triple) for quad in quads(ttl, "<id/a> <ns#p> <> , <#x> , </y> .")] == [
        "<http://e/id/a> <http://e/ns#p> <http://e/>",
        "<http://e/id/a> <http://e/ns#p> <http://e/#x>",
        "<http://e/id/a> <http://e/ns#p> <http://e/y>",
    ]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("ttl", "[] <p> [ <q> ( 1 [] ) ] . _:b0 <p> _:x ."),
        ("trig", "<g> { [] <p> _:g }"),
        ("nq", "_:a <http://e/p> _:b <http://e/g> .\n"),
        ("rdf", f"{RDF}<e:A><e:p><e:B/></e:p></e:A></rdf:RDF>"),
        ("jsonld", '{"http://e/p": [{"http://e/q": 1}, {"@list": [1, 2]}]}'),
    ],
)
def test_two_readings_agree_on_blank_nodes(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"a.{suffix}"
    assert quads(path, text) == quads(path, text)


def test_two_files_never_share_a_blank_node(ttl: Path) -> None:
    text = "_:b0 <p> _:f1b0 . [] <p> _:f0b0 , _:f0b1 ."

    def labels(number: int) -> set[str]:
        terms = [term for quad in quads(ttl, text, number) for term in (quad.subject, quad.object)]
        return {term.value for term in terms if isinstance(term, BlankNode)}

    assert len(labels(0)) == len(labels(1)) == 5
    assert labels(0).isdisjoint(labels(1))


def test_a_quad_belongs_to_the_graph_it_names_else_to_that_of_its_file(tmp_path: Path) -> None:
    file = source(tmp_path / "a.trig", "<a> <b> 1 . <g> { <a> <b> 2 }")
    graphs = [graph_of(quad, file) for quad in Reader(BASE).quads(file)]
    assert graphs == [GRAPH, NamedNode("http://e/g")]


def test_the_first_file_decides_what_a_prefix_means_and_the_empty_one_stays_out(
    tmp_path: Path,
) -> None:
    reader = Reader(BASE)
    for name, text in {
        "a": "@prefix x: <http://1/> .",
        "b": "@prefix x: <http://2/> . @prefix : <y> .",
    }.items():
        list(reader.quads(source(tmp_path / f"{name}.ttl", text)))
    assert reader.prefixes == {"x": "http://1/"}


# Faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<a> <b> <c>\n<a> <b> 1 .", "2:1: error: A dot is expected"),
        ("<a> <b> nope:c .", "1:9: error: The prefix nope: has not been declared; declare it with"),
        ("<a> <b> <http://e/ c> .", "1:9: error: Invalid IRI code point ' '; an IRI has no spaces"),
        ("<a> <b> 'c'@abcdefghi .", "1:13: error: A subtag may be eight characters"),
        (
            "<a> <b> 'c'@1 .",
            "1:13: error: A language code should always start with a letter",
        ),
        (
            "<a> <b> 'c .\n<a> <b> 'd' .",
            "1:13: error: Line jumps are not allowed in string literals",
        ),
        ("<a> <b> '''c .\n", "1:9: error: Unexpected end of file; close what was opened"),
        ("<a> <b> <c", "1:9: error: Unexpected end of file"),
        ("<a> <b> <c>", "1:12: error: Unexpected end"),
        ("<a> <b> .", "1:9: error: . is not a valid RDF object; an object is"),
        ("<a> 'b' <c> .", "1:5: error: 'b' is not a valid predicate"),
        (
            "<a> <b> '\\x' .",
            "1:10: error: Unexpected escape character '\\x'; well-formed Turtle is wanted",
        ),
        (
            "<a> <b> 'c'@en_GB .",
            "1:15: error: Unexpected character 'G'; a language tag is one of BCP 47, such as en-GB",
        ),
    ],
)
def test_a_syntax_fault_has_line_column_what_is_and_what_would_be_right(
    ttl: Path, text: str, fault: str
) -> None:
    first = faults(ttl, text)[0]
    assert first.startswith(fault)
    assert "; " in first


def test_one_pass_finds_every_fault_of_a_file(ttl: Path) -> None:
    text = "<a> <b> .\n<a> <b> 1 .\n<a> nope:b 1 .\n\n<a> <b> <x y> .\n<a> <b> 2 ."
    found = [fault.split(":")[0] for fault in faults(ttl, text)]
    assert found == ["1", "3", "5"]


def test_the_faults_of_a_file_are_bounded(ttl: Path) -> None:
    assert len(faults(ttl, "<a> <b> .\n" * 1_000)) == ERRORS_PER_FILE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"<a> <b> 1 .\n<a> <b> '\xc3\xa5x\xe5' .", "2:12: error: the byte 0xE5 is not UTF-8"),
        (b"# V\xe4rmland\n<a> <b> 1 .", "1:4: error: the byte 0xE4 is not UTF-8"),
        (b"<a> <b> '\xc3", "1:10: error: the byte 0xC3 is not UTF-8"),
        ("<a> <b> 1 .".encode("utf-16"), "1:1: error: the byte 0xFF is not UTF-8"),
        (b"\xef\xbb\xbf<a> <b> 1 .", "1: error: begins with a byte order mark"),
    ],
)
def test_what_is_not_utf8_is_told_of_once(ttl: Path, text: bytes, fault: str) -> None:
    (only,) = (each for each in faults(ttl, text) if "UTF-8" in each or "mark" in each)
    assert only.startswith(fault)


def test_a_byte_that_is_not_utf8_does_not_hide_the_faults_below_it(ttl: Path) -> None:
    text = b"<a> <b> '\xe5' .\n<a> <b> .\n"
    assert [fault.split(":")[0] for fault in faults(ttl, text)] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "<a> <b> 1 .\n<a> <b> <<( <a> <b> <c> )>> .",
        "<a> <b> 1 .\n<< <a> <b> <c> >> <d> <e> .",
        "<a> <b> 1 .\n<a> <b> <c> {| <d> <e> |} .",
    ],
)
def test_a_triple_term_is_refused_on_its_line(ttl: Path, text: str) -> None:
    (fault,) = faults(ttl, text)
    assert fault.startswith("2: error: a triple term, which RDF 1.1 does not have; name")


def test_a_graph_without_a_name_of_its_own_is_refused_on_its_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "a.trig", "<a> <b> 1 .\n<g> { <a> <b> 2 }\n_:g { <a> <b> 3 }")
    assert fault.startswith("3: error: a graph is named by a blank node; name it by an IRI")


def test_relative_iris_are_refused_where_there_is_no_base(tmp_path: Path) -> None:
    fault = faults(tmp_path / "a.nt", "<a> <http://e/b> <http://e/c> .")[0]
    assert fault.startswith("1:1: error: No scheme found in an absolute IRI; write the IRI whole")


# RDF/XML


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (RDF, "1:86: error: no element found; well-formed XML is wanted"),
        (f"{RDF}\n<rdf:Description>", "2:18: error: no element found"),
        (f"{RDF}\n</e:x>", "2:3: error: mismatched tag"),
        (f"{RDF}\n<x:y/></rdf:RDF>", "2:1: error: unbound prefix"),
        (f"{RDF}&e;</rdf:RDF>", "1:86: error: undefined entity"),
        ("", "1:1: error: no element found"),
        (f"{RDF}\n\n<e:A>text</e:A></rdf:RDF>", "3: error: "),
    ],
)
def test_rdf_xml_that_is_not_well_formed_is_refused_with_its_place(
    tmp_path: Path, text: str, fault: str
) -> None:
    assert faults(tmp_path / "a.rdf", text)[0].startswith(fault)


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaa"> <!ENTITY b "&a;&a;&a;">',
        "<!ENTITY a 'aaa'> <!ENTITY b '&#38;a;&#38;a;'>",
        f'<!ENTITY a "{"a" * 2_000}">',
        '<!ENTITY % a "<!ENTITY b 1>"> %a;',
        '<!ENTITY a SYSTEM "secret">',
        "<!ENTITY a PUBLIC 'x' 'secret'>",
    ],
)
def test_entities_that_could_grow_or_lead_out_are_refused(tmp_path: Path, entities: str) -> None:
    (tmp_path / "secret").write_text("secret")
    text = f"<!DOCTYPE r [{entities}]>{RDF}<e:A><e:p>&a;&b;</e:p></e:A></rdf:RDF>"
    assert "could grow; write its text in place" in faults(tmp_path / "a.rdf", text)[0]


def test_entities_for_namespaces_are_read(tmp_path: Path) -> None:
    text = f'<!DOCTYPE r [<!ENTITY x "http://x/">]>{RDF}<e:A rdf:about="&x;1"/></rdf:RDF>'
    assert str(quads(tmp_path / "a.rdf", text)[0].subject) == "<http://x/1>"


# JSON-LD


@pytest.mark.parametrize(
    "context",
    ['"{url}"', '[{{"b": "http://b/"}}, "{url}"]', '{{"@import": "{url}"}}', '"context.json"'],
)
def test_a_remote_context_is_never_fetched(tmp_path: Path, context: str) -> None:
    (tmp_path / "context.json").write_text('{"@context": {"b": "http://b/"}}')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = '{"@context": ' + context.format(url=url) + ',\n"@id": "a", "b": 1}'
        (fault,) = faults(tmp_path / "a.jsonld", text)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert "error: a remote @context; nothing is fetched: write the @context into" in fault


# Hostile files


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("ttl", "'<a> <b> ' + '[ <b> ' * n + '1' + ']' * n + '.'"),
        ("ttl", "'<a> <b> ' + '(' * n + ')' * n + '.'"),
        ("ttl", "'<a> <b> ' + '[' * n"),
        ("ttl", "'<a> <b> ' + '<<( <a> <b> ' * n + '<c> ' + ')>>' * n + '.'"),
        ("ttl", "'<a> <b> ' + '<<( <a>\\n<b>\\n' * n + '<c> ' + ')>>' * n + '.'"),
        ("trig", "'<g> {' * n"),
        ("nt", "'<http://a> <http://b> ' * 1 + '<<( <http://a> <http://b> ' * n + '\"\"'"),
        ("jsonld", "'[' * n + ']' * n"),
        ("jsonld", "'{\"http://e/b\":' * n"),
        ("rdf", f'"{RDF}" + "<e:A><e:b>" * n + "</e:b></e:A>" * n + "</rdf:RDF>"'),
        ("rdf", f'"{RDF}" + "<e:A>" * n'),
    ],
)
def test_no_depth_of_nesting_ends_the_process(tmp_path: Path, suffix: str, text: str) -> None:
    program = f"""
import sys
from pathlib import Path, PurePosixPath
from pyoxigraph import NamedNode
from graphsvc.formats import from_suffix
from graphsvc.sources import Reader, SourceFile
n = 100_000
path = Path(sys.argv[1])
path.write_text({text})
format = from_suffix(path.suffix[1:])
file = SourceFile(path, PurePosixPath(path.name), 0, format, NamedNode("http://e/g"))
list(Reader("http://e/").quads(file))
list(Reader("http://e/").read(file))
"""
    command = [sys.executable, "-c", program, str(tmp_path / f"a.{suffix}")]
    assert subprocess.run(command, timeout=120).returncode == 0


# Which files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def lay_out(root: Path) -> Path:
    (root / "graphsvc.toml").write_text(TOML, encoding="utf-8")
    for folder in ("ontology", "data", "shapes"):
        (root / folder).mkdir()
    return root


def names(root: Path) -> list[str]:
    files, faults = find_files(root, read_settings(root))
    assert faults == []
    return [file.place.as_posix() for file in files]


def refusals(root: Path) -> list[str]:
    """What is wrong with the files, without the folder they are in."""
    _, faults = find_files(root, read_settings(root))
    assert all(str(fault).isprintable() for fault in faults)
    return [str(fault).removeprefix(f"{root.as_posix()}/") for fault in sorted(faults)]


def test_files_come_in_the_order_of_their_paths_with_folder_below_file(root: Path) -> None:
    for place in (
        "data/b.ttl",
        "data/a/z.nt",
        "data/a b.TRIG",
        "shapes/s.jsonld",
        "ontology/å.rdf",
    ):
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(place)
    expected = ["data/a/z.nt", "data/a b.TRIG", "data/b.ttl", "ontology/å.rdf", "shapes/s.jsonld"]
    assert names(root) == expected


def test_hidden_files_and_notes_are_not_data(root: Path) -> None:
    (root / "data/a.ttl").write_text("<a> <b> 1 .")
    for name in (".a.ttl", "a.ttl~", "README", "readme.ttl", "LICENSE", "Licence.txt", "notes.md"):
        (root / "data" / name).write_text("x")
    (root / "data/.git").mkdir()
    (root / "data/.git/b.ttl").write_text("x")
    assert names(root) == ["data/a.ttl"]


def test_a_folder_may_be_missing(root: Path) -> None:
    (root / "data/a.ttl").write_text("<a> <b> 1 .")
    (root / "shapes").rmdir()
    assert names(root) == ["data/a.ttl"]


def test_no_files_is_an_empty_publication(root: Path) -> None:
    what = "the publication is empty; put RDF files into ontology/, data/, shapes/, queries/"
    assert refusals(root) == [f"{root.as_posix()}:1: error: {what}"]


def test_every_file_that_cannot_be_read_is_told_of_at_once(root: Path) -> None:
    outside = root.parent / "outside.ttl"
    outside.write_text("<a> <b> 1 .")
    (root / "data/a.ttl").write_text("<a> <b> 1 .")
    (root / "data/b.ttl").write_text("<a> <b> 1 .")
    (root / "data/c.ttl").symlink_to("nowhere")
    (root / "data/d.ttl").symlink_to(outside)
    (root / "data/e").symlink_to(root / "shapes", target_is_directory=True)
    (root / "data/f.csv").write_text("a,b")
    (root / "data/g").write_text("a,b")
    (root / "data/h.ttl").symlink_to("h.ttl")
    os.mkfifo(root / "data/i.ttl")
    assert refusals(root) == [
        f"data/b.ttl:1: error: the same bytes as {root.as_posix()}/data/a.ttl; remove one of them",
        "data/c.ttl:1: error: a link that leads nowhere; mend or remove it",
        "data/d.ttl:1: error: a link that leads out of the publication; put a copy in its place",
        "data/e:1: error: a link to a folder; put the files in its place",
        "data/f.csv:1: error: not a known RDF file; known are .ttl, .jsonld, .rdf, .nt, .trig, .nq;"
        " rename or move it",
        "data/g:1: error: not a known RDF file; known are .ttl, .jsonld, .rdf, .nt, .trig, .nq;"
        " rename or move it",
        "data/h.ttl:1: error: a link that leads nowhere; mend or remove it",
        "data/i.ttl:1: error: not a regular file; remove it",
    ]


def test_a_top_folder_that_leads_out_is_refused(root: Path) -> None:
    outside = root.parent / "elsewhere"
    outside.mkdir()
    (outside / "a.ttl").write_text("<a> <b> 1 .")
    (root / "shapes").rmdir()
    (root / "shapes").symlink_to(outside, target_is_directory=True)
    (only,) = refusals(root)
    assert only.startswith("shapes/a.ttl:1: error: a link that leads out of the publication")


def test_empty_files_do_not_repeat_each_other(root: Path) -> None:
    (root / "data/a.ttl").touch()
    (root / "data/b.ttl").touch()
    assert names(root) == ["data/a.ttl", "data/b.ttl"]


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may read everything, so the process is somebody else meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_a_file_without_permission_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for their owner alone
        root = lay_out(Path(folder))
        root.chmod(0o755)
        (root / "data/a.ttl").write_text("<a> <b> 1 .")
        (root / "data/a.ttl").chmod(0)
        with without_privileges():
            assert refusals(root) == ["data/a.ttl:1: error: permission denied; make it readable"]


@pytest.mark.parametrize("name", ["a\nb.ttl", "a\x1b[31m.ttl", "a\u2028.ttl", "a\udce5.ttl"])
def test_a_name_that_does_not_show_is_refused_in_one_harmless_line(root: Path, name: str) -> None:
    (root / "data" / name).write_text("<a> <b> 1 .")
    (only,) = refusals(root)
    assert only.endswith("a name with a character that does not show, or is not UTF-8; rename it")


def test_graphs_are_named_by_folder_and_settings(root: Path) -> None:
    (root / "graphsvc.toml").write_text(TOML + '[graphs]\n"data/s" = "source"\n', encoding="utf-8")
    for place in ("data/a.ttl", "data/s/b.ttl", "data/st.ttl"):
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(place)
    files, _ = find_files(root, read_settings(root))
    assert [file.graph_name.value.rsplit("/", 1)[-1] for file in files] == [
        "data",
        "source",
        "data",
    ]
