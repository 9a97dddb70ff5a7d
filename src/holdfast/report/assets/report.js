"use strict";
// The static report: reads its data from the page, loads nothing, writes names as text only.
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const space = $("seed").namespaceURI;
  const CLASSES = [[5, "#fcfbfd"], [20, "#e2e0ef"], [40, "#bfbcdc"], [60, "#9a94c8"], [80, "#7a65ae"],
    [95, "#5d3390"], [101, "#3a0a5e"]];
  const LAYERS = [["serving", "#4477aa"], ["surrendered", "#ddcc77"], ["went home", "#999933"],
    ["crossed a border", "#332288"], ["killed in fighting", "#222222"]];
  const burnt = [`Simulated · run ${data.run.id}`, `holdfast ${data.run.version} · seed ${data.run.seed}`];
  const stamp = burnt.join(" · ");

  // ---- small tools -------------------------------------------------------------------------
  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(space, tag), attributes, children);
  const day = (i) => new Date(Date.parse(data.start + "T00:00:00Z") + i * 864e5).toISOString().slice(0, 10);
  const short = (i) => new Date(Date.parse(data.start + "T00:00:00Z") + i * 864e5)
    .toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const number = (x) => Math.round(x).toLocaleString("en-US");
  const range = ([middle, low, high], unit = "") => `${number(middle)}${unit} (${number(low)} to ${number(high)}${unit})`;
  const swatch = (colour) => h("span", { class: "swatch", style: `background:${colour}` });

  function stamped(svg, x, y, width) { // every picture says that it is simulated, and by which run
    const lines = width < 470 ? burnt : [stamp];
    lines.forEach((line, i) => svg.append(s("text", { x, y: y + 13 * i, class: "stamp" }, line)));
  }

  // ---- charts ------------------------------------------------------------------------------
  const charts = []; // each draws itself anew when the window changes
  function chart(id, draw) {
    const redraw = () => $(id).replaceChildren(draw($(id).clientWidth || 600));
    charts.push(redraw);
    redraw();
    return redraw;
  }
  function steps(top) {
    const unit = 10 ** Math.floor(Math.log10(Math.max(top, 1)));
    const step = [0.2, 0.5, 1, 2].map((k) => k * unit).find((k) => top / k <= 5.5) || unit;
    return Array.from({ length: Math.floor(top / Math.max(step, 1)) + 1 }, (_, i) => i * Math.max(step, 1));
  }
  function frame(width, top, label) {
    const box = { left: 60, right: 12, top: 10, bottom: 52, height: 290 };
    const x = (d) => box.left + d / Math.max(data.days - 1, 1) * (width - box.left - box.right);
    const y = (v) => box.height - box.bottom - v / top * (box.height - box.bottom - box.top);
    const svg = s("svg", { viewBox: `0 0 ${width} ${box.height}`, height: box.height, role: "img", "aria-label": label });
    for (const v of steps(top)) svg.append(
      s("line", { x1: box.left, x2: width - box.right, y1: y(v), y2: y(v), stroke: "#e4e4e4" }),
      s("text", { x: box.left - 6, y: y(v) + 4, "text-anchor": "end" }, number(v)));
    const first = Array.from({ length: data.days }, (_, i) => i).filter((i) => i === 0 || day(i).endsWith("-01"));
    for (const i of first.length < 3 ? [...first, data.days - 1] : first) svg.append(
      s("line", { x1: x(i), x2: x(i), y1: y(0), y2: y(0) + 4, stroke: "#555" }),
      s("text", { x: x(i), y: y(0) + 17, "text-anchor": i === 0 ? "start" : x(i) > width - 40 ? "end" : "middle" }, short(i)));
    svg.append(s("line", { x1: box.left, x2: width - box.right, y1: y(0), y2: y(0), stroke: "#555" }));
    stamped(svg, box.left, box.height - 18, width);
    return { svg, x, y };
  }
  const outline = (x, y, low, high) => "M" + [...low.map((v, i) => `${x(i)} ${y(v)}`),
    ...high.map((v, i) => `${x(i)} ${y(v)}`).reverse()].join("L") + "z";

  const SYMBOLS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-4.5-4.5h9v9h-9z", "M0-6L5.5 4.5h-11z", "M0-6.5L5 0L0 6.5L-5 0z",
    "M0 6L5.5-4.5h-11z", "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M-6-3h12v6h-12z", "M-3-6h6v12h-6z", "M-6-6L6 6V-6L-6 6z", "M-6-6L6-6L-6 6L6 6z"];
  const who = [...new Set(data.curves.map((c) => c.tracker))];
  function mark(symbol, hollow, faint) {
    const colour = faint ? "#a9a9a9" : "#1c1c1c";
    return s("path", { d: SYMBOLS[symbol % SYMBOLS.length], fill: hollow ? "#fff" : colour, stroke: hollow ? colour : "#fff", "stroke-width": hollow ? 1.6 : 0.8 });
  }
  function points(svg, x, y, curve, faint) {
    const symbol = Math.max(who.indexOf(curve.tracker), 0);
    const days = new Map();
    for (const p of curve.points) days.set(p.day, [...(days.get(p.day) || []), p]);
    for (const [d, here] of days) {
      const low = Math.min(...here.map((p) => p.low)), high = Math.max(...here.map((p) => p.high ?? p.low));
      if (high > low) svg.append(s("line", { x1: x(d), x2: x(d), y1: y(low), y2: y(high), stroke: faint ? "#a9a9a9" : "#1c1c1c", "stroke-width": 2 }));
      for (const p of here) {
        const middle = p.high === null ? p.low : (p.low + p.high) / 2;
        const node = mark(symbol, p.hollow, faint);
        node.setAttribute("transform", `translate(${x(d)} ${y(middle)})`);
        node.append(s("title", {}, `${day(d)}: ${p.says}`));
        if (p.high === null) svg.append(s("path", { d: `M${x(d)} ${y(middle) - 6}v-9m-3 4l3-4l3 4`, fill: "none", stroke: faint ? "#a9a9a9" : "#1c1c1c" }));
        svg.append(node);
      }
    }
  }
  function bands(width, curve, others) {
    const [q05, q25, q50, q75, q95] = curve.bands;
    const all = [curve, ...others].flatMap((c) => c.points.map((p) => p.high ?? p.low));
    const top = Math.max(1, ...q95, ...all) * 1.04;
    const { svg, x, y } = frame(width, top, `${curve.tracker}, ${curve.label}: ${number(q50.at(-1))} of ${curve.units} on the last day in the median war, 90% of wars from ${number(q05.at(-1))} to ${number(q95.at(-1))}`);
    svg.append(s("path", { d: outline(x, y, q05, q95), fill: "#cfe0ee" }), s("path", { d: outline(x, y, q25, q75), fill: "#9dc0dd" }),
      s("path", { d: "M" + q50.map((v, i) => `${x(i)} ${y(v)}`).join("L"), fill: "none", stroke: "#1f5f93", "stroke-width": 2.2 }));
    for (const other of others) points(svg, x, y, other, true);
    points(svg, x, y, curve, false);
    return svg;
  }
  let chosenCurve = 0;
  const drawCurve = chart("curve", (width) => {
    const curve = data.curves[chosenCurve];
    if (!curve) return s("svg");
    return bands(width, curve, data.curves.filter((c) => c !== curve && c.of === curve.of));
  });
  function showRule() {
    drawCurve();
    const curve = data.curves[chosenCurve];
    if (!curve) return;
    const same = data.curves.filter((c) => c.of === curve.of && (c.points.length || c === curve));
    $("symbols").replaceChildren(...same.map((c) => {
      const faint = c !== curve;
      const svg = s("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, mark(who.indexOf(c.tracker), false, faint));
      return h("li", faint ? { class: "faint" } : {}, svg, c.tracker);
    }));
    $("curve-note").textContent = `Line: median of the wars, by this tracker's rule, over the ${curve.units} districts of the model that it counts. Dark and light bands hold at least 50% and 90% of the wars. Points: the record, carried to the same number of districts; hollow where claimed or little sure, a bar where sources disagree, an arrow for "at least". Grey: other trackers, who count by other rules.`;
  }
  data.curves.forEach((c, i) => $("rule").append(h("option", { value: i }, `${c.tracker}: ${c.label}`)));
  $("rule").addEventListener("change", (event) => { chosenCurve = Number(event.target.value); showRule(); });
  showRule();
  chart("capitals", (width) => bands(width, data.capitals, []));

  chart("doors", (width) => {
    const sums = data.stack.reduce((all, layer) => [...all, layer.map((v, i) => v + all.at(-1)[i])], [data.stack[0].map(() => 0)]);
    const { svg, x, y } = frame(width, Math.max(1, ...sums.at(-1)) * 1.02, "Soldiers by what became of them, mean over the wars: " +
      LAYERS.map(([name], k) => `${name} ${number(data.stack[k].at(-1))}`).join(", ") + " on the last day");
    LAYERS.forEach(([, colour], k) => svg.append(s("path", { d: outline(x, y, sums[k], sums[k + 1]), fill: colour })));
    return svg;
  });
  $("doors-legend").append(...LAYERS.map(([name, colour]) => h("li", {}, swatch(colour), name)));
  for (const [label, soldiers, share] of data.fates) $("fates").tBodies[0].append(h("tr", {}, h("td", {}, label),
    h("td", {}, range(soldiers)), h("td", {}, share ? range(share, "%").replace(/^0%/, share[2] ? "<1%" : "0%") : "")));

  chart("why", (width) => {
    const row = 24, left = 128, rows = data.why, height = rows.length * row + 50;
    const low = Math.min(0, ...rows.map((r) => r[2])), high = Math.max(0.1, ...rows.map((r) => r[3]));
    const x = (v) => left + (v - low) / (high - low) * (width - left - 50);
    const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": "Mean pressure to leave by explanation: " + rows.map((r) => `${r[0]} ${r[1].toFixed(2)}`).join(", ") });
    rows.forEach(([name, middle, from, to], i) => {
      const y = i * row + 8;
      svg.append(s("text", { x: left - 8, y: y + 12, "text-anchor": "end" }, name.replaceAll("_", " ")),
        s("rect", { x: Math.min(x(0), x(middle)), y, width: Math.abs(x(middle) - x(0)), height: 15, fill: middle < 0 ? "#4393c3" : "#c8781a" }),
        s("path", { d: `M${x(from)} ${y + 7.5}H${x(to)}M${x(from)} ${y + 4}v7M${x(to)} ${y + 4}v7`, stroke: "#1c1c1c" }),
        s("text", { x: Math.max(x(to), x(0)) + 6, y: y + 12 }, middle.toFixed(2)));
    });
    svg.append(s("line", { x1: x(0), x2: x(0), y1: 2, y2: rows.length * row + 6, stroke: "#555" }));
    stamped(svg, 4, height - 20, width);
    return svg;
  });

  // ---- map ---------------------------------------------------------------------------------
  const byId = new Map(data.districts.map((d) => [d.id, d]));
  const cells = new Map(), dots = new Map();
  const ring = [s("path", { fill: "none", stroke: "#fff", "stroke-width": 7 }), s("path", { fill: "none", stroke: "#000", "stroke-width": 3 })];
  let week = data.weeks.length - 1, chosen = null;
  const classOf = (p) => CLASSES.find(([top]) => p < top)[1];
  function drawMap() {
    if (!data.map) return;
    const svg = s("svg", { viewBox: `-6 -6 ${data.map.width + 12} ${data.map.height + 60}`, role: "img", "aria-label": "Map of the chance of having fallen; the table below holds the same numbers" });
    const [land, over] = [s("g", { stroke: "#8a86a0", "stroke-width": 0.6 }), s("g")];
    for (const d of data.districts.filter((d) => d.path)) {
      const cell = s("path", { d: d.path, "fill-rule": "evenodd" });
      cell.addEventListener("click", () => choose(d.id));
      cells.set(d.id, land.appendChild(cell));
      if (d.record.length) dots.set(d.id, over.appendChild(s("circle", { cx: d.mark[0], cy: d.mark[1], r: 4.2, fill: "#fff", stroke: "#000", "stroke-width": 1.6, "pointer-events": "none" })));
    }
    const border = (stroke, width) => s("path", { d: data.map.borders, fill: "none", stroke, "stroke-width": width, "pointer-events": "none" });
    svg.append(land, border("#fff", 3.4), border("#222", 1.7), over, ...ring);
    const size = () => `font-size:${11 * data.map.width / ($("map").clientWidth || 900)}px`;
    const note = svg.appendChild(s("text", { x: 0, y: data.map.height + 40, class: "stamp", style: size() }, stamp));
    charts.push(() => note.setAttribute("style", size()));
    for (const line of ring) line.setAttribute("pointer-events", "none");
    $("map").append(svg);
  }
  function showWeek() {
    const now = data.weeks[week];
    $("date").textContent = day(now);
    $("week").setAttribute("aria-valuetext", day(now));
    for (const [id, cell] of cells) cell.setAttribute("fill", classOf(byId.get(id).fallen[week]));
    for (const [id, dot] of dots) {
      const last = byId.get(id).record.filter(([d]) => d <= now).at(-1);
      dot.setAttribute("visibility", $("dots").checked && last && last[1] ? "visible" : "hidden");
    }
    tell();
  }
  function choose(id) {
    chosen = id;
    const path = byId.get(id).path;
    for (const line of ring) line.setAttribute("d", path || "");
    tell();
  }
  const spanOf = (d) => d.span[1] === null ? "falls in fewer than half of the wars"
    : `falls on ${day(d.span[1])} in the median war (90% of wars: ${d.span[0] === null ? "never" : day(d.span[0])} to ${d.span[2] === null ? "never" : day(d.span[2])})`;
  function tell() {
    if (chosen === null) return;
    const d = byId.get(chosen), n = data.run.members;
    const told = d.record.map(([i, lost]) => `${lost ? "captured" : "retaken"} ${day(i)}`).join(", ");
    $("chosen").textContent = `${d.name}, ${d.province}: lost by ${day(data.weeks[week])} in ${Math.round(d.fallen[week] * n / 100)} of ${n} wars; ${spanOf(d)}. Record: ${told || "no dated capture"}.`;
  }
  drawMap();
  const below = [0, ...CLASSES.map(([top]) => top)];
  $("classes").append(h("li", {}, "Chance of having fallen by then, or lost from the start:"), ...CLASSES.map(([top, colour], i) => h("li", {}, swatch(colour), `${below[i]}–${Math.min(top, 100)}%`)));
  const lacking = data.districts.filter((d) => !d.path);
  $("shapeless").textContent = lacking.length ? `${lacking.length} of ${data.districts.length} districts have no shape and are counted but not drawn: ${lacking.map((d) => `${d.name} (${d.province}, ${d.fallen.at(-1)}%)`).join(", ")}.` : "Every district is drawn.";
  const dated = data.districts.filter((d) => d.record.some(([, lost]) => lost)).length;
  $("record-note").textContent = dated ? `White dots: centres that the record has in insurgent hands by that day. It dates captures of ${dated} districts; a cell without a dot may have fallen unseen.` : "The record dates no captures.";
  $("week").max = data.weeks.length - 1;
  $("week").value = week;
  $("week").addEventListener("input", (event) => { week = Number(event.target.value); showWeek(); });
  $("dots").addEventListener("change", showWeek);
  const called = new Map(data.districts.map((d) => [`${d.name}, ${d.province}`, d.id]));
  $("names").append(...[...called.keys()].map((name) => h("option", { value: name })));
  $("find").addEventListener("change", (event) => { const id = called.get(event.target.value); if (id) choose(id); });

  // ---- table -------------------------------------------------------------------------------
  const late = (i) => i === null ? 1e9 : i, date = (k) => (d) => !d.wars ? "" : d.span[k] === null ? "never" : day(d.span[k]);
  const chanceOf = (d) => !d.wars ? "lost at start" : d.wars * 2 > data.run.members ? `${d.chance}%` : `${d.chance}% of ${d.wars} wars`;
  const columns = [["District", (d) => d.name], ["Province", (d) => d.province], ["Chance of falling", (d) => d.wars ? d.chance : 101, chanceOf],
    ["Median day", (d) => late(d.span[1]), date(1)],
    ["From (90%)", (d) => late(d.span[0]), date(0)], ["To (90%)", (d) => late(d.span[2]), date(2)],
    ...data.manners.map((name, i) => [name, (d) => d.manners[i], (d) => d.chance ? `${d.manners[i]}%` : ""])];
  const body = $("districts").tBodies[0];
  const rows = data.districts.map((d) => {
    const name = h("button", { type: "button" }, d.name);
    name.addEventListener("click", () => { choose(d.id); $("where").scrollIntoView(); });
    const tds = columns.slice(1).map(([, value, text], i) => h("td", i ? {} : { class: "words" }, String((text || value)(d))));
    return { d, tr: h("tr", {}, h("td", {}, name), ...tds) };
  });
  function sort(k, down) {
    const [, value] = columns[k];
    rows.sort((a, b) => { const [p, q] = [value(a.d), value(b.d)]; return (typeof p === "string" ? p.localeCompare(q) : p - q) * (down ? -1 : 1); });
    body.replaceChildren(...rows.map((r) => r.tr));
    [...heads].forEach((th, i) => th.setAttribute("aria-sort", i !== k ? "none" : down ? "descending" : "ascending"));
  }
  const heads = columns.map(([name], k) => {
    const button = h("button", { type: "button" }, name), th = h("th", { scope: "col", ...(k === 1 ? { class: "words" } : {}) }, button);
    button.addEventListener("click", () => sort(k, th.getAttribute("aria-sort") === "ascending"));
    return th;
  });
  $("districts").tHead.rows[0].append(...heads);
  sort(3, false);
  function search() {
    const wanted = $("search").value.trim().toLowerCase();
    for (const { d, tr } of rows) tr.hidden = !`${d.name} ${d.province}`.toLowerCase().includes(wanted);
    $("shown").textContent = `${rows.filter((r) => !r.tr.hidden).length} of ${rows.length} districts`;
  }
  $("search").addEventListener("input", search);
  search();

  // ---- words -------------------------------------------------------------------------------
  const run = data.run, wars = run.members === 1 ? "1 war" : `${run.members} wars`;
  $("burn").textContent = `${stamp} · ${wars} · parameters: ${run.parameters}`;
  $("summary").textContent = `${wars} from ${day(0)} to ${day(data.days - 1)}${run.world ? `; changed world: ${run.world}` : ""}. National collapse (the national capital, or two thirds of the capitals, in insurgent hands) in ${run.collapsed} of them.`;
  const [pledged, , , , murdered] = data.fates.map((row) => row[1]);
  $("pledge").textContent = `In these wars ${range(pledged)} soldiers took the pledge of amnesty, and ${range(murdered)} of those who had surrendered were killed. The record has ${data.afterwards.length} ${data.afterwards.length === 1 ? "row" : "rows"} on people who had trusted it and were later killed or disappeared, those that dispute others among them.`;
  $("afterwards").append(...data.afterwards.map((a) => h("li", {}, `${a.date}, ${a.place}: ${a.count}${a.count === "no number" ? "" : " " + a.whom}, ${a.what}; ${a.speaker} ${a.stance} it${a.note ? ` (${a.note})` : ""}`)));
  $("inside").textContent = data.inside.length ? "Rows of the record inside the 90% band, each tracker by its own rule: " + data.inside.map(([title, n, of]) => `${title} ${n} of ${of}`).join("; ") + "." : "";

  showWeek();
  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; charts.forEach((draw) => draw()); } });
  document.documentElement.dataset.ready = "yes";
})();
