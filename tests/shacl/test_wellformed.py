"""A shapes graph that is wrong is told of whole, each fault on the line of its triple."""

from __future__ import annotations

import re
import socket
from importlib.resources import files
from pathlib import Path

import pytest
from manifests import CONFORMANCE, SHACL
from publications import BASE, BOOKS, HEAD, PREFIXES, write
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from suite import Case, cases

from graphsvc.errors import ShapesErrors, faults
from graphsvc.shacl import reference, wellformed
from graphsvc.shacl.locations import locate_quads
from graphsvc.sources import Publication, Reader
from graphsvc.validation import validate

ROOT = Path(__file__).resolve().parents[2]
COMPILED: wellformed.Engine = "compiled"
PYSHACL: wellformed.Engine = "pyshacl"

N = "shapes:N a sh:NodeShape ; sh:targetClass :C ;\n"
P = "shapes:P a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ;\n"


def short(what: str) -> str:
    """A message without the namespace of the shapes."""
    return re.sub(rf"<{BASE}(?:shapes|ns)#([\w-]+)>", r"\1", what)


def told(root: Path, shapes: str, engine: wellformed.Engine) -> list[tuple[int, str]]:
    """The lines of the faults, and what they say."""
    publication = Publication.open(write(root, {"shapes/a.ttl": shapes}))
    (file,) = publication.files
    reader = Reader(BASE)
    found = wellformed.check(list(reader.quads(file)), engine=engine)
    assert reader.faults == []
    places = locate_quads({fault.quad for fault in found}, publication.files, BASE)
    return sorted((places[fault.quad].line - HEAD, short(fault.what)) for fault in found)


def parsed(turtle: str) -> list[Quad]:
    return list(parse(PREFIXES + turtle, RdfFormat.TURTLE, base_iri=BASE))


def marked(turtle: str) -> list[int]:
    lines = enumerate(turtle.split("\n"), start=1)
    return [number for number, line in lines for _ in range(line.count("#!"))]


LOOPED = "a list that leads back to itself; a list is wanted, in parentheses"
NO_LIST = "a list is wanted, in parentheses"
COUNT = "a whole number from 0 on is wanted, without quotes"
SWITCH = "true or false is wanted, without quotes"
IRI, NODE = "an IRI is wanted", "an IRI or a blank node is wanted"
STEPS = "two steps are wanted, or one without parentheses"
MOVE = "which has no sh:path; move it into a property shape: sh:property [ sh:path … ]"
NOTHING_SAID = "of which the shapes graph says nothing"


