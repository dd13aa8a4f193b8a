// Well-known text as rings and points in longitude and latitude.
// Spec: https://docs.ogc.org/is/22-047r1/22-047r1.html#_well_known_text

const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const LATITUDE_FIRST = /\/crs\/EPSG\/[^/]*\/4(326|258)$|^urn:ogc:def:crs:EPSG:.*:4(326|258)$/;
const KINDS = /^\s*(?:<([^>]*)>)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*\(/i;

/** A geometry as `{ kind, parts }`, where a part is a list of [longitude, latitude]. Nothing if it cannot be drawn. */
export function readWkt(text) {
  const found = KINDS.exec(text);
  if (!found) return undefined;
  const crs = found[1] ?? CRS84;
  const isLatitudeFirst = LATITUDE_FIRST.test(crs);
  if (crs !== CRS84 && !isLatitudeFirst) return undefined;
  const kind = found[3].toUpperCase();
  const lists = text.slice(found[0].length - 1).match(/[^()]+/g) ?? [];
  const parts = lists.map(positions).filter((part) => part.length);
  const isWhole = parts.length > 0 && parts.flat().every(isPlace);
  if (!isWhole) return undefined;
  const turned = isLatitudeFirst
    ? parts.map((part) => part.map(([latitude, longitude]) => [longitude, latitude]))
    : parts;
  return { kind, parts: turned };
}

function positions(list) {
  return list
    .split(",")
    .map((position) => position.trim())
    .filter(Boolean)
    .map((position) => position.split(/\s+/).slice(0, 2).map(Number));
}

function isPlace(position) {
  return (
    position.length === 2 &&
    position.every((each) => Number.isFinite(each) && Math.abs(each) <= 360)
  );
}
