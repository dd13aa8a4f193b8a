"""Dates and numbers as a language writes them.

Only what is written in the canonical way is put in other words: whoever wrote "01" meant
something by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, get_minus_sign_symbol

from graphsvc.vocab import XSD

_YEAR = r"(?!0000)\d{4}"
_INTEGER = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})\.\d{1,12}", re.ASCII)
_DATE = re.compile(rf"{_YEAR}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(rf"{_YEAR}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_MONTH = re.compile(rf"{_YEAR}-\d\d", re.ASCII)
_UNGROUPED = 9_999  # four digits may be a year, and stand together in most languages anyway


def write_count(number: float, language: str) -> str:
    """A number of things."""
    is_short = isinstance(number, int) and 0 <= number < 1_000  # as it is in every language here
    return str(number) if is_short else format_decimal(number, locale=language)


def write_date(text: str, language: str) -> str:
    """A date, or a moment without its time of day, in ISO 8601, in words; else the text itself."""
    try:
        return _write_day(text[:10], language)
    except ValueError:
        return text


def localized(text: str, datatype: str, language: str) -> str | None:
    """A literal of XSD as a language writes it; None if it stands as it is."""
    form = _FORMS.get(datatype)
    if form is None or not form[0].fullmatch(text):
        return None
    try:
        return form[1](text, language)
    except ValueError:  # there is no such day
        return None


def is_moment(datatype: str) -> bool:
    """Is it a datatype of dates?"""
    return datatype in _MOMENTS


def _of_dates(language: str) -> str:
    """English without a land is read in many: the day comes first there, as in most of them."""
    return "en_150" if language == "en" else language


def _write_day(text: str, language: str) -> str:
    return format_date(date.fromisoformat(text), "long", locale=_of_dates(language))


def _write_moment(text: str, language: str) -> str:
    """A moment where it was: nobody else's time zone is meant."""
    moment = datetime.fromisoformat(text)
    written = format_datetime(moment.replace(tzinfo=None), "long", locale=_of_dates(language))
    written = written.removesuffix(" UTC")
    offset = moment.utcoffset()
    if offset is None:
        return written
    return f"{written} UTC{moment:%z}" if offset else f"{written} UTC"


def _write_month(text: str, language: str) -> str:
    day = date.fromisoformat(f"{text}-01")
    return format_skeleton("yMMMM", day, locale=_of_dates(language))


def _write_integer(text: str, language: str) -> str:
    number = int(text)
    return format_decimal(number, locale=language, group_separator=abs(number) > _UNGROUPED)


def _write_decimal(text: str, language: str) -> str:
    """With as many digits as it is written with."""
    whole, _, fraction = text.partition(".")
    pattern = "#,##0." + "0" * len(fraction)
    is_long = abs(int(whole)) > _UNGROUPED
    written = format_decimal(text, pattern, locale=language, group_separator=is_long)
    return written.replace("-", get_minus_sign_symbol(language))


_MOMENTS = {XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYearMonth")}
_FORMS: Mapping[str, tuple[re.Pattern[str], Callable[[str, str], str]]] = {
    XSD + "date": (_DATE, _write_day),
    XSD + "dateTime": (_TIME, _write_moment),
    XSD + "dateTimeStamp": (_TIME, _write_moment),
    XSD + "gYearMonth": (_MONTH, _write_month),
    XSD + "decimal": (_DECIMAL, _write_decimal),
    **{
        XSD + name: (_INTEGER, _write_integer)
        for name in (
            *("integer", "int", "long", "short", "byte", "nonNegativeInteger"),
            *("positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort"),
        )
    },
}
