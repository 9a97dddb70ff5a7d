/** Why did it fall? The pressure to leave on one district's garrisons, week by week; or the nation's, as bars. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Run} Run */
/** @typedef {import("holdfast/pushes").Pushes} Pushes */
/** @typedef {import("holdfast/chart").Scale} Scale */
/** @typedef {import("holdfast/chart").Box} Box */

import { area, blank, cursor, figure, frame, inkOn, layKey, line, patch, roomFor, stroke, textWidth, ticks } from "holdfast/chart";
import { GOVERNMENT, INK, INSURGENT, UNEXPLAINED } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { CHANCE, bandsOf, carried, pile, sumOf } from "holdfast/pushes";
import { request, tellProblem } from "holdfast/live";
import { dayShort, dayText, spoken, wars } from "holdfast/words";

const MANNERS = ["negotiated", "abandoned", "taken by assault", "left on order"];
const EVENTS = { insurgent: "captured", government: "retaken" };

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const title = h("h2", {}, "Why did it fall?");
  const told = h("p", { "aria-live": "polite" });
  const facts = h("div");
  /** @type {{key: string, pushes: Pushes}|null} */
  let known = null;
  let problem = "";
  /** @type {AbortController|null} */
  let asking = null;
  /** @type {Map<string, Pushes>} */
  const cache = new Map();
  let follow = (/** @type {number} */ _day) => {};

  const wanted = () => (store.state.a && store.state.chosen !== null ? `${store.state.a.id}/${store.state.a.members}/${store.state.chosen}` : "");

  /** Never draws the answer to another question, however late it comes. */
  async function find() {
    const { a, chosen, live } = store.state;
    const key = wanted();
    asking?.abort();
    asking = null;
    problem = "";
    if (!a || chosen === null || a.push) return show(a?.push && chosen !== null ? { key, pushes: carried(a, chosen, theatre.districts.length) } : null);
    const kept = cache.get(key);
    if (kept || !live) return show(kept ? { key, pushes: kept } : null);
    // While a run grows, the same district's picture of a moment ago stays until the next is there.
    if (known && !sameQuestion(known.key, key)) known = null;
    show(known);
    const mine = asking = new AbortController();
    try {
      const answer = await request(`api/runs/${encodeURIComponent(a.id)}/why/${encodeURIComponent(theatre.districts[chosen].id)}`, { signal: mine.signal });
      const body = await answer.json();
      if (mine.signal.aborted) return;
      if (cache.size >= 100) cache.clear();
      cache.set(key, body);
      show({ key, pushes: body });
    } catch (failure) {
      if (mine.signal.aborted) return;
      problem = "The explanations could not be had; a line at the top says why.";
      tellProblem(store, failure, "The explanations could not be had: ");
      show(null);
    }
  }
  /** @param {{key: string, pushes: Pushes}|null} next */
  function show(next) {
    known = next;
    tell();
    made.redraw();
  }

  /** @param {number} width */
  function draw(width) {
    const { a, chosen } = store.state;
    follow = () => {};
    if (!a) return blank(width, "Waiting for the first wars.");
    if (a.pushers.length < 2) return blank(width, "This run kept no reasons.");
    if (chosen === null) return a.why.length ? nation(width, a.why) : blank(width, "Nothing fell in these wars.");
    if (!known) return blank(width, problem || (store.state.live ? "Asking for the explanations…" : "This report holds no explanations by district."));
    const bands = bandsOf(known.pushes, a.why);
    if (!bands.weeks.length) return blank(width, a.districts[chosen][5] === 0 ? "It was in insurgent hands from the start." : "It fell in none of these wars.");
    const drawn = district(width, store, bands, chosen);
    follow = drawn.follow;
    return drawn.svg;
  }
  function csv() {
    const { a, chosen } = store.state;
    if (chosen === null || !a) return a ? [["explanation", "logits", "q05", "q95"], ...a.why] : [];
    if (!known) return [];
    const { weeks, pushers, push } = known.pushes;
    return [["week_from_day", "date", ...pushers, "sum"], ...weeks.map((day, w) => [day, dayText(theatre, day), ...push[w], sumOf(push[w])])];
  }
  function tell() {
    const { a, chosen } = store.state;
    const d = chosen === null ? null : theatre.districts[chosen];
    title.textContent = d ? `Why did it fall? ${d.name}, ${d.province}` : "Why did they fall?";
    told.textContent = d && a && chosen !== null ? fallOf(store, chosen) : "Over all districts that fell. Choose one, on the map or in the table, for its own weeks.";
    facts.replaceChildren(...(chosen === null ? [] : record(store, chosen)));
  }

  const made = figure(store, [], { name: "why", csv, draw });
  made.caption.append("How hard each explanation pushed soldiers to leave before the first fall, in logits: above 0 towards leaving, below 0 it kept men. Mean over the wars in which it fell. An attribution inside the model, and no proof of causes. What acts through attacks, and not on soldiers, does not show.");
  node.append(title, told, made.node, facts);
  store.on(["a", "chosen"], () => void find());
  store.on(["day"], ({ day }) => follow(day));
  void find();
}

