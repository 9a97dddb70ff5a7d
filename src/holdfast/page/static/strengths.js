/** One row for each explanation: on or off, how strong, and what it says, with what would prove it wrong. */
import { button, h } from "holdfast/dom";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Mechanism} Mechanism */

const STEPS = 100;

/** @param {number} x */
const short = (x) => String(Number(x.toPrecision(3)));

/**
 * @param {Store} store
 * @param {(strengths: Record<string, number>) => void} change
 */
export function strengthRows(store, change) {
  const { mechanisms, presets, claims } = store.state.theatre;
  const preset = h("select", { id: "preset" }, h("option", { value: "" }, "as moved below"),
    ...presets.map(({ key, words }) => h("option", { value: key }, words)));
  preset.addEventListener("change", () => {
    const found = presets.find(({ key }) => key === preset.value);
    if (found) change(moved(found.strengths));
  });

  /**
   * Only what differs from the fit is asked for: the rest is drawn with its uncertainty.
   * @param {Record<string, number>} strengths
   */
  const moved = (strengths) => Object.fromEntries(mechanisms.filter(({ name, strength }) => name in strengths && strengths[name] !== strength.value)
    .map(({ name }) => [name, strengths[name]]));

  const rows = mechanisms.map((mechanism) => {
    const { name, words, strength } = mechanism;
    const low = Math.min(0, strength.low);
    const step = (strength.high - low) / STEPS;
    const on = h("input", { type: "checkbox" });
    const slider = h("input", { type: "range", min: low, max: strength.high, step, "aria-label": `Strength of ${words}` });
    const shown = h("output");
    let before = strength.value; // to come back to when switched on again
    const give = (/** @type {number} */ value) => change(moved({ ...store.state.asked.strengths, [name]: value }));
    on.addEventListener("change", () => give(on.checked ? before || strength.value || strength.high / 2 : 0));
    slider.addEventListener("input", () => give(near(Number(slider.value), strength.value, step)));

    function show() {
      const value = store.state.asked.strengths[name] ?? strength.value;
      const still = !(name in store.state.asked.strengths);
      if (value !== 0) before = value;
      on.checked = value !== 0;
      slider.value = String(value);
      slider.setAttribute("aria-valuetext", `${short(value)} ${strength.unit}`);
      shown.textContent = short(value);
      row.classList.toggle("moved", !still);
      row.classList.toggle("off", value === 0);
    }
    const row = h("div", { class: "strength", "data-mechanism": name }, h("label", {}, on, ` ${words}`), shown, slider, tip(mechanism, claims));
    return { row, show };
  });

  const reset = button("Reset strengths", () => change({}));
  function show() {
    for (const row of rows) row.show();
    const now = JSON.stringify(Object.entries(store.state.asked.strengths).sort());
    preset.value = presets.find(({ strengths }) => JSON.stringify(Object.entries(moved(strengths)).sort()) === now)?.key ?? "";
    reset.disabled = now === "[]";
  }
  return { node: h("div", {}, h("p", {}, h("label", { for: "preset" }, "Preset "), preset), ...rows.map(({ row }) => row), h("p", {}, reset)), show };
}

/**
 * The fitted value lies between two steps of the slider: beside it means at it.
 * @param {number} x
 * @param {number} fitted
 * @param {number} step
 */
const near = (x, fitted, step) => (Math.abs(x - fitted) < 0.75 * step ? fitted : Number(x.toPrecision(6)));

/**
 * @param {Mechanism} mechanism
 * @param {import("holdfast/decode").Claim[]} claims
 */
function tip({ says, wrong_if, strength, sources, claims: ids, followed, words }, claims) {
  const rows = [["Says", says], ["Wrong if", wrong_if], ["What followed", followed],
    ["Strength", `${short(strength.value)} ${strength.unit}, from ${short(strength.low)} to ${short(strength.high)}; prior ${strength.prior}${strength.reason ? `: ${strength.reason}` : ""}`],
    ["Sources", sources.join(", ")],
    ["Claims", ids.map((id) => { const found = claims.find((claim) => claim.id === id); return found ? `${id}: ${found.says}` : id; }).join(" ")]];
  return h("details", {}, h("summary", { "aria-label": `About ${words}` }, "about"),
    h("dl", {}, ...rows.filter(([, text]) => text).flatMap(([term, text]) => [h("dt", {}, term), h("dd", {}, text)])));
}
