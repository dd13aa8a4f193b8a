from __future__ import annotations

import pytest

from graphsvc.endpoints import Endpoint


@pytest.mark.parametrize(
    ("iri", "url"),
    [
        ("https://example.org/sparql", "https://example.org/sparql"),
        ("HTTPS://Example.ORG:443/Sparql", "https://example.org/Sparql"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/a/b/", "http://example.org:8080/a/b/"),
        ("http://[2001:db8::1]:81/x", "http://[2001:db8::1]:81/x"),
    ],
)
def test_address_is_written_in_one_way(iri: str, url: str) -> None:
    assert Endpoint.of(iri).url == url
    assert Endpoint.of(url) == Endpoint.of(url)


@pytest.mark.parametrize(
    "iri",
    [
        *("", "example.org/sparql", "//example.org/sparql", "ftp://example.org/", "http:///x"),
        *("http://user@example.org/", "http://user:word@example.org/", "http://@example.org/"),
        *("http://example.org/%41", "http://example.org/a/../b", "http://example.org/./b"),
        *("http://example.org/?q", "http://example.org/#f", "http://example.org\\@evil.example/"),
        *("http://example.org:0/", "http://example.org:65536/", "http://example.org:x/"),
        *("http://exämple.org/", "http://example.org/å", "http://example.org/ x", "http://a b/"),
        *("http://example.org/\n", "http://example.org:80@evil.example/", "http://example.org;x/"),
    ],
)
def test_any_other_way_is_refused(iri: str) -> None:
    with pytest.raises(ValueError, match="the address of an endpoint"):
        Endpoint.of(iri)


@pytest.mark.parametrize(
    ("allowed", "asked", "covers"),
    [
        ("https://a.example/sparql", "https://a.example/sparql", True),
        ("https://a.example/sparql", "https://A.example:443/sparql", True),
        ("https://a.example/sparql", "https://a.example/sparql/", True),
        ("https://a.example/sparql/", "https://a.example/sparql", True),
        ("https://a.example/sparql", "https://a.example/sparql/x/y", True),
        ("https://a.example", "https://a.example/anything", True),
        ("https://a.example/sparql", "https://a.example/sparql2", False),
        ("https://a.example/sparql", "https://a.example/Sparql", False),
        ("https://a.example/sparql", "https://a.example/", False),
        ("https://a.example/sparql", "http://a.example/sparql", False),
        ("https://a.example/sparql", "https://a.example:444/sparql", False),
        ("https://a.example/sparql", "https://b.a.example/sparql", False),
        ("https://a.example/sparql", "https://a.example./sparql", False),
    ],
)
def test_prefix_is_of_whole_segments(allowed: str, asked: str, *, covers: bool) -> None:
    assert Endpoint.of(allowed).covers(Endpoint.of(asked)) is covers