/** @param {string} one @param {string} other */
const sameQuestion = (one, other) => one.replace(/\/\d+\//, "/") === other.replace(/\/\d+\//, "/");

/**
 * @param {number} width
 * @param {Store} store
 * @param {ReturnType<typeof bandsOf>} found
 * @param {number} chosen
 */
function district(width, store, { weeks, bands, sum }, chosen) {
  const { theatre, day } = store.state;
  const piles = pile(bands.map((b) => b.values));
  const [low, top] = [Math.min(0, ...piles.map((p) => p.low)), Math.max(0.5, ...piles.map((p) => p.high))];
  const name = theatre.districts[chosen].name;
  const end = weeks.length - 1;
  const label = `Why ${name} fell, simulated: pressure to leave in logits in the week of ${dayText(theatre, weeks[end])}: ${bands.map((b) => `${b.words} ${b.values[end].toFixed(2)}`).join(", ")}; in sum ${sum[end].toFixed(2)}.`;
  const plan = { width, height: 330, low: low * 1.05, top: top * 1.05, label, above: 22, below: 46, whole: false };
  const bare = frame(theatre, plan);
  const short = (/** @type {string} */ words) => (words === CHANCE ? "chance" : words);
  const rooms = bands.map((b, k) => piles[k].parts.map((p) => roomFor(bare.x, bare.y, weeks, p.low, p.high, short(b.words), bare.box)).find(Boolean));
  const entries = [{ words: "sum, in logits", sign: /** @type {SVGElement} */ (stroke(INK)) },
    ...bands.filter((b, k) => !rooms[k] || b.words === CHANCE).map((b) => ({ words: b.words, sign: patch(b.colour, b.colour === UNEXPLAINED ? "#555" : "none") }))];
  const { svg, plot, over, x, y, box } = frame(theatre, { ...plan, entries });
  bands.forEach((b, k) => {
    const outlined = b.colour === UNEXPLAINED ? { stroke: "#555", "stroke-width": 1 } : { stroke: "#fff", "stroke-width": 0.4 };
    plot.append(s("path", { d: piles[k].parts.map((p) => area(x, y, weeks, p.low, p.high)).join(""), fill: b.colour, "stroke-linejoin": "round", ...outlined }));
    const room = rooms[k];
    if (room) over.append(s("text", { x: room.x, y: room.y + box.top - bare.box.top, "text-anchor": "middle", fill: inkOn(b.colour) }, short(b.words)));
  });
  plot.append(s("path", { d: `M${box.left} ${y(0)}H${box.right}`, stroke: "#555" }),
    s("path", { d: line(x, y, weeks, sum), fill: "none", stroke: "#fff", "stroke-width": 4 }), s("path", { d: line(x, y, weeks, sum), fill: "none", stroke: INK, "stroke-width": 2 }));
  over.append(...marker(store, chosen, x, box), ...ribbon(store, chosen, x, box));
  const follow = cursor(over, x, box);
  follow(day);
  return { svg, follow };
}

/**
 * The day it fell, and the 90% span of that day as a bar; an arrow where it reaches past the last day.
 * @param {Store} store @param {number} chosen @param {Scale} x @param {Box} box
 */
function marker(store, chosen, x, box) {
  const { a, theatre } = store.state;
  const [, low, middle, high] = a?.districts[chosen] ?? [0, null, null, null];
  if (low === null) return [];
  const y = box.top - 8;
  const to = high === null ? box.right : x(high);
  const shape = [s("path", { d: `M${x(low)} ${y}H${to}M${x(low)} ${y - 4}v8${high === null ? `M${to - 5} ${y - 4}l5 4l-5 4` : `M${to} ${y - 4}v8`}`, fill: "none", stroke: INK, "stroke-width": 1.6 })];
  const words = middle === null ? "falls in fewer than half of the wars" : `fell ${dayShort(theatre, middle)}`;
  const at = middle === null ? (x(low) + to) / 2 : x(middle);
  const half = textWidth(words) / 2;
  const told = s("text", { x: Math.min(Math.max(at, half), box.right + 10 - half), y: y - 8, "text-anchor": "middle", "font-weight": 600, fill: INK }, words);
  if (middle === null) return [...shape, told];
  return [...shape, s("path", { d: `M${at} ${y}V${box.bottom}`, stroke: INK, "stroke-dasharray": "2 3" }), s("circle", { cx: at, cy: y, r: 4, fill: INK, stroke: "#fff" }), told];
}

/**
 * In what share of the wars each side holds the district, week by week.
 * @param {Store} store @param {number} chosen @param {Scale} x @param {Box} box
 */
function ribbon(store, chosen, x, box) {
  const { a, theatre } = store.state;
  if (!a) return [];
  const [top, tall] = [box.bottom + 24, 16];
  const [n, days] = [theatre.districts.length, theatre.days];
  const lost = Array.from({ length: Math.ceil(days / 7) }, (_, w) => {
    const to = Math.min(7 * w + 7, days);
    let sum = 0;
    for (let day = 7 * w; day < to; day++) sum += a.held[day * n + chosen] / 100;
    return `M${x(7 * w)} ${top}V${top + (tall * sum) / (to - 7 * w)}H${x(Math.min(to, days - 1))}V${top}z`;
  });
  const key = layKey([{ words: "government", sign: patch(GOVERNMENT) }, { words: "insurgents, share of wars", sign: patch(INSURGENT) }], Infinity).node;
  key.setAttribute("transform", `translate(${box.left} ${top + tall + 4})`);
  return [s("rect", { x: box.left, width: box.right - box.left, y: top, height: tall, fill: GOVERNMENT }), s("path", { d: lost.join(""), fill: INSURGENT }), key];
}

/** @param {Store} store @param {number} chosen */
function fallOf(store, chosen) {
  const { a, theatre } = store.state;
  if (!a) return "";
  const [, low, middle, high, manners, of, fell] = a.districts[chosen];
  if (of === 0) return "In insurgent hands from the first day in every war.";
  const when = (/** @type {number|null} */ day) => (day === null ? "never" : dayText(theatre, day));
  const how = manners.map((share, i) => [share, MANNERS[i]]).filter(([share]) => Number(share) > 0).sort((p, q) => Number(q[0]) - Number(p[0])).map(([share, words]) => `${words} ${share}%`);
  return `Fell in ${fell} of ${wars(of)}${of < a.members ? " that did not begin with it lost" : ""}`
    + (middle !== null ? `, on ${dayText(theatre, middle)} in the median war (90%: ${when(low)} to ${when(high)})` : "")
    + (how.length ? `. How: ${how.join(", ")}.` : ".");
}

/** What sources say of the district, and of what happened there. @param {Store} store @param {number} chosen */
function record(store, chosen) {
  const { theatre } = store.state;
  const d = theatre.districts[chosen];
  const events = d.record.map((r) => ({ day: r.day, words: `${EVENTS[r.to]}${r.how === "unknown" ? "" : `, ${spoken(r.how)}`}${r.sure === "high" ? "" : `; ${r.sure} confidence`}`, by: r.by }));
  const news = theatre.calendar.filter((c) => [d.id, d.name, d.province].includes(c.place)).map((c) => ({ day: c.day, words: `${c.words} ${c.value}${c.text ? `: ${c.text}` : ""}`, by: c.source }));
  const all = [...events, ...news].sort((p, q) => p.day - q.day);
  return [h("h3", {}, "In the record"), all.length
    ? h("ul", { class: "facts" }, ...all.map((e) => h("li", {}, `${dayText(theatre, e.day)}: ${e.words} `, h("span", { class: "by" }, `[${e.by.replaceAll(";", "; ")}]`))))
    : h("p", { class: "note" }, "No dated row for this district; it may have changed hands unseen.")];
}

/** Every explanation over all districts that fell, with the range of 90% of the wars. @param {number} width @param {Run["why"]} rows */
function nation(width, rows) {
  const row = 22, left = Math.max(...rows.map((r) => textWidth(spoken(r[0])))) + 10, height = rows.length * row + 26;
  const low = Math.min(0, ...rows.map((r) => r[2])), high = Math.max(0.1, ...rows.map((r) => r[3]));
  const x = (/** @type {number} */ v) => left + ((v - low) / (high - low)) * (width - left - 48);
  const svg = s("svg", { class: "chart", role: "img", width, height, viewBox: `0 0 ${width} ${height}`, "font-size": 12, "font-family": "system-ui, sans-serif", fill: "#333",
    "aria-label": `Mean pressure to leave by explanation, in logits, simulated: ${rows.map((r) => `${spoken(r[0])} ${r[1].toFixed(2)}`).join(", ")}.` });
  for (const v of ticks(low, high)) svg.append(s("path", { d: `M${x(v)} 0V${height - 20}`, stroke: v === 0 ? "#555" : "#e4e4e4" }), s("text", { x: x(v), y: height - 6, "text-anchor": "middle" }, String(v).replace("-", "−")));
  rows.forEach(([name, middle, from, to], i) => {
    const y = i * row + 4;
    svg.append(s("text", { x: left - 8, y: y + 12, "text-anchor": "end" }, spoken(name)),
      s("rect", { x: Math.min(x(0), x(middle)), y, width: Math.abs(x(middle) - x(0)), height: 15, fill: middle < 0 ? GOVERNMENT : "#c8781a" }),
      s("path", { d: `M${x(from)} ${y + 7.5}H${x(to)}M${x(from)} ${y + 4}v7M${x(to)} ${y + 4}v7`, stroke: INK }),
      s("text", { x: Math.max(x(to), x(0)) + 6, y: y + 12 }, middle.toFixed(2).replace("-", "−")));
  });
  return svg;
}
