/** What is simulated: explanations, the ally's schedule, seed and wars; and the run kept as B. */
import { button, h } from "holdfast/dom";
import { plainAsk } from "holdfast/link";
import { makeRuns } from "holdfast/live";
import { scheduleTables } from "holdfast/schedule";
import { strengthRows } from "holdfast/strengths";
import { number, wars } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Run} Run */
/** @typedef {import("holdfast/decode").Asked} Asked */

const PAUSE = 600; // a slider on the move asks once, when it rests

/**
 * @param {HTMLElement} node
 * @param {Store} store
 * @returns {import("holdfast/live").Runs|null} null in a report
 */
export function mount(node, store) {
  const { live, theatre } = store.state;
  const runs = live ? makeRuns(store) : null;
  const auto = h("input", { type: "checkbox", checked: true });
  let timer = 0;

  /** @param {Partial<Asked>} patch */
  function change(patch) {
    store.set({ asked: { ...store.state.asked, ...patch } });
    clearTimeout(timer);
    if (auto.checked) timer = window.setTimeout(run, PAUSE);
  }
  function run() {
    clearTimeout(timer);
    runs?.ask(store.state.asked);
  }

  const strengths = strengthRows(store, (strengths) => change({ strengths }));
  const schedule = scheduleTables(store, (series) => change({ series }));
  const seed = whole("seed", theatre.limits.seed, (value) => change({ seed: value }));
  const members = whole("members", theatre.limits.members, (value) => change({ members: value }));
  const set = h("select", { id: "set" }, h("option", { value: "default" }, "the scenario's own"), h("option", { value: "prior" }, "before any record (prior)"));
  set.addEventListener("change", () => change({ set: set.value === "prior" ? "prior" : "default" }));

  const status = h("p", { class: "status", "aria-live": "polite" });
  const bar = h("progress", { "aria-label": "Wars fought", max: 1, value: 0 });
  const again = button("Run again", run, { class: "strong" });
  const halt = button("Stop", () => runs?.stop());
  const plain = plainAsk(theatre);
  const keep = button("Keep as B", () => {
    const { a } = store.state;
    if (a) store.set({ b: a, askedB: askedOf(a, plain) });
  });
  const swap = button("Swap A and B", () => {
    const { a, b } = store.state;
    if (a && b) store.set({ a: b, b: a, asked: askedOf(b, plain), askedB: askedOf(a, plain) });
  });
  const drop = button("Drop B", () => store.set({ b: null, askedB: null, mode: store.state.mode === "ab" ? "fallen" : store.state.mode }));
  const beside = h("p", { class: "note" });

  const fields = h("fieldset", { class: "quiet", disabled: !live }, h("legend", {}, "Explanations"), strengths.node);
  const world = h("fieldset", { class: "quiet", disabled: !live }, h("legend", {}, "The ally's schedule"), schedule.node);
  const luck = h("fieldset", { class: "quiet", disabled: !live }, h("legend", {}, "Wars"), h("div", { class: "grid" },
    h("label", { for: "seed" }, "Seed"), seed, h("label", { for: "members" }, "Wars"), members, h("label", { for: "set" }, "Parameters"), set));
  node.append(h("h2", {}, live ? "What is simulated" : "What was simulated"));
  if (live) node.append(h("div", { class: "run" }, h("div", { class: "buttons" }, again, halt), h("label", {}, auto, " run on change"), status, bar));
  else node.append(h("p", { class: "note" }, "A report is read only. “holdfast serve” opens the same page with the controls at work."));
  // Draws of a fit have no one strength: the scenario's own would be a wrong number.
  const drawn = !live && !store.state.a?.asked;
  node.classList.toggle("drawn", drawn);
  if (drawn) node.append(h("p", { class: "note" }, `Strengths: ${store.state.a?.parameters}${store.state.a?.world ? `; ${store.state.a.world}` : ""}.`));
  node.append(h("div", { class: "buttons" }, live ? keep : "", swap, live ? drop : ""), beside, fields, world, luck);

  function showAsked() {
    const { asked } = store.state;
    strengths.show();
    schedule.show();
    if (document.activeElement !== seed) seed.value = String(asked.seed);
    if (document.activeElement !== members) members.value = String(asked.members);
    set.value = asked.set;
  }
  function showRun() {
    const { a, b, busy } = store.state;
    status.textContent = busy ? (busy.members ? `${number(busy.members)} of ${wars(busy.of)}` : "Starting the wars")
      : a ? `${wars(a.members)}${a.members < a.of ? ` of ${number(a.of)}, stopped` : ""}, ${a.seconds.toFixed(1)} s` : "No run yet.";
    bar.hidden = !busy;
    bar.value = busy ? busy.members / Math.max(busy.of, 1) : 0;
    halt.disabled = !busy;
    keep.disabled = !a || a.members < a.of;
    swap.hidden = drop.hidden = !b;
    swap.disabled = Boolean(busy);
    beside.textContent = b ? `B is run ${b.id}${b.world ? `, ${b.world}` : ""}. ${diceWords(a, b)}` : "";
  }
  store.on(["asked"], showAsked);
  store.on(["a", "b", "busy"], showRun);
  showAsked();
  showRun();
  return runs;
}

/**
 * Whether the difference between two runs is their rules or also their luck.
 * @param {Run|null} a
 * @param {Run} b
 */
export function diceWords(a, b) {
  if (!a) return "";
  if (a.seed !== b.seed) return `Seeds differ (${a.seed} and ${b.seed}): part of the difference is luck.`;
  return a.members === b.members ? `Same seed (${a.seed}): the same dice in both, so the difference is the rules and not luck.`
    : `Same seed (${a.seed}), but ${wars(a.members)} against ${number(b.members)}: part of the difference is luck.`;
}

/**
 * What a run was asked, made whole.
 * @param {Run} run
 * @param {Asked} otherwise
 * @returns {Asked}
 */
export const askedOf = (run, otherwise) => ({ ...otherwise, seed: run.seed, members: run.of, strengths: {}, series: {}, ...(run.asked ?? {}) });

/**
 * @param {string} id
 * @param {readonly [number, number]} limits
 * @param {(value: number) => void} change
 */
function whole(id, [min, max], change) {
  const field = h("input", { type: "number", id, min, max, step: 1, inputmode: "numeric" });
  field.addEventListener("change", () => {
    if (field.reportValidity() && field.value !== "") change(Number(field.value));
  });
  return field;
}
