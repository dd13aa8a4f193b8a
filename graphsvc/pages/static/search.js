// Searches the index of an export: what has all the words, whole names first, then names, then texts.

const form = document.querySelector("form.find");
const found = document.querySelector("#found");
const { index, hits, none, languages } = found.dataset;
const MOST = 50;
const asked = new URLSearchParams(location.search);

/** As the server compares: without case, without diacritics. */
function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae");
}

const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The text in the reader's language, else in the first of the publication's that there is. */
function nameOf(names) {
  const order = [document.documentElement.lang, ...languages.split(" "), ""];
  const rank = ([, language]) => (order.indexOf(language) + order.length + 1) % (order.length + 1);
  return [...names].sort((one, other) => rank(one) - rank(other))[0];
}

/** How well a resource fits: 0 best, nothing if it lacks a word. */
function rankOf(resource, wanted) {
  const whole = wanted.join(" ");
  const has = (words, word) => words.some((each) => each.startsWith(word));
  if (resource.names.some((words) => words.join(" ") === whole)) return 0;
  const inNames = resource.names.flat();
  if (wanted.every((word) => inNames.includes(word))) return 1;
  if (wanted.every((word) => has(inNames, word))) return 2;
  const all = [...inNames, ...resource.texts];
  return wanted.every((word) => has(all, word)) ? 3 : undefined;
}

/** Of names that hold the same words, the shortest fits best. */
const lengthOf = ({ row }) => Math.min(...row.n.map(([text]) => text.length));

let loaded;
function load() {
  loaded ??= fetch(index).then(async (response) => {
    if (!response.ok) throw new Error(`${response.status}`);
    const table = await response.json();
    const resources = table.resources.map((row) => ({
      row,
      names: row.n.map(([text]) => wordsOf(text)),
      texts: wordsOf(row.t ?? ""),
    }));
    return { classes: table.classes, resources };
  });
  return loaded;
}

function shown({ row }, classes) {
  const [text, language] = nameOf(row.n);
  const link = element("a", { href: row.p });
  link.append(element("bdi", { lang: language || document.documentElement.lang }, text));
  const types = row.c
    .map((number) => nameOf(Object.entries(classes[number].names).map(([tag, name]) => [name, tag])))
    .filter(Boolean)
    .map(([name]) => name);
  return element(
    "li",
    {},
    element("h2", {}, link),
    element("p", { className: "types note" }, types.join(" · ")),
  );
}

async function search(text, type) {
  const wanted = wordsOf(text).slice(0, 16);
  if (!wanted.length) return found.replaceChildren();
  const { classes, resources } = await load();
  const ranked = resources
    .filter(({ row }) => !type || row.c.some((number) => classes[number].iri === type))
    .map((resource) => [rankOf(resource, wanted), resource])
    .filter(([rank]) => rank !== undefined)
    .sort(([one, a], [other, b]) => one - other || lengthOf(a) - lengthOf(b));
  if (text !== form.elements.q.value) return; // more was typed meanwhile
  const list = element("ol", { className: "hits" });
  list.append(...ranked.slice(0, MOST).map(([, resource]) => shown(resource, classes)));
  const told = ranked.length ? `${hits}: ${ranked.length}` : none;
  found.replaceChildren(element("p", { role: "status" }, told), list);
}

function ask() {
  const type = form.elements.type?.value ?? "";
  search(form.elements.q.value, type).catch((error) => found.replaceChildren(`${error}`));
}

form.elements.q.value = asked.get("q") ?? "";
if (form.elements.type) form.elements.type.value = asked.get("type") ?? "";
form.addEventListener("input", ask);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`);
  ask();
});
ask();
