from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, parse

from graphsvc import queries
from graphsvc.errors import QueryRefused, QuerySyntaxError
from graphsvc.formats import BOOLEAN_FORMATS, RDF_FORMATS, SOLUTIONS_FORMATS, Format
from graphsvc.queries import (
    MAX_BRACKETS,
    MAX_OPERATORS,
    Dataset,
    evaluate,
    offers,
    read_query,
    serialize,
    unescaped,
)

G, H = NamedNode("http://e/g"), NamedNode("http://e/h")
S, P = NamedNode("http://e/s"), NamedNode("http://e/p")


@pytest.fixture
def store() -> Store:
    """One triple in each of two graphs."""
    store = Store()
    store.extend([Quad(S, P, Literal("in g"), G), Quad(S, P, Literal("in h"), H)])
    return store


# What a query asks for


WORDS = r"""
SELECT ask DESCRIBE FROM from SERVICE sErViCe NOW() RAND LOAD ex:a SERVICEex:a FROMex:a <http://e/s>
<a#'> ?x ' " \u0053ERVICE ſERVICE \ ( ) { } [ * + | # 'SERVICE'
"""
PARTS = (*WORDS.split(), " ", "\n", "(" * 101, "!" * 1_001, "OPTIONAL " * 1_001)


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_what_looks_harmless_is_so(text: str) -> None:
    """The short way to read a query finds what the long one does, but for doubts without effect."""
    with_care = queries._read_with_care(text)
    found = replace(read_query(text), is_ambiguous=with_care.is_ambiguous)
    assert found == with_care


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX ask: <http://ask/>\nBASE <http://e/ASK>\nconstruct WHERE {}", "CONSTRUCT"),
        ("ASK{}", "ASK"),
        ("DESCRIBE<http://e/s>", "DESCRIBE"),
        ("Insert Data {}", "INSERT"),
        ("WITH <http://e/g> DELETE {} WHERE {}", "WITH"),
        ("PREFIX insert: <http://e/> SELECT * { ?insert insert:load 'DELETE' }", "SELECT"),
        ("", ""),
        ("hello", ""),
    ],
)
def test_the_first_verb_is_the_form(text: str, form: str) -> None:
    assert read_query(text).form == form


