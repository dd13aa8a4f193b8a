// Search as one types: the page is asked for anew, and its hits take the place of those shown.

const PAUSE_MILLISECONDS = 250;
const form = document.querySelector("form.find");
let waiting;
let asked = new AbortController();

async function search() {
  const wanted = new FormData(form);
  if (!wanted.get("q").trim()) return;
  const address = `${form.getAttribute("action")}?${new URLSearchParams(wanted)}`;
  asked = new AbortController();
  try {
    const answer = await fetch(address, {
      headers: { Accept: "text/html" },
      signal: asked.signal,
    });
    if (!answer.ok) return; // who submits the form is told why
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["told", "hits"]) {
      const shown = document.getElementById(id);
      shown.replaceChildren(...page.getElementById(id).childNodes);
    }
    document.title = page.title;
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") console.warn(error);
  }
}

form.addEventListener("input", () => {
  asked.abort();
  clearTimeout(waiting);
  waiting = setTimeout(search, PAUSE_MILLISECONDS);
});
form.addEventListener("submit", () => {
  asked.abort();
  clearTimeout(waiting);
});
