from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.literals import is_well_typed
from graphsvc.vocab import XSD

# By datatype: forms that are in its lexical space | forms that are not. An
# underscore stands for a space.
FORMS = {
    "boolean": "true false 1 0 | TRUE yes 2 01 _true true_",
    "decimal": "1 01 -1.5 +.5 5. 0.10 | . 1e5 1,5 INF +-1 ١ _1",
    "integer": "1 007 -0 +5 | 1.0 1. - ² ١ 1_000 1_",
    "nonNegativeInteger": "0 -0 5 00005 | -1 1.0 -",
    "positiveInteger": "1 +1 | 0 -0 -1",
    "nonPositiveInteger": "0 +0 -5 | 1 +1",
    "negativeInteger": "-1 -001 | 0 -0 1",
    "byte": "127 -128 +0127 | 128 -129 300 99999999999999999999999999999999",
    "short": "32767 -32768 | 32768 -32769",
    "int": "2147483647 -2147483648 | 2147483648 -2147483649",
    "long": "9223372036854775807 -9223372036854775808 | 9223372036854775808 -9223372036854775809",
    "unsignedByte": "0 255 -0 | 256 -1",
    "unsignedShort": "65535 | 65536 -1",
    "unsignedInt": "4294967295 | 4294967296 -1",
    "unsignedLong": "18446744073709551615 | 18446744073709551616 -1",
    "double": "1 1.5e-10 .5E+3 5.e0 -0 INF -INF +INF NaN | inf nan -NaN 1e 1e1.5 0x1p3 1_e5",
    "float": "1 1.5e-10 INF NaN | infinity e5",
    "date": "2024-02-29 2000-02-29 0000-02-29 -0004-02-29 12024-12-31 2023-01-01Z "
    "2023-01-01+14:00 2023-01-01-13:59 | 2023-02-29 1900-02-29 2023-04-31 2023-13-01 2023-00-01 "
    "2023-01-00 23-01-01 02023-01-01 2023-1-1 2023-01-01+14:01 2023-01-01+24:00 2023-01-01z "
    "+2023-01-01 2023-01-01T00:00:00 ٢٠٢٣-01-01",
    "dateTime": "2023-01-01T00:00:00 2023-01-01T24:00:00 2023-12-31T23:59:59.123456789Z "
    "2024-02-29T12:00:00.000+01:00 | 2023-01-01 2023-01-01_00:00:00 2023-01-01T25:00:00 "
    "2023-01-01T24:00:01 2023-01-01T00:60:00 2023-01-01T00:00:60 2023-01-01T00:00 "
    "2023-02-30T00:00:00 2023-01-01T00:00:00. 2023-01-01t00:00:00",
    "dateTimeStamp": "2023-01-01T00:00:00Z 2023-01-01T00:00:00-05:00 | 2023-01-01T00:00:00 "
    "2023-02-29T00:00:00Z",
    "time": "00:00:00 24:00:00 24:00:00.0 23:59:59.9Z | 24:00:01 25:00:00 1:00:00 00:00 00:00:60",
    "gYear": "2023 -0044 12023 2023Z 0000 | 23 02023 2023-01 +2023",
    "gYearMonth": "2023-12 -0044-03 2023-12+01:00 | 2023-13 2023 2023-1",
    "gMonth": "--12 --01Z | --13 12 --1 --12--",
    "gDay": "---31 ---01+01:00 | ---32 ---0 31",
    "gMonthDay": "--02-29 --12-31 --04-30Z | --02-30 --04-31 --13-01 02-29",
    "duration": "P1Y P1Y2M3DT4H5M6.7S -P1D PT0S PT1M "
    "| P PT P1S 1Y P1YT PT1.S PT.5S +P1D P-1D P1.5Y",
    "yearMonthDuration": "P1Y P2M -P1Y2M | P P1D P1Y1D PT1M",
    "dayTimeDuration": "P1D PT1M -P1DT1.5S | P P1Y P1M PT",
    "hexBinary": "0aFF | 0 0G 0_a",
    "base64Binary": "YQ== YWI= YWJj YW_Jj | YQ YQ= YR== YWI=_ _YWJj YW__Jj å YQ==YQ==",
    "language": "sv en-GB x-y-12345678 | 1 sv_ en_GB abcdefghi en- å",
    "normalizedString": "a a__b _a | a\tb a\nb a\r",
    "token": "a a_b | _a a_ a__b a\tb",
    "NMTOKEN": "1a a:b .x · _ | a/b a,b",
    "Name": "a:b _1 :a é | 1a -a .a a,b",
    "NCName": "a.b-1 é 𐀀 _x | a:b 1 ·a",
    "anyURI": "http://a/ a_b | ",
    "string": "_ | ",
}
NAMES = ("NMTOKEN", "Name", "NCName")  # in these an underscore stands for itself
CASES = [
    (
        datatype,
        form.replace("_", " ") if datatype not in ("NMTOKEN", "Name", "NCName") else form,
        good,
    )
    for datatype, forms in FORMS.items()
    for good, part in zip((True, False), forms.split(" | "), strict=True)
    for form in part.split(" ")
    if form
]
DATATYPES = sorted(FORMS)


