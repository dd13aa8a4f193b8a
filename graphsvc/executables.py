"""Queries that RDF holds: SHACL calls them executables, and keeps their text in one property.

SHACL has no DESCRIBE; for that, the terms are those of the SIB's example queries.

A query is tried over nothing. Oxigraph plans it all the same, which takes minutes for
some hundreds of joins, and can neither be stopped nor survive every query; so a long
one is tried in a process of its own:

    python -m graphsvc.executables    with the query and its terms as JSON on standard input

Spec: https://github.com/sib-swiss/sparql-examples
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pyoxigraph import Literal, NamedNode, Quad, Store

from graphsvc import prefixes
from graphsvc.errors import QueryRefused, QuerySyntaxError
from graphsvc.paths import Term
from graphsvc.queries import Dataset, evaluate, read_query, reason, undeclared_prefixes
from graphsvc.vocab import OWL_IMPORTS, RDF_TYPE, XSD_STRING, sh

_SPEX = "https://purl.expasy.org/sparql-examples/ontology#"

# The form by the property that holds the text, and by the class.
FORM_OF_PROPERTY: Mapping[NamedNode, str] = {
    sh("select"): "SELECT",
    sh("ask"): "ASK",
    sh("construct"): "CONSTRUCT",
    NamedNode(_SPEX + "describe"): "DESCRIBE",
}
FORM_OF_CLASS: Mapping[NamedNode, str] = {
    sh("SPARQLSelectExecutable"): "SELECT",
    sh("SPARQLAskExecutable"): "ASK",
    sh("SPARQLConstructExecutable"): "CONSTRUCT",
    NamedNode(_SPEX + "SPARQLDescribeExecutable"): "DESCRIBE",
}
CLASSES = frozenset({sh("SPARQLExecutable"), *FORM_OF_CLASS})
_OF_PREFIXES = (*map(sh, ("prefixes", "declare", "prefix", "namespace")), OWL_IMPORTS)
PREDICATES = frozenset({RDF_TYPE, *FORM_OF_PROPERTY, *_OF_PREFIXES})

LONGEST_HERE = 1_500  # characters of a query that is tried in this process
TRIAL_SECONDS = 10
STACK_BYTES = 512 << 20  # of the thread that tries a long one
STDOUT = 1

Quads = Callable[[Term, NamedNode], Mapping[Term, Quad]]


def runnable(text: str, known: Mapping[str, str]) -> str:
    """A query that declares by itself those of the known prefixes that it uses."""
    used = sorted(prefix for prefix in undeclared_prefixes(text) if prefix in known)
    head = "".join(f"PREFIX {prefix}: <{known[prefix]}>\n" for prefix in used)
    return f"{head}\n{text}" if head else text


@dataclass(frozen=True)
class Terms:
    """What a query is offered: prefixes that it need not declare, a base, and so many bytes."""

    prefixes: Mapping[str, str]
    base_iri: str
    query_bytes: int


@dataclass(frozen=True)
class Fault:
    """What is wrong with an executable: the statement, the name of the check, and details."""

    quad: Quad
    check: str
    details: tuple[str, ...]


class Executables:
    """What is stated of executables, and what is wrong with that; statements come and go."""

    def __init__(self) -> None:
        self._stated: Counter[Quad] = Counter()

    def add(self, quad: Quad) -> None:
        """Take note of a quad, if it says anything of an executable."""
        if quad.predicate in PREDICATES and (quad.predicate != RDF_TYPE or quad.object in CLASSES):
            self._stated[quad] += 1

    def change(self, removed: Executables, added: Executables) -> None:
        """Take note of what others have seen to go and to come."""
        self._stated += added._stated
        self._stated -= removed._stated

    def faults(self, terms: Terms) -> Iterator[Fault]:
        """Every fault of every executable, in the order of the statements."""
        stated: dict[tuple[Term, NamedNode], dict[Term, Quad]] = {}
        for quad in self._stated:
            subject, value = cast("Term", quad.subject), cast("Term", quad.object)
            stated.setdefault((subject, quad.predicate), {}).setdefault(value, quad)

        def quads(subject: Term, predicate: NamedNode) -> Mapping[Term, Quad]:
            return stated.get((subject, predicate), {})

        for subject, predicate in stated:
            if predicate == RDF_TYPE:
                yield from _faults(subject, quads, terms)


def _faults(subject: Term, quads: Quads, terms: Terms) -> Iterator[Fault]:
    classes = quads(subject, RDF_TYPE).values()
    texts = [quad for each in FORM_OF_PROPERTY for quad in quads(subject, each).values()]
    if len(texts) != 1:
        quad = texts[1] if texts else next(iter(classes))
        yield Fault(quad, "query-count", (str(len(texts)),))
        return
    (quad,) = texts
    known = {**terms.prefixes, **prefixes.declared(subject, quads)}
    if what := _unfit(cast("Term", quad.object), known, terms):
        yield Fault(quad, "query-text", (what,))
        return
    form = read_query(cast("Literal", quad.object).value).form
    if form != FORM_OF_PROPERTY[quad.predicate]:
        yield Fault(quad, "query-form", (form,))
        return
    for each in classes:
        if FORM_OF_CLASS.get(cast("NamedNode", each.object), form) != form:
            yield Fault(each, "query-form", (form,))


def _unfit(text: Term, known: Mapping[str, str], terms: Terms) -> str | None:
    """Why a text is no query that the endpoint would answer, if it is none."""
    if not isinstance(text, Literal) or text.datatype != XSD_STRING:
        return "is not in quotes, without language or datatype"
    if len(runnable(text.value, known).encode()) > terms.query_bytes:
        return f"is longer than limits.query_bytes, which is {terms.query_bytes}"
    unknown = [prefix for prefix in undeclared_prefixes(text.value) if prefix not in known]
    if unknown:
        names = ", ".join(f"{prefix}:" for prefix in unknown)
        return f"uses {names} without declaring it; write a PREFIX, or a sh:declare for sh:prefixes"
    attempt = _tried_apart if len(text.value) > LONGEST_HERE else _tried
    return attempt(text.value, known, terms.base_iri)


def _tried(text: str, known: Mapping[str, str], base_iri: str) -> str | None:
    """Why a query would not be answered, if so."""
    try:
        dataset = Dataset([], prefixes=dict(known), base_iri=base_iri)
        evaluate(Store(), read_query(text), dataset)
    except (QuerySyntaxError, QueryRefused) as error:
        return reason(error)
    return None


def _tried_apart(text: str, known: Mapping[str, str], base_iri: str) -> str | None:
    command = [sys.executable, "-P", "-m", __spec__.name]
    asked = json.dumps([text, dict(known), base_iri]).encode()
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=TRIAL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"is not even planned within {TRIAL_SECONDS} seconds; write it shorter"
    if done.returncode or not done.stdout:
        return "ends the process that evaluates it; write it shorter"
    told: str | None = json.loads(done.stdout)
    return told


def _try_apart() -> None:
    told = _tried(*json.load(sys.stdin))
    os.write(STDOUT, json.dumps(told).encode())


if __name__ == "__main__":
    threading.stack_size(STACK_BYTES)
    trial = threading.Thread(target=_try_apart)
    trial.start()
    trial.join()
