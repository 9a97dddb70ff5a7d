/**
 * Drawing that the charts share: axes with dates, areas, the marks of the record, a key, the cursor of the day.
 * A pixel of the page is a unit of the picture, so that type stays legible at any width.
 *
 * @typedef {import("holdfast/store").Theatre} Theatre
 * @typedef {import("holdfast/store").Store} Store
 * @typedef {import("holdfast/store").State} State
 * @typedef {import("holdfast/decode").Point} Point
 * @typedef {(value: number) => number} Scale
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box edges of the plot
 * @typedef {{words: string, sign: SVGElement, faint?: boolean}} Entry of a key; the sign is drawn around 0, 0
 */
import { INK } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { PAPER, wide } from "holdfast/export";
import { buttons } from "holdfast/take";
import { dateOf, dayShort, dayText, number } from "holdfast/words";

const FONT = 12;
const FAINT = "#a3a3a3";

/** @param {string} text in pixels, at the size of a chart's type */
export const textWidth = (text) => wide(text, FONT);

/**
 * A figure whose picture is drawn anew when the run or the width of the page changes, and never on a scrub.
 * @param {Store} store
 * @param {(keyof State)[]} keys
 * @param {{name: string, csv: () => (string|number|null)[][], draw: (width: number) => SVGSVGElement}} plan
 */
export function figure(store, keys, { name, csv, draw }) {
  let svg = s("svg", { role: "img" });
  const caption = h("figcaption");
  const node = h("figure", { "data-figure": name }, svg, caption);
  node.append(buttons(node, csv));
  let width = 0;
  function redraw() {
    if (width < 40) return; // folded away: drawn when it unfolds
    const next = draw(width);
    svg.replaceWith(next);
    svg = next;
  }
  function measure() {
    const now = Math.floor(node.getBoundingClientRect().width);
    if (now === width) return;
    width = now;
    redraw();
  }
  store.on(keys, redraw);
  new ResizeObserver(measure).observe(node);
  addEventListener("beforeprint", () => {
    width = Math.min(width, PAPER);
    redraw();
  });
  addEventListener("afterprint", measure);
  queueMicrotask(measure); // by then it is in the page, and the first picture there before the page says it is ready
  return { node, caption, redraw };
}

/** Where there is nothing to draw yet. @param {number} width @param {string} words */
export const blank = (width, words) => s("svg", { class: "chart", role: "img", "aria-label": words, width, height: 60, viewBox: `0 0 ${width} 60`, "font-size": FONT, "font-family": "system-ui, sans-serif" },
  s("text", { x: 4, y: 34, fill: "#595959" }, words));

/**
 * Round values for an axis.
 * @param {number} low at most 0
 * @param {number} top
 */
