// Solutions as bars, or as a line where they run over years or dates.

import { drawing, element, icon, language, word } from "./page.js";
import { brief, numberOf, numericColumns, solutionsOf, timeOf } from "./solutions.js";

const MOST = 100; // rows that are drawn
const WIDTH = 640;
const BAR = 26;
const LABELS = 210;
const VALUES = 70;

export class ChartView {
  priority = 5;
  label = word("Chart");

  constructor(yasr) {
    this.yasr = yasr;
  }

  getIcon() {
    return icon("M0 15h16v1H0zM1 8h3v6H1zm5-4h3v10H6zm5-3h3v13h-3z");
  }

  canHandleResults() {
    return seriesOf(this.yasr).length > 0;
  }

  draw() {
    const series = seriesOf(this.yasr);
    const figure = element("figure", { className: "chart" });
    const choice = element(
      "select",
      {},
      ...series.map(({ name }, value) => element("option", { value }, name)),
    );
    const redraw = () => figure.replaceChildren(...drawSeries(series[choice.value || 0]));
    choice.addEventListener("change", redraw);
    if (series.length > 1)
      this.yasr.resultsEl.append(
        element("label", { className: "tools" }, `${word("Values")} `, choice),
      );
    this.yasr.resultsEl.append(figure);
    redraw();
  }
}

/** Each column of numbers, with the times or names of another: the first of texts, else of IRIs. */
function seriesOf(yasr) {
  const { variables, rows } = solutionsOf(yasr);
  const measured = numericColumns(yasr);
  const bound = variables.map((_, column) => rows.map((row) => row[column]).filter(Boolean));
  const others = [...variables.keys()].filter((column) => !measured.includes(column));
  const names = others.filter((column) => isName(bound[column]));
  const named = names.find((column) => bound[column][0].type === "literal") ?? names[0];
  if (named === undefined) return [];
  const isTime = bound[named].every((term) => timeOf(term) !== undefined);
  const series = measured.map((column) => {
    const whole = rows.filter((row) => row[named] && row[column]);
    const points = whole.map((row) => ({
      label: brief(row[named]),
      time: timeOf(row[named]),
      value: numberOf(row[column]),
    }));
    return { name: variables[column], isTime, points };
  });
  return series.filter(({ points }) => points.length);
}

/** Texts and IRIs name something; shapes do not. */
function isName(terms) {
  return terms.length > 0 && !terms.some((term) => term.datatype?.endsWith("wktLiteral"));
}

function drawSeries({ name, isTime, points }) {
  const drawn = points.slice(0, MOST);
  const note =
    points.length > MOST
      ? [
          element(
            "p",
            { className: "note" },
            word("Only the first {n} rows are drawn.", { n: MOST }),
          ),
        ]
      : [];
  const chart = isTime && drawn.length > 1 ? drawLine(name, drawn) : drawBars(name, drawn);
  return [element("figcaption", {}, name), chart, ...note];
}

function drawBars(name, points) {
  const [low, high] = range(points);
  const x = (value) => LABELS + ((value - low) / (high - low)) * (WIDTH - LABELS - VALUES);
  const bars = points.map(({ label, value }, row) => {
    const [left, right] = [x(0), x(value)].sort((one, other) => one - other);
    const [y, middle] = [row * BAR, row * BAR + BAR / 2];
    return drawing(
      "g",
      {},
      drawing("title", {}, `${label}: ${written(value)}`),
      drawing(
        "text",
        { x: LABELS - 8, y: middle, class: "label", "text-anchor": "end" },
        cut(label),
      ),
      drawing("rect", {
        x: left,
        y: y + 4,
        width: Math.max(right - left, 1),
        height: BAR - 8,
        rx: 2,
      }),
      drawing("text", { x: right + 6, y: middle, class: "value" }, written(value)),
    );
  });
  return picture(name, points.length * BAR, bars);
}

function drawLine(name, points) {
  const height = 300;
  const ordered = [...points].sort((one, other) => one.time - other.time);
  const [low, high] = range(points);
  const [first, last] = [ordered[0].time, ordered.at(-1).time];
  const x = (time) => VALUES + ((time - first) / (last - first || 1)) * (WIDTH - VALUES - 40);
  const y = (value) => height - 30 - ((value - low) / (high - low)) * (height - 50);
  const line = drawing("polyline", {
    points: ordered.map(({ time, value }) => `${x(time)},${y(value)}`).join(" "),
  });
  const marks = ordered.map(({ label, time, value }) =>
    drawing(
      "circle",
      { cx: x(time), cy: y(value), r: 4 },
      drawing("title", {}, `${label}: ${written(value)}`),
    ),
  );
  const axis = [low, high].map((value) =>
    drawing(
      "text",
      { x: VALUES - 10, y: y(value), class: "value", "text-anchor": "end" },
      written(value),
    ),
  );
  const ends = [ordered[0], ordered.at(-1)].map(({ label, time }, end) =>
    drawing(
      "text",
      { x: x(time), y: height - 8, class: "label", "text-anchor": end ? "end" : "start" },
      cut(label),
    ),
  );
  return picture(name, height, [line, ...marks, ...axis, ...ends]);
}

function picture(name, height, children) {
  return drawing(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${word("Chart")}: ${name}` },
    ...children,
  );
}

/** From the least to the most, zero included; never empty. */
function range(points) {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return low === high ? [0, 1] : [low, high];
}

function written(value) {
  return value.toLocaleString(language, { maximumFractionDigits: 3 });
}

function cut(label) {
  return label.length > 30 ? `${label.slice(0, 29)}…` : label;
}
