"""Data graphs in another SPARQL engine, over HTTP, for the queries of a plan.

A validation asks many queries, and traces nodes from one answer to the next. So
the engine has to give a blank node the same label in every answer: the protocol
does not promise that, but engines do it. No query can name a blank node, though.

Spec: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

import httpx
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from graphsvc.errors import GraphsvcError, printable
from graphsvc.paths import Term
from graphsvc.queries import lexemes
from graphsvc.shacl.plan import Query, Row
from graphsvc.shacl.store import in_graphs, of_shapes
from graphsvc.shacl.written import AS_STORED, AS_WRITTEN, SHAPES_GRAPH, decode
from graphsvc.vocab import XSD

RESULTS = "application/sparql-results+json"
SHOWN = 200  # characters of what an endpoint says when it refuses
CHUNK_BYTES = 1 << 16
_NO_TEXT = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
SPOOLED_BYTES = 1 << 24  # more than so many wait on disk


class EndpointError(GraphsvcError):
    """An endpoint refuses, does not answer, or answers with something else than was asked for."""


class Endpoint:
    """Graphs of a SPARQL endpoint that a plan runs on."""

    def __init__(self, client: httpx.Client, url: str, data_graphs: Sequence[NamedNode]) -> None:
        self._client, self._url = client, url
        self._graphs = [graph.value for graph in data_graphs]

    def select(self, query: Query) -> Iterator[Row]:
        """Solutions of a query. Each answer is read whole before its first row is given.

        Raises EndpointError if there is no answer, or not all of it.
        """
        text = query.text if query.this is None else asked_about(query.text, query.this)
        literals = AS_WRITTEN if query.as_written else AS_STORED
        response = _send(
            self._client,
            self._client.build_request(
                "POST",
                self._url,
                data={
                    "query": text,
                    "default-graph-uri": [*self._graphs, literals.value],
                    "named-graph-uri": SHAPES_GRAPH.value,
                },
                headers={"Accept": RESULTS},
            ),
        )
        names = [name[1:] for name in query.columns]
        try:
            for solution in _solutions(response):
                yield tuple(_cell(solution.get(name)) for name in names)
        except (KeyError, ValueError, TypeError) as error:
            what = f"{self._url}: answers with something that is no term of RDF 1.1: {error}"
            raise EndpointError(what) from error


def _send(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    try:
        response = client.send(request)
    except httpx.TimeoutException as error:
        raise EndpointError(f"{request.url}: no answer in time") from error
    except httpx.HTTPError as error:
        raise EndpointError(f"{request.url}: {printable(str(error))}") from error
    if response.is_success:
        return response
    raise EndpointError(f"{request.url}: {response.status_code}: {_said(response)}")


def _said(response: httpx.Response) -> str:
    """What an endpoint says, on one line; of a page, its text."""
    text = response.text
    if "html" in response.headers.get("Content-Type", ""):
        text = _NO_TEXT.sub(" ", text)
    said = " ".join(text.split()) or response.reason_phrase
    return printable(said if len(said) <= SHOWN else f"{said[:SHOWN]}…")


def _solutions(response: httpx.Response) -> list[Mapping[str, Any]]:
    """Spec: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms."""
    content_type = response.headers.get("Content-Type", "")
    if content_type.partition(";")[0].strip() != RESULTS:
        raise EndpointError(f"{response.url}: answers {content_type or 'nothing'}, not {RESULTS}")
    try:
        found = json.loads(response.content)["results"]["bindings"]
    except (ValueError, KeyError, TypeError) as error:
        raise EndpointError(f"{response.url}: the answer breaks off: {error}") from error
    limit = response.headers.get("X-SPARQL-MaxRows")
    if "X-SQL-State" in response.headers or (limit and len(found) >= int(limit)):
        raise EndpointError(f"{response.url}: the answer is cut after {len(found)} solutions")
    return cast("list[Mapping[str, Any]]", found)


def _cell(cell: Mapping[str, str] | None) -> Term | None:
    if cell is None:
        return None
    kind, value = cell["type"], cell["value"]
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return BlankNode(_label(value))
    if "xml:lang" in cell:
        return Literal(value, language=cell["xml:lang"])
    return decode(_literal(value, cell.get("datatype")))


def _label(label: str) -> str:
    """A label that Turtle has as well: Virtuoso has nodeID://b10001."""
    return label if label.isascii() and label.isalnum() else f"x{label.encode().hex()}"


def _literal(value: str, datatype: str | None) -> Literal:
    if datatype is None:
        return Literal(value)
    if datatype == f"{XSD}boolean":  # that is written so has a datatype of ours: see `written`
        value = {"0": "false", "1": "true"}.get(value, value)
    return Literal(value, datatype=NamedNode(datatype))