@pytest.mark.parametrize(
    ("text", "names_graphs"),
    [
        ("SELECT * FROM <http://e/g> {}", True),
        ("SELECT * from named <http://e/g> {}", True),
        ("ASKFROM<http://e/g>{}", True),
        ("SELECT * { ?from :FROM 'FROM' } # FROM", False),
    ],
)
def test_a_dataset_clause_is_seen(text: str, names_graphs: bool) -> None:
    assert read_query(text).names_graphs is names_graphs


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://x/> {} }",
        "SELECT * {service\n#c\nSILENT ?s{}}",
        "SELECT * { SERVICE#>\n<http://x/>{} }",
        "SELECT * { SERVICESILENT<http://x/>{} }",
        "SELECT * { SERVICEex:x {} }",
        "SELECT * { SERVICE:x #'\n {} }",
        "SELECT * { ?s ?p trueSERVICE ex:x {} }",
        "SELECT * { ?s ?p falseSERVICEex:x {} }",
        "SELECT * { ?s ?p 1SERVICE ex:x {} }",
        "SELECT * { ?s ?p 1.5e5SERVICE ex:x {} }",
        "SELECT * { ?s ?p ex:a\\'} SERVICE ex:x { ?s ?p ex:b\\' }",
        "SELECT * { ?s ?p ex:a\u0301\\' . SERVICE ex:x { ?s ?p 'b' } }",
        "SELECT * { FILTER(?a<b:c#>\n) SERVICE ex:x {} }",
        "SELECT * { FILTER(?a<#>'''\n) SERVICE ex:x {} } # '''",
        "SELECT * { FILTER(?a<ex:\\'&&3>ex:\\') SERVICE ex:x {} }",
        "SELECT * { ?s ?p 'x'@en . SERVICE ex:x {} }",
        "SELECT * { ?s ?p '''a''b''' . SERVICE ex:x {} }",
        'SELECT * { ?s ?p "a\\"" . SERVICE ex:x {} }',
        "SELECT * { \\u0053ERVICE ex:x {} }",
        "SELECT * { \\U00000053ERVICE ex:x {} }",
        "SELECT * { ?s ?p '\\u0027 . SERVICE ex:x {} # ' }",
        "SELECT * { # \u2028 ' \x85\n SERVICE ex:x {} }",
        "SELECT * { # '\r SERVICE ex:x {} }",
        "SELECT (EXISTS{SERVICE ex:x{}} AS ?x) {}",
    ],
)
def test_a_service_is_seen_in_every_disguise(text: str) -> None:
    assert read_query(text).calls_service


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {} # SERVICE <http://x/> {}",
        "SELECT * { ?s ?p 'SERVICE <http://x/> {}' }",
        "SELECT * { ?s ?p '''a'SERVICE <http://x/> {}'b''' }",
        'SELECT * { ?s ?p """SERVICE\n""" , "\\"SERVICE" }',
        "SELECT * { ?s <http://x/SERVICE> ?service ; dcat:accessService $SERVICE }",
        "SELECT * { ?s a dcat:DataService ; service:SERVICE _:SERVICE }",
        "SELECT * { ?s ?p 'x'@service }",
        "SELECT * { ?s <http://x/#SERVICE> ?o FILTER(?o < 3 && ?s > 4) }",
        "PREFIX service: <http://x/> SELECT * { { ?s service:x ?o } }",
    ],
)
def test_what_only_mentions_a_service_calls_none(text: str) -> None:
    assert not read_query(text).calls_service


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("SELECT * { ?s ?p 'å' }", "SELECT * { ?s ?p 'å' }"),
        ("\\u0053ELECT \\U0000002A { }", "SELECT * { }"),
        ("'\\u00e5\\n' \\u12 \\UFFFFFFFF", "'å\\n' \\u12 \\UFFFFFFFF"),
    ],
)
def test_code_point_escapes_are_undone_wherever_they_stand(text: str, plain: str) -> None:
    assert unescaped(text) == plain


# What evaluate lets through calls nobody


class Listener:
    """Counts who calls, and hangs up."""

    def __init__(self) -> None:
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.socket.accept()
                self.calls += 1
                caller.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


