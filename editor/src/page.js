// What the server says on the page that the editor is on.

export const form = document.querySelector("form#ask");

const { dataset } = form;
const words = JSON.parse(dataset.words);
const namespaces = Object.entries(JSON.parse(dataset.prefixes)).sort(
  ([, one], [, other]) => other.length - one.length,
);

export const endpoint = new URL(form.action);
export const terms = dataset.terms;
export const prefixes = JSON.parse(dataset.prefixes);
export const formats = {
  solutions: JSON.parse(dataset.solutions),
  graphs: JSON.parse(dataset.graphs),
};
export const language = document.documentElement.lang;

/** A word or sentence in the language of the page, with values in place of {names}. */
export function word(english, values = {}) {
  const text = words[english] ?? english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The words that differ from English, by what they are there. */
export const translated = Object.fromEntries(
  Object.entries(words).filter(([english, text]) => english !== text),
);

/** An IRI as a prefixed name, or nothing if it has none. */
export function shorten(iri) {
  const [prefix, namespace] = namespaces.find(([, each]) => iri.startsWith(each)) ?? [];
  const local = prefix === undefined ? "" : iri.slice(namespace.length);
  return /^[\w.-]*\w$/.test(local) ? `${prefix}:${local}` : undefined;
}

/** Where an IRI leads to: on this server for the publication's own, nowhere if it is not of the web. */
export function hrefOf(iri) {
  if (iri.startsWith(dataset.base)) {
    const local = iri.slice(dataset.base.length).replace(/^id\//, "doc/");
    return `${dataset.root}/${local}`.replace(/^\/+/, "/");
  }
  return /^https?:\/\//.test(iri) ? iri : undefined;
}

/** An element with properties and children; what a text holds stays text. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of SVG with attributes and children. */
export function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** An icon of one path, for the button of a view. */
export function icon(path) {
  return drawing(
    "svg",
    { viewBox: "0 0 16 16", width: 15, height: 15, "aria-hidden": "true" },
    drawing("path", { d: path }),
  );
}
