"""Counts in a few steps, so that a map can be read by shade and by number alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_STEPS = 4  # beside that for nothing


@dataclass(frozen=True)
class Step:
    """Counts from `least` to `most`; `shade` is 0 for nothing, MOST_STEPS for the most there is."""

    shade: int
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
        shade = -(-(number + 1) * MOST_STEPS // min(MOST_STEPS, len(several)))
        found.append(Step(shade, part[0], part[-1]))
    return found


def shade_of(count: int, known: Iterable[Step]) -> int:
    """The shade of the step that a count falls into; 0 if there is none."""
    return next((step.shade for step in known if step.least <= count <= step.most), 0)