# Each row has a `#!` on each line that is at fault, and what is said of it.
PARAMETERS = [
    (N + "sh:targetClass 'C' . #!", f'sh:targetClass of N is "C"; {IRI}'),
    (N + "sh:targetSubjectsOf\n [] . #!", f"sh:targetSubjectsOf of N is a blank node; {IRI}"),
    (
        N + "sh:targetNode [] . #!",
        "sh:targetNode of N is a blank node; an IRI or a literal is wanted",
    ),
    (N + "sh:class 'C' ; #!\n sh:nodeKind sh:IRI .", f'sh:class of N is "C"; {IRI}'),
    (N + "sh:equals :p , 'p' . #!", f'sh:equals of N is "p"; {IRI}'),
    (
        N + "sh:nodeKind :IRI . #!",
        "sh:nodeKind of N is IRI; one of sh:IRI, sh:BlankNode, sh:Literal, sh:BlankNodeOrIRI, "
        "sh:BlankNodeOrLiteral and sh:IRIOrLiteral is wanted",
    ),
    (P + "sh:datatype\n xsd:date ,\n xsd:gYear . #!", "sh:datatype of P is xsd:date , xsd:gYear;"
     " one of them is wanted"),
    (P + "sh:minCount 1 ,\n 2 . #!", 'sh:minCount of P is "1"^^xsd:integer , "2"^^xsd:integer; one'
     " of them is wanted"),
    (P + "sh:minCount 'many' . #!", f'sh:minCount of P is "many"; {COUNT}'),
    (P + "sh:maxCount -1 . #!", f'sh:maxCount of P is "-1"^^xsd:integer; {COUNT}'),
    (P + "sh:maxCount 1.0 . #!", f'sh:maxCount of P is "1.0"^^xsd:decimal; {COUNT}'),
    (P + "sh:minLength 'x'^^xsd:integer . #!", f'sh:minLength of P is "x"^^xsd:integer; {COUNT}'),
    (P + "sh:minInclusive :x . #!", "sh:minInclusive of P is x; a literal is wanted"),
    (P + "sh:uniqueLang 'true' . #!", f'sh:uniqueLang of P is "true"; {SWITCH}'),
    (N + "sh:closed 'yes' . #!", f'sh:closed of N is "yes"; {SWITCH}'),
    (N + "sh:deactivated 'no' . #!", f'sh:deactivated of N is "no"; {SWITCH}'),
    (N + "sh:severity 'Info' . #!", f'sh:severity of N is "Info"; {IRI}'),
    (N + "sh:message :m . #!", "sh:message of N is m; a text is wanted, in quotes"),
    (N + "sh:sparql [ sh:select 'SELECT $this {}' ; sh:message 5 ; #!\n sh:deactivated 'x' ] . #!",
     'sh:message within N is "5"^^xsd:integer; a text is wanted, in quotes',
     f'sh:deactivated within N is "x"; {SWITCH}'),
    (P + "sh:name 3 . #!", 'sh:name of P is "3"^^xsd:integer; a text is wanted, in quotes'),
    (P + "sh:property 'x' . #!", f'sh:property of P is "x"; {NODE}'),
    (N + "sh:in :x . #!", f"sh:in of N is x; {NO_LIST}"),
    (N + "sh:in [\n rdf:first 1 ] . #!", "sh:in of N is a list without rdf:rest in one place; "
     + NO_LIST),
    (N + "sh:in [\n rdf:rest () #!\n ] .", "sh:in of N is a list without rdf:first in one place; "
     + NO_LIST),
    (N + "sh:in [ rdf:first 1 ,\n 2 ; #!\n rdf:rest () ] .",
     f"sh:in of N is a list with several rdf:first in one place; {NO_LIST}"),
    (N + "sh:in [ rdf:first 1 ; rdf:rest () ,\n ( 2 ) ] . #!",
     f"sh:in of N is a list with several rdf:rest in one place; {NO_LIST}"),
    (N + "sh:in [ rdf:first 1 ;\n rdf:rest :nil ] . #!",
     f"sh:in of N is a list that ends in nil instead of rdf:nil; {NO_LIST}"),
    (N + "sh:in _:l .\n_:l rdf:first 1 ;\n rdf:rest _:l . #!", f"sh:in of N is {LOOPED}"),
    (N + "sh:languageIn ( 'sv'\n 'en'@en #!\n :x ) . #!",
     'sh:languageIn of N has the member "en"@en; a string is wanted, in quotes and without a '
     "language",
     "sh:languageIn of N has the member x; a string is wanted, in quotes and without a language"),
    (N + "sh:closed true ; sh:ignoredProperties (\n 'p' ) . #!",
     f'sh:ignoredProperties of N has the member "p"; {IRI}'),
    (N + "sh:or (\n 'N' #!\n ) .", f'sh:or of N has the member "N"; {NODE}'),
    (N + "sh:xone shapes:P . #!\n" + P + "sh:minCount 1 .", f"sh:xone of N is P; {NO_LIST}"),
    (N + "sh:or () ; #!\n sh:xone () . #!",
     "sh:or of N is an empty list, which nothing conforms to; put shapes into it",
     "sh:xone of N is an empty list, which nothing conforms to; put shapes into it"),
    (N + "sh:minCount 1 ; #!\n sh:uniqueLang true . #!",
     f"sh:minCount of N, {MOVE}", f"sh:uniqueLang of N, {MOVE}"),
    (N + "sh:not [ sh:lessThan :q ] . #!", f"sh:lessThan within N, {MOVE}"),
    (P + "sh:flags 'i' . #!", "sh:flags of P does nothing without sh:pattern; add it"),
    (P + "sh:qualifiedValueShape [] . #!", "sh:qualifiedValueShape of P does nothing without "
     "sh:qualifiedMinCount or sh:qualifiedMaxCount; add it"),
]  # fmt: skip
PATHS = [
    ("shapes:P a sh:PropertyShape ; #!\n sh:minCount 1 .",
     "P is a sh:PropertyShape without a sh:path; give it one"),
    ("shapes:P sh:targetClass :C ; sh:minCount 1 ; sh:path 'p' . #!",
     f'sh:path of P is "p"; {NODE}'),
    ("shapes:P a sh:PropertyShape ; sh:path :p ,\n :q . #!",
     "sh:path of P is p , q; one of them is wanted"),
    ("shapes:P a sh:PropertyShape ; sh:path () . #!", f"sh:path of P is a list of 0; {STEPS}"),
    ("shapes:P a sh:PropertyShape ; sh:path\n ( :p ) . #!",
     f"sh:path of P is a list of 1; {STEPS}"),
    ("shapes:P a sh:PropertyShape ; sh:path [\n sh:alternativePath ( :p ) #!\n ] .",
     f"sh:path of P is a list of 1; {STEPS}"),
    ("shapes:P a sh:PropertyShape ; sh:path [ sh:alternativePath\n :p #!\n ] .",
     f"sh:path of P is p; {NO_LIST}"),
    ("shapes:P a sh:PropertyShape ; sh:path [ sh:inversePath\n :p ,\n :q ] . #!",
     "sh:inversePath within P is p , q; one of them is wanted"),
    ("shapes:P a sh:PropertyShape ; sh:path ( :p\n 'q' #!\n [ :x :y ] ) . #!",
     f'sh:path of P is "q"; {NODE}', "sh:path of P is a blank node that is no path; a predicate or"
     " a path of SHACL is wanted"),
    ("shapes:P a sh:PropertyShape ; sh:path _:l .\n_:l rdf:first :p ;\n rdf:rest _:l . #!",
     f"sh:path of P is {LOOPED}"),
    ("shapes:P a sh:PropertyShape ; sh:path _:l .\n_:l sh:inversePath [ sh:inversePath _:l ] . #!",
     "sh:path of P is a path that leads back to itself; let it end"),
    ("shapes:P a sh:PropertyShape ; sh:path " + "[ sh:inversePath " * 101 + ":p" + " ]" * 101
     + " . #!",
     "sh:path of P is more than 100 paths in each other; write a shorter one"),
    (N + "sh:path :p . #!", "sh:path of N, which is a sh:NodeShape; make it a sh:PropertyShape, or"
     " move the path into sh:property [ sh:path … ]"),
]  # fmt: skip
REFERENCES = [
    (N + "sh:property\n shapes:Nowhere . #!",
     f"sh:property of N leads to Nowhere, {NOTHING_SAID}; describe it or mend the IRI"),
    (N + "sh:node shapes:adress . #!\nshapes:address sh:nodeKind sh:IRI .",
     f"sh:node of N leads to adress, {NOTHING_SAID}; did you mean address?"),
    (N + "sh:or ( []\n shapes:No #!\n ) ; sh:not shapes:Not . #!",
     f"sh:or of N leads to No, {NOTHING_SAID}; describe it or mend the IRI",
     f"sh:not of N leads to Not, {NOTHING_SAID}; describe it or mend the IRI"),
    (N + "sh:property [ sh:minCount 3 ] . #!",
     "sh:property of N leads to a blank node without a sh:path; a property shape is wanted"),
    (N + "sh:node shapes:P . #!\n" + P + "sh:minCount 1 .",
     "sh:node of N leads to P with a sh:path; a node shape is wanted, or sh:property instead"),
    (N + "sh:property shapes:Q .\nshapes:Q a sh:PropertyShape . #!",
     "Q is a sh:PropertyShape without a sh:path; give it one"),
]  # fmt: skip
QUERY = "sh:sparql [ sh:prefixes shapes: ;\n sh:select '''%s''' ] . #!"
DECLARED = "shapes: sh:declare [ sh:prefix 'b' ; sh:namespace 'urn:b:' ] .\n"
SUBQUERY = "has a subquery that does not select"
SPARQL_TEXTS = [
    (N + "sh:sparql [ sh:message 'x' ] . #!",
     "sh:sparql of N has no sh:select; give it a SELECT query"),
    (N + "sh:sparql [ sh:select :x ] . #!",
     "sh:select within N is x; a SELECT query is wanted, in quotes"),
    (N + "sh:sparql [ sh:select 'SELECT $this {}' ,\n 'ASK {}' ] . #!",
     "sh:select within N has 2 queries; one of them is wanted"),
    (N + QUERY % "SELECT $this { $this ",
     "sh:select within N does not parse: line 1, column 22: 'SELECT $this { $this ';"
     " mend it there"),
    (N + QUERY % "SELECT $this\n(COUNT(?x) AS ?n) { $this ?y ?x }",
     "sh:select within N does not parse: line 2, column 34: '(COUNT(?x) AS ?n) { $this ?y ?x }':"
     " The SELECT contains a variable that is unbound; mend it there"),
    (N + QUERY % "ASK { $this ?p ?o }",
     "sh:select within N is not a SELECT query; one is wanted"),
    (N + QUERY % "SELECT $this { SERVICE <urn:x> { $this ?p ?o } }",
     "sh:select within N calls a SERVICE; nothing is fetched, so put what it needs into the"
     " publication"),
    (N + QUERY % "SELECT $this FROM <urn:x> { $this ?p ?o }",
     "sh:select within N has a FROM; it sees all graphs of data as one, so leave that out"),
    (DECLARED + N + QUERY % "PREFIX c: <urn:c:> SELECT $this { $this a:x b:x , c:x , foo:x }",
     "sh:select within N uses a:, foo: without declaring it; let sh:prefixes lead to a sh:declare"
     " with its sh:prefix and sh:namespace"),
    (N + QUERY % "SELECT ?x { ?x ?y ?z }",
     "sh:select within N does not mention $this, so that it says the same of each focus node;"
     " select $this"),
    (N + QUERY % "SELECT $this { $this ?x ?y MINUS { $this ?x 1 } VALUES ?y { 2 } }" + " #!",
     "sh:select within N has a MINUS, which SHACL does not allow; write FILTER NOT EXISTS { … }"
     " instead",
     "sh:select within N has a VALUES, which SHACL does not allow; write FILTER (?x IN ( … ))"
     " instead"),
    (N + QUERY % "SELECT $this { GRAPH <urn:g> { $this ?p ?o } }",
     "sh:select within N asks for GRAPH <urn:g>; it sees all graphs of data as one, so leave that"
     " out"),
    (N + QUERY % "SELECT $this { BIND (1 AS $this) }",
     "sh:select within N assigns $this, which is bound beforehand; use a name of its own"),
    (N + QUERY % "SELECT $this { $this ?p ?o { SELECT ?o { ?s ?p ?o } } }",
     f"sh:select within N {SUBQUERY} $this; let it, or nothing is bound in it"),
    (N + QUERY % "SELECT $this { { SELECT * { FILTER ($this = 1) } } }",
     f"sh:select within N {SUBQUERY} $this; let it, or nothing is bound in it"),
    (N + "sh:sparql [ #!\n sh:select 'SELECT $this { $this $PATH 1 }' ] .".replace("#!\n", "\n")
     + " #!", "sh:sparql of N names $PATH, but its shape has no sh:path; leave it to property"
     " shapes"),
    (P + QUERY % "SELECT $this { $this ?x ?y FILTER (?x = $PATH) }",
     "sh:select within P has $PATH elsewhere than as the predicate of a triple; only there is it"
     " a path"),
    (N + QUERY % ("SELECT $this { " + "{" * 101 + "$this ?p ?o" + "}" * 101 + " }"),
     "sh:select within N is refused: more than 100 brackets in each other, or 1,000 operators;"
     " write a shorter query"),
]  # fmt: skip
COMPONENT = "shapes:K a sh:ConstraintComponent ;\n"
VALID = "sh:validator [ sh:ask 'ASK { FILTER ($value = $k) }' ]"
COMPONENTS = [
    ("shapes:K a sh:ConstraintComponent ; #!\n" + VALID + " .",
     "K has no sh:parameter at all; a constraint component needs one"),
    ("shapes:K a sh:ConstraintComponent ; #!\n sh:parameter [ sh:path :k ; sh:optional true ] .",
     "K has no sh:parameter but optional ones; a constraint component needs one"),
    ("shapes:K a sh:ConstraintComponent ; #!\n sh:parameter [ sh:path :k ] .\n" + N + ":k 1 .",
     "K has no validator in SPARQL; give it a sh:validator with a sh:ask, or a sh:nodeValidator and"
     " a sh:propertyValidator with a sh:select"),
    (COMPONENT + VALID + " ; sh:parameter\n [] . #!",
     "sh:parameter of K has 0 sh:path; give it one, the predicate that states its value"),
    (COMPONENT + VALID + " ; sh:parameter\n [ sh:path [ sh:inversePath :k ] ] . #!",
     "sh:path within K is a blank node; the path of a parameter is an IRI"),
    (COMPONENT + VALID + " ; sh:parameter [ sh:path :k ] , [ sh:path\n :a-b #!\n ] .",
     "sh:path within K is a-b with the local name 'a-b', which no variable can have; choose"
     " another"),
    (COMPONENT + "sh:validator [ sh:ask 'ASK {}' ] ; sh:parameter [ sh:path :value ] . #!",
     "sh:path within K is value with the local name 'value', which SHACL takes for itself; choose"
     " another"),
    (COMPONENT + "sh:parameter [ sh:path :k ] ; sh:nodeValidator\n [] . #!",
     "sh:nodeValidator of K has no sh:select; give it a SELECT query"),
    (COMPONENT + "sh:parameter [ sh:path :k ] ; sh:validator [ sh:select 'SELECT $this {}' ] . #!",
     "sh:validator of K has no sh:ask; give it an ASK query"),
    (COMPONENT + "sh:parameter [ sh:path :k ] ;\n sh:validator [ sh:ask 'ASK { $this b:p $k }' ]"
     " . #!\n" + N + ":k 1 .", "sh:ask within K uses b: without declaring it; let sh:prefixes lead"
     " to a sh:declare with its sh:prefix and sh:namespace"),
    (COMPONENT + "sh:parameter [ sh:path :k ] ;\n sh:validator [ sh:ask 'ASK { BIND (1 AS ?k) }'"
     " ] . #!",
     "sh:ask within K assigns ?k, which is bound beforehand; use a name of its own"),
    (COMPONENT + "sh:parameter [ sh:path :k ] ; sh:nodeValidator [\n sh:select 'SELECT $this {"
     " $this ?p ?o { SELECT $this { $this ?p $k } } }' ] . #!",
     f"sh:select within K {SUBQUERY} $k; let it, or nothing is bound in it"),
    (COMPONENT + "sh:parameter [ sh:path :k ] , [ sh:path :l ] ;\n " + VALID + " .\n"
     "shapes:S a sh:NodeShape ; :l 1 ; :k 1 ,\n 2 . #!",
     'k of S is "1"^^xsd:integer , "2"^^xsd:integer; one of them is wanted'),
    ("shapes: sh:declare [ sh:prefix 'a' ] . #!",
     'sh:declare of <https://example.org/books/shapes#> has no sh:namespace; an IRI is wanted, as'
     ' "…"^^xsd:anyURI'),
    ("shapes:O sh:declare [ sh:prefix 'a:' ; #!\n sh:namespace 'x' ] . #!",
     'sh:prefix within O is "a:"; a prefix is wanted, in quotes and without a colon',
     'sh:namespace within O is "x"; an IRI is wanted, as "…"^^xsd:anyURI'),
    ("shapes:O sh:declare [ sh:prefix 'a' ; sh:namespace 'urn:a' ] ; owl:imports shapes:Q .\n"
     "shapes:Q sh:declare [ sh:prefix 'a' ; #!\n sh:namespace 'urn:b' ] .\n[] sh:prefixes shapes:O"
     " .", "sh:prefix within Q is 'a' for <urn:b>, and for <urn:a> elsewhere; choose another"),
]  # fmt: skip
EVERYWHERE = [
    (P + "sh:pattern '(' . #!", "sh:pattern of P is '(', which is no regular expression: missing ),"
     " unterminated subpattern at position 0; mend it"),
    ("shapes:O\n sh:entailment <urn:x> . #!", "sh:entailment of O is <urn:x>, but nothing is"
     " inferred; leave it out, and state in the data what is to be validated"),
    (N + "sh:js [\n sh:jsFunctionName 'f' ] . #!",
     "sh:js of N is not run, as no JavaScript is; use sh:sparql"),
]  # fmt: skip
ROWS = [*PARAMETERS, *PATHS, *REFERENCES, *SPARQL_TEXTS, *COMPONENTS, *EVERYWHERE]


