from __future__ import annotations

import pytest

from graphsvc.errors import NotAcceptable
from graphsvc.negotiation import negotiate, negotiate_coding, negotiate_language

OFFERS = ["text/turtle", "application/ld+json", "text/html"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html, */*;q=0.1", "text/html"),
        ("*/*, text/turtle;q=0", "application/ld+json"),
        ("text/*;q=0.9, text/turtle;q=0.2, application/ld+json;q=0.5", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("text/html;charset=utf-8", "text/html"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened, x"', OFFERS[1]),
        ("image/png, text/html;q=0.001", "text/html"),
        ("text/html; q=.2, *; q=.1", "text/html"),
        ("image/png, *;q=.1", "text/turtle"),
        ("nonsense, text/html", "text/html"),
        ("application/rdf+xml;q=0.9, application/ld+json;q=0.5 , text/html ;q=0.4", OFFERS[1]),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_most_specific_range_decides(accept: str | None, chosen: str) -> None:
    assert negotiate(accept, OFFERS) == chosen


@pytest.mark.parametrize(
    "accept",
    ["image/png", "text/html;q=0", "*/*;q=0", "text/turtle;version=2", "nonsense", "text/html;q=2"],
)
def test_refusal_names_every_offer(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refusal:
        negotiate(accept, OFFERS)
    assert all(offer in str(refusal.value) for offer in OFFERS)


@pytest.mark.parametrize("junk", [",", ";", '"', 'a/b;c="', "x", "a/b,"])
def test_a_hostile_header_is_refused_like_any_other(junk: str) -> None:
    with pytest.raises(NotAcceptable):
        negotiate("image/png," + junk * 1_000_000, OFFERS)


@pytest.mark.parametrize(
    ("accept_language", "chosen"),
    [
        (None, "sv"),
        ("", "sv"),
        ("en", "en"),
        ("en-GB, sv;q=0.5", "en"),
        ("de, fr", "sv"),
        ("de, *;q=0.1", "sv"),
        ("sv-FI;q=0.5, en;q=0.9", "en"),
        ("en;q=0, sv;q=0", "sv"),
        ("*, en;q=0.1", "en"),
        ("eng", "sv"),
    ],
)
def test_language_falls_back_to_our_first(accept_language: str | None, chosen: str) -> None:
    assert negotiate_language(accept_language, ["sv", "en"]) == chosen


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("br;q=2, gzip;q=0.1", "gzip"),
        ("deflate, zstd", "identity"),
        ("brotli, gzipped", "identity"),
        ("br," * 100_000, "br"),
    ],
)
def test_coding_is_the_one_the_client_weighs_highest(
    accept_encoding: str | None, chosen: str
) -> None:
    assert negotiate_coding(accept_encoding, ["br", "gzip"]) == chosen
