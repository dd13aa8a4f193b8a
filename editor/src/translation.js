// YASGUI speaks English only. What it draws is put into the language of the page as it appears.

import { translated, word } from "./page.js";

const ATTRIBUTES = ["title", "aria-label", "placeholder"];

/** Translates what is in an element, and what will be. */
export function translate(root) {
  if (!Object.keys(translated).length) return;
  new MutationObserver((changes) => {
    for (const { target, addedNodes, type } of changes) {
      if (type === "childList") addedNodes.forEach(translateAll);
      else translateNode(target);
    }
  }).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ATTRIBUTES });
  translateAll(root);
}

function translateAll(node) {
  translateNode(node);
  // What stands in the editor and in results is not YASGUI's to say.
  if (!node.classList?.contains("CodeMirror-scroll") && node.localName !== "table") node.childNodes.forEach(translateAll);
}

function translateNode(node) {
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
  if (results) return word("{n} results in {s} seconds", { n: results[1], s: results[2] });
  const response = /^Response in ([\d.]+) seconds?$/.exec(english);
  if (response) return word("Response in {s} seconds", { s: response[1] });
  const view = /^Shows (.*) view$/.exec(english);
  if (view) return word("Results as {view}", { view: view[1] });
  const fallback = /^Could not render results with the (.*) plugin, .* rendered with the (.*) plugin\. *$/.exec(english);
  if (fallback) return word("These results make no {view}: {other}.", { view: fallback[1], other: fallback[2] });
  return Object.hasOwn(translated, english) ? translated[english] : english;
}
