// The list of examples, made to load into the editor and to be searched.

import { element, word } from "./page.js";

/** Makes a click on an example call `load` with its name, its query, and the view that suits it. */
export function useExamples(load) {
  const items = [...document.querySelectorAll("#examples li[data-iri]")];
  for (const item of items) {
    item.querySelector("a").addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      load(read(item));
    });
  }
  if (items.length > 3) addSearch(items);
}

/** The example that the address of the page names, if it does. */
export function exampleOf(iri) {
  const item = iri && document.querySelector(`#examples li[data-iri="${CSS.escape(iri)}"]`);
  return item ? read(item) : undefined;
}

function read(item) {
  const keywords = [...item.querySelectorAll(".keyword")].map((each) => each.textContent);
  return {
    name: item.querySelector("a").textContent,
    query: item.querySelector("pre").textContent,
    view: ["map", "chart"].find((each) => keywords.includes(each)) ?? "table",
  };
}

function addSearch(items) {
  const list = items[0].parentElement;
  const field = element("input", { type: "search", placeholder: word("Find an example") });
  field.setAttribute("aria-label", word("Find an example"));
  const none = element(
    "p",
    { className: "note", hidden: true },
    word("No example has these words."),
  );
  field.addEventListener("input", () => {
    const wanted = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = item.textContent.toLocaleLowerCase();
      item.hidden = !wanted.every((each) => text.includes(each));
    }
    none.hidden = items.some((item) => !item.hidden);
  });
  list.before(element("p", { className: "tools" }, field), none);
}
