"""The compiled engine beyond the suites: limits, literals as written, and what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from graphsvc.errors import ShapesError
from graphsvc.paths import Inverse, Sequence
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl import compiled, reference, sparql
from graphsvc.shacl.explanation import explain
from graphsvc.shacl.plan import Query, Row
from graphsvc.shacl.store import DataGraph
from graphsvc.vocab import XSD

HEAD = """
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(turtle: str) -> list[Quad]:
    return list(parse((HEAD + turtle).encode(), RdfFormat.TURTLE))


def found(shapes: str, data: str) -> list[ValidationResult]:
    return compiled.validate(read(data), read(shapes))


def values(shapes: str, data: str) -> list[str]:
    return sorted(str(result.value) for result in found(shapes, data))


# ----- literals


def typed(value: str, datatype: str) -> str:
    return str(Literal(value, datatype=NamedNode(XSD + datatype)))


def test_two_forms_of_a_value_are_two_values() -> None:
    shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:maxCount 1 ] ."
    assert len(found(shapes, ":a :p 1 , 01 .")) == 1
    assert found(shapes, ":a :p 1 , 1 .") == []


@pytest.mark.parametrize(
    ("datatype", "literal"),
    [
        ("int", typed("5", "int")),
        ("byte", typed("5", "byte")),
        ("integer", typed("007", "integer")),
        ("decimal", typed("5.50", "decimal")),
        ("nonNegativeInteger", typed("2607", "nonNegativeInteger")),
        ("integer", typed("9" * 40, "integer")),
    ],
)
def test_a_datatype_is_the_one_that_was_written(datatype: str, literal: str) -> None:
    shapes = f":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:datatype xsd:{datatype} ] ."
    assert found(shapes, f":a :p {literal} .") == []
    other = "long" if datatype != "long" else "int"
    shapes = f":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:datatype xsd:{other} ] ."
    assert values(shapes, f":a :p {literal} .") == [literal]


@pytest.mark.parametrize(
    ("value", "datatype"),
    [("300", "byte"), ("2021-02-29", "date"), ("abc", "integer"), ("-1", "unsignedInt")],
)
def test_ill_typed_literals_are_of_no_datatype_and_worth_nothing(value: str, datatype: str) -> None:
    literal = typed(value, datatype)
    shapes = f":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:datatype xsd:{datatype} ] ."
    assert values(shapes, f":a :p {literal} .") == [literal]
    shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minInclusive -1000 ] ."
    assert values(shapes, f":a :p {literal} .") == [literal]


@pytest.mark.parametrize(
    ("value", "fits"),
    [("05", True), ("+6.0", True), ("4.99", False), ("9" * 30, True), ("-" + "9" * 30, False)],
)
def test_bounds_look_at_values(value: str, fits: bool) -> None:
    shapes = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minInclusive 5 ] ."
    literal = typed(value, "decimal")
    assert values(shapes, f":a :p {literal} .") == ([] if fits else [literal])
    nested = ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:or ( [ sh:minInclusive 5 ] ) ] ."
    assert values(nested, f":a :p {literal} .") == ([] if fits else [literal])


def test_patterns_look_at_what_was_written() -> None:
    shapes = r':S sh:targetNode :a ; sh:property [ sh:path :p ; sh:pattern "^\\d{3}$" ] .'
    assert found(shapes, ":a :p 007 .") == []


def test_what_a_query_of_the_shapes_graph_tells_is_as_written() -> None:
    shapes = """
    :S sh:targetNode :a ; sh:property [ sh:path :p ; sh:sparql [
        sh:select "SELECT $this ?value WHERE { $this $PATH ?value . FILTER (?value < 10) }" ] ] .
    """
    assert values(shapes, ":a :p 007 , 7 , 11 .") == [
        typed("007", "integer"),
        typed("7", "integer"),
    ]


# ----- queries of the shapes graph


