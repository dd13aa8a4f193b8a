from __future__ import annotations

import pytest

from graphsvc.formats import (
    HTML,
    JSON_LD,
    RDF_FORMATS,
    SOLUTIONS_FORMATS,
    SOURCE_SUFFIXES,
    TURTLE,
    Format,
    from_media_type,
    from_suffix,
)

EVERY = (*RDF_FORMATS, *SOLUTIONS_FORMATS, HTML)


@pytest.mark.parametrize("format", EVERY, ids=lambda format: format.suffix)
def test_a_format_is_found_by_each_of_its_names(format: Format) -> None:
    assert from_suffix(format.suffix) is format
    assert from_suffix(format.suffix.upper()) is format
    assert from_media_type(format.media_type) is format
    assert from_media_type(format.media_type.upper()) is format


def test_no_two_formats_share_a_name() -> None:
    assert len({format.suffix for format in EVERY}) == len(EVERY)
    assert len({format.media_type for format in EVERY}) == len(EVERY)


@pytest.mark.parametrize("name", ["", ".ttl", "exe", "text/turtle; charset=utf-8", "text/*"])
def test_what_is_no_format_is_none(name: str) -> None:
    assert from_suffix(name) is None
    assert from_media_type(name) is None


@pytest.mark.parametrize("format", RDF_FORMATS, ids=lambda format: format.suffix)
def test_rdf_formats_agree_with_pyoxigraph(format: Format) -> None:
    assert format.rdf
    assert format.rdf.media_type == format.media_type
    assert format.rdf.file_extension == format.suffix
    assert format.rdf.supports_datasets is format.datasets


@pytest.mark.parametrize("format", SOLUTIONS_FORMATS, ids=lambda format: format.suffix)
def test_results_formats_agree_with_pyoxigraph(format: Format) -> None:
    assert format.results
    assert format.results.media_type.partition(";")[0] == format.media_type


def test_text_says_that_it_is_utf8() -> None:
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert HTML.content_type == "text/html; charset=utf-8"
    assert JSON_LD.content_type == "application/ld+json"


def test_whatever_is_published_can_be_a_source() -> None:
    assert set(SOURCE_SUFFIXES) == {"ttl", "jsonld", "rdf", "nt", "trig", "nq"}