@pytest.mark.parametrize("engine", [COMPILED, PYSHACL])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:60])
def test_a_fault_is_told_of_on_its_line(
    tmp_path: Path, row: tuple[str, ...], engine: wellformed.Engine
) -> None:
    shapes, *messages = row
    assert told(tmp_path, shapes, engine) == list(zip(marked(shapes), messages, strict=True))


RECURSION = "let none need itself, however indirectly, or validate with --engine pyshacl"
ADVANCED = "is of SHACL's Advanced Features, which this engine does not run; validate with"
XPATH = (
    "which is no regular expression of XPath, as SPARQL has them; do without look-around and "
    "back-references, or validate with --engine pyshacl, which has those of Python"
)
OF_COMPILED = [
    (P + r"sh:pattern '(?=a)' . #!", f"sh:pattern of P is '(?=a)', {XPATH}"),
    (P + r"sh:pattern '(a)\\1' . #!", rf"sh:pattern of P is '(a)\\1', {XPATH}"),
    (P + "sh:pattern 'a' ; sh:flags\n 'u' . #!",
     'sh:flags of P is "u"; flags are some of i, m, s and x'),
    (N + "sh:node shapes:N . #!",
     f"a shape needs itself, which SHACL leaves undefined: N → N; {RECURSION}"),
    (N + "sh:property shapes:P .\n" + P + "sh:node [ sh:or ( [] [ sh:not\n shapes:N #!\n ] ) ] .",
     f"a shape needs itself, which SHACL leaves undefined: N → P → N; {RECURSION}"),
    (P + "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape shapes:M .\nshapes:M sh:xone (\n"
     " shapes:P #!\n ) .",
     f"a shape needs itself, which SHACL leaves undefined: P → M → P; {RECURSION}"),
    ("[] sh:targetClass :C ; sh:not _:b . _:b sh:property _:c .\n_:c sh:path :p ;\n sh:node _:b"
     " . #!",
     "a shape needs itself, which SHACL leaves undefined: a blank node → a blank node; "
     + RECURSION),
    (N + "sh:rule [] ; #!\n sh:target [] ; #!\n sh:expression [] . #!",
     f"sh:rule of N {ADVANCED} --engine pyshacl", f"sh:target of N {ADVANCED} --engine pyshacl",
     f"sh:expression of N {ADVANCED} --engine pyshacl"),
    (N + "sh:sparql [\n sh:select 'SELECT $this { FILTER (<urn:f>($this)) }' ] . #!",
     "sh:select within N is refused: the function <urn:f> is not supported; validate with"
     " --engine pyshacl"),
]  # fmt: skip