export function ticks(low, top) {
  const reach = Math.max(top - low, 1e-9);
  const unit = 10 ** Math.floor(Math.log10(reach));
  const step = [0.1, 0.2, 0.5, 1, 2].map((k) => k * unit).find((k) => reach / k <= 6) ?? unit;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(top / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

/** @param {Theatre} theatre @param {Scale} x @param {number} edge right end of the plot */
function dates(theatre, x, edge) {
  const months = Array.from({ length: theatre.days }, (_, i) => i).filter((i) => i === 0 || dateOf(theatre, i).getUTCDate() === 1);
  const wanted = months.length < 3 && theatre.days > 1 ? [...months, theatre.days - 1] : months;
  /** @type {{day: number, at: number, words: string, anchor: string}[]} */
  const found = [];
  let [free, told] = [-Infinity, ""];
  for (const day of wanted) {
    const year = dayText(theatre, day).slice(0, 4);
    const words = year === told ? dayShort(theatre, day) : `${dayShort(theatre, day)} ${year}`;
    const wide = textWidth(words);
    const anchor = day === 0 ? "start" : x(day) + wide / 2 > edge ? "end" : "middle";
    const from = x(day) - (anchor === "start" ? 0 : anchor === "end" ? wide : wide / 2);
    if (from < free) continue;
    [free, told] = [from + wide + 8, year];
    found.push({ day, at: x(day), words, anchor });
  }
  return found;
}

/**
 * An empty picture with axes: days to the right, values up, its key on top.
 * @param {Theatre} theatre
 * @param {{width: number, height: number, low?: number, top: number, label: string, entries?: Entry[], right?: number,
 *   below?: number, above?: number, whole?: boolean}} plan `above` and `below` are room kept free over and under the plot
 */
export function frame(theatre, { width, height, low = 0, top, label, entries = [], right = 10, below = 0, above = 0, whole = true }) {
  const values = ticks(low, top).filter((v) => !whole || Number.isInteger(v));
  const told = values.map((v) => (whole ? number(v) : String(v).replace("-", "−")));
  const key = layKey(entries, width);
  /** @type {Box} */
  const box = { left: 10 + Math.max(...told.map(textWidth)), right: width - right, top: key.height + above + 8, bottom: key.height + height - below - 22 };
  /** @type {Scale} */
  const x = (day) => box.left + (day / Math.max(theatre.days - 1, 1)) * (box.right - box.left);
  /** @type {Scale} */
  const y = (value) => box.bottom - ((value - low) / (top - low)) * (box.bottom - box.top);
  const all = key.height + height;
  const svg = s("svg", { class: "chart", role: "img", "aria-label": label, width, height: all, viewBox: `0 0 ${width} ${all}`, "font-size": FONT, "font-family": "system-ui, sans-serif", fill: "#333" });
  const [ground, plot, over] = [s("g"), s("g"), s("g", { "pointer-events": "none" })];
  values.forEach((v, i) => ground.append(
    s("line", { x1: box.left, x2: box.right, y1: y(v), y2: y(v), stroke: v === 0 ? "#555" : "#e4e4e4" }),
    s("text", { x: box.left - 6, y: y(v) + 4, "text-anchor": "end" }, told[i])));
  for (const { at, words, anchor } of dates(theatre, x, width)) ground.append(
    s("line", { x1: at, x2: at, y1: box.bottom, y2: box.bottom + 4, stroke: "#555" }),
    s("text", { x: at, y: box.bottom + 17, "text-anchor": anchor }, words));
  svg.append(key.node, ground, plot, over);
  return { svg, plot, over, x, y, box };
}

/**
 * The signs and words of a key, in as many lines as they need.
 * @param {Entry[]} entries
 * @param {number} width
 */
export function layKey(entries, width) {
  const node = s("g");
  let [at, line] = [0, 0];
  for (const { words, sign, faint } of entries) {
    const wide = 24 + textWidth(words) + 12;
    if (at > 0 && at + wide - 12 > width) [at, line] = [0, line + 1];
    node.append(s("g", { transform: `translate(${at + 9} ${8 + line * 18})` }, sign, s("text", { x: 14, y: 4, fill: faint ? "#6f6f6f" : "#333" }, words)));
    at += wide;
  }
  return { node, height: entries.length ? (line + 1) * 18 : 0 };
}

/** @param {string} colour @param {string} edge */
export const patch = (colour, edge = "none") => s("rect", { x: -8, y: -5, width: 16, height: 10, fill: colour, stroke: edge });
/** @param {string} colour @param {string|null} dash */
export const stroke = (colour, dash = null) => s("path", { d: "M-9 0H9", stroke: colour, "stroke-width": 2.2, "stroke-dasharray": dash });

/**
 * Area between two lines over days.
 * @param {Scale} x @param {Scale} y @param {number[]} days @param {number[]} low @param {number[]} high
 */
export const area = (x, y, days, low, high) =>
  `M${[...days.map((d, i) => pair(x(d), y(low[i]))), ...days.map((d, i) => pair(x(d), y(high[i]))).reverse()].join("L")}z`;

/** @param {Scale} x @param {Scale} y @param {number[]} days @param {number[]} values */
export const line = (x, y, days, values) => `M${days.map((d, i) => pair(x(d), y(values[i]))).join("L")}`;

/** @param {number} x @param {number} y */
const pair = (x, y) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

/** Running sums of layers, the first of them nothing. @param {number[][]} layers */
export const stacked = (layers) => layers.reduce((sums, layer) => [...sums, layer.map((v, i) => v + sums[sums.length - 1][i])], [layers[0].map(() => 0)]);

/**
 * Where in a band its name fits, in the middle of a thick place; null where it is too thin.
 * @param {Scale} x @param {Scale} y @param {number[]} days @param {number[]} low @param {number[]} high @param {string} words @param {Box} box
 * @returns {{x: number, y: number}|null}
 */
export function roomFor(x, y, days, low, high, words, box) {
  const half = textWidth(words) / 2 + 4, middle = (box.left + box.right) / 2;
  const at = (/** @type {number[]} */ edge, /** @type {number} */ px) => {
    const i = Math.max(days.findIndex((d) => x(d) >= px), 1);
    const [from, to] = [x(days[i - 1]), x(days[i])];
    return y(edge[i - 1] + (edge[i] - edge[i - 1]) * ((px - from) / Math.max(to - from, 1e-9)));
  };
  let best = null, most = -Infinity;
  for (let px = x(days[0]) + half; px <= x(days[days.length - 1]) - half; px += 6) {
    const under = [-1, -0.5, 0, 0.5, 1].map((k) => px + k * half);
    const [top, bottom] = [Math.max(...under.map((u) => at(high, u))), Math.min(...under.map((u) => at(low, u)))];
    // Thick enough is enough: then nearer to the middle of the plot is better.
    const score = Math.min(bottom - top, 30) - Math.abs(px - middle) / 20;
    if (bottom - top > 13 && score > most) [best, most] = [{ x: px, y: (top + bottom) / 2 + 4 }, score];
  }
  return best;
}

/** Black or white, whichever is read more easily on a colour. @param {string} colour */
export function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 120 ? INK : "#ffffff";
}

/**
 * A line that follows the day: black inside white, as no colour is seen on every ground.
 * @param {SVGElement} over @param {Scale} x @param {Box} box
 * @returns {(day: number) => void}
 */
export function cursor(over, x, box) {
  const at = { x1: 0, x2: 0, y1: box.top - 4, y2: box.bottom };
  const node = s("g", { class: "cursor" }, s("line", { ...at, stroke: "#fff", "stroke-width": 4 }), s("line", { ...at, stroke: "#000", "stroke-width": 1.4 }));
  over.append(node);
  return (day) => node.setAttribute("transform", `translate(${Math.round(x(day) * 10) / 10} 0)`);
}

const SYMBOLS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-4.5-4.5h9v9h-9z", "M0-6L5.5 4.5h-11z", "M0-6.5L5 0L0 6.5L-5 0z",
  "M0 6L5.5-4.5h-11z", "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M-6-3h12v6h-12z", "M-3-6h6v12h-6z", "M-6-6L6 6V-6L-6 6z", "M-6-6L6-6L-6 6L6 6z"];

