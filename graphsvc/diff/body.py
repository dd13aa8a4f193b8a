"""The changes as lines with a sign, much as a unified diff has them: - is gone, + has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphsvc.changes import Change, Kind
from graphsvc.diff.trees import Property, Value, properties
from graphsvc.diff.wording import Words

_INDENT = "  "
_SIGNS = {Kind.CREATED: "+", Kind.UPDATED: " ", Kind.DELETED: "-"}


def lines(change: Change, words: Words) -> Iterator[str]:
    """A resource and what has changed of it; no line holds a line break."""
    yield f"{_SIGNS[change.kind]} {words.resource(change.resource)}"
    changed = properties(change)
    graphs = {value.graph for each in changed for value in (*each.removed, *each.added)}
    graphs |= {nested.graph for each in changed for nested in each.changed}
    yield from _properties(changed, words, _INDENT, tell_graphs=len(graphs) > 1)


def _properties(
    changed: Iterable[Property], words: Words, indent: str, *, tell_graphs: bool
) -> Iterator[str]:
    for each in changed:
        name = words.named(each.predicate)
        for nested in each.changed:
            yield f"  {indent}{name} ["
            deeper = indent + _INDENT
            yield from _properties(nested.properties, words, deeper, tell_graphs=tell_graphs)
            yield f"  {indent}]"
        for sign, values in (("-", each.removed), ("+", each.added)):
            for value in values:
                graph = f"  in {words.graph(value.graph)}" if tell_graphs else ""
                yield from _value(value, f"{name} ", f"{sign} {indent}", words, graph)


def _value(value: Value, name: str, start: str, words: Words, graph: str) -> Iterator[str]:
    if not value.properties:
        yield f"{start}{name}{words.value(value)}{graph}"
        return
    yield f"{start}{name}[{graph}"
    for predicate, each in value.properties:
        yield from _value(each, f"{words.named(predicate)} ", start + _INDENT, words, "")
    yield f"{start}]"
