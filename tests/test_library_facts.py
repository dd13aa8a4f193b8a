"""What DESIGN.md, section 6, says of the libraries: when one of these fails, a design may change.

What takes seconds to show (facts 3 and 12, and that nothing stops a query) is measured in bench/.
"""

from __future__ import annotations

import inspect
import io
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import anyio
import httpx
import pytest
import rdflib
from fastapi import FastAPI
from pyoxigraph import (
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    parse,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
S, P = NamedNode("http://e/s"), NamedNode("http://e/p")
REWRITTEN = [
    ("01", "integer", "1", "integer"),
    ("5.50", "decimal", "5.5", "decimal"),
    ("1.0E3", "double", "1000", "double"),
    ("2020-01-01T00:00:00.000Z", "dateTime", "2020-01-01T00:00:00Z", "dateTime"),
    ("1", "boolean", "true", "boolean"),
    ("5", "nonNegativeInteger", "5", "integer"),
    ("300", "byte", "300", "integer"),
]


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


# 1 and 2: threads and time


def test_touching_results_from_another_thread_ends_the_process() -> None:
    program = """
import threading
from pyoxigraph import Store
solutions = Store().query("SELECT * { VALUES ?x { 1 2 } }")
thread = threading.Thread(target=next, args=(solutions,))
thread.start()
thread.join()
print("alive")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert b"unsendable" in done.stderr


def test_a_query_takes_neither_a_time_limit_nor_a_switch_for_service() -> None:
    parameters = set(inspect.signature(Store.query).parameters)
    assert parameters == {
        *("self", "query", "base_iri", "prefixes", "use_default_graph_as_union"),
        *("default_graph", "named_graphs", "substitutions"),
        *("custom_functions", "custom_aggregate_functions"),
    }


# 4: literals


@pytest.mark.parametrize(("value", "datatype", "shown", "shown_type"), REWRITTEN)
def test_a_store_rewrites_literals_and_a_parser_and_a_dataset_do_not(
    value: str, datatype: str, shown: str, shown_type: str
) -> None:
    line = f'<http://e/s> <http://e/p> "{value}"^^<{XSD}{datatype}> .'
    (parsed,) = parse(line.encode(), RdfFormat.N_TRIPLES)
    (kept,) = Dataset([parsed])
    store = Store()
    store.add(parsed)
    (stored,) = store
    assert parsed.object == kept.object == typed(value, datatype)
    assert stored.object == typed(shown, shown_type)


def test_rdflib_rewrites_literals_too() -> None:
    graph = rdflib.Graph().parse(data=f'<a:s> <a:p> "01"^^<{XSD}integer> .', format="turtle")
    (value,) = graph.objects()
    assert str(value) == "1"


# 5: lines


class OneLine:
    """Gives out one line at each read."""

    def __init__(self, text: str) -> None:
        self._lines: Iterator[bytes] = iter(text.encode().splitlines(keepends=True))
        self.line = 0

    def read(self, _size: int = -1) -> bytes:
        self.line += 1
        return next(self._lines, b"")


@pytest.mark.parametrize(
    ("format", "text"),
    [
        (RdfFormat.TURTLE, "<a:s>\n<a:p>\n3 ,\n<a:4> ;\n<a:q> '5' ,\n'''6\n7''' , 7 ."),
        (RdfFormat.TRIG, "<a:g> {\n<a:s> <a:p> 2 .\n<a:s> <a:p> 3 ,\n4 }"),
        (RdfFormat.N_TRIPLES, '<a:s> <a:p> "1" .\n\n<a:s> <a:p> <a:3> .\n'),
        (RdfFormat.N_QUADS, '<a:s> <a:p> "1" <a:g> .\n#\n<a:s> <a:p> <a:3> .\n'),
    ],
    ids=lambda value: value.name if isinstance(value, RdfFormat) else "",
)
def test_a_parser_fed_line_by_line_gives_each_quad_at_its_line(
    format: RdfFormat, text: str
) -> None:
    reader = OneLine(text)
    for quad in parse(cast("IO[bytes]", reader), format):
        assert isinstance(quad.object, Literal | NamedNode)
        assert quad.object.value[-1] == str(reader.line)


def test_only_after_a_string_does_the_parser_read_on_first() -> None:
    reader = OneLine("<a:s> <a:p> '1'\n.")
    next(parse(cast("IO[bytes]", reader), RdfFormat.TURTLE))
    assert reader.line > 1


# 6: values are bound, never pasted


def test_a_substitution_binds_a_value() -> None:
    store = Store()
    store.add(Quad(S, P, Literal("x"), DefaultGraph()))
    odd = NamedNode("http://e/s'#--")
    for iri, found in ((S, True), (odd, False)):
        result = store.query("ASK { ?iri ?p ?o }", substitutions={Variable("iri"): iri})
        assert isinstance(result, QueryBoolean)
        assert bool(result) is found


# 8: HEAD


def test_a_get_route_of_fastapi_refuses_head_unless_told() -> None:
    app = FastAPI()
    app.get("/get")(lambda: "x")
    app.api_route("/both", methods=["GET", "HEAD"])(lambda: "x")

    async def status(path: str) -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://e") as client:
            return (await client.head(path)).status_code

    assert anyio.run(status, "/get") == 405
    assert anyio.run(status, "/both") == 200


# 9: GeoSPARQL


def test_geosparql_functions_are_evaluated() -> None:
    result = Store().query(
        """
        PREFIX geo: <http://www.opengis.net/ont/geosparql#>
        PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
        ASK { FILTER(geof:sfWithin("POINT(1 1)"^^geo:wktLiteral,
                     "POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))"^^geo:wktLiteral)) }
        """
    )
    assert isinstance(result, QueryBoolean)
    assert result


# 11: read-only stores


def test_a_read_only_store_sees_what_was_there_when_it_was_opened(tmp_path: Path) -> None:
    writer = Store(str(tmp_path))
    writer.add(Quad(S, P, Literal("1"), DefaultGraph()))
    writer.flush()
    before = Store.read_only(str(tmp_path))
    writer.add(Quad(S, P, Literal("2"), DefaultGraph()))
    writer.flush()
    after = Store.read_only(str(tmp_path))
    assert (len(before), len(after)) == (1, 2)


# 13: syntax errors


def test_a_parser_goes_on_after_a_fault_and_tells_line_and_columns() -> None:
    text = b"<a:s> <a:p> x:y .\n<a:s> <a:p> 1 .\n<a:s> <a:p> <a b> .\n<a:s> <a:p> 2 .\n"
    quads, found = parse(text, RdfFormat.TURTLE), []
    while True:
        try:
            found.append(str(next(quads).object)[1])
        except StopIteration:
            break
        except SyntaxError as error:
            found.append(f"{error.lineno}:{error.offset}-{error.end_offset}")
    assert found == ["1:13-16", "1", "3:13-18", "2"]


@pytest.mark.parametrize("iri", ["http://e/a b", "relative"])
def test_rdflib_accepts_iris_that_pyoxigraph_refuses(iri: str) -> None:
    text = f"<{iri}> <a:p> <a:o> ."
    with pytest.raises(SyntaxError):
        list(parse(text.encode(), RdfFormat.TURTLE))
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == 1


def test_an_ill_typed_literal_is_no_fault_to_a_parser() -> None:
    (quad,) = parse(f'<a:s> <a:p> "x"^^<{XSD}date> .'.encode(), RdfFormat.TURTLE)
    assert quad.object == typed("x", "date")


def test_unfinished_rdf_xml_passes_for_a_whole_document() -> None:
    text = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description>"
    assert list(parse(io.BytesIO(text), RdfFormat.RDF_XML)) == []


# 14: SERVICE


def called(text: str) -> bool:
    """Does evaluating this query make pyoxigraph call a port of ours?"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        callers = []

        def hang_up() -> None:
            with suppress(OSError):
                caller, _ = listener.accept()
                callers.append(caller)
                caller.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with suppress(OSError, RuntimeError, SyntaxError):
            solutions = Store().query(text.replace("URL", url), prefixes={"": url})
            assert isinstance(solutions, QuerySolutions)
            list(solutions)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    return bool(callers)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } }", True),
        ("SELECT * { SERVICESILENT<URL>{ ?s ?p ?o } }", True),
        ("SELECT * { SERVICE:x { ?s ?p ?o } }", True),
        ("SELECT * FROM <URL> { ?s ?p ?o }", False),
        ("SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }", False),
    ],
)
def test_service_is_called_wherever_the_word_stands_and_nothing_else_is(
    text: str, calls: bool
) -> None:
    assert called(text) is calls
