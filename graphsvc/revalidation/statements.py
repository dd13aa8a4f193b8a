"""What changes in the statements of files, and in the triples that these state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyoxigraph import Quad

from graphsvc.errors import SourceError, SourceErrors
from graphsvc.excerpts.difference import Span, difference
from graphsvc.shacl.changing import ChangingGraph
from graphsvc.shacl.lookups import FileText
from graphsvc.sources import TextReader


class Statements:
    """How often each triple is stated; the graph tells only whether it is."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._repeated: dict[Quad, int] = {}

    def counted(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads, each counted on its way."""
        seen = self._seen
        for quad in quads:
            key = hash(quad)  # of 64 bits: 32 MB a million, where quads take ten times as much
            if key in seen:
                triple = as_triple(quad)
                self._repeated[triple] = self._repeated.get(triple, 1) + 1
            else:
                seen.add(key)
            yield quad

    def done(self) -> None:
        """All is counted; from here on there are changes only."""
        self._seen = set()

    def change(
        self, removed: Iterable[Quad], added: Iterable[Quad], graph: ChangingGraph
    ) -> tuple[set[Quad], set[Quad]]:
        """The triples that go and that come when statements do."""
        counts = Counter(map(as_triple, added))
        counts.subtract(map(as_triple, removed))
        gone, new = set(), set()
        for triple, more in counts.items():
            if more:
                before = self._repeated.pop(triple, 1 if triple in graph else 0)
                after = before + more
                if after > 1:
                    self._repeated[triple] = after
                if after <= 0 < before:
                    gone.add(triple)
                elif before <= 0 < after:
                    new.add(triple)
        return gone, new


def as_triple(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)


@dataclass(frozen=True)
class Change:
    """What has become of a file: it may have come, or gone."""

    before: FileText | None
    after: FileText | None
    removed: Sequence[Quad]
    added: Sequence[Quad]
    prefixes: dict[str, str] | None = None  # None: as before
    part: tuple[Span, int] | None = None  # what was replaced, and by how many bytes

    @property
    def place(self) -> PurePosixPath:
        text = self.after or self.before
        assert text is not None
        return text.file.place

    @property
    def summary(self) -> str:
        """How many statements came and went, for people."""
        removed, added = Counter(self.removed), Counter(self.added)
        gone, new = (removed - added).total(), (added - removed).total()
        return f"{gone:,} gone, {new:,} new" if gone or new else "nothing else is stated"

    @property
    def is_of_text(self) -> bool:
        """Does a file say something else, and not only come at another place among the others?"""
        before, after = self.before, self.after
        return before is None or after is None or before.text != after.text

    @property
    def is_of_shapes(self) -> bool:
        return any(each is not None and each.file.is_shapes for each in (self.before, self.after))


def changes(
    before: Sequence[FileText],
    after: Sequence[FileText],
    base_iri: str,
    known_faults: Sequence[SourceError] = (),
    *,
    strict: bool = True,
) -> list[Change]:
    """How the texts of files differ, in statements.

    If `strict`, raises SourceErrors with every fault of what is new, and those known.
    """
    old = {each.file.place: each for each in before}
    new = {each.file.place: each for each in after}
    faults = list(known_faults)
    found = []
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) is not new.get(place):
            found.append(_change(old.get(place), new.get(place), base_iri, faults))
    if faults and strict:
        raise SourceErrors(faults)
    return found


def _change(
    before: FileText | None, after: FileText | None, base_iri: str, faults: list[SourceError]
) -> Change:
    if before is not None and after is not None:
        if before.text == after.text and not _is_relabelled(before, after):
            return Change(before, after, (), ())
        if change := _change_of_part(before, after):
            return change
    removed = [] if before is None else list(_reader(before, base_iri).quads(before.file))
    if after is None:
        return Change(before, None, removed, ())
    reader = _reader(after, base_iri)
    added = list(reader.quads(after.file))
    faults += reader.faults
    return Change(before, after, removed, added, reader.prefixes)


def _reader(text: FileText, base_iri: str) -> TextReader:
    return TextReader(base_iri, {text.file.number: text.text})


def _is_relabelled(before: FileText, after: FileText) -> bool:
    """Have blank nodes other labels, because the file has another number?"""
    if before.file == after.file:
        return False
    excerpts = after.excerpts
    return excerpts is None or excerpts.holds_blank_nodes((0, len(excerpts.text)))


def _change_of_part(before: FileText, after: FileText) -> Change | None:
    """The change if it is of some statements that can be read by themselves."""
    if before.excerpts is None or before.file != after.file:
        return None
    span, other = difference(before.text, after.text)
    start, end = before.excerpts.around(*span)
    part = after.text[start : end + other[1] - span[1]]
    edited = before.edited((start, end), part)
    if edited is None or edited.excerpts is None:
        return None
    spans = (start, end), (start, start + len(part))
    both = (before.excerpts, edited.excerpts)
    if any(each.holds_blank_nodes(of) for each, of in zip(both, spans, strict=True)):
        return None
    if before.excerpts.holds_directives(spans[0]):
        return None
    try:
        part.decode()
        removed, added = (
            [statement.quad for statement in each.read(of)]
            for each, of in zip(both, spans, strict=True)
        )
    except (SyntaxError, ValueError):
        return None
    return Change(before, edited, removed, added, part=(spans[0], len(part)))
