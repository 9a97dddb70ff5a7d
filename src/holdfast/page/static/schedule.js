/** The ally's schedule as tables of knots: a level on a date, and a straight line between. */
import { button, h } from "holdfast/dom";
import { dayOf, dayText } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Knots} Knots */

/**
 * @param {Store} store
 * @param {(series: Record<string, Knots>) => void} change
 */
export function scheduleTables(store, change) {
  const { theatre } = store.state;
  const tables = theatre.series.map((series) => {
    const { key, words, unit, low, high } = series;
    const body = h("tbody");
    const state = h("span", { class: "note" });
    const problem = h("p", { class: "problem", role: "status" });
    const now = () => store.state.asked.series[key] ?? series.knots;

    /** @param {Knots} knots */
    function give(knots) {
      const ordered = [...knots].sort((p, q) => p[0] - q[0]);
      const days = ordered.map((knot) => knot[0]);
      const wrong = days.some((day) => Number.isNaN(day)) ? "A row has no date."
        : new Set(days).size < days.length ? "Two rows have the same date; change one."
          : ordered.some(([, level]) => !(level >= low && level <= high)) ? `A level must lie between ${low} and ${high}.` : "";
      problem.textContent = wrong;
      if (wrong) return;
      const same = JSON.stringify(ordered) === JSON.stringify(series.knots);
      const { [key]: _, ...others } = store.state.asked.series;
      change(same ? others : { ...others, [key]: ordered });
    }
    /** @param {number} i @param {number} day @param {number} level */
    const put = (i, day, level) => give(now().map((knot, k) => (k === i ? /** @type {[number, number]} */ ([day, level]) : knot)));

    /** @type {Knots|null} */
    let drawn = null;
    function show() {
      const knots = now();
      if (knots === drawn) return;
      drawn = knots;
      problem.textContent = "";
      body.replaceChildren(...knots.map(([day, level], i) => {
        const date = h("input", { type: "date", value: dayText(theatre, day), "aria-label": `${words}: date of row ${i + 1}` });
        const amount = h("input", { type: "number", value: level, min: low, max: high, step: "any", "aria-label": `${words}: level of row ${i + 1}` });
        const changed = () => put(i, dayOf(theatre, date.value), amount.value === "" ? NaN : Number(amount.value));
        date.addEventListener("change", changed);
        amount.addEventListener("change", changed);
        const away = button("×", () => give(knots.filter((_, k) => k !== i)), { "aria-label": `Remove row ${i + 1} of ${words}` });
        away.disabled = knots.length < 2;
        return h("tr", {}, h("td", {}, date), h("td", {}, amount), h("td", {}, away));
      }));
      state.textContent = key in store.state.asked.series ? " (changed)" : "";
    }
    function add() {
      const knots = now();
      const taken = new Set(knots.map((knot) => knot[0]));
      let day = store.state.day;
      while (taken.has(day)) day++;
      const before = knots.filter((knot) => knot[0] < day).at(-1) ?? knots[0];
      give([...knots, [day, before?.[1] ?? low]]);
    }
    const node = h("details", { "data-series": key }, h("summary", {}, words, state),
      h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Date"), h("th", { scope: "col" }, `Level (${unit})`), h("td"))), body), problem,
      h("p", { class: "buttons" }, button("Add the day on show", add), button("As in the record", () => give(series.knots))));
    return { node, show };
  });
  return { node: h("div", {}, ...tables.map(({ node }) => node)), show: () => tables.forEach((table) => table.show()) };
}
