"""What every constraint can be asked: is it kept, and by which queries is that found out?

A constraint component is a class in components/. Most say of one value node
what must hold, as a condition of SPARQL; the rest follows from that here.

Spec: https://www.w3.org/TR/shacl/#constraints
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import Literal, NamedNode

from graphsvc.paths import Path, Term
from graphsvc.report import Severity, ValidationResult
from graphsvc.shacl import sparql
from graphsvc.shacl.model import Shape
from graphsvc.shacl.plan import Finding, Scope, Select, Step
from graphsvc.vocab import sh

Condition = str | None  # None: no condition of SPARQL can say it
# A longer condition is no gain, and brackets in each other use up the stack of Oxigraph's parser.
LONGEST, DEEPEST = 20_000, 40  # characters, brackets
_SEVERITIES = {severity.iri: severity for severity in Severity}


@dataclass(frozen=True)
class Scan:
    """A constraint's part in a query that goes through the value nodes of its shape."""

    condition: str  # that nothing is wrong about a row
    of_focus: bool = False  # it is about the focus node, not about each value node
    optional: bool = False  # rows without a value node are wanted too
    key: str = ""  # an expression; rows that are alike in it tell of one violation


@dataclass(frozen=True, eq=False)
class Constraint(ABC):
    """A constraint of a shape."""

    name: ClassVar[str]  # of the component, without ConstraintComponent
    shape: Shape

    def __str__(self) -> str:
        return f"{self.shape.node} {self.name}"

    @property
    def component(self) -> NamedNode:
        return sh(f"{self.name}ConstraintComponent")

    @property
    def severity(self) -> Severity:
        """One of the shapes' own counts as a violation."""
        return _SEVERITIES.get(self.shape.severity_iri, Severity.VIOLATION)

    @property
    def source_constraint(self) -> Term | None:
        return None

    def wording(self) -> tuple[str, str]:
        """What is wanted, in English and Swedish, for a shape without a message."""
        return (
            f"The constraint {self.name} is not kept.",
            f"Villkoret {self.name} är inte uppfyllt.",
        )

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        """A condition that holds of the focus nodes that it finds nothing wrong with."""
        return None

    def scan(self, focus: str, value: str, names: sparql.Names) -> Scan | None:
        """Its part in the scan of its shape's value nodes, if it has one."""
        return None

    def steps(self, scope: Scope) -> Iterator[Step]:
        """The steps that find every violation, unless it has a part in the scan."""
        condition = self.conforms(scope.focus, scope.names)
        assert condition is not None
        yield Select(
            scope,
            scope.select((f"FILTER ({sparql.negated(condition)})",)),
            (Finding(self),),
        )

    def result(
        self,
        focus_node: Term,
        value: Term | None = None,
        path: Path | None = None,
        *,
        messages: Iterable[Literal] = (),
        details: Iterable[ValidationResult] = (),
    ) -> ValidationResult:
        """A result of this constraint."""
        shape = self.shape
        return ValidationResult(
            focus_node=focus_node,
            source_shape=shape.node,
            source_constraint_component=self.component,
            severity=self.severity,
            severity_iri=shape.severity_iri,
            result_path=path or shape.path,
            value=value,
            source_constraint=self.source_constraint,
            messages=tuple(sorted(shape.messages or messages or self._default(), key=str)),
            details=tuple(sorted(details, key=lambda result: result.sort_key)),
        )

    def _default(self) -> tuple[Literal, ...]:
        english, swedish = self.wording()
        return Literal(english, language="en"), Literal(swedish, language="sv")


class ValueConstraint(Constraint):
    """One that looks at each value node by itself, and reports it."""

    @abstractmethod
    def condition(self, focus: str, value: str, names: sparql.Names) -> Condition:
        """What holds of a value node that nothing is wrong with; it must not be an error."""

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        def wrong(value: str) -> Condition:
            condition = self.condition(focus, value, names)
            return None if condition is None else sparql.negated(condition)

        found = some_value(self.shape.path, focus, names, wrong)
        return None if found is None else sparql.negated(found)

    def scan(self, focus: str, value: str, names: sparql.Names) -> Scan | None:
        condition = self.condition(focus, value, names)
        return None if condition is None else Scan(condition)


def some_value(
    path: Path | None, focus: str, names: sparql.Names, condition: Callable[[str], Condition]
) -> Condition:
    """Is there a value node that fulfils a condition?"""
    value = focus if path is None else names.new("value")
    wanted = condition(value)
    if wanted is None or path is None:
        return wanted
    return sparql.exists(focus, path, value, wanted)


@dataclass(frozen=True, eq=False)
class ConstrainedShape:
    """A shape and its constraints; a deactivated one has none.

    Spec: https://www.w3.org/TR/shacl/#conformance-definition
    """

    shape: Shape
    constraints: tuple[Constraint, ...]

    def conforms(self, focus: str, names: sparql.Names) -> Condition:
        """A condition that holds of the nodes that conform to it."""
        conditions = [each.conforms(focus, names) for each in self.constraints]
        if None in conditions:
            return None
        condition = sparql.all_of(each for each in conditions if each is not None)
        fits = len(condition) <= LONGEST and sparql.depth(condition) <= DEEPEST
        return condition if fits else None

    def steps(self, scope: Scope) -> Iterator[Step]:
        """The steps that find every violation in a scope."""
        scanned: list[tuple[Constraint, Scan]] = []
        values = scope.values(self.shape.path)
        for constraint in self.constraints:
            scan = constraint.scan(scope.focus, values.focus, scope.names)
            if scan is None:
                yield from constraint.steps(scope)
            elif scan.condition != sparql.TRUE:
                scanned.append((constraint, scan))
        if scanned:
            yield _scan(scope, values, scanned)


def _scan(scope: Scope, values: Scope, scanned: list[tuple[Constraint, Scan]]) -> Select:
    """One query for all the constraints that look at value nodes as they come.

    Which of them is not kept is asked again of the few rows where one is not: to bind
    the answers for every row would take half as long again.
    """
    value = values.focus
    optional = any(scan.optional for _, scan in scanned)
    pattern = values.patterns[len(scope.patterns) :]
    where = [f"OPTIONAL {{ {each} }}" if optional else each for each in pattern]
    conditions, told, columns, findings = [], [], [value], []
    for constraint, scan in scanned:
        condition = scan.condition
        if optional and not scan.of_focus:
            # Not `!BOUND(…) ||`: Oxigraph may look for what fits an unbound variable first.
            condition = f"IF(BOUND({value}), {condition}, true)"
        conditions.append(condition)
        flag = None
        if len(scanned) > 1:
            flag = scope.names.new(constraint.name[0].lower() + constraint.name[1:])
            told.append(f"BIND ({condition} AS {flag})")
            columns.append(flag)
        once = scope.trail if scan.of_focus else ()
        if scan.key:
            columns.append(scope.names.new("key"))
            told.append(f"BIND ({scan.key} AS {columns[-1]})")
            once = (*once, columns[-1])
        findings.append(Finding(constraint, flag, None if scan.of_focus else value, once=once))
    where.append(f"FILTER ({sparql.negated(sparql.all_of(conditions))})")
    query = scope.select(tuple(where), tuple(columns), tuple(told))
    return Select(scope, query, tuple(findings))
