from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publications import write
from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.baseline import Baseline, BaselineError, Finding, identities
from graphsvc.errors import SourcePosition
from graphsvc.paths import Alternative, Inverse, Repeated, Sequence
from graphsvc.report import Severity, ValidationReport, ValidationResult
from graphsvc.sources import Publication
from graphsvc.validation import validate
from graphsvc.vocab import PREFIXES, sh

NS = "https://example.org/books/ns#"
KNOWN = {**PREFIXES, "": "https://example.org/", "b": "https://example.org/books/", "ns": NS}
A_BOOK = "id:one a :Book ; dct:title 'One'@en .\n"
SHAPES = (
    "shapes:Book a sh:NodeShape ; sh:targetClass :Book ; sh:property shapes:Book-by ,\n"
    "    [ sh:path dct:title ; sh:minCount 1 ] .\n"
    "shapes:Book-by a sh:PropertyShape ; sh:path :by ; sh:nodeKind sh:IRI .\n"
    "shapes:Writer a sh:NodeShape ; sh:targetObjectsOf :by ; sh:property shapes:Writer-title .\n"
    "shapes:Writer-title a sh:PropertyShape ; sh:path dct:title ; sh:maxLength 3 ;\n"
    "    sh:message 'Write less.'@en .\n"
)


def finding(local: str = "one", **changes: object) -> ValidationResult:
    result = ValidationResult(
        focus_node=NamedNode(NS + local),
        source_shape=NamedNode(NS + "Shape"),
        source_constraint_component=sh("PatternConstraintComponent"),
        result_path=NamedNode(NS + "path"),
        value=Literal("x"),
        messages=(Literal("Mend this.", language="en"),),
    )
    return replace(result, **changes)  # type: ignore[arg-type]


NOTHING = Publication(Path(), None, ())  # type: ignore[arg-type]  # for what has no blank node


def baseline(path: Path, *results: ValidationResult) -> Baseline:
    """The results, written to a file and read again."""
    identify = identities(NOTHING, results)
    Baseline(path, prefixes=KNOWN).extended(results, identify).write()
    return Baseline.read(path)


def compare(known: Baseline, *results: ValidationResult) -> ValidationReport:
    return known.compare(ValidationReport(results), identities(NOTHING, results))


def test_what_is_written_is_known_and_what_is_not_is_new(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding("one"))
    report = compare(known, finding("one"), finding("two"))
    assert [result.known for result in report.results] == [True, False]
    assert report.new == report.results[1:]
    assert report.fails()
    assert not compare(known, finding("one")).fails()
    assert not compare(known, finding("one")).conforms


def test_neither_place_nor_wording_nor_severity_makes_a_finding_new(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding())
    moved = finding(
        at=SourcePosition(Path("data/x.ttl"), 99),
        shape_at=SourcePosition(Path("shapes/x.ttl"), 9),
        messages=(Literal("Otherwise."),),
        severity=Severity.WARNING,
    )
    assert compare(known, moved).new == ()


@pytest.mark.parametrize(
    "other",
    [
        finding("other"),
        finding(source_shape=NamedNode(NS + "Other")),
        finding(source_constraint_component=sh("MinCountConstraintComponent")),
        finding(source_constraint=NamedNode(NS + "constraint")),
        finding(result_path=None),
        finding(result_path=Inverse(NamedNode(NS + "path"))),
        finding(value=None),
        finding(value=Literal("y")),
        finding(value=Literal("x", language="en")),
        finding(value=Literal("x", datatype=NamedNode(NS + "x"))),
        finding(value=NamedNode(NS + "x")),
    ],
)
def test_whatever_else_differs_does(other: ValidationResult, tmp_path: Path) -> None:
    report = compare(baseline(tmp_path / "known.json", finding()), other)
    assert len(report.new) == len(report.mended) == 1


