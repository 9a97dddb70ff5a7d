/** How much of what fell each explanation accounts for, where the scenario has been explained. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Verdicts} Verdicts */
/** @typedef {Verdicts["rows"][number]} Row */

import { figure, textWidth, ticks } from "holdfast/chart";
import { INK } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { number, percent, spoken } from "holdfast/words";

const LINE = 15;

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { verdicts, scenario } = store.state.theatre;
  node.append(h("h2", {}, "What accounts for what fell"));
  if (!verdicts) {
    node.append(h("p", { class: "note" }, "Not measured yet. To have each explanation's share of the districts lost, with its interval, write ", h("code", {}, `holdfast explain ${scenario}`), "."));
    return;
  }
  const csv = () => [["group", "share", "share_low", "share_high", "alone", "last", "strength", "strength_low", "strength_high"],
    ...verdicts.rows.map((r) => [r.group.join(" + "), ...r.share, r.alone, r.last, ...(r.strength ?? [null, null, null])]),
    ["ground", ...verdicts.ground, null, null, null, null, null]];
  const made = figure(store, [], { name: "verdicts", csv, draw: (width) => draw(width, verdicts) });
  made.caption.append("Share of the districts lost, with its 90% interval, over all orders in which explanations could be switched on, in worlds with the same dice. Inside the model, given its priors and the record: no cause found in the world, and no winner.");
  node.append(
    h("p", {}, `From ${verdicts.known}, over ${number(verdicts.worlds)} matched worlds.`),
    h("p", { class: "note" }, verdicts.confusion
      ? "Explanations joined by + could not be told apart on wars whose truth is known, and are reported as one."
      : "What is confused with what has not been measured: each explanation stands alone here, and may owe its share to one like it."),
    made.node,
    h("details", {}, h("summary", {}, "In numbers"), table(verdicts)));
}

/** @param {Row} row */
const nameOf = (row) => row.group.map(spoken).join(" + ");

/**
 * @param {number} width
 * @param {Verdicts} verdicts
 */
function draw(width, verdicts) {
  const rows = [...verdicts.rows.map((r) => ({ words: nameOf(r), share: r.share, ground: false })),
    { words: "the ground: what falls without any of them", share: verdicts.ground, ground: true }];
  const most = Math.min(width * 0.4, Math.max(...rows.map((r) => textWidth(r.words)))) + 8;
  const low = Math.min(0, ...rows.map((r) => r.share[1])), high = Math.max(0.05, ...rows.map((r) => r.share[2]));
  const x = (/** @type {number} */ v) => most + ((v - low) / (high - low)) * (width - most - 42);
  const laid = rows.map((r) => ({ ...r, lines: wrap(r.words, most - 8) }));
  const height = laid.reduce((sum, r) => sum + r.lines.length * LINE + 10, 0) + 24;
  const svg = s("svg", { class: "chart", role: "img", width, height, viewBox: `0 0 ${width} ${height}`, "font-size": 12, "font-family": "system-ui, sans-serif", fill: "#333",
    "aria-label": `Share of the districts lost by explanation, simulated: ${rows.map((r) => `${r.words} ${percent(100 * r.share[0])}`).join(", ")}.` });
  for (const v of ticks(low, high)) svg.append(s("path", { d: `M${x(v)} 0V${height - 20}`, stroke: v === 0 ? "#555" : "#e4e4e4" }),
    s("text", { x: x(v), y: height - 6, "text-anchor": "middle" }, `${Math.round(100 * v)}%`.replace("-", "−")));
  let y = 2;
  for (const { lines, share: [middle, from, to], ground } of laid) {
    const half = (lines.length * LINE) / 2;
    lines.forEach((words, i) => svg.append(s("text", { x: most - 8, y: y + 12 + i * LINE, "text-anchor": "end" }, words)));
    svg.append(s("rect", { x: Math.min(x(0), x(middle)), y: y + half - 7, width: Math.abs(x(middle) - x(0)), height: 14, fill: ground ? "#b5b5b5" : "#8177b2" }),
      s("path", { d: `M${x(from)} ${y + half}H${x(to)}M${x(from)} ${y + half - 4}v8M${x(to)} ${y + half - 4}v8`, stroke: INK }),
      s("text", { x: Math.max(x(to), x(0)) + 5, y: y + half + 4 }, `${Math.round(100 * middle)}%`.replace("-", "−")));
    y += lines.length * LINE + 10;
  }
  return svg;
}

/** @param {string} words @param {number} room */
function wrap(words, room) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && textWidth(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** @param {Verdicts} verdicts */
function table(verdicts) {
  const share = (/** @type {number|null} */ v) => (v === null ? "" : `${Math.round(100 * v)}%`.replace(/^-0/, "0"));
  const range = (/** @type {readonly number[]|null} */ t, /** @type {(v: number) => string} */ told) => (t ? `${told(t[0])} (${told(t[1])} to ${told(t[2])})` : "");
  const cells = (/** @type {string[]} */ [name, ...rest]) => h("tr", {}, h("th", { scope: "row" }, name), ...rest.map((words) => h("td", {}, words)));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Shares and strengths of the explanations" },
    h("table", {}, h("caption", {}, "Share: of the districts lost. Alone: with it and no other. Last in: what is lost without it. Strength: as fitted, in its own unit."),
      h("thead", {}, h("tr", {}, ...["Explanation", "Share (90%)", "Alone", "Last in", "Strength (90%)"].map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...verdicts.rows.map((r) => cells([nameOf(r), range(r.share, share), share(r.alone), share(r.last), range(r.strength, (v) => v.toFixed(1))])),
        cells(["the ground", range(verdicts.ground, share), "", "", ""]))));
}
