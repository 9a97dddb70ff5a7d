/** The map: a shape for each district, filled by class. A step of the day repaints only what changed. */
import { burnInto } from "holdfast/burn";
import { called, sentence } from "holdfast/chosen";
import { MODES, UNKNOWN, fillOf, patterns } from "holdfast/colours";
import { button, h, s, swatch } from "holdfast/dom";
import { classesOn, lastReport } from "holdfast/shade";
import { buttons } from "holdfast/take";
import { dayText } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Mode} Mode */
/** @typedef {[x: number, y: number]} Place */

const UNSEEN = 255; // no class: no run yet
const SMALL = 14; // units of the picture; cells no larger lie on top of their neighbours
/** @type {Record<string, Place>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const { width, height, borders } = theatre.map ?? { width: 1000, height: 10, borders: "" };
  const figure = h("figure", { "data-figure": "map" });
  const caption = h("figcaption");
  const line = h("p", { class: "chosen", "aria-live": "polite" });
  const modes = modeChoice(store);
  const dots = h("input", { type: "checkbox", checked: store.state.dots });
  const land = s("g", { role: "presentation", stroke: "#8a86a0", "stroke-width": 0.7, "stroke-linejoin": "round" });
  const over = s("g", { "aria-hidden": "true", "pointer-events": "none", fill: "none" });
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "listbox", tabindex: 0, "aria-label":
    "Map of districts. Enter chooses one, arrow keys then move to its neighbours; the table below holds the same numbers." },
  patterns("map", Object.values(MODES).flatMap((mode) => mode.kinds)), land, over);
  const burn = burnInto(svg, width, height);

  /** @type {(SVGPathElement|null)[]} */
  const cells = theatre.districts.map((district, row) => district.path === null ? null : land.appendChild(s("path", {
    d: district.path, id: `cell-${row}`, "data-district": district.id, "data-row": row, "fill-rule": "evenodd",
    role: "option", "aria-label": called(district), "aria-selected": "false", fill: UNKNOWN })));
  const captures = theatre.districts.map((district) => district.mark && district.record.length ? s("circle", {
    cx: district.mark[0], cy: district.mark[1], r: 4.5, fill: "#fff", stroke: "#000", "stroke-width": 1.6, visibility: "hidden" }) : null);
  const outline = (/** @type {string} */ stroke, /** @type {number} */ wide, /** @type {string|null} */ name = null) => s("path", { stroke, "stroke-width": wide,
    "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round", class: name });
  const rings = [outline("#000", 5.5, "selection"), outline("#fff", 2, "selection")];
  over.append(...[outline("#fff", 2.4), outline("#222", 1.1)].map((path) => { path.setAttribute("d", borders); return path; }),
    ...captures.filter((dot) => dot !== null), ...rings);

  const shapeless = theatre.districts.map((district, row) => ({ district, row })).filter(({ district }) => district.path === null);
  const chips = shapeless.map(({ district, row }) => {
    const patch = swatch(UNKNOWN);
    const chip = button("", () => choose(row), { class: "chip", title: called(district), "data-district": district.id, "aria-pressed": "false" });
    chip.append(patch, district.name);
    return { row, chip, patch };
  });
  const aside = h("div", { class: "chips" }, h("span", {}, `${shapeless.length} counted, not drawn:`), ...chips.map(({ chip }) => chip));

  const drawn = new Uint8Array(cells.length).fill(UNSEEN);
  /** @type {Mode} */
  let drawnMode = store.state.mode;

  function paint() {
    const { mode, day } = store.state;
    const now = classesOn(store.state);
    const { kinds } = MODES[mode];
    const afresh = mode !== drawnMode;
    drawnMode = mode;
    for (let row = 0; row < drawn.length; row++) {
      const kind = now ? now[row] : UNSEEN;
      if (!afresh && kind === drawn[row]) continue;
      drawn[row] = kind;
      const cell = cells[row];
      if (!cell) continue;
      cell.setAttribute("fill", kinds[kind] ? fillOf("map", kinds[kind]) : UNKNOWN);
      if (kinds[kind]?.dashed) {
        for (const [key, value] of Object.entries({ stroke: kinds[kind].colour, "stroke-width": 2, "stroke-dasharray": "5 3" })) cell.setAttribute(key, String(value));
      } else if (cell.hasAttribute("stroke")) {
        for (const key of ["stroke", "stroke-width", "stroke-dasharray"]) cell.removeAttribute(key);
      }
    }
    for (const { row, patch } of chips) patch.style.background = kinds[drawn[row]]?.colour ?? UNKNOWN;
    const marked = store.state.dots && mode !== "record";
    captures.forEach((dot, row) => {
      if (!dot) return;
      const want = marked && lastReport(theatre.districts[row], day)?.to === "insurgent" ? "visible" : "hidden";
      if (dot.getAttribute("visibility") !== want) dot.setAttribute("visibility", want);
    });
    tell();
  }

  function tell() {
    const { a, day, mode, chosen } = store.state;
    burn([dayText(theatre, day), ...(mode === "record" ? ["The record, not simulated", theatre.scenario] : a ? ["Simulated", `run ${a.id}`] : ["No run yet"])]);
    caption.textContent = `${MODES[mode].words}, ${dayText(theatre, day)}${mode === "record" ? "" : " (simulated)"}${theatre.map?.caption ? `; ${theatre.map.caption}` : ""}`;
    const words = chosen === null ? "Choose a district on the map, by name, or in the table." : sentence(store.state, chosen);
    line.setAttribute("aria-live", store.state.playing ? "off" : "polite"); // playing would speak without end
    if (line.textContent !== words) line.textContent = words;
  }

  function ring() {
    const { chosen } = store.state;
    for (const path of rings) path.setAttribute("d", (chosen !== null && theatre.districts[chosen].path) || "");
    svg.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    const cell = chosen === null ? null : cells[chosen];
    cell?.setAttribute("aria-selected", "true");
    if (cell) svg.setAttribute("aria-activedescendant", cell.id);
    else svg.removeAttribute("aria-activedescendant");
    for (const { row, chip } of chips) chip.setAttribute("aria-pressed", String(row === chosen));
    tell();
  }

  const choose = (/** @type {number} */ row) => store.set({ chosen: row });
  const rowAt = (/** @type {Event} */ event) => event.target instanceof SVGPathElement && event.target.dataset.row ? Number(event.target.dataset.row) : null;
  svg.addEventListener("click", (event) => { const row = rowAt(event); if (row !== null) choose(row); });
  const tip = s("title");
  svg.addEventListener("pointerover", (event) => {
    const row = rowAt(event);
    if (row === null) return tip.remove();
    tip.textContent = sentence(store.state, row);
    cells[row]?.append(tip);
  });
  svg.addEventListener("pointerleave", () => tip.remove());
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { chosen } = store.state;
    const next = event.key === "Enter" && chosen === null ? nearest([width / 2, height / 2])
      : chosen !== null && ARROWS[event.key] ? neighbour(chosen, ARROWS[event.key]) : null;
    if (event.key === "Escape" && chosen !== null) store.set({ chosen: null });
    else if (next !== null) choose(next);
    else if (chosen === null || !ARROWS[event.key]) return;
    event.preventDefault(); // or the page would scroll, and the day move
  });

  /** @param {Place} place */
  function nearest(place) {
    return best((mark) => Math.hypot(mark[0] - place[0], mark[1] - place[1]));
  }
  /**
   * The near one that lies most nearly in that direction.
   * @param {number} row
   * @param {Place} way
   */
  function neighbour(row, way) {
    const here = theatre.districts[row].mark;
    if (!here) return nearest([width / 2, height / 2]);
    return best((mark) => {
      const [x, y] = [mark[0] - here[0], mark[1] - here[1]];
      const far = Math.hypot(x, y), along = x * way[0] + y * way[1];
      return along > 0.7 * far ? far * far / along : Infinity;
    });
  }
  /** @param {(mark: Place) => number} cost */
  function best(cost) {
    /** @type {number|null} */
    let found = null;
    let least = Infinity;
    theatre.districts.forEach(({ mark }, row) => {
      const now = mark ? cost(mark) : Infinity;
      if (now < least) [least, found] = [now, row];
    });
    return found;
  }

  dots.addEventListener("change", () => store.set({ dots: dots.checked }));
  figure.append(caption, svg);
  node.append(h("div", { class: "bar" }, modes, h("label", {}, dots, " record's captures")), figure, line, shapeless.length ? aside : "");
  figure.append(buttons(figure, () => csv(store)));
  for (const cell of cells) if (cell && isSmall(cell)) land.append(cell); // or a neighbour might lie over it
  store.on(["a", "b", "day", "mode", "dots"], paint);
  store.on(["chosen", "playing"], ring);
  paint();
  ring();
}

