/** The bar below: play, step and scrub; falls per day, captures of the record and dated events behind the scrubber. */
import { INK } from "holdfast/colours";
import { button, h, s } from "holdfast/dom";
import { play } from "holdfast/player";
import { buttons } from "holdfast/take";
import { dayShort, dayText, number } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Theatre} Theatre */

const PAD = 8; // half the thumb of a range input, so that bars and thumb share their days
const HEIGHT = 58;
const BASE = 46;
const SPEEDS = [1, 3, 7, 14, 30];

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const last = theatre.days - 1;
  const go = (/** @type {number} */ day) => store.set({ day: Math.min(last, Math.max(0, day)), playing: false });

  const playing = button("Play", () => store.set({ playing: !store.state.playing }), { class: "play", title: "Space" });
  const speed = h("select", { "aria-label": "Days per second" }, ...SPEEDS.map((days) => h("option", { value: days }, `${days} d/s`)));
  speed.value = String(store.state.speed);
  speed.addEventListener("change", () => store.set({ speed: Number(speed.value) }));
  const scrub = h("input", { type: "range", id: "scrub", min: 0, max: last, step: 1, "aria-label": "Day" });
  scrub.addEventListener("input", () => go(Number(scrub.value)));

  const date = h("b", { class: "date" });
  const fallen = h("span", { class: "monitor" });
  const serving = h("span", { class: "monitor" });
  const svg = s("svg", { role: "img", "aria-label": "Falls per day: bars, mean of the simulated wars; dashes, captures in the record; triangles, dated events" });
  const cursor = s("path", { stroke: "#fff", "stroke-width": 1.6, "pointer-events": "none" });
  const shadow = s("path", { stroke: "#000", "stroke-width": 4, "pointer-events": "none" });
  const caption = h("figcaption");
  const figure = h("figure", { "data-figure": "timeline" }, svg, caption);
  figure.append(buttons(figure, () => csv(store)));
  const strip = h("div", { class: "strip" }, figure, scrub);
  let width = 0;
  const x = (/** @type {number} */ day) => PAD + (day / Math.max(last, 1)) * (width - 2 * PAD);

  function draw() {
    const { a } = store.state;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    svg.setAttribute("height", String(HEIGHT));
    const captures = capturesByDay(theatre);
    const top = Math.max(1, ...(a?.falls ?? []), ...captures);
    caption.textContent = `A day each from ${dayText(theatre, 0)}, left, to ${dayText(theatre, last)}, right; full height is ${Number(top.toFixed(1))} districts in a day. Bars: districts that first fall that day, mean of the simulated wars. Dashes: captures in the record. Triangles: dated events. Shaded: forecast.`;
    const y = (/** @type {number} */ n) => BASE - (n / top) * (BASE - 4);
    const wide = Math.max(1, (width - 2 * PAD) / theatre.days - 0.6);
    const bars = (a?.falls ?? []).map((n, day) => `M${x(day) - wide / 2} ${BASE}V${y(n)}h${wide}V${BASE}z`).join("");
    const dashes = captures.map((n, day) => (n ? `M${x(day) - wide / 2 - 0.5} ${y(n)}h${wide + 1}` : "")).join("");
    svg.replaceChildren(
      ...forecast(),
      s("path", { d: bars, fill: "#9a94c8" }),
      s("path", { d: dashes, stroke: INK, "stroke-width": 1.8 }),
      s("path", { d: `M0 ${BASE}H${width}`, stroke: "#777" }),
      ...marks(), shadow, cursor);
    step();
  }
  function forecast() {
    const from = store.state.a?.forecast_from;
    if (from === null || from === undefined) return [];
    const left = Math.min(x(from + 0.5), width);
    return [s("rect", { x: left, y: 0, width: width - left, height: BASE, fill: "#e8e8e8" }),
      s("text", { x: left + 4, y: 11, "font-size": 11, fill: "#444", "font-family": "system-ui, sans-serif" }, "forecast")];
  }
  function marks() {
    return [...byDay(theatre)].map(([day, events]) => s("path", { d: `M${x(day) - 4} ${HEIGHT - 1}l4-8l4 8z`, fill: "#b5651d" },
      s("title", {}, events.map((event) => `${dayText(theatre, event.day)} ${eventWords(event)}`).join("\n"))));
  }

  function step() {
    const { a, day } = store.state;
    if (scrub.value !== String(day)) scrub.value = String(day);
    scrub.setAttribute("aria-valuetext", dayText(theatre, day));
    const line = `M${x(day)} 0V${BASE}`;
    cursor.setAttribute("d", line);
    shadow.setAttribute("d", line);
    date.textContent = dayText(theatre, day);
    const curve = a?.curves[0];
    const title = theatre.trackers.find((tracker) => tracker.key === curve?.tracker)?.title ?? curve?.tracker ?? "";
    if (a && curve) {
      fallen.replaceChildren(h("b", {}, number(curve.bands[2][day])), ` ${curve.of === "captured" ? "captured" : "held"} (${number(curve.bands[0][day])}–${number(curve.bands[4][day])})`);
      fallen.title = `Districts in insurgent hands as ${title} counts: median of the simulated wars and the band of 90% of them`;
      serving.replaceChildren(h("b", {}, number(a.soldiers.mean[0][day] + a.soldiers.mean[1][day])), " serving");
      serving.title = "Soldiers who serve, those who came back among them: mean of the simulated wars";
    }
  }

  store.on(["a"], draw);
  store.on(["day"], step);
  store.on(["playing"], () => { playing.textContent = store.state.playing ? "Pause" : "Play"; });
  store.on(["speed"], () => { speed.value = String(store.state.speed); });
  play(store);

  node.append(h("div", { class: "buttons" },
    button("‹", () => go(store.state.day - 1), { "aria-label": "A day back", title: "Left arrow; with Shift a week" }), playing,
    button("›", () => go(store.state.day + 1), { "aria-label": "A day on", title: "Right arrow; with Shift a week" }), speed),
  strip, h("div", { class: "monitors" }, date, fallen, serving), eventList(theatre, go));
  new ResizeObserver(() => {
    const now = Math.floor(strip.clientWidth);
    if (now === width || now < 40) return;
    width = now;
    draw();
  }).observe(strip);
  step();
}

