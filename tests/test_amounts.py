"""Dates and numbers are written as the reader's language writes them, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from web.served import BASE, make_release

from graphsvc.iris import Addresses
from graphsvc.pages import rendering
from graphsvc.pages.amounts import localized, write_count, write_date
from graphsvc.pages.editions import Edition
from graphsvc.vocab import XSD


@pytest.mark.parametrize(
    ("text", "datatype", "swedish", "english"),
    [
        ("2026-11-04", "date", "4 november 2026", "4 November 2026"),
        ("2026-11", "gYearMonth", "november 2026", "November 2026"),
        (
            "2026-11-04T12:30:00",
            "dateTime",
            "4 november 2026 12:30:00",
            "4 November 2026, 12:30:00",
        ),
        ("12345", "integer", "12\xa0345", "12,345"),
        ("-12345.50", "decimal", "−12\xa0345,50", "-12,345.50"),
        ("2018", "integer", "2018", "2018"),  # it may be a year
        ("1234", "nonNegativeInteger", "1234", "1234"),
    ],
)
def test_what_is_canonical_is_put_in_the_words_of_a_language(
    text: str, datatype: str, swedish: str, english: str
) -> None:
    written = {language: localized(text, XSD + datatype, language) for language in ("sv", "en")}
    assert written == {"sv": swedish, "en": english}


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("01", "integer"),
        ("+1", "integer"),
        ("2026-02-31", "date"),
        ("2026-11-04Z", "date"),
        ("0000-01-01", "date"),
        ("-0044-03-15", "date"),
        ("2026-13", "gYearMonth"),
        ("2026-11-04T25:00:00", "dateTime"),
        ("9" * 40, "integer"),
        ("1." + "9" * 40, "decimal"),
        ("1e3", "double"),
        ("2018", "gYear"),
        ("12345", "string"),
    ],
)
def test_what_is_written_otherwise_stands_as_it_is(text: str, datatype: str) -> None:
    assert localized(text, XSD + datatype, "en") is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-04T12:30:00Z", "12:30:00 UTC"),
        ("2026-11-04T12:30:00+02:00", "12:30:00 UTC+0200"),
        ("2026-11-04T00:30:00-05:00", "00:30:00 UTC-0500"),
    ],
)
def test_a_moment_keeps_its_own_time_zone(text: str, written: str) -> None:
    shown = localized(text, XSD + "dateTime", "sv")
    assert shown == f"4 november 2026 {written}"


def test_dates_of_a_release_are_in_words_too() -> None:
    assert write_date("2026-11-24T10:00:00Z", "sv") == "24 november 2026"
    assert write_date("2026-11-24T10:00:00+00:00", "en") == "24 November 2026"
    assert write_date("some day", "en") == "some day"


@pytest.mark.parametrize(("number", "swedish"), [(0, "0"), (999, "999"), (1000, "1\xa0000")])
def test_counts_are_grouped(number: int, swedish: str) -> None:
    assert write_count(number, "sv") == swedish


def test_a_page_keeps_what_was_written_for_machines(tmp_path: Path) -> None:
    data = '<id/x> ex:note "2026-11-04"^^xsd:date , "12345"^^xsd:integer , "012"^^xsd:integer .\n'
    release = make_release(tmp_path, data)
    iri = BASE + "id/x"
    edition = Edition(release, Addresses(BASE), "sv")
    page = rendering.document(edition, "/id/x", iri, release.resources.document(iri), 1)
    assert '<time datetime="2026-11-04">4 november 2026</time>' in page
    assert '<data value="12345">12\xa0345</data>' in page
    assert ">012</span>" in page
    assert page.count("xsd:integer") == 1  # only where the form is out of the ordinary
