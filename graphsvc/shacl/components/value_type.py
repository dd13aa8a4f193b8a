"""Value type constraint components.

Spec: https://www.w3.org/TR/shacl/#core-components-value-type
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graphsvc.shacl import sparql
from graphsvc.shacl.constraint import ValueConstraint
from graphsvc.shacl.written import well_typed
from graphsvc.vocab import RDF_TYPE, RDFS_SUBCLASS_OF, sh


@dataclass(frozen=True, eq=False)
class Class(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#ClassConstraintComponent."""

    name = "Class"
    class_: NamedNode

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        type_ = names.new("type")
        # Most are of the class itself. Beside another condition an EXISTS is asked of each type;
        # alone in its filter it would become a join with all that have one.
        above = f"EXISTS {{ {type_} {RDFS_SUBCLASS_OF}* {self.class_} }}"
        below = f"FILTER (sameTerm({type_}, {self.class_}) || {above})"
        ways = f"{value} {RDF_TYPE} {self.class_}", f"{value} {RDF_TYPE} {type_} . {below}"
        return sparql.any_of(f"EXISTS {{ {way} }}" for way in ways)

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must be an instance of {self.class_}.",
            f"Värdet måste vara en instans av {self.class_}.",
        )


@dataclass(frozen=True, eq=False)
class Datatype(ValueConstraint):
    """Ill-typed literals have a datatype of their own in the Store: see `written`.

    Spec: https://www.w3.org/TR/shacl/#DatatypeConstraintComponent
    """

    name = "Datatype"
    datatype: NamedNode

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        forms = map(NamedNode, well_typed(self.datatype.value))
        return sparql.certain(sparql.is_one_of(f"DATATYPE({value})", forms))

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must be a well-typed literal of {self.datatype}.",
            f"Värdet måste vara en giltig literal av {self.datatype}.",
        )


_KINDS = {
    sh("IRI"): ("isIRI",),
    sh("BlankNode"): ("isBlank",),
    sh("Literal"): ("isLiteral",),
    sh("BlankNodeOrIRI"): ("isBlank", "isIRI"),
    sh("BlankNodeOrLiteral"): ("isBlank", "isLiteral"),
    sh("IRIOrLiteral"): ("isIRI", "isLiteral"),
}


@dataclass(frozen=True, eq=False)
class NodeKind(ValueConstraint):
    """Spec: https://www.w3.org/TR/shacl/#NodeKindConstraintComponent."""

    name = "NodeKind"
    kind: NamedNode

    def condition(self, focus: str, value: str, names: sparql.Names) -> str:
        return sparql.any_of(f"{function}({value})" for function in _KINDS[self.kind])

    def wording(self) -> tuple[str, str]:
        return (
            f"The value must be of the kind {self.kind}.",
            f"Värdet måste vara av sorten {self.kind}.",
        )