@pytest.mark.parametrize("row", OF_COMPILED, ids=lambda row: row[1][:60])
def test_what_only_pyshacl_runs_is_a_fault_of_the_compiled_engine_alone(
    tmp_path: Path, row: tuple[str, ...]
) -> None:
    shapes, *messages = row
    assert sorted(told(tmp_path, shapes, COMPILED)) == sorted(
        zip(marked(shapes), messages, strict=True)
    )
    assert told(tmp_path, shapes, PYSHACL) == []


def test_a_pattern_of_xpath_is_none_of_pythons(tmp_path: Path) -> None:
    shapes = P + r"sh:pattern '^\\p{Lu}' ."
    assert told(tmp_path, shapes, COMPILED) == []
    ((line, what),) = told(tmp_path, shapes, PYSHACL)
    assert line == 2
    assert what.startswith(r"sh:pattern of P is '^\\p{Lu}', which is no regular expression: bad")


def test_pyshacl_knows_some_prefixes_by_itself(tmp_path: Path) -> None:
    query = "SELECT $this { $this rdfs:label ?x ; b:x ?y }"
    shapes = DECLARED + N + f"sh:sparql [ sh:select '{query}' ] ."
    assert told(tmp_path, shapes, PYSHACL) == []
    ((_, what),) = told(tmp_path, shapes, COMPILED)
    assert "uses rdfs:, b: without declaring it" in what


