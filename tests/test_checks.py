from __future__ import annotations

import string
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publications import BASE, BOOKS, HEAD, TOML, write
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
    serialize,
)

from graphsvc import executables, literals, vocabularies
from graphsvc.checks import NAMESPACE, Checks
from graphsvc.report import Severity, ValidationResult
from graphsvc.settings import Settings
from graphsvc.settings.file import read_settings
from graphsvc.sources import Publication
from graphsvc.validation import validate
from graphsvc.vocab import XSD

ROOT = Path(__file__).parents[1]
DERIVED = ["byte", "short", "int", "long", "nonNegativeInteger", "positiveInteger"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(write(tmp_path, {}))


def findings(settings: Settings, text: str) -> list[tuple[str, str]]:
    """The check and the English message of each finding about Turtle."""
    checks = Checks(settings)
    prefixes = "".join(
        f"@prefix {each.prefix}: <{iri}> .\n" for iri, each in vocabularies.known().items()
    )
    for quad in parse((prefixes + text).encode(), RdfFormat.TURTLE, base_iri=BASE):
        checks.see(quad)
    results = list(checks.results({}))
    assert all(speaks_both(result) for result in results)
    return [(name(result), result.message()) for result in results]


def name(result: ValidationResult) -> str:
    assert isinstance(result.source_shape, NamedNode)
    return result.source_shape.value.removeprefix(NAMESPACE)


def speaks_both(result: ValidationResult) -> bool:
    return [message.language for message in result.messages] == ["en", "sv"] and all(
        message.value.endswith(".") and "{0}" not in message.value for message in result.messages
    )


# Terms of well-known vocabularies


@pytest.mark.parametrize(
    ("text", "misspelt", "meant"),
    [
        ("<id/a> skos:prefLable 'A'@en .", "skos:prefLable", "skos:prefLabel"),
        ("<id/a> a foaf:Agnet .", "foaf:Agnet", "foaf:Agent"),
        ("<id/a> dct:date '2020-01-01'^^xsd:dat .", "xsd:dat", "xsd:date"),
        ("<shapes#a> sh:path dct:titel .", "dct:titel", "dct:title"),
        ("<shapes#a> sh:class org:Organisation .", "org:Organisation", "org:Organization"),
        ("<shapes#a> sh:datatype xsd:integr .", "xsd:integr", "xsd:integer"),
        ("<shapes#a> sh:in ( foaf:Persn ) .", "foaf:Persn", "foaf:Person"),
        ("<shapes#a> sh:minCnt 1 .", "sh:minCnt", "sh:minCount"),
        ("<id/a> rdf:tpye owl:Thing .", "rdf:tpye", "rdf:type"),
    ],
)
def test_a_misspelt_term_is_a_violation_that_tells_the_nearest(
    settings: Settings, text: str, misspelt: str, meant: str
) -> None:
    message = f"There is no term {misspelt}; write {meant} if that is meant."
    assert findings(settings, text) == [("unknown-term", message)]


def test_a_term_that_is_near_nothing_is_a_violation_too(settings: Settings) -> None:
    message = "There is no term skos:qqqqq; use one that its vocabulary defines."
    assert findings(settings, "<id/a> skos:qqqqq 1 .") == [("unknown-term", message)]


def test_each_use_of_a_misspelt_term_is_found(settings: Settings) -> None:
    text = "<id/a> skos:prefLable 'A'@en . <id/b> skos:prefLable 'B'@en , 'C'@en ."
    assert [check for check, _ in findings(settings, text)] == ["unknown-term"] * 3


@pytest.mark.parametrize("reserved", ["li", "Description", "about", "RDF", "ID", "parseType"])
def test_what_rdf_xml_reserves_is_no_term(settings: Settings, reserved: str) -> None:
    found = findings(settings, f"<id/a> rdf:{reserved} <id/a> .")
    assert [check for check, _ in found] == ["unknown-term"]


@pytest.mark.parametrize(
    "text",
    [
        "<id/a> rdf:_1 1 ; rdf:_27 2 .",
        "<id/a> rdfs:seeAlso <http://www.w3.org/2004/02/skos/core> , skos: .",
        "<id/a> dct:title 'A' ; <http://other.example/nonsense> <http://x.example/y> .",
        "<id/a> rdfs:seeAlso <http://purl.org/dc/terms/> , <https://schema.org/docs/about.html> .",
    ],
)
def test_terms_that_exist_and_what_is_no_term_pass(settings: Settings, text: str) -> None:
    assert findings(settings, text) == []


# Own IRIs


def test_an_own_term_must_be_defined(settings: Settings) -> None:
    text = "<ns#p> a rdf:Property . <id/a> <ns#p> 1 ; <ns#q> 2 . <id/b> <ns#q> 3 ; a <ns#C> ."
    assert findings(settings, text) == [
        (
            "undefined-term",
            f"The term or shape <{BASE}ns#{term}> is not defined; define it or mend its name.",
        )
        for term in ("q", "C")
    ]


def test_an_own_shape_must_be_defined(settings: Settings) -> None:
    text = (
        "<shapes#A> sh:node <shapes#B> ; sh:or ( <shapes#C> <shapes#D> ) . <shapes#B> sh:order 1 ."
        "<shapes#C> sh:property <shapes#C-p> . <id/a> dct:conformsTo <shapes#A> ."
    )
    assert findings(settings, text) == [
        (
            "undefined-term",
            f"The term or shape <{BASE}shapes#{shape}> is not defined; define it or mend its name.",
        )
        for shape in ("D", "C-p")
    ]


def test_an_own_iri_that_leads_nowhere_is_a_warning(settings: Settings) -> None:
    text = "<id/a> dct:relation <id/b> , <id/c> , <id/c#part> , <> , <ns> . <id/c> dct:title 'C' ."
    message = (
        f"Nothing is said of <{BASE}id/b>, so it will not be found; describe it or mend the IRI."
    )
    assert findings(settings, text) == [("not-described", message)]


def test_a_description_may_stand_below_the_use(settings: Settings) -> None:
    assert findings(settings, "<id/a> dct:relation <id/b> . <id/b> dct:title 'B' .") == []


def test_a_version_iri_need_not_be_described(settings: Settings) -> None:
    assert findings(settings, "<ns> owl:versionIRI <ns/1.0.0> .") == []


def test_the_graphs_of_the_publication_are_served(tmp_path: Path) -> None:
    toml = f'default_graph = ["extra"]\n{TOML}[graphs]\n"data/s" = "source"\n"ontology" = "vocab"\n'
    settings = read_settings(write(tmp_path, {}, toml))
    graphs = " , ".join(f"<graph/{graph}>" for graph in ("extra", "source", "vocab", "data"))
    assert findings(settings, f"<id/a> dct:source {graphs} .") == []
    assert findings(settings, "<id/a> dct:source <graph/nowhere> .")[0][0] == "not-described"


# Literals


def test_an_ill_typed_literal_is_a_violation(settings: Settings) -> None:
    text = "<id/a> dct:issued '2023-02-29'^^xsd:date , '300'^^xsd:byte , 'x'^^xsd:date ."
    assert [check for check, _ in findings(settings, text)] == ["ill-typed-literal"] * 3
    message = findings(settings, text)[0][1]
    assert message.startswith('"2023-02-29"^^xsd:date is not a value of its datatype; mend')


def test_a_literal_that_sparql_shows_otherwise_is_told_of(settings: Settings) -> None:
    found = findings(settings, "<id/a> dct:extent 01 , 5.50 , '5'^^xsd:byte , 1 , 5.5 , '01' .")
    assert [check for check, _ in found] == ["normalised-literal"] * 3
    assert 'SPARQL will show "01"^^xsd:integer as "1"^^xsd:integer; write' in found[0][1]


numbers = st.one_of(
    st.integers().map(str),
    st.integers().map(lambda n: f"+0{abs(n)}"),
    st.decimals(-(10**9), 10**9, places=3).map(str),
    st.floats().map(str),
    st.floats().map(lambda x: f"{x:E}"),
    st.sampled_from(["INF", "-INF", "NaN", "1.", ".5", "-0", "0.0", "1e3", "007"]),
)
times = st.one_of(
    st.datetimes().map(lambda value: value.isoformat()),
    st.datetimes().map(lambda value: value.isoformat(timespec="milliseconds") + "Z"),
    st.datetimes().map(lambda value: value.isoformat() + "+00:00"),
    st.dates().map(str),
    st.times().map(str),
    st.sampled_from(
        ["P1Y", "PT60S", "P0Y", "P1D", "2020", "2020-01", "--01", "---01", "true", "1"]
    ),
)


@given(
    st.one_of(numbers, times, st.text(string.printable, max_size=5)),
    st.sampled_from([*DERIVED, *literals._PATTERNS, "anyURI", "string"]),
)
def test_exactly_what_a_store_rewrites_is_told_of(value: str, datatype: str) -> None:
    subject, literal = NamedNode(BASE + "id/a"), Literal(value, datatype=NamedNode(XSD + datatype))
    checks = Checks(SETTINGS)
    checks.see(Quad(subject, NamedNode("http://purl.org/dc/terms/extent"), literal))
    store = Store()
    store.add(Quad(subject, subject, literal, DefaultGraph()))
    (stored,) = store
    rewritten = stored.object != literal
    found = [name(result) for result in checks.results({})]
    if found and found[0] in ("ill-typed-literal", "no-xml-character"):
        assert not literals.is_well_typed(value, XSD + datatype) or found[0] == "no-xml-character"
    else:
        assert (found == ["normalised-literal"]) is rewritten


SETTINGS = Settings.of(
    {
        "base_iri": BASE,
        "title": {},
        "description": {},
        "publisher_name": "",
        "publisher_iri": "",
        "contact_name": "",
        "contact_email": "",
        "licence": "",
        "languages": ["en"],
        "keep_releases": 1,
        "query_bytes": 1,
        "body_bytes": 1,
        "default_graph": [],
    }
)


def test_a_direction_which_rdf_11_does_not_have_is_found(settings: Settings) -> None:
    found = findings(settings, "<id/a> dct:title 'A'@en--ltr .")
    assert [check for check, _ in found] == ["unknown-term"]


# RDF/XML


def survives_xml(quad: Quad) -> bool:
    """Does a quad come back the same from its RDF/XML, by a reader that is not pyoxigraph's?"""
    document = serialize([quad], format=RdfFormat.RDF_XML)
    assert document
    try:
        (description,) = ElementTree.fromstring(document)
    except ElementTree.ParseError:
        return False
    (element,) = description
    namespace, _, local_name = element.tag.removeprefix("{").partition("}")
    assert isinstance(quad.object, Literal)
    return namespace + local_name == quad.predicate.value and (
        (element.text or "") == quad.object.value
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_a_text_that_rdf_xml_would_change_is_found_and_no_other(text: str) -> None:
    subject, predicate = NamedNode(BASE + "id/a"), NamedNode("http://purl.org/dc/terms/title")
    quad = Quad(subject, predicate, Literal(text))
    checks = Checks(SETTINGS)
    checks.see(quad)
    found = [name(result) for result in checks.results({})]
    assert found == ([] if survives_xml(quad) else ["no-xml-character"])


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\r", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_carry_is_named(character: str) -> None:
    checks = Checks(SETTINGS)
    title = NamedNode("http://purl.org/dc/terms/title")
    checks.see(Quad(NamedNode(BASE + "id/a"), title, Literal(f"a{character}", language="sv")))
    (result,) = checks.results({})
    assert f"cannot carry the character U+{ord(character):04X}; remove" in result.message()


ends = st.text(
    st.one_of(
        st.sampled_from("/#:.-_=()1a%·ªº²Ⅰé٠𐀀\u0301\u203f"), st.characters(min_codepoint=0xA1)
    ),
    max_size=5,
)


@given(ends)
def test_a_predicate_that_rdf_xml_cannot_write_is_found(end: str) -> None:
    try:
        predicate = NamedNode("http://other.example/" + end)
        quad = Quad(NamedNode(BASE + "id/a"), predicate, Literal("x"))
        list(parse(f"{quad} .".encode(), RdfFormat.N_TRIPLES))
    except (ValueError, SyntaxError):
        return
    checks = Checks(SETTINGS)
    checks.see(quad)
    found = [name(result) for result in checks.results({})]
    assert found == ([] if survives_xml(quad) else ["no-xml-name"])


@pytest.mark.parametrize(
    ("iri", "fits"),
    [
        ("http://other.example/a", True),
        ("http://other.example/1a", True),
        ("http://other.example/é.b-c_1", True),
        ("urn:x", True),
        ("http://other.example/1", False),
        ("http://other.example/", False),
        ("http://other.example/a(b)", False),
        ("http://other.example/a%41", False),
        ("http://other.example/aª", False),
        ("http://other.example/Ⅰ", False),
    ],
)
def test_a_predicate_must_end_in_a_name_of_xml(settings: Settings, iri: str, fits: bool) -> None:
    found = findings(settings, f"<id/a> dct:relation <{iri}> . <id/a> <{iri}> 1 .")
    assert [check for check, _ in found] == ([] if fits else ["no-xml-name"])


# Queries


SPEX = "<https://purl.expasy.org/sparql-examples/ontology#"
SELECT = "a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ; sh:select"


@pytest.mark.parametrize(
    "text",
    [
        f"<q> {SELECT} 'SELECT * {{ ?s ?p ?o }}' .",
        f"<q> {SELECT} 'SELECT * {{ ?s dct:title ?o }}' .",
        f"<q> {SELECT} 'PREFIX x: <urn:x:> SELECT * {{ ?s x:y <id/a> }}' .",
        "<q> a sh:SPARQLExecutable ; sh:ask 'ASK { ?s ?p ?o }' .",
        "<q> a sh:SPARQLConstructExecutable ; sh:construct 'CONSTRUCT WHERE { ?s ?p ?o }' .",
        f"<q> a {SPEX}SPARQLDescribeExecutable> ; {SPEX}describe> 'DESCRIBE <id/a>' .",
        f"<q> {SELECT} 'SELECT * {{ ?s y:z ?o }}' ; sh:prefixes <a> . <a> owl:versionInfo '1' ; "
        "sh:declare [ sh:prefix 'y' ; sh:namespace 'urn:y:'^^xsd:anyURI ] .",
        "<q> sh:select 'what is no executable' .",
    ],
)
def test_an_example_query_that_can_be_run_is_fine(settings: Settings, text: str) -> None:
    assert findings(settings, text) == []


@pytest.mark.parametrize(
    ("text", "check", "told"),
    [
        ("<q> a sh:SPARQLExecutable .", "query-count", "has 0;"),
        (
            "<q> a sh:SPARQLExecutable ; sh:ask 'ASK { }' ; sh:select 'SELECT * { }' .",
            "query-count",
            "has 2;",
        ),
        (f"<q> {SELECT} 'ASK {{ }}' .", "query-form", "the form ASK;"),
        ("<q> a sh:SPARQLAskExecutable ; sh:select 'SELECT * { }' .", "query-form", "SELECT;"),
        (f"<q> {SELECT} 'SELECT * {{ ?s ?p }}' .", "query-text", "does not parse: line 1, column"),
        (f"<q> {SELECT} 'SELECT * {{ ?s y:z ?o }}' .", "query-text", "uses y: without"),
        (f"<q> {SELECT} 'SELECT * {{ SERVICE <urn:x> {{ }} }}' .", "query-text", "SERVICE"),
        (f"<q> {SELECT} 'DELETE WHERE {{ ?s ?p ?o }}' .", "query-text", "is an update"),
        (f"<q> {SELECT} 'SELECT (<urn:f>(1) AS ?x) {{ }}' .", "query-text", "function <urn:f>"),
        (f"<q> {SELECT} 'SELECT * {{ }}'@en .", "query-text", "without language"),
        (f"<q> {SELECT} <id/q> . <id/q> owl:versionInfo '1' .", "query-text", "in quotes"),
        (f"<q> {SELECT} 'SELECT * {{ }}#{'x' * 100_000}' .", "query-text", "limits.query_bytes"),
        (f"<q> {SELECT} '{'(' * 9_999}' .", "query-text", "brackets"),
        (
            f"<q> {SELECT} 'SELECT * {{ ?s y:z ?o }}' ; sh:prefixes <a> . <a> owl:versionInfo '1' ;"
            " sh:declare [ sh:prefix 'y' ; sh:namespace 'no <iri>'^^xsd:anyURI ] .",
            "query-text",
            "Invalid",
        ),
    ],
)
def test_an_example_query_that_cannot_be_run_is_found(
    settings: Settings, text: str, check: str, told: str
) -> None:
    ((found, message),) = findings(settings, text.replace("<urn:x> { }", "<urn:x> { ?s ?p ?o }"))
    assert found == check
    assert told in message


LONG = {
    "joins": "".join(f"?a{n} ?b ?a{n + 1} . " for n in range(1_000)),
    "values": "BIND(1 AS ?a) " + "".join(f"BIND(1 AS ?a{n}) " for n in range(4_500)),
    "no end": " " * 2_000 + "{",
}


@pytest.mark.parametrize(
    ("name", "told"),
    [("joins", "is not even planned within 1 seconds"), ("values", None), ("no end", "not parse")],
)
def test_a_long_example_query_can_do_no_harm(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, told: str | None
) -> None:
    monkeypatch.setattr(executables, "TRIAL_SECONDS", 1 if name == "joins" else 60)
    found = findings(settings, f"<q> {SELECT} 'SELECT * {{ {LONG[name]} }}' .")
    assert [check for check, _ in found] == (["query-text"] if told else [])
    assert all(str(told) in message for _, message in found)


def test_a_query_may_use_the_prefixes_of_every_file(tmp_path: Path) -> None:
    other = {
        "ontology/x.ttl": "@prefix far: <urn:far:> .\n",
        "queries/q.ttl": "id:q a sh:SPARQLExecutable ; sh:ask 'ASK { ?s far:a ?o }' .\n"
        "id:r a sh:SPARQLExecutable ;\n    sh:ask 'ASK { ?s off:a ?o }' .\n",
    }
    report = validate(Publication.open(write(tmp_path, BOOKS | other))).report
    (found,) = report.results
    assert found.at is not None
    assert (found.at.path.name, found.at.line - HEAD) == ("q.ttl", 3)
    assert "off:" in found.message()


# The rest


def test_replacements_that_lead_round_in_a_circle_are_found(settings: Settings) -> None:
    circle = "<id/a> dct:isReplacedBy <id/b> . <id/b> dct:isReplacedBy <id/a> , <id/c> ."
    assert findings(settings, circle + "<id/c> a owl:Thing ; dct:isReplacedBy <id/d> .")[:2] == [
        (
            "replaced-in-a-circle",
            f"What replaces <{BASE}id/{name}> is replaced in its turn, and so on in a circle; "
            "name one that stays.",
        )
        for name in "ab"
    ]


def test_imports_are_reported_and_not_followed(settings: Settings) -> None:
    found = findings(settings, "<ns> owl:imports <http://127.0.0.1:9/> .")
    message = "owl:imports is not followed; put what is needed into a file of the publication."
    assert found == [("import-not-followed", message)]


def test_a_finding_has_file_line_and_severity(tmp_path: Path) -> None:
    text = "id:one a :Book ;\n    dct:titel 'Ett'@sv ;\n    dct:issued '2023-02-29'^^xsd:date .\n"
    root = write(tmp_path, BOOKS | {"data/more.ttl": text})
    report = validate(Publication.open(root)).report
    found = [
        (name(result), result.severity, result.at.path.name, result.at.line - HEAD)
        for result in report.results
        if result.at and isinstance(result.source_shape, NamedNode)
    ]
    assert found == [
        ("unknown-term", Severity.VIOLATION, "more.ttl", 2),
        ("ill-typed-literal", Severity.VIOLATION, "more.ttl", 3),
    ]


def test_the_shipped_publication_has_only_the_known_finding() -> None:
    report = validate(Publication.open(ROOT)).report
    found = [
        (name(result), result.severity, result.at and result.at.path.name)
        for result in report.results
        if isinstance(result.source_shape, NamedNode)
        and result.source_shape.value.startswith(NAMESPACE)
    ]
    assert found == [("normalised-literal", Severity.INFO, "document.ttl")]


def test_no_more_findings_of_a_check_are_kept_than_are_wanted(settings: Settings) -> None:
    checks = Checks(settings, max_results=3)
    text = (
        "@prefix : <http://example.org/> . :a :p "
        + ", ".join(f"0{number}" for number in range(1_000))
        + ", true .\n"
    )
    text += f':a :q "x"^^<{XSD}integer> .'
    for quad in parse(text.encode(), RdfFormat.TURTLE, base_iri=BASE):
        checks.see(quad)
    found = [name(result) for result in checks.results({})]
    assert found.count("normalised-literal") == 4  # one more tells that it was cut
    assert found.count("ill-typed-literal") == 1


def test_a_cut_report_of_checks_says_so_and_begins_with_the_gravest(tmp_path: Path) -> None:
    numbers = ", ".join(f"0{number}" for number in range(100))
    text = f':a a :Book ; :p {numbers} ; :q "x"^^xsd:integer .'
    publication = Publication.open(write(tmp_path, {"data/a.ttl": text}))
    report = validate(publication, max_results=5).report
    assert len(report.results) == 5
    assert report.cut_at == 5
    assert Severity.VIOLATION in {result.severity for result in report.results}
