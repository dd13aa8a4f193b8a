// The solutions of a query, read exactly: YASGUI itself fills in what stands in {{braces}}.

import { element, hrefOf, language, shorten, word } from "./page.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["decimal", "double", "float", "integer", "long", "int", "short", "byte"].concat(
    ["positiveInteger", "negativeInteger", "nonPositiveInteger", "nonNegativeInteger"],
    ["unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"],
  ),
);
const LONG = 300; // characters of a text that are shown at once

const read = new WeakMap();

/** The variables and rows of results; a row has a term, or nothing, for each variable. */
export function solutionsOf({ results }) {
  if (!results || results.hasError()) return { variables: [], rows: [] };
  if (!read.has(results)) read.set(results, readSolutions(results));
  return read.get(results);
}

function readSolutions(results) {
  const isJson = results.getContentType()?.includes("sparql-results+json");
  const table = isJson ? JSON.parse(results.getOriginalResponseAsString()) : results.getAsJson();
  const variables = table?.head?.vars ?? [];
  const bindings = table?.results?.bindings ?? [];
  return {
    variables,
    rows: bindings.map((binding) => variables.map((variable) => binding[variable])),
  };
}

/** The number that a term is, or nothing. */
export function numberOf(term) {
  if (!term?.datatype?.startsWith(XSD) || !NUMBERS.has(term.datatype.slice(XSD.length)))
    return undefined;
  const number = Number(term.value);
  return Number.isFinite(number) ? number : undefined;
}

/** The columns that hold nothing but numbers. */
export function numericColumns(yasr) {
  const { variables, rows } = solutionsOf(yasr);
  return [...variables.keys()].filter((column) => {
    const terms = rows.map((row) => row[column]).filter(Boolean);
    return terms.length > 0 && terms.every((term) => numberOf(term) !== undefined);
  });
}

/** The year, or the time in milliseconds, that a term is, or nothing. */
export function timeOf(term) {
  const kind = term?.datatype?.startsWith(XSD) ? term.datatype.slice(XSD.length) : "";
  if (kind === "gYear") return Number.parseInt(term.value, 10);
  return kind === "date" || kind === "dateTime" ? Date.parse(term.value) || undefined : undefined;
}

/** A term in few characters. */
export function brief(term) {
  if (!term) return "";
  return term.type === "uri" ? (shorten(term.value) ?? term.value) : term.value;
}

/** Which of two terms comes first: numbers by value, times by time, others as the language has it. */
export function compare(one, other) {
  const [first, second] = [one, other].map((term) => numberOf(term) ?? timeOf(term));
  if (first !== undefined && second !== undefined) return first - second;
  if (!one || !other) return Boolean(other) - Boolean(one);
  return brief(one).localeCompare(brief(other), language, { numeric: true });
}

/** A term as it stands in a table. */
export function show(term) {
  if (!term) return element("span");
  if (term.type === "uri") return link(term.value);
  if (term.type === "bnode") return element("code", {}, `_:${term.value}`);
  if (term.type === "triple") return triple(term.value);
  const lang = term["xml:lang"];
  const note =
    lang ??
    (term.datatype && term.datatype !== `${XSD}string`
      ? brief({ type: "uri", value: term.datatype })
      : "");
  const shown = element("span", {}, text(term.value, lang));
  if (note) shown.append(" ", element("span", { className: "note" }, note));
  return shown;
}

function link(iri) {
  const [href, name] = [hrefOf(iri), shorten(iri) ?? iri];
  return href
    ? element("a", { href, title: iri }, element("bdi", {}, name))
    : element("code", {}, element("bdi", {}, iri));
}

function triple({ subject, predicate, object }) {
  return element("span", {}, "<< ", show(subject), " ", show(predicate), " ", show(object), " >>");
}

function text(value, lang) {
  const whole = element("span", { className: "literal", dir: "auto" }, value);
  if (lang) whole.lang = lang;
  if (value.length <= LONG) return whole;
  const beginning = element("bdi", {}, `${value.slice(0, 60)}… `);
  return element(
    "details",
    {},
    element("summary", {}, beginning, element("span", { className: "note" }, word("whole text"))),
    whole,
  );
}
