"""The W3C's SPARQL 1.1 suite: its manifests as cases, and its data as one release.

Each file of data is a named graph of that release, under the IRI that it has on
the web; a test's dataset is made of them by the parameters of the protocol.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from manifests import MF, SPARQL, Graph
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from graphsvc.literals import as_stored
from graphsvc.paths import Term
from graphsvc.release import Release
from graphsvc.vocab import RDF_TYPE
from web.releases import open_release

BASE = "https://example.org/w3c/"  # of the publication
NOTHING = "urn:graphsvc:empty"  # names a graph without a triple

_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
# Of other specifications: entailment, federation, update.
_OTHERS = {"entailment", "service", "syntax-fed", "delete-insert", "syntax-update-1"}

Solutions = Sequence[Mapping[str, Term]]


@dataclass(frozen=True)
class Case:
    """A test: the query and the graphs that it is asked of, by IRI; what is to come of it."""

    iri: str
    kind: str  # the name of its class
    query: str  # the IRI of the file
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[tuple[str, str], ...] = ()  # each with the IRI of its file
    result: str | None = None

    @property
    def text(self) -> str:
        """The query; relative IRIs are relative to its file."""
        return f"BASE <{self.query}>\n" + SPARQL.path(self.query).read_text(encoding="utf-8")


def folders() -> list[str]:
    found = {path.parent.name for path in SPARQL.folder.glob("*/manifest.ttl")}
    return sorted(found - _OTHERS)


def cases(*kinds: str) -> Iterator[Case]:
    """The tests of some classes, in the order of their IRIs."""
    for folder in folders():
        graph = SPARQL.graph(f"{SPARQL.base_iri}{folder}/manifest.ttl")
        for kind in kinds:
            for test in sorted(graph.subjects[NamedNode(MF + kind)], key=str):
                yield _case(graph, test, kind)


def _case(graph: Graph, test: Term, kind: str) -> Case:
    action = graph.the(test, MF + "action")
    query = graph.one(action, _QT + "query") or action
    result = graph.one(test, MF + "result")
    return Case(
        test.value,
        kind,
        query.value,
        tuple(each.value for each in graph.all(action, _QT + "data")),
        tuple(_named(graph, each) for each in graph.all(action, _QT + "graphData")),
        None if result is None else result.value,
    )


def _named(graph: Graph, data: Term) -> tuple[str, str]:
    file = graph.one(data, _QT + "graph") or graph.one(data, _UT + "graph") or data
    name = graph.one(data, _LABEL)
    return (name or file).value, file.value


# ----- the release


def release_of(
    cases: Iterable[Case], folder: Path, more: Iterable[tuple[str, str]] = ()
) -> Release:
    """A release with every graph that the cases need."""
    files = {name: file for case in cases for name, file in case.named_graphs}
    files |= {each: each for case in cases for each in case.default_graphs}
    files |= dict(more)
    n_quads = folder / "w3c.nq"
    with n_quads.open("wb") as output:
        for name, file in sorted(files.items()):
            quads = (
                Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))
                for quad in parse(
                    path=str(SPARQL.path(file)),
                    format=RdfFormat.from_extension(SPARQL.path(file).suffix[1:]),
                    base_iri=name,
                    rename_blank_nodes=True,  # each file has its own
                )
            )
            serialize(quads, output, format=RdfFormat.N_QUADS)
    return open_release(folder, n_quads, BASE, dict.fromkeys(files, 0))


# ----- results


def expected(case: Case) -> bool | Solutions | set[str]:
    """What is to come of it: an answer, solutions, or a graph in canonical N-Triples."""
    assert case.result is not None
    path = SPARQL.path(case.result)
    if path.suffix in (".srx", ".srj", ".tsv"):
        return read_results(path.read_bytes(), path.suffix[1:])
    quads = list(
        parse(
            path=str(path),
            format=RdfFormat.from_extension(path.suffix[1:]),
            base_iri=case.result,
        )
    )
    graph = Graph(quads)
    sets = graph.subjects[NamedNode(_RS + "ResultSet")]
    if not sets:
        return canonical(quads)
    if (answer := graph.one(sets[0], _RS + "boolean")) is not None:
        return answer.value == "true"
    return [
        {
            graph.text(binding, _RS + "variable"): _plain(graph.the(binding, _RS + "value"))
            for binding in graph.all(solution, _RS + "binding")
        }
        for solution in graph.all(sets[0], _RS + "solution")
    ]


def read_results(body: bytes, suffix: str) -> bool | Solutions:
    results = parse_query_results(body, QueryResultsFormat.from_extension(suffix))
    if isinstance(results, QueryBoolean):
        return bool(results)
    assert isinstance(results, QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [
        {name: _plain(value) for name in names if (value := solution[name]) is not None}
        for solution in results
    ]


def _plain(term: Any) -> Term:
    """A literal as a Store has it: its value is the same, and maybe not its form."""
    return as_stored(term) if isinstance(term, Literal) else cast("Term", term)


def same_solutions(one: Solutions, other: Solutions) -> bool:
    """Are they the same but for their order and the labels of blank nodes?"""
    if not any(isinstance(term, BlankNode) for row in (*one, *other) for term in row.values()):
        return _counted(one) == _counted(other)
    return canonical(_as_graph(one)) == canonical(_as_graph(other))


def _counted(solutions: Solutions) -> Counter[frozenset[tuple[str, Term]]]:
    return Counter(frozenset(row.items()) for row in solutions)


def _as_graph(solutions: Solutions) -> Iterator[Quad]:
    for number, row in enumerate(solutions):
        node = BlankNode(f"row{number}")
        yield Quad(node, RDF_TYPE, NamedNode(_RS + "ResultBinding"))
        for name, term in row.items():
            yield Quad(node, NamedNode(f"urn:variable:{name}"), term)


def canonical(quads: Iterable[Quad]) -> set[str]:
    """Triples in canonical form, literals as a Store has them."""
    dataset = Dataset(Quad(quad.subject, quad.predicate, _plain(quad.object)) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}
