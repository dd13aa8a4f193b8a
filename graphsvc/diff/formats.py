"""The formats of a comparison: one table, one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from graphsvc.diff import json, markdown, patch, text
from graphsvc.diff.comparison import Comparison

Writer = Callable[[Comparison, str | None], Iterator[str]]

# By the names that `--format` knows; the first is the default.
FORMATS: Mapping[str, Writer] = {
    "text": text.write,
    "markdown": markdown.write,
    "json": json.write,
    "patch": patch.write,
}