def test_one_more_of_those_alike_is_new_and_one_less_is_mended(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding(), finding())
    assert len(compare(known, *[finding()] * 3).new) == 1
    less = compare(known, finding())
    ((count, left),) = [(mended.count, mended.left) for mended in less.mended]
    assert (count, left, less.new) == (1, 1, ())


def test_what_is_mended_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    known = baseline(path, finding("one"), finding("two"))
    (mended,) = compare(known, finding("one")).mended
    assert mended.message == "Mend this."
    assert mended.about == 'focus ns:two, path ns:path, value "x", ns:Shape'
    assert mended.at.path == path
    assert "ns:two" in path.read_text("utf-8").splitlines()[mended.at.line - 1]


def test_a_report_that_is_cut_tells_of_nothing_mended(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding("gone"))
    results = (finding("one"), finding("two"))
    cut = ValidationReport(results).cut(1)
    assert known.compare(cut, identities(NOTHING, results)).mended == ()
    assert compare(known, *results).cut(1).mended == ()
    assert compare(known, *results).cut(2).mended != ()


def test_pruning_leaves_what_is_still_found_byte_for_byte(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", *map(finding, "abc"), finding("a"))
    left = [finding("a", messages=()), finding("c")]
    pruned = known.pruned(left, identities(NOTHING, left))
    assert pruned.count == 2
    kept = [line for line in known.text().splitlines() if '"ns:b"' not in line]
    assert pruned.text().splitlines() == [line.replace(' "count": 2,', "") for line in kept]


# The file


def test_the_file_is_for_people_and_for_git(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding("two"), finding(value=None), finding("two"))
    assert known.text() == (
        "{\n"
        '  "graphsvc_baseline": 1,\n'
        '  "prefixes": {\n'
        '    "ns": "https://example.org/books/ns#",\n'
        '    "sh": "http://www.w3.org/ns/shacl#"\n'
        "  },\n"
        '  "findings": [\n'
        '    {"shape": "ns:Shape", "component": "sh:PatternConstraintComponent",'
        ' "focus": "ns:one", "path": "ns:path",'
        ' "severity": "violation", "message": "Mend this."},\n'
        '    {"shape": "ns:Shape", "component": "sh:PatternConstraintComponent",'
        ' "focus": "ns:two", "path": "ns:path", "value": "\\"x\\"", "count": 2,'
        ' "severity": "violation", "message": "Mend this."}\n'
        "  ]\n"
        "}\n"
    )
    assert known.text() == (tmp_path / "known.json").read_text("utf-8")


def test_the_order_of_findings_does_not_change_the_file(tmp_path: Path) -> None:
    results = [finding(local, value=Literal(text)) for local in "ba" for text in "yx"]
    texts = {baseline(tmp_path / "known.json", *each).text() for each in (results, results[::-1])}
    assert len(texts) == 1


def test_other_prefixes_do_not_make_a_finding_new(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json", finding())
    text = known.text().replace('"ns": ', '"other": ').replace("ns:", "other:")
    (tmp_path / "known.json").write_text(text, encoding="utf-8")
    assert Baseline.read(tmp_path / "known.json").findings.keys() == known.findings.keys()


@pytest.mark.parametrize("indent", [None, 4])
def test_a_file_that_a_formatter_has_laid_out_is_read(indent: int | None, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    known = baseline(path, finding("one"), finding("two"))
    path.write_text(json.dumps(json.loads(path.read_text()), indent=indent), encoding="utf-8")
    assert Baseline.read(path).findings.keys() == known.findings.keys()


def test_lines_may_be_removed_and_repeated_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    baseline(path, *map(finding, "abc"))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (last,) = (number for number, line in enumerate(lines) if '"ns:c"' in line)
    path.write_text("".join([*lines[:last], lines[last - 1], *lines[last + 1 :]]))
    read = Baseline.read(path)
    assert [finding.focus[-2:] for finding in read.findings] == ["a>", "b>"]
    assert {known.count for known in read.findings.values()} == {1}


def test_an_empty_baseline_can_be_written_and_read(tmp_path: Path) -> None:
    known = baseline(tmp_path / "known.json")
    assert (known.findings, known.count) == ({}, 0)
    assert json.loads(known.text())["findings"] == []


GOOD = '{"shape": "<a:a>", "component": "<b:b>", "focus": "<c:c>"}'


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("<<<<<<< HEAD", "not JSON: Expecting value"),
        ('{"shape": "<a:a>"', "not JSON: Expecting ',' delimiter"),
        ('{"shape": "<a:a>"}', "a finding without 'component'"),
        (GOOD.replace("<c:c>", ""), "a finding without 'focus'"),
        (GOOD.replace("<c:c>", "x:c"), "the prefix x: is not among the prefixes of the file"),
        (GOOD.replace('"<c:c>"', "7"), "'focus' is no string"),
        (GOOD.replace("}", ', "count": 0}'), '"count" is 0; a number from 1 is wanted'),
        (GOOD.replace("}", ', "count": true}'), '"count" is True; a number'),
        (GOOD.replace("shape", "shpae"), "the key 'shpae' is none; known are component, "),
        ("7", "an object is wanted"),
        ("[" * 100_000, "not JSON: nested too deeply"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    line: str, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "known.json"
    text = f'{{"graphsvc_baseline": 1,\n"findings": [\n{GOOD},\n{line}\n]}}\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        Baseline.read(path)
    assert caught.value.what.startswith(what)
    assert caught.value.what.endswith("let --write-baseline write it anew")
    # A bracket that is missing is missed on the line after.
    assert caught.value.at in (SourcePosition(path, 4), SourcePosition(path, 5))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "not a baseline"),
        ("@prefix a: <b> .", 1, "not a baseline"),
        ('{"findings": []}', 1, "not a baseline"),
        ('[{"findings": []}]', 1, "not JSON"),
        ('{"graphsvc_baseline": 2, "findings": []}', 1, "a baseline of version 2; this graphsvc"),
        ('{"graphsvc_baseline": 1, "prefixes": 1, "findings": []}', 1, '"prefixes" is not'),
        ('{"graphsvc_baseline": 1,\n=======\n"findings": []}', 2, "not JSON"),
        ('{"graphsvc_baseline": 1,\n"findings": [\n', 3, "not JSON"),
        ('{"graphsvc_baseline": 1,\n"findings": []\n}\nmore', 2, "not JSON"),
    ],
)
def test_what_is_no_baseline_is_refused(text: str, line: int, what: str, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match=re.escape(f"{path}:{line}: error: {what}")):
        Baseline.read(path)


def test_what_is_not_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(BaselineError, match="not UTF-8"):
        Baseline.read(tmp_path / "known.json")
    with pytest.raises(BaselineError, match="there is no such file; --write-baseline writes one"):
        Baseline.read(tmp_path / "none.json")


iris = st.sampled_from([*KNOWN.values(), "urn:x:", "https://example.org/books/a/b"]).flatmap(
    lambda namespace: st.text("aå_-.1:/", max_size=5).map(
        lambda local: NamedNode(namespace + local.strip("/"))
    )
)
literals = st.one_of(
    st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=400)),
    st.sampled_from(['<a:b> ns:c "', "ns:x", '\\"', "\n"]).map(
        lambda text: Literal(text, language="en")
    ),
    st.builds(lambda datatype: Literal("1", datatype=datatype), iris),
)
paths = st.recursive(
    iris,
    lambda inner: st.one_of(
        inner.map(Inverse),
        st.builds(Repeated, inner, st.sampled_from("*+?")),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: Sequence(tuple(each))),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: Alternative(tuple(each))),
    ),
    max_leaves=4,
)


