"""The terms of a feed, and what is the same in every one of them.

Spec: https://w3id.org/ldes/specification
"""

from __future__ import annotations

from collections.abc import Iterator

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
TREE = "https://w3id.org/tree#"
LDES = "https://w3id.org/ldes#"
AS = "https://www.w3.org/ns/activitystreams#"

PATH = "feed"  # of its address, and of its folder in a release
POLLING_SECONDS = 3_600
_PUBLISHED, _OBJECT = f"<{AS}published>", f"<{AS}object>"


def statement(subject: str, predicate: str, object_: str) -> str:
    """A line of N-Quads of the default graph."""
    return f"{subject} {predicate} {object_} .\n"


def moment(text: str) -> str:
    """An xsd:dateTime in N-Quads."""
    return f'"{text}"^^<{XSD}dateTime>'


def activity(iri: str, kind: str, resource: str, published: str) -> Iterator[str]:
    """What is said of an activity besides what it tells of."""
    yield statement(iri, RDF_TYPE, f"<{AS}{kind}>")
    yield statement(iri, _OBJECT, resource)
    yield statement(iri, _PUBLISHED, moment(published))


def relations(node: str, target: str, name: str, since: str, until: str) -> Iterator[str]:
    """That the members behind a node were published since one time and before another."""
    for kind, mark, value in (("GreaterThanOrEqualTo", "since", since), ("LessThan", "til", until)):
        relation = f"{node[:-1]}#{name}-{mark}>"
        yield statement(node, f"<{TREE}relation>", relation)
        yield statement(relation, RDF_TYPE, f"<{TREE}{kind}Relation>")
        yield statement(relation, f"<{TREE}path>", _PUBLISHED)
        yield statement(relation, f"<{TREE}value>", moment(value))
        yield statement(relation, f"<{TREE}node>", target)


def stream(feed: str, since: str | None) -> Iterator[str]:
    """What a feed says of itself; `since` is when its first members were published."""
    iri, shape, policy = (f"{feed[:-1]}#{name}>" for name in ("stream", "shape", "retention"))
    own = (
        (f"<{LDES}timestampPath>", _PUBLISHED),
        (f"<{LDES}versionOfPath>", _OBJECT),
        (f"<{LDES}versionCreateObject>", f"<{AS}Create>"),
        (f"<{LDES}versionUpdateObject>", f"<{AS}Update>"),
        (f"<{LDES}versionDeleteObject>", f"<{AS}Delete>"),
        (f"<{LDES}pollingInterval>", f'"{POLLING_SECONDS}"^^<{XSD}integer>'),
        (f"<{TREE}shape>", shape),
    )
    yield from (statement(iri, predicate, object_) for predicate, object_ in own)
    if since:
        yield statement(feed, f"<{LDES}retentionPolicy>", policy)
        yield statement(policy, RDF_TYPE, f"<{LDES}RetentionPolicy>")
        yield statement(policy, f"<{LDES}startingFrom>", moment(since))
    yield from _shape(shape)


def _shape(shape: str) -> Iterator[str]:
    """The shape of each member. That of DCAT-AP Feeds demands that it be of something of DCAT.

    Spec: https://semiceu.github.io/LDES-DCAT-AP-feeds/
    """
    kinds = [f"<{AS}{kind}>" for kind in ("Create", "Update", "Delete")]
    yield statement(shape, RDF_TYPE, f"<{SH}NodeShape>")
    yield statement(shape, f"<{SH}closed>", f'"true"^^<{XSD}boolean>')
    yield from (statement(shape, f"<{SH}targetClass>", kind) for kind in kinds)
    for name, path, rule in (
        ("type", RDF_TYPE, None),
        ("object", _OBJECT, (f"<{SH}nodeKind>", f"<{SH}IRI>")),
        ("published", _PUBLISHED, (f"<{SH}datatype>", f"<{XSD}dateTime>")),
    ):
        own = f"{shape[:-1]}-{name}>"
        yield statement(shape, f"<{SH}property>", own)
        yield statement(own, f"<{SH}path>", path)
        yield statement(own, f"<{SH}minCount>", f'"1"^^<{XSD}integer>')
        yield statement(own, f"<{SH}maxCount>", f'"1"^^<{XSD}integer>')
        if rule:
            yield statement(own, *rule)
    yield from _list(f"{shape[:-1]}-type>", kinds, shape)


def _list(subject: str, members: list[str], shape: str) -> Iterator[str]:
    rdf = RDF_TYPE.removesuffix("type>")
    nodes = [f"{shape[:-1]}-kind-{number}>" for number in range(len(members))]
    yield statement(subject, f"<{SH}in>", nodes[0])
    for node, following, member in zip(nodes, [*nodes[1:], f"{rdf}nil>"], members, strict=True):
        yield statement(node, f"{rdf}first>", member)
        yield statement(node, f"{rdf}rest>", following)
