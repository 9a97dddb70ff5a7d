/** The record beside the wars: what the model is known to get wrong, and tracker by tracker what lies inside its band. */
import { h } from "holdfast/dom";
import { number } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Beside} Beside */

/**
 * What studies found wrong on this war, and whether the set in use makes its own war.
 * @param {Store} store
 */
export function knownWrong({ state: { a, theatre } }) {
  const told = a?.known_wrong ?? theatre.known_wrong ?? [];
  return [...(a?.warning ? [h("p", { class: "problem" }, a.warning)] : []),
    ...(told.length ? [h("h3", {}, "What this model is known to get wrong"), h("ul", { class: "facts" }, ...told.map((words) => h("li", {}, words)))] : []),
    ...(a?.parameters_more ? [h("p", { class: "note" }, `This set: ${a.parameters}; ${a.parameters_more}.`)] : [])];
}

/**
 * Hits of each tracker, with the width of the band that was hit: a band that is wide enough is always right.
 * @param {Store} store
 */
export function insideBands({ state: { a } }) {
  if (!a?.beside) {
    const rows = a?.inside ?? [];
    return rows.length ? [h("p", { class: "note" }, `Rows of the record inside the 90% band, each tracker by its own rule: ${rows.map(([title, n, of]) => `${title} ${n} of ${of}`).join("; ")}.`)] : [];
  }
  return [h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The record beside the wars" },
    h("table", {}, h("caption", {}, "Each tracker by its own rule. Width: of the band, in percent of all districts. “At least” rows and claims are shown, and are no hits."),
      h("thead", {}, h("tr", {}, ...["Tracker", "Inside 90%", "Fitted to", "Width", "At least", "Claims"].map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...a.beside.map(row)))),
  h("p", { class: "note" }, a.in_sample?.words ?? "")];
}

/** @param {Beside} b */
const row = (b) => h("tr", {}, h("th", { scope: "row" }, b.title), h("td", {}, b.rows ? `${b.inside} of ${b.rows}` : ""), h("td", {}, b.fitted ? `${b.fitted}*` : ""),
  h("td", {}, b.width === null ? "" : `${number(100 * b.width)}%`), h("td", {}, b.at_least ? `${b.at_least_agree} of ${b.at_least} agree` : ""), h("td", {}, b.claims || ""));