GOOD = [
    "",
    P + "sh:minCount 2 ; sh:maxCount 1 .",
    P + "sh:minCount '01'^^xsd:nonNegativeInteger ; sh:maxCount +5 ; sh:minLength '-0'^^xsd:integer"
    " .",
    P + "sh:uniqueLang '1'^^xsd:boolean ; sh:deactivated false ; sh:message 'x' , 'y'@sv .",
    P + "sh:class :A , :B ; sh:equals :q , :r ; sh:in () ; sh:severity shapes:Grave .",
    P + "sh:pattern '^[\\\\p{L}-[a]]$' ; sh:flags 'imsx' ; sh:hasValue 1 , 'x'@sv , :y .".replace(
        "p{L}-[a]", "w"
    ),
    P + "sh:pattern 'a\\nb\"c' .",
    P + "sh:qualifiedValueShape [] ; sh:qualifiedMinCount 0 ; sh:qualifiedValueShapesDisjoint true"
    " .",
    P + "sh:node [] ; sh:not [] ; sh:and () ; sh:or ( [] [ sh:path :q ] ) .",
    P + "sh:property [ sh:path ( :p [ sh:inversePath [ sh:zeroOrMorePath ( :p :q ) ] ] ) ] .",
    P + "sh:property [ sh:path [ sh:alternativePath ( :p [ sh:oneOrMorePath :q ] ) ] ] .",
    N + "sh:qualifiedMinCount 3 ; sh:ignoredProperties ( :p ) .",  # parameters without effect
    N + "sh:or _:l ; sh:xone _:l . _:l rdf:first [] ; rdf:rest () .",
    N + "sh:node shapes:M , shapes:O . shapes:M sh:node shapes:O . shapes:O sh:nodeKind sh:IRI .",
    ":C a rdfs:Class , sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 1 ] .",
    # What is no shape, and no part of one, may be anything.
    "[] sh:path 5 . [] sh:path () , ( :p ) . _:a sh:inversePath _:a . :x sh:severity 1 , 2 .",
    "[] a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;"
    " sh:focusNode 1 ; sh:resultPath :p ; sh:value 1 , 2 ; sh:sourceShape shapes:Nowhere ;"
    " sh:resultSeverity sh:Info ; sh:resultMessage 5 ] .",
    "_:l rdf:first 1 , 2 ; rdf:rest _:l . :x sh:name 5 ; sh:message :y ; sh:order 'x' .",
    "sh:K a sh:ConstraintComponent .",  # SHACL's own, as its vocabulary says
    # Queries
    N + "sh:sparql [ sh:select 'SELECT $this ?value { $this ?p ?value # MINUS\n}' ] .".replace(
        "\n", "\\n"
    ),
    N + "sh:sparql [ sh:select 'SELECT $this { $this <urn:VALUES> \"SERVICE\" }' ] .",
    N + "sh:sparql [ sh:select 'SELECT * { $this ?minus ?o FILTER NOT EXISTS { ?o ?a $this } }' ]"
    " .",
    N + "sh:sparql [ sh:select 'SELECT $this (?o AS ?path) { $this ?p ?o }' ] .",
    N + "sh:sparql [ sh:select 'SELECT $this { { SELECT $this (COUNT(?x) AS ?n) { $this ?p ?x }"
    " GROUP BY $this } FILTER (?n > 1) }' ] .",
    N + "sh:sparql [ sh:select 'SELECT $this { { SELECT * { $this ?p ?x } } }' ] .",
    N + "sh:sparql [ sh:select 'SELECT $this { { SELECT (EXISTS { ?a ?b ?c } AS ?d) $this"
    " { $this ?p ?x } } }' ] .",
    P + "sh:sparql [ sh:select 'SELECT $this ?value { $this $PATH ?value }' ] .",
    P + "sh:sparql [ sh:select 'SELECT $this { GRAPH $shapesGraph { $currentShape ?p $this } }' ]"
    " .",
    DECLARED + N + "sh:sparql [ sh:prefixes shapes: ; sh:select 'SELECT $this { $this b:p 1 }' ] .",
    "shapes:O owl:imports shapes: , shapes:O . "
    + DECLARED + N + "sh:sparql [ sh:prefixes shapes:O ; sh:select 'SELECT $this { b:p ?p $this }'"
    " ] .",
    "shapes:O sh:declare [ sh:prefix 'a' ; sh:namespace 'urn:a'^^xsd:anyURI ] , [ sh:prefix 'a' ;"
    " sh:namespace 'urn:a' ] , [ sh:prefix '' ; sh:namespace 'urn:e' ] . [] sh:prefixes shapes:O .",
    # prefixes that clash but never meet
    "shapes:O sh:declare [ sh:prefix 'a' ; sh:namespace 'urn:a' ] . [] sh:prefixes shapes:O ."
    " shapes:Q sh:declare [ sh:prefix 'a' ; sh:namespace 'urn:b' ] . [] sh:prefixes shapes:Q .",
    # What no shape uses may lack what other files would declare: a library, say
    COMPONENT + "sh:parameter [ sh:path :k ] . :k :k 1 . [] sh:parameter :k .",
    COMPONENT + "sh:parameter [ sh:path :k ] ; sh:validator [ sh:ask 'ASK { $this b:p $k }' ] .",
    ":f a sh:SPARQLFunction ; sh:ask 'ASK { FILTER (b:f(<urn:f>($x))) }' .",
    ":f a sh:SPARQLFunction ; sh:select 'SELECT (<urn:f>() AS ?x) {}' .",
    "sh:K a sh:ConstraintComponent ; sh:nodeValidator [ sh:select 'SELECT $this { MINUS {} }' ] .",
    # Components
    COMPONENT + VALID + " , [ sh:jsFunctionName 'f' ] ; sh:parameter [ sh:path :k ] .\n" + N
    + ":k 1 .",
    COMPONENT + "sh:parameter [ sh:path :k ] ; sh:propertyValidator [ sh:ask 'ASK {}' ] .",
    COMPONENT + VALID + " ; sh:parameter [ sh:path :k ] . shapes:S a sh:NodeShape ; :k 1 , 2 .",
    ":Kind rdfs:subClassOf sh:ConstraintComponent . shapes:K a :Kind ; sh:parameter [ sh:path :k ]"
    " , [ sh:path :o ; sh:optional true ; sh:datatype xsd:string ] ; sh:propertyValidator ["
    " sh:select 'SELECT $this ?value { $this $PATH ?value FILTER ($k = COALESCE(?o, 1)) }' ] .",
]  # fmt: skip


