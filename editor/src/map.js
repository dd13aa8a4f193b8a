// Solutions as a map of the shapes in them. Nothing is fetched: there are no tiles beneath.

import { drawing, element, hrefOf, icon, word } from "./page.js";
import { brief, numberOf, numericColumns, solutionsOf } from "./solutions.js";
import { readWkt } from "./wkt.js";

const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const WIDTH = 640;
const TALLEST = 760;
const MOST = 2_000; // shapes that are drawn

export class MapView {
  priority = 6;
  label = word("Map");

  constructor(yasr) {
    this.yasr = yasr;
  }

  getIcon() {
    return icon(
      "M8 0a5 5 0 0 1 5 5c0 4-5 11-5 11S3 9 3 5a5 5 0 0 1 5-5zm0 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    );
  }

  canHandleResults() {
    return solutionsOf(this.yasr).rows.some((row) => row.some((term) => term?.datatype === WKT));
  }

  draw() {
    const { measure, shapes: wanted } = shapesOf(this.yasr);
    const shapes = wanted.filter(({ geometry }) => geometry).slice(0, MOST);
    const left = wanted.length - shapes.length;
    const notes = left
      ? [word("{n} shapes; {left} could not be drawn.", { n: shapes.length, left })]
      : [];
    if (measure) notes.unshift(`${measure}: ${extent(numbersOf(shapes)).join(" – ")}`);
    const caption = element("figcaption", { className: "note" }, notes.join(" · "));
    const drawn = shapes.length ? [picture(shapes)] : [];
    this.yasr.resultsEl.append(element("figure", { className: "map" }, ...drawn, caption));
  }
}

/** Each shape with what its row says: a name, where that leads, and the measure to shade it by. */
function shapesOf(yasr) {
  const { variables, rows } = solutionsOf(yasr);
  const [measured] = numericColumns(yasr);
  const shapes = rows.flatMap((row) => {
    const others = row.filter(
      (term, column) => term && column !== measured && term.datatype !== WKT,
    );
    const name = others.find(({ type }) => type === "literal") ?? others[0];
    const about = others.find(({ type }) => type === "uri");
    const number = numberOf(row[measured]);
    const title = [brief(name), number].filter((each) => each !== undefined && each !== "");
    return row
      .filter((term) => term?.datatype === WKT)
      .map((term) => ({
        geometry: readWkt(term.value),
        title: title.join(": "),
        href: about && hrefOf(about.value),
        number,
      }));
  });
  return { measure: variables[measured], shapes };
}

function numbersOf(shapes) {
  return shapes.map(({ number }) => number).filter((each) => each !== undefined);
}

function picture(shapes) {
  const { height, project } = projection(shapes.flatMap(({ geometry }) => geometry.parts.flat()));
  const [least, most] = extent(numbersOf(shapes));
  const shade = (number) =>
    number === undefined || least === most
      ? 0.35
      : 0.12 + (0.7 * (number - least)) / (most - least);
  const areasFirst = [...shapes].sort((one, other) => rank(one) - rank(other));
  const drawn = areasFirst.map((shape) => {
    const group = drawing(
      shape.href ? "a" : "g",
      { "fill-opacity": shade(shape.number) },
      drawing("title", {}, shape.title),
    );
    if (shape.href) group.setAttribute("href", shape.href);
    group.append(...outline(shape.geometry, project));
    return group;
  });
  return drawing(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": word("Map") },
    ...drawn,
  );
}

function rank({ geometry }) {
  return ["POLYGON", "LINESTRING", "POINT"].indexOf(geometry.kind);
}

function outline({ kind, parts }, project) {
  if (kind === "POINT") {
    return parts.flat().map((position) => {
      const [cx, cy] = project(position);
      return drawing("circle", { cx, cy, r: 6 });
    });
  }
  const end = kind === "POLYGON" ? "z" : "";
  const d = parts.map(
    (part) =>
      `M${part
        .map((position) =>
          project(position)
            .map((each) => each.toFixed(1))
            .join(" "),
        )
        .join("L")}${end}`,
  );
  return [drawing("path", { d: d.join(""), class: kind.toLowerCase() })];
}

/** Equal scale along both axes at the middle latitude, with a margin for points at the edge. */
function projection(positions) {
  const [west, east] = extent(positions.map(([longitude]) => longitude));
  const [south, north] = extent(positions.map(([, latitude]) => latitude));
  const narrowing = Math.max(Math.cos((((south + north) / 2) * Math.PI) / 180), 0.01);
  const [wide, tall] = [Math.max((east - west) * narrowing, 0.01), Math.max(north - south, 0.01)];
  const scale = Math.min((WIDTH - 40) / wide, (TALLEST - 40) / tall);
  const height = Math.round(tall * scale + 40);
  const left = (WIDTH - wide * scale) / 2;
  const project = ([longitude, latitude]) => [
    left + (longitude - west) * narrowing * scale,
    20 + (north - latitude) * scale,
  ];
  return { height, project };
}

/** The least and the most; there may be more numbers than a call can have arguments. */
function extent(numbers) {
  return numbers.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [Infinity, -Infinity],
  );
}
