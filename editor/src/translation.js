// YASGUI speaks English only. What it draws is put into the language of the page as it appears.

import { language, translated, word } from "./page.js";

const ATTRIBUTES = ["title", "aria-label", "placeholder"];

/** Translates what is in an element, and what will be. */
export function translate(root) {
  if (!Object.keys(translated).length) return;
  new MutationObserver((changes) => {
    for (const { target, addedNodes, type } of changes) {
      if (type === "childList") addedNodes.forEach(translateAll);
      else translateNode(target);
    }
  }).observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  });
  translateAll(root);
}

function translateAll(node) {
  translateNode(node);
  node.childNodes.forEach(translateAll);
}

/** Queries, results and the names of tabs are the reader's and the data's, not YASGUI's. */
function isForeign(node) {
  const place = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return (
    place?.closest(".CodeMirror-scroll, .yasr_results, .tab a > span") &&
    !place.closest(".booleanResult, .overlay_content")
  );
}

function translateNode(node) {
  if (isForeign(node)) return;
  if (node.nodeType === Node.TEXT_NODE) {
    const text = sentence(node.data);
    if (text !== node.data) node.data = text;
  }
  for (const name of node.nodeType === Node.ELEMENT_NODE ? ATTRIBUTES : []) {
    const english = node.getAttribute(name);
    const text = english && sentence(english);
    if (text !== english) node.setAttribute(name, text);
  }
}

function sentence(english) {
  const results = /^(\d+) results? in ([\d.]+) seconds?$/.exec(english);
  if (results) return word("{n} results in {s} seconds", { n: results[1], s: decimal(results[2]) });
  const response = /^Response in ([\d.]+) seconds?$/.exec(english);
  if (response) return word("Response in {s} seconds", { s: decimal(response[1]) });
  const view = /^Shows (.*) view$/.exec(english);
  if (view) return word("Results as {view}", { view: word(view[1]) });
  const fallback =
    /^Could not render results with the (.*) plugin, .* rendered with the (.*) plugin\. *$/.exec(
      english,
    );
  if (fallback)
    return word("These results make no {view}: {other}.", {
      view: fallback[1],
      other: fallback[2],
    });
  return Object.hasOwn(translated, english) ? translated[english] : english;
}

function decimal(seconds) {
  return Number(seconds).toLocaleString(language, { maximumFractionDigits: 3 });
}
