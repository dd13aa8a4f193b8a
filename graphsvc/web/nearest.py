"""The published IRIs that look most like one that is not.

A look-up of so many places of the index at most, whatever is asked: those next to the
IRI in order, and those next to where it would stand in another folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from graphsvc.iris import Addresses
from graphsvc.resources.lookups import Resources

NEAREST = 5
CHARACTERS = 200  # of an IRI below the base; a longer one is no slip of the pen
BESIDE = 100  # IRIs that are looked at on each side, in the folder that was asked for
ELSEWHERE = 5  # likewise in each other folder
FOLDERS = 30
ALIKE = 0.6  # of 1, as SequenceMatcher.ratio counts
_THINGS = "id/"


@dataclass(frozen=True)
class _Name:
    """The part of an IRI below the base: a folder, and what it is called there."""

    folder: str
    end: str

    @classmethod
    def of(cls, local: str) -> _Name:
        local = local.rstrip("/#")
        cut = max(local.rfind("/"), local.rfind("#")) + 1
        return cls(local[:cut], local[cut:])

    def likeness(self, other: _Name) -> tuple[bool, float, float]:
        """How much is alike: the folder, then the end, then what of the folder is."""
        return (
            self.folder.replace("#", "/") == other.folder.replace("#", "/"),
            _ratio(self.end, other.end),
            _ratio(self.folder, other.folder),
        )


def nearest(resources: Resources, addresses: Addresses, iri: str) -> list[str]:
    """At most NEAREST IRIs that have an address here and end much like this one.

    Those in the same folder come first. None where the IRI is not under the base.
    """
    base = addresses.base_iri
    local = iri.removeprefix(base)
    if local == iri or len(local) > CHARACTERS:
        return []
    asked = _Name.of(local)
    found = {}
    for each in dict.fromkeys(_candidates(resources, base, asked)):
        likeness = asked.likeness(_Name.of(each.removeprefix(base)))
        if likeness[1] >= ALIKE and addresses.path(each) is not None:
            found[each] = likeness
    return sorted(found, key=lambda each: (*(-part for part in found[each]), each))[:NEAREST]


def _candidates(resources: Resources, base: str, asked: _Name) -> Iterator[str]:
    folder, end = asked.folder, asked.end
    yield from resources.around(base + folder + end, base + folder, BESIDE)
    for other in _other_folders(resources, base, folder):
        yield from resources.around(other + end, other, ELSEWHERE)


def _other_folders(resources: Resources, base: str, folder: str) -> Iterator[str]:
    """Where it may have been meant to be: without `id/` or with it, or in a folder beside its own.

    The folder before its own stands for `ns#` where `ns/` was asked for.
    """
    is_thing = folder.startswith(_THINGS)
    yield base + (folder.removeprefix(_THINGS) if is_thing else _THINGS + folder)
    parent = base + _Name.of(folder).folder
    at = parent
    for _ in range(FOLDERS):
        found = resources.next(at, parent)
        if found is None:
            break
        name = found[len(parent) :]
        cut = min((i for i in (name.find("/"), name.find("#")) if i >= 0), default=-1)
        if cut < 0:  # a resource, and no folder: the next may be one
            at = found + "\0"
        else:
            yield parent + name[: cut + 1]
            at = parent + name[:cut] + chr(ord(name[cut]) + 1)


def _ratio(one: str, other: str) -> float:
    """How alike two names are, whatever their case: 1 is the same, 0 nothing."""
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < ALIKE:
        return 0.0
    return matcher.ratio()
