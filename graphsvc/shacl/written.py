"""Literals as they were written, in a Store that would write them anew.

A Store shows "01"^^xsd:integer as "1", and every xsd:byte as an xsd:integer;
two terms of the data may become one there. SHACL compares terms. So a literal
that would not come back as it went in goes under a datatype of ours, whose
IRI tells the real one; and so does one that is not of its datatype, which is
then seen by its datatype alone. Who compares values looks behind the datatype:
sparql.value_of.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc import literals
from graphsvc.paths import Term
from graphsvc.vocab import XSD

OURS = "urn:graphsvc:"
WRITTEN = "urn:graphsvc:written:"
AS_WRITTEN = NamedNode("urn:graphsvc:graph:as-written")
AS_STORED = NamedNode("urn:graphsvc:graph:as-stored")
SHAPES_GRAPH = NamedNode("urn:graphsvc:graph:shapes")
BLANK = "urn:graphsvc:blank:"
LONG = "urn:graphsvc:long:"  # a number with more digits than a Store computes with
ILL_TYPED = "urn:graphsvc:ill-typed:"
_SCHEMES = {
    literals.Form.KEPT: "",
    literals.Form.REWRITTEN: WRITTEN,
    literals.Form.LONG: LONG,
    literals.Form.ILL_TYPED: ILL_TYPED,
}


def encode(term: Term) -> Term:
    """The term to store so that it keeps its form."""
    if not isinstance(term, Literal):
        return term
    datatype = term.datatype.value
    if datatype == literals.STRING or not datatype.startswith(XSD):
        return term
    scheme = _SCHEMES[literals.form(term.value, datatype)]
    return Literal(term.value, datatype=NamedNode(scheme + datatype)) if scheme else term


def decode(term: Term) -> Term:
    """What `encode` was given."""
    if isinstance(term, Literal) and term.language is None:
        for scheme in (WRITTEN, LONG, ILL_TYPED):
            if term.datatype.value.startswith(scheme):
                datatype = NamedNode(term.datatype.value.removeprefix(scheme))
                return Literal(term.value, datatype=datatype)
    return term


def well_typed(datatype: str) -> list[str]:
    """The datatypes under which a Store has the well-typed literals of a datatype."""
    if datatype == literals.STRING or not datatype.startswith(XSD):
        return [datatype]
    return [
        datatype,
        WRITTEN + datatype,
        *([LONG + datatype] if literals.is_exact(datatype) else []),
    ]


def skolem(term: Term) -> Term:
    """A node of the shapes graph as an IRI, so that a query can name it."""
    return NamedNode(BLANK + term.value) if isinstance(term, BlankNode) else term