/** @param {SVGPathElement} cell */
function isSmall(cell) {
  const box = cell.getBBox();
  return Math.max(box.width, box.height) <= SMALL;
}

/**
 * The map of this day as rows.
 * @param {Store} store
 */
function csv({ state }) {
  const now = classesOn(state), n = state.theatre.districts.length;
  return [["district", "name", "province", "date", "shown", "class", "percent of wars fallen in A", "in B"],
    ...state.theatre.districts.map((district, row) => [district.id, district.name, district.province, dayText(state.theatre, state.day),
      MODES[state.mode].words, now ? MODES[state.mode].kinds[now[row]].words : null,
      state.a ? state.a.fallen[state.day * n + row] : null, state.b ? state.b.fallen[state.day * n + row] : null])];
}

/** @param {Store} store */
function modeChoice(store) {
  const choice = h("select", {}, ...Object.entries(MODES).map(([key, mode]) => h("option", { value: key }, mode.words)));
  choice.addEventListener("change", () => store.set({ mode: /** @type {Mode} */ (choice.value) }));
  const show = () => {
    choice.value = store.state.mode;
    for (const option of choice.options) if (option.value === "ab") option.disabled = !store.state.b;
  };
  store.on(["mode", "b"], show);
  show();
  return h("label", {}, "Map shows ", choice);
}
