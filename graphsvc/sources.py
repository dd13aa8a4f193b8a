"""Read the RDF files of a publication as quads, each with the line it was stated on.

Blank nodes get labels of ours, by file and order of appearance: two readings
of one file agree on them, and two files never share one.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from pyoxigraph import BlankNode, NamedNode, Quad, Triple, parse

from graphsvc import markup
from graphsvc.about import AboutText, find_about
from graphsvc.errors import SettingsError, SourceError, SourcePosition, printable
from graphsvc.files import unfit
from graphsvc.formats import (
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    SOURCE_SUFFIXES,
    TRIG,
    TURTLE,
    Format,
    from_suffix,
)
from graphsvc.lines import LineReader, Look, look_through, wrong_byte
from graphsvc.settings import FOLDERS, TEMPLATES, Settings
from graphsvc.settings.file import place_of_setting, read_settings
from graphsvc.templates.files import TemplateFile, find_templates

ERRORS_PER_FILE = 100
_NOT_DATA = re.compile(r"\..*|.*~|README.*|LICEN[CS]E.*|.*\.(md|txt)", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WITH_SIGNS = (TURTLE, TRIG, N_TRIPLES, N_QUADS)  # where signs begin blank nodes


@dataclass(frozen=True)
class SourceFile:
    """A file of a publication: where it is, how to read it, which graph it belongs to."""

    path: Path
    place: PurePosixPath  # below the publication's folder
    number: int  # its rank, which goes into blank-node labels
    format: Format
    graph_name: NamedNode

    @property
    def is_shapes(self) -> bool:
        return self.place.parts[0] == "shapes"


@dataclass(frozen=True)
class Publication:
    """A folder that people edit: its settings and its files."""

    root: Path
    settings: Settings
    files: tuple[SourceFile, ...]
    faults: tuple[SourceError, ...] = ()  # of files that cannot be among these
    about: tuple[AboutText, ...] = ()
    templates: tuple[TemplateFile, ...] = ()

    @classmethod
    def open(cls, root: Path) -> Publication:
        """Find out what a folder publishes; the files are not read yet.

        Raises SettingsError, also for a setting that names a file or a graph that is not there.
        """
        settings = read_settings(root)
        files, faults = find_files(root, settings)
        for place in settings.graphs:
            if not (root / place).exists():
                what = f"there is no {place}; [graphs] names files and folders of the publication"
                raise SettingsError(what, place_of_setting(root, "graphs"))
        names = {settings.graph_of(file.place) for file in files}
        may_name_graphs = any(file.format.datasets for file in files)
        for name in settings.default_graph:
            if files and name not in names and not may_name_graphs:
                what = f"there is no graph {name}; the graphs are {', '.join(sorted(names))}"
                raise SettingsError(what, place_of_setting(root, "default_graph"))
        about, unfit = find_about(root, settings.languages)
        templates, wrong = find_templates(root, TEMPLATES)
        for place in settings.templates.values():
            if not (root / place).exists():
                what = f"there is no {place}; [templates] names files of the publication"
                raise SettingsError(what, place_of_setting(root, "templates"))
        return cls(root, settings, tuple(files), (*faults, *unfit, *wrong), about, templates)


def find_files(root: Path, settings: Settings) -> tuple[list[SourceFile], list[SourceError]]:
    """The files of a publication, in the order of their paths, and the faults of others.

    Hidden files, README, LICENCE, *.md and *.txt are not data. Anything else that
    is not RDF, cannot be read, leads out of the publication or repeats another
    file is a fault, and so is it if there is no file at all.
    """
    faults: list[SourceError] = []
    places = sorted(_walk(root, faults), key=lambda place: place.parts)
    files: list[SourceFile] = []
    for place in places:
        file = source_file(root, place, len(files), settings)
        if file is None:
            known = ", ".join("." + suffix for suffix in SOURCE_SUFFIXES)
            what = f"not a known RDF file; known are {known}; rename or move it"
            faults.append(_fault(root / place, what))
        else:
            files.append(file)
    faults += _repeated(files)
    if not places and not faults:
        folders = ", ".join(folder + "/" for folder in FOLDERS)
        faults.append(_fault(root, f"the publication is empty; put RDF files into {folders}"))
    return files, faults


def source_file(
    root: Path, place: PurePosixPath, number: int, settings: Settings
) -> SourceFile | None:
    """The file at a place, whether or not it is there; None if it could not be one of ours."""
    format = from_suffix(place.suffix[1:])
    if format is None or format.suffix not in SOURCE_SUFFIXES:
        return None
    if any(_NOT_DATA.fullmatch(part) for part in place.parts):
        return None
    name = NamedNode(settings.graph_iri(settings.graph_of(place)))
    return SourceFile(root / place, place, number, format, name)


def _walk(root: Path, faults: list[SourceError]) -> Iterator[PurePosixPath]:
    def unreadable(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # nobody needs all of the folders
            faults.append(_fault(Path(error.filename), f"{error.strerror}; make it readable"))

    for folder in FOLDERS:
        for parent, folders, names in os.walk(root / folder, onerror=unreadable):
            folders[:] = [name for name in folders if not _NOT_DATA.fullmatch(name)]
            for name in (*names, *(each for each in folders if Path(parent, each).is_symlink())):
                if _NOT_DATA.fullmatch(name):
                    continue
                path = Path(parent, name)
                if what := unfit(path, root):
                    faults.append(_fault(path, what))
                else:
                    yield PurePosixPath(path.relative_to(root).as_posix())


def _repeated(files: list[SourceFile]) -> Iterator[SourceError]:
    first: dict[bytes, SourceFile] = {}
    for file in files:
        with file.path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").digest()
        other = first.setdefault(digest, file)
        if other is not file and file.path.stat().st_size:
            yield _fault(
                file.path, f"the same bytes as {other.path.as_posix()}; remove one of them"
            )


def _fault(path: Path, what: str, line: int = 1, column: int = 0) -> SourceError:
    return SourceError(SourcePosition(path, line, column), what)


class Reader:
    """Reads files as quads and gathers what it meets: faults and prefixes.

    Spec: https://www.w3.org/TR/turtle/#sec-iri-references
    """

    def __init__(self, base_iri: str) -> None:
        self.base_iri = base_iri
        self.faults: list[SourceError] = []
        self.prefixes: dict[str, str] = {}

    def read(self, file: SourceFile) -> Iterator[tuple[Quad, int]]:
        """Parse one file as `quads` does, and tell the line on which each quad's object ends.

        In JSON-LD that is only where the outermost object closes.
        """
        with self._open(file) as opened:
            if (prepared := self._prepare(file, opened)) is not None:
                text, look = prepared
                reader = look.reader(text)
                waits = file.format in (TURTLE, TRIG)
                for quad in self._relabelled(file, reader, reader):
                    yield quad, reader.line_of(quad) if waits else reader.line

    def quads(self, file: SourceFile) -> Iterator[Quad]:
        """Parse one file, in document order and four times as fast as with lines.

        A quad without a graph of its own has the DefaultGraph here; `graph_of`
        tells where it belongs. Literals keep their lexical form ("01" stays "01").
        Reading goes on after an error, so that one pass finds them all; nothing
        is ever fetched.
        """
        with self._open(file) as opened:
            if (prepared := self._prepare(file, opened)) is not None:
                text, look = prepared
                careful = look.reader(text) if look.reader is not LineReader else None
                told = len(self.faults)
                if look.names_all and file.format in _WITH_SIGNS:
                    yield from self._parse(file, text, None)
                else:
                    yield from self._relabelled(file, careful or text, careful)
                if not (careful or all(fault.at.column for fault in self.faults[told:])):
                    del self.faults[told:]  # only who reads by lines can tell where these are
                    deque(self.read(file), maxlen=0)

    def _open(self, file: SourceFile) -> IO[bytes]:
        return file.path.open("rb")

    def _relabelled(
        self, file: SourceFile, text: IO[bytes] | LineReader, reader: LineReader | None
    ) -> Iterator[Quad]:
        labels = _Labels(f"f{file.number}b")
        names_graphs = file.format.datasets
        for quad in self._parse(file, text, reader):
            object_type = type(quad.object)
            if object_type is Triple or (names_graphs and type(quad.graph_name) is BlankNode):
                what = _TRIPLE_TERM if object_type is Triple else _BLANK_GRAPH
                self.faults.append(_fault(file.path, what, reader.line if reader else 1))
            elif object_type is BlankNode or type(quad.subject) is BlankNode:
                yield labels.relabel(quad)
            else:
                yield quad

    def _prepare(self, file: SourceFile, opened: IO[bytes]) -> tuple[IO[bytes], Look] | None:
        """The text of a file and what can be seen of it; None if it must not reach a parser."""
        if opened.read(3) == _BYTE_ORDER_MARK:
            what = "begins with a byte order mark; save the file without"
            self.faults.append(_fault(file.path, what))
            return None
        opened.seek(0)
        look = look_through(opened)
        opened.seek(0)
        if not look.is_utf8:
            byte, line, column = wrong_byte(opened)
            what = f"the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8"
            self.faults.append(_fault(file.path, what, line, column))
            opened.seek(0)
            text = opened.read().decode(errors="replace")
            if "\0" in text:  # rather UTF-16: every line would be a fault
                return None
            opened = io.BytesIO(text.encode())
        if file.format is RDF_XML:
            try:
                markup.check(opened)
            except markup.MarkupError as error:
                what = printable(error.what)
                self.faults.append(_fault(file.path, what, error.line, error.column))
                return None
            opened.seek(0)
        return opened, look

    def _parse(
        self, file: SourceFile, text: IO[bytes] | LineReader, reader: LineReader | None
    ) -> Iterator[Quad]:
        quads = parse(cast("IO[bytes]", text), file.format.rdf, base_iri=self.base_iri)
        known: set[SourcePosition | SourceError] = set()
        while len(known) < ERRORS_PER_FILE:
            try:
                yield from quads if reader is None else _closing(quads, reader)
            except SyntaxError as error:
                fault = _syntax_fault(file, error, reader.line if reader else 1)
                key = fault.at if fault.at.column else fault
                if key not in known:  # the parser may say two things of one place
                    known.add(key)
                    self.faults.append(fault)
            except ValueError as error:
                line = reader.line if reader else 1
                self.faults.append(_fault(file.path, printable(str(error)), line))
                break
            else:
                break
        own = {prefix: iri for prefix, iri in quads.prefixes.items() if prefix}
        self.prefixes = own | self.prefixes  # the first file decides; the empty one is each file's


class TextReader(Reader):
    """Reads files as their texts were when somebody read them, by number."""

    def __init__(self, base_iri: str, texts: Mapping[int, bytes]) -> None:
        super().__init__(base_iri)
        self._texts = texts

    def _open(self, file: SourceFile) -> IO[bytes]:
        return io.BytesIO(self._texts[file.number])


def _closing(quads: Iterator[Quad], reader: LineReader) -> Iterator[Quad]:
    for quad in quads:
        reader.unclosed = 0
        yield quad


_BLANK_GRAPH = "a graph is named by a blank node; name it by an IRI, under which it can be found"
_TRIPLE_TERM = "a triple term, which RDF 1.1 does not have; name the statement by an IRI of its own"


class _Labels:
    """The blank nodes of one file under labels that every reading gives them."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._by_label: dict[str, BlankNode] = {}

    def relabel(self, quad: Quad) -> Quad:
        subject, object_ = quad.subject, quad.object
        return Quad(
            self._own(subject) if isinstance(subject, BlankNode) else subject,
            quad.predicate,
            self._own(object_) if isinstance(object_, BlankNode) else object_,
            quad.graph_name,
        )

    def _own(self, node: BlankNode) -> BlankNode:
        own = self._by_label.get(node.value)
        if own is None:
            own = self._by_label[node.value] = BlankNode(f"{self._prefix}{len(self._by_label)}")
        return own


