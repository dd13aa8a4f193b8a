// Links to what was asked, in each format that the server writes.

import { element, formats, word } from "./page.js";

const asked = new WeakMap();

/** A view of YASR with the links below it. */
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
  const links = Object.entries(isGraph ? formats.graphs : formats.solutions).map(
    ([suffix, name]) => {
      const href = new URL(asked.get(results));
      href.searchParams.set("format", suffix);
      return element(
        "li",
        {},
        element("a", { href: href.href, download: `results.${suffix}` }, name),
      );
    },
  );
  const list = element(
    "ul",
    { className: "inline" },
    element("li", {}, `${word("Download")}:`),
    ...links,
  );
  return element("nav", { className: "downloads", ariaLabel: word("Download") }, list);
}
