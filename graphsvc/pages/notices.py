"""What stands above the description of what is withdrawn or deprecated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad

from graphsvc.deprecation import read_deprecation
from graphsvc.pages.editions import Edition, Link
from graphsvc.pages.statements import Text


@dataclass(frozen=True)
class Notice:
    """That a resource is withdrawn, or that a term is deprecated; what replaces it, and why."""

    is_withdrawal: bool
    replacements: Sequence[Link]
    reason: Text | None


def read_notice(edition: Edition, quads: Iterable[Quad]) -> Notice | None:
    """The notice about a resource, given what is said of it; None if there is none.

    Of several reasons it is the one in the reader's language.
    """
    found = read_deprecation(quads)
    if found is None:
        return None
    reasons = {each.language or "": each.value for each in reversed(found.reasons)}
    reason = edition.localized(reasons) if reasons else None
    return Notice(
        found.is_withdrawal,
        edition.ordered(found.replacements),
        Text(reason.text, reason.language, None) if reason else None,
    )
