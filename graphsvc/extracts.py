"""Extracts of a dataset: what it says of the instances of some classes.

That is every quad about such an instance, about an IRI that adds a fragment to the
instance's, and about the blank nodes that these lead to, in whatever graph. The dataset is
read twice, line by line; in memory are the names of the instances, and what leads to blank
nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from graphsvc.vocab import RDF_TYPE

_TYPE = str(RDF_TYPE)


def write_extracts(n_quads: Path, classes: Mapping[str, Collection[str]], folder: Path) -> None:
    """Write `{name}.nq` for each name, from the IRIs of its classes and canonical N-Quads.

    The order of the quads stays; a class means those that are said to be of it, not of a
    subclass. What has no instance gets an empty file.
    """
    chosen = _chosen(n_quads, classes)
    with ExitStack() as opened:
        files = {
            name: opened.enter_context(
                (folder / f"{name}.nq").open("w", encoding="utf-8", newline="\n")
            )
            for name in classes
        }
        about, names = "", []
        for subject, _, _, line in _lines(n_quads):
            if subject != about:
                about, document = subject, _document(subject)
                names = [
                    name for name, nodes in chosen.items() if subject in nodes or document in nodes
                ]
            for name in names:
                files[name].write(line)


def _chosen(n_quads: Path, classes: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The subjects of each extract, without those that only add a fragment."""
    by_class: dict[str, list[str]] = defaultdict(list)
    for name, iris in classes.items():
        for iri in iris:
            by_class[f"<{iri}>"].append(name)
    chosen: dict[str, set[str]] = {name: set() for name in classes}
    leads: dict[str, list[str]] = defaultdict(list)  # to blank nodes, by subject
    for subject, predicate, object_, _ in _lines(n_quads):
        if predicate == _TYPE:
            for name in by_class.get(object_, ()):
                chosen[name].add(subject)
        if object_.startswith("_:"):
            leads[subject].append(object_)
    for nodes in chosen.values():
        _follow(nodes, leads)
    return chosen


def _follow(nodes: set[str], leads: Mapping[str, list[str]]) -> None:
    """Add the blank nodes that some nodes, or fragments of them, lead to."""
    ahead = [each for each in leads if each in nodes or _document(each) in nodes]
    while ahead:
        for blank in leads.get(ahead.pop(), ()):
            if blank not in nodes:
                nodes.add(blank)
                ahead.append(blank)


def _lines(n_quads: Path) -> Iterator[tuple[str, str, str, str]]:
    """Subject, predicate and the object up to its first space, and the line."""
    with n_quads.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            yield subject, predicate, rest.partition(" ")[0], line


def _document(subject: str) -> str:
    """What is left of an IRI without its fragment."""
    document, mark, _ = subject.partition("#")
    return f"{document}>" if mark else subject