CALLS = [
    *("SERVICE <URL> {?s ?p ?o}", "SERVICE<URL>{}", "SERVICE ex:x {}", "SERVICE ?v {}", "SERVICE"),
    *("service silent ex:x{}", "SERVICEex:x{}", "SERVICE:x {}", "SERVICESILENT<URL>{}"),
    *("SERVICE#>\n<URL>{}", "SERVICE #'\n :x #\"\n {}", "ERVICE ex:x{}", "SERVICE·:x{}"),
]
PIECES = [
    *("?s ?p ?o", " . ", ".", ";", ",", "{", "}", "(", ")", "[", "]", "<", ">", "<=", "!", "="),
    *("'", '"', "'''", '"""', "''", '""', "\\", "\\'", '\\"', "\\u0027", "\\u0022", "\\u003C"),
    *("\\u0023", "\\u0053", "#", "# ", "\n", "\r", " ", "\t", "\x0c", "\xa0", "\u2028", "\x85"),
    *("ex:a", "ex:a\\'", "ex:", "ex:a\u0301", "ex:a\\#", ":", ":a", "_:a", "?a", "$a", "?", "$"),
    *("@en", "@en-", "^^", "^^<x:x>", "<x:x>", "<x:x#>", "<x:x'>", "<a:b#>\n", "<http://x#>"),
    *("<http://x'>", "<#>", "<'>", "<?a#>", "1", "1.", "1e5", "1.0e5", "-1", "true", "false", "a"),
    *("OPTIONAL{", "FILTER(", "BIND(1 AS ?z)", "VALUES ?q {1}", "UNION", "MINUS{", "GRAPH ?g {"),
    *("EXISTS{", "NOT", "SELECT*", "{SELECT * {", "||", "&&", "+", "*", "/", "|", "^", "-", "{|"),
    *("|}", "<<", "<<(", ")>>", "~", "IF(", "STR(", "IN(", "%20", "%", "·", "‿", "ª", "²", "²:x"),
    *("ex:ª", "é:x", "AS", "LATERAL{", "x'"),
]
TEMPLATES = [
    *("SELECT * { 1 }", "SELECT * { 1 2 }", "ASK { 1 2 }", "1", "SELECT * { OPTIONAL{ 1 } 2 }"),
    *("SELECT * { FILTER(1) 2 }", "SELECT * { FILTER(1<1) 2 }", "SELECT * { FILTER(?o<1\n) 2 }"),
    *("SELECT * { ?s ?p 1 2 }", "BASE <x:> SELECT * { 1 2 }", "PREFIX 1 SELECT * { 2 }"),
    *("CONSTRUCT { 1 } { 2 }", "SELECT (1 AS ?r) { 2 }", "DESCRIBE 1 { 2 }", "SELECT * FROM 1 {2}"),
]
soups = st.lists(st.sampled_from([*PIECES, *CALLS]), max_size=6).map("".join)
ENTIRE = [
    "SELECT * { OPTIONAL{?s ?p ex:a\u0301\\'} FILTER(?o<1) ?s ?p 'x'@en . SERVICE ex:x {} }",
    "SELECT * { OPTIONAL{?s ?p true} SERVICEex:foo {?s ?p ?o} }",
    'ASK { FILTER(1<ex:b\n) SERVICE :x {?s ?p "a"} }',
    "SELECT * { BIND(1<2 AS ?x) # c '\n SERVICE SILENT <URL> { ?s ?p '''x''' } }",
    "SELECT * { OPTIONAL{?s <x:p#> ?o; ex:\\' 1e5} SERVICE ?v {} }",
    'SELECT * { VALUES ?v {<URL>} OPTIONAL{?s (ex:a|^:b)+ """a"b"""} SERVICE ?v {?s ?p "x"} }',
]


@st.composite
def assembled(draw: st.DrawFn) -> str:
    template = draw(st.sampled_from(TEMPLATES))
    call = draw(st.sampled_from(CALLS))
    return template.replace("2", draw(soups) + call + draw(soups)).replace("1", draw(soups))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(ENTIRE))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 3))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@settings(max_examples=1_500, deadline=None)
@given(st.one_of(assembled(), mutated()))
def test_no_text_that_is_evaluated_calls_anybody(listener: Listener, text: str) -> None:
    store = Store()
    store.add(Quad(S, P, Literal("1"), G))
    prefixes = dict.fromkeys(("", "ex", "x", "a", "b", "http", "true"), listener.url)
    with suppress(QueryRefused, QuerySyntaxError, OSError, RuntimeError):
        query = read_query(text.replace("URL", listener.url))
        results = evaluate(store, query, Dataset([G], prefixes=prefixes))
        serialize(results, offers(results)[0], io.BytesIO())
    assert listener.calls == 0


def test_the_listener_would_notice_a_call(store: Store) -> None:
    listener = Listener()
    with suppress(OSError, RuntimeError):
        solutions = store.query(f"SELECT * {{ SERVICE <{listener.url}> {{?s ?p ?o}} }}")
        assert isinstance(solutions, QuerySolutions)
        list(solutions)
    listener.close()
    assert listener.calls


# Refusals


@pytest.mark.parametrize("verb", ["INSERT DATA { }", "load <http://x/>", "CLEAR ALL", "DROP ALL"])
def test_an_update_is_refused_with_the_way_to_edit(store: Store, verb: str) -> None:
    with pytest.raises(QueryRefused, match="is an update; this service only reads"):
        evaluate(store, read_query(verb), Dataset([G]))