@pytest.mark.parametrize(
    "where",
    [
        "{ $this :p ?value }",
        "{ { $this :p ?value } UNION { $this :q ?value } }",
        "{ $this :p ?value . OPTIONAL { $this :q ?other } FILTER (!bound(?other)) }",
        "{ $this ?any ?value . FILTER NOT EXISTS { ?value :p ?x . ?x :p $this } }",
        "{ { { FILTER ($this = :a) } $this :p ?value } }",
        "{ BIND ($this AS ?value) }",
        "{ { SELECT $this (COUNT(?x) AS ?value) WHERE { $this :p ?x } GROUP BY $this } }",
        "{ { SELECT $this ?value WHERE { $this :p ?value } ORDER BY ?value LIMIT 1 } }",
        "{ GRAPH $shapesGraph { $currentShape sh:targetClass ?class } $this :p ?value }",
    ],
)
def test_queries_about_all_nodes_at_once_tell_what_they_tell_of_each(where: str) -> None:
    shapes = f"""
    <http://example.org/> sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/" ] ,
        [ sh:prefix "sh" ; sh:namespace "http://www.w3.org/ns/shacl#" ] .
    :S sh:TARGETS ; sh:sparql :S-sparql . :S-sparql sh:prefixes : ;
        sh:select "SELECT $this ?value WHERE {where}" .
    """
    nodes = [f":{name}" for name in "abcd"]
    data = ":a :p 1 , 2 , :b . :b :p 3 ; :q 4 . :c :q :a . :b :p :c . " + " ".join(
        f"{node} a :C ." for node in nodes
    )
    every = found(shapes.replace("TARGETS", "targetClass :C"), data)
    each = [
        result
        for node in nodes
        for result in found(
            shapes.replace("TARGETS", f"targetNode {node} ; sh:targetClass :None"), data
        )
    ]
    assert every
    assert sorted(map(str, every)) == sorted(map(str, each))


def test_messages_are_filled_in_and_keep_their_language() -> None:
    shapes = """
    :S sh:targetNode :a ; sh:property [ sh:path :p ; sh:sparql [
        sh:message "{?value} av {$this} är fel"@sv , "{?value} of {$this} is wrong"@en , "{?no}" ;
        sh:select "SELECT $this ?value WHERE { $this $PATH ?value }" ] ] .
    """
    (result,) = found(shapes, ":a :p 'x{?this}' .")
    assert set(result.messages) == {
        Literal("x{?this} av http://example.org/a är fel", language="sv"),
        Literal("x{?this} of http://example.org/a is wrong", language="en"),
        Literal("{?no}"),
    }


def test_a_component_takes_parameters_of_every_kind() -> None:
    shapes = """
    :Component a sh:ConstraintComponent ;
        sh:parameter [ sh:path :least ] , [ sh:path :unit ; sh:optional true ] ;
        sh:validator [ sh:message "at least {$least} {$unit}" ;
            sh:ask "ASK { FILTER ($value >= $least && (!bound($unit) || $unit = 'kg')) }" ] .
    :S sh:targetNode :a ;
        sh:property [ sh:path :p ; :least 5 ; :unit "kg" ] , [ sh:path :q ; :least 7 ] .
    """
    results = found(shapes, ":a :p 4 , 5 , 6 ; :q 6 , 7 .")
    assert sorted(result.message() for result in results) == ["at least 5 kg", "at least 7 {$unit}"]


# ----- many results


class Counting:
    """A source that counts the rows that are taken from it."""

    def __init__(self, data_graph: DataGraph) -> None:
        self._data_graph, self.rows = data_graph, 0

    def select(self, query: Query) -> Iterator[Row]:
        for row in self._data_graph.select(query):
            self.rows += 1
            yield row


def test_no_more_results_are_made_than_are_wanted() -> None:
    data = DataGraph()
    data.extend(read(" ".join(f":n{number} :p {number} ." for number in range(5_000))))
    source = Counting(data)
    shapes = ":S sh:targetSubjectsOf :p ; sh:nodeKind sh:Literal , sh:BlankNode ; sh:closed true ."
    steps = compiled.plan_of(read(shapes.replace("sh:Literal , sh:BlankNode", "sh:Literal")))
    assert len(list(compiled.run(steps, source, 10))) >= 10
    assert source.rows <= 10 * len(steps)


def test_the_gravest_come_first() -> None:
    shapes = """
    :I sh:targetSubjectsOf :p ; sh:severity sh:Info ; sh:nodeKind sh:Literal .
    :W sh:targetSubjectsOf :p ; sh:severity sh:Warning ; sh:nodeKind sh:Literal .
    :V sh:targetSubjectsOf :p ; sh:nodeKind sh:Literal .
    """
    data = read(" ".join(f":n{number} :p {number} ." for number in range(10)))
    severities = [each.severity for each in compiled.validate(data, read(shapes), 15)]
    assert severities == [Severity.VIOLATION] * 10 + [Severity.WARNING] * 5


# ----- sizes


