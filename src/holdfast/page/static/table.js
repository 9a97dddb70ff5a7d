/** The twin of the map as a table: every district, also those without a shape. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Run} Run */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {{words: string, by: (row: number) => string|number, told: (row: number) => string, csv: (row: number) => string|number|null, text?: boolean}} Column */

import { button, h } from "holdfast/dom";
import { buttons } from "holdfast/take";
import { dayText, number } from "holdfast/words";

const MANNERS = ["negotiated", "abandoned", "taken by assault", "left on order"];
const FOLDED_FROM = 60; // about two screens

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const columns = columnsOf(theatre, () => store.state.a);
  const body = h("tbody");
  const built = theatre.districts.map((d, row) => {
    const cells = columns.slice(1).map((c) => h("td", c.text ? { class: "words" } : {}));
    const tr = h("tr", {}, h("th", { scope: "row" }, button(d.name, () => store.set({ chosen: row }))), ...cells);
    return { row, tr, cells, text: `${d.name} ${d.province} ${d.id}`.toLowerCase() };
  });
  let order = built;
  let [sorted, down] = [3, false];

  const heads = columns.map((c, k) => {
    const th = h("th", { scope: "col", class: c.text ? "words" : null }, button(c.words, () => {
      down = sorted === k && !down;
      sorted = k;
      sort();
    }));
    return th;
  });
  const search = h("input", { type: "search", id: "search-districts", autocomplete: "off" });
  const shown = h("span", { class: "count", "aria-live": "polite" });
  const scroller = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of districts" },
    h("table", { class: "districts" },
      h("thead", {}, h("tr", {}, ...heads)), body));
  const fold = h("details", { "data-figure": "table", open: theatre.districts.length < FOLDED_FROM },
    h("summary", {}, `Table of all ${number(theatre.districts.length)} districts`),
    h("p", { class: "rule" }, h("label", { for: "search-districts" }, "Search"), " ", search, " ", shown),
    h("p", { class: "note" }, "Simulated, but for the last column. Days are those of the first fall, over the wars in which the district was not insurgent-held at the start."), scroller);
  fold.append(buttons(fold, () => districtRows(theatre, store.state.a), ["csv"]));
  node.append(h("h2", {}, "Districts"), fold);

  /** Only cells that say something else are touched; 2,000 rows are updated while a run goes on. */
  function tell() {
    for (const { row, cells } of built) {
      cells.forEach((cell, i) => {
        const words = columns[i + 1].told(row);
        if (cell.textContent !== words) cell.textContent = words;
      });
    }
    sort();
  }
  function sort() {
    const { by } = columns[sorted];
    const keyed = built.map((r) => ({ r, key: by(r.row) }));
    keyed.sort((p, q) => (compare(p.key, q.key) || compare(p.r.row, q.r.row)) * (down ? -1 : 1));
    const next = keyed.map(({ r }) => r);
    if (!body.firstChild || next.some((r, i) => r !== order[i])) {
      const held = document.activeElement; // moving a row takes the focus from its button
      body.replaceChildren(...next.map((r) => r.tr));
      if (held instanceof HTMLElement && body.contains(held)) held.focus({ preventScroll: true });
    }
    order = next;
    heads.forEach((th, k) => th.setAttribute("aria-sort", k !== sorted ? "none" : down ? "descending" : "ascending"));
  }
  function narrow() {
    const wanted = search.value.trim().toLowerCase();
    for (const { tr, text } of built) tr.hidden = !text.includes(wanted);
    shown.textContent = `${number(built.filter((r) => !r.tr.hidden).length)} of ${number(built.length)} districts`;
  }
  function choose() {
    body.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const { chosen } = store.state;
    if (chosen === null) return;
    const { tr } = built[chosen];
    tr.setAttribute("aria-current", "true");
    reveal(scroller, tr);
  }

  let late = false; // a folded table waits until somebody looks at it
  const update = () => {
    late = !fold.open;
    if (!late) tell();
  };
  fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    if (late) update();
    choose();
  });
  search.addEventListener("input", narrow);
  store.on(["a"], update);
  store.on(["chosen"], choose);
  narrow();
  update();
  choose();
}