/** Symbol of a tracker. @param {number} which @param {boolean} hollow @param {boolean} faint */
export function mark(which, hollow = false, faint = false) {
  const colour = faint ? FAINT : INK;
  return s("path", { d: SYMBOLS[Math.max(which, 0) % SYMBOLS.length], fill: hollow ? "#fff" : colour, stroke: hollow ? colour : "#fff", "stroke-width": hollow ? 1.6 : 0.8 });
}

/**
 * What the record says: a bar where sources of a day differ, hollow where claimed or little sure, an arrow for "at least".
 * @param {SVGElement} plot @param {Scale} x @param {Scale} y @param {Point[]} points
 * A line under it: the set was fitted to this row, so that it is no test.
 * @param {{which: number, faint: boolean, theatre: Theatre, fitted: Set<string>}} how
 */
export function record(plot, x, y, points, { which, faint, theatre, fitted }) {
  const colour = faint ? FAINT : INK;
  for (const day of new Set(points.map((p) => p.day))) {
    const here = points.filter((p) => p.day === day);
    const low = Math.min(...here.map((p) => p.low)), high = Math.max(...here.map((p) => p.high ?? p.low));
    if (high > low) plot.append(s("line", { x1: x(day), x2: x(day), y1: y(low), y2: y(high), stroke: colour, "stroke-width": 2 }));
    for (const p of here) {
      const middle = y((p.low + (p.high ?? p.low)) / 2);
      const node = mark(which, p.hollow, faint);
      node.setAttribute("transform", `translate(${x(day)} ${middle})`);
      const known = p.id !== undefined && fitted.has(p.id);
      node.append(s("title", {}, `${dayText(theatre, day)}: ${p.says}${known ? "; the set was fitted to it" : ""}`));
      if (known) plot.append(s("path", { d: `M${x(day) - 5} ${middle + 8.5}h10`, stroke: colour, "stroke-width": 1.6 }));
      if (p.high === null) plot.append(s("path", { d: `M${x(day)} ${middle - 6}v-9m-3 4l3-4l3 4`, fill: "none", stroke: colour, "stroke-width": 1.4 }));
      plot.append(node);
    }
  }
}