# What would be right, by what pyoxigraph says of a fault.
_ADVICE = (
    (r"The prefix (\S*:) has not been declared", r"declare it with @prefix \1 <…> ."),
    (r"Invalid IRI", "an IRI has no spaces, quotes or <>{}|\\^`; percent-encode them (%20)"),
    (r"No scheme found in an absolute IRI", "write the IRI whole, with its scheme"),
    (r"subtag|[Ll]anguage", "a language tag is one of BCP 47, such as sv or en-GB"),
    (  # only ever what follows a _ that begins no blank node
        r"Unexpected character '",
        "a language tag is one of BCP 47, such as en-GB, and _ begins a blank node, such as _:a",
    ),
    (r"Only UTF-8", "save the file as UTF-8, and say so in its first line or nowhere"),
    (r"Unexpected end of file", "close what was opened, and end the statement with a dot"),
    (r"is not a valid RDF object", "an object is an IRI, a literal, a blank node or a list"),
    (r"is not a valid predicate", "a predicate is an IRI, a prefixed name or a"),
    (r"is not a valid subject", "a subject is an IRI, a prefixed name, a blank node or a list"),
    (
        r"remote context|LoadDocumentCallback",
        "nothing is fetched: write the @context into the file",
    ),
    (r"[Dd]ot is expected|expected at the end", "end the statement with a dot"),
)


def _syntax_fault(file: SourceFile, error: SyntaxError, line: int) -> SourceError:
    """`line` is how far the parser had read, for a fault that it has no place for."""
    what = re.sub(r"^Parser error (at|between) line .*?: ", "", error.msg or "not readable")
    what = re.sub(r"^No LoadDocumentCallback.*", "a remote @context", what)
    for pattern, advice in _ADVICE:
        if found := re.search(pattern, what) or re.search(pattern, error.msg or ""):
            what = f"{what}; {found.expand(advice)}"
            break
    else:
        what = f"{what}; well-formed {file.format.name} is wanted"
    return _fault(file.path, printable(what), error.lineno or max(line, 1), error.offset or 0)


def graph_of(quad: Quad, file: SourceFile) -> NamedNode:
    """The graph a quad that was read from a file belongs to."""
    name = quad.graph_name
    return name if isinstance(name, NamedNode) else file.graph_name