/** Rows of the table for a file, in the order of the theatre. @param {Theatre} theatre @param {Run|null} run */
function districtRows(theatre, run) {
  const columns = columnsOf(theatre, () => run);
  return [["id", "district", "province", "chance_percent", "median_day", "day_q05", "day_q95", "manner", "first_capture_in_record", "wars_counted"],
    ...theatre.districts.map((d, row) => [d.id, ...columns.map((c) => c.csv(row)), run?.districts[row][5] ?? null])];
}

/**
 * @param {Theatre} theatre
 * @param {() => Run|null} now
 * @returns {Column[]}
 */
function columnsOf(theatre, now) {
  const { districts } = theatre;
  const captures = districts.map((d) => d.record.find((r) => r.to === "insurgent")?.day ?? null);
  const of = (/** @type {number} */ row) => now()?.districts[row];
  const date = (/** @type {number|null|undefined} */ day) => (day === null || day === undefined ? "" : dayText(theatre, day));
  const late = (/** @type {number|null|undefined} */ day) => day ?? Infinity;
  /** @param {string} words @param {1|2|3} k @returns {Column} */
  const day = (words, k) => ({ words, by: (row) => late(of(row)?.[k]), csv: (row) => date(of(row)?.[k]),
    told: (row) => (!of(row)?.[5] ? "" : of(row)?.[k] === null ? "never" : date(of(row)?.[k])) });
  const manner = (/** @type {number} */ row) => {
    const found = of(row);
    const most = found && found[0] > 0 ? Math.max(...found[4]) : 0;
    return most > 0 && found ? { most, words: MANNERS[found[4].indexOf(most)] } : null;
  };
  return [
    { words: "District", text: true, by: (row) => districts[row].name, told: (row) => districts[row].name, csv: (row) => districts[row].name },
    { words: "Province", text: true, by: (row) => districts[row].province, told: (row) => districts[row].province, csv: (row) => districts[row].province },
    { words: "Chance", by: (row) => (of(row)?.[5] ? of(row)?.[0] ?? -1 : 101), csv: (row) => (of(row)?.[5] ? of(row)?.[0] ?? null : null),
      told: (row) => chance(of(row), now()?.members ?? 0) },
    day("Median day", 2), day("From (90%)", 1), day("To (90%)", 3),
    { words: "Most often", text: true, by: (row) => manner(row)?.words ?? "~", csv: (row) => manner(row)?.words ?? "",
      told: (row) => { const found = manner(row); return found ? `${found.words} ${found.most}%` : ""; } },
    { words: "Record: captured", by: (row) => late(captures[row]), csv: (row) => date(captures[row]), told: (row) => date(captures[row]) },
  ];
}

/** A chance over few wars says over how many. @param {Run["districts"][number]|undefined} found @param {number} members */
function chance(found, members) {
  if (!found) return "";
  const [percent, , , , , wars] = found;
  if (!wars) return "lost at start";
  return wars * 2 > members ? `${percent}%` : `${percent}% of ${wars} wars`;
}

const letters = new Intl.Collator("en"); // a comparer made once is many times faster

/** @param {string|number} p @param {string|number} q */
const compare = (p, q) => (typeof p === "string" ? letters.compare(p, String(q)) : p === q ? 0 : p < Number(q) ? -1 : 1);

/** Scrolls the box, and never the page. @param {HTMLElement} box @param {HTMLElement} row */
function reveal(box, row) {
  if (row.hidden || !box.clientHeight) return;
  const [outer, inner] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
  const head = box.querySelector("thead")?.getBoundingClientRect().height ?? 0;
  if (inner.top < outer.top + head || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
}
