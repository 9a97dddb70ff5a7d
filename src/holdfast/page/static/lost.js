/** Districts and provincial capitals lost: the wars as bands, the record as points, B as a dashed line. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Run} Run */
/** @typedef {Run["curves"][number]} Curve */
/** @typedef {import("holdfast/decode").RecordRow} RecordRow */

import { insideBands, knownWrong } from "holdfast/beside";
import { area, blank, cursor, figure, frame, line, mark, patch, record, stroke, textWidth } from "holdfast/chart";
import { CURVE } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { dayText, number } from "holdfast/words";

/** What can be counted, in words. @type {Record<string, string>} */
const COUNTED = { districts_held: "held", captured: "captured since the first day", contested: "contested" };
/** @type {Record<string, string>} */
const TITLES = { districts_held: "Districts in insurgent hands", captured: "Districts captured since the first day", contested: "Districts contested", capitals_held: "Provincial capitals in insurgent hands" };
const QUANTILES = ["q05", "q25", "q50", "q75", "q95"];

/** @param {{tracker: string, of: string}} row */
const nameOf = (row) => `${row.tracker}/${row.of}`;

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const select = h("select", { id: "rule" });
  let wished = "";
  const title = h("h2", {}, TITLES.districts_held);
  const rule = h("p", { class: "note" });
  const known = h("div");
  const inside = h("div");

  const told = new Set(theatre.record.filter((r) => r.points.length).map(nameOf));
  /** What A can be counted by: the first rule, and those that somebody counted by. */
  const offered = () => (store.state.a?.curves ?? []).filter((c) => c.of !== "capitals_held").filter((c, i) => i === 0 || told.has(nameOf(c)));
  // From the run and not from the control: a picture may be drawn before the control is filled.
  const counted = () => (offered().find((c) => nameOf(c) === wished) ?? offered()[0]);
  /** @param {Run|null} run */
  function districtCurve(run) {
    const rule = counted();
    return rule && run?.curves.find((c) => nameOf(c) === nameOf(rule));
  }
  /** @param {Run|null} run */
  const capitalCurve = (run) => run?.curves.find((c) => c.of === "capitals_held");

  const districts = picture(store, "lost", 270, districtCurve,
    (curve) => [...theatre.record.filter((r) => r.of === curve.of)].sort((p, q) => Number(q.tracker === curve.tracker) - Number(p.tracker === curve.tracker)));
  const capitals = picture(store, "capitals", 190, capitalCurve, () => theatre.record.filter((r) => r.of === "capitals_held"));
  districts.caption.append("Line: median of the wars. The light band holds 90% of them, the dark one 50%. Points: the record, carried to the model's districts; hollow where claimed or little sure, a bar where sources differ, an arrow for “at least”, underlined where the set was fitted to it. Grey: other trackers, who count by other rules.");
  capitals.caption.append("The same, for the seats of provinces. Points: the record.");

  function fillRules() {
    const curves = offered();
    if (curves.map(nameOf).join() !== [...select.options].map((o) => o.value).join()) {
      select.replaceChildren(...curves.map((c) => h("option", { value: nameOf(c) }, `${titleOf(c.tracker)}: ${COUNTED[c.of] ?? c.of}`)));
    }
    const rule = counted();
    if (rule) select.value = nameOf(rule);
    tellRule();
  }
  function tellRule() {
    const curve = districtCurve(store.state.a);
    const tracker = theatre.trackers.find((t) => t.key === curve?.tracker);
    title.textContent = TITLES[curve?.of ?? ""] ?? TITLES.districts_held;
    rule.textContent = tracker
      ? `${tracker.title}: ${sentence(tracker.definition)} Counted here over ${number(tracker.units)} of the model's ${number(theatre.districts.length)} districts${tracker.total ? `; its own list has ${number(tracker.total)}` : ""}.`
      : "";
  }
  function tellRecord() {
    known.replaceChildren(...knownWrong(store));
    inside.replaceChildren(...insideBands(store));
  }
  /** @param {string} key */
  const titleOf = (key) => theatre.trackers.find((t) => t.key === key)?.title ?? key;

  select.addEventListener("change", () => {
    wished = select.value;
    tellRule();
    districts.redraw();
  });
  node.append(
    title,
    h("p", { class: "rule" }, h("label", { for: "rule" }, "As counted by"), " ", select),
    rule, districts.node, known,
    h("h2", {}, TITLES.capitals_held),
    capitals.node,
    h("details", {}, h("summary", {}, "How much of the record lies inside the bands"), inside));
  store.on(["a"], fillRules);
  store.on(["a"], tellRecord);
  fillRules();
  tellRecord();
}

/** @param {string} words */
const sentence = (words) => (words && !/[.!?]$/.test(words) ? `${words}.` : words);

/**
 * One of the two figures.
 * @param {Store} store
 * @param {string} name
 * @param {number} height
 * @param {(run: Run|null) => Curve|undefined} curveOf
 * @param {(curve: Curve) => RecordRow[]} recordOf the curve's own tracker first; for capitals every tracker counts alike
 */
