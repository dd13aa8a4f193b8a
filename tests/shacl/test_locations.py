"""The line of a finding is that of the triple that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import BASE, HEAD, write
from pyoxigraph import Literal, NamedNode

from graphsvc.paths import Alternative, Inverse, Repeated, Sequence
from graphsvc.paths import Path as PropertyPath
from graphsvc.report import ValidationResult
from graphsvc.shacl.locations import locate, locate_mention
from graphsvc.sources import Publication
from graphsvc.validation import validate
from graphsvc.vocab import sh

P, Q = NamedNode(BASE + "ns#p"), NamedNode(BASE + "ns#q")
SHAPE = "shapes:S a sh:NodeShape ; sh:targetClass :C ;\n"


def results(root: Path, files: Mapping[str, str]) -> list[ValidationResult]:
    """What the shapes say of files that stand on the lines where the test has written them."""
    report = validate(Publication.open(write(root, files))).report
    return [each for each in report.results if not each.source_shape.value.startswith("urn:")]


def lines(root: Path, data: str, shape: str, suffix: str = "ttl") -> list[int]:
    """The lines of all findings in one file of data, in the report's order."""
    head = HEAD if suffix in ("ttl", "trig") else 0
    found = results(root, {f"data/a.{suffix}": data, "shapes/s.ttl": shape})
    for each in found:
        assert each.at is not None
        assert each.at.path == root / f"data/a.{suffix}"
    return [each.at.line - head for each in found if each.at is not None]


def marked(data: str) -> list[int]:
    """The lines that end in a remark."""
    return [number for number, line in enumerate(data.splitlines(), 1) if line.endswith("#!")]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (":p", "id:a a :C ;\n :q 9 ;\n :p 1 , #!\n 2 ; #!\n :r 2 ."),
        ("[ sh:inversePath :p ]", "id:a a :C .\nid:b\n :p id:a . #!\nid:c :q id:a ."),
        ("( :p :q )", "id:a a :C ;\n :p id:b .\nid:b :p 3 ;\n :q 4 . #!\nid:c :q 4 ."),
        (
            "( :p [ sh:inversePath :q ] )",
            "id:c :q id:d .\nid:a a :C ;\n :p id:b .\nid:c\n :q id:b . #!",
        ),
        ("[ sh:alternativePath ( :p :q ) ]", "id:a a :C ;\n :r 2 ;\n :q 2 . #!"),
        ("[ sh:zeroOrMorePath :p ]", "id:a a :C ; #!\n :p id:b . #!\nid:b\n :p id:c . #!"),
        ("[ sh:oneOrMorePath :p ]", "id:a a :C ;\n :p id:b . #!\nid:b\n :p id:c . #!"),
        ("[ sh:zeroOrOnePath :p ]", "id:a a :C ; #!\n :p id:b . #!\nid:b\n :p id:c ."),
        (
            "( :list [ sh:zeroOrMorePath rdf:rest ] rdf:first )",
            "id:a a :C ;\n :list (\n 1 #!\n 2 #!\n id:b #!\n ) .",
        ),
        (
            "( [ sh:zeroOrMorePath :p ] :q )",
            "id:a a :C ; :p id:a ;\n :p id:b .\nid:b :p id:a ;\n :q 1 . #!",
        ),
    ],
)
def test_a_value_stands_where_the_last_triple_on_its_path_ends(
    tmp_path: Path, path: str, data: str
) -> None:
    shape = SHAPE + f"sh:property [ sh:path {path} ; sh:in ( shapes:nothing ) ] ."
    assert lines(tmp_path, data, shape) == marked(data)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (Inverse(Sequence((P, Q))), "id:m\n :q id:a .\nid:x\n :p id:m . #!\nid:y :p id:a ."),
        (Inverse(Inverse(P)), "id:a\n :p id:x . #!\nid:x :p id:a ."),
        (Inverse(Alternative((P, Q))), "id:a :q id:x .\nid:x\n :q id:a . #!"),
        (Inverse(Repeated(P, "+")), "id:a :p id:x .\nid:x\n :p id:m . #!\nid:m :p id:a ."),
        (Sequence((Repeated(P, "*"), Inverse(Q))), "id:a :p id:b .\nid:x\n :q id:b . #!"),
    ],
)
def test_paths_of_any_depth_are_followed(tmp_path: Path, path: PropertyPath, data: str) -> None:
    publication = Publication.open(write(tmp_path, {"data/a.ttl": data}))
    result = ValidationResult(
        focus_node=NamedNode(BASE + "id/a"),
        source_shape=NamedNode(BASE + "shapes#S"),
        source_constraint_component=sh("InConstraintComponent"),
        result_path=path,
        value=NamedNode(BASE + "id/x"),
    )
    (found,) = locate([result], publication.files, BASE)
    assert found.at is not None
    assert [found.at.line - HEAD] == marked(data)