@given(focus=st.one_of(iris, literals), path=paths, value=st.one_of(iris, literals))
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    focus: NamedNode | Literal,
    path: NamedNode,
    value: NamedNode | Literal,
) -> None:
    result = finding(focus_node=focus, result_path=path, value=value)
    file = tmp_path_factory.getbasetemp() / "known.json"
    known = baseline(file, result)
    (read,) = known.findings
    assert read == identities(NOTHING, ())(result)
    assert compare(known, result).new == ()
    written = file.read_text(encoding="utf-8")
    assert known.text() == written
    assert written.replace("\n", "").isprintable()


def test_a_long_value_is_told_by_its_beginning_and_its_hash(tmp_path: Path) -> None:
    long = [finding(value=Literal("å" * 100_000 + end)) for end in "xy"]
    known = baseline(tmp_path / "known.json", long[0])
    assert len(known.text()) < 1000
    assert "… (100001 characters, SHA-256 " in known.text().replace('\\"', "")
    assert compare(known, long[0]).new == ()
    assert len(compare(known, long[1]).new) == 1


# Blank nodes


def found(root: Path, data: str, name: str = "data/books.ttl") -> set[Finding]:
    ontology = ":Book a <http://www.w3.org/2000/01/rdf-schema#Class> . :by a rdf:Property .\n"
    files = {"ontology/o.ttl": ontology, "shapes/s.ttl": SHAPES, name: data}
    return identified(Publication.open(write(root, files)))


