"""Literals as they were written, in a Store that would write them anew.

A Store shows "01"^^xsd:integer as "1", and every xsd:byte as an xsd:integer;
two terms of the data may become one there. SHACL compares terms. So a literal
that would not come back as it went in goes under a datatype of ours, whose
IRI tells the real one; and so does one that is not of its datatype, which is
then seen by its datatype alone. Who compares values looks behind the datatype:
sparql.value_of.
"""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

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
_DIGITS = 17  # so many fit in any case
_EXACT = {XSD + name for name in (*literals.INTEGERS, "integer", "decimal")}
_NODE = NamedNode("urn:x:x")


def encode(term: Term) -> Term:
    """The term to store so that it keeps its form."""
    if not isinstance(term, Literal):
        return term
    datatype = term.datatype.value
    if datatype == literals.STRING or not datatype.startswith(XSD):
        return term
    scheme = _scheme(term.value, datatype)
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
    return [datatype, WRITTEN + datatype, *([LONG + datatype] if datatype in _EXACT else [])]


@lru_cache(maxsize=50_000)
def _scheme(value: str, datatype: str) -> str:
    if not literals.is_well_typed(value, datatype):
        return ILL_TYPED
    literal = Literal(value, datatype=NamedNode(datatype))
    if len(value) > _DIGITS and datatype in _EXACT and not _computes_with(literal):
        return LONG
    return "" if as_stored(literal) == literal else WRITTEN


@lru_cache(maxsize=50_000)
def as_stored(literal: Literal) -> Literal:
    """How a Store shows a literal: put into one and taken out again."""
    store = Store()
    store.add(Quad(_NODE, _NODE, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal)
    return stored


def _computes_with(literal: Literal) -> bool:
    return bool(Store().query(f"ASK {{ FILTER (isNumeric({literal})) }}"))


def skolem(term: Term) -> Term:
    """A node of the shapes graph as an IRI, so that a query can name it."""
    return NamedNode(BLANK + term.value) if isinstance(term, BlankNode) else term