@pytest.mark.parametrize("engine", [COMPILED, PYSHACL])
@pytest.mark.parametrize("shapes", GOOD)
def test_good_shapes_have_no_fault(shapes: str, engine: wellformed.Engine) -> None:
    assert [fault.what for fault in wellformed.check(parsed(shapes), engine=engine)] == []


def test_shapes_of_great_depth_are_looked_through() -> None:
    shapes = "shapes:A sh:not " + "[ sh:not " * 2_000 + "shapes:B" + " ]" * 2_000 + " .\n"
    assert wellformed.check(parsed(shapes + "shapes:B sh:nodeKind sh:IRI .")) == []
    (fault,) = wellformed.check(parsed(shapes + "shapes:B sh:not shapes:A ."))
    assert "A → B → A" in short(fault.what) or "B → A → B" in short(fault.what)


def test_every_fault_is_told_once_and_in_the_order_of_the_graph() -> None:
    everything = [f"{row[0]}\n".replace("_:", f"_:r{i}") for i, row in enumerate(ROWS[:20])]
    quads = [quad for row in everything for quad in parsed(row)]
    found = wellformed.check(quads + quads)
    assert len(found) == len(set(found)) > 10
    ranks = [quads.index(fault.quad) for fault in found]
    assert ranks == sorted(ranks)


