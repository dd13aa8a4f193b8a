"""What a report is written with beside its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from graphsvc import __version__
from graphsvc.errors import SourceError
from graphsvc.report import Severity
from graphsvc.vocab import PREFIXES


@dataclass(frozen=True)
class ReportContext:
    """How to word a report, what fails, and which files could not be read at all.

    With `source_errors` nothing was validated: every format then tells of
    them, and none says that the data conforms or does not.
    """

    languages: Sequence[str] = ("en",)  # of messages, the most wanted first
    prefixes: Mapping[str, str] = field(default_factory=lambda: PREFIXES)
    version: str = __version__
    shape_page: Callable[[NamedNode], str | None] | None = (
        None  # the URL where a shape is described
    )
    threshold: Severity = Severity.VIOLATION  # the least grave severity that fails
    source_errors: tuple[SourceError, ...] = ()
    root: Path | None = None  # paths below it are told relative to it
    command: str = "graphsvc validate"  # that the report is of

    def path(self, path: Path) -> Path:
        """A path as reports tell it."""
        if self.root is not None and path.is_relative_to(self.root):
            return path.relative_to(self.root)
        return path
