/** A against B: where the chance differs most on the day on show, and the nation on the last day. */
import { called } from "holdfast/chosen";
import { MODES, abColour } from "holdfast/colours";
import { diceWords } from "holdfast/controls";
import { button, h, s } from "holdfast/dom";
import { buttons } from "holdfast/take";
import { dayText, number, percent } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/store").Run} Run */

const MOST = 12;
const LINE = 20;
const LEFT = 190;
const WIDTH = 640;

const ORDER = "B is the run that was kept, mostly the world as it was; A is the one on show, mostly the changed one. A − B says what the change did: below nought, fewer in A.";

/** @param {number} points */
const signed = (points) => `${points > 0 ? "+" : points < 0 ? "−" : ""}${number(Math.abs(points))}`;

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const svg = s("svg", { role: "img", viewBox: `0 0 ${WIDTH} ${MOST * LINE + 28}` });
  const caption = h("figcaption");
  const figure = h("figure", { "data-figure": "compare" }, caption, svg);
  figure.append(buttons(figure, () => csv(store.state)));
  const places = h("tbody");
  const nation = h("tbody");
  const told = h("p", { class: "note" });
  node.append(h("h2", {}, "A against B"), told, button("Show on the map", () => store.set({ mode: "ab" })), figure,
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Largest differences" },
      table("Districts that differ most, in percent of the wars", ["District", "A", "B", "A − B"], places)),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The nation in A and B" },
      table("The nation on the last day, medians of the wars", ["", "A", "B", "A − B"], nation)));

  function drawDay() {
    const { a, b, day, theatre } = store.state;
    if (!a || !b) return;
    const rows = differences(store.state).slice(0, MOST);
    caption.textContent = `Chance of having fallen by ${dayText(theatre, day)}: the ${rows.length} districts that differ most. Simulated, runs ${a.id} (A) and ${b.id} (B).`;
    svg.setAttribute("aria-label", caption.textContent);
    svg.replaceChildren(...picture(rows, theatre));
    places.replaceChildren(...rows.map(({ row, inA, inB, points }) => h("tr", {},
      h("td", {}, button(called(theatre.districts[row]), () => store.set({ chosen: row }), { class: "plain" })),
      h("td", {}, percent(inA)), h("td", {}, percent(inB)), h("td", {}, signed(points)))));
  }
  function drawRuns() {
    const { a, b } = store.state;
    node.hidden = !a || !b;
    if (!a || !b) return;
    told.textContent = `${ORDER} ${diceWords(a, b)} A is ${a.id}${a.world ? ` (${a.world})` : ""}; B is ${b.id}${b.world ? ` (${b.world})` : ""}.`;
    nation.replaceChildren(...outcomes(store.state).map(([words, inA, inB]) => h("tr", {},
      h("td", {}, words), h("td", {}, number(inA)), h("td", {}, number(inB)), h("td", {}, signed(inA - inB)))));
    drawDay();
  }
  store.on(["a", "b"], drawRuns);
  store.on(["day"], drawDay);
  drawRuns();
}

/**
 * @param {string} words
 * @param {string[]} heads
 * @param {HTMLTableSectionElement} body
 */
const table = (words, heads, body) => h("table", {}, h("caption", {}, words), h("thead", {}, h("tr", {}, ...heads.map((head) => head ? h("th", { scope: "col" }, head) : h("td")))), body);

/**
 * Every district that differs, the most first.
 * @param {Readonly<State>} state
 */
function differences({ theatre, a, b, day }) {
  const n = theatre.districts.length;
  return theatre.districts.map((_, row) => {
    const inA = a?.fallen[day * n + row] ?? 0, inB = b?.fallen[day * n + row] ?? 0;
    return { row, inA, inB, points: inA - inB };
  }).filter(({ points }) => points !== 0).sort((p, q) => Math.abs(q.points) - Math.abs(p.points));
}

