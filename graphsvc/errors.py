"""What can go wrong, and what it means for the caller.

GraphsvcError
├── SettingsError       graphsvc.toml is missing or wrong                 exit 2
├── SourceErrors        files are not the RDF that their suffix promises  exit 2
├── ShapesError         the shapes graph itself is wrong                  exit 2
├── NotConforming       the data breaks its shapes; no release was made   exit 1
│                       (in validation.py, as it holds the report)
├── ReleaseError        there is no release, or it is not a whole one     exit 2
├── HistoryError        git cannot tell what was asked of it              exit 2
├── QuerySyntaxError    the SPARQL does not parse                         HTTP 400
├── QueryRefused        the SPARQL asks for what is not offered           HTTP 403
└── NotAcceptable       no offered media type suits the client            HTTP 406

A data graph that does not conform is a ValidationReport, not an error, until
somebody asks for a release of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def printable(text: str) -> str:
    """`text` on one line, with what a terminal would act on shown as an escape."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in text)


@dataclass(frozen=True, order=True)
class SourcePosition:
    """A place in a file; lines and columns count from 1."""

    path: Path
    line: int
    column: int = 0  # 0: the line as a whole

    def __str__(self) -> str:
        column = f":{self.column}" if self.column else ""
        return f"{printable(self.path.as_posix())}:{self.line}{column}"


class GraphsvcError(Exception):
    """Any of the errors above; its text is one line fit for a user, but for SourceErrors."""


class SettingsError(GraphsvcError):
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


class ShapesError(GraphsvcError):
    """The shapes graph is not one that the engine can run."""


class ReleaseError(GraphsvcError):
    """There is no release at a path, or it is not a whole one."""


class HistoryError(GraphsvcError):
    """git cannot tell what was asked of it."""


class QuerySyntaxError(GraphsvcError):
    """The SPARQL does not parse; `line` and `column` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class QueryRefused(GraphsvcError):
    """The SPARQL asks for something that this service does not do: an update, a SERVICE."""


class NotAcceptable(GraphsvcError):
    """No offered media type suits the client; the text names every offer."""
