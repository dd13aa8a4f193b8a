"""Proactive content negotiation on `Accept` and its siblings, as RFC 9110 §12.5 has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphsvc.errors import NotAcceptable

_QUALITY = re.compile(r"0?\.\d{1,3}|0\.?|1(\.0{0,3})?", re.ASCII)  # Java's own client says ".2"
_PARTS = re.compile(r'(?:[^,"]|"[^"]*"?)+')  # what commas divide, quoted strings kept whole
_PARAMETERS = re.compile(r'(?:[^;"]|"[^"]*"?)+')
HEADER_BYTES = 8_192  # what is longer is no Accept header that a client means
REMEMBERED_BYTES = 1_024  # what is longer few send twice


@dataclass(frozen=True)
class _Range:
    """One range of an Accept header, such as `text/*;q=0.3`."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    def specificity(self, type_: str, subtype: str) -> int:
        """How closely the range fits an offer: 0 not at all, else more for more said."""
        if self.type == "*":
            return 1 if self.subtype == "*" else 0
        if self.type != type_:
            return 0
        if self.subtype == "*":
            return 2
        return 3 + len(self.parameters) if self.subtype == subtype else 0


def negotiate(accept: str | None, offers: Sequence[str]) -> str:
    """Choose the offered media type the client weighs highest.

    `offers` stands in our own order, which breaks ties and answers an absent
    header. For each offer the most specific matching range sets the weight, so
    "*/*, text/turtle;q=0" reads "anything but Turtle". The parameters `charset`
    and `profile` do not narrow a range, as we offer each type in one form only.

    Raises NotAcceptable, naming every offer, if all weigh zero.
    """
    text = (accept or "").strip()[:HEADER_BYTES] or "*/*"
    choose = _best if len(text) <= REMEMBERED_BYTES else _best.__wrapped__
    best = choose(text, tuple(offers))
    if best is None:
        raise NotAcceptable(
            f"no representation matches {(accept or '')[:200]!r}; offered: {', '.join(offers)}"
        )
    return best


@lru_cache(256)  # clients say a few things between them
def _best(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that weighs most, or None if all weigh nothing."""
    ranges = _parse(accept)
    best = max(offers, key=lambda offer: _weight(offer, ranges))
    return best if _weight(best, ranges) else None


def negotiate_language(accept_language: str | None, offers: Sequence[str]) -> str:
    """Choose the language the client weighs highest, else the first of ours.

    A range matches a tag that equals it or begins with it (RFC 4647 §3.3.1), and
    `sv-FI` is content with `sv`. No language is ever refused: a page in another
    language is better than none.
    """
    weights = dict.fromkeys(offers, 0.0)
    for part in (accept_language or "")[:HEADER_BYTES].split(","):
        tag, quality = _split_quality(part)
        for offer in offers:
            if tag == "*" or f"{offer}-".startswith(f"{tag}-") or f"{tag}-".startswith(f"{offer}-"):
                weights[offer] = max(weights[offer], quality if tag != "*" else quality / 1000)
    return max(offers, key=lambda offer: weights[offer])


def negotiate_coding(accept_encoding: str | None, offers: Sequence[str]) -> str:
    """Choose the content coding the client weighs highest, or "identity".

    Nobody who did not ask gets a coding. Plain content is never refused either: a
    client that wants neither that nor a coding of ours has no better answer coming.

    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
    """
    weights = dict(map(_split_quality, (accept_encoding or "")[:HEADER_BYTES].split(",")))
    others = weights.get("*", 0.0)
    quality = {offer: weights.get(offer, weights.get(f"x-{offer}", others)) for offer in offers}
    best = max(offers, key=lambda offer: quality[offer])
    return best if quality[best] > 0 and quality[best] >= weights.get("identity", 0) else "identity"


def refuses_identity(accept_encoding: str | None) -> bool:
    """Would the client rather have nothing than plain content?"""
    weights = dict(map(_split_quality, (accept_encoding or "")[:HEADER_BYTES].split(",")))
    return weights.get("identity", weights.get("*", 1.0)) == 0


def _parse(accept: str) -> list[_Range]:
    return [parsed for part in _PARTS.findall(accept) if (parsed := _parse_range(part))]


def _parse_range(text: str) -> _Range | None:
    """A range, or None for what is not one: a client's slip is no reason to refuse it."""
    media_range, quality = _split_quality(text)
    essence, *parameters = _PARAMETERS.findall(media_range) or [""]
    essence = essence.strip()
    type_, slash, subtype = ("*/*" if essence == "*" else essence).partition("/")
    if not (type_ and slash and subtype):
        return None
    pairs = (parameter.partition("=") for parameter in parameters)
    narrowing = frozenset(
        (name.strip().lower(), value.strip().strip('"'))
        for name, _, value in pairs
        if name.strip().lower() not in ("charset", "profile", "")
    )
    return _Range(type_, subtype, narrowing, quality)


def _split_quality(text: str) -> tuple[str, float]:
    """A range without its weight, and the weight: 1 where none stands, 0 where it is not one."""
    kept, quality = [], 1.0
    for part in _PARAMETERS.findall(text):
        name, _, value = part.partition("=")
        if name.strip().lower() == "q":
            quality = float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
        else:
            kept.append(part)
    return ";".join(kept).strip().lower(), quality


def _weight(offer: str, ranges: Sequence[_Range]) -> float:
    type_, _, subtype = offer.partition("/")
    fitting = [
        (specificity, each.quality)
        for each in ranges
        if not each.parameters and (specificity := each.specificity(type_, subtype))
    ]
    return max(fitting, default=(0, 0.0))[1]
