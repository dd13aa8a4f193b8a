// Puts YASGUI in the place of the form.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { ChartView } from "./chart.js";
import { withDownloads } from "./downloads.js";
import { exampleOf, useExamples } from "./examples.js";
import { MapView } from "./map.js";
import { element, endpoint, form, prefixes, word } from "./page.js";
import { problemRenderer } from "./problem.js";
import { tellSyntaxErrors } from "./syntax.js";
import { TableView } from "./table.js";
import { tidyTabs } from "./tabs.js";
import { completeTerms, declarePrefixes } from "./terms.js";
import { translate } from "./translation.js";

const { Tab, Yasqe, Yasr } = Yasgui;

const REQUEST = {
  ...Yasqe.defaults.requestConfig,
  endpoint: endpoint.href,
  method: "POST",
  acceptHeaderSelect: "application/sparql-results+json",
  acceptHeaderGraph: "text/turtle",
};

const { response, boolean } = Yasr.plugins;
const VIEWS = { table: TableView, chart: ChartView, map: MapView, response, boolean };

declarePrefixes(Yasqe);
completeTerms(Yasqe);
for (const [name, View] of Object.entries(VIEWS)) Yasr.registerPlugin(name, withDownloads(View));
Yasr.defaults.pluginOrder = Object.keys(VIEWS);
Yasr.defaults.errorRenderers = [problemRenderer(() => yasgui.getTab().getYasqe())];

// YASGUI's own link repeats the endpoint and the headers, which nobody but this page may choose.
Tab.prototype.getShareableLink = function () {
  const { selectedPlugin } = this.getPersistedJson().yasr.settings;
  const state = new URLSearchParams({
    query: this.getQuery(),
    tabTitle: this.getName(),
    outputFormat: selectedPlugin ?? "table",
  });
  return `${endpoint.href}#${state.toString().replaceAll("+", "%20")}`;
};

const place = element("div", { id: "editor" });
form.before(place);
translate(place);
tellSyntaxErrors(place);
const yasgui = new Yasgui(place, {
  autofocus: false,
  contextMenuContainer: place,
  copyEndpointOnNewTab: false,
  endpointCatalogueOptions: { getData: () => [] },
  persistenceId: `graphsvc ${endpoint.pathname}`, // publications may share an origin
  populateFromUrl: (tab) => ({ ...tab, requestConfig: REQUEST }),
  requestConfig: REQUEST,
  tabName: word("Query"),
  yasqe: {
    value: form.elements.query.value,
    resizeable: true,
    screenReaderLabel: word("SPARQL query"),
    extraKeys: { Tab: false, "Shift-Tab": false }, // they leave the editor, as anywhere
  },
  yasr: { prefixes, maxPersistentResponseSize: 0 }, // the next release may answer otherwise
});
tidyTabs(place);
form.hidden = true;

function open({ name, query, view }) {
  const tab = {
    name,
    requestConfig: REQUEST,
    yasqe: { value: query },
    yasr: { settings: { selectedPlugin: view } },
  };
  yasgui.addTab(true, tab, { avoidDuplicateTabs: true });
}

useExamples((example) => {
  open(example);
  place.scrollIntoView({ block: "start" });
  yasgui
    .getTab()
    .query()
    .catch(() => {}); // what fails is shown with the results
});
const example = exampleOf(form.dataset.example);
if (example) open(example);
const { opens } = form.dataset; // a name for the query that the server put into the form
if (opens) open({ name: opens, query: form.elements.query.value, view: "table" });
window.addEventListener("hashchange", () => {
  const linked = Yasgui.linkUtils.getConfigFromUrl(Tab.getDefaults(yasgui));
  if (linked)
    yasgui.addTab(true, { ...linked, requestConfig: REQUEST }, { avoidDuplicateTabs: true });
});