function picture(store, name, height, curveOf, recordOf) {
  const { theatre } = store.state;
  const days = Array.from({ length: theatre.days }, (_, i) => i);
  /** @param {string} key */
  const symbol = (key) => theatre.trackers.findIndex((t) => t.key === key);
  /** @param {RecordRow} row */
  const inWindow = (row) => row.points.filter((p) => p.day >= 0 && p.day < theatre.days);
  let follow = (/** @type {number} */ _day) => {};

  /** @param {number} width */
  function draw(width) {
    const { a, b } = store.state;
    const curve = curveOf(a);
    if (!a || !curve) {
      follow = () => {};
      return blank(width, a ? "No tracker counts these." : "Waiting for the first wars.");
    }
    const other = curveOf(b);
    const [q05, q25, q50, q75, q95] = curve.bands;
    const rows = recordOf(curve).filter((row) => inWindow(row).length);
    /** @param {RecordRow} row */
    const faint = (row) => name === "lost" && row.tracker !== curve.tracker;
    const units = name === "lost" ? theatre.trackers.find((t) => t.key === curve.tracker)?.units ?? theatre.districts.length : theatre.districts.filter((d) => d.capital).length;
    const top = Math.max(1, ...q95, ...(other?.bands[2] ?? []), ...rows.flatMap((row) => inWindow(row).map((p) => p.high ?? p.low))) * 1.05;
    const entries = [
      { words: other ? "A, median" : "median", sign: stroke(CURVE.line) },
      ...(other ? [{ words: "B, median", sign: stroke(CURVE.other, "6 4") }] : []),
      { words: "50%", sign: patch(CURVE.half) }, { words: "90% of wars", sign: patch(CURVE.most) },
      ...rows.map((row) => ({ words: theatre.trackers.find((t) => t.key === row.tracker)?.title ?? "the record", sign: mark(symbol(row.tracker), false, faint(row)), faint: faint(row) })),
    ];
    const ends = endLabels([["A", q50], ...(other ? [/** @type {[string, number[]]} */ (["B", other.bands[2]])] : [])]);
    const label = `${TITLES[curve.of] ?? curve.of}, simulated: ${number(q50[q50.length - 1])} of ${number(units)} on the last day in the median war, 90% of wars from ${number(q05[q05.length - 1])} to ${number(q95[q95.length - 1])}.`
      + (other ? ` Run B: ${number(other.bands[2][theatre.days - 1])}.` : "") + (rows.length ? " Points of the record are drawn over it." : "");
    const { svg, plot, over, x, y, box } = frame(theatre, { width, height, top, label, entries, right: 12 + Math.max(...ends(() => 0).map((e) => textWidth(e.words) * 1.1)) });
    if (a.forecast_from !== null && a.forecast_from < theatre.days - 1) {
      const from = x(Math.max(a.forecast_from, 0));
      plot.append(s("rect", { x: from, y: box.top, width: box.right - from, height: box.bottom - box.top, fill: "#f3ecd9" }),
        s("path", { d: `M${from} ${box.top}V${box.bottom}`, stroke: "#8a6d1c", "stroke-dasharray": "3 3" }));
      const inner = box.right - from > 60;
      over.append(s("text", { x: inner ? from + 5 : from - 5, y: box.top + 12, "text-anchor": inner ? "start" : "end", fill: "#6b5310", "font-style": "italic" }, "forecast"));
    }
    plot.append(s("path", { d: area(x, y, days, q05, q95), fill: CURVE.most }), s("path", { d: area(x, y, days, q25, q75), fill: CURVE.half }),
      s("path", { d: line(x, y, days, q50), fill: "none", stroke: CURVE.line, "stroke-width": 2.2 }));
    if (other) plot.append(s("path", { d: line(x, y, days, other.bands[2]), fill: "none", stroke: CURVE.other, "stroke-width": 2.2, "stroke-dasharray": "6 4" }));
    for (const row of [...rows].reverse()) record(plot, x, y, inWindow(row), { which: symbol(row.tracker), faint: faint(row), theatre, fitted: new Set(a.in_sample?.ids) });
    for (const { words, value, shift } of ends(y)) over.append(s("text", { x: box.right + 5, y: y(value) + 4 + shift, fill: words.startsWith("B") ? CURVE.other : CURVE.line, "font-weight": 600 }, words));
    follow = cursor(over, x, box);
    follow(store.state.day);
    return svg;
  }

  function csv() {
    const { a, b } = store.state;
    const curve = curveOf(a);
    if (!curve) return [];
    const other = curveOf(b);
    const rows = recordOf(curve).filter((row) => inWindow(row).length);
    return [
      ["day", "date", ...QUANTILES, ...(other ? QUANTILES.map((q) => `b_${q}`) : []), ...rows.flatMap((row) => [`${row.tracker}_low`, `${row.tracker}_high`])],
      ...days.map((day) => [day, dayText(theatre, day), ...curve.bands.map((q) => q[day]), ...(other ? other.bands.map((q) => q[day]) : []),
        ...rows.flatMap((row) => {
          const here = row.points.filter((p) => p.day === day);
          const open = here.some((p) => p.high === null);
          return here.length ? [Math.min(...here.map((p) => p.low)), open ? null : Math.max(...here.map((p) => p.high ?? p.low))] : [null, null];
        })]),
    ];
  }

  const made = figure(store, ["a", "b"], { name, csv, draw });
  store.on(["day"], ({ day }) => follow(day));
  return made;
}

/**
 * Names and last values of lines, moved apart where they would overlap.
 * @param {[string, number[]][]} lines
 */
function endLabels(lines) {
  const found = lines.map(([words, values]) => ({ words: lines.length > 1 ? `${words} ${number(values[values.length - 1])}` : number(values[values.length - 1]), value: values[values.length - 1], shift: 0 }));
  return (/** @type {(value: number) => number} */ y) => {
    const [p, q] = found;
    const gap = q ? 14 - Math.abs(y(p.value) - y(q.value)) : 0;
    if (q && gap > 0) {
      const sign = p.value >= q.value ? 1 : -1;
      p.shift = (-sign * gap) / 2;
      q.shift = (sign * gap) / 2;
    }
    return found;
  };
}
