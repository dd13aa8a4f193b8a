// What went wrong, as the server's problem document tells it, and where in the query.
// Spec: https://www.rfc-editor.org/rfc/rfc9457

import { element, word } from "./page.js";

/** Makes a renderer of errors for YASR; `editorOf` gives the editor whose query failed. */
export function problemRenderer(editorOf) {
  return async ({ text }) => {
    const problem = parse(text);
    const { line, column } = problem;
    const shown = element(
      "div",
      { className: "problem" },
      element("p", {}, element("strong", {}, problem.title)),
    );
    shown.setAttribute("role", "alert");
    if (line) {
      const go = element(
        "button",
        { type: "button", className: "plain" },
        word("Line {line}, column {column}", { line, column }),
      );
      go.addEventListener("click", () => goTo(editorOf(), line, column));
      shown.append(element("p", {}, go));
      mark(editorOf(), line);
    }
    shown.append(element("pre", {}, problem.detail));
    return shown;
  };
}

function parse(text) {
  try {
    const { title, detail, line, column } = JSON.parse(text);
    if (detail) return { title, detail, line, column };
  } catch {
    // no problem document: the server was not reached, or something between answered
  }
  if (/abort/i.test(text)) return { title: word("The query was stopped."), detail: "" };
  return { title: word("The server did not answer."), detail: text ?? "" };
}

function goTo(editor, line, column) {
  editor.focus();
  editor.getDoc().setCursor({ line: line - 1, ch: column - 1 });
}

/** Mark a line until the query is changed. */
function mark(editor, line) {
  const marked = editor.addLineClass(line - 1, "background", "failed");
  const unmark = () => {
    editor.removeLineClass(marked, "background", "failed");
    editor.off("change", unmark);
  };
  editor.on("change", unmark);
}