# Unknown terms


def test_unknown_terms_are_told_with_the_nearest_one() -> None:
    turtle = P + "sh:minCuont 1 ; sh:nodeKind sh:IRIs ; sh:flags 'SELECT' ; sh:xyzzy sh:IRI ."
    what = [fault.what for fault in wellformed.unknown_terms(parsed(turtle))]
    assert what == [
        "there is no term sh:minCuont; write sh:minCount if that is meant",
        "there is no term sh:IRIs; write sh:IRI if that is meant",
        "there is no term sh:xyzzy; mend its name",
    ]


def test_a_publication_hears_of_an_unknown_term_once(tmp_path: Path) -> None:
    shapes = P + "sh:minCuont 1 ."
    texts = {"data/a.ttl": "id:a rdfs:label 'x' .", "shapes/a.ttl": shapes}
    found = validate(Publication.open(write(tmp_path, texts))).report.results
    names = [each.source_shape.value for each in found]
    assert names.count("urn:graphsvc:check:unknown-term") == 1
    texts["shapes/a.ttl"] += "\n" + N + "sh:class 'C' ."
    with pytest.raises(ShapesErrors) as caught:
        validate(Publication.open(write(tmp_path, texts)))
    assert [(error.at.line - HEAD, short(error.what)) for error in caught.value.errors] == [
        (2, "there is no term sh:minCuont; write sh:minCount if that is meant"),
        (4, f'sh:class of N is "C"; {IRI}'),
    ]


# In a publication


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    texts = BOOKS | {
        "shapes/a.ttl": N + "sh:class 'C' ;\n sh:property shapes:P ;\n sh:severity 'x' .",
        "shapes/b.trig": "shapes:g { " + P + "sh:in\n :x }",
    }
    with pytest.raises(ShapesErrors) as caught:
        validate(Publication.open(write(tmp_path, texts)))
    places = [(error.at.path.name, error.at.line - HEAD) for error in faults(caught.value)]
    assert places == [("a.ttl", 2), ("a.ttl", 4), ("b.trig", 3)]
    assert str(caught.value).splitlines() == [str(error) for error in caught.value.errors]
    assert (caught.value.at, caught.value.what) == (
        caught.value.errors[0].at,
        caught.value.errors[0].what,
    )
    assert not re.search(r"f\d+b\d+", str(caught.value))


