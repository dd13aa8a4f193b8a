"""From degrees to the plane: the equirectangular projection, true along its middle latitude."""

from __future__ import annotations

import math

from graphsvc.maps.extent import Extent
from graphsvc.maps.wkt import Position

SIZE = 1_000  # units along the longer side
MARGIN = 24  # around all that is drawn, for marks at the edge
LEAST_DEGREES = 0.01  # along a side, so that one point makes a map, too


class Projection:
    """Brings an extent to the plane: x from west to east, y from north to south, in units."""

    def __init__(self, extent: Extent) -> None:
        middle = (extent.south + extent.north) / 2
        self._narrowing = max(math.cos(math.radians(middle)), LEAST_DEGREES)
        wide = max((extent.east - extent.west) * self._narrowing, LEAST_DEGREES)
        tall = max(extent.north - extent.south, LEAST_DEGREES)
        self._scale = SIZE / max(wide, tall)
        self._extent = extent
        self.width = round(wide * self._scale) + 2 * MARGIN
        self.height = round(tall * self._scale) + 2 * MARGIN

    def project(self, position: Position) -> tuple[int, int]:
        """A position in whole units. Positions that two areas share stay the same in both."""
        longitude, latitude = position
        x = (longitude - self._extent.west) * self._narrowing * self._scale
        y = (self._extent.north - latitude) * self._scale
        return round(x) + MARGIN, round(y) + MARGIN