@pytest.mark.parametrize(
    "data",
    [
        "id:b :p id:a .\nid:a\n a :C ; #!\n :q 1 .",
        "id:b :knows\n [ :q 1 ; #!\n a :C ] .",
        "id:b :list ( id:c\n [\n a :C #!\n ] ) .",
        "id:x :q id:a .\n\n\nid:a a :C . #!",
    ],
)
def test_what_is_missing_stands_where_the_focus_node_is_first_a_subject(
    tmp_path: Path, data: str
) -> None:
    shape = SHAPE + "sh:property [ sh:path :p ; sh:minCount 1 ] ."
    assert lines(tmp_path, data, shape) == marked(data)


@pytest.mark.parametrize("focus", ["id:z", "'z'@sv", "'05'^^xsd:integer", "_:z"])
def test_a_focus_node_that_is_never_a_subject_stands_where_it_is_first_an_object(
    tmp_path: Path, focus: str
) -> None:
    data = f"id:a :q 1 ;\n :p {focus} . #!\nid:b :p {focus} ."
    shape = "shapes:S a sh:NodeShape ; sh:targetObjectsOf :p ; sh:datatype xsd:date ."
    assert lines(tmp_path, data, shape) == marked(data)


def test_a_focus_node_that_only_its_shape_names_stands_there(tmp_path: Path) -> None:
    shape = "shapes:S a sh:NodeShape ;\n sh:targetNode\n id:nowhere ; sh:class :C ."
    (found,) = results(tmp_path, {"data/a.ttl": "id:a :p 1 .", "shapes/s.ttl": shape})
    assert str(found.at) == f"{tmp_path.as_posix()}/shapes/s.ttl:{HEAD + 3}"
    assert str(found.shape_at) == f"{tmp_path.as_posix()}/shapes/s.ttl:{HEAD + 1}"


def test_what_the_data_say_comes_before_what_shapes_say(tmp_path: Path) -> None:
    shape = "id:a :p 1 .\n" + SHAPE + "sh:property [ sh:path :p ; sh:datatype xsd:date ] ."
    data = "id:a a :C .\nid:a :p 1 . #!"
    assert lines(tmp_path, data, shape) == marked(data)


def test_the_first_of_two_statements_is_told(tmp_path: Path) -> None:
    files = {
        "data/a.ttl": "id:a a :C .",
        "data/b.ttl": "\n\nid:a :p 1 .",
        "data/c.ttl": "id:a :p 1 .\nid:a :p 1 .",
        "shapes/s.ttl": SHAPE + "sh:property [ sh:path :p ; sh:datatype xsd:date ] .",
    }
    (found,) = results(tmp_path, files)
    assert str(found.at) == f"{tmp_path.as_posix()}/data/b.ttl:{HEAD + 3}"


def test_one_language_or_spelling_is_not_taken_for_another(tmp_path: Path) -> None:
    data = (
        "id:a a :C ;\n :p 'x'@sv ,\n 'x'@en , #!\n 'x' , #!\n '01'^^xsd:integer , #!\n '1'@sv ,\n"
        " 1 . #!"
    )
    shape = SHAPE + "sh:property [ sh:path :p ; sh:languageIn ( 'sv' ) ] ."
    assert lines(tmp_path, data, shape) == marked(data)


def test_a_literal_of_several_lines_stands_where_it_ends(tmp_path: Path) -> None:
    data = "id:a a :C ;\n :p '''one\ntwo\n\nfour''' ; #!\n :q 1 ."
    shape = SHAPE + "sh:property [ sh:path :p ; sh:maxLength 1 ] ."
    assert lines(tmp_path, data, shape) == marked(data)


def test_what_a_closed_shape_does_not_know_stands_on_its_own_line(tmp_path: Path) -> None:
    data = "id:a a :C ;\n :p 1 ;\n :q 2 , #!\n 3 . #!"
    shape = (
        SHAPE + "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ] ."
    )
    assert lines(tmp_path, data, shape) == marked(data)


def test_details_have_places_of_their_own(tmp_path: Path) -> None:
    files = {
        "data/a.ttl": "id:a a :C ;\n :p id:b .\nid:b :q 1 ;\n :r 'long' .",
        "shapes/s.ttl": SHAPE
        + "sh:property [ sh:path :p ; sh:node [\n sh:property [ sh:path :r ; sh:maxLength 1 ] ]] .",
    }
    (found,) = results(tmp_path, files)
    (detail,) = found.details
    assert found.at is not None
    assert detail.at is not None
    assert (found.at.line - HEAD, detail.at.line - HEAD) == (2, 4)
    assert found.shape_at is not None
    assert detail.shape_at is not None
    assert (found.shape_at.line - HEAD, detail.shape_at.line - HEAD) == (2, 3)