def test_the_first_of_two_statements_is_at_fault(tmp_path: Path) -> None:
    texts = BOOKS | {"shapes/a.ttl": N + "sh:class 'C' .", "shapes/b.ttl": N + "\nsh:class 'C' ."}
    with pytest.raises(ShapesErrors) as caught:
        validate(Publication.open(write(tmp_path, texts)))
    (error,) = caught.value.errors
    assert (error.at.path.name, error.at.line - HEAD) == ("a.ttl", 2)


def test_no_query_is_evaluated_that_calls_somebody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for query in (
            f"SELECT $this {{ SERVICE <{url}> {{ $this ?p ?o }} }}",
            f"SELECT $this FROM <{url}> {{ $this ?p ?o }}",
            f"ASK {{ {{ SELECT * {{ SERVICE SILENT <{url}> {{ $this ?p ?o }} }} }} }}",
            f"LOAD <{url}>",
        ):
            for predicate in ("select", "ask", "construct"):
                assert wellformed.check(parsed(f"[] sh:{predicate} '{query}' ."))
        with pytest.raises(TimeoutError):
            server.accept()


# SHACL's Advanced Features are pySHACL's

LIKE_TWO = "SELECT ?this WHERE { ?this <https://example.org/books/ns#p> 2 }"


@pytest.mark.parametrize(
    "shapes",
    [
        f"shapes:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select '{LIKE_TWO}' ] ;"
        " sh:nodeKind sh:Literal .",
        "shapes:R a sh:NodeShape ; sh:targetNode id:b ; sh:rule [ a sh:TripleRule ; sh:subject"
        " sh:this ; sh:predicate :q ; sh:object :z ] .\n"
        "shapes:S sh:targetSubjectsOf :q ; sh:nodeKind sh:Literal .",
        "shapes:S a sh:NodeShape ; sh:targetNode id:b ; sh:expression [ :less ( 3 [ sh:path :p ] )"
        " ] .\n:less a sh:SPARQLFunction ; sh:parameter [ sh:path :a ] , [ sh:path :b ] ;"
        " sh:returnType xsd:boolean ; sh:ask 'ASK { FILTER ($a < $b) }' .",
    ],
)
def test_advanced_features_are_run_where_that_is_advised(shapes: str) -> None:
    assert wellformed.check(parsed(shapes))
    (found,) = reference.validate(parsed("id:a :p 1 . id:b :p 2 ."), parsed(shapes))
    assert found.focus_node == NamedNode(BASE + "id/b")


# Shapes that others wrote


@pytest.mark.conformance
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no suites at {CONFORMANCE}")
@pytest.mark.parametrize("engine", [COMPILED, PYSHACL])
@pytest.mark.parametrize(
    "case", [pytest.param(each, id=each.iri.removeprefix(SHACL.base_iri)) for each in cases()]
)
def test_the_suite_is_at_fault_where_failure_is_expected(
    case: Case, engine: wellformed.Engine
) -> None:
    found = [fault.what for fault in wellformed.check(case.shapes_graph(), engine=engine)]
    assert bool(found) == case.fails, found


@pytest.mark.parametrize("engine", [COMPILED, PYSHACL])
def test_our_own_shapes_have_no_fault(engine: wellformed.Engine) -> None:
    for folder in (ROOT / "shapes", ROOT / "graphsvc/starter/shapes"):
        paths = sorted(folder.iterdir())
        quads = [quad for path in paths for quad in parse(path=path, base_iri=BASE)]
        assert len(quads) > 20
        assert wellformed.check(quads, engine=engine) == []
        assert wellformed.unknown_terms(quads) == []


@pytest.mark.conformance
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no suites at {CONFORMANCE}")
@pytest.mark.parametrize(
    ("place", "dangling"),
    [
        ("3.0.0-hvd/hvd-SHACL.ttl", 0),
        ("3.0.1/dcat-ap-SHACL.ttl", 2),
        ("3.0.1/deprecateduris.ttl", 0),
        ("3.0.1/mdr-vocabularies.shape.ttl", 0),
        ("3.0.1/range.ttl", 0),
        ("3.0.1/shapes.ttl", 0),
        ("3.0.1/shapes_recommended.ttl", 0),
    ],
)
def test_of_dcat_ap_only_property_shapes_that_are_missing_are_at_fault(
    place: str, dangling: int
) -> None:
    found = wellformed.check(list(parse(path=CONFORMANCE / "dcat-ap" / place)))
    assert len(found) == dangling
    assert all(
        fault.what.startswith("sh:property") and NOTHING_SAID in fault.what for fault in found
    )


@pytest.mark.parametrize("engine", [COMPILED, PYSHACL])
@pytest.mark.parametrize(
    "names", [["dash"], ["shacl"], ["dash", "shacl"], ["shacl-shacl"], ["schema"]]
)
def test_vocabularies_and_libraries_of_shapes_have_no_fault(
    names: list[str], engine: wellformed.Engine
) -> None:
    assets = files("pyshacl") / "assets"
    quads = [
        quad
        for name in names
        for quad in parse((assets / f"{name}.ttl").read_bytes(), RdfFormat.TURTLE)
    ]
    assert len(quads) > 400
    assert wellformed.check(quads, engine=engine) == []
    assert wellformed.unknown_terms(quads) == []
