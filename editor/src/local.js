// For an export, where no server answers: what the editor would ask of it is asked of a worker.

const form = document.querySelector("form#ask");
const { dataset } = form;
const endpoint = new URL(form.action);
const ask = window.fetch.bind(window);
const address = (path) => new URL(path, document.baseURI).href;
const SETTINGS = {
  wasm: address(dataset.wasm),
  dump: address(dataset.dump),
  prefixes: JSON.parse(dataset.prefixes),
  defaultGraphs: JSON.parse(dataset.defaultGraphs),
  base: dataset.base,
};
const NOT_IN_IRIS = /[\s<>"{}|\\^`]/;

/** The worker, which keeps the data from one query to the next. */
class Endpoint {
  #worker;
  #waiting = new Map();
  #last = 0;

  answer(query, accept, signal) {
    this.#worker ??= this.#begin();
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      signal?.addEventListener("abort", () => this.#end(signal.reason), { once: true });
      this.#worker.postMessage({ id, query, accept });
    });
  }

  #begin() {
    const worker = new Worker(address(dataset.worker), { type: "module" });
    worker.addEventListener("message", ({ data: { id, ...answer } }) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    worker.addEventListener("error", (event) => this.#end(new Error(event.message)));
    worker.postMessage(SETTINGS);
    return worker;
  }

  /** Nothing else stops a query; the next one begins with another worker. */
  #end(reason) {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

const local = new Endpoint();

async function respond(request) {
  const text = request.method === "GET" ? new URL(request.url).search : await request.text();
  const type = request.headers.get("content-type") ?? "";
  const isQuery = type.startsWith("application/sparql-query");
  const query = isQuery ? text : new URLSearchParams(text).get("query");
  const { status, mediaType, body } = await local.answer(
    query ?? "",
    request.headers.get("accept") ?? "",
    request.signal,
  );
  return new Response(body, { status, headers: { "content-type": mediaType } });
}

window.fetch = (resource, options) => {
  const request = new Request(resource, options);
  const url = new URL(request.url);
  const isLocal = url.origin === endpoint.origin && url.pathname === endpoint.pathname;
  return isLocal ? respond(request) : ask(resource, options);
};

// Links to results in a format: what they lead to is made when they are followed.
const MEDIA_TYPES = {
  srj: "application/sparql-results+json",
  srx: "application/sparql-results+xml",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  ttl: "text/turtle",
  jsonld: "application/ld+json",
  rdf: "application/rdf+xml",
  nt: "application/n-triples",
  trig: "application/trig",
  nq: "application/n-quads",
};

async function download(link) {
  const asked = new URL(link.href).searchParams;
  const accept = MEDIA_TYPES[asked.get("format")];
  const { mediaType, body } = await local.answer(asked.get("query"), accept);
  const url = URL.createObjectURL(new Blob([body], { type: mediaType }));
  Object.assign(document.createElement("a"), { href: url, download: link.download }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[download]");
  if (!link || new URL(link.href).pathname !== endpoint.pathname) return;
  event.preventDefault();
  download(link);
});

// What the server would have put into the form.
const wanted = new URLSearchParams(window.location.search);
const described = wanted.get("describe");
if (described && !NOT_IN_IRIS.test(described)) {
  form.elements.query.value = `DESCRIBE <${described}>`;
  dataset.opens = described.split(/[/#]/).pop() || described;
}
if (wanted.has("example")) dataset.example = wanted.get("example");
