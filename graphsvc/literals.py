"""Which lexical forms belong to which XSD datatype, and which of them a Store writes anew.

Neither pyoxigraph nor SHACL's own engines can be asked this of a parsed quad,
and a Store has already rewritten what it holds.

Spec: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
"""

from __future__ import annotations

import base64
import binascii
import calendar
import re
from enum import Enum
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Quad, Store

from graphsvc.vocab import XSD

STRING = XSD + "string"

_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DATE = rf"({_YEAR})-({_MONTH})-({_DAY})"
_MONTHS = r"(?=\d+[YM])(?:\d+Y)?(?:\d+M)?"
_CLOCK = r"T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?"
_NAME_START = r"[:A-Z_a-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-῿\u200C-\u200D⁰-↏Ⰰ-⿯、-퟿豈-﷏ﷰ-�\U00010000-\U000EFFFF]"
_NAME_CHAR = _NAME_START[:-1] + r"\-.0-9·̀-ͯ‿-⁀]"
_NC_START, _NC_CHAR = _NAME_START.replace(":", "", 1), _NAME_CHAR.replace(":", "", 1)
NC_NAME = _NC_START + _NC_CHAR + "*"

_PATTERNS = {
    "boolean": r"true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": r"([+-]?)(?=\d)0*+(\d*)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN",
    "dateTime": rf"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_DATE}T{_TIME}{_ZONE[:-1]}",
    "date": _DATE + _ZONE,
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "gMonthDay": rf"--(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    rf"|02-(?:0[1-9]|[12]\d)){_ZONE}",
    "duration": rf"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:{_CLOCK})?",
    "yearMonthDuration": rf"-?P{_MONTHS}",
    "dayTimeDuration": rf"-?P(?=.)(?:\d+D)?(?:{_CLOCK})?",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "NMTOKEN": _NAME_CHAR + "+",
    "Name": _NAME_START + _NAME_CHAR + "*",
    "NCName": NC_NAME,
}
_PATTERNS["float"] = _PATTERNS["double"]

# The least and the greatest value of each datatype derived from xsd:integer; None: no bound.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
for _bits, _signed in ((8, "byte"), (16, "short"), (32, "int"), (64, "long")):
    _BOUNDS[_signed] = (-(2 ** (_bits - 1)), 2 ** (_bits - 1) - 1)
    _BOUNDS[f"unsigned{_signed.capitalize()}"] = (0, 2**_bits - 1)
INTEGERS = tuple(_BOUNDS)  # the datatypes derived from xsd:integer


def is_well_typed(value: str, datatype: str) -> bool:
    """Is `value` in the lexical space of an XSD datatype?

    Whatever is not a datatype of XSD that has lexical rules is left alone.
    """
    name = datatype.removeprefix(XSD)
    if name in _BOUNDS:
        return _fits(value, *_BOUNDS[name])
    if name == "base64Binary":
        return _is_base64(value)
    if name not in _PATTERNS:
        return True
    match = _pattern(name).fullmatch(value)
    if match is None:
        return False
    return _is_day(match) if name in ("date", "dateTime", "dateTimeStamp") else True


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Compiled when it is first needed: all of them together take longer than many a command."""
    return re.compile(_PATTERNS[name], re.ASCII | re.DOTALL)


def _fits(value: str, least: int | None, greatest: int | None) -> bool:
    match = _pattern("integer").fullmatch(value)
    if match is None:
        return False
    number = int(match[1] + "0" + match[2][:25])  # longer ones are as far out of every bound
    return (least is None or number >= least) and (greatest is None or number <= greatest)


def _is_day(match: re.Match[str]) -> bool:
    """Has the month this day? Years count as in the proleptic Gregorian calendar."""
    # Leap years repeat every 400 years, on either side of 0, so four digits tell; the calendar
    # module knows the years from 1 on.
    year, month, day = int(match[1][-4:].lstrip("-")), int(match[2]), int(match[3])
    return day <= calendar.monthrange(year % 400 + 400, month)[1]


def _is_base64(value: str) -> bool:
    compact = value if re.search("^ |  | $", value) else value.replace(" ", "")
    try:
        octets = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return False
    return base64.b64encode(octets).decode() == compact  # no stray bits in the last character


class Form(Enum):
    """What becomes of a literal in a Store."""

    KEPT = "comes out as it went in"
    REWRITTEN = 'comes out as another term of the same value: "01"^^xsd:integer as "1"'
    LONG = "kept, but has too many digits to compute with"
    ILL_TYPED = "not in the lexical space of its datatype"


_DIGITS = 17  # so many can be computed with in any case
_EXACT = {XSD + name for name in (*INTEGERS, "integer", "decimal")}
_NODE = NamedNode("urn:x:x")
_SHORT_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SHORT_TIME = r"(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
# Forms that are kept, if they are well typed: what is not among them, a Store is asked.
_KEPT = {
    XSD + name: re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "integer": f"0|-?[1-9][0-9]{{0,{_DIGITS - 1}}}",
        "decimal": r"0|-?[1-9][0-9]{0,7}|-?(?:0|[1-9][0-9]{0,7})\.[0-9]{0,7}[1-9]",
        "date": f"{_SHORT_DATE}Z?",
        "dateTime": f"{_SHORT_DATE}T{_SHORT_TIME}Z?",
        "gYear": "[0-9]{4}Z?",
    }.items()
}


@lru_cache(maxsize=100_000)
def form(value: str, datatype: str) -> Form:
    """What becomes of a literal of XSD in a Store."""
    if not is_well_typed(value, datatype):
        return Form.ILL_TYPED
    kept = _KEPT.get(datatype)
    if kept is not None and kept.fullmatch(value):
        return Form.KEPT
    literal = Literal(value, datatype=NamedNode(datatype))
    if len(value) > _DIGITS and datatype in _EXACT and not _computes_with(literal):
        return Form.LONG
    return Form.KEPT if as_stored(literal) == literal else Form.REWRITTEN


@lru_cache(maxsize=10_000)
def as_stored(literal: Literal) -> Literal:
    """How SPARQL shows a literal: put into a Store and taken out again."""
    store = Store()
    store.add(Quad(_NODE, _NODE, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal)
    return stored


def is_exact(datatype: str) -> bool:
    """Is it xsd:decimal, xsd:integer or derived from that?"""
    return datatype in _EXACT


def _computes_with(literal: Literal) -> bool:
    return bool(Store().query(f"ASK {{ FILTER (isNumeric({literal})) }}"))