@pytest.mark.parametrize(
    ("shapes", "count"),
    [
        ("sh:in ( " + " ".join(map(str, range(20_000))) + " )", 1),
        ("sh:in ( " + " ".join(f":n{number}" for number in range(20_000)) + " )", 1),
        ("sh:or ( " + "[ sh:minLength 99 ] " * 3_000 + ")", 1),
        ("sh:and ( " + "[ sh:minLength 1 ] " * 3_000 + ")", 0),
        ("sh:not [ " * 45 + "sh:nodeKind sh:IRI" + " ]" * 45, 1),
        ("sh:property [ sh:path ( " + ":p " * 300 + ") ; sh:minCount 1 ; sh:hasValue 1 ]", 2),
        (
            "sh:property [ sh:path [ sh:alternativePath ( "
            + ":p " * 3_000
            + ") ] ; sh:minCount 9 ]",
            1,
        ),
        ("sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 99999999999999999999 ]", 0),
        ("sh:property [ sh:path :p ; sh:languageIn ( " + '"en" ' * 3_000 + ") ]", 1),
        ('sh:pattern "' + "(" * 40 + "a" + ")" * 40 + '"', 0),
    ],
    ids=lambda value: str(value)[:30],
)
def test_long_and_deep_shapes_are_taken(shapes: str, count: int) -> None:
    assert len(found(f":S sh:targetNode :a ; {shapes} .", ":a :p :b .")) == count


@pytest.mark.parametrize(
    ("shapes", "what"),
    [
        ("sh:not [ " * 60 + "sh:nodeKind sh:IRI" + " ]" * 60, "more than 50 shapes in each other"),
        ("sh:node :S", "leads back to itself|needs itself"),
    ],
)
def test_what_is_too_deep_is_refused(shapes: str, what: str) -> None:
    with pytest.raises(ShapesError, match=what):
        found(f":S sh:targetNode :a ; {shapes} .", ":a :p :b .")


# ----- the queries


SHAPES = """
:S a sh:NodeShape ; sh:targetClass :C ; sh:closed true ; sh:ignoredProperties ( :x ) ;
    sh:or ( [ sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:minCount 2 ] ]
        [ sh:class :D ] ) ;
    sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ;
        sh:equals :q ; sh:lessThan :r ;
        sh:node [ sh:property [ sh:path ( :p :p ) ; sh:class :D ] ] ] ;
    sh:property [ sh:path ( :p :q ) ; sh:uniqueLang true ; sh:hasValue 1 ; sh:disjoint :r ] .
"""


def test_nothing_is_joined_within_exists() -> None:
    text = explain(read(SHAPES), {})
    inner = re.findall(r"EXISTS \{ ([^{}]*?)(?: FILTER|\})", text)
    assert len(inner) > 5
    for group in inner:
        assert group.count(" .") <= 1
        assert "/" not in re.sub(r"<[^>]*>", "", group)


def test_an_explanation_is_sparql() -> None:
    text = explain(read(SHAPES), {"": "http://example.org/", "ex": "http://example.org/"})
    prologue, _, rest = text.partition("\n\n")
    queries = [query for query in rest.split("\n\n") if "SELECT" in query]
    assert len(queries) > 3
    for query in queries:
        for part in re.split(r"\n(?=# |SELECT)", query):
            if part.startswith("SELECT"):
                Store().query(f"{prologue}\n{part}")


def test_an_explanation_can_be_of_one_shape() -> None:
    shapes = read(
        ":S sh:targetNode :a ; sh:nodeKind sh:IRI . :T sh:targetNode :b ; sh:minLength 3 ."
    )
    text = explain(shapes, {}, NamedNode("http://example.org/T"))
    assert "MinLength" in text
    assert "NodeKind" not in text


def test_constraints_on_the_values_of_a_property_shape_share_a_query() -> None:
    shapes = """:S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 1 ;
        sh:datatype xsd:string ; sh:pattern "a" ; sh:minLength 3 ; sh:in ( "abc" ) ;
        sh:class :D ] ."""
    assert explain(read(shapes), {}).count("SELECT") == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (Inverse(Sequence((NamedNode("x:p"), NamedNode("x:q")))), "(^<x:q>)/(^<x:p>)"),
        (Inverse(Inverse(NamedNode("x:p"))), "<x:p>"),
    ],
)
def test_inverse_paths_go_inwards(path: Inverse, text: str) -> None:
    assert sparql.path(path) == text


# ----- both engines refuse alike


@pytest.mark.parametrize("engine", [compiled.validate, reference.validate])
def test_ill_shapes_are_refused(engine: object) -> None:
    shapes = read(":S sh:targetNode :a ; sh:minLength 'x' ; sh:nodeKind :Iri ; sh:in 3 .")
    with pytest.raises(ShapesError) as caught:
        engine([], shapes)  # type: ignore[operator]
    for name in ("minLength", "nodeKind", "in"):
        assert f"sh:{name} of" in str(caught.value)