/** @param {Theatre["calendar"][number]} event */
const eventWords = (event) => `${event.words}${event.value && `: ${event.value}`}${event.place && event.place !== "nation" ? `, ${event.place}` : ""}${event.text ? `. ${event.text}` : ""} [${event.source.replaceAll(";", ", ")}]`;

/** @param {Theatre} theatre */
function capturesByDay({ days, districts }) {
  const found = new Array(days).fill(0);
  for (const event of districts.flatMap((district) => district.record)) if (event.to === "insurgent" && event.day >= 0 && event.day < days) found[event.day]++;
  return found;
}

/** Events within the days on show. @param {Theatre} theatre */
function byDay(theatre) {
  /** @type {Map<number, Theatre["calendar"]>} */
  const found = new Map();
  for (const event of theatre.calendar) if (event.day >= 0 && event.day < theatre.days) found.set(event.day, [...(found.get(event.day) ?? []), event]);
  return found;
}

/**
 * @param {Theatre} theatre
 * @param {(day: number) => void} go
 */
function eventList(theatre, go) {
  const rows = [...theatre.calendar].sort((p, q) => p.day - q.day).map((event) => h("li", {},
    event.day >= 0 && event.day < theatre.days ? button(dayShort(theatre, event.day), () => go(event.day), { class: "plain" }) : dayText(theatre, event.day),
    ` ${eventWords(event)}`));
  return h("details", { class: "events" }, h("summary", {}, `Events (${rows.length})`), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Dated events" }, h("ol", {}, ...rows)));
}

/** @param {Store} store */
function csv({ state: { theatre, a } }) {
  const captures = capturesByDay(theatre);
  return [["date", "falls simulated, mean", "captures in the record"], ...captures.map((n, day) => [dayText(theatre, day), a ? a.falls[day] : null, n])];
}
