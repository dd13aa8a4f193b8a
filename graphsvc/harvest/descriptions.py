"""Descriptions of resources: a subject, its classes, and values by prefixed predicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from graphsvc.vocab import PREFIXES as _KNOWN
from graphsvc.vocab import RDF_TYPE, XSD

PREFIXES = {
    **{name: _KNOWN[name] for name in ("dcat", "dct", "foaf", "geo", "owl", "rdfs", "skos")},
    **{name: _KNOWN[name] for name in ("spdx", "vcard", "xsd")},
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "void": "http://rdfs.org/ns/void#",
}
Values = Iterable[NamedNode | Literal]


def describe(iri: str, classes: Iterable[str], values: Mapping[str, Values]) -> Iterator[Quad]:
    """The triples about a subject; classes and predicates are prefixed names or IRIs.

    A predicate without values says nothing.
    """
    subject = NamedNode(iri)
    for each in classes:
        yield Quad(subject, RDF_TYPE, _term(each))
    for predicate, objects in values.items():
        for value in objects:
            yield Quad(subject, _term(predicate), value)


def iris(*values: str | None) -> list[NamedNode]:
    """The IRIs, without those that are missing."""
    return [NamedNode(value) for value in values if value]


def texts(by_language: Mapping[str, str]) -> list[Literal]:
    """Literals of texts by language, "" for those that have none."""
    return [
        Literal(text, language=language) if language else Literal(text)
        for language, text in by_language.items()
    ]


def typed(value: object, datatype: str) -> list[Literal]:
    """A literal of a datatype of XML Schema; none for None and the empty text."""
    if value is None or value == "":
        return []
    return [Literal(str(value), datatype=NamedNode(XSD + datatype))]


def dated(value: str | None) -> list[Literal]:
    """A point in time as precise as it is written: a year, a month, a day or more."""
    if not value:
        return []
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    return typed(value, kinds.get(len(value), "dateTime"))


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local if prefix in PREFIXES else name)
