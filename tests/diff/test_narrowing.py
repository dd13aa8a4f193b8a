"""A demand that is new or stricter breaks; one that is gone or wider does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from diff.comparing import BASE, compared
from graphsvc.diff.breaking import Breach

P = "shapes:S a sh:NodeShape ; sh:targetClass :C . shapes:P a sh:PropertyShape ; sh:path :p "
N = "shapes:S a sh:NodeShape ; sh:targetClass :C "
CLOSED = "; sh:closed true ; sh:property [ sh:path :p ] "


def narrowed(folder: Path, before: str, after: str) -> list[str]:
    comparison = compared(folder, f"{before} .", f"{after} .", "shapes/a.ttl")
    for each in comparison.breaking:
        assert each.breach is Breach.NARROWED_SHAPE
        assert each.resource.startswith(f"{BASE}shapes#")
    found = [each.narrowing for each in comparison.breaking]
    return [each.parameter.value.rpartition("#")[2] for each in found if each]


@pytest.mark.parametrize(
    ("before", "after", "parameter"),
    [
        (P, P + "; sh:minCount 1", "minCount"),
        (P + "; sh:minCount 1", P + "; sh:minCount 2", "minCount"),
        (P, P + "; sh:maxCount 1", "maxCount"),
        (P + "; sh:maxCount 10", P + "; sh:maxCount 9", "maxCount"),
        (P, P + "; sh:minInclusive 0", "minInclusive"),
        (P + "; sh:minInclusive -1.5", P + "; sh:minInclusive 0", "minInclusive"),
        (P + "; sh:maxExclusive 1e3", P + "; sh:maxExclusive 10", "maxExclusive"),
        (P + "; sh:minLength 1", P + "; sh:minLength 2", "minLength"),
        (
            P + "; sh:minInclusive '2020-01-01'^^xsd:date",
            P + "; sh:minInclusive '2021-01-01'^^xsd:date",
            "minInclusive",
        ),
        (P, P + "; sh:datatype xsd:date", "datatype"),
        (P + "; sh:datatype xsd:string", P + "; sh:datatype xsd:date", "datatype"),
        (P, P + "; sh:class :C", "class"),
        (P + "; sh:class :C", P + "; sh:class :C , :D", "class"),
        (P, P + "; sh:pattern 'a'", "pattern"),
        (P + "; sh:pattern 'a'; sh:flags 'i'", P + "; sh:pattern 'a'", "flags"),
        (P, P + "; sh:in ( 1 2 )", "in"),
        (P + "; sh:in ( 1 2 )", P + "; sh:in ( 1 3 )", "in"),
        (P, P + "; sh:languageIn ( 'sv' )", "languageIn"),
        (P, P + "; sh:uniqueLang true", "uniqueLang"),
        (P, P + "; sh:nodeKind sh:IRI", "nodeKind"),
        (P + "; sh:nodeKind sh:BlankNodeOrIRI", P + "; sh:nodeKind sh:IRI", "nodeKind"),
        (P, P + "; sh:hasValue 1", "hasValue"),
        (P, P + "; sh:not [ sh:class :C ]", "not"),
        (P, P + "; sh:or ( [ sh:class :C ] )", "or"),
        (
            P + "; sh:or ( [ sh:class :C ] [ sh:class :D ] )",
            P + "; sh:or ( [ sh:class :C ] )",
            "or",
        ),
        (
            P + "; sh:and ( [ sh:class :C ] )",
            P + "; sh:and ( [ sh:class :C ] [ sh:class :D ] )",
            "and",
        ),
        (P, P + "; sh:sparql [ sh:select 'SELECT $this {}' ]", "sparql"),
        (P + "; sh:severity sh:Warning", P, "severity"),
        (P + "; sh:severity sh:Info", P + "; sh:severity sh:Warning", "severity"),
        (P + "; sh:deactivated true", P, "deactivated"),
        (N, N + "; sh:closed true", "closed"),
        (N + CLOSED + "; sh:property [ sh:path :q ]", N + CLOSED, "closed"),
        (
            N + "; sh:closed true ; sh:ignoredProperties ( :p :q )",
            N + "; sh:closed true ; sh:ignoredProperties ( :p )",
            "ignoredProperties",
        ),
        (N, N + "; sh:targetClass :D", "targetClass"),
        (N, N + "; sh:property [ sh:path :p ; sh:minCount 1 ]", "minCount"),
        (
            N + "; sh:property [ sh:path :p ; sh:maxCount 2 ; sh:name 'a' ]",
            N + "; sh:property [ sh:path :p ; sh:maxCount 1 ; sh:name 'b' ]",
            "maxCount",
        ),
        (
            N + "; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:maxCount 2 ]",
            N + "; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:maxCount 1 ]",
            "maxCount",
        ),
        (N, N + "; sh:property shapes:New . shapes:New sh:path :p ; sh:minCount 1", "property"),
        (N, N + ". shapes:T a sh:NodeShape ; sh:targetClass :C ; sh:class :D", "class"),
    ],
)
def test_more_is_demanded(tmp_path: Path, before: str, after: str, parameter: str) -> None:
    assert narrowed(tmp_path, before, after) == [parameter]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (P, P),
        (P + "; sh:minCount 1", P),
        (P + "; sh:minCount 2", P + "; sh:minCount 1"),
        (P, P + "; sh:minCount 0"),
        (P + "; sh:maxCount 9", P + "; sh:maxCount 10"),
        (P + "; sh:minInclusive 1", P + "; sh:minInclusive 1.0"),
        (P + "; sh:datatype xsd:date", P),
        (P + "; sh:in ( 1 2 )", P + "; sh:in ( 2 3 1 )"),
        (P + "; sh:nodeKind sh:IRI", P + "; sh:nodeKind sh:IRIOrLiteral"),
        (P + "; sh:or ( [ sh:class :C ] )", P + "; sh:or ( [ sh:class :D ] [ sh:class :C ] )"),
        (P + "; sh:not [ sh:class :C ]", P + "; sh:not _:x . _:x sh:class :C"),
        (P, P + "; sh:severity sh:Warning"),
        (P + "; sh:minCount 1", P + "; sh:minCount 2 ; sh:deactivated true"),
        (P, P + "; sh:message 'a' ; sh:name 'b' ; sh:order 3 ; sh:description 'c'"),
        (N + CLOSED, N + CLOSED + "; sh:property [ sh:path :q ]"),
        (N + "; sh:closed true", N + "; sh:closed false"),
        (N, N + "; sh:property shapes:New . shapes:New sh:path :p ; sh:name 'p'"),
        (N, N + "; sh:property [ sh:path :p ; sh:name 'p' ]"),
        (
            N,
            N + ". :New a rdfs:Class . shapes:T a sh:NodeShape ; sh:targetClass :New ; sh:class :D",
        ),
        (N, N + ". shapes:Unused a sh:NodeShape ; sh:class :D"),
        (
            N + "; sh:property [ sh:path :p ; sh:minCount 1 ] , [ sh:path :q ; sh:minCount 2 ]",
            N + "; sh:property [ sh:path :p ; sh:minCount 0 ] , [ sh:path :q ; sh:minCount 2 ]",
        ),
    ],
)
def test_no_more_is_demanded(tmp_path: Path, before: str, after: str) -> None:
    assert narrowed(tmp_path, before, after) == []
