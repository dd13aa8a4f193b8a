// YASGUI has the button that adds a tab within the list of tabs, where only tabs may be: who
// does not see the list would be told of a tab too many. So another button stands beside it.

import { element } from "./page.js";

/** Takes the button out of the list of tabs of an editor. */
export function tidyTabs(place) {
  const list = place.querySelector(".tabsList");
  const theirs = list.querySelector(".addTab");
  const ours = theirs.cloneNode(true);
  ours.type = "button";
  ours.addEventListener("click", () => theirs.click());
  theirs.parentElement.hidden = true;
  const bar = element("div", { className: "tabsBar" });
  list.before(bar);
  bar.append(list, ours);
}