def identified(publication: Publication) -> set[Finding]:
    results = validate(publication).report.results
    assert any(isinstance(result.focus_node, BlankNode) for result in results)
    return set(map(identities(publication, results), results))


def focuses(findings: Iterable[Finding]) -> set[str]:
    return {finding.focus for finding in findings if finding.focus.endswith(("[]", '"'))}


DATA = A_BOOK + "id:one :by [ dct:title 'Long' ; :by [ dct:title 'Longer' ] ] .\n"


def test_a_blank_node_goes_by_the_way_to_it(tmp_path: Path) -> None:
    one, by = "<https://example.org/books/id/one>", f"<{NS}by>"
    assert focuses(found(tmp_path, DATA)) == {f"{one} {by} []", f"{one} {by}/{by} []"}


def test_a_blank_node_that_nothing_leads_to_goes_by_its_file(tmp_path: Path) -> None:
    data = A_BOOK + "[] a :Book . _:a :by _:b . _:b :by _:a ; dct:title 'Long' .\n"
    assert focuses(found(tmp_path, data)) == {'[] in "data/books.ttl"'}


def test_neither_lines_nor_order_nor_files_before_it_rename_a_blank_node(tmp_path: Path) -> None:
    before = found(tmp_path / "a", DATA)
    (tmp_path / "b/data").mkdir(parents=True)
    (tmp_path / "b/data/a.ttl").write_text("[] <a:b> [] , [] .", encoding="utf-8")
    moved = "\n\nid:zero :by id:one .\n" + "id:one :by [ :by [ dct:title 'Longer' ] ; "
    after = found(tmp_path / "b", moved + "dct:title 'Long' ] .\n" + A_BOOK, "data/other.ttl")
    assert before == after


def test_a_shape_without_a_name_goes_by_the_way_to_it(tmp_path: Path) -> None:
    shapes = {each.shape for each in found(tmp_path, "id:x a :Book . [] a :Book .")}
    assert f"<https://example.org/books/shapes#Book> {sh('property')} []" in shapes


def test_of_two_ways_as_short_the_order_decides_nothing(tmp_path: Path) -> None:
    lines = [f"id:{name} :by _:x .\n" for name in "ab"]
    about = "_:x dct:title 'Long' .\n"
    one = found(tmp_path / "1", "".join([*lines, about]))
    other = found(tmp_path / "2", "".join([about, *lines[::-1]]))
    assert focuses(one) == focuses(other) == {f"<https://example.org/books/id/a> <{NS}by> []"}
