"""A comparison for a pull request or a job summary, in GitHub's Markdown.

Spec: https://github.github.com/gfm/#fenced-code-blocks
"""

from __future__ import annotations

from collections.abc import Iterator

from graphsvc.diff import body
from graphsvc.diff.comparison import Comparison
from graphsvc.diff.wording import Words
from graphsvc.reports.markdown import code, plain

BREAKING = 100  # rows of the table
CHARACTERS = 200_000  # of changes: GitHub cuts a summary at 1 MiB, and a person much earlier
FENCE = "````"  # which a line ends that begins with it: none does, as each begins with a sign


def write(comparison: Comparison, language: str | None = None) -> Iterator[str]:
    """The counts, a table of what breaks, then every change until there are too many."""
    words = Words(comparison, language)
    yield f"## Changes: {code(words.title())}\n\n{plain(words.summary())}\n"
    if comparison.breaking:
        yield from _breaking(comparison, words)
    if not comparison.is_empty:
        yield from _changes(comparison, words)


def _breaking(comparison: Comparison, words: Words) -> Iterator[str]:
    yield "\n| Breaking | Why |\n| :-- | :-- |\n"
    for breaking in comparison.breaking[:BREAKING]:
        resource, why = words.resource(breaking.resource), words.why(breaking)
        yield f"| {code(resource)} | {plain(why)} |\n"
    if (more := len(comparison.breaking) - BREAKING) > 0:
        yield f"\n{more:,} more are not shown here.\n"


def _changes(comparison: Comparison, words: Words) -> Iterator[str]:
    yield f"\n{FENCE}diff\n"
    left, told = CHARACTERS, 0
    for change in comparison:
        text = "".join(f"{line}\n" for line in body.lines(change, words))
        left -= len(text)
        if left < 0:
            break
        yield text
        told += 1
    yield f"{FENCE}\n"
    if (more := sum(comparison.counts.values()) - told) > 0:
        yield f"\n{more:,} more resources have changed; `graphsvc diff` tells all.\n"
