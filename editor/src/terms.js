// The publication's own prefixes, classes and properties, known to the editor; YASQE's completion asks other servers.

import { prefixes, shorten, terms, word } from "./page.js";

const MOST = 100;
let fetched;

/** Makes the editor read every query as the server does: with these prefixes declared. */
export function declarePrefixes(Yasqe) {
  const plain = Yasqe.modes.sparql11;
  Yasqe.defineMode("sparql11", (...settings) => {
    const mode = plain(...settings);
    return { ...mode, startState: () => ({ ...mode.startState(), prefixes: { ...prefixes } }) };
  });
}

/** Makes the editor complete what the publication has. */
export function completeTerms(Yasqe) {
  const own = Object.entries(prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`);
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null, get: () => own });
  for (const [name, kind] of [
    ["class", "classes"],
    ["property", "properties"],
  ]) {
    Yasqe.forkAutocompleter(name, {
      name,
      autoShow: true,
      get: (_yasqe, token) => find(kind, token),
      postProcessSuggestion: (_yasqe, _token, iri) => shorten(iri) ?? `<${iri}>`,
      postprocessHints: (_yasqe, hints) => hints.map(describe),
    });
  }
}

let described = {};

async function find(kind, token) {
  fetched ??= fetch(terms, { headers: { Accept: "application/json" } }).then((response) =>
    response.ok ? response.json() : {},
  );
  const known = (await fetched)[kind] ?? [];
  const typed = (token?.string ?? "").trim().toLowerCase();
  const whole = (token?.autocompletionString ?? "").toLowerCase();
  const suits = ({ iri, label }) => {
    const short = shorten(iri)?.toLowerCase() ?? "";
    const local = short.slice(short.indexOf(":") + 1);
    return (
      short.startsWith(typed) ||
      local.startsWith(typed) ||
      label.toLowerCase().includes(typed) ||
      iri.toLowerCase().startsWith(whole || "<")
    );
  };
  const found = known.filter((term) => !typed || suits(term)).slice(0, MOST);
  described = Object.fromEntries(found.map((term) => [shorten(term.iri) ?? `<${term.iri}>`, term]));
  return found.map(({ iri }) => iri);
}

function describe(hint) {
  const { label, uses } = described[hint.text] ?? {};
  const more = [label, uses ? word("{n} uses", { n: uses }) : ""].filter(Boolean).join(", ");
  return more ? { ...hint, displayText: `${hint.text}  –  ${more}` } : hint;
}
