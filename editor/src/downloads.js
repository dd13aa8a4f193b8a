// What was asked, to be taken away in each format that the server writes.

import { element, endpoint, form, formats, word } from "./page.js";

const LONGEST = 4_000; // of an address: proxies take some 8,000 characters, and few tell why not more
const asked = new WeakMap();

/** A view of YASR with the downloads below it. */
export function withDownloads(View) {
  return class extends View {
    async draw(settings) {
      await super.draw(settings);
      this.yasr.resultsEl.append(downloads(this.yasr));
    }
  };
}

function downloads({ config, results }) {
  // The query may be edited while its results are shown: what was asked first is what they answer.
  if (!asked.has(results)) asked.set(results, config.getPlainQueryLinkToEndpoint());
  const isGraph = results.getType() === "ttl";
  const told = element("p", { hidden: true });
  told.setAttribute("role", "alert");
  const items = Object.entries(isGraph ? formats.graphs : formats.solutions).map(
    ([suffix, name]) => {
      const url = new URL(asked.get(results));
      url.searchParams.set("format", suffix);
      return element("li", {}, download(url, `results.${suffix}`, name, told));
    },
  );
  const list = element(
    "ul",
    { className: "inline" },
    element("li", {}, `${word("Download")}:`),
    ...items,
  );
  return element("nav", { className: "downloads", ariaLabel: word("Download") }, list, told);
}

/** A link; for a query that no address has room for, a button that sends it as a form is sent. */
function download(url, file, name, told) {
  const isAsked = !form.dataset.worker; // what answers in the browser takes any address
  if (url.href.length <= LONGEST || !isAsked)
    return element("a", { href: url.href, download: file }, name);
  const button = element("button", { type: "button", className: "plain" }, name);
  button.addEventListener("click", () => {
    told.hidden = true;
    post(url.searchParams, file).catch((error) => {
      told.textContent = `${word("The download failed.")} ${error.message}`;
      told.hidden = false;
    });
  });
  return button;
}

async function post(body, file) {
  const response = await fetch(endpoint, { method: "POST", body });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const href = URL.createObjectURL(await response.blob()); // whole, or there is none
  element("a", { href, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
