"""A validation reads everything first, fetches nothing, and says the same each time."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from publications import BASE, BOOKS, HEAD, PREFIXES, write
from pyoxigraph import NamedNode

from graphsvc import blank_nodes
from graphsvc.errors import ShapesError, ShapesErrors, SourceErrors, SourcePosition
from graphsvc.history import changed_files
from graphsvc.report import ValidationResult
from graphsvc.reports.formats import FORMATS
from graphsvc.sources import Publication
from graphsvc.validation import Selection, Validation, validate

ROOT = Path(__file__).resolve().parent.parent
SHAPES = BASE + "shapes#"
WITHOUT_TITLE = "id:four a :Book .\n"


def run(root: Path, files: dict[str, str]) -> Validation:
    return validate(Publication.open(write(root, files)))


def shapes_only(
    root: Path, shapes: str, data: str = "id:a a :C ; :p 'x' , 5 ; :q id:a ."
) -> Validation:
    return run(root, {"data/a.ttl": data, "shapes/a.ttl": shapes})


def of_shapes(validation: Validation) -> list[ValidationResult]:
    results = validation.report.results
    return [each for each in results if not each.source_shape.value.startswith("urn:graphsvc")]


def test_a_publication_without_fault_conforms(tmp_path: Path) -> None:
    validation = run(tmp_path, BOOKS)
    assert validation.report.conforms
    assert validation.prefixes["id"] == BASE + "id/"


def test_every_syntax_error_of_every_file_comes_before_any_shape(tmp_path: Path) -> None:
    files = {
        "ontology/a.ttl": ":Book a rdfs:Class\n:by a rdf:Property .\n",
        "data/a.ttl": "id:a nope:b 1 .\nid:b :by <a b> .\nid:c :by 'x'@toolongalanguage .\n",
        "data/b.nt": "<urn:a> <urn:b> .\n<urn:a> <urn:b> <urn:c> .\nword\n",
        "data/c.ttl": "id:four a :Book .\n",
        "shapes/a.ttl": "shapes:A a sh:NodeShape ; sh:targetClass :Book ; sh:property [ ] .\n( .\n",
    }
    with pytest.raises(SourceErrors) as caught:
        run(tmp_path, files)
    places = [
        (error.at.path.relative_to(tmp_path).as_posix(), error.at.line)
        for error in caught.value.errors
    ]
    assert {place for place, _ in places} == {
        "ontology/a.ttl",
        "data/a.ttl",
        "data/b.nt",
        "shapes/a.ttl",
    }
    assert places == sorted(places)
    assert {("data/a.ttl", HEAD + line) for line in (1, 2, 3)} <= set(places)
    assert {("data/b.nt", 1), ("data/b.nt", 3)} <= set(places)
    assert all("; " in error.what for error in caught.value.errors)


def test_a_publication_of_empty_files_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceErrors, match="the publication is empty"):
        run(tmp_path, {"data/a.ttl": "", "shapes/a.ttl": "# nothing"})


def test_without_shapes_there_is_nothing_to_break(tmp_path: Path) -> None:
    assert run(tmp_path, {"data/a.ttl": "id:a rdfs:label 'x' ."}).report.conforms
    assert run(
        tmp_path / "b", {"data/a.ttl": "id:a rdfs:label 'x' .", "shapes/a.ttl": ""}
    ).report.conforms


def test_shapes_are_not_run_if_not_wanted(tmp_path: Path) -> None:
    files = BOOKS | {"data/more.ttl": WITHOUT_TITLE + "id:five rdfs:labl 'x' .\n"}
    found = validate(Publication.open(write(tmp_path, files)), engine=None)
    assert [each.focus_node for each in found.report.results] == [NamedNode(BASE + "id/five")]


def test_data_are_one_graph_and_shapes_another(tmp_path: Path) -> None:
    files = BOOKS | {
        "data/more.trig": "id:g1 { id:four a :Book } id:g2 { id:four dct:title 'Fyra'@sv }",
        "shapes/more.ttl": "shapes:four a :Book .\n",
    }
    assert of_shapes(run(tmp_path, files)) == []


# Selections


@pytest.fixture
def several(tmp_path: Path) -> Validation:
    files = BOOKS | {
        "data/more.ttl": WITHOUT_TITLE + "id:five a :Book ; :by 5 .\n",
        "shapes/by.ttl": "shapes:By a sh:NodeShape ; sh:targetSubjectsOf :by ; sh:property\n"
        " [ sh:path :by ; sh:nodeKind sh:BlankNodeOrIRI ; sh:message 'By somebody.'@en ] .\n",
    }
    return run(tmp_path, files)


@pytest.mark.parametrize(
    ("shape", "focus"),
    [
        ("Book", ["five", "four"]),
        ("Book-title", ["five", "four"]),
        ("By", ["five"]),
        ("Nothing", []),
    ],
)
def test_a_shape_is_selected_with_its_property_shapes(
    several: Validation, shape: str, focus: list[str]
) -> None:
    found = several.select(Selection(shape=NamedNode(SHAPES + shape))).report.results
    assert sorted(each.focus_node.value.removeprefix(BASE + "id/") for each in found) == focus


def test_results_are_selected_by_focus_node(several: Validation) -> None:
    five = NamedNode(BASE + "id/five")
    found = several.select(Selection(focus_node=five)).report.results
    assert [each.focus_node for each in found] == [five, five]


def test_selections_are_all_to_be_met(several: Validation) -> None:
    five, by = NamedNode(BASE + "id/five"), NamedNode(SHAPES + "By")
    (found,) = several.select(Selection(shape=by, focus_node=five)).report.results
    assert found.message() == "By somebody."
    assert several.select(Selection()) == several


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("changed", "focus"),
    [
        ({}, set()),
        ({"data/b.ttl": WITHOUT_TITLE.replace("four", "six")}, {"six"}),
        ({"data/new.ttl": WITHOUT_TITLE.replace("four", "seven")}, {"seven"}),
        ({"shapes/book.ttl": BOOKS["shapes/book.ttl"] + "# changed\n"}, {"four", "five"}),
        ({"data/books.ttl": BOOKS["data/books.ttl"] + "# changed\n"}, set()),
    ],
)
def test_findings_are_of_the_changed_files_over_the_whole_graph(
    tmp_path: Path, changed: dict[str, str], focus: set[str]
) -> None:
    root = tmp_path / "repository" / "books"
    files = BOOKS | {
        "data/a.ttl": WITHOUT_TITLE,
        "data/b.ttl": WITHOUT_TITLE.replace("four", "five"),
    }
    write(root, files)
    git(root.parent, "init", "-q")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-qm", "books")
    found = run(root, changed)
    names = frozenset(changed_files(root, "HEAD"))
    selected = found.select(Selection(changed_files=names)).report.results
    assert {each.focus_node.value.removeprefix(BASE + "id/") for each in selected} == focus


# Order

IN_EVERY_FORMAT = """
import sys
from pathlib import Path
from graphsvc.reports.context import ReportContext
from graphsvc.reports.formats import FORMATS, write_report
from graphsvc.sources import Publication
from graphsvc.validation import validate
found = validate(Publication.open(Path(sys.argv[1])))
for format in FORMATS:
    context = ReportContext(prefixes=found.prefixes, root=Path(sys.argv[1]))
    print("=====", format)
    print(write_report(found.report, format, context))