def asked_about(text: str, this: Term) -> str:
    """A query with $this written out, which is as if it were bound before the query starts.

    Raises EndpointError if it is a blank node, which no text can name.
    Spec: https://www.w3.org/TR/shacl/#pre-binding
    """
    if isinstance(this, BlankNode):
        raise EndpointError(
            f"a query of the shapes has to be asked about {this} by itself, and over HTTP none can "
            "be asked about a blank node: give the node an IRI, or validate in a store of our own"
        )
    writer = _Writer(str(this))
    for kind, lexeme in lexemes(text):
        writer.add(kind, lexeme)
    return "".join(writer.found)


class _Writer:
    """Writes a query with a term for $this, in the form that each place demands."""

    def __init__(self, term: str) -> None:
        self.found: list[str] = []
        self._term = term
        self._clause = ""  # SELECT: a projection; BY: what it is grouped or ordered by
        self._depth = self._selects = 0
        self._solid: list[str] = []  # without spaces and comments
        self._skips = False

    def add(self, kind: str, lexeme: str) -> None:
        word = lexeme.upper() if kind == "words" else lexeme
        if kind == "variable" and word[1:] == "this":
            self._write_this()
            return
        self._note(word)
        if self._skips and word == ")":
            self._skips = False
            return
        self.found.append(lexeme)
        if kind not in ("space", "comment"):
            self._solid.append(word)

    def _note(self, word: str) -> None:
        self._depth += (word == "(") - (word == ")")
        if word in ("SELECT", "BY"):
            self._clause, self._depth = word, 0
            self._selects += word == "SELECT"
        elif word in ("WHERE", "{", "}", "HAVING", "LIMIT", "OFFSET"):
            self._clause = ""

    def _write_this(self) -> None:
        if self._solid[-2:] == ["BOUND", "("]:
            while self.found.pop().upper() != "BOUND":
                pass
            self.found.append("true")
            self._skips = True
        elif self._depth or not self._clause:
            self.found.append(self._term)
        elif self._clause == "SELECT":
            number = f"_{self._selects}" if self._selects > 1 else ""  # a name is bound but once
            self.found.append(f"({self._term} AS ?this{number})")
        else:
            self.found.append(f"({self._term})")


@dataclass(frozen=True)
class GraphStore:
    """Where an engine takes graphs and updates.

    Spec: https://www.w3.org/TR/sparql11-http-rdf-update/
    """

    client: httpx.Client
    graphs_url: str
    update_url: str

    def load(
        self, data_graph: NamedNode, quads: Iterable[Quad], shapes_graph: Iterable[Quad] = ()
    ) -> None:
        """Replace the graphs of an Endpoint for `data_graph`.

        A blank node is the same in all of them. A graph cannot be put so, beside
        another; so all the data is put into one, and from there an update takes what
        belongs elsewhere.

        Raises EndpointError if the engine refuses one of them.
        """
        others: dict[NamedNode, set[NamedNode]] = {AS_WRITTEN: set(), AS_STORED: set()}
        self._put(data_graph, _marked(quads, others))
        for graph, predicates in others.items():
            self._put(graph, ())
            if predicates:
                self._move(data_graph, graph, predicates)
        self._put(SHAPES_GRAPH, map(of_shapes, shapes_graph))

    def _put(self, graph: NamedNode, quads: Iterable[Quad]) -> None:
        """Spec: https://www.w3.org/TR/sparql11-http-rdf-update/#http-put."""
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as file:
            triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
            serialize(triples, cast("IO[bytes]", file), format=RdfFormat.N_TRIPLES)
            # Virtuoso says 201 to a body without a stated length, and loads nothing.
            headers = {"Content-Type": "text/turtle", "Content-Length": str(file.tell())}
            content = _Content(cast("IO[bytes]", file))
            params = {"graph": graph.value}
            self._send("PUT", self.graphs_url, params=params, content=content, headers=headers)

    def _move(self, source: NamedNode, target: NamedNode, predicates: Iterable[NamedNode]) -> None:
        pairs = " ".join(f"({_mark(each, target)} {each})" for each in predicates)
        text = (
            f"DELETE {{ GRAPH {source} {{ ?s ?marked ?o }} }}\n"
            f"INSERT {{ GRAPH {target} {{ ?s ?p ?o }} }}\n"
            f"WHERE {{ VALUES (?marked ?p) {{ {pairs} }} GRAPH {source} {{ ?s ?marked ?o }} }}"
        )
        self._send("POST", self.update_url, data={"update": text})

    def _send(self, method: str, url: str, **parts: Any) -> None:
        _send(self.client, self.client.build_request(method, url, **parts))


def _marked(quads: Iterable[Quad], others: Mapping[NamedNode, set[NamedNode]]) -> Iterator[Quad]:
    """The triples of a data graph, those of other graphs with predicates that tell of it."""
    for quad in in_graphs(quads):
        graph = quad.graph_name
        if isinstance(graph, NamedNode):
            others[graph].add(quad.predicate)
            yield Quad(quad.subject, _mark(quad.predicate, graph), quad.object)
        else:
            yield quad


def _mark(predicate: NamedNode, graph: NamedNode) -> NamedNode:
    return NamedNode(f"{graph.value}:{predicate.value}")


class _Content:
    """A file as a body that can be sent again, as who is asked for a password must."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk
