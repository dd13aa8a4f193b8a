// Evaluates queries in the browser: Oxigraph, in WebAssembly, over the dump of all graphs.

import init, { Store } from "oxigraph";

const SOLUTIONS = ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"];
SOLUTIONS.push("text/tab-separated-values");
const GRAPHS = ["text/turtle", "application/ld+json", "application/rdf+xml"];
GRAPHS.push("application/n-triples", "application/trig", "application/n-quads");
const PROBLEM = "application/problem+json";

let settings;
let opened;

self.addEventListener("message", async ({ data }) => {
  if (data.wasm) {
    settings = data;
    return;
  }
  opened ??= open();
  const { id, query, accept } = data;
  try {
    self.postMessage({ id, ...answer(await opened, query, accept) });
  } catch (error) {
    self.postMessage({ id, ...problem(error) });
  }
});

async function open() {
  const [text] = await Promise.all([read(settings.dump), init({ module_or_path: settings.wasm })]);
  const store = new Store();
  store.load(text + defaultGraph(text), { format: "application/n-quads" });
  return store;
}

/** A text that may be compressed; some hosts say so, and then the browser has seen to it. */
async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).text();
}

/** The triples of those graphs that queries see without naming one. */
function defaultGraph(nQuads) {
  const graphs = new Set(settings.defaultGraphs.map((iri) => `<${iri}>`));
  const triples = [];
  for (const line of nQuads.split("\n")) {
    const end = line.lastIndexOf(" <");
    if (graphs.has(line.slice(end + 1, -2))) triples.push(`${line.slice(0, end)} .`);
  }
  return `${triples.join("\n")}\n`;
}

function answer(store, query, accept) {
  const form = formOf(query);
  const mediaTypes = ["CONSTRUCT", "DESCRIBE"].includes(form) ? GRAPHS : SOLUTIONS;
  const mediaType = mediaTypes.find((each) => accept.includes(each)) ?? mediaTypes[0];
  const declared = Object.entries(settings.prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`);
  const text = `${declared.join(" ")}\n${query}`;
  const found = store.query(text, { base_iri: settings.base, results_format: mediaType });
  const body = mediaType === SOLUTIONS[0] ? inOrder(found, query) : found;
  return { status: 200, mediaType, body };
}

/** The columns as the query names them first; Oxigraph has those of `*` in alphabetical order. */
function inOrder(json, query) {
  const { head, results, ...rest } = JSON.parse(json);
  const place = (name) => query.search(new RegExp(`[?$]${name}(?![\\p{L}\\p{N}_])`, "u"));
  head.vars?.sort((one, other) => place(one) - place(other));
  return JSON.stringify({ head, results, ...rest });
}

function formOf(query) {
  const plain = query
    .replace(/<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, " ")
    .replace(/\bPREFIX\s+[^\s:]*:/gi, " ");
  return /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(plain)?.[1].toUpperCase();
}

function problem(error) {
  const detail = error.message ?? `${error}`;
  const [, line, column] = /error at (\d+):(\d+)/.exec(detail) ?? [];
  const place = line ? { line: line - 1, column: Number(column) } : {}; // below our prefixes
  const told = detail.replace(/error at \d+:\d+: /, "");
  const body = JSON.stringify({ title: "The query cannot be answered", detail: told, ...place });
  return { status: 400, mediaType: PROBLEM, body };
}