"""


def test_every_report_is_the_same_whatever_the_hash_seed(tmp_path: Path) -> None:
    data = "".join(
        f"id:n{number} a :Book ; :by {number} , 'x{number % 3}' , [ a :Book ; :by [ a :Book ] ] .\n"
        for number in range(20)
    )
    files = BOOKS | {
        "data/more.ttl": data,
        "shapes/by.ttl": "shapes:By a sh:NodeShape ; sh:targetClass :Book ; sh:property\n"
        " [ sh:path :by ; sh:nodeKind sh:IRI ; sh:maxCount 1 ;\n"
        " sh:message 'A.'@en , 'B.'@sv , 'C.'@de ; sh:node [ sh:property\n"
        " [ sh:path :by ; sh:minCount 1 ] , [ sh:path :at ; sh:minCount 1 ] ] ] ,\n"
        " [ sh:path ( :by :by ) ; sh:maxCount 0 ] , [ sh:path [ sh:alternativePath ( :by :at ) ] ;"
        " sh:datatype xsd:date ] .\n",
    }
    write(tmp_path, files)
    told = [
        subprocess.run(
            [sys.executable, "-c", IN_EVERY_FORMAT, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    ]
    assert told[0].count(b"=====") >= len(FORMATS)
    assert told[0] == told[1] == told[2]


def test_a_thousand_findings_are_all_told_with_their_lines(tmp_path: Path) -> None:
    data = "".join(f"id:n{number} a :Book .\n" for number in range(1_000))
    found = of_shapes(run(tmp_path, BOOKS | {"data/more.ttl": data}))
    assert [each.at.line - HEAD for each in found if each.at] == list(range(1, 1_001))


def test_ill_shapes_are_told_of_with_file_and_line(tmp_path: Path) -> None:
    shape = " sh:targetClass :Book ; sh:path dct:title ; sh:pattern '(' ."
    more = f"shapes:Ok a sh:NodeShape .\n\nshapes:P a sh:PropertyShape ;\n{shape}\n"
    files = BOOKS | {"shapes/more.ttl": more}
    with pytest.raises(ShapesError, match=rf"/shapes/more\.ttl:{HEAD + 4}: error: .*'\('"):
        run(tmp_path, files)


# No network


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port that anybody may call, and who did."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                calls.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], calls
        stop.set()
        thread.join()


QUERIES = [
    "SELECT $this WHERE { SERVICE <URL> { $this ?p ?o } }",
    "SELECT $this WHERE { service silent <URL> { $this ?p ?o } }",
    "SELECT $this WHERE { SERVICE ?where { $this ?p ?o } }",
    "SELECT $this WHERE { \\\\u0053ERVICE <URL> { $this ?p ?o } }",
    "SELECT $this FROM <URL> WHERE { $this ?p ?o }",
    "SELECT $this FROM NAMED <URL> WHERE { GRAPH <URL> { $this ?p ?o } }",
    "SELECT $this WHERE { GRAPH <URL> { $this ?p ?o } }",
    "LOAD <URL>",
    "LOAD <URL> ; SELECT $this WHERE { $this ?p ?o }",
    "DESCRIBE <URL>",
    "ASK { $this ?p ?o }",
    "CONSTRUCT { $this ?p ?o } WHERE { $this ?p ?o }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_would_fetch_or_does_not_select_is_refused(
    tmp_path: Path, listener: tuple[int, list[object]], query: str
) -> None:
    port, calls = listener
    query = query.replace("URL", f"http://127.0.0.1:{port}/x")
    shape = f"shapes:S a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:select '{query}' ] ."
    with pytest.raises(ShapesError, match=r"shapes(/\w+\.ttl:\d+)?: error: "):
        shapes_only(tmp_path, shape)
    assert calls == []


def test_nothing_that_a_publication_mentions_is_fetched(
    tmp_path: Path, listener: tuple[int, list[object]]
) -> None:
    port, calls = listener
    url = f"http://127.0.0.1:{port}"
    turtle = (
        f"<{url}/here> a owl:Ontology ; owl:imports <{url}/there> .\n"
        f"[] sh:shapesGraph <{url}/shapes> ;\n"
        f" rdfs:seeAlso <{url}/see> ; rdfs:isDefinedBy <{url}/defined> .\n"
    )
    entailment = f"[] sh:entailment <{url}/entailment> .\n"
    files = BOOKS | {
        "data/more.ttl": turtle + entailment,
        "ontology/more.ttl": turtle + entailment + "# other",
        "shapes/more.ttl": turtle
        + f"shapes:Js a sh:NodeShape ; sh:jsLibrary [ sh:jsLibraryURL '{url}/x.js' ] .\n"
        f"shapes:P sh:declare [ sh:prefix 'x' ; sh:namespace '{url}/'^^xsd:anyURI ] .\n",
    }
    found = run(tmp_path, files)
    imports = "urn:graphsvc:check:import-not-followed"
    reported = [each for each in found.report.results if each.source_shape.value == imports]
    assert len(reported) == 3
    assert calls == []


def test_what_shapes_ask_for_in_vain_is_refused_and_not_fetched(
    tmp_path: Path, listener: tuple[int, list[object]]
) -> None:
    port, calls = listener
    url = f"http://127.0.0.1:{port}"
    library = f"[ sh:jsFunctionName 'f' ; sh:jsLibrary [ sh:jsLibraryURL '{url}/x.js' ] ]"
    script = f"shapes:Js a sh:NodeShape ; sh:targetClass :Book ; sh:js {library} .\n"
    files = BOOKS | {"shapes/more.ttl": script + f"[] sh:entailment <{url}/entailment> .\n"}
    with pytest.raises(ShapesErrors) as caught:
        run(tmp_path, files)
    assert [error.at.line - HEAD for error in caught.value.errors] == [1, 2]
    assert calls == []


# Shapes that are ill

NODE_KINDS = (
    "sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, sh:BlankNodeOrLiteral and sh:IRIOrLiteral"
)
S = "shapes:S a sh:NodeShape ; sh:targetClass :C ; "
P = "shapes:P a sh:PropertyShape ; sh:targetClass :C ; "


@pytest.mark.parametrize(
    "shape",
    [
        P + "sh:minCount 1 .",
        P + "sh:path 'p' ; sh:minCount 9 .",
        P + "sh:path () ; sh:minCount 9 .",
        P + "sh:path [] ; sh:minCount 9 .",
        P + "sh:path :p , :q ; sh:minCount 9 .",
        P + "sh:path _:l ; sh:minCount 3 . _:l rdf:first :p ; rdf:rest _:l .",
        P + "sh:path _:l ; sh:minCount 3 . _:l sh:inversePath _:l .",
        P + "sh:path " + "[ sh:inversePath " * 200 + ":p" + "]" * 200 + " ; sh:minCount 4 .",
        P + "sh:path :p ; sh:pattern '(' .",
        P + "sh:path :p ; sh:minCount 'many' .",
        P + "sh:path :p ; sh:minCount 1 , 2 .",
        P + "sh:path :p ; sh:minInclusive :x .",
        P + "sh:path :p ; sh:minCount 9 ; sh:deactivated 'false' .",
        P + "sh:path :p ; sh:qualifiedValueShape [] .",
        S + "sh:property shapes:Nowhere .",
        S + "sh:property [ sh:minCount 3 ] .",
        S + "sh:property 'x' .",
        S + "sh:closed 'yes' .",
        S + "sh:minCount 8 .",
        S + "sh:or () .",
        S + "sh:or _:l . _:l rdf:first [ sh:path :p ; sh:minCount 4 ] ; rdf:rest _:l .",
        S + "sh:in _:l . _:l rdf:first :x ; rdf:rest _:l .",
        S + "sh:node shapes:S .",
        S + "sh:property [ sh:path :q ; sh:node shapes:S ] .",
        S + "sh:not [ " * 80 + "sh:nodeKind sh:IRI" + " ]" * 80 + " .",
        S + "sh:sparql [ sh:message 'x' ] .",
        S + "sh:sparql [ sh:select :x ] .",
        S + "sh:sparql [ sh:select 'SELECT $this WHERE { $this ' ] .",
        S + "sh:sparql [ sh:select 'SELECT $this WHERE { $this foo:bar ?x }' ] .",
        "shapes:C a sh:ConstraintComponent ; sh:parameter [ sh:path :par ] . " + S + ":par 1 .",
        "shapes:C a sh:ConstraintComponent . " + S + ":par 1 .",
        P + "sh:path :p ; sh:in :x .",
    ],
)
def test_ill_shapes_are_told_of_on_one_line(
    tmp_path: Path, shape: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ShapesError) as caught:
        shapes_only(tmp_path, shape)
    text = str(caught.value)
    assert re.search(r"/shapes(/\w+\.ttl:\d+)?: error: \S", text)
    assert len(text.splitlines()) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("targetClass", "'C'", "an IRI"),
        ("targetClass", "[]", "an IRI"),
        ("targetSubjectsOf", "'p'", "an IRI"),
        ("targetObjectsOf", "'p'", "an IRI"),
        ("class", "'C'", "an IRI"),
        ("datatype", "'integer'", "an IRI"),
        ("nodeKind", "'IRI'", f"one of {NODE_KINDS}"),
        ("path", "'p'", "an IRI or a blank node"),
        ("node", "'S'", "an IRI or a blank node"),
        ("property", "'S'", "an IRI or a blank node"),
        ("not", "'S'", "an IRI or a blank node"),
        ("or", "( 'S' )", "an IRI or a blank node"),
        ("path", ":p , :q", "one of them"),
        ("minCount", "1 , 2", "one of them"),
        ("maxCount", "1 , 2", "one of them"),
        ("datatype", "xsd:date , xsd:gYear", "one of them"),
        ("nodeKind", "sh:IRI , sh:Literal", "one of them"),
        ("pattern", "'a' , 'b'", "one of them"),
        ("minInclusive", "1 , 2", "one of them"),
        ("severity", "sh:Info , sh:Warning", "one of them"),
        ("in", ":x", "a list, in parentheses"),
        ("in", "[ rdf:first 1 ]", "a list, in parentheses"),
        ("in", "[ rdf:first 1 , 2 ; rdf:rest () ]", "a list, in parentheses"),
        ("in", "[ rdf:first 1 ; rdf:rest () , ( 2 ) ]", "a list, in parentheses"),
        ("and", "shapes:T", "a list, in parentheses"),
        ("or", "shapes:T", "a list, in parentheses"),
        ("xone", "[ sh:nodeKind sh:IRI ]", "a list, in parentheses"),
        ("languageIn", "'sv'", "a list, in parentheses"),
        ("ignoredProperties", ":p", "a list, in parentheses"),
    ],
)
def test_a_parameter_that_would_disable_its_shape_is_refused_on_its_line(
    tmp_path: Path, name: str, value: str, wanted: str
) -> None:
    others = "shapes:T a sh:NodeShape .\nshapes:S a sh:NodeShape ;\n"
    with pytest.raises(ShapesError) as caught:
        shapes_only(tmp_path, f"{others} sh:{name} {value} .")
    text = str(caught.value)
    assert f"/shapes/a.ttl:{HEAD + 3}: error: sh:{name} of <{SHAPES}S> " in text
    assert text.replace(" is wanted", "").endswith(f"; {wanted}")


def test_the_same_statement_in_two_files_is_one(tmp_path: Path) -> None:
    shape = P + "sh:path :p ; sh:minCount 9 .\n"
    files = {"data/a.ttl": "id:a a :C .", "shapes/a.ttl": shape, "shapes/b.ttl": "\n" + shape}
    assert len(of_shapes(run(tmp_path, files))) == 1


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (P + "sh:path :p ; sh:in () .", 2),
        (P + "sh:path :p ; sh:minCount 9 ; sh:severity shapes:Grave .", 1),
        (P + "sh:path :p ; sh:minCount 9 ; sh:deactivated true .", 0),
        (P + "sh:path :p ; sh:minCount 9 ; sh:deactivated '1'^^xsd:boolean .", 1),
        (P + "sh:path :p ; sh:lessThan :q .", 2),
        (P + "sh:path :nothing ; sh:lessThan :q .", 0),
        ("shapes:S a sh:NodeShape ; sh:nodeKind sh:Literal .", 0),
        ("shapes:S a sh:NodeShape ; sh:targetNode id:a , 'x' ; sh:nodeKind sh:IRI .", 1),
        (S + "sh:node shapes:T . shapes:T a sh:NodeShape ; sh:nodeKind sh:Literal .", 1),
        (S + "sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p \"x\" }' ] .", 1),
    ],
)
def test_unusual_shapes_give_sound_results(tmp_path: Path, shape: str, count: int) -> None:
    found = of_shapes(shapes_only(tmp_path, shape))
    assert len(found) == count
    assert all(each.severity_iri.value != "" for each in found)


def test_values_that_cannot_be_compared_are_findings(tmp_path: Path) -> None:
    dates = "'2018-02-30'^^xsd:date , '2021'^^xsd:gYear , 'x' , 1"
    shape = P + "sh:path :p ; sh:lessThanOrEquals :q ."
    data = f"id:a a :C ; :p {dates} ; :q '2030-01-01'^^xsd:date ."
    assert len(of_shapes(shapes_only(tmp_path, shape, data))) == 4


def test_the_shapes_own_messages_come_before_those_of_its_constraints(tmp_path: Path) -> None:
    component = (
        "shapes:C a sh:ConstraintComponent ; sh:parameter [ sh:path shapes:no ] ;\n"
        " sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:message 'Any {?value}.'@en ;\n"
        " sh:select 'SELECT DISTINCT $this ?value"
        " WHERE { $this $PATH ?value . FILTER (?value = $no) }' ] .\n"
    )
    with_message = component + P + "sh:path :p ; shapes:no 5 ; sh:message 'Its own.'@en ."
    without = component + P + "sh:path :p ; shapes:no 5 ."
    for number, (shape, message) in enumerate([(with_message, "Its own."), (without, "Any 5.")]):
        (found,) = of_shapes(shapes_only(tmp_path / str(number), shape))
        assert [each.value for each in found.messages] == [message]


def test_a_deep_web_of_data_is_no_danger(tmp_path: Path) -> None:
    data = "".join(f"id:n{number} :q id:n{number + 1} .\n" for number in range(3_000))
    members = " ".join(map(str, range(3_000)))
    data += f"id:n0 a :C . id:n3000 :p 1 .\nid:x :list ( {members} ) .\n"
    data += "id:y :q " + "[ :q " * 500 + "1" + " ]" * 500 + " .\n"
    shape = P + "sh:path ( [ sh:zeroOrMorePath :q ] :p ) ; sh:datatype xsd:date ."
    (found,) = of_shapes(shapes_only(tmp_path, shape, data))
    assert found.at is not None
    assert found.at.line == HEAD + 3_001


def test_relative_iris_are_of_the_base(tmp_path: Path) -> None:
    files = {"data/a.ttl": "<id/a> a <ns#C> .", "shapes/a.ttl": P + "sh:path :p ; sh:minCount 1 ."}
    (found,) = of_shapes(run(tmp_path, files))
    assert found.focus_node == NamedNode(BASE + "id/a")
    assert PREFIXES.startswith("@prefix")


LADDER = "".join(
    f"_:{one}{rung} sh:or ( _:a{rung + 1} _:b{rung + 1} ) .\n" for rung in range(30) for one in "ab"
)


@pytest.mark.parametrize("folder", ["data", "shapes"])
def test_blank_nodes_too_much_alike_are_refused_on_their_line(
    tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blank_nodes, "HASHES", 20_000)
    top = "shapes:Top a sh:NodeShape ;\n    sh:or ( _:a0 _:b0 ) .\n"
    write(tmp_path, {**BOOKS, f"{folder}/ladder.ttl": top + LADDER})
    with pytest.raises(SourceErrors) as caught:
        validate(Publication.open(tmp_path))
    (error,) = caught.value.errors
    assert error.at == SourcePosition(tmp_path / folder / "ladder.ttl", HEAD + 2)
    assert "shapes#Top> leads to" in error.what
    assert error.what.endswith(
        "blank nodes that are too much alike to be told apart; give them IRIs"
    )


def test_many_alike_branches_of_a_shape_are_no_matter(tmp_path: Path) -> None:
    branches = "[ sh:class :Book ] [ sh:class :Book ] [ sh:not [ sh:not [ sh:class :Book ] ] ] " * 9
    shape = f"shapes:Top a sh:NodeShape ; sh:targetClass :Book ; sh:or ( {branches} ) .\n"
    write(tmp_path, {**BOOKS, "shapes/top.ttl": shape})
    assert validate(Publication.open(tmp_path)).report.conforms
