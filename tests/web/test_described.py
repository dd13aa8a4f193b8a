"""DESCRIBE gives what is said of a resource, its blank nodes, and labels of what it points to."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from graphsvc import queries
from graphsvc.web.described import description
from web.served import BASE, Client

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
LABEL = NamedNode(RDFS + "label")
CLUSTER, REGION, CLASS = (
    NamedNode(BASE + each) for each in ("id/cluster/compare", "id/region/å", "ns#Cluster")
)


def described(client: Client, query: str, **fields: str) -> set[Triple]:
    answer = client.get(
        f"/sparql?{urlencode({'query': query, **fields})}", accept="application/n-triples"
    )
    assert answer.status_code == 200, answer.text
    return {quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES)}


def labels(triples: set[Triple], subject: NamedNode) -> set[str]:
    return {
        str(each.object)
        for each in triples
        if each.subject == subject and each.predicate == LABEL and isinstance(each.object, Literal)
    }


def subjects(triples: set[Triple]) -> set[NamedNode]:
    return {each.subject for each in triples if isinstance(each.subject, NamedNode)}


@pytest.mark.parametrize(
    "query",
    [
        f"DESCRIBE <{BASE}id/cluster/compare>",
        "DESCRIBE <id/cluster/compare>",
        "DESCRIBE ?c WHERE { ?c rdfs:label 'Compare'@en } LIMIT 1",
        f"PREFIX c: <{BASE}id/cluster/> # DESCRIBE\ndescribe c:compare",
        f"DESCRIBE * {{ BIND (<{BASE}id/cluster/compare> AS ?c) }}",
    ],
)
def test_labels_of_what_it_points_to_are_in_it(client: Client, query: str) -> None:
    found = described(client, query)
    assert labels(found, CLUSTER) == {'"Compare"@en', '"Jämför"@sv'}
    assert labels(found, CLASS) == {'"Cluster"@en', '"Kluster"@sv'}
    assert labels(found, REGION) == {'"Å"@sv'}
    assert subjects(found) == {CLUSTER, CLASS, REGION}
    # Of the other resources, only the labels.
    assert {each.predicate for each in found if each.subject == REGION} == {LABEL}


def test_blank_nodes_are_described_wherever_they_lead(client: Client) -> None:
    nested = described(client, "DESCRIBE <id/nested>")
    assert Literal("deep") in {each.object for each in nested}
    circle = described(client, "DESCRIBE <id/circle>")
    assert len({each.subject for each in circle if isinstance(each.subject, BlankNode)}) == 2
    # An IRI within is one that the resource points to.
    assert labels(described(client, "DESCRIBE <id/lists>"), NamedNode(BASE + "id/file"))


def test_all_is_of_the_dataset_of_the_query(client: Client) -> None:
    data, ontology = f"<{BASE}graph/data>", f"<{BASE}graph/ontology>"
    found = described(client, f"DESCRIBE <id/cluster/compare> FROM {data}")
    assert labels(found, REGION)
    assert not labels(found, CLASS)
    found = described(
        client,
        f"PREFIX g: <{BASE}graph/> DESCRIBE <id/cluster/compare> FROM g:data FROM {ontology}",
    )
    assert labels(found, REGION)
    assert labels(found, CLASS)
    prologue = f"PREFIX g: <{BASE}graph/> DESCRIBE<id/cluster/compare>"
    for clause in ("FROMg:data", "FROM<graph/data>", f"FROMg:data FROMNAMED{ontology}"):
        found = described(client, f"{prologue}{clause}")
        assert labels(found, REGION)
        assert not labels(found, CLASS)
    named = described(
        client,
        f"DESCRIBE <id/cluster/compare> FROM {ontology}",
        **{"default-graph-uri": f"{BASE}graph/data"},
    )
    assert labels(named, REGION)
    assert not labels(named, CLASS)


def test_nothing_is_said_of_what_is_not_there(client: Client) -> None:
    assert described(client, "DESCRIBE <urn:nobody>") == set()


def test_it_can_be_read_by_people(client: Client) -> None:
    query = quote("DESCRIBE <id/cluster/compare>")
    text = client.get(f"/sparql?query={query}", accept="text/turtle").text
    assert "@prefix rdfs: " in text
    assert "@prefix skos: " not in text  # which it does not use
    assert 'rdfs:label "Compare"@en' in text


def test_more_iris_than_one_query_looks_up_have_their_labels() -> None:
    store, hub = Store(), NamedNode("urn:hub")
    for number in range(2_500):
        node = NamedNode(f"urn:n{number}")
        store.extend([Quad(hub, LABEL, node), Quad(node, LABEL, Literal(str(number)))])
    query = queries.read_query("DESCRIBE <urn:hub>")
    results = queries.evaluate(store, query, queries.Dataset())
    assert isinstance(results, QueryTriples)
    assert len(description(store, query, queries.Dataset(), results)) == 5_000