@pytest.mark.parametrize(("datatype", "form", "good"), CASES)
def test_a_form_is_in_the_lexical_space_or_not(datatype: str, form: str, good: bool) -> None:
    assert is_well_typed(form, XSD + datatype) is good


@pytest.mark.parametrize("datatype", ["hexBinary", "base64Binary", "token", "normalizedString"])
def test_nothing_is_a_value_of_what_may_be_empty(datatype: str) -> None:
    assert is_well_typed("", XSD + datatype)


@pytest.mark.parametrize("datatype", sorted(set(DATATYPES) - {"anyURI", "string"}))
def test_a_line_feed_after_a_value_is_not_overlooked(datatype: str) -> None:
    form = next(form for name, form, good in CASES if name == datatype and good)
    assert not is_well_typed(form + "\n", XSD + datatype)


@pytest.mark.parametrize("datatype", ["http://e/date", "http://www.w3.org/ns/x#integer", XSD + "x"])
def test_other_datatypes_are_left_alone(datatype: str) -> None:
    assert is_well_typed("whatever", datatype)


zones = st.one_of(
    st.none(), st.just(UTC), st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m)))
)


@given(st.datetimes(timezones=zones))
def test_what_python_writes_is_a_date_and_time(value: datetime) -> None:
    assert is_well_typed(value.isoformat(), XSD + "dateTime")
    assert is_well_typed(value.isoformat(), XSD + "dateTimeStamp") is (value.tzinfo is not None)
    assert is_well_typed(value.date().isoformat(), XSD + "date")
    assert is_well_typed(value.timetz().isoformat(), XSD + "time")


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
def test_python_and_xsd_agree_on_the_days_of_a_month(year: int, month: int, day: int) -> None:
    form = f"{year:04}-{month:02}-{day:02}"
    try:
        date.fromisoformat(form)
    except ValueError:
        exists = False
    else:
        exists = True
    assert is_well_typed(form, XSD + "date") is exists
    assert is_well_typed(form + "T00:00:00", XSD + "dateTime") is exists


@given(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61))
def test_python_and_xsd_agree_on_the_times_of_a_day(hour: int, minute: int, second: int) -> None:
    form = f"{hour:02}:{minute:02}:{second:02}"
    try:
        time.fromisoformat(form)
    except ValueError:
        exists = form == "24:00:00"
    else:
        exists = True
    assert is_well_typed(form, XSD + "time") is exists


@given(st.binary())
def test_what_python_encodes_is_binary(value: bytes) -> None:
    assert is_well_typed(value.hex(), XSD + "hexBinary")
    assert is_well_typed(base64.b64encode(value).decode(), XSD + "base64Binary")


@given(st.one_of(st.floats(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False)))
def test_what_python_writes_is_a_number(value: object) -> None:
    assert is_well_typed(str(value).replace("inf", "INF").replace("nan", "NaN"), XSD + "double")


@pytest.mark.parametrize(("datatype", "good"), [("byte", False), ("unsignedLong", False)])
def test_a_number_of_any_length_is_compared(datatype: str, good: bool) -> None:
    assert is_well_typed("9" * 10_000, XSD + datatype) is good
    assert is_well_typed("0" * 10_000 + "9", XSD + datatype)
    assert is_well_typed("9" * 10_000, XSD + "positiveInteger")
    assert is_well_typed("-" + "9" * 10_000, XSD + "negativeInteger")


@pytest.mark.parametrize(
    "part", ["1", "0", "-1", "a", " ", "a ", "a-", "P1", "=", "A=", "é", "2020-", "1."]
)
@pytest.mark.parametrize("datatype", DATATYPES)
def test_a_form_of_a_million_characters_is_judged(datatype: str, part: str) -> None:
    form = part.replace("_", " ") * (1_000_000 // len(part))
    assert is_well_typed(form, XSD + datatype) in (True, False)
    assert not is_well_typed(form + "\n!", XSD + datatype) or datatype in ("anyURI", "string")
