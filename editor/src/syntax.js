// What is wrong with a line of the query, told at the mark beside it.
// YASQE's own tooltip is English and has styles within, which the page's policy forbids.

import { word } from "./page.js";

/** Gives each mark that appears a title. */
export function tellSyntaxErrors(root) {
  new MutationObserver(() =>
    root.querySelectorAll(".parseErrorIcon:not([title])").forEach(tell),
  ).observe(root, {
    subtree: true,
    childList: true,
  });
}

function tell(icon) {
  icon.onmouseover = null;
  icon.onmouseout = null;
  icon.title = word("This line cannot be read as SPARQL.");
  const { CodeMirror: editor } = icon.closest(".CodeMirror");
  editor.eachLine((line) => {
    if (line.gutterMarkers?.gutterErrorBar !== icon) return;
    const { state } = editor.getTokenAt(
      { line: editor.getLineNumber(line), ch: line.text.length },
      true,
    );
    const expected = state.errorMsg ?? state.possibleCurrent?.join("  ");
    if (expected) icon.title += ` ${state.errorMsg ? "" : word("Expected:")} ${expected}`;
  });
}
