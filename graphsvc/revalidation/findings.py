"""Which findings have come and which have gone, wherever they stand now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import BlankNode

from graphsvc.checks import ABOUT_FIRST_USE
from graphsvc.report import ValidationResult

_LABEL = re.compile(r"_:\w+")


def key(result: ValidationResult) -> tuple[object, ...]:
    """What makes a finding the same, as for a baseline: neither its messages nor its reasons.

    One about the first use of an IRI may move to the next.
    """
    if result.source_shape in ABOUT_FIRST_USE:
        return result.source_shape, result.messages
    return (
        result.focus_node,
        result.source_shape,
        result.source_constraint_component,
        result.source_constraint,
        result.result_path,
        result.value,
    )


def come(
    before: Sequence[ValidationResult], after: Sequence[ValidationResult]
) -> list[ValidationResult]:
    """Those that were not there before; one with another message is told anew."""
    old, new = _only(before, after), _only(after, before)
    return _beyond(new, old, lambda each: (_unlabelled(each), _wording(each)))


def gone(
    before: Sequence[ValidationResult], after: Sequence[ValidationResult]
) -> list[ValidationResult]:
    """Those that are not there any more."""
    old, new = _only(before, after), _only(after, before)
    return _beyond(old, new, _unlabelled)


def _only(
    some: Iterable[ValidationResult], others: Iterable[ValidationResult]
) -> list[ValidationResult]:
    """Without those that are the others' too; most of them are the same objects."""
    theirs = Counter(map(id, others))
    found = []
    for each in some:
        if theirs[id(each)]:
            theirs[id(each)] -= 1
        else:
            found.append(each)
    return found


def _beyond(
    some: Iterable[ValidationResult],
    others: Iterable[ValidationResult],
    of: Callable[[ValidationResult], object],
) -> list[ValidationResult]:
    """Those that the others have none like, each of which stands for one."""
    exact = Counter(map(key, others))
    left, unlike = Counter(map(of, others)), []
    for each in some:
        if exact[key(each)] and left[of(each)]:  # first those that bear the same labels
            exact[key(each)] -= 1
            left[of(each)] -= 1
        else:
            unlike.append(each)
    found = []
    for each in unlike:
        if left[of(each)]:
            left[of(each)] -= 1
        else:
            found.append(each)
    return found


def _unlabelled(result: ValidationResult) -> tuple[object, ...]:
    """A key that stays when a file is read anew, and its blank nodes get other labels."""
    return tuple(None if isinstance(each, BlankNode) else each for each in key(result))


def _wording(result: ValidationResult) -> str:
    return _LABEL.sub("", " ".join(map(str, result.messages)))
