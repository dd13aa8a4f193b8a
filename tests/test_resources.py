"""resources.db gives what the quads say of a resource, exactly as they were written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import BASE, PREFIXES
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graphsvc.canonical import Canonicalizer
from graphsvc.resources.answers import Link, Withdrawal
from graphsvc.resources.building import build_resources
from graphsvc.resources.lookups import Resources
from graphsvc.vocab import RDF_TYPE

GRAPH = NamedNode(BASE + "graph/data")
ID, NS = BASE + "id/", BASE + "ns#"


def index(
    folder: Path, data: str, format: RdfFormat = RdfFormat.TRIG, apart: Collection[str] = ()
) -> Resources:
    canonicalizer = Canonicalizer(folder)
    canonicalizer.add(parse((PREFIXES + data).encode(), format), GRAPH)
    n_quads = folder / "quads.nq"
    with n_quads.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(canonicalizer)
    path = folder / "resources.db"
    path.unlink(missing_ok=True)
    build_resources(path, n_quads, BASE, apart)
    return Resources(path)


def all_quads(folder: Path) -> list[Quad]:
    return list(parse(path=str(folder / "quads.nq"), format=RdfFormat.N_QUADS))


def naive(quads: Sequence[Quad], iri: str) -> set[Quad]:
    """A description as it is defined: the quads of a node and of the blank nodes they lead to."""
    found: set[Quad] = set()
    nodes: list[object] = [NamedNode(iri)]
    for node in nodes:
        for quad in quads:
            if quad.subject == node:
                found.add(quad)
                if isinstance(quad.object, BlankNode) and quad.object not in nodes:
                    nodes.append(quad.object)
    return found


DATA = r"""
id:a a :Book ; :by id:b , [ :by [ :by id:a ] ] ; dct:title 'Två'@sv , "q\"uo\\te\nline\t\r <x> ." .
id:b :by _:loop . _:loop :by _:loop , _:other . _:other :by _:loop ; :at '01'^^xsd:integer .
id:list :by ( 1 '01'^^xsd:integer ( _:loop ) ) .
id:graphs :by id:a . id:other { id:graphs :by id:a , 'here' . id:only :by id:a }
<https://example.org/books/id/åäö> :by <https://example.org/books/id/a'b(c)%22d> .
<https://example.org/books/doc#one> :by id:a .
<https://example.org/books/doc#two> :by [ :by id:b ] .
<https://example.org/books/doc> :by id:a . <https://example.org/books/document> :by id:a .
<https://example.org/books/doc$> :by id:a . <https://example.org/books/doc!x> :by id:a .
<urn:elsewhere> :by id:a , <urn:elsewhere> .
"""


def test_a_description_is_what_the_quads_say(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    quads = all_quads(tmp_path)
    iris = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    assert len(iris) == 13
    for iri in iris:
        described = resources.describe(iri)
        assert set(described) == naive(quads, iri)
        assert len(described) == len(set(described))
        assert resources.is_described(iri)


NODES = st.sampled_from(["id:a", "id:b", "_:c", "_:d", "_:e"])
OBJECTS = NODES | st.sampled_from(["'_:c'", "' _:c <urn:x> .'", "'x'@sv", "<urn:x>"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NODES, OBJECTS), min_size=1, max_size=10))
def test_any_web_of_blank_nodes_is_described(
    tmp_path: Path, triples: list[tuple[str, str]]
) -> None:
    resources = index(
        tmp_path, "".join(f"{subject} :p {object_} .\n" for subject, object_ in triples)
    )
    quads = all_quads(tmp_path)
    for name in ("a", "b"):
        assert set(resources.describe(ID + name)) == naive(quads, ID + name)
    resources.close()


def test_literals_are_given_as_they_were_written(tmp_path: Path) -> None:
    resources = index(
        tmp_path,
        "id:a :p '01'^^xsd:integer , '5.50'^^xsd:decimal , '1.0E3'^^xsd:double , 'x'@en-gb ,"
        " '300'^^xsd:byte , '2018-01-01T00:00:00.000Z'^^xsd:dateTime , 'a\\u0000b\\u2028' .",
    )
    found = {quad.object for quad in resources.describe(ID + "a")}
    typed = {
        "integer": "01",
        "decimal": "5.50",
        "double": "1.0E3",
        "byte": "300",
        "dateTime": "2018-01-01T00:00:00.000Z",
    }
    assert found == {
        Literal("x", language="en-gb"),
        Literal("a\0b\u2028"),
        *(
            Literal(value, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#" + name))
            for name, value in typed.items()
        ),
    }


def test_nothing_is_said_of_what_nobody_describes(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    for iri in (ID + "nobody", "", "_:c14n0", "' OR 1=1 --", ID + "%", BASE):
        assert resources.describe(iri) == [] or iri.startswith("_:")
        assert resources.document(iri) == resources.describe(iri)
    assert not resources.is_described(ID + "nobody")
    assert not resources.is_described(ID)


def test_a_document_has_the_resources_that_add_a_fragment_to_its_iri(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    quads = all_quads(tmp_path)
    document = BASE + "doc"
    parts = (document, document + "#one", document + "#two")
    assert set(resources.document(document)) == set().union(*(naive(quads, iri) for iri in parts))
    assert len(resources.document(document)) == 4


def test_a_document_may_have_fragments_only(tmp_path: Path) -> None:
    resources = index(tmp_path, "<https://example.org/books/ns#x> :by id:a .")
    assert resources.is_described(BASE + "ns")
    assert resources.describe(BASE + "ns") == []
    assert len(resources.document(BASE + "ns")) == 1


def test_iris_with_any_character_are_found(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    quoted = ID + "a'b(c)%22d"
    assert [quad.object for quad in resources.describe(ID + "åäö")] == [NamedNode(quoted)]
    assert resources.incoming(quoted, 10) == [Link(NS + "by", ID + "åäö")]


@pytest.mark.parametrize("at_once", [1, 3, 10_000])
def test_every_iri_that_begins_so_is_told_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("graphsvc.resources.lookups.AT_ONCE", at_once)
    resources = index(tmp_path, DATA)
    iris = {q.subject.value for q in all_quads(tmp_path) if isinstance(q.subject, NamedNode)}
    for beginning in (BASE, ID, ID + "a", BASE + "doc#", ID + "none"):
        expected = sorted(iri for iri in iris if iri.startswith(beginning) and iri != beginning)
        assert list(resources.iris(beginning)) == expected


def test_what_is_withdrawn_is_counted_and_listed_apart(tmp_path: Path) -> None:
    gone = "a :Book , :Book ; owl:deprecated true ; dct:isReplacedBy id:b ; owl:sameAs id:b"
    data = f"id:a {gone} . id:other {{ id:a a :Book }} id:b a :Book . id:c a :Book ."
    resources = index(tmp_path, data)
    assert resources.classes() == {NS + "Book": 3}
    assert resources.count_instances(NS + "Book") == 2
    assert resources.instances(NS + "Book", 10) == [ID + "b", ID + "c"]
    assert resources.instances(NS + "Book", 1, 1) == [ID + "c"]
    assert resources.withdrawal(ID + "a") == Withdrawal(ID + "b")
    assert resources.withdrawal(ID + "b") is None
    assert resources.count_instances(NS + "None") == 0


def test_who_points_to_a_resource_is_told_once_and_in_order(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    wanted = sorted(
        {
            (quad.predicate.value, quad.subject.value)
            for quad in all_quads(tmp_path)
            if quad.object == NamedNode(ID + "a") and isinstance(quad.subject, NamedNode)
        }
    )
    found = resources.incoming(ID + "a", 100)
    named = [(link.predicate, link.subject) for link in found if not link.subject.startswith("_:")]
    assert named == wanted
    assert len(found) == resources.count_incoming(ID + "a") == len(wanted) + 1
    assert sum(link.subject.startswith("_:") for link in found) == 1
    assert resources.incoming(ID + "nobody", 10) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_incoming_links_make_the_whole(tmp_path: Path, limit: int) -> None:
    resources = index(tmp_path, DATA)
    pages = [
        link
        for offset in range(0, resources.count_incoming(ID + "a"), limit)
        for link in resources.incoming(ID + "a", limit, offset)
    ]
    assert pages == resources.incoming(ID + "a", 1000)


def test_classes_have_their_instances(tmp_path: Path) -> None:
    resources = index(
        tmp_path, "id:b a :Book . id:a a :Book , <urn:Foreign> . [] a :Book . id:g { id:a a :Book }"
    )
    assert resources.classes() == {NS + "Book": 3, "urn:Foreign": 1}
    assert resources.instances("urn:Foreign", 10) == [ID + "a"]
    blank, *named = resources.instances(NS + "Book", 10)
    assert (blank[:2], named) == ("_:", [ID + "a", ID + "b"])
    assert resources.instances(NS + "Book", 1, 1) == [ID + "a"]
    assert resources.incoming(NS + "Book", 10)[0].predicate == RDF_TYPE.value


def test_properties_are_counted_in_every_graph(tmp_path: Path) -> None:
    resources = index(tmp_path, "id:a a :Book ; :by id:b , [ :by id:c ] . id:g { id:a :by id:b }")
    assert resources.properties() == {RDF_TYPE.value: 1, NS + "by": 4}


@pytest.mark.parametrize(
    ("data", "labels"),
    [
        ("id:a rdfs:label 'R'@sv ; skos:prefLabel 'P'@sv ; dct:title 'T'@sv .", {"sv": "P"}),
        ("id:a dct:title 'T'@sv ; rdfs:label 'R'@en .", {"sv": "T", "en": "R"}),
        ("id:a rdfs:label 'plain' , 'svenska'@sv .", {"": "plain", "sv": "svenska"}),
        ("id:a rdfs:label 'b'@sv , 'a'@sv , 'c'@sv .", {"sv": "a"}),
        (r"id:a rdfs:label 'q\"u\\o\nte\u0007' .", {"": 'q"u\\o\nte\a'}),
        ("id:a rdfs:label '1'^^xsd:integer , id:b .", {}),
        ("id:a :by 'no label' .", {}),
        ("id:a rdfs:label ''@sv .", {"sv": ""}),
    ],
)
def test_labels_are_by_rank_and_language(
    tmp_path: Path, data: str, labels: Mapping[str, str]
) -> None:
    found = index(tmp_path, data).labels([ID + "a", ID + "nobody"])
    assert found == ({ID + "a": labels} if labels else {})


def test_labels_of_many_are_asked_for_at_once(tmp_path: Path) -> None:
    count = 1_234
    data = "".join(f"id:n{number} rdfs:label '{number}'@sv .\n" for number in range(count))
    found = index(tmp_path, data).labels(f"{ID}n{number}" for number in range(count))
    assert found == {f"{ID}n{number}": {"sv": str(number)} for number in range(count)}


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    wanted = {
        iri: set(resources.describe(iri)) for iri in (ID + "a", ID + "b", ID + "list", BASE + "doc")
    }

    def read(number: int) -> bool:
        iri = list(wanted)[number % len(wanted)]
        return set(resources.describe(iri)) == wanted[iri] and resources.is_described(iri)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(read, range(400)))


def test_the_same_quads_make_the_same_index(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        index(tmp_path / name, DATA).close()
        found.append((tmp_path / name / "resources.db").read_bytes())
    assert found[0] == found[1]


def test_a_database_is_only_read(tmp_path: Path) -> None:
    resources = index(tmp_path, DATA)
    path = tmp_path / "resources.db"
    before = path.read_bytes()
    path.chmod(0o444)
    assert resources.describe(ID + "a")
    resources.close()
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["quads.nq", "resources.db"]
