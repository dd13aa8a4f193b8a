"""What the results about a focus node can depend on.

Every query of a plan walks from a focus node along triples. So a triple that
comes or goes can only change the results about the nodes from which a known
way leads to one of its ends: see `ways`. Asked of the graph that has the
triple, before it goes or after it has come, the ways miss nobody: when triples
go, then come, one by one, every result that changes has a witness with that
triple in it, and all else of it is in that graph too. They may name more nodes
than are concerned, never fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Protocol, cast, get_args

from graphsvc.paths import Path
from graphsvc.shacl.compiler import ShapePlan
from graphsvc.shacl.components import (
    cardinality,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_based,
    string_based,
    value_range,
    value_type,
)
from graphsvc.shacl.constraint import ConstrainedShape, Constraint
from graphsvc.shacl.hanging import query_reads
from graphsvc.shacl.model import Targets
from graphsvc.shacl.plan import Select, Step
from graphsvc.shacl.ways import OF_ITSELF, UNBOUNDED, Read, Way, hop, reads_on
from graphsvc.vocab import RDF_TYPE, sh

Reads = set[Read]
# Whoever reads no more than the value nodes of its shape.
_OF_VALUES = (
    cardinality.MinCount,
    cardinality.MaxCount,
    other.HasValue,
    other.In,
    string_based.MinLength,
    string_based.MaxLength,
    string_based.Pattern,
    string_based.LanguageIn,
    string_based.UniqueLang,
    value_range.MinExclusive,
    value_range.MinInclusive,
    value_range.MaxExclusive,
    value_range.MaxInclusive,
    value_type.Datatype,
    value_type.NodeKind,
)
_OF_SHAPES = (
    logical.Not,
    logical.And,
    logical.Or,
    logical.Xone,
    shape_based.Node,
    shape_based.Property,
    shape_based.QualifiedMinCount,
    shape_based.QualifiedMaxCount,
)
_Pair = (
    property_pair.Equals
    | property_pair.Disjoint
    | property_pair.LessThan
    | property_pair.LessThanOrEquals
)
_Sparql = sparql_based.SelectConstraint | sparql_based.CustomSelect | sparql_based.CustomAsk


_KNOWN = (value_type.Class, other.Closed, *get_args(_Pair), *get_args(_Sparql))


class _OfConstraint(Protocol):
    constraint: Constraint


def is_known(component: type[Constraint]) -> bool:
    """Is it known what the constraints of a component read? Of others, it may be anything."""
    return issubclass(component, (*_KNOWN, *_OF_VALUES, *_OF_SHAPES))


def reads_of_steps(plan: ShapePlan, steps: Iterable[Step]) -> Iterator[Reads]:
    """What each of the steps of a shape reads about a focus node."""
    constraints: dict[Constraint, Reads] = {}
    _walk(plan.constrained, (), constraints)
    targets = set(_reads_of_targets(plan.shape.targets))
    for step in steps:
        yield targets.union(*(constraints[each] for each in _constraints(step)))


def _constraints(step: Step) -> Iterator[Constraint]:
    if isinstance(step, Select):
        for finding in step.findings:
            yield cast("Constraint", finding.constraint)
    else:
        yield cast("_OfConstraint", step).constraint


def _reads_of_targets(targets: Targets) -> Iterator[Read]:
    if targets.classes:
        yield Read((), RDF_TYPE)
    for predicate in targets.subjects_of:
        yield Read((), predicate)
    for predicate in targets.objects_of:
        yield Read((), predicate, inverse=True)
    if targets.nodes:
        yield from OF_ITSELF


def _walk(shape: ConstrainedShape, way: Way, found: dict[Constraint, Reads]) -> None:
    """Every constraint of a shape, and of its property shapes, with what it reads."""
    for constraint in shape.constraints:
        reads = {read.after(way) for read in _reads(constraint)}
        found.setdefault(constraint, set()).update(reads, reads_on(way))
        if isinstance(constraint, shape_based.Property):
            _walk(constraint.member, (*way, *_values(constraint.shape.path)), found)


def _values(path: Path | None) -> Way:
    return () if path is None else (hop(path),)


def _reads(constraint: Constraint) -> Iterator[Read]:
    """What one constraint reads about the focus node of its shape."""
    values = _values(constraint.shape.path)
    yield from reads_on(values)
    if isinstance(constraint, value_type.Class):
        yield Read(values, RDF_TYPE)
    elif isinstance(constraint, other.Closed):
        yield Read(values)
    elif isinstance(constraint, _Pair):
        yield Read((), constraint.property)
    elif isinstance(constraint, _Sparql):
        yield Read(())  # for how the values that a query tells are written: see `forms`
        yield from _reads_of_queries(constraint, values)
    elif isinstance(constraint, _OF_SHAPES):
        for inner in _within(constraint):
            yield from (read.after(values) for read in _reads(inner))
    elif not isinstance(constraint, _OF_VALUES):
        yield UNBOUNDED


def _within(constraint: Constraint) -> Iterator[Constraint]:
    """The constraints of the shapes that a constraint is made of."""
    for field in fields(constraint):
        value = getattr(constraint, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, ConstrainedShape):
                yield from each.constraints


def _reads_of_queries(constraint: _Sparql, values: Way) -> Iterator[Read]:
    objects = constraint.shape.graph.objects
    is_ask = isinstance(constraint, sparql_based.CustomAsk)
    known: dict[str, Way] = {"this": ()}
    if is_ask:
        known["value"] = values
    for text in objects(constraint.node, sh("ask" if is_ask else "select")):
        yield from query_reads(constraint.query(text), known, is_select=not is_ask)
