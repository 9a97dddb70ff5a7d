/** What the colours of the map mean, how many districts are in each class, and who counts how. */
import { MODES, fillOf, patterns } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { classesOn } from "holdfast/shade";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/colours").Kind} Kind */

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { districts, trackers } = store.state.theatre;
  const says = h("p", { class: "note" });
  const list = h("ul", { class: "kinds", "aria-label": "Classes of the map" });
  const dots = h("li", {}, dot(), h("span", {}, "taken in the record", h("small", {}, " by insurgents, in its last report up to this day")));
  /** @type {HTMLElement[]} */
  let counts = [];

  function draw() {
    const { words, says: meaning, kinds } = MODES[store.state.mode];
    says.replaceChildren(h("b", {}, `${words}. `), meaning);
    counts = kinds.map(() => h("span", { class: "count" }));
    list.replaceChildren(...kinds.map((kind, i) => h("li", {}, patch(kind), h("span", {}, kind.words, kind.says ? h("small", {}, ` ${kind.says}`) : "", " ", counts[i]))), dots);
    mark();
    count();
  }
  function count() {
    const now = classesOn(store.state);
    const found = counts.map(() => 0);
    now?.forEach((kind) => found[kind]++);
    counts.forEach((place, i) => { place.textContent = now ? String(found[i]) : ""; });
  }

  function mark() {
    dots.hidden = !store.state.dots || store.state.mode === "record";
  }

  const lacking = districts.filter((district) => district.path === null);
  node.append(says, list,
    h("p", { class: "note" }, `Small numbers: of ${districts.length} districts, those in each class on this day. `,
      lacking.length ? `No shape: ${lacking.length}, listed below the map and counted everywhere.` : "Every district is drawn.",
      " A district without a white dot may have fallen unseen."),
    h("details", {}, h("summary", {}, "How each tracker counts"), h("dl", {}, ...trackers.flatMap((tracker) => [
      h("dt", {}, tracker.title),
      h("dd", {}, `${tracker.definition} Counts ${tracker.units} districts of the model, ${tracker.total} of its own. `, h("small", {}, tracker.source.replaceAll(";", ", "))),
    ]))));
  store.on(["mode"], draw);
  store.on(["dots"], mark);
  store.on(["a", "b", "day"], count);
  draw();
}

const dot = () => s("svg", { class: "swatch", width: 18, height: 13, "aria-hidden": "true" },
  s("circle", { cx: 9, cy: 6.5, r: 4, fill: "#fff", stroke: "#000", "stroke-width": 1.6 }));

/** @param {Kind} kind */
function patch(kind) {
  const prefix = "legend";
  return s("svg", { class: "swatch", width: 18, height: 13, "aria-hidden": "true" }, patterns(prefix, [kind]),
    s("rect", { width: 18, height: 13, fill: fillOf(prefix, kind), stroke: kind.dashed ? kind.colour : "#777", "stroke-width": kind.dashed ? 3 : 1, "stroke-dasharray": kind.dashed ? "4 2" : null }));
}