def test_a_service_is_refused(store: Store) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not offered"):
        evaluate(store, read_query("ASK { SERVICE <http://x/> {} }"), Dataset([G]))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * WHERE { ?s ?p }", 1, 25),
        ("SELECT *\nWHERE { \n  ?s nope:p ?o }", 3, 12),
        ("SELECT *\r\n{ ?s ?p ?o . FILTER( }", 2, 23),
        ("SELECT * # \u2028\n{ ?s", 2, 5),
    ],
)
def test_a_syntax_error_has_line_column_and_the_line_itself(
    store: Store, text: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        evaluate(store, read_query(text), Dataset([G]))
    assert (caught.value.line, caught.value.column) == (line, column)
    shown = text.split("\n")[line - 1].rstrip("\r")
    assert str(caught.value).startswith(f"line {line}, column {column}: {shown!r}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "hello", "SELECT * { ?s ?p 'a\ud800' }", "ASK { <a> <b> 1 }"])
def test_what_is_no_query_is_a_syntax_error(store: Store, text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        evaluate(store, read_query(text), Dataset([G]))


# Hostile texts


@pytest.mark.parametrize(
    "text",
    [
        "'SELECT * ' + '{' * n + '}' * n",
        "'SELECT * { FILTER(' + '(' * n + '1' + ')' * n + ') }'",
        "'SELECT * { FILTER(1<' + '(' * n + '1' + ')' * n + '>) }'",
        "'SELECT * { FILTER(' + '!' * n + '1) }'",
        "'SELECT * { FILTER(1<' + '!' * n + '1>) }'",
        "'SELECT * { FILTER(1' + '+1' * n + ') }'",
        "'SELECT * { FILTER(1' + '||1' * n + ') }'",
        "'SELECT * { FILTER(' + 'STR(' * n + '1' + ')' * n + ') }'",
        "'SELECT * { ' + 'FILTER EXISTS{' * n + '}' * n + ' }'",
        "'SELECT * { ' + '{}UNION' * n + '{} }'",
        "'SELECT * { ' + 'MINUS{}' * n + ' }'",
        "'SELECT * { ?s <p:p>' + '|<p:p>' * n + ' ?o }'",
        "'SELECT * { ?s ' + '(' * n + '<p:p>' + ')*' * n + ' ?o }'",
        "'SELECT * ' + '{SELECT * ' * n + '{}' + '}' * n",
        "'ASK { FILTER(\"\\\\u0022' + ')' * n + '\" = ' + '(' * n + '1'",
        "'ASK { ?s ?p \"\\\\u0022\" FILTER(' + '(' * n + '1' + ')' * n + ') }'",
        "'ASK { FILTER(?a<#' + '(' * n + '>\\n' + '(' * n",
    ],
)
def test_no_depth_of_nesting_ends_the_process(text: str) -> None:
    program = f"""
from pyoxigraph import Store
from graphsvc.errors import QueryRefused
from graphsvc.queries import Dataset, evaluate, read_query
n = 20_000
try:
    evaluate(Store(), read_query({text}), Dataset([]))
except QueryRefused as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=120)
    assert done.returncode == 0
    assert done.stdout.startswith(b"more than 100 brackets in each other, or 1,000 operators")


def test_reasonable_nesting_is_evaluated(store: Store) -> None:
    brackets = MAX_BRACKETS - 3
    text = "ASK { FILTER(" + "(" * brackets + "true" + ")" * brackets + ") }"
    values = " ".join(f"(<http://e/a-b/c+d/{n}> -{n})" for n in range(MAX_OPERATORS - 10))
    for query in (text, f"ASK {{ VALUES (?s ?o) {{ {values} }} }}"):
        evaluate(store, read_query(query), Dataset([G]))


@pytest.mark.parametrize(
    "part",
    [
        *("'", '"', "'''", "\\", "\\'", '"\\"', "'''\\'''\n", "\\'''\n", "'\\\n", "'''a\\"),
        *("<", "<a", "<#", "#", "a", "a:", "a.", "?", "@a-", ":%20", "_", "1", "é", "{", ")"),
        *("\\u0027", "SELECT ", "{}", "''", "<a>"),
    ],
)
def test_a_text_of_any_length_is_read(part: str) -> None:
    assert read_query(part * (300_000 // len(part))).form in ("", "SELECT")


# What it sees


def values(store: Store, text: str, dataset: Dataset) -> set[str]:
    results = evaluate(store, read_query(text), dataset)
    assert isinstance(results, QuerySolutions)
    found = (solution["o"] for solution in results)
    return {each.value for each in found if isinstance(each, Literal)}


EVERY = "SELECT ?o { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("text", "dataset", "seen"),
    [
        (EVERY, Dataset([G]), {"in g"}),
        (EVERY, Dataset([G, H]), {"in g", "in h"}),
        (EVERY, Dataset([]), set()),
        ("SELECT ?o FROM <http://e/h> { ?s ?p ?o }", Dataset([G]), {"in h"}),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", Dataset([G]), {"in g", "in h"}),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", Dataset([G], [H]), {"in h"}),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", Dataset([G], []), set()),
        ("SELECT ?o FROM NAMED <http://e/h> { GRAPH ?g { ?s ?p ?o } }", Dataset([G]), {"in h"}),
        ("SELECT ?o { e:s ?p ?o }", Dataset([H], prefixes={"e": "http://e/"}), {"in h"}),
    ],
)
def test_a_query_sees_the_dataset_it_names_else_the_one_given(
    store: Store, text: str, dataset: Dataset, seen: set[str]
) -> None:
    assert values(store, text, dataset) == seen


# What it answers


def answer(store: Store, text: str, format: Format) -> bytes:
    results = evaluate(store, read_query(text), Dataset([G]))
    assert format in offers(results)
    output = io.BytesIO()
    serialize(results, format, output)
    return output.getvalue()


@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda format: format.suffix)
def test_solutions_are_written_in_each_format(store: Store, format: Format) -> None:
    read: dict[str, Callable[[str], str]] = {
        "srj": lambda written: json.loads(written)["results"]["bindings"][0]["o"]["value"],
        "srx": lambda written: "".join(ElementTree.fromstring(written).itertext()).strip(),
        "csv": lambda written: written.split("\r\n")[1],
        "tsv": lambda written: written.split("\n")[1].strip('"'),
    }
    assert read[format.suffix](answer(store, EVERY, format).decode()) == "in g"


@pytest.mark.parametrize("format", BOOLEAN_FORMATS, ids=lambda format: format.suffix)
def test_a_boolean_is_written_in_each_format(store: Store, format: Format) -> None:
    assert b"true" in answer(store, "ASK { ?s ?p ?o }", format)
    assert b"false" in answer(store, "ASK { ?s ?s ?o }", format)


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda format: format.suffix)
@pytest.mark.parametrize("text", ["CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "DESCRIBE <http://e/s>"])
def test_triples_are_written_in_each_format(store: Store, format: Format, text: str) -> None:
    (quad,) = parse(answer(store, text, format), format.rdf)
    assert quad.triple == Quad(S, P, Literal("in g")).triple


@pytest.mark.parametrize("local", [".", "-", "a.", "a-.", ".-."])
def test_a_local_name_begins_with_no_dot(local: str) -> None:
    """Oxigraph reads `k:.SERVICE<…>` as a name, a dot, and a call."""
    text = f"SELECT * {{ ?s a k:{local}SERVICE<http://127.0.0.1/>{{ ?x ?y ?z }} }}"
    query = read_query(text)
    assert query.calls_service or local.startswith("a")
    with pytest.raises((QueryRefused, QuerySyntaxError)):
        evaluate(Store(), query, Dataset(prefixes={"k": "http://e/"}))


def test_what_varies_is_seen_behind_another_keyword() -> None:
    assert read_query("SELECT * { ?s ?p ?o } ORDER BYRAND()").varies