def test_a_shape_without_a_name_has_its_place_too(tmp_path: Path) -> None:
    files = {
        "data/a.ttl": "id:a a :C .",
        "shapes/a.ttl": "shapes:T a sh:NodeShape .",
        "shapes/b.ttl": SHAPE + "\n sh:property\n [ sh:minCount 1 ;\n sh:path :p ] .",
    }
    (found,) = results(tmp_path, files)
    assert str(found.shape_at) == f"{tmp_path.as_posix()}/shapes/b.ttl:{HEAD + 4}"


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (
            "trig",
            "id:g1 { id:a a :C }\nid:g2 {\n id:a :p 1 ; :q 2 .\n}\n"
            "id:g3 { id:a\n :p 2 } #!\n".replace(" id:a :p 1 ; :q 2 .", " id:a :p 1 . #!"),
        ),
        (
            "nq",
            "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://example.org/books/ns#C> <urn:g> .\n# remark\n"
            '<urn:a> <https://example.org/books/ns#p> "1" <urn:h> .\n',
        ),
        (
            "nt",
            "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://example.org/books/ns#C> .\n\n"
            '<urn:a> <https://example.org/books/ns#p> "1" .\n',
        ),
    ],
)
def test_formats_with_graphs_and_of_lines_are_located(
    tmp_path: Path, suffix: str, data: str
) -> None:
    shape = SHAPE + "sh:property [ sh:path :p ; sh:datatype xsd:date ] ."
    assert lines(tmp_path, data, shape, suffix) == (marked(data) or [3])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<shapes#S> is ill.", 3),
        ("<shapes#S-p> is ill.", 1),
        ("<shapes#T> is ill.", 5),
        ("<shapes#Misspelt> is ill.", 4),
        ("<shapes#S> leads to <shapes#Misspelt>.", 4),
        ("<shapes#T> leads to <shapes#S-p>.", 6),
        ("<http://www.w3.org/ns/shacl#path> of <shapes#S-p> is ill.", 2),
        (
            "<shapes#Miss> and <shapes#Misspelt-p> and <shapes#No-S> and <my-shapes#S> are ill.",
            None,
        ),
    ],
)
def test_a_text_about_shapes_is_about_the_triple_that_it_names_most_of(
    tmp_path: Path, text: str, line: int | None
) -> None:
    shapes = (
        "shapes:S-p a sh:PropertyShape ;\n sh:path :p .\n"
        "shapes:S a sh:NodeShape ;\n sh:property shapes:S-p , shapes:Misspelt .\n"
        "shapes:T a sh:NodeShape ;\n sh:property shapes:S-p .\n"
    )
    files = {"data/a.ttl": "shapes:S :p shapes:Misspelt .", "shapes/s.ttl": shapes}
    publication = Publication.open(write(tmp_path, files))
    at = locate_mention(text.replace("<shapes", f"<{BASE}shapes"), publication.files, BASE)
    assert (at and at.line - HEAD) == line


NODES = st.sampled_from(["id:a", "id:b", "id:c", "_:d", "_:e"])
VALUES = st.one_of(
    NODES, st.sampled_from(["'good'", "'bad'", "'bad'@sv", "'bad\\u00E5'", "12", "'''bad\nbad'''"])
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(NODES, st.sampled_from([":p", ":q"]), VALUES), max_size=12))
def test_the_located_line_holds_the_offending_value(
    tmp_path: Path, triples: list[tuple[str, str, str]]
) -> None:
    data = "".join(f"{subject}\n {path}\n {value} .\n" for subject, path, value in triples)
    shape = (
        "shapes:S a sh:NodeShape ; sh:targetSubjectsOf :p ;\n"
        " sh:property [ sh:path :p ; sh:pattern '^good' ] ,"
        " [ sh:path :q ; sh:class :Nothing ] ."
    )
    data += "id:end :end 0 ."
    written = data.splitlines()
    found = results(tmp_path, {"data/a.ttl": data, "shapes/s.ttl": shape})
    focused = {subject for subject, path, _ in triples if path == ":p"}
    wrong = {each for each in triples if each[0] in focused and each[1:] != (":p", "'good'")}
    assert len(found) == len(wrong)
    for each in found:
        assert each.at is not None
        number = each.at.line - HEAD - 1
        if isinstance(each.value, Literal):
            assert each.value.value.splitlines()[-1] in written[number].replace("\\u00E5", "å")
        elif isinstance(each.value, NamedNode):
            assert written[number] == f" id:{each.value.value.removeprefix(BASE + 'id/')} ."
        else:
            assert written[number] in (" _:d .", " _:e .")
