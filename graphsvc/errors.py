"""What can go wrong, and what it means for the caller.

GraphsvcError
├── PlacedError         one fault, and where it is if that is known       exit 2
│   ├── SettingsError   graphsvc.toml is missing or wrong
│   └── ShapesError     the shapes graph itself is wrong
│       └── ShapesErrors    every fault of it, each where it is stated
├── SourceErrors        files are not the RDF that their suffix promises  exit 2
├── NotConforming       the data breaks its shapes; no release was made   exit 1
│                       (in validation.py, as it holds the report)
├── EndpointError       a SPARQL endpoint refuses, or does not answer     exit 2
│                       (in shacl/endpoint.py)
├── ReleaseError        there is no release, or it is not a whole one     exit 2
├── HistoryError        git cannot tell what was asked of it              exit 2
├── BlankNodesError     blank nodes are too much alike to be labelled     exit 2
├── QuerySyntaxError    the SPARQL does not parse                         HTTP 400
├── QueryRefused        the SPARQL asks for what is not offered           HTTP 403
├── ServiceFailed       an endpoint that the SPARQL calls does not answer HTTP 502
│   └── ServiceRefused      or it may not be called
├── SearchRefused       the text to search for is too long                HTTP 400
└── NotAcceptable       no offered media type suits the client            HTTP 406

A data graph that does not conform is a ValidationReport, not an error, until
somebody asks for a release of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def printable(text: str, keep: str = "") -> str:
    """`text` on one line, with every character that does not simply show as a Turtle escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


@dataclass(frozen=True, order=True)
class SourcePosition:
    """A place in a file; lines and columns count from 1, and 0 means all of the file or line."""

    path: Path
    line: int
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([printable(self.path.as_posix()), *numbers])


class GraphsvcError(Exception):
    """Any of the errors above; its text is one line fit for a user, or one for each fault."""


class PlacedError(GraphsvcError):
    """One fault, and where it is if that is known."""

    def __init__(self, what: str, at: SourcePosition | None = None) -> None:
        self.what, self.at = what, at
        super().__init__(what if at is None else f"{at}: error: {what}")


class SettingsError(PlacedError):
    """graphsvc.toml is missing or wrong."""


@dataclass(frozen=True, order=True)
class SourceError:
    """One fault in one file: `where: error: what is; what would be right`."""

    at: SourcePosition
    what: str

    def __str__(self) -> str:
        return f"{self.at}: error: {self.what}"


class SourceErrors(GraphsvcError):
    """Every fault found in the files, in the order of files and lines."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


class ShapesError(PlacedError):
    """The shapes graph is not one that the engine can run."""


class ShapesErrors(ShapesError):
    """Every fault found in the shapes graph, in the order of files and lines."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__(self.errors[0].what, self.errors[0].at)
        self.args = ("\n".join(str(error) for error in self.errors),)


class ReleaseError(GraphsvcError):
    """There is no release at a path, or it is not a whole one."""


class HistoryError(GraphsvcError):
    """git cannot tell what was asked of it."""


class BlankNodesError(GraphsvcError):
    """Blank nodes are too much alike to be told apart, and labelled, with a bearable effort."""

    def __init__(self, message: str, nodes: frozenset[str]) -> None:
        """`nodes` are the blank nodes, as N-Quads write them."""
        super().__init__(message)
        self.nodes = nodes


class QuerySyntaxError(GraphsvcError):
    """The SPARQL does not parse; `line` and `column` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class UnknownFunctionError(QuerySyntaxError):
    """The SPARQL calls a function that is not there."""

    def __init__(self, function: str) -> None:
        self.function = function
        super().__init__(
            f"there is no function <{function}>; the service's description lists those it has"
        )


class QueryRefused(GraphsvcError):
    """The SPARQL asks for something that this service does not do: an update, a SERVICE."""


class SearchRefused(GraphsvcError):
    """The text to search for has more characters or words than are looked for."""


def faults(error: SourceErrors | PlacedError) -> tuple[SourceError, ...]:
    """The faults that an error tells of, each with its place."""
    if isinstance(error, SourceErrors | ShapesErrors):
        return error.errors
    return (SourceError(error.at or SourcePosition(Path(), 0), error.what),)


class ServiceFailed(GraphsvcError):
    """An endpoint that a query calls with SERVICE has no answer for it."""


class ServiceRefused(ServiceFailed):
    """It may not be asked, or its answer not taken; SERVICE SILENT does not hide that."""


class NotAcceptable(GraphsvcError):
    """No offered media type suits the client; the text names every offer."""
