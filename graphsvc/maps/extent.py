"""What lies between two meridians and two parallels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphsvc.maps.wkt import Position


@dataclass(frozen=True)
class Extent:
    """Its four sides, in degrees of CRS84."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, positions: Iterable[Position]) -> Extent | None:
        """The least extent with all positions in it; None if there are none."""
        known = list(positions)
        if not known:
            return None
        longitudes, latitudes = zip(*known, strict=True)
        return cls(min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def around(self, other: Extent | None) -> Extent:
        """The least extent with both in it."""
        if other is None:
            return self
        return Extent(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    @property
    def bbox(self) -> str:
        """It in WKT, for dcat:bbox."""
        corners = (
            (self.west, self.south),
            (self.east, self.south),
            (self.east, self.north),
            (self.west, self.north),
            (self.west, self.south),
        )
        return f"POLYGON(({','.join(f'{_degrees(x)} {_degrees(y)}' for x, y in corners)}))"

    @property
    def centroid(self) -> str:
        """Its middle in WKT, for dcat:centroid."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return f"POINT({_degrees(x)} {_degrees(y)})"


def _degrees(value: float) -> str:
    """To a tenth of a metre, without an exponent and without needless zeros."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
