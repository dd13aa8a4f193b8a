"""Counts in a few steps, so that a map can be read by shade and by number alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_STEPS = 4  # beside that for nothing


@dataclass(frozen=True)
class Step:
    """Counts from `least` to `most`; `number` 0 is for nothing, 1 for the least that there is."""

    number: int
    least: int
    most: int


def steps(counts: Iterable[int]) -> list[Step]:
    """The steps that counts fall into, each with about as many different counts."""
    known = sorted(set(counts))
    found = [Step(0, 0, 0)] if 0 in known else []
    several = [count for count in known if count]
    share = max(1.0, len(several) / MOST_STEPS)
    for number in range(min(MOST_STEPS, len(several))):
        part = several[round(number * share) : round((number + 1) * share)]
        found.append(Step(number + 1, part[0], part[-1]))
    return found
