from __future__ import annotations

import pytest
from pyoxigraph import Store

from graphsvc.executables import runnable

PREFIXES = {"ns": "https://example.org/ns#", "dct": "http://purl.org/dc/terms/", "x": "urn:x:"}


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("SELECT * { ?s ns:a ?o }", ["ns"]),
        ("SELECT * { ?s ns:a ?o ; dct:title ?t , 'x:y' } # x:z", ["dct", "ns"]),
        ("PREFIX ns: <urn:own:> SELECT * { ?s ns:a ?o }", []),
        ("SELECT * { ?s ?p ?o }", []),
        ("SELECT * { ?s unknown:a ?o }", []),
        ("SELECT * { ?s \\u006es:a ?o }", ["ns"]),
    ],
)
def test_a_query_declares_the_prefixes_that_it_uses(text: str, declared: list[str]) -> None:
    lines = runnable(text, PREFIXES).splitlines()
    assert [line.split()[1][:-1] for line in lines if line.startswith("PREFIX")] == [
        *declared,
        *(["ns"] if text.startswith("PREFIX") else []),
    ]
    assert lines[-1] == text


def test_what_has_a_base_of_its_own_keeps_it() -> None:
    text = "BASE <https://example.org/> SELECT * { <ns#a> ns:a ?o }"
    Store().query(runnable(text, PREFIXES))
