"""The walk along a history: what each commit made of the descriptions of resources.

Only texts that a commit changed are read. A state of which a text does not parse, or the
settings cannot be told, is passed over: its changes come with the next that is sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path, PurePosixPath

from graphsvc.canonical import LineSorter
from graphsvc.feed.commits import Texts
from graphsvc.feed.descriptions import Line
from graphsvc.feed.readings import Reading, Unreadable, settings_then
from graphsvc.feed.states import State
from graphsvc.settings import FILE_NAME, Settings

_SETTINGS = PurePosixPath(FILE_NAME)

Files = Mapping[PurePosixPath, str | None]
Changed = tuple[str, list[str]]  # a resource, and its description, which is empty if it has gone


class Walk:
    """A publication on its way through its history."""

    def __init__(self, texts: Texts, state: State, settings: Settings, scratch: Path) -> None:
        """`settings` are those of today, for what does not decide how files are read."""
        self._texts, self._state, self._scratch = texts, state, scratch
        self._settings_now = settings
        self._settings: Settings | None = None
        self._files: dict[PurePosixPath, str] = {}
        self._counted: dict[PurePosixPath, Reading] = {}  # in the last sound state
        self._touched: set[PurePosixPath] = set()  # since then
        self._unreadable: set[Reading] = set()

    def pass_by(self, files: Files) -> None:
        """Go on to a commit that changed these files, without a look at what they state."""
        for place, blob in files.items():
            if blob is None:
                self._files.pop(place, None)
            else:
                self._files[place] = blob
        self._touched.update(files)
        if _SETTINGS in files:
            blob = self._files.get(_SETTINGS)
            self._settings = settings_then(
                self._texts.read(blob) if blob else None, self._settings_now
            )
            self._touched.update(self._files, self._counted)

    def changes(self) -> Iterator[Changed] | None:
        """The resources that may be otherwise than in the last sound state, in order.

        None if this state is not sound. The changes are made while they are iterated over.
        """
        settings = self._settings
        if settings is None or settings.base_iri != self._settings_now.base_iri:
            return None
        readings = {place: self._reading(place, settings) for place in self._touched}
        if not self._unreadable.isdisjoint(readings.values()):
            return None
        changed = self._changed(readings)
        if changed is None:
            return None
        self._touched = set()
        for place, reading in readings.items():
            if reading is None:
                self._counted.pop(place, None)
            else:
                self._counted[place] = reading
        return self._made(changed)

    def _reading(self, place: PurePosixPath, settings: Settings) -> Reading | None:
        blob = self._files.get(place)
        return Reading.at(place, blob, settings) if blob and place != _SETTINGS else None

    def _changed(self, readings: Mapping[PurePosixPath, Reading | None]) -> LineSorter | None:
        """The lines that more or fewer texts state now, each marked with how many more.

        None if one of the texts cannot be read.
        """
        more = Counter(reading for reading in readings.values() if reading is not None)
        more.subtract(self._counted[place] for place in readings if place in self._counted)
        sorter = LineSorter(self._scratch)
        for number, (reading, texts) in enumerate(more.items()):
            if texts:
                try:
                    for resource, line in self._lines(reading):
                        sorter.add(f"{resource}\t{line}\t{number}:{texts}\n")
                except Unreadable:
                    self._unreadable.add(reading)
                    return None
        return sorter

    def _lines(self, reading: Reading) -> Iterator[Line]:
        text = self._texts.read(reading.blob)
        if text is None:
            raise Unreadable(f"{reading.blob}: this clone does not have it; fetch all of it")
        return reading.lines(text, self._settings_now.base_iri)

    def _made(self, changed: LineSorter) -> Iterator[Changed]:
        rows = (line[:-1].split("\t") for line in changed)
        for resource, group in groupby(rows, lambda row: row[0]):
            changes = []
            for line, marks in groupby(group, lambda row: row[1]):
                if texts := sum(int(mark[2].partition(":")[2]) for mark in marks):
                    changes.append((line, texts))
            if changes:
                yield resource, self._state.change(resource, changes)
