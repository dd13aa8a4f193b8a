"""How much room a text takes, before any font is known."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfr.,:;'!|()[]- ")
_BROAD = frozenset("mwMW@%")
_EM = {"narrow": 0.36, "usual": 0.58, "capital": 0.7, "broad": 0.9, "square": 1.05}


def width_of(text: str, size: float) -> float:
    """The width of a text in letters of this size, in the same units, rather too much."""
    return size * sum(_EM[_kind(character)] for character in text)


def shortened(text: str, size: float, widest: float) -> str:
    """The text, or as much of its beginning as there is room for with an ellipsis."""
    if width_of(text, size) <= widest:
        return text
    while text and width_of(text + "…", size) > widest:
        text = text[:-1]
    return text.rstrip() + "…"


def _kind(character: str) -> str:
    if unicodedata.east_asian_width(character) in "WF":
        return "square"
    if character in _NARROW:
        return "narrow"
    if character in _BROAD:
        return "broad"
    return "capital" if character.isupper() else "usual"
