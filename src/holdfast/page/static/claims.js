/** What was said of the war, who said it, and which mechanism carries it here. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Claim} Claim */

import { h } from "holdfast/dom";
import { number, spoken } from "holdfast/words";

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { claims, mechanisms } = store.state.theatre;
  node.append(h("h2", {}, "Claims"));
  if (!claims.length) {
    node.append(h("p", { class: "note" }, "This scenario carries no claims."));
    return;
  }
  const words = new Map(mechanisms.map((m) => [m.name, m.words]));
  const carrier = (/** @type {Claim} */ c) => words.get(c.mechanism) ?? spoken(c.mechanism);
  const rows = [...claims].sort((p, q) => p.id.localeCompare(q.id, "en", { numeric: true })).map((c) => {
    const told = [spoken(c.who), spoken(c.stance), c.says, carrier(c)];
    const cells = told.map((cell) => h("td", {}, cell));
    // A verdict is a sentence: in a column of its own it would be one word wide.
    if (c.verdict) cells[2].append(h("p", { class: "verdict" }, c.verdict.slice(c.verdict.indexOf(": inside") + 2)));
    return { text: [c.id, ...told, c.verdict ?? ""].join(" ").toLowerCase(), tr: h("tr", {}, h("th", { scope: "row" }, c.id), ...cells) };
  });
  const filter = h("input", { type: "search", id: "filter-claims", autocomplete: "off" });
  const shown = h("span", { class: "count", "aria-live": "polite" });
  const head = ["Claim", "Who says it", "Stance", "What", "Carried by"];
  node.append(
    h("p", { class: "note" }, "What the founding article says, with its speakers. A claim is not a finding."),
    h("p", { class: "rule" }, h("label", { for: "filter-claims" }, "Filter"), " ", filter, " ", shown),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of claims" },
      h("table", { class: "claims" },
        h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", { scope: "col" }, cell)))),
        h("tbody", {}, ...rows.map((r) => r.tr)))));
  function search() {
    const wanted = filter.value.trim().toLowerCase();
    for (const { text, tr } of rows) tr.hidden = !text.includes(wanted);
    shown.textContent = `${number(rows.filter((r) => !r.tr.hidden).length)} of ${number(rows.length)} claims`;
  }
  filter.addEventListener("input", search);
  search();
}
