"""What is found again after a change is what a full run finds.

Some hundred histories are always the same. More of them, others each time:

    GRAPHSVC_CASES=100000 python -m pytest tests/shacl/test_incremental.py
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, Quad
from strategies import EX, FAMILIES, Case, Family, cases, data, ex, turtle, xsd

import graphsvc.shacl.components
from graphsvc.errors import ShapesError
from graphsvc.paths import Term
from graphsvc.report import ValidationResult
from graphsvc.shacl import compiled
from graphsvc.shacl.constraint import Constraint
from graphsvc.shacl.dependencies import is_known
from graphsvc.shacl.hanging import query_reads
from graphsvc.shacl.incremental import IncrementalEngine, Plans
from graphsvc.shacl.prebinding import ShapesQuery
from graphsvc.shacl.ways import Anything
from graphsvc.vocab import RDF_TYPE, sh

CASES = int(os.environ.get("GRAPHSVC_CASES", "0"))
EACH = (CASES or 400) // len(FAMILIES)
MANY = pytest.param(EACH * 10, marks=pytest.mark.slow, id="many")

# Hypothesis says so now and then of strategies that do recur.
pytestmark = pytest.mark.filterwarnings("ignore:extend=")


@dataclass(frozen=True)
class History:
    """A case, and what becomes of its data."""

    case: Case
    states: tuple[tuple[Quad, ...], ...]

    def __repr__(self) -> str:
        return repr(self.case) + "".join(f"\n# then\n{turtle(state)}" for state in self.states)


@st.composite
def histories(draw: st.DrawFn, family: Family) -> History:
    case = draw(cases(family))
    now = triples(case.data)
    states = []
    for _ in range(draw(st.integers(1, 4))):
        gone = draw(st.sets(st.sampled_from(sorted(now, key=str)), max_size=3)) if now else set()
        new = draw(data(family.values, twins=not family.queries))[: draw(st.integers(0, 3))]
        now = (now - gone) | triples(new)
        states.append(tuple(sorted(now, key=str)))
    return History(case, tuple(states))


@pytest.mark.parametrize("examples", [pytest.param(EACH, id="some"), MANY])
@pytest.mark.parametrize("family", FAMILIES)
def test_it_finds_what_a_full_run_finds(family: str, examples: int) -> None:
    @settings(
        max_examples=examples,
        derandomize=not CASES,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(histories(FAMILIES[family]))
    def compare(history: History) -> None:
        case = history.case
        engine = IncrementalEngine()
        engine.graph.extend(case.data)
        try:
            engine.set_plans(Plans.of(case.shapes))
        except ShapesError:
            return
        before = triples(case.data)
        for state in history.states:
            after = set(state)
            engine.update(before - after, after - before)
            assert Counter(engine.results()) == full_run(state, case.shapes)
            before = after

    compare()


def triples(quads: Iterable[Quad]) -> set[Quad]:
    """Without the graphs, which do not matter to SHACL."""
    return {Quad(*quad.triple) for quad in quads}


def full_run(data_graph: Sequence[Quad], shapes_graph: Sequence[Quad]) -> Counter[ValidationResult]:
    return Counter(compiled.validate(data_graph, shapes_graph))


# Queries of a shapes graph

VARIABLES = ("$this", "?a", "?a", "?b", "?c")
PLAIN = tuple(f"<{name}>" for name in "pqrstu")
PREDICATES = (*PLAIN * 4, "?any", "<p>/<q>", "^<p>", "<q>*", "(<r>|^<q>)+", "<s>?")


@st.composite
def groups(draw: st.DrawFn, depth: int = 2) -> str:
    """A group graph pattern of triple patterns, and groups in it."""
    parts = []
    for _ in range(draw(st.sampled_from((1, 2, 2, 3)))):
        kind = draw(st.sampled_from(("triple",) * 4 + (KINDS if depth else ())))
        if kind == "triple":
            one, other = draw(st.sampled_from(VARIABLES)), draw(st.sampled_from(ENDS))
            parts.append(f"{one} {draw(st.sampled_from(PREDICATES))} {other} .")
        elif kind == "UNION":
            parts.append(f"{draw(groups(depth - 1))} UNION {draw(groups(depth - 1))}")
        elif kind == "SELECT":
            names = " ".join(draw(st.sets(st.sampled_from(VARIABLES), min_size=1)))
            parts.append(f"{{ SELECT DISTINCT {names} WHERE {draw(groups(depth - 1))} }}")
        else:
            parts.append(f"{kind} {draw(groups(depth - 1))}")
    return "{ " + " ".join(parts) + " }"


ENDS = (*VARIABLES, *VARIABLES, "<a>", "<b>", "1")
KINDS = (
    "UNION",
    "SELECT",
    "OPTIONAL",
    "OPTIONAL",
    "MINUS",
    "FILTER NOT EXISTS",
    "FILTER EXISTS",
    "",
)
ONE = xsd("1", "integer")


def test_what_every_constraint_reads_is_known() -> None:
    """Else the least change would mean to validate everything."""
    components = [
        each
        for module in pkgutil.iter_modules(graphsvc.shacl.components.__path__)
        for each in vars(
            importlib.import_module(f"graphsvc.shacl.components.{module.name}")
        ).values()
        if isinstance(each, type) and issubclass(each, Constraint) and hasattr(each, "name")
    ]
    assert len(components) > 25
    assert [each for each in components if not is_known(each)] == []


@pytest.mark.parametrize(
    ("group", "way"),
    [
        ("$this <p> ?a . ?a <q> ?b", "<p>"),
        ("?b <q> ?a . ?a <p> $this", "^<p>"),
        ("$this <p>/<r>* ?a OPTIONAL { ?a <q> ?b }", "<p>/(<r>*)"),
        ("$this <p> ?a OPTIONAL { ?a ?any ?c . ?c <q> ?b }", "<p> any"),
        ("{ ?a <q> ?b } UNION { ?a <r> ?b } $this <p> ?a", "<p>"),
        ("$this <p> ?a FILTER NOT EXISTS { ?b <q> ?a }", "<p>"),
        ("$this <p> ?a MINUS { ?a <q> ?b }", "<p>"),
        ("OPTIONAL { ?a <q> ?b } $this <p> ?a", "unknown"),
        ("?c <p> ?a . ?a <q> ?b", "unknown"),
        ("OPTIONAL { $this <p> ?a } OPTIONAL { ?a <q> ?b }", "unknown"),
        ("{ SELECT ?c { ?a <q> ?b . ?c <r> ?a } } $this <p> ?a", "unknown"),
        ("SERVICE <s> { ?a <q> ?b }", "unknown"),
    ],
)
def test_a_query_is_read_along_its_patterns(group: str, way: str) -> None:
    text = f"SELECT $this WHERE {{ {group} }}".replace("<", f"<{EX}")
    reads = query_reads(ShapesQuery(text, {}, None, {}), {"this": ()}, is_select=True)
    found = {read.way for read in reads if read.predicate in (ex("q"), None) and read.way != ()}
    ways = [] if None in found else [each for each in found if each is not None]
    steps = max(ways, key=len, default=())
    told = " ".join("any" if isinstance(step, Anything) else str(step) for step in steps)
    assert (told.replace(EX, "") if ways else "unknown") == way


@pytest.mark.parametrize("examples", [pytest.param(EACH, id="some"), MANY])
def test_it_finds_what_a_full_run_finds_by_queries(examples: int) -> None:
    nodes = [ex("a"), ex("b")]
    ends: list[Term] = [*nodes, ONE]
    every = [Quad(s, p, o) for s in nodes for p in map(ex, "pqrstu") for o in ends]
    some = st.sets(st.sampled_from(every), max_size=12)
    few = st.sets(st.sampled_from(every), min_size=1, max_size=2)

    @settings(max_examples=examples * 3, derandomize=not CASES, database=None, deadline=None)
    @given(groups(), some, st.lists(few, min_size=8, max_size=8))
    def compare(group: str, data: set[Quad], changes: list[set[Quad]]) -> None:
        text = f"SELECT DISTINCT $this ?a WHERE {group}".replace("<", f"<{EX}")
        shape, constraint = ex("S"), ex("Q")
        shapes = [
            Quad(shape, RDF_TYPE, sh("NodeShape")),
            Quad(shape, sh("targetSubjectsOf"), ex("p")),
            Quad(shape, sh("sparql"), constraint),
            Quad(constraint, sh("select"), Literal(text)),
        ]
        engine = IncrementalEngine()
        engine.graph.extend(data)
        try:
            engine.set_plans(Plans.of(shapes))
        except ShapesError:
            return
        for change in changes:
            engine.update(data & change, change - data)
            data = data ^ change
            assert set(engine.results()) == set(full_run(tuple(data), shapes))

    compare()


def test_of_two_literals_that_a_store_shows_alike_one_can_go() -> None:
    one, other = (Quad(ex("a"), ex("p"), xsd(form, "integer")) for form in ("01", "+1"))
    text = f"SELECT $this ?value WHERE {{ $this <{EX}p> ?value }}"
    shapes = [
        Quad(ex("S"), RDF_TYPE, sh("NodeShape")),
        Quad(ex("S"), sh("targetNode"), ex("a")),
        Quad(ex("S"), sh("sparql"), ex("Q")),
        Quad(ex("Q"), sh("select"), Literal(text)),
    ]
    engine = IncrementalEngine()
    engine.graph.extend([one, other])
    engine.set_plans(Plans.of(shapes))
    engine.update({one}, set())
    assert Counter(engine.results()) == full_run([other], shapes)
    assert len(list(engine.results())) == 1