/**
 * What both runs counted.
 * @param {Readonly<State>} state
 * @returns {[string, number, number][]}
 */
function outcomes({ theatre, a, b }) {
  if (!a || !b) return [];
  const title = (/** @type {string} */ key) => theatre.trackers.find((tracker) => tracker.key === key)?.title ?? key;
  const words = (/** @type {Run["curves"][number]} */ curve) => curve.of === "capitals_held" ? "Provincial capitals held by insurgents"
    : `Districts ${{ districts_held: "held by insurgents", captured: "captured", contested: "contested" }[curve.of] ?? curve.of}, as ${title(curve.tracker)} counts`;
  const curves = a.curves.flatMap((curve) => {
    const same = b.curves.find((other) => other.tracker === curve.tracker && other.of === curve.of);
    return same ? [/** @type {[string, number, number]} */ ([words(curve), curve.bands[2].at(-1) ?? 0, same.bands[2].at(-1) ?? 0])] : [];
  });
  const fates = a.fates.flatMap(([name, inA]) => {
    const same = b.fates.find((other) => other[0] === name);
    return same ? [/** @type {[string, number, number]} */ ([`Soldiers: ${name}`, inA[0], same[1][0]])] : [];
  });
  return [...curves, ...fates, ["Wars of 100 in which the state collapsed", (100 * a.collapsed) / a.members, (100 * b.collapsed) / b.members]];
}

/**
 * A line from B to A for each district.
 * @param {ReturnType<typeof differences>} rows
 * @param {State["theatre"]} theatre
 */
function picture(rows, theatre) {
  const x = (/** @type {number} */ share) => LEFT + 20 + (share / 100) * (WIDTH - LEFT - 40);
  const bottom = Math.max(rows.length, 1) * LINE + 4;
  const type = { "font-size": 12, "font-family": "system-ui, sans-serif", fill: "#333" };
  const ticks = [0, 25, 50, 75, 100].flatMap((share) => [
    s("path", { d: `M${x(share)} 0V${bottom}`, stroke: "#e4e4e4" }),
    s("text", { x: x(share), y: bottom + 16, "text-anchor": "middle", ...type }, `${share}%`)]);
  if (!rows.length) return [...ticks, s("text", { x: LEFT + 24, y: 16, ...type }, `No district differs (within 1 point).`)];
  return [...ticks, ...rows.flatMap(({ row, inA, inB, points }, i) => {
    const y = i * LINE + 14;
    return [
      s("text", { x: LEFT, y: y + 4, "text-anchor": "end", ...type }, theatre.districts[row].name.slice(0, 28)),
      s("path", { d: `M${x(inB)} ${y}H${x(inA)}`, stroke: points < 0 ? MODES.ab.kinds[1].colour : MODES.ab.kinds[5].colour, "stroke-width": 4 }),
      s("circle", { cx: x(inB), cy: y, r: 5, fill: "#fff", stroke: "#333", "stroke-width": 1.5 }, s("title", {}, `B ${inB}%`)),
      s("circle", { cx: x(inA), cy: y, r: 5, fill: abColour(points), stroke: "#333" }, s("title", {}, `A ${inA}%`)),
      ...(i ? [] : [s("text", { x: x(inA) + (points < 0 ? -9 : 9), y: y + 4, "text-anchor": points < 0 ? "end" : "start", ...type }, "A"),
        s("text", { x: x(inB) + (points < 0 ? 9 : -9), y: y + 4, "text-anchor": points < 0 ? "start" : "end", ...type }, "B")]),
    ];
  })];
}

/** @param {Readonly<State>} state */
function csv(state) {
  return [["district", "name", "date", "percent of wars fallen in A", "in B", "A less B"],
    ...differences(state).map(({ row, inA, inB, points }) => [state.theatre.districts[row].id, state.theatre.districts[row].name, dayText(state.theatre, state.day), inA, inB, points])];
}
