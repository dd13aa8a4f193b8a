"""What is withdrawn is told from what is deprecated, and replacements are followed to their end."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publications import BASE, PREFIXES
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graphsvc.deprecation import Deprecation, Replacements, ends, read_deprecation
from graphsvc.vocab import DCT_IS_REPLACED_BY

ID = BASE + "id/"


def read(text: str) -> Deprecation | None:
    quads = parse((PREFIXES + f"id:a {text} .").encode(), RdfFormat.TURTLE)
    return read_deprecation(quads)


@pytest.mark.parametrize("value", ["true", "'true'^^xsd:boolean", "'1'^^xsd:boolean"])
def test_what_is_deprecated_is_withdrawn(value: str) -> None:
    assert read(f"owl:deprecated {value} ; a :Book") == Deprecation(True, (), None, ())


@pytest.mark.parametrize("value", ["false", "'true'", "'0'^^xsd:boolean", "1", "[]", "id:true"])
def test_what_is_not_true_deprecates_nothing(value: str) -> None:
    assert read(f"owl:deprecated {value}") is None


@pytest.mark.parametrize(
    "kind", ["owl:Class", "rdfs:Class", "rdf:Property", "owl:Ontology", "owl:TransitiveProperty"]
)
def test_a_term_is_deprecated_and_not_withdrawn(kind: str) -> None:
    found = read(f"a {kind} , :Other ; owl:deprecated true ; rdfs:comment 'What it is.'")
    assert found == Deprecation(False, (), None, ())
    assert read(f"a {kind}") is None


@pytest.mark.parametrize("kind", ["owl:DeprecatedClass", "owl:DeprecatedProperty"])
def test_a_class_of_deprecated_terms_says_it_too(kind: str) -> None:
    found = read(f"a {kind} ; skos:changeNote 'Renamed.'@en")
    assert found is not None
    assert not found.is_withdrawal
    assert [reason.value for reason in found.reasons] == ["Renamed."]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("dct:isReplacedBy id:b ; skos:exactMatch id:b", "b"),
        ("dct:isReplacedBy id:b ; owl:sameAs id:c , id:b", "b"),
        ("dct:isReplacedBy id:b", None),
        ("owl:sameAs id:b", None),
        ("dct:isReplacedBy id:b ; skos:closeMatch id:b", None),
        ("dct:isReplacedBy id:b ; owl:sameAs id:c", None),
        ("dct:isReplacedBy id:b , id:c ; owl:sameAs id:b", None),
        ("dct:isReplacedBy id:b , 'c' ; owl:sameAs id:b", None),
        ("dct:isReplacedBy id:b , [] ; owl:sameAs id:b", None),
        ("dct:isReplacedBy 'b' ; owl:sameAs 'b'", None),
    ],
)
def test_one_replacement_that_is_the_same_is_exact(text: str, exact: str | None) -> None:
    found = read("owl:deprecated true ; " + text)
    assert found is not None
    assert found.exact == (exact and ID + exact)


def test_the_first_kind_of_note_is_the_reason() -> None:
    notes = "rdfs:comment 'c' ; skos:changeNote 'n' ; skos:historyNote 'h'@en , 'h'@sv , id:b"
    found = read("owl:deprecated true ; " + notes)
    assert found is not None
    assert {(each.value, each.language) for each in found.reasons} == {("h", "en"), ("h", "sv")}


GRAPHS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefghxy"))


@given(GRAPHS)
def test_a_chain_ends_at_its_last_and_a_circle_nowhere(replacements: dict[str, str]) -> None:
    found = ends(replacements)
    for start in replacements:
        at = start
        for _ in range(len(replacements)):
            at = replacements.get(at, at)
        assert found.get(start) == (None if at in replacements else at)


def test_a_long_chain_is_followed() -> None:
    chain = {str(number): str(number + 1) for number in range(50_000)}
    assert set(ends(chain).values()) == {"50000"}


EDGES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdefxy")), max_size=12)


def stated(edges: Iterable[tuple[str, str]]) -> Replacements:
    replacements = Replacements()
    for one, other in edges:
        nodes = NamedNode(ID + one), NamedNode(ID + other)
        replacements.add(Quad(nodes[0], DCT_IS_REPLACED_BY, nodes[1]))
    return replacements


def told(replacements: Replacements) -> set[str]:
    found = [str(quad.triple) for quad in replacements.circular()]
    assert len(found) == len(set(found))
    return set(found)


@given(EDGES)
def test_what_leads_into_a_circle_is_found_and_nothing_else(edges: list[tuple[str, str]]) -> None:
    reached = {one: {other for each, other in edges if each == one} for one in "abcdefxy"}
    for _ in range(8):
        for one, others in reached.items():
            reached[one] = others.union(*(reached[each] for each in others))
    endless = {
        one for one in reached if any(each in reached[each] for each in (one, *reached[one]))
    }
    expected = stated(edge for edge in edges if edge[1] in endless)
    assert told(stated(edges)) == {str(quad.triple) for quad in expected._stated}


@given(EDGES, EDGES, EDGES)
def test_statements_may_come_and_go(
    kept: list[tuple[str, str]], gone: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    replacements = stated([*kept, *gone])
    replacements.change(stated(gone), stated(new))
    assert told(replacements) == told(stated([*kept, *new]))


def test_only_iris_replace_each_other() -> None:
    replacements = Replacements()
    text = PREFIXES + "_:a dct:isReplacedBy _:a . id:b dct:isReplacedBy 'b' , _:a . id:c :by id:c ."
    for quad in parse(text.encode(), RdfFormat.TURTLE):
        replacements.add(quad)
    assert told(replacements) == set()
