// Solutions as a table that can be filtered, sorted and leafed through.

import { element, icon, word } from "./page.js";
import { brief, compare, show, solutionsOf } from "./solutions.js";

const PAGE_ROWS = 50;

export class TableView {
  priority = 10;
  label = word("Table");

  constructor(yasr) {
    this.yasr = yasr;
  }

  getIcon() {
    return icon("M0 1h16v14H0zM2 5v3h5V5zm7 0v3h5V5zM2 10v3h5v-3zm7 0v3h5v-3z");
  }

  canHandleResults() {
    return solutionsOf(this.yasr).variables.length > 0;
  }

  draw() {
    const { variables, rows } = solutionsOf(this.yasr);
    const view = { variables, rows, found: rows, page: 0, column: -1, isAscending: true };
    const filter = element("input", { type: "search", placeholder: word("Filter the rows") });
    filter.setAttribute("aria-label", word("Filter the rows"));
    view.table = element("table");
    view.pages = element("nav", { className: "pages" });
    view.count = element("span", { className: "note" });
    view.count.setAttribute("role", "status");
    filter.addEventListener("input", () => find(view, filter.value));
    const tools = rows.length > 1 ? [element("p", { className: "tools" }, filter, view.count)] : [];
    const scroll = element("div", { className: "scroll", tabIndex: 0 }, view.table);
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", word("Table"));
    this.yasr.resultsEl.append(...tools, scroll, view.pages);
    fill(view);
  }
}

function find(view, asked) {
  const wanted = asked.toLocaleLowerCase();
  const has = (term) => term && `${term.value} ${brief(term)}`.toLocaleLowerCase().includes(wanted);
  view.found = wanted ? view.rows.filter((row) => row.some(has)) : view.rows;
  view.page = 0;
  sort(view);
}

function sort(view) {
  const { column, isAscending } = view;
  if (column >= 0) {
    const sign = isAscending ? 1 : -1;
    view.found = [...view.found].sort((one, other) => sign * compare(one[column], other[column]));
  }
  fill(view);
}

function fill(view) {
  const { found, page, rows, table } = view;
  const shown = found.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
  const body = shown.map((row) =>
    element("tr", {}, ...row.map((term) => element("td", {}, show(term)))),
  );
  table.replaceChildren(element("thead", {}, heads(view)), element("tbody", {}, ...body));
  view.count.textContent = word("{n} of {total} rows", { n: found.length, total: rows.length });
  if (!rows.length) table.append(element("caption", {}, word("No rows")));
  view.pages.replaceChildren(...leaf(view));
}

function heads(view) {
  const cells = view.variables.map((variable, column) => {
    const button = element("button", { type: "button" }, variable);
    const cell = element("th", { scope: "col" }, button);
    const isSorted = view.column === column;
    cell.ariaSort = isSorted ? (view.isAscending ? "ascending" : "descending") : "none";
    button.addEventListener("click", () => {
      Object.assign(view, { column, isAscending: !isSorted || !view.isAscending, page: 0 });
      sort(view);
      view.table.querySelectorAll("th button")[column].focus();
    });
    return cell;
  });
  return element("tr", {}, ...cells);
}

function leaf(view) {
  const last = Math.ceil(view.found.length / PAGE_ROWS);
  if (last <= 1) return [];
  const turn = (label, page) => {
    const button = element(
      "button",
      { type: "button", disabled: page < 0 || page >= last },
      word(label),
    );
    button.addEventListener("click", () => {
      view.page = page;
      fill(view);
    });
    return button;
  };
  const where = word("Page {number} of {last}", { number: view.page + 1, last });
  return [turn("Previous", view.page - 1), element("span", {}, where), turn("Next", view.page + 1)];
}
