"""What the pages of the versions show: the list of them, and each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphsvc.archive import Holding
from graphsvc.harvest.versions import FOLDER
from graphsvc.pages.classes import Page
from graphsvc.pages.editions import Edition
from graphsvc.versions import Dump, Version

MOST_ON_PAGE = 100


@dataclass(frozen=True)
class Entry:
    """A row of the ledger: where the version is described, and where its release can be read."""

    row: Version
    href: str
    is_current: bool
    is_kept: bool
    start: str | None  # the start page as it was


@dataclass(frozen=True)
class List:
    """One page of the versions, the latest first."""

    entries: Sequence[Entry]
    page: Page


@dataclass(frozen=True)
class Description:
    """A version; `entry` tells of its first row, `dumps` has addresses while they are kept."""

    entry: Entry
    issued: Sequence[str]  # each time that it was, the first time first
    before: Entry | None
    after: Entry | None
    dumps: Sequence[tuple[Dump, str | None]]
    address: str  # that everybody knows it by


def list_versions(
    edition: Edition, rows: Sequence[Version], holdings: Sequence[Holding], number: int
) -> List:
    """One page of the rows, with what is kept of each."""
    page = Page(number, MOST_ON_PAGE, len(rows))
    shown = rows[page.offset : page.offset + page.size]
    return List([_entry(edition, row, _holding_of(row, holdings)) for row in shown], page)


def describe_version(
    edition: Edition, rows: Sequence[Version], version: str, holding: Holding | None
) -> Description:
    """A version with those before and after it, and with its dumps."""
    places = [at for at, row in enumerate(rows) if row.version == version]
    first, last = max(places), min(places)
    own = _entry(edition, rows[first], holding)
    beside = [
        _entry(edition, rows[at], None) if 0 <= at < len(rows) else None
        for at in (first + 1, last - 1)
    ]
    issued = [rows[at].issued for at in reversed(places)]
    return Description(
        entry=own,
        issued=[each for each in issued if each],
        before=beside[0],
        after=beside[1],
        dumps=_dumps(edition, own, holding),
        address=f"{edition.release.settings.base_iri}{FOLDER}{version}",
    )


def _entry(edition: Edition, row: Version, holding: Holding | None) -> Entry:
    is_current = row.version == edition.release.manifest.version
    start = None
    if holding is not None and holding.can_be_opened:
        start = edition.href(f"{edition.server_path}/{FOLDER}{holding.name}/")
    return Entry(
        row=row,
        href=edition.at(f"{FOLDER}{row.version}"),
        is_current=is_current,
        is_kept=is_current or holding is not None,
        start=start,
    )


def _holding_of(row: Version, holdings: Sequence[Holding]) -> Holding | None:
    """The release that a row is about, else another of the same version."""
    found = [each for each in holdings if each.row.version == row.version]
    of_row = (each for each in found if each.row.issued == row.issued)
    return next(of_row, next(iter(found), None))


def _dumps(
    edition: Edition, entry: Entry, holding: Holding | None
) -> list[tuple[Dump, str | None]]:
    """The dumps with their addresses: of the release that is served those that it has itself."""
    if holding is not None:
        rows, start = holding.dumps, f"{edition.server_path}/{FOLDER}{entry.row.version}/dump/"
    elif entry.is_current:
        rows, start = edition.release.manifest.dumps, f"{edition.server_path}/dump/"
    else:
        return [(row, None) for row in entry.row.dumps]
    return [(row, start + row["file"]) for row in rows]
