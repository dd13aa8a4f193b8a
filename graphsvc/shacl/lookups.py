"""Look triples up in files, with the lines that they stand on.

Of a file whose parts can be read by themselves only the statements are read
that can be about a node that is looked for; of any other, all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc.excerpts.difference import Span
from graphsvc.excerpts.excerpts import Excerpts, Statement
from graphsvc.paths import Term
from graphsvc.sources import SourceFile, TextReader

Found = tuple[Quad, int]  # with its line
PART = 2  # if more than one of so many bytes would be read, all are
SMALL = 20_000  # bytes; of so few, too
KEPT = 500_000  # of so many, all that was read is kept
_FILE_OF_LABEL = re.compile(r"f(\d+)[bx]")


@dataclass(frozen=True, eq=False)
class FileText:
    """A file as it was when somebody read it."""

    file: SourceFile
    text: bytes
    base_iri: str

    @classmethod
    def read(cls, file: SourceFile, base_iri: str) -> FileText:
        return cls(file, file.path.read_bytes(), base_iri)

    @cached_property
    def excerpts(self) -> Excerpts | None:
        """None if its parts cannot be read by themselves, or need not be."""
        if self.file.is_shapes or len(self.text) <= SMALL:
            return None
        return Excerpts.of(self.text, self.file.format, self.base_iri)

    def edited(self, span: Span, part: bytes) -> FileText | None:
        """With other statements in place of some; None if they cannot be told apart."""
        excerpts = self.excerpts.edited(span, part) if self.excerpts else None
        if excerpts is None:
            return None
        edited = replace(self, text=excerpts.text)
        edited.__dict__["excerpts"] = excerpts
        return edited


@dataclass(frozen=True)
class _Block:
    """Statements that were read, and where they stand."""

    span: Span
    line: int
    statements: Sequence[Statement]

    def moved(self, places: int, lines: int) -> _Block:
        start, end = self.span
        return replace(self, span=(start + places, end + places), line=self.line + lines)


@dataclass
class _Known:
    """What is known of a file: all of it, or some blocks, by where they begin."""

    source: FileText
    blocks: dict[int, _Block] = field(default_factory=dict)
    all: list[Found] | None = None

    def found(self, about: Collection[Term], leading_to: Collection[Term]) -> Iterator[Found]:
        """In the order of the file."""
        if self.all is not None:
            for found in self.all:
                if found[0].subject in about or found[0].object in leading_to:
                    yield found
            return
        for start in sorted(self.blocks):
            block = self.blocks[start]
            for each in block.statements:
                if each.quad.subject in about or each.quad.object in leading_to:
                    yield each.quad, block.line + each.line

    def read(self, spans: Iterable[Span]) -> None:
        """Raises SyntaxError or ValueError if they cannot be read by themselves."""
        excerpts = self.source.excerpts
        assert excerpts is not None
        at, line = 0, 1
        for span in sorted(spans):
            line += excerpts.text.count(b"\n", at, span[0])
            at = span[0]
            if at not in self.blocks:
                statements = excerpts.read(span)
                if excerpts.holds_blank_nodes(span):
                    statements = [_without_labels(each, self.source.file) for each in statements]
                self.blocks[at] = _Block(span, line, statements)

    def missing(self, about: Iterable[Term], leading_to: Iterable[Term]) -> list[Span] | None:
        """What must be read to know all about some nodes; None is all of the file."""
        excerpts = self.source.excerpts
        if excerpts is None:
            return None
        spans = excerpts.with_subjects(each for each in about if isinstance(each, NamedNode))
        more = excerpts.mentioning(each for each in leading_to if not isinstance(each, BlankNode))
        if spans is None or more is None:
            return None
        spans = sorted({*spans, *more})
        size = sum(end - start for start, end in spans)
        return spans if size * PART <= len(excerpts.text) else None

    def edited(self, source: FileText, span: Span, length: int) -> _Known:
        """What is known when so many bytes have taken the place of some; their block is new."""
        assert self.source.excerpts is not None
        assert source.excerpts is not None
        places = length - (span[1] - span[0])
        lines = source.text.count(b"\n", span[0], span[0] + length)
        lines -= self.source.text.count(b"\n", *span)
        known = _Known(source)
        for start, block in self.blocks.items():
            if block.span[1] <= span[0]:
                known.blocks[start] = block
            elif start >= span[1]:
                known.blocks[start + places] = block.moved(places, lines)
        known.read(source.excerpts.units((span[0], span[0] + length)))
        return known


def _without_labels(statement: Statement, file: SourceFile) -> Statement:
    """Blank nodes get a label that tells no more than their file."""
    quad, own = statement.quad, BlankNode(f"f{file.number}x")
    subject = own if isinstance(quad.subject, BlankNode) else quad.subject
    object_ = own if isinstance(quad.object, BlankNode) else quad.object
    return Statement(Quad(subject, quad.predicate, object_), statement.line)


class Lookups:
    """The files of a publication, and what has been looked up in them."""

    def __init__(self, files: Iterable[FileText], base_iri: str) -> None:
        self._base_iri = base_iri
        self._nodes: set[Term] = set()
        self._predicates: set[NamedNode] = set()
        self._about: set[Term] = set()  # whose triples are all known
        self._leading_to: set[Term] = set()
        self._known = [_Known(file) for file in files]

    @classmethod
    def of(cls, files: Iterable[SourceFile], base_iri: str) -> Lookups:
        return cls((FileText.read(file, base_iri) for file in files), base_iri)

    def want(self, nodes: Iterable[Term], predicates: Iterable[NamedNode]) -> None:
        """Of a file that must be read as a whole, keep what is about these."""
        nodes, predicates = set(nodes) - self._nodes, set(predicates) - self._predicates
        if nodes or predicates:
            self._nodes |= nodes
            self._predicates |= predicates
            for known in self._known:
                if known.all is not None and len(known.source.text) > KEPT:
                    self._read_all(known)

    def look_up(self, about: Iterable[Term], leading_to: Iterable[Term]) -> bool:
        """Find all triples with one of these as a subject, or as an object.

        Tells whether there was anything to look up.
        """
        new: set[Term] = {each for each in about if not isinstance(each, Literal)}
        new -= self._about
        leading_to = set(leading_to) - self._leading_to
        for known in self._known:
            self._complete(known, new, leading_to)
        self._about |= new
        self._leading_to |= leading_to
        return bool(new or leading_to)

    def found(self) -> Iterator[tuple[SourceFile, Quad, int]]:
        """What has been found, in the order of the files."""
        for known in self._known:
            file = known.source.file
            of_shapes = known.all if file.is_shapes else None
            for quad, line in of_shapes or known.found(self._about, self._leading_to):
                yield file, quad, line

    def mentions(self, nodes: Collection[NamedNode]) -> Iterator[Quad]:
        """The statements that any of these is in, and maybe others, in their order."""
        for known in self._known:
            excerpts = known.source.excerpts
            spans = excerpts.mentioning(nodes) if excerpts else None
            if excerpts is None or spans is None or any(map(excerpts.holds_blank_nodes, spans)):
                yield from self._reader(known).quads(known.source.file)
            else:
                for span in spans:
                    yield from (each.quad for each in excerpts.read(span))

    def edit(self, source: FileText, span: Span, length: int) -> None:
        """A file has other statements in place of some."""
        places = [known.source.file.place for known in self._known]
        number = places.index(source.file.place)
        known = self._known[number]
        if known.all is None:
            self._known[number] = known.edited(source, span, length)
        else:
            self._known[number] = _Known(source)
            self._read_all(self._known[number])

    def replace(self, files: Iterable[FileText]) -> None:
        """These are the files now; of those that are as before it is known what they say."""
        before = {id(known.source): known for known in self._known}
        self._known = [before.get(id(file)) or _Known(file) for file in files]
        for known in self._known:
            if id(known.source) not in before:
                self._complete(known, self._about, self._leading_to)

    def _complete(self, known: _Known, about: set[Term], leading_to: set[Term]) -> None:
        if known.all is None:
            number = known.source.file.number
            blank = (each for each in about | leading_to if isinstance(each, BlankNode))
            missing = known.missing(about, leading_to)
            if missing is None or any(_file_of(each) == number for each in blank):
                self._read_all(known)
            else:
                try:
                    known.read(missing)
                except (SyntaxError, ValueError):
                    self._read_all(known)

    def _read_all(self, known: _Known) -> None:
        found = self._reader(known).read(known.source.file)
        if len(known.source.text) > KEPT:
            found = (each for each in found if self._is_wanted(each[0]))
        known.all = list(found)
        known.blocks.clear()

    def _reader(self, known: _Known) -> TextReader:
        return TextReader(self._base_iri, {known.source.file.number: known.source.text})

    def _is_wanted(self, quad: Quad) -> bool:
        return (
            quad.subject in self._nodes
            or quad.object in self._nodes
            or quad.predicate in self._predicates
        )


def _file_of(node: BlankNode) -> int:
    label = _FILE_OF_LABEL.match(node.value)
    return int(label[1]) if label else -1
