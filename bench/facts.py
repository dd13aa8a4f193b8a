"""What chance decides of a cluster of a scaled publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

# fmt: off
_FIRST = [
    "Automation", "Smart", "Nordic", "Digital", "Green", "Marine", "Bio", "Fiber", "Steel",
    "Textile", "Forest", "Energy", "Mobility", "Health", "Food", "Space", "Water", "Battery",
    "Design", "Media", "Järnvägs", "Miljö", "Träteknik", "Gruv",
]
_SECOND = [
    "Valley", "Arena", "Region", "Cluster", "Innovation", "Tech", "Lab", "Hub", "Park",
    "Network", "Allians", "Centrum", "Småland", "Väst", "Öst", "Norr", "Skåne", "Mälardalen",
    "Bergslagen", "Heights",
]
# fmt: on
_ASCII = str.maketrans("åäöéÅÄÖ", "aaoeaao")


@dataclass(frozen=True)
class Region:
    """A region of the shipped data: its NUTS code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Facts:
    """A cluster as it is and as its source states it."""

    slug: str
    name: str
    region: Region
    url: str
    stated_name: str
    stated_url: str
    stated_region: str | None
    defects: tuple[str, ...]
    year: int | None  # of the first award; None: certified without a date, as in the source


def draw(chance: Random, key: str, regions: Sequence[Region]) -> Facts:
    """The facts of a cluster whose identifier ends in `key`."""
    first, second = chance.choice(_FIRST), chance.choice(_SECOND)
    name = f"{first} {second}"
    slug = f"{first}-{second}-{key}".lower().translate(_ASCII)
    host = slug.replace("-", "", 1) + chance.choice((".se", ".se", ".com"))
    path, defects, stated = "", ["url-scheme-missing"], f"www.{host}"
    kind = chance.randrange(22)  # the source has 22 clusters and so many defects of each kind
    if kind < 3:
        defects, stated = [*defects, "url-typo"], f"www.{host[0]}{host[2:]}"
    elif kind == 3:
        defects, stated = [*defects, "url-missing-dot"], f"www{host}"
    elif kind < 6:
        defects, path = [*defects, "url-path"], "/om/klustret"
    elif kind < 8:
        defects = [*defects, "url-host-organisation"]
    region = chance.choice(regions)
    return Facts(
        slug=slug,
        name=name,
        region=region,
        url=f"https://www.{host}{path or '/'}",
        stated_name=name.replace(" ", "") if chance.randrange(22) == 0 else name,
        stated_url=stated + path,
        stated_region=None if chance.randrange(22) == 0 else region.name,
        defects=tuple(defects),
        year=chance.randrange(2012, 2021) if chance.randrange(2) else None,
    )
